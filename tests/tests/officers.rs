//! Several officers on one handset: each with a PIN of their own, let in by a supervisor, and shut out by ten wrong ones.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use saksi_face::LivenessPolicy;
use saksi_field::crash_points::CrashPoint;
use saksi_field::{
    Clock, ClockReading, CodeError, CodePurpose, FieldError, Handset, HostClock, OfficerState, Platform, Shelf,
    VaultError, VisitError, keys::pin::PinError, proof, visit::Step,
};
use saksi_records::audit::{self, By, Event};
use saksi_records::jws::{self, typ};
use saksi_records::record::NotServedReason;
use saksi_records::wire::{HandsetState, Policy};
use saksi_records::{CodeAction, HandsetKey, OfficerId, Record, UnlockCode};
use saksi_tests::props::{BENEFICIARY_AGAIN, STRANGER};
use saksi_tests::{FieldKit, NEW_PIN, PIN, beneficiary, consent, officer, round, sync, unlock};
use serde_json::Value;
use xtask::build::programs;

const HOUR_MS: u64 = 3_600_000;

fn budi() -> OfficerId {
    "juru-bayar-8".parse().expect("an id")
}

/// A code for an officer, as the office makes it.
fn code(kit: &FieldKit, handset: &Handset, officer: &OfficerId, by_server: bool) -> String {
    let id = handset.programme().handset;
    let made = kit.programme().admit_officer(id, officer, "Budi Hartono", by_server, "test");
    kit.runtime().block_on(made).expect("a code")
}

fn refused<T: std::fmt::Debug>(done: Result<T, FieldError>) -> CodeError {
    match done.expect_err("refused") {
        FieldError::Vault(VaultError::Code(why)) => why,
        other => panic!("{other}"),
    }
}

/// Ten wrong PINs in a row, each an hour after another start of the phone.
fn lock_out(kit: &FieldKit, name: &str, officer: &OfficerId) {
    for start in 1..=10 {
        let clocks = ClockReading { boot: format!("start {start}"), monotonic_ms: HOUR_MS, ..HostClock::new().now() };
        let wrong = kit.reopen_when(name, clocks).unlock(officer.clone(), "000000").expect_err("wrong");
        assert_eq!(matches!(wrong, FieldError::Vault(VaultError::LockedOut)), start == 10, "{wrong}");
    }
}

fn events(kit: &FieldKit, folder: &Path) -> Vec<Event> {
    let identity = proof::verify(folder).expect("a handset").identity;
    let log = fs::read_to_string(folder.join("audit.log")).expect("readable");
    let entries = audit::verify(identity.handset, &identity.transport_key, &log).expect("whole");
    entries.iter().map(|entry| entry.open(&kit.programme_key()).expect("ours").event).collect()
}

