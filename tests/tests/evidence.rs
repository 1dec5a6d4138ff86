//! What the handset's disk holds: nothing that can be read, and nothing that gets lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use saksi_field::{FieldError, FileVault, Handset, Platform, Shelf, VaultError, proof};
use saksi_records::audit::Event;
use saksi_records::record::NotServedReason;
use saksi_records::wire::HandsetState;
use saksi_tests::crowd::{next_unpaid, proxy_visit};
use saksi_tests::props::{PROXY_NAME, PROXY_NIK, ROSTER, STRANGER};
use saksi_tests::{FieldKit, beneficiary, consent, officer, proxy, round, sync, unlock};
use serde_json::Value;

#[test]
fn no_name_number_or_template_is_in_the_clear_on_the_disk() {
    let Some(kit) = FieldKit::new() else { return };
    let (handset, secrets) = used_handset(&kit);
    drop(handset);
    assert_sealed(&kit.handset_folder("a"), &secrets);
}

#[test]
fn after_ten_wrong_pins_the_officer_is_locked_out_and_all_that_waits_is_delivered() {
    let Some(kit) = FieldKit::new() else { return };
    let (handset, secrets) = used_handset(&kit);
    drop(handset);
    let folder = kit.handset_folder("a");
    // Each try on another day after the phone's start, so that there is nothing to wait for.
    for day in 1..=10 {
        let handset = kit.reopen_at("a", day * 86_400_000);
        assert_eq!(u64::from(handset.pin_attempts_left(&officer()).expect("counted")), 11 - day);
        let wrong = handset.unlock(officer(), "000000").expect_err("wrong");
        assert_eq!(matches!(wrong, FieldError::Vault(VaultError::LockedOut)), day == 10, "{wrong}");
    }
    let handset = kit.reopen("a");
    let right = handset.unlock(officer(), saksi_tests::PIN);
    assert!(matches!(right, Err(FieldError::Vault(VaultError::LockedOut))));
    assert_sealed(&folder, &secrets);
    assert_eq!(handset.outbox_counts().expect("readable").waiting, 2);
    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined, report.waiting), (2, 0, 0), "{:?}", report.stopped);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    let history = proof::verify(&folder).expect("a handset's folder");
    assert!(history.problems.is_empty() && history.receipts == 2, "{:?}", history.problems);
}

#[test]
fn a_record_that_was_not_acknowledged_before_the_crash_is_undone() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    drop(handset);
    // As if the power had failed after the files were written, before the store knew of them.
    let outbox = kit.handset_folder("a").join("records/outbox");
    let first = only_file(&outbox);
    let later = outbox.join(first.file_name().expect("a name")).with_extension("staged");
    let later = later.with_file_name(later.file_name().expect("a name").to_string_lossy().replacen(
        "0000000001",
        "0000000002",
        1,
    ));
    let bytes = fs::read(&first).expect("an envelope");
    fs::write(&later, renumbered(&bytes)).expect("written");
    let orphan = kit.handset_folder("a").join(format!("records/blobs/{}.blob", "ab".repeat(32)));
    fs::write(&orphan, b"half a photo").expect("written");

    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(!later.exists() && !orphan.exists());
    assert_eq!(handset.outbox_counts().expect("readable").waiting, 1);
    assert_eq!(sync(&handset).sent, 1);
}

#[test]
fn an_attempt_that_failed_is_not_taken_for_the_record_that_took_its_place() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    drop(handset);
    // As if the disk had been full at a first attempt, which left its file behind.
    let outbox = kit.handset_folder("a").join("records/outbox");
    let other = "01900000-0000-7000-8000-000000000000";
    let committed = only_file(&outbox);
    let id = committed.file_stem().expect("a name").to_string_lossy()[11..].to_owned();
    let text = fs::read(&committed).expect("an envelope");
    let at = text.windows(id.len()).position(|window| window == id.as_bytes()).expect("the record's id");
    let leftover = outbox.join(format!("0000000001-{other}.staged"));
    fs::write(&leftover, [&text[..at], other.as_bytes(), &text[at + id.len()..]].concat()).expect("written");

    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(!leftover.exists());
    assert_eq!(sync(&handset).sent, 1);
    assert!(kit.alerts().is_empty(), "no fork: {:?}", kit.alerts());
}

