//! A handset in an app: on a phone whose clock fails, with an app that listens, throws and calls back.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use saksi_ffi::{
    Clock, ClockReading, FaceEngine, Handset, HandsetFault, KeyVault, Location, LogLevel, LogListener, Observer,
    PinFault, Platform, PlatformError, SaksiError, StorageFault, set_log, verify_history, version,
};
use saksi_field::OutboxCounts;
use saksi_records::{OfficerId, Round};
use tempfile::TempDir;

const PIN: &str = "482915";
const LIMIT: Duration = Duration::from_secs(30);
const ROSTER: &[u8] = b"id,nik,name,address,route,amount\nKPM-1,3273014509600001,Siti,Jalan 1,R1,600000\n";

/// A clock that says what the test tells it to say next.
struct TestClock {
    next: Mutex<Option<ClockReading>>,
    /// Called back from within the clock, where the test wants it.
    back: Mutex<Weak<Handset>>,
    told: Mutex<Vec<Result<(), SaksiError>>>,
}

impl TestClock {
    fn new() -> Self {
        Self { next: Mutex::new(Some(Self::good())), back: Mutex::default(), told: Mutex::default() }
    }

    fn good() -> ClockReading {
        ClockReading { wall_ms: 1_795_000_000_000, boot: "app".into(), monotonic_ms: 9_000_000 }
    }

    fn says(&self, next: Option<ClockReading>) {
        *self.next.lock().expect("not poisoned") = next;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Result<ClockReading, PlatformError> {
        let back = self.back.lock().expect("not poisoned").upgrade();
        if let Some(handset) = back {
            let told = handset.touch();
            self.told.lock().expect("not poisoned").push(told);
        }
        let next = self.next.lock().expect("not poisoned").clone();
        next.ok_or(PlatformError::Failed { reason: "the clock is busy".into() })
    }
}

struct Plain;

impl KeyVault for Plain {
    fn wrap(&self, _purpose: String, secret: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
        Ok(secret)
    }

    fn unwrap(&self, _purpose: String, wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformError> {
        Ok(wrapped)
    }
}

impl Location for Plain {
    fn last_fix(&self) -> Result<Option<saksi_ffi::Fix>, PlatformError> {
        Ok(None)
    }
}

struct App {
    handset: Arc<Handset>,
    clock: Arc<TestClock>,
    folder: TempDir,
}

impl App {
    /// A handset to practise with, locked. Where models are missing, says so and gives `None`.
    fn start() -> Option<Self> {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        let needed = "face_recognition_sface_2021dec_int8bq.onnx";
        if !models.join(needed).exists() {
            let _ = writeln!(std::io::stderr(), "SKIPPED: {needed} is missing; `cargo xtask models` gets it");
            return None;
        }
        let engine = FaceEngine::load(models.to_str().expect("a path")).expect("the models are whole");
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TestClock::new());
        let platform = Platform { keystore: Arc::new(Plain), clock: clock.clone(), location: Arc::new(Plain) };
        let place = folder.path().to_str().expect("a path");
        let handset = Handset::practise(place, platform, &engine, &officer(), PIN).expect("a new folder");
        Some(Self { handset: Arc::new(handset), clock, folder })
    }

    fn unlock(&self) {
        self.handset.unlock(officer(), PIN).expect("the PIN");
    }
}

fn officer() -> OfficerId {
    "PJB-07".parse().expect("an id")
}

fn absurd() -> [Option<ClockReading>; 4] {
    let good = TestClock::good();
    [
        None,
        Some(ClockReading { boot: "another".into(), ..good.clone() }),
        Some(ClockReading { monotonic_ms: 0, ..good.clone() }),
        Some(ClockReading { monotonic_ms: u64::MAX, wall_ms: i64::MAX, ..good }),
    ]
}

#[test]
fn a_clock_that_fails_once_or_reads_absurdly_once_locks_nobody_out() {
    let Some(app) = App::start() else { return };
    app.unlock();
    for wrong in absurd() {
        app.clock.says(wrong.clone());
        app.handset.touch().expect("still unlocked");
        assert!(!app.handset.lock_if_idle(), "{wrong:?}");
        app.clock.says(Some(TestClock::good()));
        app.handset.touch().expect("and when it recovers");
        assert!(!app.handset.lock_if_idle(), "{wrong:?}");
    }
    let idle = ClockReading { monotonic_ms: 9_000_000 + 60 * 60_000, ..TestClock::good() };
    app.clock.says(Some(idle));
    assert!(app.handset.lock_if_idle(), "an hour without use locks it still");
}

#[test]
fn a_clock_that_fails_once_or_reads_absurdly_once_skips_no_wait_after_wrong_pins() {
    let Some(app) = App::start() else { return };
    for _ in 0..3 {
        let wrong = app.handset.unlock(officer(), "482914");
        assert!(matches!(wrong, Err(SaksiError::Pin { fault: PinFault::WrongPin, .. })), "{wrong:?}");
    }
    for wrong in absurd() {
        app.clock.says(wrong.clone());
        let waits = app.handset.unlock(officer(), PIN);
        assert!(
            matches!(waits, Err(SaksiError::Pin { fault: PinFault::PinWait { seconds: 1..=30 }, .. })),
            "{wrong:?}: {waits:?}"
        );
        app.clock.says(Some(TestClock::good()));
        let waits = app.handset.unlock(officer(), PIN);
        assert!(
            matches!(waits, Err(SaksiError::Pin { fault: PinFault::PinWait { seconds: 1..=30 }, .. })),
            "{wrong:?}: {waits:?}"
        );
    }
    app.clock.says(Some(ClockReading { monotonic_ms: 9_000_000 + 31_000, ..TestClock::good() }));
    app.unlock();
}

#[test]
fn a_clock_that_calls_the_handset_back_is_told_that_it_is_busy() {
    let Some(app) = App::start() else { return };
    app.unlock();
    *app.clock.back.lock().expect("not poisoned") = Arc::downgrade(&app.handset);
    app.handset.touch().expect("it goes on");
    *app.clock.back.lock().expect("not poisoned") = Weak::new();
    let told = app.clock.told.lock().expect("not poisoned");
    assert!(matches!(told[..], [Err(SaksiError::Handset { fault: HandsetFault::Busy, .. })]), "{told:?}");
}

/// Writes down what it hears, calls the handset each time, and then throws.
struct CallsBack {
    handset: Weak<Handset>,
    heard: Sender<String>,
}

impl CallsBack {
    fn hear(&self, what: &str) -> Result<(), PlatformError> {
        let handset = self.handset.upgrade().ok_or(PlatformError::KeyLost)?;
        handset.outbox_counts().expect("it works while locked");
        let locked = handset.is_locked();
        self.heard.send(format!("{what}, {}", if locked { "locked" } else { "unlocked" })).ok();
        Err(PlatformError::Failed { reason: "the screen is gone".into() })
    }
}

impl Observer for CallsBack {
    fn lock_changed(&self, locked: bool) -> Result<(), PlatformError> {
        self.hear(&format!("locked: {locked}"))
    }

