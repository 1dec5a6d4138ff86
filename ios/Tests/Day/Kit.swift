// What the day stands on: a real server in a process of its own, a phone, a camera, and checks.

import Foundation
import SaksiCore
import SaksiKit
import Synchronization

func given(_ name: String) -> String {
    guard let value = ProcessInfo.processInfo.environment[name] else { fatalError("\(name) is not set: see ios/README.md") }
    return value
}

/// Something isn't as it must be.
struct Wrong: Error, CustomStringConvertible {
    let description: String
}

func check(_ holds: Bool, _ what: @autoclosure () -> String, line: UInt = #line) throws {
    guard holds else { throw Wrong(description: "line \(line): \(what())") }
}

/// Waits for a process; `waitUntilExit` needs the run loop of the thread that began it, and tasks change threads.
private func ended(_ process: Process) {
    while process.isRunning { usleep(10_000) }
}

/// The programme's office: the real server, over TLS.
final class Office {
    static let round = "BST-2026-11"
    static let title = "BST Tahap November 2026"
    static let amount = 300_000

    private let data = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let ports: [Int]
    private var process: Process?

    init() throws {
        ports = (0..<2).map { _ in Int.random(in: 20_000..<32_000) }
        try open()
        _ = try office("import-roster", "--round", Self.round, "--title", Self.title, given("SAKSI_ROSTER"))
    }

    /// The server runs: handsets are online.
    func open() throws {
        let (handsets, pages) = ("127.0.0.1:\(ports[0])", "127.0.0.1:\(ports[1])")
        let server = server(["--handset-listen", handsets, "--office-listen", pages, "--liveness", "off", "--portraits"])
        let log = Pipe()
        (server.standardError, server.standardOutput) = (log, FileHandle.nullDevice)
        try server.run()
        process = server
        var said = ""
        while !said.contains("office:") {
            let more = log.fileHandleForReading.availableData
            try check(!more.isEmpty, "the server doesn't start: \(said)")
            said += String(decoding: more, as: UTF8.self)
        }
        // What it says later is let go.
        log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    /// The server is gone: handsets are offline.
    func shut() {
        guard let process else { return }
        kill(process.processIdentifier, SIGKILL)
        ended(process)
        self.process = nil
    }

    /// The text of a ticket's QR code.
    func ticket() throws -> String {
        try office("ticket", "--qr", data.appendingPathExtension("svg").path)
    }

    /// The text of the QR code that lets an officer in on a handset.
    func unlockCode(_ handset: String, _ officer: String) throws -> String {
        try office("admit-officer", handset, officer)
    }

    func close() {
        shut()
        try? FileManager.default.removeItem(at: data)
    }

    private func office(_ arguments: String...) throws -> String {
        let (server, printed) = (server(arguments), Pipe())
        (server.standardOutput, server.standardError) = (printed, FileHandle.nullDevice)
        try server.run()
        let text = String(decoding: printed.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        ended(server)
        try check(server.terminationStatus == 0, "\(arguments[0]) failed")
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func server(_ arguments: [String]) -> Process {
        let server = Process()
        server.executableURL = URL(fileURLWithPath: given("SAKSI_PROGRAMS")).appendingPathComponent("saksi-server")
        server.arguments = ["--data", data.path] + arguments
        return server
    }
}

/// What stands for a phone: a keystore, clocks that can be moved on, a position, and a printer that keeps what it prints.
final class Phone: Device {
    private static let clock = MovableClock()
    private let disk = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let paper = Mutex<[Data]>([])

    let platform = Platform(keystore: Keystore(), clock: Phone.clock, location: Bandung())
    let label = "Phone 12"
    let version = "1.0.0"
    let about = "a test's phone"
    let language = Language.id
    let fleet = Fleet(office: "Kantor Pos Bandung")

    var folder: String { disk.appendingPathComponent("handset").path }
    var practiceFolder: String { disk.appendingPathComponent("practice").path }
    var models: String { given("SAKSI_MODELS") }
    var printed: [Data] { paper.withLock { $0 } }

    init() throws {
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    }

    func practiceRoster() -> Data? {
        FileManager.default.contents(atPath: given("SAKSI_ROSTER"))
    }

    func print(_ bytes: Data) -> Bool {
        paper.withLock { $0.append(bytes) }
        return true
    }

    func syncLater() {}

    /// Time goes by.
    func wait(hours: UInt64) {
        Self.clock.aheadMs.withLock { $0 += hours * 3_600_000 }
    }

    func close() {
        try? FileManager.default.removeItem(at: disk)
    }
}

/// As a secure element would do it: the secrets stay inside, and what leaves is a handle bound to the purpose.
private final class Keystore: KeyVault {
    private let inside = Mutex<[String: Data]>([:])

    func wrap(purpose: String, secret: Data) -> Data {
        let handle = UUID().uuidString
        inside.withLock { $0[purpose + handle] = secret }
        return Data(handle.utf8)
    }

    func unwrap(purpose: String, wrapped: Data) throws -> Data {
        let secret = inside.withLock { $0[purpose + String(decoding: wrapped, as: UTF8.self)] }
        guard let secret else { throw PlatformError.KeyLost }
        return secret
    }
}

private final class MovableClock: SaksiCore.Clock {
    let aheadMs = Mutex<UInt64>(0)
    private let boot = UUID().uuidString

    func now() -> ClockReading {
        let ahead = aheadMs.withLock { $0 }
        let wall = Int64(Date().timeIntervalSince1970 * 1000) + Int64(ahead)
        return ClockReading(wallMs: wall, boot: boot, monotonicMs: DispatchTime.now().uptimeNanoseconds / 1_000_000 + ahead)
    }
}

private final class Bandung: Location {
    func lastFix() -> Fix? {
        Fix(latitude: -6.9175, longitude: 107.6191, accuracyM: 12, mocked: false, ageMs: 1500)
    }
}

/// A camera that holds still before a picture: its frame, over and over, as two planes with U and V by turns.
struct Camera {
    private let bytes: Data
    private let size: [UInt32]

    init(_ name: String) throws {
        let file = URL(fileURLWithPath: given("SAKSI_\(name)_FRAME"))
        bytes = try Data(contentsOf: file)
        size = file.deletingPathExtension().lastPathComponent.split(separator: "x").compactMap { UInt32($0) }
    }

    /// Shows one frame. Slices of `Data` share its bytes: nothing is copied.
    func show(_ filming: Filming) {
        let chroma = bytes.dropFirst(Int(size[0] * size[1]))
        let layout = FrameLayout(
            width: size[0], height: size[1], rowStride: size[0], chromaRowStride: size[0], chromaPixelStride: 2,
            turnDegrees: 0, mirrored: false, timeNs: DispatchTime.now().uptimeNanoseconds)
        filming.frame(y: bytes.prefix(Int(size[0] * size[1])), u: chroma.dropFirst(), v: chroma, layout: layout)
    }
}
