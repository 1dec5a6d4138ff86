//! Bad networks: nothing is lost, nothing is marked as sent, and it all goes on when the weather clears.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use jiff::Timestamp;
use saksi_field::{Cancel, FieldError, Handset, NetworkError, Outcome, Reason, Shelf, SyncReport};
use saksi_records::Ticket;
use saksi_records::record::NotServedReason;
use saksi_records::wire::ProblemCode;
use saksi_tests::weather::{Impostor, Link, Manner};
use saksi_tests::{FieldKit, PIN, beneficiary, officer, round, sync, sync_until};
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
        assert_eq!(outcomes(&report), [(2, Outcome::Left(Reason::NotOurServer))], "{manner:?}");
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
fn one_record_that_the_server_does_not_take_is_left_with_its_reason_and_the_next_is_sent() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    let absent = |n| handset.not_served(&round(), &beneficiary(n), NotServedReason::Absent).expect("committed").record;
    let (first, second, third) = (absent(2), absent(3), kit.pay_first(&handset).record);
    absent(4);
    impostor.refuse(first, ProblemCode::BadRequest);
    impostor.refuse(second, ProblemCode::Internal);
    impostor.refuse(third, ProblemCode::BlobsMissing);
    for _ in 0..2 {
        let report = sync(&handset);
        assert!(report.stopped.is_none(), "{:?}", report.stopped);
        let left = [
            (1, Outcome::Left(Reason::Refused)),
            (2, Outcome::Left(Reason::ServerFault)),
            (3, Outcome::Left(Reason::BlobsMissing)),
        ];
        assert_eq!(outcomes(&report)[..3], left);
        assert_eq!((report.quarantined, report.waiting), (0, 3), "they wait, whole");
        assert_eq!(kit.summary().not_served, 1, "the last is at the server, once");
    }
    impostor.refuse_none();
    let report = sync(&handset);
    assert_eq!((report.sent, report.waiting), (3, 0), "{report:?}");
    assert_eq!((kit.summary().in_person, kit.summary().not_served), (1, 3));
    let alerts = kit.runtime().block_on(kit.programme().alerts()).expect("the server answers");
    assert!(alerts.iter().all(|raised| raised.closed.is_some()), "the gap is closed: {:?}", kit.alerts());
}

#[test]
fn a_link_that_takes_record_after_record_ends_a_sync_before_all_are_tried() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    for n in 1..6 {
        handset.not_served(&round(), &beneficiary(n), NotServedReason::Absent).expect("committed");
    }
    impostor.behave(Manner::LosesReceipts);
    let report = sync(&handset);
    assert!(matches!(stopped(&report), NetworkError::Offline(_)));
    assert_eq!(outcomes(&report), [1, 2, 3].map(|seq| (seq, Outcome::Left(Reason::Offline))));
    assert_eq!(report.waiting, 5);
    impostor.behave(Manner::Honest);
    assert_eq!(sync(&handset).sent, 5);
    assert_eq!(kit.summary().not_served, 5);
}

#[test]
fn a_server_that_is_silent_or_drips_costs_a_sync_twenty_seconds_at_most() {
    let Some(kit) = FieldKit::new() else { return };
    let limit = Duration::from_secs(20);
    let (silent, dripping, link) = (Impostor::before(&kit), Impostor::before(&kit), Link::to(&kit));
    let handsets = [("silent", silent.ticket(&kit)), ("dripping", dripping.ticket(&kit)), ("dead", link.ticket(&kit))]
        .map(|(name, ticket)| (name, kit.handset_by(name, &ticket)));
    silent.behave(Manner::Silent);
    dripping.behave(Manner::Drips);
    link.go_dead();
    thread::scope(|scope| {
        for (name, handset) in &handsets {
            handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
            scope.spawn(move || {
                let begun = Instant::now();
                let report = sync(handset);
                let took = begun.elapsed();
                assert!(matches!(stopped(&report), NetworkError::Offline(_)), "{name}: {report:?}");
                assert_eq!(report.waiting, 1);
                assert!(took <= limit, "{name}: {took:?}");
            });
        }
    });
}

