//! Bad networks: nothing is lost, nothing is marked as sent, and it all goes on when the weather clears.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;

use axum::http::StatusCode;
use jiff::Timestamp;
use saksi_field::{FieldError, Handset, NetworkError, Shelf, SyncReport};
use saksi_records::record::NotServedReason;
use saksi_records::wire::Ticket;
use saksi_tests::weather::{Impostor, Link, Manner};
use saksi_tests::{FieldKit, PIN, beneficiary, officer, round, sync, unlock};
use serde_json::json;

#[test]
fn a_captive_portal_and_a_broken_server_leave_everything_waiting() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    kit.pay_first(&handset);
    impostor.behave(Manner::Portal);
    let report = sync(&handset);
    assert!(matches!(stopped(&report), NetworkError::NotOurServer(_)));
    assert_untouched(&handset, &report);
    impostor.behave(Manner::Broken);
    let report = sync(&handset);
    assert!(matches!(stopped(&report), NetworkError::Offline(_)));
    assert_untouched(&handset, &report);
    impostor.behave(Manner::Honest);
    assert_eq!(sync(&handset).sent, 1);
    assert_eq!(kit.summary().in_person, 1);
}

#[test]
fn only_the_server_s_own_receipt_for_this_very_record_counts() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    assert_eq!(sync(&handset).sent, 1);
    kit.pay_first(&handset);
    for manner in [Manner::ForgesReceipts, Manner::RepeatsReceipts] {
        impostor.behave(manner);
        let report = sync(&handset);
        assert!(matches!(stopped(&report), NetworkError::NotOurServer(_)), "{manner:?}");
        assert_untouched(&handset, &report);
    }
    impostor.behave(Manner::Honest);
    assert_eq!(sync(&handset).sent, 1);
}

#[test]
fn a_record_whose_receipt_was_lost_is_at_the_server_once() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    kit.pay_first(&handset);
    impostor.behave(Manner::LosesReceipts);
    let report = sync(&handset);
    assert_untouched(&handset, &report);
    assert_eq!(kit.summary().in_person, 1, "the server has it");
    impostor.behave(Manner::Honest);
    assert_eq!(sync(&handset).sent, 1);
    assert_eq!(kit.summary().handsets[0].records, 1);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn an_upload_that_breaks_off_goes_on_where_it_stopped() {
    let Some(kit) = FieldKit::new() else { return };
    let link = Link::to(&kit);
    let handset = provisioned(&kit, &link.ticket(&kit));
    kit.pay_first(&handset);
    let waiting = handset.outbox().list(Shelf::Outbox).expect("readable").remove(0);
    let photo = handset.outbox().read(&waiting).expect("an envelope").header().blobs[0].bytes;
    assert!(photo > 60_000, "a photo worth breaking off: {photo} bytes");

    let before = link.passed();
    link.break_after(photo * 3 / 4);
    let report = sync(&handset);
    assert_eq!((report.sent, report.waiting), (1, 0), "{:?}", report.stopped);
    let sent_up = link.passed() - before;
    // Had it begun anew, it would be more than 1.75 times the photo.
    assert!(sent_up < photo * 8 / 5, "{sent_up} bytes went up for a photo of {photo}");
    assert_eq!(kit.summary().in_person, 1);
}

#[test]
fn an_upload_that_another_request_took_over_goes_on_where_it_stands() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    kit.pay_first(&handset);
    let conflicts = AtomicU64::new(0);
    impostor.tamper(move |path, status, body| {
        // The first pieces, of which the server has all that came.
        if path.starts_with("/v1/blobs/") && *status == StatusCode::NO_CONTENT && conflicts.load(SeqCst) < 2 {
            conflicts.fetch_add(1, SeqCst);
            *status = StatusCode::CONFLICT;
            *body =
                json!({ "error": "bad_request", "message": "the upload stands elsewhere", "time": Timestamp::now() });
        }
    });
    let report = sync(&handset);
    assert_eq!((report.sent, report.waiting), (1, 0), "{:?}", report.stopped);
    assert_eq!(kit.summary().in_person, 1);
}

#[test]
fn another_authority_s_server_at_the_same_address_gets_nothing() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    let mut ticket = Impostor::before(&kit).ticket(&kit);
    // The impostor's address with the real authority, as on a handset whose traffic was turned aside.
    ticket.ca = kit.ticket().ca;
    let turned_aside = Handset::provision(
        &kit.handset_folder("b"),
        kit.platform("b"),
        Arc::clone(kit.engine()),
        &ticket,
        "b",
        &officer(),
        PIN,
    );
    assert!(matches!(turned_aside, Err(FieldError::Network(NetworkError::Offline(_)))));
    kit.stop_server();
    let report = sync(&handset);
    assert_untouched(&handset, &report);
}

#[test]
fn a_ticket_admits_one_handset_and_a_lost_answer_can_be_asked_for_again() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let ticket = impostor.ticket(&kit);
    impostor.behave(Manner::Broken);
    let enrol = |name: &str| {
        Handset::provision(
            &kit.handset_folder(name),
            kit.platform(name),
            Arc::clone(kit.engine()),
            &ticket,
            name,
            &officer(),
            PIN,
        )
    };
    assert!(enrol("a").is_err());
    impostor.behave(Manner::Honest);
    assert!(enrol("a").is_ok(), "with the keys it made the first time");
    assert!(matches!(enrol("a"), Err(FieldError::AlreadyProvisioned)));
    assert!(matches!(enrol("b"), Err(FieldError::Network(NetworkError::Refused(..)))));
}

fn provisioned(kit: &FieldKit, ticket: &Ticket) -> Handset {
    let platform = kit.platform("a");
    let handset =
        Handset::provision(&kit.handset_folder("a"), platform, Arc::clone(kit.engine()), ticket, "a", &officer(), PIN)
            .expect("the server admits it");
    unlock(&handset);
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    handset
}

fn stopped(report: &SyncReport) -> &NetworkError {
    match &report.stopped {
        Some(FieldError::Network(error)) => error,
        other => panic!("the network must have stopped it, not {other:?}"),
    }
}

fn assert_untouched(handset: &Handset, report: &SyncReport) {
    assert_eq!((report.sent, report.quarantined, report.waiting), (0, 0, 1));
    let waiting = handset.outbox().list(Shelf::Outbox).expect("readable").remove(0);
    for blob in &handset.outbox().read(&waiting).expect("an envelope").header().blobs {
        assert!(handset.outbox().blob_path(&blob.sha256).exists());
    }
}
