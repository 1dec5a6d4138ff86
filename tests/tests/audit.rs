//! What a handset's files prove: everything that was done with it, and anything that was done to them.

use std::fs;
use std::path::Path;
use std::process::Command;

use saksi_field::proof::{self, History};
use saksi_records::audit::{self, By, Event};
use saksi_records::record::NotServedReason;
use saksi_records::wire::HandsetState;
use saksi_tests::crowd::{person, proxy_visit, round};
use saksi_tests::{FieldKit, officer, sync, unlock};
use serde_json::Value;
use xtask::build::programs;

#[test]
fn a_handset_s_history_is_proven_from_its_files_alone() {
    let Some(kit) = FieldKit::new() else { return };
    let folder = used_handset(&kit);
    let history = proof::verify(&folder).expect("a handset's folder");
    assert!(history.problems.is_empty(), "{:?}", history.problems);
    assert_eq!((history.records, history.receipts), (4, 2));

    // The programme, and nobody else, reads what was done.
    let log = fs::read_to_string(folder.join("audit.log")).expect("readable");
    let keys = kit.programme_key();
    let entries = audit::verify(history.identity.handset, &history.identity.transport_key, &log).expect("whole");
    let events: Vec<Event> = entries.iter().map(|entry| entry.open(&keys).expect("ours").event).collect();
    let has = |wanted: &Event| events.iter().filter(|event| *event == wanted).count();
    assert_eq!(events.first(), Some(&Event::Provisioned));
    assert_eq!(has(&Event::Unlocked { officer: "juru-bayar-7".parse().expect("an id") }), 2);
    assert_eq!((has(&Event::PinFailed { officer: officer(), left: 9 }), has(&Event::Exported { records: 2 })), (1, 1));
    assert_eq!((has(&Event::Locked { by: By::Officer }), has(&Event::Locked { by: By::Programme })), (1, 1));
    assert!(events.iter().any(|event| matches!(event, Event::RosterApplied { .. })));
    assert_eq!(events.last(), Some(&Event::Erased { by: By::Programme }));

    // So does the terminal say.
    let saksi = programs().expect("the programs build").join("saksi");
    let answer = Command::new(&saksi).args(["audit", "verify", "--json", "--store"]).arg(&folder).output();
    let answer = answer.expect("starts");
    assert!(answer.status.success());
    let told: Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    assert_eq!((&told["whole"], &told["records"], &told["events"]), (&true.into(), &4.into(), &events.len().into()));
    fs::remove_file(folder.join("audit.log")).expect("removed");
    let answer = Command::new(saksi).args(["audit", "verify", "--store"]).arg(&folder).output().expect("starts");
    assert_eq!(answer.status.code(), Some(1));
}

#[test]
fn anything_that_is_done_to_the_files_shows() {
    let Some(kit) = FieldKit::new() else { return };
    let folder = used_handset(&kit);
    let files: Vec<_> =
        ["outbox", "sent", "blobs"].iter().flat_map(|shelf| list(&folder.join("records").join(shelf))).collect();
    assert!(files.len() == 7, "{files:?}");
    for file in files.iter().chain([&folder.join("audit.log")]) {
        let bytes = fs::read(file).expect("readable");
        for at in [0, bytes.len() / 2, bytes.len() - 2] {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            fs::write(file, changed).expect("written");
            assert!(!problems(&folder).is_empty(), "byte {at} of {}", file.display());
        }
        fs::remove_file(file).expect("removed");
        // The end of a chain can't vouch for itself, as the threat model says.
        let last = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("0000000004-"));
        assert_eq!(problems(&folder).is_empty(), last, "{} is gone", file.display());
        fs::write(file, bytes).expect("written");
        assert_eq!(problems(&folder), Vec::<String>::new());
    }
}

#[test]
fn a_log_that_lost_its_end_is_missed_at_the_next_unlock() {
    let Some(kit) = FieldKit::new() else { return };
    drop(kit.handset("a"));
    let log = kit.handset_folder("a").join("audit.log");
    let handset = kit.reopen("a");
    assert!(handset.unlock(officer(), "000000").is_err());
    unlock(&handset);
    drop(handset);
    let text = fs::read_to_string(&log).expect("readable");
    let kept: Vec<&str> = text.lines().take(1).collect();
    fs::write(&log, format!("{}\n{}", kept.join("\n"), "half a line")).expect("written");

    let handset = kit.reopen("a");
    unlock(&handset);
    let identity = proof::verify(&kit.handset_folder("a")).expect("a handset").identity;
    let text = fs::read_to_string(&log).expect("readable");
    let entries = audit::verify(identity.handset, &identity.transport_key, &text).expect("whole again");
    let cut = entries.iter().map(|entry| entry.open(&kit.programme_key()).expect("ours").event);
    assert!(cut.into_iter().any(|event| event == Event::LogCut { expected: 5 }));
}

/// Two records sent, two that wait, locked and erased by the programme.
fn used_handset(kit: &FieldKit) -> std::path::PathBuf {
    kit.import_crowd(20);
    let handset = kit.handset("a");
    let id = handset.programme().handset;
    let set = |state| kit.runtime().block_on(kit.programme().set_handset_state(id, state, "test")).expect("known");
    handset.commit(&proxy_visit(&handset, 0).expect("entitled")).expect("committed");
    handset.not_served(&round(), &person(1), NotServedReason::Absent).expect("committed");
    assert_eq!(sync(&handset).sent, 2);
    handset.lock();
    assert!(handset.unlock(officer(), "000000").is_err());
    unlock(&handset);
    handset.commit(&proxy_visit(&handset, 2).expect("entitled")).expect("committed");
    handset.not_served(&round(), &person(3), NotServedReason::Moved).expect("committed");
    handset.log(Event::Exported { records: 2 }).expect("written");
    // The server's word comes first in a sync; the records stay for this test, as if the link had broken.
    let waiting = list(&kit.handset_folder("a").join("records/outbox"));
    let aside = kit.handset_folder("aside");
    fs::create_dir_all(&aside).expect("a folder");
    for file in &waiting {
        fs::rename(file, aside.join(file.file_name().expect("a name"))).expect("moved");
    }
    set(HandsetState::Erase);
    assert!(sync(&handset).stopped.is_none());
    for file in &waiting {
        fs::rename(aside.join(file.file_name().expect("a name")), file).expect("moved");
    }
    kit.handset_folder("a")
}

fn problems(folder: &Path) -> Vec<String> {
    let History { problems, .. } = proof::verify(folder).expect("a handset's folder");
    problems.iter().map(ToString::to_string).collect()
}

fn list(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension != "receipt"));
    files.sort();
    files
}
