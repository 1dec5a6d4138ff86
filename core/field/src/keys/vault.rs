//! The handset's two secrets, and how they are kept: wrapped by the platform's keystore, the root key behind PINs too.
//!
//! The *root key* opens everything the officers see and signs envelopes; it exists in memory only while unlocked. It lies
//! in key slots, one for each officer's PIN and one for the office. The *transport key* signs requests, so that a locked
//! handset can still send what is sealed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use saksi_records::keys::{HandsetKey, random_bytes};
use saksi_records::wire::NewRecovery;
use saksi_records::{CodeId, Deposit, OfficerId, ProgrammePublicKey, RecoveryId, RecoverySecret};
use zeroize::Zeroizing;

use crate::disk::crash_points::CrashPoint;
use crate::disk::files;
use crate::disk::mutex::lock;
use crate::disk::platform::ClockReading;
use crate::keys::code::CodeError;
use crate::keys::pin::{self, PinError};
use crate::keys::seal;
use crate::keys::slots::{Attempt, Recovery, SlotState, Slots};

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
    /// Too many wrong PINs: this officer's key slot was destroyed.
    #[error("too many wrong PINs: this officer is locked out until a supervisor gives an unlock code")]
    LockedOut,
    /// All key slots were destroyed: this handset must be provisioned anew.
    #[error("the handset was erased; what is sealed can still be sent")]
    Erased,
    /// A supervisor's code isn't taken.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A file can't be read or written.
    #[error("the vault's files can't be used: {0}")]
    Io(#[from] io::Error),
}

const SLOTS: &str = "saksi key slots";
const TRANSPORT: &str = "saksi transport key";

/// The files of one handset's secrets.
#[derive(Debug)]
pub struct Vault {
    slots: PathBuf,
    transport: PathBuf,
    one_at_a_time: Mutex<()>,
}

impl Vault {
    /// Where a handset's secrets are, or will be.
    pub fn at(dir: &Path) -> Self {
        Self { slots: dir.join("slots.key"), transport: dir.join("transport.key"), one_at_a_time: Mutex::new(()) }
    }

    /// Makes new secrets, with a slot for one officer and one for the office.
    pub fn create(
        &self,
        keystore: &dyn KeyVault,
        officer: &OfficerId,
        pin: &str,
        office: &ProgrammePublicKey,
    ) -> Result<(RootKey, HandsetKey), VaultError> {
        let root = RootKey(Zeroizing::new(random_bytes()));
        let transport = Zeroizing::new(random_bytes::<32>());
        let slots = Slots::new(officer.clone(), pin::lock(pin, &*root.0)?, recovery_slot(&root, office)?);
        files::write_durably(&self.transport, &keystore.wrap(TRANSPORT, &*transport)?)?;
        self.write(keystore, &slots)?;
        Ok((root, HandsetKey::from_seed(*transport)))
    }

    /// The root key, with an officer's right PIN. Each attempt counts as failed before it is made; after
    /// [`attempts::MOST`](crate::keys::attempts::MOST) in a row that officer's slot is destroyed.
    pub fn root(
        &self,
        keystore: &dyn KeyVault,
        clock: &ClockReading,
        officer: &OfficerId,
        pin: &str,
    ) -> Result<RootKey, VaultError> {
        let _guard = lock(&self.one_at_a_time);
        let mut slots = self.read(keystore)?;
        let attempt = slots.begin(officer, clock);
        if let Attempt::Wait(seconds) = attempt {
            return Err(VaultError::Wait { seconds });
        }
        self.write(keystore, &slots)?;
        let Attempt::Counted(locked) = attempt else { return Err(VaultError::LockedOut) };
        let tried = match &locked {
            Some(locked) => pin::unlock(pin, locked),
            None => pin::nobody(pin),
        };
        match tried {
            Err(PinError::Wrong) => {
                let last = slots.was_wrong(officer);
                // Written either way, so that the last attempt takes no longer than any other.
                self.write(keystore, &slots)?;
                Err(if last { VaultError::LockedOut } else { PinError::Wrong.into() })
            }
            tried => {
                let root = RootKey::of(&tried?)?;
                slots.was_right(officer);
                self.write(keystore, &slots)?;
                Ok(root)
            }
        }
    }

    /// Sets another PIN for an officer who knows the one before, which counts as an attempt. A PIN that is too short counts
    /// as none. All of it is on disk afterwards, or nothing.
    pub fn change_pin(
        &self,
        keystore: &dyn KeyVault,
        clock: &ClockReading,
        officer: &OfficerId,
        (old, new): (&str, &str),
    ) -> Result<(), VaultError> {
        pin::may_be_set(new)?;
        let root = self.root(keystore, clock, officer, old)?;
        let locked = pin::lock(new, &*root.0)?;
        let _guard = lock(&self.one_at_a_time);
        let mut slots = self.read(keystore)?;
        // Between the two, the office may have taken the officer off the list.
        if slots.change(officer, locked) { self.write(keystore, &slots) } else { Err(VaultError::LockedOut) }
    }

    /// Gives an officer a slot with a new PIN, by the office's slot. All of it is on disk afterwards, or nothing.
    pub fn admit(
        &self,
        keystore: &dyn KeyVault,
        office: &ProgrammePublicKey,
        admission: Admission<'_>,
        pin: &str,
    ) -> Result<(), VaultError> {
        let _guard = lock(&self.one_at_a_time);
        let mut slots = self.read(keystore)?;
        let Admission { code, officer, recovery, secret } = admission;
        if slots.has_taken(code) {
            return Err(CodeError::Taken.into());
        }
        let slot = slots.recovery(recovery).ok_or(CodeError::Outdated)?;
        let root = seal::open(secret.as_bytes(), &recovery_aad(recovery), &slot.sealed).ok_or(CodeError::Outdated)?;
        let root = RootKey::of(&root)?;
        let (locked, next) = (pin::lock(pin, &*root.0)?, recovery_slot(&root, office)?);
        CrashPoint::Opened.reached();
        slots.admit(code, officer.clone(), locked, next);
        self.write(keystore, &slots)?;
        CrashPoint::Admitted.reached();
        Ok(())
    }

