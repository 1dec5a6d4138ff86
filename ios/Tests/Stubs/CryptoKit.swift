// What of Apple's CryptoKit the app calls, as its documentation has it. It does nothing.
import Foundation
import Security

public enum CryptoKitError: Error { case authenticationFailure }
public struct SHA256 {}
public struct SymmetricKey: Sendable {}
public struct SharedSecret: Sendable {
    public func hkdfDerivedSymmetricKey<H, Salt: DataProtocol, Info: DataProtocol>(
        using hash: H.Type, salt: Salt, sharedInfo: Info, outputByteCount: Int
    ) -> SymmetricKey { SymmetricKey() }
}
public enum P256 {
    public enum KeyAgreement {
        public struct PublicKey: Sendable {
            public init<D: ContiguousBytes>(x963Representation: D) throws {}
            public var x963Representation: Data { Data() }
        }
        public struct PrivateKey: Sendable {
            public init() {}
            public var publicKey: PublicKey { fatalError() }
            public func sharedSecretFromKeyAgreement(with other: PublicKey) throws -> SharedSecret { SharedSecret() }
        }
    }
}
public enum SecureEnclave {
    public enum P256 {
        public enum KeyAgreement {
            public struct PrivateKey: Sendable {
                public init(accessControl: SecAccessControl) throws {}
                public init(dataRepresentation: Data) throws {}
                public var dataRepresentation: Data { Data() }
                public var publicKey: CryptoKit.P256.KeyAgreement.PublicKey { fatalError() }
                public func sharedSecretFromKeyAgreement(with other: CryptoKit.P256.KeyAgreement.PublicKey) throws -> SharedSecret
                {
                    SharedSecret()
                }
            }
        }
    }
}
public enum AES {
    public enum GCM {
        public struct SealedBox: Sendable {
            public init<D: DataProtocol>(combined: D) throws {}
            public var combined: Data? { nil }
        }
        public static func seal<M: DataProtocol, A: DataProtocol>(
            _ message: M, using key: SymmetricKey, authenticating data: A
        ) throws -> SealedBox { try SealedBox(combined: Data()) }
        public static func open<A: DataProtocol>(_ box: SealedBox, using key: SymmetricKey, authenticating data: A) throws -> Data
        {
            Data()
        }
    }
}
