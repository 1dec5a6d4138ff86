import Foundation
import SaksiCore

/// All wording that the library doesn't give. Each language is complete, or doesn't compile.
public protocol Texts: Sendable {
    /// Whose words they are.
    var locale: Locale { get }

    // Everywhere
    var back: String { get }
    var close: String { get }
    var cancel: String { get }
    var understood: String { get }
    var tryAgain: String { get }
    var goOn: String { get }
    var working: String { get }
    var practising: String { get }
    var stopPractice: String { get }
    var practiceRound: String { get }
    var language: String { get }

    // Opening, and what keeps the app from it
    var opening: String { get }
    var outdatedTitle: String { get }
    var outdatedText: String { get }
    var troubleTitle: String { get }
    var troubleText: String { get }
    var share: String { get }
    var checkAll: String { get }

    // Handing a phone out
    var handOutTitle: String { get }
    var scanTicket: String { get }
    var scanTicketHint: String { get }
    var officerNumber: String { get }
    var officerHint: String { get }
    var choosePin: String { get }
    var choosePinHint: String { get }
    var repeatPin: String { get }
    var pinsDiffer: String { get }
    var registering: String { get }

    // The PIN
    var who: String { get }
    var enterPin: String { get }
    var unlock: String { get }
    func waitSeconds(_ seconds: Int) -> String
    func attemptsLeft(_ left: Int) -> String
    var needsCode: String { get }
    var scanCode: String { get }
    var codeWaiting: String { get }
    var codeHint: String { get }
    func codeFor(_ officer: String) -> String
    var eraseTitle: String { get }
    var eraseText: String { get }
    var eraseNow: String { get }
    var changePin: String { get }
    var oldPin: String { get }
    var newPin: String { get }
    var pinChanged: String { get }
    var lock: String { get }

    // The officer's own face
    var ownFaceTitle: String { get }
    var ownFaceWhy: String { get }
    var takeOwnFace: String { get }

    // Today
    var today: String { get }
    func paidOf(_ paid: Int, _ all: Int) -> String
    func toVisit(_ left: Int) -> String
    var scanFace: String { get }
    var people: String { get }
    var cash: String { get }
    var outbox: String { get }
    var supervisor: String { get }
    var noRoster: String { get }
    var interrupted: String { get }
    var resume: String { get }
    var discard: String { get }
    var needsOwnFace: String { get }
    var missingModels: String { get }

    // Sending
    var syncNow: String { get }
    func syncing(_ done: Int, _ total: Int) -> String
    var stopSync: String { get }
    func waits(_ count: Int) -> String
    var allSent: String { get }
    func refused(_ count: Int) -> String
    func lastSync(_ time: String) -> String

    // Whom to visit
    var search: String { get }
    var scanInvitation: String { get }
    var wasAbsent: String { get }
    func metres(_ metres: Int) -> String
    var nobodyFound: String { get }
    var nobodyLeft: String { get }

    // One beneficiary
    var due: String { get }
    var nothingDue: String { get }
    var history: String { get }
    var whyNotServed: String { get }
    var withdrawConsent: String { get }
    var withdrawText: String { get }

    // Consent
    var consentTitle: String { get }
    var readAloud: String { get }
    var agrees: String { get }
    var declines: String { get }

    // The camera
    var lookHere: String { get }
    var letterHere: String { get }
    var documentHere: String { get }
    var cannotMove: String { get }
    var giveUp: String { get }
    var whyGiveUp: String { get }
    var takeAgain: String { get }
    var light: String { get }
    var cameraFailed: String { get }

    // A scan
    var recognising: String { get }
    var isThis: String { get }
    func pay(_ amount: String) -> String
    var notThis: String { get }
    var notSure: String { get }
    var notSureHint: String { get }
    var lookUp: String { get }
    var asException: String { get }
    var cannotPay: String { get }

    // A visit
    func stepsLeft(_ left: Int) -> String
    var refusedTitle: String { get }
    var refusedHint: String { get }
    var documentKind: String { get }
    var documentNumber: String { get }
    var noDocument: String { get }
    var whyNoDocument: String { get }
    var proxyTitle: String { get }
    var proxyName: String { get }
    var nik: String { get }
    var nikGood: String { get }
    var phone: String { get }
    var relationTitle: String { get }
    var reasonTitle: String { get }
    var explainTitle: String { get }
    var explainHint: String { get }
    var confirmTitle: String { get }
    var save: String { get }
    var exceptionWaits: String { get }
    var nobodyPaid: String { get }
    var discardVisit: String { get }

    // A receipt
    var receiptTitle: String { get }
    var amount: String { get }
    func handOver(_ amount: String) -> String
    var saved: String { get }
    var print: String { get }
    var nextPerson: String { get }
    var notWritten: String { get }
    var keepReceipt: String { get }

    // Cash
    var cashReceived: String { get }
    var cashReturned: String { get }
    var cashPaid: String { get }
    var cashLeft: String { get }
    var closeDay: String { get }
    var cashReason: String { get }

    // Records
    var waiting: String { get }
    var sent: String { get }
    var quarantined: String { get }
    var retry: String { get }
    var export: String { get }
    var nothingYet: String { get }

    // The supervisor's corner
    var officers: String { get }
    var practise: String { get }
    var practiseText: String { get }
    var practicePin: String { get }
    var report: String { get }
    func way(_ way: PersonState.Way) -> String
    func standing(_ standing: Standing) -> String
    func kind(_ kind: Kind) -> String
    func sort(_ sort: VisitSort) -> String
    func notServed(_ reason: NotServedReason) -> String
    func giveUp(_ reason: GiveUp) -> String
    func quality(_ problem: QualityProblem) -> String
    func document(_ kind: DocumentKind) -> String
    func noDocument(_ reason: NoDocument) -> String
    func relation(_ relation: Relation) -> String
    func proxyReason(_ reason: ProxyReason) -> String
    func nikFault(_ fault: NikFault) -> String
    func officerState(_ state: OfficerState) -> String

    /// What to look out for with a beneficiary.
    func notice(_ notice: Notice) -> String

    /// What this layer finds wrong by itself, by its code.
    func problem(_ code: String) -> String

    /// What parts the thousands of an amount.
    var thousands: String { get }
}

extension Texts {
    /// An amount, such as Rp 300.000.
    public func rupiah(_ amount: Int) -> String {
        let digits = Array(String(amount))
        let parts = digits.indices.map { at in
            (at > 0 && (digits.count - at) % 3 == 0 ? thousands : "") + String(digits[at])
        }
        return "Rp " + parts.joined()
    }

    /// A moment, as people here write it, in the phone's time zone.
    public func time(_ ms: Int64, in zone: TimeZone = .current) -> String {
        let format = DateFormatter()
        (format.locale, format.timeZone, format.dateFormat) = (locale, zone, "d MMM yyyy HH:mm")
        return format.string(from: Date(timeIntervalSince1970: Double(ms) / 1000))
    }
}