#[test]
fn a_second_officer_is_let_in_without_a_connection_and_each_signs_for_what_they_did() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let code = code(&kit, &handset, &budi(), false);
    kit.stop_server();
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    handset.lock();
    assert_eq!(handset.read_code(&code).expect("for this handset"), CodePurpose::Admit { officer: budi() });
    let short = handset.admit(&code, "123").expect_err("too short");
    assert!(matches!(short, FieldError::Vault(VaultError::Pin(PinError::TooShort))));
    assert_eq!(handset.admit(&code, NEW_PIN).expect("taken"), budi());

    let crossed = handset.unlock(budi(), PIN).expect_err("another's PIN");
    assert!(matches!(crossed, FieldError::Vault(VaultError::Pin(PinError::Wrong))));
    handset.unlock(budi(), NEW_PIN).expect("his own");
    handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("committed");
    unlock(&handset);
    assert_eq!(handset.day().expect("unlocked").len(), 2, "it is one handset's day");

    let keys = kit.programme_key();
    let waiting = handset.outbox().list(Shelf::Outbox).expect("readable");
    let by = waiting.iter().map(|filed| {
        let payload = handset.outbox().read(filed).expect("whole").open(&keys).expect("the programme's");
        payload.record.officer().clone()
    });
    assert_eq!(by.collect::<Vec<_>>(), [officer(), budi()]);
    kit.start_server();
    assert_eq!(sync(&handset).sent, 2);
    let officers = handset.officers().expect("readable");
    let listed: Vec<_> = officers.iter().map(|it| (it.id.clone(), it.name.as_str(), it.state)).collect();
    let ready = OfficerState::Ready;
    assert_eq!(listed, [(officer(), "", ready), (budi(), "Budi Hartono", ready)]);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn after_ten_wrong_pins_only_a_supervisor_s_code_brings_the_officer_back_and_nothing_is_lost() {
    let Some(mut kit) = FieldKit::new() else { return };
    let (handset, other) = (kit.handset("a"), kit.handset("b"));
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    let (right, others) = (code(&kit, &handset, &officer(), false), code(&kit, &other, &officer(), false));
    drop(handset);
    kit.stop_server();
    lock_out(&kit, "a", &officer());

    let handset = kit.reopen("a");
    assert!(matches!(handset.unlock(officer(), PIN), Err(FieldError::Vault(VaultError::LockedOut))));
    assert_eq!(handset.officers().expect("readable")[0].state, OfficerState::LockedOut);
    assert_eq!(refused(handset.admit(&others, NEW_PIN)), CodeError::OtherHandset);
    assert_eq!(refused(handset.admit("a.b.c", NEW_PIN)), CodeError::NotACode);
    assert_eq!(refused(handset.erase(&right)), CodeError::OtherAction);
    let made: UnlockCode = jws::peek(&right).expect("claims");
    let forged = jws::sign(&HandsetKey::from_seed([7; 32]), typ::CODE, &made);
    assert_eq!(refused(handset.admit(&forged, NEW_PIN)), CodeError::NotACode);
    drop(handset);
    let handset = kit.reopen("a");
    handset.admit(&right, NEW_PIN).expect("taken");
    assert_eq!(refused(handset.admit(&right, PIN)), CodeError::Taken);
    drop(handset);
    let handset = kit.reopen("a");
    assert_eq!(refused(handset.admit(&right, PIN)), CodeError::Taken, "it is remembered");
    assert!(handset.unlock(officer(), PIN).is_err());
    handset.unlock(officer(), NEW_PIN).expect("the new PIN");
    assert_eq!(handset.day().expect("unlocked").len(), 1);
    kit.start_server();
    assert_eq!(sync(&handset).sent, 1);
    let events = events(&kit, &kit.handset_folder("a"));
    assert!(events.contains(&Event::LockedOut { officer: officer() }));
    assert!(events.contains(&Event::Admitted { officer: officer(), code: made.code }));
    drop(handset);
    // A day later by the clock that nobody can set.
    let now = HostClock::new().now().monotonic_ms;
    assert_eq!(refused(kit.reopen_at("a", now + 25 * HOUR_MS).admit(&right, NEW_PIN)), CodeError::Expired);
}

#[test]
fn an_officer_who_knows_the_pin_sets_another_and_tries_count_as_at_unlocking() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    let short = handset.change_pin(&officer(), PIN, "12345").expect_err("too short");
    assert!(matches!(short, FieldError::Vault(VaultError::Pin(PinError::TooShort))));
    assert_eq!(handset.pin_attempts_left(&officer()).expect("readable"), 10, "no PIN was tried");
    let wrong = handset.change_pin(&officer(), NEW_PIN, NEW_PIN).expect_err("not the PIN");
    assert!(matches!(wrong, FieldError::Vault(VaultError::Pin(PinError::Wrong))));
    assert_eq!(handset.pin_attempts_left(&officer()).expect("readable"), 9);
    let nobody = handset.change_pin(&budi(), PIN, NEW_PIN).expect_err("not admitted here");
    assert!(matches!(nobody, FieldError::Vault(VaultError::Pin(PinError::Wrong))), "nor told to be unknown: {nobody}");
    handset.change_pin(&officer(), PIN, NEW_PIN).expect("the right one");
    assert!(!handset.is_locked(), "the day goes on");
    drop(handset);

    let handset = kit.reopen("a");
    assert!(handset.unlock(officer(), PIN).is_err());
    handset.unlock(officer(), NEW_PIN).expect("the new one");
    assert_eq!((handset.day().expect("unlocked").len(), sync(&handset).sent), (1, 1));
    let events = events(&kit, &kit.handset_folder("a"));
    assert!(events.contains(&Event::PinChanged { officer: officer() }));
    let code = code(&kit, &handset, &officer(), false);
    handset.admit(&code, PIN).expect("a supervisor's code is as good as before");

    let set = |state| {
        let id = handset.programme().handset;
        kit.runtime().block_on(kit.programme().set_handset_state(id, state, "test")).expect("known");
        assert!(sync(&handset).stopped.is_none());
    };
    set(HandsetState::Locked);
    assert!(matches!(handset.change_pin(&officer(), PIN, NEW_PIN), Err(FieldError::Forbidden(HandsetState::Locked))));
}

