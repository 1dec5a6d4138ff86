//! What shows that a handset's clock was changed: its clocks against each other, the record before, and the receipt.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::time::TimeEvidence;

/// By how many seconds honest clocks may differ: a phone's wall clock is off by as much without anybody's doing.
pub const TOLERANCE_S: i64 = 300;

/// One thing that honest clocks don't show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum ClockDoubt {
    /// The record is earlier than the server's time that it carries itself.
    BeforeServer {
        /// By how many seconds.
        seconds: i64,
    },
    /// Since the record before, and without a restart, the wall clock moved against the clock that nobody can set.
    Moved {
        /// By how many seconds; negative: backwards.
        seconds: i64,
    },
    /// The record is earlier than the one before it in the chain.
    BeforePrevious {
        /// By how many seconds.
        seconds: i64,
    },
    /// The record is later than its receipt.
    AfterReceipt {
        /// By how many seconds.
        seconds: i64,
    },
}

/// What is doubtful about the time of a record, given the one before it in the chain where that is known, and when the
/// server received it. Nothing where all of it fits within [`TOLERANCE_S`].
pub fn doubts(previous: Option<&TimeEvidence>, this: &TimeEvidence, received: Timestamp) -> Vec<ClockDoubt> {
    let best = this.best();
    let server = this.server.as_ref().map(|server| server.at);
    let run = previous.filter(|previous| previous.boot == this.boot);
    let before_server = server.map(|at| seconds_from(this.wall.min(best), at));
    let moved = run.map(|previous| (started_ms(this).saturating_sub(started_ms(previous))) / 1000);
    let before_previous = previous.map(|previous| seconds_from(best, previous.best()));
    let after_receipt = Some(seconds_from(received, best));
    [
        before_server.filter(|it| *it > TOLERANCE_S).map(|seconds| ClockDoubt::BeforeServer { seconds }),
        moved.filter(|it| it.abs() > TOLERANCE_S).map(|seconds| ClockDoubt::Moved { seconds }),
        before_previous.filter(|it| *it > TOLERANCE_S).map(|seconds| ClockDoubt::BeforePrevious { seconds }),
        after_receipt.filter(|it| *it > TOLERANCE_S).map(|seconds| ClockDoubt::AfterReceipt { seconds }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn seconds_from(earlier: Timestamp, later: Timestamp) -> i64 {
    later.as_second() - earlier.as_second()
}

/// When this run of the handset began by its wall clock, in milliseconds since 1970: the same for the whole run, unless
/// the wall clock is set.
fn started_ms(time: &TimeEvidence) -> i64 {
    time.wall.as_millisecond().saturating_sub(i64::try_from(time.monotonic_ms).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::ServerTime;

    const MINUTE_MS: i64 = 60_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).expect("a time")
    }

    fn evidence(wall_ms: i64, boot: &str, monotonic_ms: i64, server: Option<ServerTime>) -> TimeEvidence {
        let monotonic_ms = monotonic_ms.try_into().expect("after the start");
        TimeEvidence { wall: at(wall_ms), boot: boot.into(), monotonic_ms, server }
    }

    /// The server told the true time at this point of a run.
    fn heard(true_ms: i64, boot: &str, monotonic_ms: i64) -> ServerTime {
        let monotonic_ms = monotonic_ms.try_into().expect("after the start");
        ServerTime { at: at(true_ms), boot: boot.into(), monotonic_ms }
    }

    #[test]
    fn the_year_that_came_and_went_shows_in_each_record() {
        let day = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        let word = heard(day("2026-11-24T01:00:00Z"), "a", 5_000);
        let (of_2027, of_2025) = (day("2027-03-01T03:00:00Z"), day("2025-03-01T03:00:00Z"));
        let first = evidence(of_2027, "b", 60_000, Some(word.clone()));
        let second = evidence(of_2025, "b", 120_000, Some(word.clone()));
        let third = evidence(of_2025 + MINUTE_MS, "b", 180_000, Some(word));
        let received = at(day("2026-11-24T09:00:00Z"));
        assert!(matches!(doubts(None, &first, received)[..], [ClockDoubt::AfterReceipt { .. }]));
        assert!(matches!(
            doubts(Some(&first), &second, received)[..],
            [ClockDoubt::BeforeServer { .. }, ClockDoubt::Moved { seconds: ..0 }, ClockDoubt::BeforePrevious { .. }]
        ));
        assert!(matches!(doubts(Some(&second), &third, received)[..], [ClockDoubt::BeforeServer { .. }]));
    }

    prop_compose! {
        /// A true time, how long after the start of a run it is, by how much the wall clock is off, and a while to come.
        fn moment()(now in 1_700_000_000_000_i64..2_000_000_000_000, since in 3_600_000_i64..1_000_000_000,
            off in -140_000_i64..=140_000, later in 0_i64..100_000_000) -> (i64, i64, i64, i64) {
            (now, since, off, later)
        }
    }

    proptest! {
        #[test]
        fn honest_clocks_raise_no_doubt((now, since, off, later) in moment(), restarts: bool, knows: bool, waits in 0_i64..10_000_000) {
            let word = knows.then(|| heard(now - MINUTE_MS, "a", since - MINUTE_MS));
            let first = evidence(now + off, "a", since, word.clone());
            let (boot, monotonic) = if restarts { ("b", 7_000) } else { ("a", since + later) };
            let second = evidence(now + later + off, boot, monotonic, word);
            let received = at(now + later + waits);
            prop_assert_eq!(doubts(None, &first, received), []);
            prop_assert_eq!(doubts(Some(&first), &second, received), []);
        }

        #[test]
        fn a_wall_clock_that_is_moved_within_a_run_shows_by_how_much((now, since, off, later) in moment(),
            moved in prop_oneof![-90_000_000_i64..-301_000, 301_000_i64..90_000_000]) {
            let first = evidence(now + off, "a", since, None);
            let second = evidence(now + later + off + moved, "a", since + later, None);
            let shown = doubts(Some(&first), &second, at(now + later + 100_000_000));
            prop_assert!(shown.contains(&ClockDoubt::Moved { seconds: moved / 1000 }), "{shown:?}");
        }

        #[test]
        fn a_clock_that_is_set_before_the_server_s_word_shows_also_after_a_restart((now, since, off, back) in moment(), restarts: bool) {
            let word = heard(now, "a", since);
            let wall = now + off.min(0) - 301_000 - back;
            let boot = if restarts { "b" } else { "a" };
            let this = evidence(wall, boot, since, Some(word));
            let shown = doubts(None, &this, at(now));
            prop_assert!(matches!(shown[..], [ClockDoubt::BeforeServer { .. }]), "{shown:?}");
        }

        #[test]
        fn a_chain_that_goes_back_and_a_date_after_its_receipt_show((now, since, off, far) in moment()) {
            let far = far + 301_000;
            let ahead = evidence(now + off.max(0) + far, "a", since, None);
            let after_receipt = doubts(None, &ahead, at(now));
            prop_assert!(matches!(after_receipt[..], [ClockDoubt::AfterReceipt { .. }]), "{after_receipt:?}");
            let next = evidence(now, "b", 7_000, None);
            let back = doubts(Some(&ahead), &next, at(now));
            prop_assert!(matches!(back[..], [ClockDoubt::BeforePrevious { .. }]), "{back:?}");
        }

        #[test]
        fn no_clocks_at_all_make_it_panic(walls: [i64; 4], ms: [u64; 4], same: bool) {
            let [first, second, heard, received] = walls.map(|it| {
                Timestamp::from_second(it % 253_402_207_200).unwrap_or(Timestamp::MAX)
            });
            let server = ServerTime { at: heard, boot: "a".into(), monotonic_ms: ms[0] };
            let time = |wall, boot: &str, monotonic_ms| {
                TimeEvidence { wall, boot: boot.into(), monotonic_ms, server: Some(server.clone()) }
            };
            let first = time(first, "a", ms[1]);
            let second = time(second, if same { "a" } else { "b" }, ms[2]);
            prop_assert!(doubts(Some(&first), &second, received).len() <= 4);
        }
    }
}
