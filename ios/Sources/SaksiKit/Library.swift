import Foundation
import SaksiCore
import Synchronization

/// The library and the handset that is open, called where they may block.
final class Library: Sendable {
    private struct Open {
        var engine: FaceEngine?
        var handset: Handset?
    }

    /// There is no handset.
    private struct NotOpen: Error {}

    private let held = Mutex(Open())
    private let queue = DispatchQueue(label: "saksi", qos: .userInitiated, attributes: .concurrent)

    func ask<T: Sendable>(_ call: @escaping @Sendable (Handset) throws -> T) async throws -> T {
        try await off {
            guard let handset = self.handset else { throw NotOpen() }
            return try call(handset)
        }
    }

    func askIfOpen<T: Sendable>(_ call: @escaping @Sendable (Handset) throws -> T) async throws -> T? {
        try await off { try self.handset.map(call) }
    }

    func off<T: Sendable>(_ call: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { done in
            queue.async { done.resume(with: Result(catching: call)) }
        }
    }

    func open(_ device: any Device, _ observer: any Observer) async throws {
        try await hold(observer, device.models) {
            try Handset.open(folder: device.folder, platform: device.platform, engine: $0)
        }
    }

    func provision(
        _ device: any Device, _ observer: any Observer, _ ticket: String, _ officer: OfficerId, _ pin: String
    ) async throws {
        try await hold(observer, device.models) {
            try Handset.provision(
                folder: device.folder, platform: device.platform, engine: $0, ticket: ticket, label: device.label,
                officer: officer, pin: pin)
        }
    }

    func practise(_ device: any Device, _ observer: any Observer, _ officer: OfficerId, _ pin: String) async throws {
        try await hold(observer, device.models) {
            try? FileManager.default.removeItem(atPath: device.practiceFolder)
            return try Handset.practise(
                folder: device.practiceFolder, platform: device.platform, engine: $0, officer: officer, pin: pin)
        }
    }

    func lock() async {
        try? await off { self.handset?.lock() }
    }

    /// A handset's folder is let go with the last reference to it and to its visits.
    func letGo() async {
        try? await off {
            let gone = self.held.withLock { held in
                defer { held.handset = nil }
                return held.handset
            }
            try gone?.observe(observer: nil)
        }
    }

    private var handset: Handset? {
        held.withLock { $0.handset }
    }

    private func hold(
        _ observer: any Observer, _ models: String, _ make: @escaping @Sendable (FaceEngine) throws -> Handset
    ) async throws {
        await letGo()
        try await off {
            let engine = try self.held.withLock { $0.engine } ?? FaceEngine.load(folder: models)
            let made = try make(engine)
            try made.observe(observer: observer)
            self.held.withLock { $0 = Open(engine: engine, handset: made) }
        }
    }
}
