//! The handset's two secrets, and how they are kept: wrapped by the platform's keystore, the root key behind a PIN too.
//!
//! The *root key* opens everything the officer sees and signs envelopes; it exists in memory only while unlocked. The
//! *transport key* signs requests, so that a locked handset can still send what is sealed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use saksi_records::keys::{HandsetKey, random_bytes};
use zeroize::{Zeroize, Zeroizing};

use crate::attempts::{self, Attempts};
use crate::files;
use crate::pin::{self, PinError};
use crate::platform::ClockReading;

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
    /// Too many wrong PINs: the next may be tried later.
    #[error("too many wrong PINs: wait {seconds} seconds")]
    Wait {
        /// In how many seconds.
        seconds: u64,
    },
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
    attempts: Attempts,
}

impl Vault {
    /// Where a handset's secrets are, or will be.
    pub fn at(dir: &Path) -> Self {
        Self { root: dir.join("root.key"), transport: dir.join("transport.key"), attempts: Attempts::at(dir) }
    }

    /// Whether both secrets are there.
    pub fn exists(&self) -> bool {
        self.root.exists() && self.transport.exists() && self.attempts.exists()
    }

    /// Makes new secrets.
    pub fn create(&self, keystore: &dyn KeyVault, pin: &str) -> Result<(RootKey, HandsetKey), VaultError> {
        let root = RootKey(Zeroizing::new(random_bytes()));
        let transport = Zeroizing::new(random_bytes::<32>());
        self.attempts.reset(keystore)?;
        files::write_durably(&self.root, &keystore.wrap(ROOT, &pin::lock(pin, &*root.0)?)?)?;
        files::write_durably(&self.transport, &keystore.wrap(TRANSPORT, &*transport)?)?;
        Ok((root, HandsetKey::from_seed(*transport)))
    }

