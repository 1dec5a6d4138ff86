//! The clock by which things expire: it never lies before the server's last word, whatever the wall clock is set to.
//!
//! A time for showing ([`saksi_records::TimeEvidence::best`]) may rest on the wall clock, which anyone who holds the phone
//! can set. A [`RuleTime`] is another type, so that one can't be taken for the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use saksi_records::TimeEvidence;
use saksi_records::time::ServerTime;
use serde::{Deserialize, Serialize};

use super::files;
use super::mutex::lock;

const FILE: &str = "clock";
/// The clock's file is written at most so often; a restart may take back that much.
const WRITTEN_EVERY: Duration = Duration::from_mins(1);

/// A moment, by the clock for what expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleTime {
    /// The earliest that it can have been: the server's last word, and all the time that the phone was on since.
    floor: Timestamp,
    /// The best estimate, which after a restart rests on the wall clock.
    best: Timestamp,
    boot: String,
}

impl RuleTime {
    /// The later of what the clocks say: what expired by it has expired by one of them. Also what is stamped on things
    /// that are remembered, so that none is forgotten too early.
    pub(crate) fn latest(&self) -> Timestamp {
        self.floor.max(self.best)
    }

    /// As if the phone's clocks had never been set.
    #[cfg(test)]
    pub(crate) fn at(time: Timestamp) -> Self {
        Self { floor: time, best: time, boot: "a".into() }
    }

    /// The same for showing.
    pub(crate) fn best(&self) -> Timestamp {
        self.best
    }

    /// How long ago `earlier` was, at least; `None` where a clock was set back over a restart, so that nobody can tell.
    pub(crate) fn since(&self, earlier: &Self) -> Option<SignedDuration> {
        let on = self.floor.duration_since(earlier.floor).max(SignedDuration::ZERO);
        if self.boot == earlier.boot {
            return Some(on);
        }
        let walls = self.best.duration_since(earlier.best);
        (!walls.is_negative()).then_some(walls.max(on))
    }
}

/// The clock itself: the server's last word, carried on over restarts by a file.
#[derive(Debug)]
pub(crate) struct RuleClock {
    path: PathBuf,
    mark: Mutex<Mark>,
}

#[derive(Debug, Default)]
struct Mark {
    reached: Option<ServerTime>,
    /// As the file has it.
    written: Option<ServerTime>,
}

impl RuleClock {
    /// Reads the file in a handset's folder. One that is missing or damaged says nothing: the server's word still counts.
    pub(crate) fn open(dir: &Path) -> Self {
        let path = dir.join(FILE);
        let written: Option<ServerTime> = fs::read(&path).ok().and_then(|json| serde_json::from_slice(&json).ok());
        Self { path, mark: Mutex::new(Mark { reached: written.clone(), written }) }
    }

    /// The server has just told the time: it counts from here, even if the phone counted more.
    pub(crate) fn heard(&self, server: ServerTime) {
        lock(&self.mark).reached = Some(server);
    }

    /// The time now. `now` holds the server's last word.
    pub(crate) fn read(&self, now: &TimeEvidence) -> RuleTime {
        let mut mark = lock(&self.mark);
        let carried = |from: &ServerTime| from.carried_to(&now.boot, now.monotonic_ms);
        let said = now.server.as_ref().map(carried);
        let floor = mark.reached.as_ref().map(carried).max(said).unwrap_or(Timestamp::MIN);
        let reached = ServerTime { at: floor, boot: now.boot.clone(), monotonic_ms: now.monotonic_ms };
        mark.reached = Some(reached.clone());
        if mark.written.as_ref().is_none_or(|written| reached.is_later_than(written)) {
            // A disk that is full mustn't stop a visit; the clock then is as good as without the file.
            let json = serde_json::to_vec(&reached).expect("a time is plain data");
            match files::write_durably(&self.path, &json) {
                Ok(()) => mark.written = Some(reached),
                Err(error) => tracing::warn!(%error, "the clock's file can't be written"),
            }
        }
        RuleTime { floor, best: now.best(), boot: now.boot.clone() }
    }
}

