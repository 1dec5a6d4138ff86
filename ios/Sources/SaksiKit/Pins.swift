// The screens of a PIN: handing out a phone, unlocking it, a supervisor's code, and another PIN.

import Foundation
import SaksiCore

/// A PIN's shortest length, as the library wants it.
public let shortestPin = 6

/// What is known of a phone that is being handed out: first its ticket, then its officer.
public struct HandOutState: Equatable, Sendable {
    public var ticket: String?
    public var officer: OfficerId?

    /// What is asked for, one thing after another.
    public enum Step: Sendable { case ticket, officer, pin }

    /// What is asked for now.
    public var step: Step { ticket == nil ? .ticket : officer == nil ? .officer : .pin }
}

/// Hands a phone out: the supervisor's ticket, the officer's number, and the PIN that the officer chooses.
public final class HandOutModel: Model<HandOutState> {
    /// A code was read.
    public func scanned(_ text: String) {
        guard saksi.device.fleet.takes(text) else { return show(.said("other_server")) }
        state.ticket = text
    }

    /// The officer's number was typed.
    public func named(_ officer: OfficerId) {
        state.officer = officer.trimmingCharacters(in: .whitespaces)
    }

    /// The PIN was chosen. Needs a connection; may be repeated.
    public func chose(_ pin: String) {
        guard let ticket = state.ticket, let officer = state.officer else { return }
        tap { [self] in
            do {
                try await saksi.handOut(ticket, officer, pin)
                saksi.sync.start()
            } catch {
                // Whichever was wrong is asked for again.
                switch Problem.of(error).code {
                case "invalid_input": state = HandOutState()
                case "bad_ticket", "refused", "not_our_server": state.ticket = nil
                default: break
                }
                throw error
            }
        }
    }

    /// One step back. Returns whether there was one.
    public func stepBack() -> Bool {
        guard state.ticket != nil else { return false }
        if state.officer != nil { state.officer = nil } else { state.ticket = nil }
        return true
    }
}

/// Who can unlock, who wants to, and how long to wait.
public struct UnlockState: Equatable, Sendable {
    /// All who work with this phone.
    public var officers: [Officer] = []
    /// Who wants to unlock.
    public var chosen: Officer?
    /// For so long no PIN is taken.
    public var waitSeconds = 0

    /// Only a supervisor's code lets the chosen officer in.
    public var needsCode: Bool { chosen.map { $0.state != .ready } ?? false }
}

/// Unlocks with the PIN.
public final class UnlockModel: Model<UnlockState> {
    private var countdown: Task<Void, Never>?

    init(_ saksi: Saksi) {
        super.init(UnlockState(), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in try await read() }
    }

    /// This officer wants to unlock.
    public func choose(_ officer: Officer?) {
        state.chosen = officer
    }

    /// The PIN was typed.
    public func unlock(_ pin: String) {
        guard let officer = state.chosen?.id else { return }
        tap { [self] in
            do {
                try await saksi.unlock(officer, pin)
            } catch {
                if let seconds = Problem.of(error).waitSeconds { countDown(seconds) }
                try await read()
                throw error
            }
        }
    }

    /// The PIN that the officer chose, where a supervisor's code for them came from the server.
    public func admitWaiting(_ pin: String) {
        guard let officer = state.chosen?.id else { return }
        tap { [self] in
            try await ask { try $0.admitWaiting(officer: officer, pin: pin) }
            try await saksi.unlock(officer, pin)
        }
    }

    private func read() async throws {
        let officers = try await ask { try $0.officers() }
        state.officers = officers
        state.chosen = officers.first { $0.id == state.chosen?.id } ?? (officers.count == 1 ? officers[0] : nil)
    }

    private func countDown(_ seconds: Int) {
        countdown?.cancel()
        countdown = Task { [weak self] in
            for left in stride(from: seconds, through: 0, by: -1) {
                self?.state.waitSeconds = left
                guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            }
        }
    }
}

/// A supervisor's code, and what it is for.
public struct CodeState: Equatable, Sendable {
    public var code: String?
    public var purpose: CodePurpose?
}

/// Takes a supervisor's code: it lets an officer choose a PIN, or erases the phone. Needs no connection.
public final class CodeModel: Model<CodeState> {
    /// A code was read.
    public func scanned(_ text: String) {
        tap { [self] in state = CodeState(code: text, purpose: try await ask { try $0.readCode(code: text) }) }
    }

    /// The officer chose a PIN.
    public func chose(_ pin: String) {
        guard let code = state.code else { return }
        tap { [self] in
            let officer = try await ask { try $0.admit(code: code, pin: pin) }
            try await saksi.unlock(officer, pin)
        }
    }

    /// The supervisor confirmed that all is to be erased. What is sealed can still be sent.
    public func erase() {
        guard let code = state.code else { return }
        tap { [self] in
            try await ask { try $0.erase(code: code) }
            await saksi.reopen()
        }
    }
}

/// The PIN before, once it was typed.
public struct ChangePinState: Equatable, Sendable {
    public var old: String?
    public var done = false
}

/// Sets another PIN for the officer who is at work.
public final class ChangePinModel: Model<ChangePinState> {
    /// The PIN of now.
    public func old(_ pin: String) {
        state.old = pin
    }

    /// The PIN from now on.
    public func new(_ pin: String) {
        guard let officer = saksi.officer else { return }
        let old = state.old ?? ""
        tap { [self] in
            do {
                try await ask { try $0.changePin(officer: officer, old: old, new: pin) }
            } catch {
                if ["wrong_pin", "pin_wait"].contains(Problem.of(error).code) { state = ChangePinState() }
                throw error
            }
            state = ChangePinState(done: true)
        }
    }
}