    /// The root key, with the right PIN. Each attempt counts as failed before it is made; after [`attempts::MOST`] in a
    /// row the root key is destroyed.
    pub fn root(&self, keystore: &dyn KeyVault, clock: ClockReading, pin: &str) -> Result<RootKey, VaultError> {
        let wrapped = match fs::read(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VaultError::Erased),
            read => read?,
        };
        let locked = keystore.unwrap(ROOT, &wrapped)?;
        let failed = self.attempts.read(keystore)?;
        if failed.count >= attempts::MOST {
            // The power failed between counting the last attempt and this.
            self.destroy_root()?;
            return Err(VaultError::Erased);
        }
        let wait = failed.wait(&clock);
        if !wait.is_zero() {
            return Err(VaultError::Wait { seconds: wait.as_secs() + 1 });
        }
        let count = self.attempts.begin(keystore, &failed, clock)?;
        let secret = match pin::unlock(pin, &locked) {
            Err(PinError::Wrong) if count >= attempts::MOST => {
                self.destroy_root()?;
                return Err(VaultError::Erased);
            }
            tried => tried?,
        };
        self.attempts.reset(keystore)?;
        let mut root = Zeroizing::new([0; 32]);
        if secret.len() != root.len() {
            return Err(VaultError::CannotUnwrap);
        }
        root.copy_from_slice(&secret);
        Ok(RootKey(root))
    }

    /// How many attempts at the PIN are left before the root key is destroyed.
    pub fn attempts_left(&self, keystore: &dyn KeyVault) -> Result<u32, VaultError> {
        if !self.has_root() {
            return Err(VaultError::Erased);
        }
        Ok(attempts::MOST.saturating_sub(self.attempts.read(keystore)?.count))
    }

    /// The transport key; no PIN is needed.
    pub fn transport(&self, keystore: &dyn KeyVault) -> Result<HandsetKey, VaultError> {
        let secret = keystore.unwrap(TRANSPORT, &fs::read(&self.transport)?)?;
        let bytes = secret.as_slice().try_into().map_err(|_| VaultError::CannotUnwrap)?;
        Ok(HandsetKey::from_seed(bytes))
    }

    /// Whether there is a root key.
    pub fn has_root(&self) -> bool {
        self.root.exists()
    }

    /// Destroys the root key: nothing that was stored under it can ever be read again. Returns whether there was one.
    pub fn destroy_root(&self) -> Result<bool, VaultError> {
        let was_there = self.has_root();
        files::overwrite_and_remove(&self.root)?;
        Ok(was_there)
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

    fn now() -> ClockReading {
        later(0)
    }

    fn later(monotonic_ms: u64) -> ClockReading {
        ClockReading { wall: jiff::Timestamp::UNIX_EPOCH, boot: "a".into(), monotonic_ms }
    }

    /// A wrong PIN, as soon as it may be tried.
    fn wrong(keystore: &FileVault, vault: &Vault, time: &mut u64) -> Option<VaultError> {
        match vault.root(keystore, later(*time), "482916").err() {
            Some(VaultError::Wait { seconds }) => {
                let waits = vault.root(keystore, later(*time), "482915");
                assert!(matches!(waits, Err(VaultError::Wait { .. })), "not even the right PIN is tried before");
                *time += seconds * 1000;
                vault.root(keystore, later(*time), "482916").err()
            }
            tried => tried,
        }
    }

    #[test]
    fn ten_wrong_pins_in_a_row_destroy_the_root_key_and_a_right_one_starts_anew() {
        let (_dir, keystore, vault) = vault();
        vault.create(&keystore, "482915").expect("new secrets");
        let mut time = 0;
        for failed in 1..=9 {
            assert!(matches!(wrong(&keystore, &vault, &mut time), Some(VaultError::Pin(PinError::Wrong))));
            assert_eq!(vault.attempts_left(&keystore).expect("counted"), 10 - failed);
        }
        assert_eq!(time / 1000, [30, 60, 120, 240, 480, 960].map(|wait| wait + 1).iter().sum::<u64>());
        time += 3_600_000;
        assert!(vault.root(&keystore, later(time), "482915").is_ok());
        for _ in 1..=9 {
            assert!(matches!(wrong(&keystore, &vault, &mut time), Some(VaultError::Pin(PinError::Wrong))));
        }
        assert!(matches!(wrong(&keystore, &vault, &mut time), Some(VaultError::Erased)));
        assert!(matches!(vault.root(&keystore, later(u64::MAX), "482915"), Err(VaultError::Erased)));
        assert!(vault.transport(&keystore).is_ok(), "what is sealed can still be sent");
    }

    #[test]
    fn an_attempt_counts_before_it_is_made_and_without_a_count_none_is() {
        let (_dir, keystore, vault) = vault();
        vault.create(&keystore, "482915").expect("new secrets");
        // As if the power had failed while the tenth was tried.
        for _ in 0..10 {
            let failed = vault.attempts.read(&keystore).expect("counted");
            vault.attempts.begin(&keystore, &failed, now()).expect("counted");
        }
        assert!(matches!(vault.root(&keystore, later(u64::MAX), "482915"), Err(VaultError::Erased)));
        let (dir, keystore, vault) = self::vault();
        vault.create(&keystore, "482915").expect("new secrets");
        fs::remove_file(dir.path().join("attempts")).expect("removed");
        assert!(matches!(vault.root(&keystore, now(), "482915"), Err(VaultError::CannotUnwrap)));
    }

    #[test]
    fn the_right_pin_gives_the_same_root_key_and_a_wrong_one_none() {
        let (_dir, keystore, vault) = vault();
        let (root, _) = vault.create(&keystore, "482915").expect("new secrets");
        assert_eq!(*vault.root(&keystore, now(), "482915").expect("right PIN").derive("x"), *root.derive("x"));
        assert!(matches!(vault.root(&keystore, now(), "482916"), Err(VaultError::Pin(PinError::Wrong))));
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
        assert!(matches!(vault.root(&other, now(), "482915"), Err(VaultError::CannotUnwrap)));
        fs::copy(&vault.transport, &vault.root).expect("a copy");
        assert!(matches!(vault.root(&keystore, now(), "482915"), Err(VaultError::CannotUnwrap)));
    }

    #[test]
    fn once_destroyed_the_root_key_is_gone_and_the_transport_key_is_not() {
        let (_dir, keystore, vault) = vault();
        vault.create(&keystore, "482915").expect("new secrets");
        vault.destroy_root().expect("destroyed");
        assert!(matches!(vault.root(&keystore, now(), "482915"), Err(VaultError::Erased)));
        assert!(vault.transport(&keystore).is_ok());
    }
}
