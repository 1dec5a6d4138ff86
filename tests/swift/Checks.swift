// What a story is told with: parts that run in order, and checks that end it.

import Foundation
import SaksiCore

/// One part of the day. What goes wrong in it ends the day with an error.
@MainActor
func part(_ title: String, _ story: @MainActor () async throws -> Void) async {
    print("swift: \(title)")
    do {
        try await story()
    } catch {
        FileHandle.standardError.write(Data("swift: \(title): \(error)\n".utf8))
        exit(1)
    }
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
