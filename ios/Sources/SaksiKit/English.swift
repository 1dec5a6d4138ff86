import Foundation
import SaksiCore

/// In English.
public struct English: Texts {
    public init() {}

    public var locale: Locale { Locale(identifier: "en_GB") }
    public var thousands: String { "," }

    // Everywhere
    public var back: String { "Back" }
    public var close: String { "Close" }
    public var cancel: String { "Cancel" }
    public var understood: String { "Got it" }
    public var tryAgain: String { "Try again" }
    public var goOn: String { "Continue" }
    public var working: String { "Working" }
    public var practising: String { "Practice: nothing is paid or sent" }
    public var stopPractice: String { "End practice" }
    public var practiceRound: String { "Practice" }
    public var language: String { "Language" }

    // Opening, and what keeps the app from it
    public var opening: String { "Opening Saksi" }
    public var outdatedTitle: String { "The app must be updated" }
    public var outdatedText: String {
        "The office no longer accepts this version. Update the app, or ask the supervisor. What was recorded "
            + "is safe."
    }
    public var troubleTitle: String { "Handset report" }
    public var troubleText: String { "This report holds no personal data. Send it to whoever helps you." }
    public var share: String { "Share" }
    public var checkAll: String { "Check all records" }

    // Handing a phone out
    public var handOutTitle: String { "Register this phone" }
    public var scanTicket: String { "Scan the supervisor's ticket" }
    public var scanTicketHint: String { "Point the camera at the QR code on the supervisor's screen." }
    public var officerNumber: String { "Officer number" }
    public var officerHint: String { "As on the officer's card" }
    public var choosePin: String { "Choose a PIN" }
    public var choosePinHint: String { "At least 6 digits, and not easy to guess. Tell nobody." }
    public var repeatPin: String { "Repeat the PIN" }
    public var pinsDiffer: String { "The two PINs differ: choose again." }
    public var registering: String { "Registering this phone" }

    // The PIN
    public var who: String { "Who is on duty?" }
    public var enterPin: String { "Enter your PIN" }
    public var unlock: String { "Unlock" }
    public func waitSeconds(_ seconds: Int) -> String { "Wait \(seconds) seconds" }
    public func attemptsLeft(_ left: Int) -> String { "\(left) attempts left" }
    public var needsCode: String { "This officer needs an unlock code from the supervisor." }
    public var scanCode: String { "Scan an unlock code" }
    public var codeWaiting: String { "The supervisor has given permission: choose a new PIN." }
    public var codeHint: String { "Point the camera at the supervisor's code." }
    public func codeFor(_ officer: String) -> String { "Code for officer \(officer)" }
    public var eraseTitle: String { "Erase this phone?" }
    public var eraseText: String { "Nothing on this phone can be read again. Sealed records can still be sent." }
    public var eraseNow: String { "Erase now" }
    public var changePin: String { "Change PIN" }
    public var oldPin: String { "Current PIN" }
    public var newPin: String { "New PIN" }
    public var pinChanged: String { "The PIN has been changed." }
    public var lock: String { "Lock" }

    // The officer's own face
    public var ownFaceTitle: String { "The officer's face" }
    public var ownFaceWhy: String { "Your face is learnt so that it is never paid or taken for a proxy's. The photo isn't kept." }
    public var takeOwnFace: String { "Take my face" }

    // Today
    public var today: String { "Today" }
    public func paidOf(_ paid: Int, _ all: Int) -> String { "\(paid) of \(all) paid" }
    public func toVisit(_ left: Int) -> String { "\(left) still to visit" }
    public var scanFace: String { "Scan a face" }
    public var people: String { "Visit list" }
    public var cash: String { "Cash" }
    public var outbox: String { "Records" }
    public var supervisor: String { "Supervisor" }
    public var noRoster: String { "There is no roster yet. Sync when there is a signal." }
    public var interrupted: String { "Interrupted visits" }
    public var resume: String { "Resume" }
    public var discard: String { "Discard" }
    public var needsOwnFace: String { "Take your own face before you begin" }
    public var missingModels: String { "Some face models are missing: install the app again." }

    // Sending
    public var syncNow: String { "Sync" }
    public func syncing(_ done: Int, _ total: Int) -> String { "Sending \(done) of \(total)" }
    public var stopSync: String { "Stop" }
    public func waits(_ count: Int) -> String { "\(count) waiting to be sent" }
    public var allSent: String { "Everything is sent" }
    public func refused(_ count: Int) -> String { "\(count) refused by the server" }
    public func lastSync(_ time: String) -> String { "Last connected \(time)" }

