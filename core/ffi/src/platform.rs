//! What an app implements for the handset: its keystore, its clocks, its position, and a listener for sync.
//!
//! The traits are synchronous, and must answer at once, from any thread. Whatever an implementation throws arrives
//! here as an error and never as a crash.

use std::sync::Arc;

use jiff::Timestamp;
use saksi_field::{SyncProgress, VaultError};
use saksi_records::record;
use uniffi::UnexpectedUniFFICallbackError;
use zeroize::Zeroizing;

use crate::clock::SteadyClock;

/// The platform's keystore (Android Keystore, Secure Enclave). It holds a key that never leaves it.
///
/// It MUST bind `purpose` as associated data, so that what was wrapped for one purpose can't be unwrapped for another;
/// MUST refuse altered bytes with `KeyLost`; and MUST NOT call back into Saksi.
#[uniffi::export(foreign)]
pub trait KeyVault: Send + Sync {
    /// Encrypts a secret under the keystore's key.
    fn wrap(&self, purpose: String, secret: Vec<u8>) -> Result<Vec<u8>, PlatformError>;

    /// Decrypts what `wrap` returned for the same purpose.
    fn unwrap(&self, purpose: String, wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformError>;
}

/// The handset's clocks. Where they fail, or say what can't be true (another boot, a time that went back or is a month
/// ahead), their last good reading is carried on. Where the very first reading fails, the machine's own clocks are asked for as
/// long as the process lives.
#[uniffi::export(foreign)]
pub trait Clock: Send + Sync {
    /// What the clocks say now.
    fn now(&self) -> Result<ClockReading, PlatformError>;
}

/// The handset's position. Where it fails, the place is unknown.
#[uniffi::export(foreign)]
pub trait Location: Send + Sync {
    /// The last fix, if there is one.
    fn last_fix(&self) -> Result<Option<Fix>, PlatformError>;
}

/// Is told how a sync goes. It MUST NOT call back into the handset. What it throws doesn't stop the sync.
#[uniffi::export(foreign)]
pub trait SyncListener: Send + Sync {
    /// Something moved on.
    fn progress(&self, progress: SyncProgress) -> Result<(), PlatformError>;
}

/// What the app's platform does for a handset.
#[derive(Clone, uniffi::Record)]
pub struct Platform {
    /// Its keystore.
    pub keystore: Arc<dyn KeyVault>,
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// Its position.
    pub location: Arc<dyn Location>,
}

/// What the clocks said at one moment.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ClockReading {
    /// The wall clock, in milliseconds since 1970 (UTC).
    pub wall_ms: i64,
    /// Which run of the handset since its last start: anything that changes with every start.
    pub boot: String,
    /// Milliseconds since that start, counted on while asleep.
    pub monotonic_ms: u64,
}

/// A position fix.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Fix {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Radius of 68 % confidence, in metres.
    pub accuracy_m: f64,
    /// The platform said that another app made the position up.
    pub mocked: bool,
    /// How old it is, in milliseconds, where the platform says so. One that is too old says nothing.
    #[uniffi(default = None)]
    pub age_ms: Option<u64>,
}

/// What a platform's implementation may throw.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum PlatformError {
    /// The keystore's key is gone, or the bytes were altered: what was wrapped is lost.
    #[error("the key is lost")]
    KeyLost,
    /// It didn't work this time.
    #[error("{reason}")]
    Failed {
        /// Why, without personal data.
        reason: String,
    },
}

impl From<UnexpectedUniFFICallbackError> for PlatformError {
    fn from(thrown: UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { reason: thrown.reason }
    }
}

impl From<PlatformError> for VaultError {
    fn from(error: PlatformError) -> Self {
        match error {
            PlatformError::KeyLost => Self::CannotUnwrap,
            PlatformError::Failed { reason } => Self::Unavailable(reason),
        }
    }
}

impl From<Platform> for saksi_field::Platform {
    fn from(app: Platform) -> Self {
        Self {
            keystore: Arc::new(Keystore(app.keystore)),
            clock: Arc::new(SteadyClock::new(app.clock)),
            location: Arc::new(Position(app.location)),
        }
    }
}

struct Keystore(Arc<dyn KeyVault>);

impl saksi_field::KeyVault for Keystore {
    fn wrap(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(self.0.wrap(purpose.to_owned(), secret.to_vec())?)
    }

    fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        Ok(self.0.unwrap(purpose.to_owned(), wrapped.to_vec()).map(Zeroizing::new)?)
    }
}

impl ClockReading {
    pub(crate) fn read(self) -> Option<saksi_field::ClockReading> {
        let wall = Timestamp::from_millisecond(self.wall_ms).ok()?;
        Some(saksi_field::ClockReading { wall, boot: self.boot, monotonic_ms: self.monotonic_ms })
    }
}

struct Position(Arc<dyn Location>);

impl saksi_field::Location for Position {
    fn last_fix(&self) -> Option<record::Fix> {
        let Fix { latitude, longitude, accuracy_m, mocked, age_ms } = self.0.last_fix().ok()??;
        let age_s = age_ms.map(|ms| ms.div_ceil(1000).try_into().unwrap_or(u32::MAX));
        Some(record::Fix { age_s, ..record::Fix::new(latitude, longitude, accuracy_m, mocked)? })
    }
}

pub(crate) struct Listener(pub(crate) Arc<dyn SyncListener>);

impl saksi_field::SyncListener for Listener {
    fn progress(&self, progress: SyncProgress) {
        self.0.progress(progress).ok();
    }
}
