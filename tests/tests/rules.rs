//! Rules that nobody can bend: what holds when a record is written, whatever was begun before, set, locked or renamed.

use std::collections::HashMap;
use std::fs;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use saksi_face::PageHash;
use saksi_field::capture::{Photo, StatementPhoto};
use saksi_field::visit::{ProxyDetails, ProxyPhoto};
use saksi_field::{
    Clock, ClockReading, CodeError, FieldError, FileVault, Handset, HostClock, KeyVault, Platform, RosterError,
    VaultError, Visit, VisitError,
};
use saksi_records::keys::random_bytes;
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::{Nik, Rupiah};
use saksi_tests::crowd::{self, person, proxy_visit};
use saksi_tests::props::BENEFICIARY_AGAIN;
use saksi_tests::{FieldKit, NEW_PIN, PIN, beneficiary, consent, officer, proxy, round, sync, unlock};
use zeroize::Zeroizing;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

#[test]
fn one_person_is_paid_once_whatever_number_the_roster_has_them_under() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    assert!(sync(&handset).stopped.is_none());
    roster(&kit, |rows| rows[0].beneficiary.id = "KPM-NEW-0001".parse().expect("a number"));
    assert!(sync(&handset).stopped.is_none());
    let renamed = "KPM-NEW-0001".parse().expect("a number");
    let refused = handset.visit_by_proxy(&round(), &renamed).expect_err("the same person");
    assert!(matches!(refused, FieldError::Visit(VisitError::AlreadyPaid(_))), "{refused}");
    assert!(matches!(
        handset.visit_by_proxy(&round(), &beneficiary(0)),
        Err(FieldError::Roster(RosterError::UnknownBeneficiary))
    ));
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(handset.visit_in_person(&round(), &renamed).is_err(), "after a restart");
}

#[test]
fn one_face_is_not_paid_under_two_numbers_of_a_round() {
    let Some(kit) = FieldKit::new() else { return };
    roster(&kit, |rows| rows[1].beneficiary.template = rows[0].beneficiary.template.clone());
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let pay = |n: usize| {
        let mut visit = handset.visit_in_person(&round(), &beneficiary(n))?;
        visit.take(consent.clone())?;
        visit.take(handset.verify(&consent, &beneficiary(n), &kit.portrait(BENEFICIARY_AGAIN))?)?;
        handset.commit(&visit)
    };
    pay(0).expect("the first");
    for _ in 0..2 {
        let refused = pay(1).expect_err("the same face");
        assert!(matches!(refused, FieldError::Visit(VisitError::FacePaid)), "{refused}");
        handset.lock();
        unlock(&handset);
    }
}

#[test]
fn of_two_visits_under_way_with_one_letter_only_one_pays() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(4);
    let handset = kit.handset("a");
    let letter = letter();
    let visits = [0, 1].map(|n| with_letter(&handset, n, &letter, &nik(n)).expect("neither is committed"));
    handset.commit(&visits[0]).expect("committed");
    let refused = handset.commit(&visits[1]).expect_err("the letter has paid");
    assert!(matches!(refused, FieldError::Visit(VisitError::LetterUsed)), "{refused}");
}

#[test]
fn a_letter_and_a_proxy_stay_known_when_the_clock_is_set_back_over_a_restart() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(6);
    drop(kit.handset("a"));
    let (wall, letter) = (HostClock::new().now().wall, letter());
    let back = wall - SignedDuration::from_hours(60 * 24);
    let handset = kit.reopen_when("a", ClockReading { wall: back, boot: "again".into(), monotonic_ms: MINUTE_MS });
    for n in 0..2 {
        unlock(&handset);
        let letter = if n == 0 { &letter } else { &self::letter() };
        handset.commit(&with_letter(&handset, n, letter, &nik(9)).expect("within the limit")).expect("committed");
        assert!(sync(&handset).stopped.is_none());
        handset.lock();
    }
    unlock(&handset);
    let refused = with_letter(&handset, 2, &letter, &nik(3)).expect_err("used");
    assert!(matches!(refused, FieldError::Visit(VisitError::LetterUsed)), "{refused}");
    let refused = with_letter(&handset, 2, &self::letter(), &nik(9)).expect_err("two are allowed");
    assert!(matches!(refused, FieldError::Visit(VisitError::ProxyLimit { earlier: 2, limit: 2 })), "{refused}");
}

