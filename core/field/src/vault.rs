//! The handset's two secrets, and how they are kept: wrapped by the platform's keystore, the root key behind a PIN too.
//!
//! The *root key* opens everything the officer sees and signs envelopes; it exists in memory only while unlocked. The
//! *transport key* signs requests, so that a locked handset can still send what is sealed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use saksi_records::keys::{HandsetKey, random_bytes};
use zeroize::{Zeroize, Zeroizing};

use crate::files;
use crate::pin::{self, PinError};

/// The platform's keystore (Android Keystore, Secure Enclave), or what stands for it.
///
/// It holds a key that never leaves it. An implementation MUST bind `purpose` as associated data, so that what was
/// wrapped for one purpose can't be unwrapped for another; MUST refuse altered bytes; MUST NOT call back into Saksi; and
/// may be called from any thread.
pub trait KeyVault: Send + Sync {
    /// Encrypts a secret under the keystore's key.
    fn wrap(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, VaultError>;

    /// Decrypts what [`Self::wrap`] returned for the same purpose.
    fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError>;
}

/// Why a secret can't be had.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The platform's keystore lost its key, or the bytes were altered.
    #[error("the keystore can't unwrap this secret: its key was reset, or the file was altered")]
    CannotUnwrap,
    /// The platform's keystore doesn't answer.
    #[error("the keystore is not available: {0}")]
    Unavailable(String),
    /// The PIN is wrong, too short, or the PIN box is damaged.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The root key was destroyed: this handset must be provisioned anew.
    #[error("the handset was erased; what is sealed can still be sent")]
    Erased,
    /// A file can't be read or written.
    #[error("the vault's files can't be used: {0}")]
    Io(#[from] io::Error),
}

const ROOT: &str = "saksi root key";
const TRANSPORT: &str = "saksi transport key";

/// The files of one handset's secrets.
#[derive(Debug)]
pub struct Vault {
    root: PathBuf,
    transport: PathBuf,
}

impl Vault {
    /// Where a handset's secrets are, or will be.
    pub fn at(dir: &Path) -> Self {
        Self { root: dir.join("root.key"), transport: dir.join("transport.key") }
    }

    /// Whether both secrets are there.
    pub fn exists(&self) -> bool {
        self.root.exists() && self.transport.exists()
    }

    /// Makes new secrets.
    pub fn create(&self, keystore: &dyn KeyVault, pin: &str) -> Result<(RootKey, HandsetKey), VaultError> {
        let root = RootKey(Zeroizing::new(random_bytes()));
        let transport = Zeroizing::new(random_bytes::<32>());
        files::write_durably(&self.root, &keystore.wrap(ROOT, &pin::lock(pin, &*root.0)?)?)?;
        files::write_durably(&self.transport, &keystore.wrap(TRANSPORT, &*transport)?)?;
        Ok((root, HandsetKey::from_seed(*transport)))
    }

    /// The root key, with the right PIN.
    pub fn root(&self, keystore: &dyn KeyVault, pin: &str) -> Result<RootKey, VaultError> {
        let wrapped = match fs::read(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VaultError::Erased),
            read => read?,
        };
        let secret = pin::unlock(pin, &keystore.unwrap(ROOT, &wrapped)?)?;
        let bytes = secret.as_slice().try_into().map_err(|_| VaultError::CannotUnwrap)?;
        Ok(RootKey(Zeroizing::new(bytes)))
    }

    /// The transport key; no PIN is needed.
    pub fn transport(&self, keystore: &dyn KeyVault) -> Result<HandsetKey, VaultError> {
        let secret = keystore.unwrap(TRANSPORT, &fs::read(&self.transport)?)?;
        let bytes = secret.as_slice().try_into().map_err(|_| VaultError::CannotUnwrap)?;
        Ok(HandsetKey::from_seed(bytes))
    }