#[test]
fn a_reset_through_the_server_needs_nothing_typed_but_the_new_pin_and_is_never_written_down() {
    let Some(kit) = FieldKit::new() else { return };
    drop(kit.handset("a"));
    lock_out(&kit, "a", &officer());
    let handset = kit.reopen("a");
    assert_eq!(refused(handset.admit_waiting(&officer(), NEW_PIN)), CodeError::NoneWaiting);
    let signed = code(&kit, &handset, &officer(), true);
    assert!(sync(&handset).stopped.is_none());
    assert!(handset.officers().expect("readable")[0].code_waiting);
    let UnlockCode { action: CodeAction::Admit { secret, .. }, .. } = jws::peek(&signed).expect("claims") else {
        panic!("an admission")
    };
    let keystore = kit.platform("a").keystore;
    for (file, purpose) in [("programme", "saksi programme"), ("slots.key", "saksi key slots")] {
        let wrapped = fs::read(kit.handset_folder("a").join(file)).expect("readable");
        let kept = keystore.unwrap(purpose, &wrapped).expect("ours");
        let secret = serde_json::to_string(&secret).expect("plain data");
        assert!(!String::from_utf8_lossy(&kept).contains(secret.trim_matches('"')), "{file}");
        assert!(!String::from_utf8_lossy(&kept).contains(&signed), "{file}");
    }
    assert_eq!(refused(handset.admit_waiting(&budi(), NEW_PIN)), CodeError::NoneWaiting);
    handset.admit_waiting(&officer(), NEW_PIN).expect("taken");
    handset.unlock(officer(), NEW_PIN).expect("the new PIN");
    assert!(sync(&handset).stopped.is_none());
    assert!(!handset.officers().expect("readable")[0].code_waiting, "the server gives it no more");
}

#[test]
fn the_office_can_always_make_a_code_that_opens_whichever_messages_are_lost() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let codes = [budi(), officer(), budi()].map(|who| code(&kit, &handset, &who, false));
    kit.stop_server();
    // Two of one secret, as the server can't know that it was used.
    handset.admit(&codes[0], NEW_PIN).expect("taken");
    handset.admit(&codes[1], NEW_PIN).expect("taken");
    kit.start_server();
    assert!(sync(&handset).stopped.is_none());
    // Now it has the next, and the handset has let go of the first.
    assert_eq!(refused(handset.admit(&codes[2], NEW_PIN)), CodeError::Outdated);
    let next = code(&kit, &handset, &budi(), false);
    handset.admit(&next, PIN).expect("taken");
    handset.unlock(budi(), PIN).expect("the PIN after that");
}

#[test]
fn an_officer_who_is_no_longer_listed_is_shut_out_at_the_next_sync() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.admit(&code(&kit, &handset, &budi(), false), NEW_PIN).expect("taken");
    let remove = |who: &OfficerId| {
        kit.runtime().block_on(kit.programme().remove_officer(handset.programme().handset, who, "test"))
    };
    remove(&officer()).expect("listed");
    assert!(remove(&budi()).is_err(), "the last one stays");
    assert!(!handset.is_locked());
    assert!(sync(&handset).stopped.is_none());
    assert!(handset.is_locked());
    assert!(matches!(handset.unlock(officer(), PIN), Err(FieldError::Vault(VaultError::Pin(PinError::Wrong)))));
    handset.unlock(budi(), NEW_PIN).expect("still listed");
    assert!(events(&kit, &kit.handset_folder("a")).contains(&Event::Removed { officer: officer() }));
}

#[test]
fn erased_by_a_code_nothing_opens_and_a_new_ticket_carries_on_what_was_sealed() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    let id = handset.programme().handset;
    let erase = kit.runtime().block_on(kit.programme().erase_by_code(id, "test")).expect("a code");
    let admit = code(&kit, &handset, &officer(), false);
    let ticket = kit.ticket();
    kit.stop_server();
    assert_eq!(handset.read_code(&erase).expect("for this handset"), CodePurpose::Erase);
    assert_eq!(refused(handset.admit(&erase, NEW_PIN)), CodeError::OtherAction);
    handset.erase(&erase).expect("erased");
    assert!(handset.is_locked());
    assert!(matches!(handset.unlock(officer(), PIN), Err(FieldError::Vault(VaultError::Erased))));
    assert!(matches!(handset.admit(&admit, NEW_PIN), Err(FieldError::Vault(VaultError::Erased))));
    drop(handset);
    assert_eq!(events(&kit, &kit.handset_folder("a")).last(), Some(&Event::Erased { by: By::Code }));

    // Without a connection nothing is given up.
    let again = || {
        let (folder, engine) = (kit.handset_folder("a"), kit.engine().clone());
        Handset::provision(&folder, kit.platform("a"), engine, &ticket, "a", &officer(), PIN)
    };
    assert!(matches!(again(), Err(FieldError::Network(_))));
    assert_eq!(kit.reopen("a").programme().handset, id);
    kit.start_server();
    carried_on(&kit, id, &ticket);
}