#[test]
fn locking_ends_a_visit_and_whoever_began_it_can_resume_it() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(4);
    let handset = kit.handset("a");
    let visit = proxy_visit(&handset, 0).expect("complete");
    handset.keep(&visit).expect("kept");
    let code = code(&kit, &handset);
    handset.lock();
    handset.admit(&code, NEW_PIN).expect("taken");
    handset.unlock(other_officer(), NEW_PIN).expect("his own PIN");
    let refused = handset.commit(&visit).expect_err("another officer's visit");
    assert!(matches!(refused, FieldError::Visit(VisitError::SessionOver)), "{refused}");
    assert!(handset.interrupted().expect("readable").is_empty(), "it is the other's to resume");
    assert!(handset.resume(visit.id()).expect("readable").is_none());
    unlock(&handset);
    assert!(handset.commit(&visit).is_err(), "the session is over for its own officer too");
    let resumed = handset.resume(visit.id()).expect("may go on").expect("it was kept");
    assert_eq!(resumed.id(), visit.id());
    handset.commit(&resumed).expect("committed");
    assert_eq!(handset.day().expect("unlocked").len(), 1);
}

#[test]
fn a_code_of_three_days_ago_is_refused_after_a_restart_with_the_clock_set_back() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let code = code(&kit, &handset);
    drop(handset);
    let now = HostClock::new().now();
    drop(kit.reopen_at("a", now.monotonic_ms + 3 * DAY_MS));
    let handset = kit.reopen_when("a", ClockReading { boot: "again".into(), monotonic_ms: MINUTE_MS, ..now });
    let refused = handset.admit(&code, NEW_PIN).expect_err("too old");
    assert!(matches!(refused, FieldError::Vault(VaultError::Code(CodeError::Expired))), "{refused}");
}

#[test]
fn a_visit_is_judged_by_the_roster_and_the_clock_of_the_moment_at_which_it_is_written() {
    let Some(kit) = FieldKit::new() else { return };
    drop(kit.handset("a"));
    let hands = Arc::new(Hands(Mutex::new(HostClock::new().now())));
    let platform = Platform { clock: hands.clone(), ..kit.platform("a") };
    let handset = Handset::open(&kit.handset_folder("a"), platform, kit.engine().clone()).expect("provisioned");
    unlock(&handset);
    let begun = |n| complete(&handset, n);

    let visit = begun(0);
    // An app that keeps the handset from locking itself.
    for _ in 0..5 * 60 {
        hands.forward(MINUTE_MS);
        handset.touch().expect("in use");
    }
    let refused = handset.commit(&visit).expect_err("five hours later");
    assert!(matches!(refused, FieldError::Visit(VisitError::TooOld)), "{refused}");

    let (leaving, dearer) = (begun(1), begun(2));
    roster(&kit, |rows| {
        rows[2].amount = Rupiah(150_000);
        rows.remove(1);
    });
    assert!(sync(&handset).stopped.is_none());
    let refused = handset.commit(&leaving).expect_err("has left the roster");
    assert!(matches!(refused, FieldError::Roster(RosterError::UnknownBeneficiary)), "{refused}");
    let refused = handset.commit(&dearer).expect_err("another amount by now");
    let (told, now) = (Rupiah(300_000), Rupiah(150_000));
    assert!(
        matches!(&refused, FieldError::Visit(error) if *error == VisitError::OtherAmount { told, now }),
        "{refused}"
    );
    assert!(handset.day().expect("unlocked").is_empty());
}