    // Whom to visit
    public var search: String { "Name, number or address" }
    public var scanInvitation: String { "Scan an invitation" }
    public var wasAbsent: String { "Wasn't at home" }
    public func metres(_ metres: Int) -> String { "\(metres) m" }
    public var nobodyFound: String { "Nobody matches." }
    public var nobodyLeft: String { "Everybody has been visited." }

    // One beneficiary
    public var due: String { "Aid" }
    public var nothingDue: String { "No aid is due in this round." }
    public var history: String { "History" }
    public var whyNotServed: String { "Why can't they be paid?" }
    public var withdrawConsent: String { "Withdraw consent" }
    public var withdrawText: String { "The beneficiary's face is removed from this phone, and the office is told." }

    // Consent
    public var consentTitle: String { "Read this to the person" }
    public var readAloud: String { "Read aloud" }
    public var agrees: String { "Agrees" }
    public var declines: String { "Doesn't agree" }

    // The camera
    public var lookHere: String { "Point the camera at the face" }
    public var letterHere: String { "Point the camera at the statement letter" }
    public var documentHere: String { "Photograph the document" }
    public var cannotMove: String { "Can't move" }
    public var giveUp: String { "Can't be taken" }
    public var whyGiveUp: String { "Why can't the face be taken?" }
    public var takeAgain: String { "Take again" }
    public var light: String { "Light" }
    public var cameraFailed: String { "The camera can't be used. Allow it, or restart the phone." }

    // A scan
    public var recognising: String { "Comparing the face" }
    public var isThis: String { "Is this the person?" }
    public func pay(_ amount: String) -> String { "Pay \(amount)" }
    public var notThis: String { "Not this person" }
    public var notSure: String { "The face isn't recognised" }
    public var notSureHint: String { "Take it again in good light, or look up the name." }
    public var lookUp: String { "Look up the name" }
    public var asException: String { "Record an exception" }
    public var cannotPay: String { "Can't be paid" }

    // A visit
    public func stepsLeft(_ left: Int) -> String { "\(left) more steps" }
    public var refusedTitle: String { "Doesn't agree to a photo" }
    public var refusedHint: String { "Ask for a document, and type its NIK. The document isn't photographed." }
    public var documentKind: String { "Kind of document" }
    public var documentNumber: String { "NIK on the document" }
    public var noDocument: String { "No document" }
    public var whyNoDocument: String { "Why is there no document?" }
    public var proxyTitle: String { "The proxy's details" }
    public var proxyName: String { "The proxy's name" }
    public var nik: String { "NIK" }
    public var nikGood: String { "The NIK is well-formed" }
    public var phone: String { "Phone number (if any)" }
    public var relationTitle: String { "Relation to the beneficiary" }
    public var reasonTitle: String { "Why a proxy?" }
    public var explainTitle: String { "Explain why" }
    public var explainHint: String { "For example: a bandaged face, too ill to be filmed" }
    public var confirmTitle: String { "Check before saving" }
    public var save: String { "Save" }
    public var exceptionWaits: String { "Saved as an exception. Don't pay before the supervisor approves." }
    public var nobodyPaid: String { "Record as not served" }
    public var discardVisit: String { "Give the visit up" }

    // A receipt
    public var receiptTitle: String { "RECORD RECEIPT" }
    public var amount: String { "Amount" }
    public func handOver(_ amount: String) -> String { "Hand over \(amount)" }
    public var saved: String { "Saved" }
    public var print: String { "Print" }
    public var nextPerson: String { "Next person" }
    public var notWritten: String { "The record was not saved. Don't hand over money: repeat the visit." }
    public var keepReceipt: String { "Keep this receipt. The office can look the code up." }

    // Cash
    public var cashReceived: String { "Cash received" }
    public var cashReturned: String { "Cash returned" }
    public var cashPaid: String { "Paid out" }
    public var cashLeft: String { "Cash left" }
    public var closeDay: String { "Close the day" }
    public var cashReason: String { "Why doesn't the cash balance?" }

    // Records
    public var waiting: String { "Waiting" }
    public var sent: String { "Sent" }
    public var quarantined: String { "Refused by the server" }
    public var retry: String { "Try to send again" }
    public var export: String { "Copy for the supervisor" }
    public var nothingYet: String { "Nothing has been recorded yet." }

    // The supervisor's corner
    public var officers: String { "Officers" }
    public var practise: String { "Practise" }
    public var practiseText: String { "Practise with invented people. The phone is locked, and nothing is sent." }
    public var practicePin: String { "A PIN for practice" }
    public var report: String { "Handset report" }

    public func way(_ way: PersonState.Way) -> String {
        switch way {
        case .scan: "Scan their face"
        case .proxy: "Somebody else collects"
        case .exception: "The face doesn't match"
        case .firstPhoto: "First photo"
        case .notServed: "Not served"
        }
    }

