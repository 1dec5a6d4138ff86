//! What a handset forgets by the programme's policy: only what the server has, and only by the server's time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use saksi_field::{Clock, ClockReading, Handset, HostClock, Platform, Shelf, proof};
use saksi_records::audit::{self, Event};
use saksi_records::jws::{self, typ};
use saksi_records::record::NotServedReason;
use saksi_records::wire::{Problem, ProblemCode, Receipt};
use saksi_records::{HandsetKey, RecordId, Rupiah};
use saksi_tests::crowd::{person, proxy_visit, round};
use saksi_tests::{FieldKit, sync, unlock};

#[test]
fn what_the_server_has_had_for_long_is_forgotten_and_the_rest_is_still_proven() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(20);
    let handset = kit.handset("a");
    let folder = kit.handset_folder("a");
    // Two that are sent, one that is refused, another that is sent, and one that waits.
    let mut written = vec![handset.commit(&proxy_visit(&handset, 0).expect("entitled")).expect("committed").record];
    for n in 1..4 {
        let reason = NotServedReason::Absent;
        written.push(handset.not_served(&round(), &person(n), reason).expect("committed").record);
    }
    let third = handset.outbox().list(Shelf::Outbox).expect("readable").swap_remove(2);
    let problem = Problem {
        error: ProblemCode::Rejected,
        message: "refused".into(),
        time: Timestamp::now(),
        blobs: Vec::new(),
        signed: None,
    };
    handset.outbox().quarantine(&third, &problem).expect("set aside");
    assert_eq!(sync(&handset).sent, 3);
    written.push(handset.not_served(&round(), &person(4), NotServedReason::Moved).expect("committed").record);
    drop(handset);

    // The phone's clock says that a year has gone by; the server doesn't.
    let clock = Arc::new(Ahead(SignedDuration::from_hours(366 * 24)));
    let platform = Platform { clock, ..kit.platform("a") };
    let handset = Handset::open(&folder, platform, kit.engine().clone()).expect("it is provisioned");
    unlock(&handset);
    let waiting = fs::read(only(&folder.join("records/outbox"))).expect("an envelope");
    assert_eq!(sync(&handset).sent, 1);
    assert_eq!(remembered(&handset), written);
    assert_eq!(proof::verify(&folder).expect("a handset").removed, 0);
    drop(handset);

    // The server's word for the first, second and fourth is 100 days old.
    let handset = kit.reopen("a");
    unlock(&handset);
    age(&kit, &folder, &[0, 1, 3].map(|n| written[n]));
    let copy = kit.handset_folder("copy");
    copy_folder(&folder.join("records/sent"), &copy);
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(remembered(&handset), [written[2], written[4]], "those that were refused, or are young");
    let left: Vec<RecordId> = handset.outbox().all().expect("readable").iter().map(|filed| filed.record).collect();
    assert_eq!(left, &written[2..], "nothing after what was refused goes: it would leave a gap");
    assert!(handset.with_roster(|roster| roster.paid(&round(), &person(0)).is_some()).expect("unlocked"));
    let proven = proof::verify(&folder).expect("a handset");
    assert!(proven.problems.is_empty(), "{:?}", proven.problems);
    assert_eq!((proven.removed, proven.records, proven.receipts), (2, 3, 2));
    let log = fs::read_to_string(folder.join("audit.log")).expect("readable");
    let entries = audit::verify(proven.identity.handset, &proven.identity.transport_key, &log).expect("whole");
    let events = entries.iter().map(|entry| entry.open(&kit.programme_key()).expect("ours").event);
    assert_eq!(events.filter(|event| *event == Event::Retained { through_seq: 2 }).count(), 1);

    // The same again after a restart, and the chain goes on.
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert_eq!(remembered(&handset), [written[2], written[4]]);
    assert_eq!(handset.not_served(&round(), &person(5), NotServedReason::Absent).expect("committed").seq, 6);

    // What a crash leaves of a removal does no harm, and goes with the next sync.
    copy_folder(&copy, &folder.join("records/sent"));
    let proven = proof::verify(&folder).expect("a handset");
    assert!(proven.problems.is_empty() && proven.removed == 2, "{:?}", proven.problems);
    assert_eq!(sync(&handset).sent, 1);
    assert_eq!(handset.outbox().all().expect("readable").len(), 4);
    assert!(!waiting.is_empty());

    // And what was done to the tail shows.
    let tail = folder.join("records/tail.receipt");
    let word = fs::read_to_string(&tail).expect("readable");
    let first = fs::read_to_string(receipt_of(&copy, written[0])).expect("readable");
    let foreign = word.replacen('.', ".x", 1);
    for (instead, wrong) in
        [(first.as_str(), "envelopes 2 to 2 are missing"), (foreign.as_str(), "the receipt for what")]
    {
        fs::write(&tail, instead).expect("written");
        let problems = proof::verify(&folder).expect("a handset").problems;
        assert!(problems.iter().any(|problem| problem.to_string().starts_with(wrong)), "{problems:?}");
    }
    fs::remove_file(&tail).expect("removed");
    let problems = proof::verify(&folder).expect("a handset").problems;
    assert!(problems.iter().any(|problem| problem.to_string() == "envelopes 1 to 2 are missing"), "{problems:?}");
}

