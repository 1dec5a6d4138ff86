//! Failed attempts at a PIN: how many, and how long the next has to wait.
//!
//! They are counted on disk before each is made, so that none is free. Waits are measured by the monotonic clock, which
//! nobody can set; after a restart of the handset they begin anew.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::disk::platform::ClockReading;

/// After so many failed attempts an officer's key slot is destroyed.
pub const MOST: u32 = 10;
/// So many may fail before there is a wait.
const FREE: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// How many failed, and when the last did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// In a row.
    pub count: u32,
    boot: String,
    monotonic_ms: u64,
}

impl Failed {
    /// With one more, made now.
    pub fn one_more(&self, clock: &ClockReading) -> Self {
        Self { count: self.count.saturating_add(1), boot: clock.boot.clone(), monotonic_ms: clock.monotonic_ms }
    }

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
