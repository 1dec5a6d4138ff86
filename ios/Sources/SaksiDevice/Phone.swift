#if canImport(CryptoKit) && canImport(CoreLocation) && canImport(BackgroundTasks)
    import Foundation
    import SaksiCore
    import SaksiKit

    /// An iPhone. Face models are in the app's bundle; the handset is in Application Support, and out of every backup.
    public final class Phone: Device {
        public let platform: Platform
        public let folder: String
        public let practiceFolder: String
        public let models: String
        public let label: String
        public let about: String
        private let printer: any ReceiptPrinter

        @MainActor
        public init(label: String, about: String, whereabouts: Whereabouts, printer: any ReceiptPrinter) throws {
            let files = FileManager.default
            var home = try files.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
                .appendingPathComponent("saksi", isDirectory: true)
            try files.createDirectory(at: home, withIntermediateDirectories: true)
            var kept = URLResourceValues()
            kept.isExcludedFromBackup = true
            try home.setResourceValues(kept)
            folder = home.appendingPathComponent("handset").path
            practiceFolder = home.appendingPathComponent("practice").path
            models = Bundle.main.resourcePath ?? ""
            (self.label, self.about, self.printer) = (label, about, printer)
            let vault = try EnclaveVault(file: home.appendingPathComponent("vault.key"))
            platform = Platform(keystore: vault, clock: PhoneClock(), location: whereabouts)
        }

        public var version: String {
            Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String ?? "0"
        }

        public var language: Language {
            Locale.preferredLanguages.first?.hasPrefix("en") == true ? .en : .id
        }

        /// What a device management sets.
        public var fleet: Fleet {
            let set = UserDefaults.standard.dictionary(forKey: "com.apple.configuration.managed") ?? [:]
            return Fleet { set[$0] as? String }
        }

        public func practiceRoster() -> Data? {
            Bundle.main.url(forResource: "practice", withExtension: "csv").flatMap { try? Data(contentsOf: $0) }
        }

        public func print(_ bytes: Data) -> Bool {
            printer.print(bytes)
        }

        public func syncLater() {
            LaterSync.ask()
        }
    }

    /// Whatever takes a receipt's bytes.
    public protocol ReceiptPrinter: Sendable {
        /// Prints; blocks, and says whether the printer took it all.
        func print(_ bytes: Data) -> Bool
    }
#endif
