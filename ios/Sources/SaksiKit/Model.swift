import Observation
import SaksiCore

/// What each screen shows beside its own state.
public struct Status: Equatable, Sendable {
    /// What the officer asked for is under way: another tap does nothing.
    public var busy = false
    /// What went wrong last, until the officer has read it.
    public var problem: Problem?
}

/// The model of one screen, whatever it shows.
///
/// Nothing is thrown at a screen: what goes wrong is in `status`. The library blocks, so it's called on a queue of its own,
/// one call of a model after another.
@MainActor @Observable
public class AnyModel {
    /// Whether it's at work, and what went wrong.
    public private(set) var status = Status()
    @ObservationIgnored let saksi: Saksi
    @ObservationIgnored private(set) var closed = false
    @ObservationIgnored private var last: Task<Void, Never>?

    init(_ saksi: Saksi) {
        self.saksi = saksi
    }

    /// The officer has read what went wrong.
    public func understood() {
        status.problem = nil
    }

    /// Reads its state anew: it is shown again, or what it shows has changed.
    public func refresh() {}

    /// Its screen was left; nothing it does afterwards is seen.
    func close() {
        closed = true
    }

    /// Shows a problem.
    func show(_ problem: Problem) {
        status.problem = problem
    }

    /// What the officer asked for. Another tap meanwhile does nothing.
    func tap(_ work: @escaping @MainActor () async throws -> Void) {
        guard !status.busy else { return }
        status = Status(busy: true)
        run {
            defer { self.status.busy = false }
            try await work()
        }
    }

    /// What follows by itself, after whatever is under way. No key waits for it.
    func follow(_ work: @escaping @MainActor () async throws -> Void) {
        run(work)
    }

    /// Calls the library where it may block.
    func ask<T: Sendable>(_ call: @escaping @Sendable (Handset) throws -> T) async throws -> T {
        try await saksi.ask(call)
    }

    private func run(_ work: @escaping @MainActor () async throws -> Void) {
        let before = last
        last = Task {
            await before?.value
            guard !closed else { return }
            do {
                try await work()
            } catch {
                let problem = Problem.of(error)
                show(problem)
                if !closed { saksi.failed(problem) }
            }
        }
    }
}

/// A model with a state to draw, and what the officer may do as functions that return at once.
@MainActor @Observable
public class Model<State: Sendable>: AnyModel {
    /// What is to be drawn.
    public internal(set) var state: State

    init(_ state: State, _ saksi: Saksi) {
        self.state = state
        super.init(saksi)
    }
}