#[test]
fn sealed_records_outlive_the_store_and_the_chain_goes_on() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    drop(handset);
    fs::remove_dir_all(kit.handset_folder("a").join("store")).expect("removed");

    let handset = kit.reopen("a");
    unlock(&handset);
    assert_eq!(sync(&handset).sent, 1, "what was sealed is sent");
    let next = handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("the roster came again");
    assert_eq!(next.seq, 2);
    assert_eq!(sync(&handset).sent, 1);
    assert!(kit.alerts().is_empty(), "no gap and no fork: {:?}", kit.alerts());
}

#[test]
fn a_damaged_store_is_put_aside_and_everything_comes_back() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    drop(handset);
    let store = kit.handset_folder("a").join("store");
    for file in all_files(&store) {
        let bytes = fs::read(&file).expect("readable");
        fs::write(&file, bytes.iter().map(|byte| byte ^ 0x55).collect::<Vec<u8>>()).expect("written");
    }

    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(handset.visit_in_person(&round(), &beneficiary(0)).is_err(), "without a roster nobody can be paid");
    let report = sync(&handset);
    assert_eq!(report.sent, 1, "what was sealed is sent first: {:?}", report.stopped);
    let paid = handset.visit_in_person(&round(), &beneficiary(0)).expect_err("the server remembers");
    assert!(matches!(paid, FieldError::Visit(saksi_field::VisitError::AlreadyPaid(_))));
    assert!(!all_files(&store.with_added_extension("damaged-1")).is_empty(), "nothing is deleted");
}

#[test]
fn a_record_damaged_on_the_handset_is_set_aside_and_does_not_block_the_next() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("committed");
    let first = handset.outbox().list(Shelf::Outbox).expect("readable").remove(0);
    let path = kit.handset_folder("a").join("records/outbox").join(format!("{:010}-{}.env", first.seq, first.record));
    let mut bytes = fs::read(&path).expect("an envelope");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).expect("written");

    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined, report.waiting), (1, 1, 0));
    let aside = handset.outbox().list(Shelf::Quarantine).expect("readable");
    assert_eq!(aside[0].record, first.record);
    assert!(handset.outbox().problem(&aside[0]).is_some(), "the reason is kept");
    assert!(!kit.alerts().is_empty(), "the office is told that one is missing");
}

#[test]
fn a_locked_handset_still_sends_and_an_erased_one_can_never_be_read_again() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let id = handset.programme().handset;
    let set = |state| kit.runtime().block_on(kit.programme().set_handset_state(id, state, "test")).expect("known");

    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    set(HandsetState::Locked);
    assert_eq!(sync(&handset).sent, 1);
    assert!(handset.is_locked());
    assert!(matches!(handset.unlock(officer(), saksi_tests::PIN), Err(FieldError::Forbidden(_))));

    set(HandsetState::Active);
    assert!(sync(&handset).stopped.is_none());
    unlock(&handset);
    handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("committed");
    set(HandsetState::Erase);
    assert_eq!(sync(&handset).sent, 1);
    set(HandsetState::Active);
    assert!(sync(&handset).stopped.is_none());
    let gone = handset.unlock(officer(), saksi_tests::PIN);
    assert!(matches!(gone, Err(FieldError::Vault(VaultError::Erased))));
}

#[test]
fn a_handset_s_folder_belongs_to_one_object_until_that_is_closed() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    for _ in 0..3 {
        let other = kit.reopens("a").map(|_| ());
        assert!(matches!(other, Err(FieldError::FolderInUse)), "{other:?}");
    }
    unlock(&handset);
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("undisturbed");
    drop(handset);
    unlock(&kit.reopen("a"));
}

