//! An officer's day, from the morning's sync to the dashboard, with everything real but the phone.

use saksi_face::PageProblem;
use saksi_field::capture::CaptureError;
use saksi_field::visit::Requirement;
use saksi_field::visit::Step;
use saksi_field::{FieldError, Handset, VaultError, VisitError, keys::pin::PinError};
use saksi_records::document::NoDocument;
use saksi_records::record::NotServedReason;
use saksi_records::{Kind, Rupiah};
use saksi_tests::props::{AMOUNT, BENEFICIARY_AGAIN, BENEFICIARY_ONCE_MORE, STRANGER};
use saksi_tests::{FieldKit, beneficiary, consent, proxy, round, sync, unlock};

#[test]
fn a_whole_day_offline_and_the_evening_s_sync() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.stop_server();

    // Found among all on the roster, and paid.
    let consent = consent(&handset);
    let seen = handset.identify(&consent, &kit.portrait(BENEFICIARY_AGAIN)).expect("a face");
    assert_eq!(seen.beneficiary, beneficiary(0));
    let mut visit = handset.visit_in_person(&round(), &seen.beneficiary).expect("entitled");
    assert_eq!(visit.missing(), [Requirement::Consent, Requirement::Face]);
    assert_eq!(visit.take(seen.clone()), Err(VisitError::ConsentFirst));
    visit.take(consent.clone()).expect("today's text");
    visit.take(seen).expect("a match");
    let paid = handset.commit(&visit).expect("committed");
    assert_eq!((paid.seq, paid.kind, paid.amount), (1, Kind::InPerson, Some(Rupiah(AMOUNT))));

    // Not twice, whichever way it is tried: at the start of a visit, or at its end.
    let again = handset.visit_in_person(&round(), &beneficiary(0)).expect_err("paid already");
    assert!(matches!(again, FieldError::Visit(VisitError::AlreadyPaid(mark)) if mark.record == paid.record));

    // A stranger is nobody.
    let stranger = handset.identify(&consent, &kit.portrait(STRANGER)).expect("a face");
    let mut visit = handset.visit_in_person(&round(), &beneficiary(1)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    let compared = handset.verify(&consent, &beneficiary(1), &kit.portrait(STRANGER)).expect("a face");
    assert!(matches!(stranger.require_match(), Err(VisitError::NotRecognised { .. })));
    assert!(matches!(visit.take(compared), Err(VisitError::NotRecognised { .. })));
    assert_eq!(visit.missing(), [Requirement::Face]);

    // A proxy: photo and statement, or nothing.
    let mut visit = handset.visit_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    visit.take(proxy()).expect("a name and a NIK");
    visit.take(handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face")).expect("taken");
    let incomplete = visit.finish().expect_err("no statement");
    assert_eq!(incomplete, VisitError::Incomplete(vec![Requirement::StatementPhoto]));
    visit.take(handset.statement_page(&kit.statement()).expect("a page")).expect("taken");
    let collected = handset.commit(&visit).expect("committed");
    assert_eq!((collected.seq, collected.kind), (2, Kind::Proxy));

    // One letter is for one visit.
    let again = handset.statement_page(&kit.statement()).expect_err("the same letter");
    assert!(matches!(again, FieldError::Capture(CaptureError::Page(PageProblem::AlreadyUsed))));
    let face = handset.statement_page(&kit.portrait(STRANGER)).expect_err("no letter");
    assert!(matches!(face, FieldError::Capture(CaptureError::Page(_))));

    handset.not_served(&round(), &beneficiary(4), NotServedReason::Absent).expect("committed");

    // Without a server nothing is sent, and nothing is lost.
    let report = sync(&handset);
    assert!(matches!(report.stopped, Some(FieldError::Network(_))));
    assert_eq!((report.sent, report.waiting), (0, 3));

    kit.start_server();
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    assert_eq!((report.sent, report.quarantined, report.waiting), (3, 0, 0));
    let shown = kit.summary();
    assert_eq!((shown.in_person, shown.proxy, shown.not_served, shown.remaining), (1, 1, 1, 3));
    assert_eq!(shown.paid, Rupiah(2 * AMOUNT));
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn a_face_that_cannot_be_matched_is_written_down_with_photo_and_reason() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let mut visit = handset.visit_exceptional(&round(), &beneficiary(0)).expect("entitled");
    assert_eq!(visit.missing(), [Requirement::Consent, Requirement::Photo, Requirement::Reason]);
    visit.take(consent.clone()).expect("today's text");
    assert_eq!(visit.take(Step::explained("  ")), Err(VisitError::Reason));
    visit.take(Step::explained("Wajah tertutup perban")).expect("a reason");

    // Whose face is recognised needs no exception.
    let photo = |portrait| handset.exception_photo(&consent, &beneficiary(0), &kit.portrait(portrait));
    let recognised = photo(BENEFICIARY_AGAIN).expect("a photo");
    assert_eq!(visit.take(recognised), Err(VisitError::Recognised));

    // A picture in which there is no face will do; what isn't a picture won't.
    let page = handset.exception_photo(&consent, &beneficiary(0), &kit.statement()).expect("a photo");
    assert!(page.face_match.is_none());
    assert!(handset.exception_photo(&consent, &beneficiary(0), b"no photo").is_err());
    visit.take(photo(STRANGER).expect("a photo")).expect("not recognised");
    let summary = handset.commit(&visit).expect("committed");
    assert_eq!((summary.kind, summary.amount), (Kind::Exception, None), "the policy lets nobody pay then");
    assert!(handset.visit_in_person(&round(), &beneficiary(0)).is_ok(), "unpaid");

    assert!(sync(&handset).stopped.is_none());
    assert_eq!((kit.summary().exceptions, kit.summary().paid), (1, Rupiah(0)));
}

#[test]
fn a_first_photo_is_taken_of_whom_the_roster_has_none() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let known = handset.visit_enrolment(&round(), &beneficiary(0)).expect_err("the roster has a face");
    assert!(matches!(known, FieldError::Visit(VisitError::AlreadyEnrolled)));
    let faceless = handset
        .with_roster(|roster| roster.beneficiaries().find(|it| it.template.is_none()).map(|it| it.id.clone()))
        .expect("unlocked")
        .expect("somebody without a face");
    let mut visit = handset.visit_enrolment(&round(), &faceless).expect("on the roster");
    let taken = handset.enrolment_photo(&consent, &kit.portrait(STRANGER)).expect("a face");
    assert_eq!(visit.take(taken.clone()), Err(VisitError::ConsentFirst));
    visit.take(consent).expect("today's text");
    visit.take(taken).expect("taken");
    visit.take(NoDocument::InProcess).expect("a reason");
    let summary = handset.commit(&visit).expect("committed");
    assert_eq!((summary.kind, summary.amount), (Kind::Enrolment, None));
    assert!(sync(&handset).stopped.is_none());
}