    /// Destroys the root key: nothing that was stored under it can ever be read again.
    pub fn destroy_root(&self) -> Result<(), VaultError> {
        files::overwrite_and_remove(&self.root)?;
        Ok(())
    }
}

/// 256 random bits from which every key of the store and the signing key are derived.
pub struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    /// A key for one purpose (HKDF-SHA256, RFC 5869; the purpose is the `info`).
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, b"saksi handset 1")
            .extract(&*self.0)
            .expand(&[purpose.as_bytes()], ring::hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut *key))
            .expect("32 bytes are within HKDF's limit");
        key
    }

    /// The key that signs envelopes.
    pub fn signing_key(&self) -> HandsetKey {
        HandsetKey::from_seed(*self.derive("signing"))
    }
}

/// A keystore for machines that have none: a random key in a file that only its owner can read.
///
/// It stands for the hardware of a phone in the terminal and in tests, without a phone's protection; what guards the
/// root key here is the PIN (Argon2id).
pub struct FileVault {
    key: Zeroizing<[u8; 32]>,
}

impl FileVault {
    /// Opens the key file, or makes a new one.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        match fs::read(path) {
            Ok(mut bytes) => {
                let key = bytes.as_slice().try_into().map(Zeroizing::new);
                bytes.zeroize();
                Ok(Self { key: key.map_err(|_| VaultError::CannotUnwrap)? })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Zeroizing::new(random_bytes());
                files::write_durably(path, &*key)?;
                Ok(Self { key })
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl KeyVault for FileVault {
    fn wrap(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(crate::seal::seal(&self.key, purpose.as_bytes(), secret))
    }

    fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        crate::seal::open(&self.key, purpose.as_bytes(), wrapped).ok_or(VaultError::CannotUnwrap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> (tempfile::TempDir, FileVault, Vault) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let keystore = FileVault::open(&dir.path().join("keystore")).expect("a new key file");
        let vault = Vault::at(dir.path());
        (dir, keystore, vault)
    }

    #[test]
    fn the_right_pin_gives_the_same_root_key_and_a_wrong_one_none() {
        let (_dir, keystore, vault) = vault();
        let (root, _) = vault.create(&keystore, "482915").expect("new secrets");
        assert_eq!(*vault.root(&keystore, "482915").expect("right PIN").derive("x"), *root.derive("x"));
        assert!(matches!(vault.root(&keystore, "482916"), Err(VaultError::Pin(PinError::Wrong))));
    }

    #[test]
    fn keys_are_derived_as_written_down() {
        // Made with Python's `cryptography`: HKDF-SHA256, salt "saksi handset 1", info "signing".
        let root = RootKey(Zeroizing::new(std::array::from_fn(|i| i as u8)));
        let signing = "5e106ad08bf5828ee3b86a65b044cc1d84ce1c58223699e0cc26ee779d43dce8";
        assert_eq!(hex::encode(*root.derive("signing")), signing);
    }

    #[test]
    fn another_keystore_or_a_file_in_the_other_s_place_opens_nothing() {
        let (dir, keystore, vault) = vault();
        vault.create(&keystore, "482915").expect("new secrets");
        let other = FileVault::open(&dir.path().join("other")).expect("a new key file");
        assert!(matches!(vault.root(&other, "482915"), Err(VaultError::CannotUnwrap)));
        fs::copy(&vault.transport, &vault.root).expect("a copy");
        assert!(matches!(vault.root(&keystore, "482915"), Err(VaultError::CannotUnwrap)));
    }

    #[test]
    fn once_destroyed_the_root_key_is_gone_and_the_transport_key_is_not() {
        let (_dir, keystore, vault) = vault();
        vault.create(&keystore, "482915").expect("new secrets");
        vault.destroy_root().expect("destroyed");
        assert!(matches!(vault.root(&keystore, "482915"), Err(VaultError::Erased)));
        assert!(vault.transport(&keystore).is_ok());
    }
}
