import Foundation
import Observation
import SaksiCore

/// A screen, and the model that it draws.
@MainActor
public struct Place {
    public let screen: Screen
    public let model: AnyModel
}

/// The app without its screens: which screen is shown with which model, who is at work, and the handset behind all of it.
///
/// A user interface draws `place`, and calls the functions of its model. All functions here return at once.
@MainActor @Observable
public final class Saksi {
    /// The phone.
    public let device: any Device
    /// In which language.
    public var language: Language
    /// Whether nothing counts: the handset is one to practise with.
    public private(set) var practising = false
    /// Who is at work; nil while locked.
    public private(set) var officer: OfficerId?
    /// Sends what waits, whatever is on the screen.
    @ObservationIgnored public private(set) lazy var sync = SyncModel(self)

    private var stack: [Place] = []
    @ObservationIgnored private let library = Library()
    @ObservationIgnored private var waiting: [Screen] = []
    @ObservationIgnored private var waitsFor: OfficerId?
    @ObservationIgnored private var idle: Task<Void, Never>?

    public init(device: any Device) {
        self.device = device
        language = device.fleet.language ?? device.language
        root([.opening])
    }

    /// What is shown.
    public var place: Place { stack[stack.count - 1] }

    /// All wording, in the language of now.
    public var texts: any Texts { language == .id ? Indonesian() : English() }

    /// Opens the library and the handset. `saved` is what `save` gave to the process before this one.
    public func start(saved: String? = nil) {
        waiting = Screen.restore(saved ?? "").filter(\.survives)
        Task {
            guard !device.fleet.isOutdated(device.version) else { return root([.outdated]) }
            do {
                try await library.open(device, Changes(self))
                root([.unlock])
            } catch {
                let problem = Problem.of(error)
                root([Self.needsATicket.contains(problem.code) ? .handOut : .trouble])
                if problem.code != "not_provisioned" { place.model.show(problem) }
            }
        }
    }

    /// Where the officer is, for `start` after the process was killed. Names no one: numbers only.
    public func save() -> String {
        Screen.save(waiting.isEmpty ? stack.map(\.screen).filter(\.survives) : waiting)
    }

    /// Shows a screen on top of this one.
    public func go(_ screen: Screen) {
        stack.append(Place(screen: screen, model: model(screen)))
    }

    /// Shows a screen in place of this one.
    public func replace(_ screen: Screen) {
        place.model.close()
        stack[stack.count - 1] = Place(screen: screen, model: model(screen))
    }

    /// Back to the screen below. Returns whether there was one.
    @discardableResult
    public func back() -> Bool {
        guard stack.count > 1 else { return false }
        stack.removeLast().model.close()
        place.model.refresh()
        return true
    }

    /// Back to where the day is seen.
    public func home() {
        root([officer == nil ? .unlock : .home])
    }

    /// Locks at once. What was under way is there again after the PIN.
    public func lock() {
        Task {
            await library.lock()
            locked()
        }
    }

    /// Ends practising: what was written is removed, and the real handset is back, locked.
    public func stopPractice() {
        Task {
            await reopen()
            try? FileManager.default.removeItem(atPath: device.practiceFolder)
        }
    }

    /// The app ends: the handset's folder is let go.
    public func close() async {
        idle?.cancel()
        for place in stack { place.model.close() }
        stack = [Place(screen: .opening, model: AnyModel(self))]
        await library.letGo()
    }

    /// Calls the handset where it may block.
    func ask<T: Sendable>(_ call: @escaping @Sendable (Handset) throws -> T) async throws -> T {
        try await library.ask(call)
    }

    /// The same, where there is a handset.
    func askIfOpen<T: Sendable>(_ call: @escaping @Sendable (Handset) throws -> T) async throws -> T? {
        try await library.askIfOpen(call)
    }

    /// Calls the phone where it may block.
    func off<T: Sendable>(_ call: @escaping @Sendable () throws -> T) async throws -> T {
        try await library.off(call)
    }

    /// Registers this phone, and unlocks it for the officer who chose the PIN.
    func handOut(_ ticket: String, _ officer: OfficerId, _ pin: String) async throws {
        try await library.provision(device, Changes(self), ticket, officer, pin)
        try await unlock(officer, pin)
    }

    /// Unlocks, and goes on where this officer was.
    func unlock(_ officer: OfficerId, _ pin: String) async throws {
        try await ask { try $0.unlock(officer: officer, pin: pin) }
        entered(officer)
    }