#[test]
fn syncing_unlocking_committing_and_reading_go_side_by_side() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(80);
    let handset = kit.handset("a");
    let mut committed = 0;
    for _ in 0..25 {
        for _ in 0..3 {
            let n = next_unpaid(&handset, committed);
            handset.commit(&proxy_visit(&handset, n).expect("entitled")).expect("committed");
            committed += 1;
        }
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                let report = sync(&handset);
                done.store(true, Ordering::SeqCst);
                assert!(report.stopped.is_none(), "{report:?}");
            });
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let filed = handset.outbox().all().expect("readable");
                    assert_eq!(filed.len(), committed, "each record is on one shelf");
                    for filed in filed {
                        handset.outbox().read(&filed).expect("wherever it is by now");
                    }
                    handset.outbox_counts().expect("readable");
                }
            });
            while !done.load(Ordering::SeqCst) {
                unlock(&handset);
                assert_eq!(handset.day().expect("unlocked").len(), committed);
            }
        });
    }
    sync(&handset);
    assert_eq!(handset.outbox_counts().expect("readable").sent, committed as u64);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn the_terminal_syncs_a_locked_handset_whatever_pin_is_at_hand_and_hears_that_it_is_active_again() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let id = terminal.told(&["handset", "status"])["handset"].as_str().expect("an id").parse().expect("an id");
    let office_sets =
        |state| kit.runtime().block_on(kit.programme().set_handset_state(id, state, "test")).expect("known");
    let commit = |n| {
        terminal.told(&["visit", "not-served", "--beneficiary", beneficiary(n).as_str(), "--reason", "absent"]);
    };
    let sync = |pin: &str| {
        let Output { status, stdout, stderr } = terminal.run_with(pin, &["sync", "--json"]);
        let told: Value = serde_json::from_slice(&stdout).expect("a report in any case");
        (told["sent"].as_u64(), status.success(), String::from_utf8_lossy(&stderr).into_owned())
    };
    let outbox = Path::new(&terminal.path("handset")).join("records/outbox");
    let away = outbox.with_file_name("away");
    // What waits while the handset hears this, and is still there afterwards.
    let hears = |state| {
        fs::rename(&outbox, &away).expect("moved");
        office_sets(state);
        let (sent, _, _) = sync(saksi_tests::PIN);
        assert_eq!(sent, Some(0));
        fs::remove_dir(&outbox).expect("empty");
        fs::rename(&away, &outbox).expect("moved back");
    };

    commit(1);
    let (sent, done, why) = sync("000000");
    assert!(sent == Some(1) && !done && why.contains("PIN"), "{why}");

    commit(2);
    hears(HandsetState::Locked);
    let (sent, done, why) = sync(saksi_tests::PIN);
    assert!(sent == Some(1) && !done && why.contains("ask the supervisor"), "{why}");
    office_sets(HandsetState::Active);
    let (_, done, why) = sync(saksi_tests::PIN);
    assert!(done, "{why}");
    assert!(!terminal.told(&["unlock"])["rounds"].as_array().expect("a list").is_empty());

    commit(3);
    hears(HandsetState::Erase);
    let (sent, done, why) = sync(saksi_tests::PIN);
    assert!(sent == Some(1) && !done && why.contains("ask the supervisor"), "{why}");
    office_sets(HandsetState::Active);
    let (_, done, why) = sync(saksi_tests::PIN);
    assert!(!done && why.contains("erased"), "{why}");
    assert_eq!(kit.summary().not_served, 3);
}

#[test]
fn a_command_waits_a_little_for_another_program_and_then_says_what_to_do() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let dir = terminal.path("handset");
    let keystore = FileVault::open(&Path::new(&dir).join("keystore")).expect("the terminal's");
    let platform = Platform { keystore: Arc::new(keystore), ..kit.platform("other") };
    let held = Handset::open(Path::new(&dir), platform, Arc::clone(kit.engine())).expect("nobody's");
    let (done, said) = terminal.says(&["outbox"]);
    assert!(!done && said.contains("another program works with this handset"), "{said}");
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_secs(1));
            drop(held);
        });
        let (done, said) = terminal.says(&["outbox"]);
        assert!(done, "{said}");
    });
}

#[cfg(unix)]
#[test]
fn nobody_else_of_the_machine_can_look_into_a_handset_s_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(kit) = FieldKit::new() else { return };
    let folder = kit.handset_folder("a");
    let (handset, _) = used_handset(&kit);
    drop(handset);
    // As an earlier version left it.
    for path in folders(&folder) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    fs::set_permissions(folder.join("store/db"), fs::Permissions::from_mode(0o644)).expect("ours");
    let handset = kit.reopen("a");
    unlock(&handset);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    // What sled has in folders of its own lies below the store's.
    for path in folders(&folder).iter().filter(|path| path.parent() != Some(&folder.join("store"))) {
        assert_eq!(mode(path), 0o700, "{}", path.display());
    }
    for path in all_files(&folder).iter().filter(|path| !path.starts_with(folder.join("store"))) {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    assert_eq!(mode(&folder.join("store/db")), 0o600);
}