#[test]
fn withdrawn_consent_forgets_the_face_on_every_handset() {
    let Some(kit) = FieldKit::new() else { return };
    let (here, elsewhere) = (kit.handset("a"), kit.handset("b"));
    let face = |handset: &Handset| {
        let known = handset.with_roster(|roster| roster.template(&beneficiary(0)).expect("on the roster").is_some());
        known.expect("unlocked")
    };
    assert!(face(&here) && face(&elsewhere));
    let summary = here.consent_withdrawn(&round(), &beneficiary(0)).expect("committed");
    assert_eq!((summary.kind, summary.amount), (Kind::ConsentWithdrawn, None));
    assert!(!face(&here), "at once, without a connection");
    here.lock();
    unlock(&here);
    assert!(!face(&here), "and after the next unlock");

    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    assert!(!face(&here) && !face(&elsewhere));
    assert!(here.visit_by_proxy(&round(), &beneficiary(0)).is_ok(), "no face is no reason for no aid");
}

#[test]
fn two_visits_to_one_beneficiary_pay_once() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let visits = [BENEFICIARY_AGAIN, BENEFICIARY_ONCE_MORE].map(|photo| {
        let mut visit = handset.visit_in_person(&round(), &beneficiary(0)).expect("not paid yet");
        visit.take(consent.clone()).expect("today's text");
        visit.take(handset.verify(&consent, &beneficiary(0), &kit.portrait(photo)).expect("a face")).expect("it");
        visit
    });
    let committed = visits.each_ref().map(|visit| handset.commit(visit));
    assert!(committed[0].is_ok());
    assert!(matches!(committed[1], Err(FieldError::Visit(VisitError::AlreadyPaid(_)))));
    assert_eq!(handset.day().expect("unlocked").len(), 1);
}