#[test]
fn a_keystore_that_lost_its_key_opens_nothing_and_a_new_ticket_carries_on_what_was_sealed() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    let id = handset.programme().handset;
    drop(handset);
    fs::remove_file(kit.handset_folder("a").with_extension("keystore")).expect("removed");
    assert!(matches!(kit.reopens("a").map(drop), Err(FieldError::Vault(VaultError::CannotUnwrap))));
    carried_on(&kit, id, &kit.ticket());
}

/// Provisioned again in its folder, a handset delivers what it was when it had another name.
fn carried_on(kit: &FieldKit, before: saksi_records::HandsetId, ticket: &saksi_records::Ticket) {
    let (folder, engine) = (kit.handset_folder("a"), kit.engine().clone());
    let handset = Handset::provision(&folder, kit.platform("a"), engine.clone(), ticket, "a", &officer(), PIN)
        .expect("a new handset in the same folder");
    assert_ne!(handset.programme().handset, before);
    assert_eq!(handset.outbox_counts().expect("readable").waiting, 1);
    unlock(&handset);
    assert!(handset.day().expect("unlocked").is_empty());
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    assert_eq!((report.sent, report.quarantined, report.waiting), (1, 0, 0));
    assert_eq!(kit.summary().in_person, 1);
    let again = handset.visit_in_person(&round(), &beneficiary(0)).expect_err("the roster came, and who is paid");
    assert!(matches!(again, FieldError::Visit(VisitError::AlreadyPaid(_))), "{again}");
    handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("committed");
    assert_eq!(sync(&handset).sent, 1);
    assert!(kit.alerts().is_empty(), "two whole chains: {:?}", kit.alerts());
    drop(handset);
    let old = proof::verify(&folder.join("adopted/1")).expect("a whole handset's folder");
    assert_eq!((old.identity.handset, old.records, old.receipts), (before, 1, 1));
    assert!(old.problems.is_empty(), "{:?}", old.problems);
    assert!(proof::verify(&folder).expect("a handset").problems.is_empty());
    assert!(events(kit, &folder).contains(&Event::Adopted { records: 1 }));
    let twice = Handset::provision(&folder, kit.platform("a"), engine, &kit.ticket(), "a", &officer(), PIN);
    assert!(matches!(twice.map(drop), Err(FieldError::AlreadyProvisioned)));
}

/// A phone whose clock stands where the test puts it.
struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> ClockReading {
        ClockReading { monotonic_ms: self.0.load(Ordering::Relaxed), ..HostClock::new().now() }
    }
}

#[test]
fn a_handset_that_nobody_uses_locks_itself_and_still_sends() {
    let Some(kit) = FieldKit::new() else { return };
    drop(kit.handset("a"));
    let hands = Arc::new(Hands(AtomicU64::new(HostClock::new().now().monotonic_ms)));
    let platform = Platform { clock: hands.clone(), ..kit.platform("a") };
    let handset = Handset::open(&kit.handset_folder("a"), platform, kit.engine().clone()).expect("provisioned");
    let wait = |ms| hands.0.fetch_add(ms, Ordering::Relaxed);
    unlock(&handset);
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    let limit = 5 * 60_000;
    wait(limit - 1);
    assert!(!handset.lock_if_idle());
    handset.touch().expect("in time");
    wait(limit - 1);
    assert!(handset.day().is_ok(), "the use before counts from its own time");
    wait(limit);
    assert!(!handset.is_locked(), "nobody has looked at the clock");
    assert!(matches!(handset.visit_in_person(&round(), &beneficiary(0)), Err(FieldError::Locked)));
    assert!(handset.is_locked());
    assert_eq!(sync(&handset).sent, 1, "what is sealed goes all the same");

    unlock(&handset);
    wait(limit - 1);
    assert!(sync(&handset).stopped.is_none());
    wait(1);
    assert!(handset.lock_if_idle(), "a sync goes on by itself, and is no use");
    let events = events(&kit, &kit.handset_folder("a"));
    assert_eq!(events.iter().filter(|event| **event == Event::Locked { by: By::Idle }).count(), 2);
}

