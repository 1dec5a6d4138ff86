// The supervisor's corner: officers and codes, practice, and a report on what is wrong.

import SaksiCore

/// What a supervisor looks at.
public struct SupervisorState: Sendable {
    /// The phone; nil while it is read.
    public var info: HandsetInfo?
    /// All who work with it.
    public var officers: [Officer] = []
    /// What waits, was sent, and was refused.
    public var outbox = OutboxCounts(waiting: 0, sent: 0, quarantined: 0)
    /// There are people to practise with.
    public var canPractise = false
}

/// Shows a supervisor how the phone stands, and leads to codes, practice and the report. Works while locked.
public final class SupervisorModel: Model<SupervisorState> {
    init(_ saksi: Saksi) {
        super.init(SupervisorState(), saksi)
        refresh()
    }

    override public func refresh() {
        let device = saksi.device
        follow { [self] in
            state = try await ask {
                SupervisorState(
                    info: $0.info(), officers: try $0.officers(), outbox: try $0.outboxCounts(),
                    canPractise: device.practiceRoster() != nil)
            }
        }
    }

    /// Scans a code that lets an officer in, or erases.
    public func code() {
        saksi.go(.code)
    }

    /// Shows what was written down, and what the server refused.
    public func outbox() {
        saksi.go(.outbox)
    }

    /// Shows the report.
    public func trouble() {
        saksi.go(.trouble)
    }

    /// Begins to practise, with a PIN for it. The real phone is locked meanwhile.
    public func practise(_ pin: String) {
        tap { [self] in try await saksi.practise(pin) }
    }
}

/// A report that may be sent to whoever helps.
public struct TroubleState: Sendable {
    /// The report; nil while it is made.
    public var report: String?
}

/// Makes a report without a name, a face or a number of any person.
public final class TroubleModel: Model<TroubleState> {
    init(_ saksi: Saksi) {
        super.init(TroubleState(), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in try await make(nil) }
    }

    /// Goes through all records and photos, and says whether all is whole. Takes some seconds.
    public func check() {
        let folder = saksi.device.folder
        tap { [self] in try await make(saksi.off { try verifyHistory(folder: folder) }) }
    }

    private func make(_ history: HistoryReport?) async throws {
        let device = saksi.device
        let about = [
            ("app", device.version), ("library", version()), ("phone", device.about), ("language", "\(saksi.language)"),
        ]
        let known = try await saksi.askIfOpen { try $0.facts() } ?? [("handset", "not open")]
        let whole = history?.facts ?? []
        state.report = (about + known + whole).map { "\($0): \($1)" }.joined(separator: "\n")
    }
}

extension Handset {
    /// No label, as a label may be a person's name; and of officers only how many there are.
    fileprivate func facts() throws -> [(String, String)] {
        let (info, outbox, locked) = (info(), try outboxCounts(), isLocked())
        let officers = Dictionary(grouping: try officers()) { "\($0.state)" }.map { "\($0) \($1.count)" }.sorted()
        let refused = try quarantined().map { "\($0.seq) \($0.code.map { "\($0)" } ?? "unreadable")" }
        return [
            ("handset", info.handset), ("server", info.server), ("state", "\(info.state)"), ("heard_ms", "\(info.heard)"),
            ("missing_models", list(info.missingModels)), ("locked", "\(locked)"), ("officers", list(officers)),
            ("waiting", "\(outbox.waiting)"), ("sent", "\(outbox.sent)"), ("quarantined", list(refused)),
            ("disk_bytes", locked ? "unlock to see" : "\(try space().diskBytes)"),
        ]
    }
}

extension HistoryReport {
    fileprivate var facts: [(String, String)] {
        [("records", "\(records)"), ("receipts", "\(receipts)"), ("removed", "\(removed)"), ("problems", list(problems))]
    }
}

private func list(_ items: [String]) -> String {
    items.isEmpty ? "none" : items.joined(separator: "; ")
}
