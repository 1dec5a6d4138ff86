import Foundation
import SaksiCore

/// What the app's phone does for it. Everything else in this module is plain Swift, and runs wherever Swift does.
public protocol Device: Sendable {
    /// The handset's folder.
    var folder: String { get }
    /// The folder of the handset to practise with.
    var practiceFolder: String { get }
    /// The folder of the face models.
    var models: String { get }
    /// Keystore, clocks and position.
    var platform: Platform { get }
    /// What the office sees of a new handset, such as the phone's name.
    var label: String { get }
    /// The app's version, such as 1.4.0.
    var version: String { get }
    /// The phone and its system, for the troubleshooting report.
    var about: String { get }
    /// The phone's language.
    var language: Language { get }
    /// What the office has set for its phones.
    var fleet: Fleet { get }

    /// The roster to practise with; nil where the app has none. Blocks.
    func practiceRoster() -> Data?
    /// Sends bytes to the receipt printer, and says whether it took them all. Blocks.
    func print(_ bytes: Data) -> Bool
    /// Asks the system for a sync as soon as there is a network.
    func syncLater()
}

/// Which camera looks at beneficiaries.
public enum Lens: Sendable { case back, front }

/// What the office sets for its phones by managed configuration. All of it may be left out.
public struct Fleet: Equatable, Sendable {
    /// The only server whose tickets are taken, such as `https://saksi.example:8443`.
    public var server: String?
    /// The post office, as receipts show it.
    public var office: String?
    /// The app's language; the phone's, where there is none.
    public var language: Language?
    /// Which camera looks at beneficiaries.
    public var lens = Lens.back
    /// The oldest version of the app that may be used.
    public var minimumVersion: String?

    public init(server: String? = nil, office: String? = nil, language: Language? = nil, minimumVersion: String? = nil) {
        (self.server, self.office, self.language, self.minimumVersion) = (server, office, language, minimumVersion)
    }

    /// What was set, by name. A value that makes no sense counts as left out.
    public init(reading set: (String) -> String?) {
        func text(_ key: String) -> String? {
            let trimmed = set(key)?.trimmingCharacters(in: .whitespacesAndNewlines)
            return trimmed?.isEmpty == false ? trimmed : nil
        }
        server = text("server")
        office = text("office")
        language = ["id": .id, "en": .en][text("language")?.lowercased() ?? ""]
        lens = text("camera") == "front" ? .front : .back
        minimumVersion = text("minimum_version").flatMap { $0.allSatisfy { $0.isNumber || $0 == "." } ? $0 : nil }
    }

    /// Whether this version of the app is too old.
    public func isOutdated(_ version: String) -> Bool {
        guard let minimumVersion else { return false }
        let (mine, oldest) = (Self.numbers(version), Self.numbers(minimumVersion))
        for n in 0..<max(mine.count, oldest.count) {
            let (a, b) = (n < mine.count ? mine[n] : 0, n < oldest.count ? oldest[n] : 0)
            if a != b { return a < b }
        }
        return false
    }

    /// Whether a ticket of this text is for the fleet's own server.
    public func takes(_ ticket: String) -> Bool {
        guard let server else { return true }
        struct Named: Decodable { let server: String }
        let named = try? JSONDecoder().decode(Named.self, from: Data(ticket.utf8)).server
        return named.map(Self.withoutSlash) == Self.withoutSlash(server)
    }

    private static func withoutSlash(_ url: String) -> String {
        url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    private static func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").map { Int($0) ?? 0 }
    }
}
