import Foundation
import SaksiCore

/// Where the officer is. Small enough to be written down, so that a killed app comes back to the same place.
public enum Screen: Hashable, Sendable {
    /// The library and the handset are being opened.
    case opening
    /// The app is older than the fleet allows.
    case outdated
    /// The handset can't be opened: what is wrong, and what can be told a supervisor.
    case trouble
    /// A new handset: the supervisor's ticket, the officer, the PIN.
    case handOut
    /// The PIN.
    case unlock
    /// A supervisor's code: to let an officer in, or to erase.
    case code
    /// Another PIN for an officer who knows the one before.
    case changePin
    /// The officer's own face, so that it is never paid.
    case ownFace
    /// Today.
    case home
    /// Whom to visit, in walking order; or the search.
    case people(round: RoundId)
    /// One beneficiary, and what can be done for them.
    case person(round: RoundId, id: BeneficiaryId)
    /// A face is taken, recognised and paid: one beneficiary's (1:1), or whoever's it is (1:N).
    case scan(round: RoundId, id: BeneficiaryId?)
    /// A visit step by step: a proxy, an exception, a first photo; or one that was interrupted.
    case visit(sort: VisitSort, round: RoundId, id: BeneficiaryId)
    /// What was written down, with its code.
    case receipt(record: RecordId)
    /// The officer's cash.
    case cash(round: RoundId)
    /// What was written down today, what waits, and what the server refused.
    case outbox
    /// The supervisor's corner: officers, codes, practice, troubleshooting.
    case supervisor

    /// A stack of screens as a text.
    public static func save(_ stack: [Screen]) -> String {
        stack.map { $0.parts.map(escaped).joined(separator: ";") }.joined(separator: "/")
    }

    /// The stack again; without what can't be read, such as what another version of the app wrote.
    public static func restore(_ saved: String) -> [Screen] {
        saved.split(separator: "/").compactMap { line in
            Screen(line.split(separator: ";", omittingEmptySubsequences: false).map { $0.removingPercentEncoding ?? "" })
        }
    }

    /// A PIN or a supervisor's code is asked for anew, and an opening begins anew.
    var survives: Bool {
        switch self {
        case .opening, .outdated, .trouble, .handOut, .unlock, .code, .changePin: false
        default: true
        }
    }

    private static let plain: [String: Screen] = [
        "Opening": .opening, "Outdated": .outdated, "Trouble": .trouble, "HandOut": .handOut, "Unlock": .unlock, "Code": .code,
        "ChangePin": .changePin, "OwnFace": .ownFace, "Home": .home, "Outbox": .outbox, "Supervisor": .supervisor,
    ]

    private static let sorts: [String: VisitSort] = [
        "InPerson": .inPerson, "Proxy": .proxy, "Exception": .exception, "ProxyException": .proxyException,
        "Enrolment": .enrolment,
    ]

    private var parts: [String] {
        switch self {
        case .people(let round): ["People", round]
        case .person(let round, let id): ["Person", round, id]
        case .scan(let round, let id): ["Scan", round, id ?? ""]
        case .visit(let sort, let round, let id): ["Visit", Self.sorts.first { $0.value == sort }?.key ?? "", round, id]
        case .receipt(let record): ["Receipt", record]
        case .cash(let round): ["Cash", round]
        default: [Self.plain.first { $0.value == self }?.key ?? ""]
        }
    }

    private init?(_ parts: [String]) {
        func part(_ n: Int) -> String { n < parts.count ? parts[n] : "" }
        switch part(0) {
        case "People": self = .people(round: part(1))
        case "Person": self = .person(round: part(1), id: part(2))
        case "Scan": self = .scan(round: part(1), id: part(2).isEmpty ? nil : part(2))
        case "Visit":
            guard let sort = Self.sorts[part(1)] else { return nil }
            self = .visit(sort: sort, round: part(2), id: part(3))
        case "Receipt": self = .receipt(record: part(1))
        case "Cash": self = .cash(round: part(1))
        default:
            guard let screen = Self.plain[part(0)] else { return nil }
            self = screen
        }
    }

    private static func escaped(_ part: String) -> String {
        part.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
