// What a story is told with: parts that run in order, and checks that end it.

import Foundation
import SaksiCore
import Synchronization

private let watchdog = Watchdog()

/// One part of the day. What goes wrong in it ends the day with an error, and so does a call that never returns.
@MainActor
func part(_ title: String, _ story: @MainActor () async throws -> Void) async {
    print("swift: \(title)")
    watchdog.watch(title)
    do {
        try await story()
    } catch {
        fail("\(title): \(error)")
    }
}

/// Ends the day from a thread of its own where a part takes longer than it may.
private final class Watchdog: Sendable {
    private static let limit = Duration.seconds(120)
    private let watched = Mutex<(title: String, until: ContinuousClock.Instant)?>(nil)

    init() {
        Thread.detachNewThread { [self] in
            while true {
                Thread.sleep(forTimeInterval: 1)
                if let late = watched.withLock({ $0 }), late.until < .now { fail("\(late.title): it hangs") }
            }
        }
    }

    func watch(_ title: String) {
        watched.withLock { $0 = (title, .now + Self.limit) }
    }
}

private func fail(_ what: String) -> Never {
    FileHandle.standardError.write(Data("swift: \(what)\n".utf8))
    exit(1)
}

func check(_ holds: Bool, _ what: String = "this doesn't hold", line: UInt = #line) throws {
    if !holds { throw Broken(description: "line \(line): \(what)") }
}

func equal<T: Equatable>(_ left: T, _ right: T, line: UInt = #line) throws {
    try check(left == right, "\(left) is not \(right)", line: line)
}

/// The error with which Saksi refuses something.
func refusal<T>(line: UInt = #line, of act: () throws -> T) throws -> SaksiError {
    do {
        _ = try act()
    } catch let error as SaksiError {
        return error
    }
    throw Broken(description: "line \(line): it wasn't refused")
}

extension SaksiError {
    var pin: PinFault? {
        if case .Pin(let fault, _) = self { fault } else { nil }
    }

    var handset: HandsetFault? {
        if case .Handset(let fault, _) = self { fault } else { nil }
    }

    var storage: StorageFault? {
        if case .Storage(let fault, _) = self { fault } else { nil }
    }

    var roster: RosterFault? {
        if case .Roster(let fault, _) = self { fault } else { nil }
    }

    var capture: CaptureFault? {
        if case .Capture(let fault, _) = self { fault } else { nil }
    }

    var visit: VisitFault? {
        if case .Visit(let fault, _) = self { fault } else { nil }
    }
}
