// What stands for a phone here: a keystore, clocks, a position and a camera, each as an app would implement it.

import Foundation
import SaksiCore
import Synchronization

func phone(_ keystore: KeyVault) -> Platform {
    Platform(keystore: keystore, clock: PhoneClock(), location: Monas())
}

/// As a secure element would do it: the secrets stay inside, and what leaves is a handle bound to the purpose.
final class Keystore: KeyVault {
    private struct Place: Hashable {
        let purpose: String
        let handle: Data
    }

    private let inside = Mutex<[Place: Data]>([:])

    func wrap(purpose: String, secret: Data) -> Data {
        let handle = withUnsafeBytes(of: UUID().uuid) { Data($0) }
        inside.withLock { $0[Place(purpose: purpose, handle: handle)] = secret }
        return handle
    }

    func unwrap(purpose: String, wrapped: Data) throws -> Data {
        let secret = inside.withLock { $0[Place(purpose: purpose, handle: wrapped)] }
        guard let secret else { throw PlatformError.KeyLost }
        return secret
    }
}

/// A keystore that fails, with whatever it is told to throw.
final class FailingKeystore: KeyVault {
    private let thrown: any Error

    init(_ thrown: any Error) {
        self.thrown = thrown
    }

    func wrap(purpose: String, secret: Data) throws -> Data {
        throw thrown
    }

    func unwrap(purpose: String, wrapped: Data) throws -> Data {
        throw thrown
    }
}

/// An error that Saksi doesn't know.
struct Broken: Error, CustomStringConvertible {
    let description: String
}

final class PhoneClock: Clock {
    private let boot = UUID().uuidString

    func now() -> ClockReading {
        let wall = Int64(Date().timeIntervalSince1970 * 1000)
        return ClockReading(wallMs: wall, boot: boot, monotonicMs: monotonicNs() / 1_000_000)
    }
}

/// The middle of Jakarta.
final class Monas: Location {
    func lastFix() -> Fix? {
        Fix(latitude: -6.1754, longitude: 106.8272, accuracyM: 12, mocked: false, ageMs: 1500)
    }
}

final class Watcher: SyncListener {
    private let reports = Mutex<[SyncProgress]>([])

    var last: SyncProgress? {
        reports.withLock { $0.last }
    }

    func progress(progress: SyncProgress) {
        reports.withLock { $0.append(progress) }
    }
}

final class ThrowingListener: SyncListener {
    func progress(progress: SyncProgress) throws {
        throw Broken(description: "the screen is gone")
    }
}

/// What was told, in order, to whoever waits for it.
final class Told: Sendable {
    private let waiting = Mutex<[String]>([])

    func add(_ what: String) {
        waiting.withLock { $0.append(what) }
    }

    func next() throws -> String {
        for _ in 0..<1000 {
            if let first = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return first }
            Thread.sleep(forTimeInterval: 0.01)
        }
        throw Broken(description: "nothing is told")
    }
}

/// Calls the handset back each time it hears something, and throws.
final class CallingObserver: Observer {
    let heard = Told()
    private let handset: Handset

    init(_ handset: Handset) {
        self.handset = handset
    }

    func lockChanged(locked: Bool) throws {
        try hear("locked: \(locked)")
    }

    func outboxChanged(counts: OutboxCounts) throws {
        try hear("waiting: \(counts.waiting)")
    }

    func rosterChanged() throws {
        try hear("roster")
    }

    private func hear(_ what: String) throws {
        _ = try handset.outboxCounts()
        heard.add(what)
        throw Broken(description: "the screen is gone")
    }
}

final class Lines: LogListener {
    let lines = Told()

    func log(level: LogLevel, target: String, message: String) {
        lines.add(message)
    }
}

/// What both captures do with a frame.
protocol TakesFrames {
    func yuv(y: Data, u: Data, v: Data, layout: FrameLayout) throws -> CaptureStep
}

extension FaceCapture: TakesFrames {}
extension StatementCapture: TakesFrames {}
extension ScanSession: TakesFrames {}

/// A camera that holds still before a picture: its frame, over and over, as two planes with U and V by turns.
struct Camera {
    private let bytes: Data
    private let size: [UInt32]

    init(_ name: String) throws {
        let file = URL(fileURLWithPath: given("SAKSI_\(name)_FRAME"))
        bytes = try Data(contentsOf: file)
        size = file.deletingPathExtension().lastPathComponent.split(separator: "x").compactMap { UInt32($0) }
    }

    func layout(_ timeNs: UInt64) -> FrameLayout {
        FrameLayout(
            width: size[0],
            height: size[1],
            rowStride: size[0],
            chromaRowStride: size[0],
            chromaPixelStride: 2,
            turnDegrees: 0,
            mirrored: false,
            timeNs: timeNs
        )
    }

    /// Slices of `Data` share its bytes: nothing is copied.
    @discardableResult
    func show(_ capture: some TakesFrames, _ layout: FrameLayout) throws -> CaptureStep {
        let chroma = bytes.dropFirst(Int(size[0] * size[1]))
        return try capture.yuv(y: bytes.prefix(Int(size[0] * size[1])), u: chroma.dropFirst(), v: chroma, layout: layout)
    }

    /// Until the capture is over.
    func film(_ capture: some TakesFrames) throws -> CaptureStep {
        for _ in 0..<2000 {
            let step = try show(capture, layout(monotonicNs()))
            if step.over { return step }
            Thread.sleep(forTimeInterval: 0.03)
        }
        throw Broken(description: "the capture doesn't end")
    }
}

func monotonicNs() -> UInt64 {
    DispatchTime.now().uptimeNanoseconds
}

func given(_ name: String) -> String {
    guard let value = ProcessInfo.processInfo.environment[name] else {
        fatalError("\(name) is not set: run `cargo test -p saksi-tests --test languages`")
    }
    return value
}

func portrait(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: given("SAKSI_PORTRAITS")).appendingPathComponent(name))
}

func statement() throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: given("SAKSI_STATEMENT")))
}