#[test]
fn a_link_that_is_slow_but_moves_is_waited_for() {
    let Some(kit) = FieldKit::new() else { return };
    let link = Link::to(&kit);
    let handset = provisioned(&kit, &link.ticket(&kit));
    kit.pay_first(&handset);
    link.slow_down(3_000);
    let (before, begun) = (link.passed(), Instant::now());
    let report = sync(&handset);
    assert_eq!((report.sent, report.waiting), (1, 0), "{:?}", report.stopped);
    assert!(begun.elapsed() > Duration::from_secs(20), "{} bytes at 3,000 a second", link.passed() - before);
}

#[test]
fn a_sync_that_is_cancelled_ends_at_once_whatever_it_waits_for() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor.ticket(&kit));
    kit.pay_first(&handset);
    // An answer, then a pause between two tries, then another sync.
    for (manner, others) in [(Manner::Silent, 0), (Manner::Broken, 0), (Manner::Silent, 1)] {
        impostor.behave(manner);
        let (other, cancel) = (Cancel::new(), Cancel::new());
        thread::scope(|scope| {
            for _ in 0..others {
                scope.spawn(|| sync_until(&handset, &other));
                thread::sleep(Duration::from_millis(100));
            }
            let syncing = scope.spawn(|| (sync_until(&handset, &cancel), Instant::now()));
            thread::sleep(Duration::from_millis(700));
            let cancelled = Instant::now();
            cancel.cancel();
            let (report, ended) = syncing.join().expect("no panic");
            let took = ended.duration_since(cancelled);
            assert!(took <= Duration::from_millis(200), "{manner:?} {others}: {took:?}");
            assert!(matches!(stopped(&report), NetworkError::Cancelled), "{report:?}");
            other.cancel();
        });
    }
    impostor.behave(Manner::Honest);
    let (cancelled, fresh) = (Cancel::new(), Cancel::new());
    cancelled.cancel();
    assert!(matches!(stopped(&sync_until(&handset, &cancelled)), NetworkError::Cancelled));
    assert_eq!(sync_until(&handset, &fresh).sent, 1, "nothing was lost");
}

#[test]
fn two_syncs_at_once_wait_for_each_other_and_send_everything_once() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    for n in 1..6 {
        handset.not_served(&round(), &beneficiary(n), NotServedReason::Absent).expect("committed");
    }
    let reports = thread::scope(|scope| {
        let syncs = [(); 4].map(|()| scope.spawn(|| sync(&handset)));
        syncs.map(|sync| sync.join().expect("no panic"))
    });
    assert!(reports.iter().all(|report| report.stopped.is_none()), "{reports:?}");
    assert_eq!(reports.iter().map(|report| report.sent).sum::<u64>(), 5);
    assert_eq!(kit.summary().handsets[0].records, 5);
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
    kit.handset_by("a", ticket)
}

fn stopped(report: &SyncReport) -> &NetworkError {
    match &report.stopped {
        Some(FieldError::Network(error)) => error,
        other => panic!("the network must have stopped it, not {other:?}"),
    }
}

fn outcomes(report: &SyncReport) -> Vec<(u64, Outcome)> {
    report.records.iter().map(|it| (it.seq, it.outcome)).collect()
}

fn assert_untouched(handset: &Handset, report: &SyncReport) {
    assert_eq!((report.sent, report.quarantined, report.waiting), (0, 0, 1));
    let waiting = handset.outbox().list(Shelf::Outbox).expect("readable").remove(0);
    for blob in &handset.outbox().read(&waiting).expect("an envelope").header().blobs {
        assert!(handset.outbox().blob_path(&blob.sha256).exists());
    }
}