#[test]
fn a_visit_to_somebody_who_left_the_roster_is_not_offered_again_and_leaves_no_files() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.keep(&complete(&handset, 1)).expect("kept");
    let files = || fs::read_dir(kit.handset_folder("a").join("interrupted")).expect("it was made").count();
    assert!(files() > 0);
    roster(&kit, |rows| drop(rows.remove(1)));
    assert!(sync(&handset).stopped.is_none());
    assert_eq!((handset.interrupted().expect("readable").len(), files()), (0, 0));
}

#[test]
fn committing_again_gives_the_same_receipt_and_nothing_is_added_afterwards() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(4);
    let handset = kit.handset("a");
    let visit = proxy_visit(&handset, 0).expect("complete");
    let receipt = handset.commit(&visit).expect("committed");
    assert_eq!(handset.commit(&visit).expect("the same"), receipt);
    assert_eq!(handset.day().expect("unlocked").len(), 1);
    assert!(matches!(handset.keep(&visit), Err(FieldError::Visit(VisitError::AlreadyWritten))));
    assert!(handset.interrupted().expect("readable").is_empty());
    handset.lock();
    unlock(&handset);
    assert_eq!(handset.written(visit.id()).expect("readable"), Some(receipt.clone()), "after a restart too");
    assert_eq!(handset.commit(&visit).expect("the same"), receipt);
}

#[test]
fn where_store_and_note_are_lost_nobody_is_paid_before_a_sync() {
    let Some(mut kit) = FieldKit::new() else { return };
    kit.import_crowd(4);
    let handset = kit.handset("a");
    handset.commit(&proxy_visit(&handset, 0).expect("complete")).expect("committed");
    let round = handset.with_roster(|roster| roster.round(&crowd::round()).cloned()).expect("unlocked").expect("there");
    drop(handset);
    let folder = kit.handset_folder("a");
    fs::remove_dir_all(folder.join("store")).expect("removed");
    for note in fs::read_dir(folder.join("records/notes")).expect("readable") {
        fs::write(note.expect("an entry").path(), b"torn").expect("written");
    }
    kit.stop_server();
    let handset = kit.reopen("a");
    unlock(&handset);
    handset.import_roster(round, crowd::csv(4).as_slice()).expect("from a memory card");
    let refused = handset.commit(&proxy_visit(&handset, 0).expect("not known to be paid")).expect_err("may be paid");
    assert!(matches!(refused, FieldError::Visit(VisitError::SyncFirst)), "{refused}");
    kit.start_server();
    assert!(sync(&handset).stopped.is_none());
    assert!(matches!(proxy_visit(&handset, 0), Err(FieldError::Visit(VisitError::AlreadyPaid(_)))));
    handset.commit(&proxy_visit(&handset, 1).expect("not paid")).expect("open again");
}

#[test]
fn a_keystore_that_calls_back_gets_an_answer_and_no_deadlock() {
    let Some(kit) = FieldKit::new() else { return };
    drop(kit.handset("a"));
    let folder = kit.handset_folder("a");
    let keystore = FileVault::open(&folder.with_extension("keystore")).expect("a key file");
    let calls = Arc::new(CallsBack { keystore, handset: OnceLock::new(), heard: Mutex::default() });
    let platform = Platform { keystore: calls.clone(), ..kit.platform("a") };
    let handset = Arc::new(Handset::open(&folder, platform, kit.engine().clone()).expect("provisioned"));
    calls.handset.set(Arc::downgrade(&handset)).expect("once");
    let (done, answer) = mpsc::channel();
    let unlocking = Arc::clone(&handset);
    thread::spawn(move || done.send(unlocking.unlock(officer(), PIN)));
    let start = Instant::now();
    while answer.try_recv().is_err() {
        let asked = Instant::now();
        handset.is_locked();
        assert!(asked.elapsed() < Duration::from_millis(200), "whether it is locked is told at once");
        assert!(start.elapsed() < Duration::from_mins(1), "it hangs");
        thread::sleep(Duration::from_millis(5));
    }
    let heard = calls.heard.lock().expect("nobody panicked");
    assert!(heard.get("busy").is_some_and(|times| *times > 0), "{heard:?}");
}

/// Clocks that a test moves.
struct Hands(Mutex<ClockReading>);