    fn outbox_changed(&self, counts: OutboxCounts) -> Result<(), PlatformError> {
        self.hear(&format!("waiting: {}", counts.waiting))
    }

    fn roster_changed(&self) -> Result<(), PlatformError> {
        self.hear("roster")
    }
}

fn next(heard: &Receiver<String>) -> String {
    heard.recv_timeout(LIMIT).expect("it is told")
}

#[test]
fn an_observer_is_told_of_each_change_and_may_call_back_and_throw() {
    let Some(app) = App::start() else { return };
    let (sender, heard) = channel();
    let observer = CallsBack { handset: Arc::downgrade(&app.handset), heard: sender };
    app.handset.observe(Some(Arc::new(observer))).expect("a thread");
    app.unlock();
    assert_eq!(next(&heard), "locked: false, unlocked");
    let round = Round { id: "BST-2026-11".parse().expect("a round"), title: "November".into() };
    assert_eq!(app.handset.import_roster(round.clone(), ROSTER).expect("a roster"), 1);
    assert_eq!(next(&heard), "roster, unlocked");
    app.handset.cash_received(&round.id, saksi_records::Rupiah(500_000)).expect("written");
    assert_eq!(next(&heard), "waiting: 1, unlocked");
    app.handset.lock();
    assert_eq!(next(&heard), "locked: true, locked");
    app.handset.observe(None).expect("nobody");
    app.unlock();
    assert!(heard.recv_timeout(LIMIT).is_err(), "the observer is gone, and its thread with it");
}

#[test]
fn a_folder_s_history_is_proven_and_what_does_not_fit_is_told() {
    let Some(app) = App::start() else { return };
    app.unlock();
    let folder = app.folder.path().to_str().expect("a path");
    let whole = verify_history(folder).expect("a handset's folder");
    assert_eq!((whole.handset, whole.records, whole.problems.len()), (app.handset.info().handset, 0, 0));
    assert!(whole.events > 0);
    fs::write(app.folder.path().join("audit.log"), "altered\n").expect("written");
    assert!(!verify_history(folder).expect("a handset's folder").problems.is_empty());
    assert!(matches!(verify_history("/nowhere"), Err(SaksiError::Storage { fault: StorageFault::Damaged { .. }, .. })));
    let space = app.handset.space().expect("unlocked");
    assert!(space.live_bytes > 0 && space.live_bytes <= space.disk_bytes);
}

struct Lines(Sender<(LogLevel, String, String)>);

impl LogListener for Lines {
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), PlatformError> {
        self.0.send((level, target, message)).ok();
        Err(PlatformError::Failed { reason: "the screen is gone".into() })
    }
}

#[test]
fn the_log_tells_what_this_library_notes_and_nothing_of_others() {
    let (sender, lines) = channel();
    set_log(Some(Arc::new(Lines(sender)))).expect("nobody else's");
    tracing::warn!(target: "reqwest", "a server's address");
    tracing::debug!(target: "saksi_field", "too much");
    tracing::warn!(target: "saksi_field", error = %"no room", "the store wasn't compacted");
    let begins = lines.recv_timeout(LIMIT).expect("a line");
    assert_eq!((begins.0, begins.1.as_str()), (LogLevel::Info, "saksi_ffi::log"));
    assert_eq!(begins.2, format!("the log of saksi begins, version: {}", version()));
    let warns = |(level, target, text): &(LogLevel, String, String)| {
        *level == LogLevel::Warn && target == "saksi_field" && text == "the store wasn't compacted, error: no room"
    };
    // Other tests of this process may note something too, but none of it is another library's.
    loop {
        let line = lines.recv_timeout(LIMIT).expect("a line");
        assert!(line.1.starts_with("saksi") && line.2 != "too much", "{line:?}");
        if warns(&line) {
            break;
        }
    }
    set_log(None).expect("nobody");
}
