// What of Apple's Security the app calls, as its documentation has it. It does nothing.
public final class SecAccessControl {}
public struct SecAccessControlCreateFlags: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let privateKeyUsage = SecAccessControlCreateFlags(rawValue: 1 << 30)
}
public let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly = "cku"
public func SecAccessControlCreateWithFlags(
    _ allocator: Int?, _ protection: Any, _ flags: SecAccessControlCreateFlags, _ error: Int?
) -> SecAccessControl? { nil }