impl Hands {
    fn forward(&self, ms: u64) {
        let mut now = self.0.lock().expect("nobody panicked");
        now.monotonic_ms += ms;
        now.wall += SignedDuration::from_millis(i64::try_from(ms).expect("some days"));
    }
}

impl Clock for Hands {
    fn now(&self) -> ClockReading {
        self.0.lock().expect("nobody panicked").clone()
    }
}

/// A keystore that asks the handset for its day, whenever it is asked itself.
struct CallsBack {
    keystore: FileVault,
    handset: OnceLock<Weak<Handset>>,
    heard: Mutex<HashMap<&'static str, u32>>,
}

impl CallsBack {
    fn call(&self) {
        let Some(handset) = self.handset.get().and_then(Weak::upgrade) else { return };
        let heard = match handset.day() {
            Err(FieldError::Busy) => "busy",
            Err(FieldError::Locked) => "locked",
            _ => "something else",
        };
        *self.heard.lock().expect("nobody panicked").entry(heard).or_default() += 1;
    }
}

impl KeyVault for CallsBack {
    fn wrap(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.call();
        self.keystore.wrap(purpose, secret)
    }

    fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.call();
        self.keystore.unwrap(purpose, wrapped)
    }
}

/// A code for another officer, as the office makes it.
fn code(kit: &FieldKit, handset: &Handset) -> String {
    let (id, who) = (handset.programme().handset, other_officer());
    kit.runtime().block_on(kit.programme().admit_officer(id, &who, "Budi", false, "test")).expect("a code")
}

fn other_officer() -> saksi_records::OfficerId {
    "juru-bayar-8".parse().expect("an id")
}

/// Changes the programme's roster; handsets have it after their next sync.
fn roster(kit: &FieldKit, change: impl FnOnce(&mut Vec<RosterRow>)) {
    let mut rows = roster_file::read(kit.roster_csv().expect("a roster").as_slice()).expect("rows");
    change(&mut rows);
    let mut csv = Vec::new();
    roster_file::write(&rows, &mut csv).expect("memory takes it");
    let import = kit.programme().import_roster(round(), "November", csv.as_slice(), "test");
    kit.runtime().block_on(import).expect("a roster");
}

/// A complete visit by a proxy to the n-th on the roster.
fn complete(handset: &Handset, n: usize) -> Visit {
    let visit = handset.visit_by_proxy(&round(), &beneficiary(n)).expect("entitled");
    completed(handset, visit, &letter(), &proxy().nik).expect("complete")
}

/// One to the n-th of the crowd, with this letter and this proxy's number.
fn with_letter(handset: &Handset, n: usize, letter: &StatementPhoto, nik: &Nik) -> Result<Visit, FieldError> {
    completed(handset, handset.visit_by_proxy(&crowd::round(), &person(n))?, letter, nik)
}

fn completed(handset: &Handset, mut visit: Visit, letter: &StatementPhoto, nik: &Nik) -> Result<Visit, FieldError> {
    let values = (0..128).map(|_| f32::from(i16::from_be_bytes(random_bytes()))).collect();
    let template = saksi_face::Template::new(handset.model().clone(), values).expect("numbers");
    visit.take(consent(handset))?;
    let (photo, listed_as, like_officer, liveness) = (Photo::new(random_bytes::<100>().to_vec()), None, false, None);
    visit.take(ProxyPhoto { photo, template, match_at: 0.9, listed_as, like_officer, liveness })?;
    visit.take(letter.clone())?;
    visit.take(ProxyDetails { nik: nik.clone(), ..proxy() })?;
    Ok(visit)
}

fn letter() -> StatementPhoto {
    let photo = || Photo::new(random_bytes::<100>().to_vec());
    let hash = PageHash::from_bytes(&random_bytes::<{ PageHash::BYTES }>()).expect("as many as it has");
    StatementPhoto { photo: photo(), page: photo(), hash }
}

fn nik(n: usize) -> Nik {
    format!("3273010101700{:03}", n + 1).parse().expect("well-formed")
}