    public func standing(_ standing: Standing) -> String {
        switch standing {
        case .toVisit: "To visit"
        case .paidHere: "Paid"
        case .paidElsewhere: "Paid elsewhere"
        case .exception: "Waits for the supervisor"
        case .absent: "Absent"
        case .moved: "Moved"
        case .deceased: "Deceased"
        case .refused: "Refused the aid"
        }
    }

    public func kind(_ kind: Kind) -> String {
        switch kind {
        case .inPerson: "Received in person"
        case .proxy: "Received by a proxy"
        case .exception: "Exception"
        case .notServed: "Not served"
        case .consentWithdrawn: "Consent withdrawn"
        case .enrolment: "First photo"
        case .cash: "Cash"
        }
    }

    public func sort(_ sort: VisitSort) -> String {
        switch sort {
        case .inPerson: "In person"
        case .proxy: "By proxy"
        case .exception: "Exception"
        case .proxyException: "Proxy's exception"
        case .enrolment: "First photo"
        }
    }

    public func notServed(_ reason: NotServedReason) -> String {
        switch reason {
        case .absent: "Not at home"
        case .moved: "Moved away"
        case .deceased: "Deceased"
        case .refused: "Refuses the aid"
        case .captureGivenUp: "The face couldn't be taken"
        }
    }

    public func giveUp(_ reason: GiveUp) -> String {
        switch reason {
        case .personUnable: "The person is unable"
        case .personRefused: "The person refuses"
        case .badLight: "Bad light"
        case .cameraTrouble: "Trouble with the camera"
        case .cancelled: "Cancelled"
        }
    }

    public func quality(_ problem: QualityProblem) -> String {
        switch problem {
        case .tooFar: "Too far"
        case .tooDark: "Too dark"
        case .tooBright: "Too bright"
        case .flat: "Too little contrast"
        case .blurred: "Blurred"
        case .turnedAside: "Turned aside"
        case .tilted: "Head tilted"
        case .covered: "Face covered"
        }
    }

    public func document(_ kind: DocumentKind) -> String {
        switch kind {
        case .ktp: "Identity card (KTP)"
        case .familyCard: "Family card (KK)"
        case .villageLetter: "Village letter"
        }
    }

    public func noDocument(_ reason: NoDocument) -> String {
        switch reason {
        case .neverIssued: "Never had one"
        case .lost: "Lost or destroyed"
        case .inProcess: "Being issued"
        case .elsewhere: "Kept elsewhere"
        }
    }

    public func relation(_ relation: Relation) -> String {
        switch relation {
        case .spouse: "Husband or wife"
        case .child: "Son or daughter"
        case .parent: "Father or mother"
        case .sibling: "Brother or sister"
        case .relative: "Relative on the family card"
        case .neighbour: "Neighbour"
        case .official: "Head of the neighbourhood or village"
        }
    }

    public func proxyReason(_ reason: ProxyReason) -> String {
        switch reason {
        case .ill: "Ill"
        case .frail: "Old and frail"
        case .disability: "Lives with a disability"
        case .away: "Away"
        }
    }

    public func nikFault(_ fault: NikFault) -> String {
        switch fault {
        case .short: "A NIK has 16 digits"
        case .long: "More than 16 digits"
        case .notDigits: "Digits only"
        case .place: "The first two digits are no province"
        case .date: "Digits 7 to 10 are no date of birth"
        case .serial: "The last four digits can't be 0000"
        }
    }

    public func officerState(_ state: OfficerState) -> String {
        switch state {
        case .ready: "Ready"
        case .lockedOut: "Locked out"
        case .notAdmitted: "No PIN yet"
        }
    }

    public func notice(_ notice: Notice) -> String {
        switch notice {
        case .alreadyPaid(let round): "Already paid in round \(round)"
        case .proxySeen(let round, let others): "Collected by a proxy in round \(round), who also collected for \(others) others"
        case .exceptionWaits(let round): "An exception waits for the supervisor, round \(round)"
        case .noFace: "The roster has no face of this beneficiary"
        case .consentWithdrawn: "Consent was withdrawn"
        }
    }

    public func problem(_ code: String) -> String {
        switch code {
        case "other_server": "This ticket isn't for this office's server: ask for the right one."
        case "printer": "The printer doesn't answer: switch it on, bring it closer, and try again."
        case "not_whole": "The copy isn't complete: check the room on the disk, and try again."
        case "given_up": "No face was taken: try again, or record an exception."
        case "closed": "This has been closed: begin again."
        default: "Something is wrong inside the app: try again, and tell the supervisor if it comes back."
        }
    }
}