#[test]
fn the_officer_s_own_face_is_neither_a_proxy_s_nor_a_beneficiary_s() {
    let policy = Policy { exceptions_pay: true, liveness: LivenessPolicy::off(), ..Policy::default() };
    let Some(kit) = FieldKit::with(policy) else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    assert!(handset.proxy_face(&consent, &kit.portrait(STRANGER)).is_ok());
    assert!(!handset.has_own_face().expect("unlocked"));
    handset.take_own_face(&consent, &kit.portrait(STRANGER)).expect("taken");
    let is_officer = |done: Result<(), FieldError>| matches!(done, Err(FieldError::Visit(VisitError::IsOfficer)));
    let like_officer = || handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face").like_officer;
    assert!(like_officer());
    assert!(is_officer(handset.identify(&consent, &kit.portrait(STRANGER)).map(drop)));
    let mut visit = handset.visit_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    let face = handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face");
    assert_eq!(visit.take(face.clone()), Err(VisitError::IsOfficer));
    // A face that only seems to be the officer's has a way on: a supervisor looks, and nothing is paid until then.
    let mut visit = handset.visit_exceptional_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    visit.take(face).expect("for a supervisor to look at");
    assert!(handset.enrolment_photo(&consent, &kit.portrait(STRANGER)).expect("a face").like_officer);
    let mut visit = handset.visit_exceptional(&round(), &beneficiary(0)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    visit.take(Step::explained("Wajahnya mirip petugas")).expect("a reason");
    let seen = handset.exception_photo(&consent, &beneficiary(0), &kit.portrait(STRANGER)).expect("a photo");
    visit.take(seen).expect("for a supervisor to look at");
    let Record::Exception(written) = visit.finish().expect("complete").record else { panic!("an exception") };
    assert_eq!((written.like_officer, written.paid), (true, None), "whatever the policy says");
    assert!(handset.identify(&consent, &kit.portrait(BENEFICIARY_AGAIN)).is_ok(), "anybody else's is as before");
    let again = handset.take_own_face(&consent, &kit.portrait(BENEFICIARY_AGAIN));
    assert!(matches!(again, Err(FieldError::OwnFaceKnown)));
    handset.lock();
    unlock(&handset);
    assert!(like_officer(), "it is kept");

    // A new admission lets it be taken again: this officer is on the roster, and isn't paid by their own hand.
    handset.admit(&code(&kit, &handset, &officer(), false), NEW_PIN).expect("taken");
    handset.unlock(officer(), NEW_PIN).expect("the new PIN");
    assert!(like_officer(), "until it is taken again");
    handset.take_own_face(&consent, &kit.portrait(BENEFICIARY_AGAIN)).expect("taken");
    assert!(is_officer(handset.verify(&consent, &beneficiary(0), &kit.portrait(BENEFICIARY_AGAIN)).map(drop)));
}

#[test]
fn a_new_programme_key_in_the_middle_of_a_day_loses_nothing() {
    let Some(mut kit) = FieldKit::new() else { return };
    let (handset, offline) = (kit.handset("a"), kit.handset("b"));
    let old = handset.programme().status.programme_key.id();
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    let server = programs().expect("the programs build").join("saksi-server");
    let rotated = Command::new(server).args(["--data"]).arg(kit.server_folder()).args(["keys", "rotate"]).output();
    let rotated = rotated.expect("starts");
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    let new = String::from_utf8(rotated.stdout).expect("text").trim().to_owned();
    assert_ne!(new, old.as_str());

    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined), (1, 0), "sealed to the old key: {:?}", report.stopped);
    handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("committed");
    offline.not_served(&round(), &beneficiary(4), NotServedReason::Absent).expect("committed");
    let sealed_to = |handset: &Handset| {
        let filed = handset.outbox().list(Shelf::Outbox).expect("readable").pop().expect("it waits");
        handset.outbox().read(&filed).expect("whole").header().programme_key.clone()
    };
    assert_eq!(sealed_to(&handset).as_str(), new);
    assert_eq!(sealed_to(&offline), old, "it hasn't heard yet");
    // Another process opens the same keys.
    kit.stop_server();
    kit.start_server();
    assert_eq!((sync(&handset).sent, sync(&offline).sent), (1, 1));
    assert_eq!(kit.summary().not_served, 3);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    assert_eq!(offline.programme().status.programme_key.id().as_str(), new);
    // The secret that was deposited under the old key still lets an officer in, and the next goes under the new one.
    handset.admit(&code(&kit, &handset, &budi(), false), NEW_PIN).expect("taken");
    assert!(sync(&handset).stopped.is_none());
    handset.admit(&code(&kit, &handset, &budi(), false), PIN).expect("taken");
}