    /// Begins to practise: a handset of no programme, with invented people, until `stopPractice`.
    func practise(_ pin: String) async throws {
        let (device, title) = (device, texts.practiceRound)
        try await library.practise(device, Changes(self), Self.trainee, pin)
        try await ask { handset in
            try handset.unlock(officer: Self.trainee, pin: pin)
            if let roster = device.practiceRoster() {
                _ = try handset.importRoster(round: Round(id: Self.practiceRound, title: title), file: roster)
            }
        }
        practising = true
        waiting = []
        entered(Self.trainee)
    }

    /// On to the next person, once this one's receipt was seen: another face of a queue, or back to the list.
    func afterReceipt(_ round: RoundId?) {
        while true {
            switch place.screen {
            case .receipt, .person: if !back() { return home() }
            case .home:
                if let round { go(.scan(round: round, id: nil)) }
                return
            default: return
            }
        }
    }

    /// Lets the handset go, and opens the real one anew.
    func reopen() async {
        officer = nil
        idle?.cancel()
        root([.opening])
        await library.letGo()
        practising = false
        start()
    }

    /// Whatever fails may mean that the handset has locked itself.
    func failed(_ problem: Problem) {
        switch problem.code {
        case "locked", "session_over": locked()
        case "outcome_unknown":
            // The PIN shows what became of it.
            waiting = [.home] + (problem.record.map { [.receipt(record: $0)] } ?? [])
            locked()
            place.model.show(problem)
        default: break
        }
    }

    /// Whoever unlocks while another is at work locks first: what counts is how it stands now.
    fileprivate func changedLock() {
        Task {
            if (try? await askIfOpen { $0.isLocked() }) == true { locked() }
        }
    }

    fileprivate func changed(outbox counts: OutboxCounts) {
        if counts.waiting > 0 && !practising { device.syncLater() }
        place.model.refresh()
    }

    fileprivate func changedRoster() {
        place.model.refresh()
    }

    private func entered(_ officer: OfficerId) {
        self.officer = officer
        let mine = waitsFor == nil || waitsFor == officer ? waiting : []
        (waiting, waitsFor) = ([], nil)
        root(mine.isEmpty ? [.home] : mine)
        idle?.cancel()
        idle = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(15))
                guard let self, let locked = try? await ask({ $0.lockIfIdle() }) else { return }
                if locked { self.locked() }
            }
        }
    }

    private func locked() {
        guard officer != nil else { return }
        if waiting.isEmpty { waiting = stack.map(\.screen).filter(\.survives) }
        (waitsFor, officer) = (officer, nil)
        idle?.cancel()
        root([.unlock])
    }

    private func root(_ screens: [Screen]) {
        let gone = stack
        stack = screens.map { Place(screen: $0, model: model($0)) }
        for place in gone { place.model.close() }
    }

    private func model(_ screen: Screen) -> AnyModel {
        switch screen {
        case .opening, .outdated: AnyModel(self)
        case .trouble: TroubleModel(self)
        case .handOut: HandOutModel(HandOutState(), self)
        case .unlock: UnlockModel(self)
        case .code: CodeModel(CodeState(), self)
        case .changePin: ChangePinModel(ChangePinState(), self)
        case .ownFace: OwnFaceModel(self)
        case .home: HomeModel(self)
        case .people(let round): PeopleModel(self, round)
        case .person(let round, let id): PersonModel(self, round, id)
        case .scan(let round, let id): ScanModel(self, round, id)
        case .visit(let sort, let round, let id): VisitModel(self, sort, round, id)
        case .receipt(let record): ReceiptModel(self, record)
        case .cash(let round): CashModel(self, round)
        case .outbox: OutboxModel(self)
        case .supervisor: SupervisorModel(self)
        }
    }

    private static let needsATicket: Set = ["not_provisioned", "erased", "key_lost"]
    private nonisolated static let trainee = "latihan"
    private nonisolated static let practiceRound = "LATIHAN"
}

/// Called by the library from a thread of its own.
private final class Changes: Observer {
    private let tell: @Sendable (@escaping @MainActor (Saksi) -> Void) -> Void

    @MainActor
    init(_ saksi: Saksi) {
        tell = { [weak saksi] what in
            Task { @MainActor in
                if let saksi { what(saksi) }
            }
        }
    }

    func lockChanged(locked: Bool) {
        tell { $0.changedLock() }
    }

    func outboxChanged(counts: OutboxCounts) {
        tell { $0.changed(outbox: counts) }
    }

    func rosterChanged() {
        tell { $0.changedRoster() }
    }
}
