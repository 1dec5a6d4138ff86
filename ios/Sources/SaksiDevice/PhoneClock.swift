import Foundation
import SaksiCore

/// The phone's clocks: the wall, and one that counts on while the phone sleeps, from a start that is told apart by its time.
public final class PhoneClock: SaksiCore.Clock {
    public init() {}

    public func now() -> ClockReading {
        var sinceStart = timespec()
        // On Apple's systems this one goes on in sleep; elsewhere CLOCK_BOOTTIME does.
        #if canImport(Darwin)
            clock_gettime(CLOCK_MONOTONIC, &sinceStart)
        #else
            clock_gettime(CLOCK_BOOTTIME, &sinceStart)
        #endif
        let wall = Int64(Date().timeIntervalSince1970 * 1000)
        let monotonic = UInt64(sinceStart.tv_sec) * 1000 + UInt64(sinceStart.tv_nsec) / 1_000_000
        return ClockReading(wallMs: wall, boot: Self.boot, monotonicMs: monotonic)
    }

    private static let boot: String = {
        #if canImport(Darwin)
            var text = [CChar](repeating: 0, count: 64)
            var length = text.count
            if sysctlbyname("kern.bootsessionuuid", &text, &length, nil, 0) == 0 {
                return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
        #endif
        return UUID().uuidString
    }()
}