trait Later {
    fn is_later_than(&self, written: &Self) -> bool;
}

impl Later for ServerTime {
    fn is_later_than(&self, written: &Self) -> bool {
        let passed = self.at.duration_since(written.at).unsigned_abs();
        self.boot != written.boot || passed >= WRITTEN_EVERY
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY_MS: u64 = 24 * 60 * 60 * 1000;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn clocks(wall: &str, boot: &str, monotonic_ms: u64) -> TimeEvidence {
        let server = Some(ServerTime { at: at("2026-11-20T00:00:00Z"), boot: "a".into(), monotonic_ms: 0 });
        TimeEvidence { wall: at(wall), boot: boot.into(), monotonic_ms, server }
    }

    #[test]
    fn three_days_stay_three_days_after_a_restart_with_the_clock_set_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = RuleClock::open(folder.path());
        assert_eq!(clock.read(&clocks("2026-11-23T00:00:00Z", "a", 3 * DAY_MS)).latest(), at("2026-11-23T00:00:00Z"));
        let clock = RuleClock::open(folder.path());
        let now = clock.read(&clocks("2026-11-20T00:00:00Z", "b", 60_000));
        assert_eq!(now.latest(), at("2026-11-23T00:01:00Z"));
    }

    #[test]
    fn a_clock_set_forward_makes_nothing_younger_and_its_file_may_be_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = RuleClock::open(folder.path());
        let ahead = clock.read(&clocks("2031-01-01T00:00:00Z", "b", 1_000));
        assert_eq!(ahead.latest(), at("2031-01-01T00:00:00Z"));
        assert_eq!(ahead.floor, at("2026-11-20T00:00:01Z"), "what the file keeps isn't the wall clock's");
        fs::write(folder.path().join(FILE), b"damaged").expect("written");
        let clock = RuleClock::open(folder.path());
        assert_eq!(clock.read(&clocks("2026-11-20T00:00:00Z", "c", 0)).latest(), at("2026-11-20T00:00:00Z"));
    }

    #[test]
    fn a_span_is_what_the_phone_was_on_and_what_the_wall_says_over_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = RuleClock::open(folder.path());
        let begun = clock.read(&clocks("2026-11-20T08:00:00Z", "b", 1_000));
        let minutes = |wall: &str, boot: &str, monotonic_ms: u64| {
            clock.read(&clocks(wall, boot, monotonic_ms)).since(&begun).map(|span| span.as_mins())
        };
        assert_eq!(minutes("2026-11-20T06:00:00Z", "b", 20 * 60_000), Some(19), "set back, and it doesn't matter");
        assert_eq!(minutes("2026-11-20T08:25:00Z", "c", 5_000), Some(25), "off for some minutes");
        assert_eq!(minutes("2026-11-20T07:59:59Z", "d", 5_000), None, "set back over a restart");
        assert_eq!(minutes("2026-11-20T08:00:00Z", "e", 15 * 60_000), Some(35), "each run counts, off or not");
    }

    proptest! {
        #[test]
        fn whatever_the_clocks_are_set_to_the_floor_never_goes_back(
            steps in prop::collection::vec((0_u8..4, 0_u64..10 * DAY_MS, -4_000_000_000_i64..100_000_000_000), 1..30),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let clock = RuleClock::open(folder.path());
            let (mut boot, mut monotonic_ms, mut last) = (0_u32, 0_u64, Timestamp::MIN);
            for (what, ms, wall) in steps {
                if what == 0 {
                    (boot, monotonic_ms) = (boot + 1, ms);
                } else {
                    monotonic_ms += ms;
                }
                let mut now = clocks("2026-11-20T00:00:00Z", &boot.to_string(), monotonic_ms);
                now.wall = Timestamp::from_second(wall).expect("within range");
                let floor = clock.read(&now).floor;
                prop_assert!(floor >= last && floor >= at("2026-11-20T00:00:00Z"));
                last = floor;
            }
        }
    }
}