    /// Whether a code was taken before.
    pub fn has_taken(&self, keystore: &dyn KeyVault, code: CodeId) -> Result<bool, VaultError> {
        Ok(self.read(keystore)?.has_taken(code))
    }

    /// The codes that were taken.
    pub(crate) fn taken(&self, keystore: &dyn KeyVault) -> Result<Vec<CodeId>, VaultError> {
        Ok(self.read(keystore)?.taken().to_vec())
    }

    /// The recovery secret that the server isn't known to have, sealed to the programme.
    pub fn to_deposit(&self, keystore: &dyn KeyVault) -> Result<Option<NewRecovery>, VaultError> {
        Ok(self.read(keystore)?.to_deposit())
    }

    /// The server has this recovery secret: those before it are destroyed.
    pub fn acknowledge(&self, keystore: &dyn KeyVault, latest: RecoveryId) -> Result<(), VaultError> {
        let _guard = lock(&self.one_at_a_time);
        let mut slots = self.read(keystore)?;
        if slots.acknowledge(latest) { self.write(keystore, &slots) } else { Ok(()) }
    }

    /// Destroys the slots of officers who aren't among these, and returns whose.
    pub fn keep_only(&self, keystore: &dyn KeyVault, officers: &[OfficerId]) -> Result<Vec<OfficerId>, VaultError> {
        let _guard = lock(&self.one_at_a_time);
        let mut slots = self.read(keystore)?;
        let gone = slots.keep_only(officers);
        if !gone.is_empty() {
            self.write(keystore, &slots)?;
        }
        Ok(gone)
    }

    /// How the officers stand.
    pub(crate) fn slot_states(&self, keystore: &dyn KeyVault) -> Result<Vec<SlotState>, VaultError> {
        Ok(self.read(keystore)?.slot_states())
    }

    /// How many attempts at an officer's PIN are left before the slot is destroyed.
    pub fn attempts_left(&self, keystore: &dyn KeyVault, officer: &OfficerId) -> Result<u32, VaultError> {
        Ok(self.read(keystore)?.attempts_left(officer))
    }

    /// The transport key; no PIN is needed.
    pub fn transport(&self, keystore: &dyn KeyVault) -> Result<HandsetKey, VaultError> {
        let secret = keystore.unwrap(TRANSPORT, &fs::read(&self.transport)?)?;
        let bytes = secret.as_slice().try_into().map_err(|_| VaultError::CannotUnwrap)?;
        Ok(HandsetKey::from_seed(bytes))
    }

    /// Whether there are key slots.
    pub fn has_slots(&self) -> bool {
        self.slots.exists()
    }

    /// Destroys all key slots, also those that a crash left beside their place: nothing that was stored under the root key
    /// can ever be read again. Returns whether there were any.
    pub fn erase(&self) -> Result<bool, VaultError> {
        let _guard = lock(&self.one_at_a_time);
        let was_there = self.has_slots();
        for path in [&self.slots, &files::beside(&self.slots)] {
            files::overwrite_and_remove(path)?;
        }
        Ok(was_there)
    }

    fn read(&self, keystore: &dyn KeyVault) -> Result<Slots, VaultError> {
        let wrapped = match fs::read(&self.slots) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VaultError::Erased),
            read => read?,
        };
        serde_json::from_slice(&keystore.unwrap(SLOTS, &wrapped)?).map_err(|_| VaultError::CannotUnwrap)
    }

    fn write(&self, keystore: &dyn KeyVault, slots: &Slots) -> Result<(), VaultError> {
        let json = Zeroizing::new(serde_json::to_vec(slots).map_err(io::Error::from)?);
        Ok(files::write_durably(&self.slots, &keystore.wrap(SLOTS, &json)?)?)
    }
}

/// What a code says of an officer's admission.
#[derive(Debug, Clone, Copy)]
pub struct Admission<'a> {
    /// The code.
    pub code: CodeId,
    /// Who.
    pub officer: &'a OfficerId,
    /// Which recovery slot opens.
    pub recovery: RecoveryId,
    /// With which secret.
    pub secret: &'a RecoverySecret,
}

/// The root key under a new secret, which goes to the office and is kept nowhere.
fn recovery_slot(root: &RootKey, office: &ProgrammePublicKey) -> Result<Recovery, VaultError> {
    let (id, secret) = (RecoveryId::new(), RecoverySecret::generate());
    let deposit = Deposit::seal(id, &secret, office).map_err(|_| VaultError::CannotUnwrap)?;
    let sealed = seal::seal(secret.as_bytes(), &recovery_aad(id), &*root.0);
    Ok(Recovery { id, sealed, deposit: Some(deposit) })
}

fn recovery_aad(id: RecoveryId) -> Vec<u8> {
    format!("saksi recovery slot {id}").into_bytes()
}

/// 256 random bits from which every key of the store and the signing key are derived.
pub struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    fn of(secret: &[u8]) -> Result<Self, VaultError> {
        let mut root = Zeroizing::new([0; 32]);
        if secret.len() != root.len() {
            return Err(VaultError::CannotUnwrap);
        }
        root.copy_from_slice(secret);
        Ok(Self(root))
    }

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

#[cfg(test)]
mod tests;
