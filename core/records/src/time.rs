//! When something happened, and what that claim rests on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::number::whole;

/// The handset's clocks at one moment. The wall clock can be set by anyone who holds the phone; the monotonic clock
/// and the server's time can't, so that a clock set back shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeEvidence {
    /// The wall clock (UTC).
    pub wall: Timestamp,
    /// Which run of the handset since its last start: the kernel's boot id, or what the platform has of that kind.
    pub boot: String,
    /// Milliseconds since that start.
    #[serde(deserialize_with = "whole")]
    pub monotonic_ms: u64,
    /// The last time the server told, if it ever did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server: Option<ServerTime>,
}

/// The server's clock, and where the handset's own monotonic clock stood when it was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerTime {
    /// The server's clock (UTC).
    pub at: Timestamp,
    /// The handset's run at that moment.
    pub boot: String,
    /// Milliseconds since the handset's start at that moment.
    #[serde(deserialize_with = "whole")]
    pub monotonic_ms: u64,
}

impl ServerTime {
    /// The earliest that it can be by now: what the server said, and what the monotonic clock counted since. After a
    /// restart that is the time since the restart, as the server was heard before it.
    pub fn carried_to(&self, boot: &str, monotonic_ms: u64) -> Timestamp {
        let since = if boot == self.boot { monotonic_ms.saturating_sub(self.monotonic_ms) } else { monotonic_ms };
        self.at.saturating_add(std::time::Duration::from_millis(since)).unwrap_or(Timestamp::MAX)
    }
}

impl TimeEvidence {
    /// The best estimate of the time: the server's clock carried on by the monotonic one within the same run of the
    /// handset, otherwise the wall clock.
    pub fn best(&self) -> Timestamp {
        self.server
            .as_ref()
            .filter(|server| server.boot == self.boot)
            .and_then(|server| {
                let since = self.monotonic_ms.checked_sub(server.monotonic_ms)?;
                server.at.checked_add(std::time::Duration::from_millis(since)).ok()
            })
            .unwrap_or(self.wall)
    }

    /// By how many seconds the wall clock is ahead (positive) or behind (negative) of [`Self::best`].
    pub fn wall_clock_error_s(&self) -> i64 {
        self.wall.as_second() - self.best().as_second()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_word_is_carried_on_by_the_monotonic_clock_and_never_goes_back() {
        let at: Timestamp = "2026-11-02T01:00:00Z".parse().expect("a timestamp");
        let heard = ServerTime { at, boot: "a".into(), monotonic_ms: 5_000 };
        for (boot, monotonic_ms, later_ms) in [("a", 5_000, 0), ("a", 65_000, 60_000), ("a", 0, 0), ("b", 7_000, 7_000)]
        {
            let carried = heard.carried_to(boot, monotonic_ms);
            assert_eq!(carried.as_millisecond() - at.as_millisecond(), later_ms, "{boot} {monotonic_ms}");
        }
        let last = ServerTime { at: Timestamp::MAX, ..heard };
        assert_eq!(last.carried_to("b", u64::MAX), Timestamp::MAX, "no time overflows");
    }

    #[test]
    fn a_clock_set_back_shows_within_the_same_boot() {
        let heard = "2026-11-02T01:00:00Z".parse().expect("a timestamp");
        let mut time = TimeEvidence {
            wall: "2026-11-01T01:00:10Z".parse().expect("a timestamp"),
            boot: "a".into(),
            monotonic_ms: 15_000,
            server: Some(ServerTime { at: heard, boot: "a".into(), monotonic_ms: 5_000 }),
        };
        assert_eq!(time.wall_clock_error_s(), -86_400);
        time.boot = "b".into();
        assert_eq!(time.wall_clock_error_s(), 0, "after a restart the monotonic clock can't be compared");
    }
}
