//! Failed attempts at the PIN: counted on disk before each is made, so that none is free, and followed by growing waits.
//!
//! The count is a file beside the root key, wrapped by the keystore like it. Where it is missing, no PIN is tried. Waits
//! are measured by the monotonic clock, which nobody can set; after a restart of the handset they begin anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::files;
use crate::platform::ClockReading;
use crate::vault::{KeyVault, VaultError};

/// After so many failed attempts the root key is destroyed.
pub const MOST: u32 = 10;
/// So many may fail before there is a wait.
const FREE: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const PURPOSE: &str = "saksi PIN attempts";

/// The count of failed attempts at one handset's PIN.
#[derive(Debug)]
pub struct Attempts {
    path: PathBuf,
}

/// How many failed, and when the last did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// In a row.
    pub count: u32,
    boot: String,
    monotonic_ms: u64,
}

impl Attempts {
    /// Where the count is, or will be.
    pub fn at(dir: &Path) -> Self {
        Self { path: dir.join("attempts") }
    }

    /// Whether there is a count.
    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// How many have failed.
    pub fn read(&self, keystore: &dyn KeyVault) -> Result<Failed, VaultError> {
        let wrapped = match fs::read(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(VaultError::CannotUnwrap),
            read => read?,
        };
        serde_json::from_slice(&keystore.unwrap(PURPOSE, &wrapped)?).map_err(|_| VaultError::CannotUnwrap)
    }

    /// Counts one that is about to be made as failed, and returns when that is on disk.
    pub fn begin(&self, keystore: &dyn KeyVault, failed: &Failed, clock: ClockReading) -> Result<u32, VaultError> {
        let count = failed.count + 1;
        self.write(keystore, &Failed { count, boot: clock.boot, monotonic_ms: clock.monotonic_ms })?;
        Ok(count)
    }

    /// The PIN was right: counting starts anew.
    pub fn reset(&self, keystore: &dyn KeyVault) -> Result<(), VaultError> {
        self.write(keystore, &Failed::default())
    }

    fn write(&self, keystore: &dyn KeyVault, failed: &Failed) -> Result<(), VaultError> {
        let json = serde_json::to_vec(failed).map_err(std::io::Error::from)?;
        Ok(files::write_durably(&self.path, &keystore.wrap(PURPOSE, &json)?)?)
    }
}

impl Failed {
    /// How long the next attempt has to wait: 30 seconds after the third, and twice as long after each that follows.
    pub fn wait(&self, clock: &ClockReading) -> Duration {
        let Some(doublings) = self.count.min(MOST).checked_sub(FREE) else { return Duration::ZERO };
        // A restart can't have been before the last attempt, so the time since then is the least that has passed.
        let since = if clock.boot == self.boot { self.monotonic_ms } else { 0 };
        let passed = Duration::from_millis(clock.monotonic_ms.saturating_sub(since));
        (FIRST_WAIT * 2_u32.pow(doublings)).saturating_sub(passed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(boot: &str, monotonic_ms: u64) -> ClockReading {
        ClockReading { wall: jiff::Timestamp::UNIX_EPOCH, boot: boot.into(), monotonic_ms }
    }

    #[test]
    fn the_wait_is_nothing_at_first_and_doubles_from_the_third_on() {
        let wait = |count| Failed { count, boot: "a".into(), monotonic_ms: 7 }.wait(&at("a", 7)).as_secs();
        assert_eq!((0..=10).map(wait).collect::<Vec<_>>(), [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3840]);
    }

    #[test]
    fn a_restart_or_a_wall_clock_set_forward_shortens_no_wait() {
        let failed = Failed { count: 4, boot: "a".into(), monotonic_ms: 500_000 };
        assert_eq!(failed.wait(&at("a", 540_000)), Duration::from_secs(20));
        let ahead = ClockReading { wall: jiff::Timestamp::MAX, ..at("a", 540_000) };
        assert_eq!(failed.wait(&ahead), Duration::from_secs(20));
        assert_eq!(failed.wait(&at("b", 10_000)), Duration::from_secs(50), "all of it from the restart on");
        assert_eq!(failed.wait(&at("b", 60_000)), Duration::ZERO);
    }

    #[test]
    fn the_count_is_still_read_and_written_byte_for_byte() {
        let golden = r#"{"count":4,"boot":"a","monotonic_ms":7}"#;
        let failed = Failed { count: 4, boot: "a".into(), monotonic_ms: 7 };
        assert_eq!(serde_json::to_string(&failed).expect("plain data"), golden);
        assert_eq!(serde_json::from_str::<Failed>(golden).expect("a count"), failed);
    }

    proptest! {
        #[test]
        fn no_count_and_no_clock_overflow(count: u32, then: u64, now: u64, same: bool) {
            let failed = Failed { count, boot: "a".into(), monotonic_ms: then };
            let clock = at(if same { "a" } else { "b" }, now);
            prop_assert!(failed.wait(&clock) <= Duration::from_mins(64));
        }
    }
}
