//! The audit log: whole, or it shows.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use saksi_records::audit::{self, AuditError, By, Event, Logged};
use saksi_records::{ChainHead, ProgrammeKey};

use crate::support::{handset, handset_key, programme, secret, time};

#[test]
fn a_log_is_still_verified_and_read_as_it_was_written() {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/audit.log");
    if std::env::var("SAKSI_GOLDEN").as_deref() == Ok("write") {
        fs::write(&golden, log()).expect("written");
    }
    let log = fs::read_to_string(&golden).expect("the golden file");
    let entries = audit::verify(handset(), &handset_key().verifying_key(), &log).expect("whole");
    let read: Vec<Logged> = entries.iter().map(|entry| entry.open(&programme()).expect("ours")).collect();
    assert_eq!(read.into_iter().map(|logged| logged.event).collect::<Vec<_>>(), events());
}

#[test]
fn only_the_programme_reads_what_was_done() {
    let log = log();
    for told in ["PTG-07", "BST-2026-11", "unlocked", "2026-11"] {
        let hidden = log.lines().all(|line| !line.contains(told) && !decoded(line).contains(told));
        assert!(hidden, "{told} is in the clear");
    }
    let entries = audit::verify(handset(), &handset_key().verifying_key(), &log).expect("whole");
    let other = ProgrammeKey::from_bytes(&secret("other")).expect("any 32 bytes are a key");
    assert!(matches!(entries[0].open(&other), Err(AuditError::Sealed(_))));
    let moved = audit::Entry { seq: 2, ..entries[0].clone() };
    assert!(matches!(moved.open(&programme()), Err(AuditError::Sealed(_))), "an event belongs to its place");
}

#[test]
fn lines_that_are_missing_doubled_moved_or_anothers_show() {
    let (log, key) = (log(), handset_key().verifying_key());
    let lines: Vec<&str> = log.lines().collect();
    let verify = |lines: &[&str]| audit::verify(handset(), &key, &format!("{}\n", lines.join("\n")));
    assert_eq!(verify(&lines[1..]), Err(AuditError::Chain { line: 1 }));
    assert_eq!(verify(&[lines[0], lines[2]]), Err(AuditError::Chain { line: 2 }));
    assert_eq!(verify(&[lines[0], lines[0], lines[1]]), Err(AuditError::Chain { line: 2 }));
    assert_eq!(verify(&[lines[1], lines[0]]), Err(AuditError::Chain { line: 1 }));
    let other = "019ab2f0-0000-7000-8000-00000000000b".parse().expect("a UUID");
    let found = handset();
    assert_eq!(audit::verify(other, &key, &log), Err(AuditError::OtherHandset { line: 1, found }));
    assert_eq!(audit::verify(handset(), &key, log.trim_end()), Err(AuditError::Unfinished));
    assert_eq!(audit::verify(handset(), &key, ""), Ok(Vec::new()));
}

proptest! {
    #[test]
    fn any_changed_byte_shows(at in any::<prop::sample::Index>(), flip in 1_u8..128) {
        let mut bytes = log().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(audit::verify(handset(), &handset_key().verifying_key(), &text).is_err());
        }
    }

    #[test]
    fn any_text_at_all_is_refused_without_a_panic(text in "(\\PC|\n){0,200}") {
        let verified = audit::verify(handset(), &handset_key().verifying_key(), &text);
        prop_assert!(text.is_empty() || verified.is_err());
    }
}

fn events() -> Vec<Event> {
    vec![
        Event::Provisioned,
        Event::Unlocked { officer: "PTG-07".parse().expect("an id") },
        Event::RosterApplied { cursor: 17, changes: 1500 },
        Event::RosterImported { round: "BST-2026-11".parse().expect("a name"), rows: 1500 },
        Event::Overridden { record: "019ab2f0-0000-7000-8000-000000000003".parse().expect("a UUID") },
        Event::Exported { records: 12 },
        Event::Locked { by: By::Officer },
        Event::PinFailed { officer: "PTG-07".parse().expect("an id"), left: 9 },
        Event::LockedOut { officer: "PTG-07".parse().expect("an id") },
        Event::Admitted {
            officer: "PTG-07".parse().expect("an id"),
            code: "019ab2f0-0000-7000-8000-000000000004".parse().expect("a UUID"),
        },
        Event::PinChanged { officer: "PTG-07".parse().expect("an id") },
        Event::OfficerFaceTaken { officer: "PTG-07".parse().expect("an id") },
        Event::Removed { officer: "PTG-07".parse().expect("an id") },
        Event::Locked { by: By::Idle },
        Event::Retained { through_seq: 41 },
        Event::StorePutAside,
        Event::LogCut { expected: 11 },
        Event::Adopted { records: 2 },
        Event::Erased { by: By::Code },
    ]
}

fn log() -> String {
    let mut head = ChainHead::START;
    let mut log = String::new();
    for event in events() {
        let logged = Logged { at: time(), event };
        let line;
        (line, head) = audit::write(handset(), &head, &logged, programme().public(), &handset_key()).expect("sealed");
        log.push_str(&line);
        log.push('\n');
    }
    log
}

fn decoded(line: &str) -> String {
    use base64::Engine as _;
    let part = |part: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64url");
    line.split('.').map(|text| String::from_utf8_lossy(&part(text)).into_owned()).collect()
}