#[test]
fn erasing_destroys_what_a_crash_left_beside_the_key_slots_too() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let slots = kit.handset_folder("a").join("slots.key");
    let beside = slots.with_added_extension("tmp");
    fs::copy(&slots, &beside).expect("as a crash between writing and renaming leaves it");
    let id = handset.programme().handset;
    let erase = kit.programme().set_handset_state(id, HandsetState::Erase, "test");
    kit.runtime().block_on(erase).expect("known");
    assert!(sync(&handset).stopped.is_none());
    assert!(!slots.exists() && !beside.exists());
}

#[test]
fn the_audit_log_goes_on_from_what_its_file_holds_whatever_was_known_of_it() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let path = kit.handset_folder("a").join("audit.log");
    let log = || {
        handset.log(Event::LogCut { expected: 1 }).expect("written");
        let history = proof::verify(&kit.handset_folder("a")).expect("a handset's folder");
        assert!(history.problems.is_empty(), "{:?}", history.problems);
        history.events
    };
    let events = log();
    assert_eq!(log(), events + 1);
    let bytes = fs::read(&path).expect("readable");
    fs::write(&path, [&bytes[..], b"half a line"].concat()).expect("written");
    assert_eq!(log(), events + 2, "what was cut off is gone");
    // A log that lost its end goes on there; the next unlock tells of the loss.
    fs::write(&path, bytes).expect("written");
    assert_eq!(log(), events + 2);
}

/// A handset that has paid in person and by proxy, and what nobody may find on its disk.
fn used_handset(kit: &FieldKit) -> (Handset, Vec<Vec<u8>>) {
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    let consent = consent(&handset);
    let mut visit = handset.visit_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    visit.take(proxy()).expect("a name and a NIK");
    let face = handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face");
    let proxy_template = face.template.clone();
    visit.take(face).expect("taken");
    visit.take(handset.statement_page(&kit.statement()).expect("a page")).expect("taken");
    handset.commit(&visit).expect("committed");

    let mut secrets: Vec<Vec<u8>> = vec![PROXY_NAME.into(), PROXY_NIK.into()];
    for person in &ROSTER {
        secrets.extend([person.name, person.nik, person.id, person.address].map(|text| text.as_bytes().to_vec()));
    }
    let stored = handset.with_roster(|roster| roster.template(&beneficiary(0))).expect("unlocked");
    let templates = [stored.expect("on the roster").expect("with a face"), proxy_template];
    // Any four of a template's numbers, as bytes, would give it away.
    for template in &templates {
        secrets.extend(template.to_bytes().chunks_exact(16).map(<[u8]>::to_vec));
    }
    let portrait = handset.card(&beneficiary(0)).expect("on the roster").portrait.expect("with a portrait");
    secrets.extend(portrait.jpeg()[portrait.jpeg().len() / 4..].chunks_exact(16).map(<[u8]>::to_vec));
    // A photo's first bytes are alike in all JPEGs; its tables and scan are not sealed if these are found.
    secrets.push(b"JFIF".to_vec());
    (handset, secrets)
}

fn assert_sealed(folder: &Path, secrets: &[Vec<u8>]) {
    let files = all_files(folder);
    assert!(files.len() > 5, "a used handset has files: {files:?}");
    for file in files {
        let bytes = fs::read(&file).expect("readable");
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} is in {}", String::from_utf8_lossy(secret), file.display());
            assert!(!file.to_string_lossy().contains(&*String::from_utf8_lossy(secret)));
        }
    }
}

/// An envelope that claims the next place: what a crash can leave behind is whole, but unknown to the store.
fn renumbered(bytes: &[u8]) -> Vec<u8> {
    let text = b"\"seq\":1,";
    let at = bytes.windows(text.len()).position(|window| window == text).expect("a header");
    let mut renumbered = bytes.to_vec();
    renumbered[at + 6] = b'2';
    renumbered
}

fn only_file(folder: &Path) -> PathBuf {
    let mut files = all_files(folder);
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(all_files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// A folder, and all below it.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(folders(&path));
        }
    }
    found
}