#[test]
fn a_payment_on_one_handset_is_known_on_another_after_both_have_synced() {
    let Some(kit) = FieldKit::new() else { return };
    let (one, other) = (kit.handset("one"), kit.handset("other"));
    kit.pay_first(&one);
    assert!(sync(&one).stopped.is_none());
    assert!(sync(&other).stopped.is_none());
    let refused = other.visit_in_person(&round(), &beneficiary(0)).expect_err("paid on the first handset");
    assert!(matches!(refused, FieldError::Visit(VisitError::AlreadyPaid(_))));
}

#[test]
fn two_handsets_that_pay_one_beneficiary_offline_raise_an_alert() {
    let Some(kit) = FieldKit::new() else { return };
    let (one, other) = (kit.handset("one"), kit.handset("other"));
    kit.pay_first(&one);
    kit.pay_first(&other);
    assert_eq!(sync(&one).sent, 1);
    assert_eq!(sync(&other).sent, 1, "evidence is never refused for that");
    assert!(kit.alerts().iter().any(|alert| alert.contains("PaidTwice")), "{:?}", kit.alerts());
}

#[test]
fn the_beneficiary_can_t_be_their_own_proxy() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let mut visit = handset.visit_by_proxy(&round(), &beneficiary(0)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    let face = handset.proxy_face(&consent, &kit.portrait(BENEFICIARY_AGAIN)).expect("a face");
    assert_eq!(visit.take(face), Err(VisitError::ProxyIsBeneficiary));
    let own = handset.with_roster(|roster| roster.beneficiary(&beneficiary(0)).map(|it| it.nik.clone()));
    let mut named = proxy();
    named.nik = own.expect("unlocked").expect("on the roster");
    assert_eq!(visit.take(named), Err(VisitError::ProxyNikIsBeneficiary));
    assert!(matches!(
        visit.take(saksi_field::visit::ProxyDetails { name: " ".into(), ..proxy() }),
        Err(VisitError::ProxyName)
    ));
}

#[test]
fn a_locked_handset_shows_nothing_and_a_wrong_pin_opens_nothing() {
    let Some(kit) = FieldKit::new() else { return };
    drop(kit.handset("a"));
    let handset = kit.reopen("a");
    assert!(handset.is_locked());
    assert!(matches!(handset.day(), Err(FieldError::Locked)));
    assert!(matches!(handset.visit_in_person(&round(), &beneficiary(0)), Err(FieldError::Locked)));
    let wrong = handset.unlock("juru-bayar-7".parse().expect("an id"), "482914");
    assert!(matches!(wrong, Err(FieldError::Vault(VaultError::Pin(PinError::Wrong)))));
    assert!(handset.is_locked());
}

#[test]
fn a_roster_file_with_a_bad_row_changes_nothing() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let good = String::from_utf8(kit.roster_csv().expect("a roster")).expect("text");
    let second = saksi_records::Round { id: "BST-2026-12".parse().expect("a name"), title: "Desember".into() };
    let bad = good.replacen("3273016208480003", "3273016208480000", 1);
    let error = handset.import_roster(second.clone(), bad.as_bytes()).expect_err("a bad row");
    assert!(error.to_string().contains("row 4"), "{error}");
    assert!(handset.with_roster(|roster| roster.round(&second.id).is_err()).expect("unlocked"));
    assert_eq!(handset.import_roster(second.clone(), good.as_bytes()).expect("a good file"), 6);
    assert!(handset.visit_in_person(&second.id, &beneficiary(0)).is_ok());
}

#[test]
fn what_was_done_is_there_after_a_restart_and_the_chain_goes_on() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.pay_first(&handset);
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert_eq!(handset.day().expect("unlocked").len(), 1);
    assert!(handset.visit_in_person(&round(), &beneficiary(0)).is_err(), "still paid");
    let next = handset.not_served(&round(), &beneficiary(3), NotServedReason::Moved).expect("committed");
    assert_eq!(next.seq, 2);
    assert_eq!(sync(&handset).sent, 2);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}