#[test]
fn an_open_account_keeps_its_records_and_a_chain_without_files_goes_on_after_the_store_is_lost() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(20);
    let handset = kit.handset("a");
    let folder = kit.handset_folder("a");
    let amount = Rupiah(300_000);
    let written = [
        handset.cash_received(&round(), amount).expect("written").record,
        handset.commit(&proxy_visit(&handset, 0).expect("entitled")).expect("committed").record,
    ];
    assert_eq!(sync(&handset).sent, 2);
    age(&kit, &folder, &written);
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(remembered(&handset), written, "the account is open");

    let closed = handset.cash_closed(&round(), None).expect("it balances").record;
    assert_eq!(sync(&handset).sent, 1);
    age(&kit, &folder, &[closed]);
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(sync(&handset).stopped.is_none());
    assert_eq!((remembered(&handset), handset.outbox().all().expect("readable").len()), (Vec::new(), 0));
    let proven = proof::verify(&folder).expect("a handset");
    assert!(proven.problems.is_empty() && proven.removed == 3, "{:?}", proven.problems);
    drop(handset);

    fs::remove_dir_all(folder.join("store")).expect("removed");
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(sync(&handset).stopped.is_none());
    assert!(handset.visit_by_proxy(&round(), &person(0)).is_err(), "paid, says the roster");
    assert_eq!(handset.not_served(&round(), &person(1), NotServedReason::Absent).expect("committed").seq, 4);
    assert_eq!(sync(&handset).sent, 1);
    assert!(kit.alerts().is_empty(), "no fork: {:?}", kit.alerts());
}

/// A clock that was set forward. The phone was restarted too, so that no other clock speaks against it.
struct Ahead(SignedDuration);

impl Clock for Ahead {
    fn now(&self) -> ClockReading {
        let now = HostClock::new().now();
        ClockReading { wall: now.wall + self.0, boot: "restarted".into(), ..now }
    }
}

/// Makes the server's receipts older by 100 days, as if it had given them then.
fn age(kit: &FieldKit, folder: &Path, records: &[RecordId]) {
    let seed = fs::read_to_string(kit.server_folder().join("keys/server.key")).expect("the server made it");
    let seed = hex::decode(seed.trim_end()).expect("hex");
    let key = HandsetKey::from_seed(seed.as_slice().try_into().expect("32 bytes"));
    for record in records {
        let file = receipt_of(&folder.join("records/sent"), *record);
        let text = fs::read_to_string(&file).expect("readable");
        let receipt: Receipt = jws::verify(&key.verifying_key(), typ::RECEIPT, text.trim()).expect("the server's");
        let received = receipt.received - SignedDuration::from_hours(100 * 24);
        fs::write(&file, jws::sign(&key, typ::RECEIPT, &Receipt { received, ..receipt })).expect("written");
    }
}

fn remembered(handset: &Handset) -> Vec<RecordId> {
    handset.day().expect("readable").iter().map(|summary| summary.record).collect()
}

fn receipt_of(folder: &Path, record: RecordId) -> PathBuf {
    let mut files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let wanted = format!("-{record}.receipt");
    files.find(|path| path.to_string_lossy().ends_with(&wanted)).expect("a receipt")
}

fn only(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if !target.exists() {
            fs::copy(&path, target).expect("copied");
        }
    }
}
