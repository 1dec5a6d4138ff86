import SaksiCore

/// How sending stands.
public struct SyncState: Equatable, Sendable {
    /// How far it has come; nil where none is under way.
    public var progress: SyncProgress?
    /// It was asked to end.
    public var ending = false
    /// What the last one did.
    public var last: SyncResult?

    /// Whether one is under way.
    public var running: Bool { progress != nil }
}

/// What a sync did, in numbers.
public struct SyncResult: Equatable, Sendable {
    public let sent, refused, waiting, news: Int
}

/// Sends what waits and fetches what is new. Works while locked, and goes on whatever screen is shown.
public final class SyncModel: Model<SyncState> {
    private var cancel: Cancel?

    init(_ saksi: Saksi) {
        super.init(SyncState(), saksi)
    }

    /// Begins one, unless one is under way.
    public func start() {
        tap { [self] in
            let ending = Cancel()
            cancel = ending
            state = SyncState(progress: SyncProgress(recordsDone: 0, recordsTotal: 0, bytesSent: 0), last: state.last)
            defer { (state.progress, state.ending, cancel) = (nil, false, nil) }
            let listener = Listener { [weak self] progress in
                Task { @MainActor in if self?.state.running == true { self?.state.progress = progress } }
            }
            let (result, stopped) = try await ask { handset in
                let report = handset.sync(listener: listener, cancel: ending)
                let result = SyncResult(
                    sent: Int(report.sent), refused: Int(report.quarantined), waiting: Int(report.waiting),
                    news: Int(report.rosterChanges))
                return (result, (report.stopped ?? report.notKept).map(Problem.of))
            }
            state.last = result
            if let stopped { show(stopped) }
        }
    }

    /// Ends it early. What was sent stays sent.
    public func stop() {
        cancel?.cancel()
        state.ending = state.running
    }

    private final class Listener: SyncListener {
        private let tell: @Sendable (SyncProgress) -> Void

        init(_ tell: @escaping @Sendable (SyncProgress) -> Void) {
            self.tell = tell
        }

        func progress(progress: SyncProgress) {
            tell(progress)
        }
    }
}
