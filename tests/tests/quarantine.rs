//! Quarantine: what the server refused for good, or is damaged, can be seen, tried again and taken to a supervisor.

use std::fs;

use saksi_field::{FieldError, Outcome, Reason, Shelf};
use saksi_records::record::NotServedReason;
use saksi_records::wire::ProblemCode;
use saksi_records::{Digest, Envelope};
use saksi_tests::weather::Impostor;
use saksi_tests::{FieldKit, beneficiary, round, sync, unlock};
use serde_json::Value;

#[test]
fn a_record_in_quarantine_is_listed_exported_and_sent_once_it_can_be() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let paid = kit.pay_first(&handset).record;
    let filed = handset.outbox().list(Shelf::Outbox).expect("readable").remove(0);
    let envelope = handset.outbox().read(&filed).expect("whole");
    let photo = handset.outbox().blob_path(&envelope.header().blobs[0].sha256);
    let sealed = fs::read(&photo).expect("there");
    fs::write(&photo, &sealed[..1000]).expect("damaged");
    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined, report.waiting), (0, 1, 0), "{report:?}");

    let listed = handset.quarantine().expect("readable");
    assert_eq!(listed.iter().map(|it| (it.record, it.seq)).collect::<Vec<_>>(), [(paid, 1)]);
    assert!(listed[0].problem.as_ref().is_some_and(|problem| problem.message.contains("damaged")));
    let folder = kit.handset_folder("for the supervisor");
    assert!(!handset.export_quarantined(paid, &folder).expect("copied").whole, "says that a photo is damaged");

    // Neither a restart nor an unlock takes the photos of what is set aside.
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    fs::write(&photo, &sealed).expect("mended");
    unlock(&handset);
    let exported = handset.export_quarantined(paid, &folder).expect("copied");
    assert!(exported.whole);
    let copied = |extension: &str| {
        let path = exported.files.iter().find(|path| path.extension().is_some_and(|it| it == extension));
        fs::read(path.expect("copied")).expect("there")
    };
    assert_eq!(Envelope::parse(copied("env")).expect("as it was").digest(), envelope.digest());
    assert_eq!(Digest::of(&copied("blob")), envelope.header().blobs[0].sha256);
    assert!(copied("problem").starts_with(b"{\"error\":\"rejected\""));
    assert_eq!(handset.quarantine().expect("readable").len(), 1, "it's a copy");

    handset.retry_quarantined(paid).expect("put back");
    let again = handset.retry_quarantined(paid).expect_err("it isn't there any more");
    assert!(matches!(again, FieldError::NotInQuarantine(record) if record == paid));
    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined, report.waiting), (1, 0, 0), "{report:?}");
    assert_eq!(kit.summary().in_person, 1);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    assert!(fs::read_dir(kit.handset_folder("a").join("records/quarantine")).expect("a folder").next().is_none());
}

#[test]
fn what_is_refused_without_the_server_s_signature_is_not_set_aside() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = kit.handset_by("a", &impostor.ticket(&kit));
    let paid = kit.pay_first(&handset).record;
    for problem in [ProblemCode::Rejected, ProblemCode::Conflict] {
        impostor.refuse(paid, problem);
        let report = sync(&handset);
        assert_eq!((report.sent, report.quarantined, report.waiting), (0, 0, 1), "{report:?}");
        assert_eq!(report.records[0].outcome, Outcome::Left(Reason::NotOurServer));
        assert!(handset.quarantine().expect("readable").is_empty());
    }
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    impostor.refuse_none();
    assert_eq!(sync(&handset).sent, 2);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn the_terminal_shows_quarantine_and_needs_no_pin_for_it() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let told = |arguments: &[&str]| terminal.told(arguments);
    let written = told(&["visit", "not-served", "--beneficiary", beneficiary(1).as_str(), "--reason", "absent"]);
    let record = written["record"].as_str().expect("an id").to_owned();
    let file = format!("handset/records/outbox/0000000001-{record}.env");
    let sealed = fs::read(terminal.path(&file)).expect("there");
    terminal.file(&file, &sealed[..100]);
    let report = told(&["sync"]);
    assert_eq!((&report["quarantined"], &report["records"][0]["outcome"]), (&1.into(), &"quarantined".into()));
    assert_eq!(report["records"][0]["reason"], "damaged");

    let listed = told(&["outbox", "quarantine"]);
    assert_eq!(listed["quarantine"][0]["record"], record.as_str());
    assert_eq!(listed["quarantine"][0]["kind"], Value::Null, "a damaged envelope doesn't say");
    let exported = told(&["outbox", "export", &record, "--out", &terminal.path("copy")]);
    assert_eq!((&exported["whole"], exported["files"].as_array().map(Vec::len)), (&false.into(), Some(2)));

    terminal.file(&format!("handset/records/quarantine/0000000001-{record}.env"), &sealed);
    told(&["outbox", "retry", &record]);
    let (done, said) = terminal.says(&["outbox", "retry", &record]);
    assert!(!done && said.contains("not in quarantine"), "{said}");
    assert_eq!(told(&["sync"])["sent"], 1);
    assert_eq!(told(&["outbox"])["counts"]["quarantined"], 0);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}
