#if canImport(CryptoKit) && canImport(Security)
    import CryptoKit
    import Foundation
    import SaksiCore
    import Security

    /// The phone's Secure Enclave: a P-256 key that never leaves it. A secret is encrypted with AES-256-GCM under a key that is
    /// agreed on between that key and one made for the occasion, with the purpose as associated data.
    ///
    /// It works behind the lock screen once the phone was unlocked after its start, since a locked handset still has to sync.
    public final class EnclaveVault: KeyVault {
        private let key: SecureEnclave.P256.KeyAgreement.PrivateKey

        /// Takes the key whose sealed form is in a file, or makes one there. The file is of use to this phone's enclave only.
        public init(file: URL) throws {
            if let sealed = try? Data(contentsOf: file) {
                key = try SecureEnclave.P256.KeyAgreement.PrivateKey(dataRepresentation: sealed)
                return
            }
            let reach = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
            guard let access = SecAccessControlCreateWithFlags(nil, reach, .privateKeyUsage, nil) else {
                throw PlatformError.Failed(reason: "no access control")
            }
            key = try SecureEnclave.P256.KeyAgreement.PrivateKey(accessControl: access)
            try key.dataRepresentation.write(to: file, options: .atomic)
        }

        public func wrap(purpose: String, secret: Data) throws -> Data {
            let once = P256.KeyAgreement.PrivateKey()
            let shared = try once.sharedSecretFromKeyAgreement(with: key.publicKey)
            let sealed = try AES.GCM.seal(secret, using: derived(shared), authenticating: Data(purpose.utf8))
            guard let box = sealed.combined else { throw PlatformError.Failed(reason: "no sealed box") }
            return once.publicKey.x963Representation + box
        }

        public func unwrap(purpose: String, wrapped: Data) throws -> Data {
            do {
                let once = try P256.KeyAgreement.PublicKey(x963Representation: wrapped.prefix(Self.pointBytes))
                let shared = try key.sharedSecretFromKeyAgreement(with: once)
                let box = try AES.GCM.SealedBox(combined: wrapped.dropFirst(Self.pointBytes))
                return try AES.GCM.open(box, using: derived(shared), authenticating: Data(purpose.utf8))
            } catch is CryptoKitError {
                throw PlatformError.KeyLost
            }
        }

        private func derived(_ shared: SharedSecret) -> SymmetricKey {
            shared.hkdfDerivedSymmetricKey(
                using: SHA256.self, salt: Data(), sharedInfo: Data("saksi-vault-1".utf8), outputByteCount: 32)
        }

        /// An uncompressed point.
        private static let pointBytes = 65
    }
#endif
