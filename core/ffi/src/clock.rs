//! The clock of an app, which may fail or say what can't be true: the last good reading is carried on in its place.
//!
//! A process never sees a restart of the phone. So the clock that answers first, the app's or else the machine's own, is asked
//! for as long as the process lives. No failure looks like a restart to a PIN's wait or to the idle lock.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use saksi_field::{ClockReading, HostClock};

use crate::platform::Clock;

/// A phone isn't asleep for longer between two readings.
const LONGEST_SLEEP: Duration = Duration::from_hours(30 * 24);

/// An app's clock, with all that it says judged.
pub(crate) struct SteadyClock {
    app: Arc<dyn Clock>,
    own: HostClock,
    known: Mutex<Known>,
}

impl SteadyClock {
    pub(crate) fn new(app: Arc<dyn Clock>) -> Self {
        Self { app, own: HostClock::new(), known: Mutex::default() }
    }

    fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl saksi_field::Clock for SteadyClock {
    fn now(&self) -> ClockReading {
        // The app is asked without a lock, as it may call back.
        let said = match self.known().source {
            Source::Own => Some(saksi_field::Clock::now(&self.own)),
            Source::Unknown | Source::App => self.app.now().ok().and_then(crate::platform::ClockReading::read),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.judged(said, || saksi_field::Clock::now(&self.own), Instant::now())
    }
}

/// Who is asked, and what was last believed.
#[derive(Debug, Clone, Default)]
struct Known {
    source: Source,
    last: Option<(ClockReading, Instant)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Source {
    /// Nobody answered yet.
    #[default]
    Unknown,
    App,
    Own,
}

impl Known {
    /// What the clocks say `at` this instant, where `said` is what was just answered, if anything was.
    fn judged(&mut self, said: Option<ClockReading>, own: impl FnOnce() -> ClockReading, at: Instant) -> ClockReading {
        let Some((last, then)) = &self.last else {
            self.source = if said.is_some() { Source::App } else { Source::Own };
            let first = said.unwrap_or_else(own);
            self.last = Some((first.clone(), at));
            return first;
        };
        let carried = carried(last, at.saturating_duration_since(*then));
        let Some(said) = said.filter(|said| can_follow(said, last, &carried)) else { return carried };
        // No clock is behind the processor's, which may not count on while asleep.
        let monotonic_ms = said.monotonic_ms.max(carried.monotonic_ms);
        let now = ClockReading { monotonic_ms, ..said };
        self.last = Some((now.clone(), at));
        now
    }
}

/// The wall clock may be set to anything.
fn can_follow(said: &ClockReading, last: &ClockReading, carried: &ClockReading) -> bool {
    let latest = carried.monotonic_ms.saturating_add(millis(LONGEST_SLEEP));
    said.boot == last.boot && (last.monotonic_ms..=latest).contains(&said.monotonic_ms)
}

fn carried(last: &ClockReading, passed: Duration) -> ClockReading {
    ClockReading {
        wall: last.wall.checked_add(passed).unwrap_or(Timestamp::MAX),
        boot: last.boot.clone(),
        monotonic_ms: last.monotonic_ms.saturating_add(millis(passed)),
    }
}

fn millis(span: Duration) -> u64 {
    span.as_millis().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MONTH_MS: u64 = 30 * 24 * 60 * 60 * 1000;

    fn reading(boot: &str, monotonic_ms: u64) -> ClockReading {
        let wall = Timestamp::from_millisecond(1_762_000_000_000).expect("a time");
        ClockReading { wall, boot: boot.into(), monotonic_ms }
    }

    fn never() -> ClockReading {
        panic!("the machine's own clock isn't asked once the app's has answered")
    }

    #[test]
    fn what_cannot_be_true_is_answered_by_the_last_good_reading_carried_on() {
        let start = Instant::now();
        let later = start + Duration::from_millis(40);
        let absurd =
            [None, Some(reading("another", 1_040)), Some(reading("app", 999)), Some(reading("app", 1_041 + MONTH_MS))];
        for said in absurd {
            let mut known = Known::default();
            assert_eq!(known.judged(Some(reading("app", 1_000)), never, start), reading("app", 1_000));
            let told = known.judged(said.clone(), never, later);
            assert_eq!((told.boot.as_str(), told.monotonic_ms), ("app", 1_040), "{said:?}");
            assert_eq!(told.wall.as_millisecond(), 1_762_000_000_040);
            let asleep = reading("app", 1_040 + MONTH_MS);
            assert_eq!(known.judged(Some(asleep.clone()), never, later), asleep, "and it may recover");
        }
    }

    #[test]
    fn a_wall_clock_may_be_set_and_a_clock_that_stands_still_is_carried_on() {
        let start = Instant::now();
        let mut known = Known::default();
        known.judged(Some(reading("app", 1_000)), never, start);
        let set_back = ClockReading { wall: Timestamp::UNIX_EPOCH, ..reading("app", 1_000) };
        let told = known.judged(Some(set_back), never, start + Duration::from_mins(10));
        assert_eq!((told.wall, told.monotonic_ms), (Timestamp::UNIX_EPOCH, 601_000));
    }

    #[test]
    fn whoever_answers_first_is_kept_to() {
        let start = Instant::now();
        let mut known = Known::default();
        assert_eq!(known.judged(None, || reading("own", 7), start), reading("own", 7));
        assert_eq!(known.source, Source::Own);
        let told = known.judged(Some(reading("app", 1_000)), never, start);
        assert_eq!(told, reading("own", 7), "even where another thread had asked the app");
    }

    proptest! {
        #[test]
        fn whatever_an_app_says_its_boot_never_changes_and_its_time_never_goes_back(
            said in prop::collection::vec((prop::option::of((0_u8..3, any::<u64>())), 0_u64..5_000), 1..60),
        ) {
            let mut known = Known::default();
            let mut at = Instant::now();
            let (mut last, mut least) = (None::<ClockReading>, 0);
            for (said, passed) in said {
                at += Duration::from_millis(passed);
                let said = said.map(|(boot, monotonic_ms)| reading(&boot.to_string(), monotonic_ms));
                let told = known.judged(said, || reading("own", 5), at);
                if let Some(last) = last {
                    prop_assert_eq!(&told.boot, &last.boot);
                    least = u64::saturating_add(least, passed);
                    prop_assert!(told.monotonic_ms >= least);
                    prop_assert!(told.monotonic_ms >= last.monotonic_ms);
                    prop_assert!(told.monotonic_ms - last.monotonic_ms <= MONTH_MS + 300_000);
                } else {
                    least = told.monotonic_ms;
                }
                last = Some(told);
            }
        }
    }
}