#[test]
fn killed_at_any_step_of_an_admission_a_handset_has_the_old_slots_or_the_new() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    let codes = CrashPoint::ADMISSION.map(|_| code(&kit, &handset, &budi(), false));
    drop(handset);
    for (step, code) in CrashPoint::ADMISSION.into_iter().zip(&codes) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_officer"))
            .arg(kit.handset_folder("a"))
            .args(["admit", step.name(), "1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        process.stdin.take().expect("piped").write_all(format!("{code}\n").as_bytes()).expect("it listens");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let there = format!("at {}", step.name());
        assert!(lines.map_while(Result::ok).any(|line| line == there), "{there}");
        process.kill().expect("it runs");
        process.wait().expect("it ends");

        let handset = kit.reopen("a");
        unlock(&handset);
        assert_eq!(handset.day().expect("unlocked").len(), 1, "{there}");
        if step == CrashPoint::Admitted {
            assert_eq!(refused(handset.admit(code, NEW_PIN)), CodeError::Taken, "{there}");
        } else {
            handset.admit(code, NEW_PIN).expect("as good as before");
        }
        handset.unlock(budi(), NEW_PIN).expect("let in");
    }
    assert!(sync(&kit.reopen("a")).stopped.is_none());
}

#[test]
fn the_terminal_lets_an_officer_in_and_erases_by_codes() {
    let Some(kit) = FieldKit::new() else { return };
    let programs = programs().expect("the programs build");
    let folder = kit.handset_folder("terminal");
    let saksi = |officer: &str, pin: &str, arguments: &[&str], input: &str| {
        let mut process = Command::new(programs.join("saksi"))
            .args(arguments)
            .args(["--json", "--officer", officer, "--dir"])
            .arg(&folder)
            .arg("--models")
            .arg(kit.models())
            .env("SAKSI_PIN", pin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        process.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it listens");
        let output = process.wait_with_output().expect("it ends");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice::<Value>(&output.stdout).ok().filter(|_| output.status.success()).ok_or(error)
    };
    let server = |arguments: &[&str]| {
        let output = Command::new(programs.join("saksi-server"))
            .args(arguments)
            .arg("--data")
            .arg(kit.server_folder())
            .output()
            .expect("starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let ticket = serde_json::to_string(&kit.ticket()).expect("plain data");
    let made = saksi("ani", PIN, &["provision", "--ticket", "-"], &ticket).expect("provisioned");
    let id = made["handset"].as_str().expect("its id").to_owned();
    let code = server(&["admit-officer", &id, "budi", "--name", "Budi"]);
    assert!(saksi("budi", NEW_PIN, &["unlock"], "").is_err());
    let admitted = saksi("ani", NEW_PIN, &["handset", "admit", "--code", "-"], &code).expect("taken");
    assert_eq!(admitted["officer"], "budi");
    saksi("budi", NEW_PIN, &["unlock"], "").expect("his own PIN");
    server(&["admit-officer", &id, "citra", "--by-server"]);
    saksi("citra", NEW_PIN, &["handset", "admit", "--from-server"], "").expect("it came by sync");
    let officers = saksi("", "", &["handset", "officers"], "");
    assert!(officers.is_err(), "no officer's id is empty");
    let officers = saksi("ani", "", &["handset", "officers"], "").expect("needs no PIN");
    let listed = |n: usize| (officers[n]["id"].as_str(), officers[n]["state"].as_str());
    for (n, name) in ["ani", "budi", "citra"].into_iter().enumerate() {
        assert_eq!(listed(n), (Some(name), Some("ready")));
    }
    let erase = server(&["erase-code", &id]);
    saksi("ani", "", &["handset", "erase", "--code", "-"], &erase).expect("erased");
    let gone = saksi("ani", PIN, &["unlock"], "").expect_err("erased");
    assert!(gone.contains("erased"), "{gone}");
}
