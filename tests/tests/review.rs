//! What a supervisor decides at the server, and what follows from it at the next door.

use std::fs;

use saksi_face::{DocumentProblem, Frame};
use saksi_field::capture::CaptureError;
use saksi_field::capture::DocumentPhoto;
use saksi_field::text::{Language, Told as _};
use saksi_field::visit::Step;
use saksi_field::visit::{ProxyDetails, Requirement};
use saksi_field::{FieldError, Handset, Summary, VisitError};
use saksi_records::document::{Document, DocumentCheck, DocumentKind, NoDocument};
use saksi_records::record::Refusal;
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::wire::Policy;
use saksi_records::{Beneficiary, BlobRole, Kind, Record, RecordId, Rupiah};
use saksi_server::{ReviewError, ServerError, Verdict};
use saksi_tests::props::{AMOUNT, ROSTER, ROUND_TITLE, STRANGER};
use saksi_tests::{FieldKit, beneficiary, consent, proxy, round, sync, unlock};

/// The first on the roster, whom the office has no face of here.
const FIRST_PHOTO: &str = "obama.jpg";

#[test]
fn an_approved_face_is_found_at_the_next_visit_and_outlives_the_next_roster() {
    let Some(kit) = FieldKit::new() else { return };
    import_without_faces(&kit);
    let (here, elsewhere) = (kit.handset("a"), kit.handset("b"));
    let enrolled = enrol(&kit, &here, NoDocument::Lost);
    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    assert!(!has_face(&elsewhere), "nobody has looked at it");

    decide(&kit, enrolled.record, Verdict::Approved, "").expect("it waits");
    for verdict in [Verdict::Approved, Verdict::Rejected] {
        assert_eq!(decide(&kit, enrolled.record, verdict, "Keliru"), Err(ReviewError::Decided));
    }
    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    let again = here.visit_enrolment(&round(), &beneficiary(0)).expect_err("there is a face now");
    assert!(matches!(again, FieldError::Visit(VisitError::AlreadyEnrolled)));
    import_without_faces(&kit);
    assert!(sync(&elsewhere).stopped.is_none() && has_face(&elsewhere), "a file without a face takes none away");

    let paid = kit.pay_first(&elsewhere);
    assert_eq!((paid.beneficiary, paid.amount), (Some(beneficiary(0)), Some(Rupiah(AMOUNT))));
    assert!(sync(&elsewhere).stopped.is_none());
    assert_eq!(kit.summary().in_person, 1);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn a_first_photo_needs_the_document_with_the_roster_s_number_or_a_reason() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let whom = beneficiary(3);
    let nik = known(&handset, 3).nik;
    let mut visit = handset.visit_enrolment(&round(), &whom).expect("the roster has no face");
    visit.take(consent(&handset)).expect("today's text");
    let face = handset.enrolment_photo(&consent(&handset), &kit.portrait(STRANGER)).expect("a face");
    visit.take(face).expect("taken");
    assert_eq!(visit.missing(), [Requirement::DocumentPhoto, Requirement::DocumentNik]);
    assert!(matches!(visit.finish(), Err(VisitError::Incomplete(_))));
    let other = known(&handset, 4).nik;
    assert_eq!(visit.take(other.clone()), Err(VisitError::OtherNik));
    assert!(DocumentPhoto::take(DocumentKind::Ktp, b"no picture").is_err());
    for (picture, why) in unreadable(&kit) {
        for kind in [DocumentKind::Ktp, DocumentKind::FamilyCard, DocumentKind::VillageLetter] {
            let refused = DocumentPhoto::take(kind, &picture).expect_err("it can't be read");
            assert!(matches!(&refused, CaptureError::Document(it) if *it == why), "{refused}");
        }
    }
    assert_eq!(visit.missing(), [Requirement::DocumentPhoto, Requirement::DocumentNik]);
    let card = DocumentPhoto::take(DocumentKind::FamilyCard, &kit.statement()).expect("a picture");
    visit.take(card).expect("taken");
    assert_eq!(visit.missing(), [Requirement::DocumentNik]);
    visit.take(nik.clone()).expect("the roster's");
    handset.commit(&visit).expect("committed");

    let written = last(&kit, &handset);
    let Record::Enrolment(it) = &written.record else { panic!("an enrolment") };
    assert_eq!(it.document, DocumentCheck::Seen(Document { kind: DocumentKind::FamilyCard, nik }));
    let roles: Vec<BlobRole> = written.blob_keys.iter().map(|key| key.role).collect();
    assert_eq!(roles, [BlobRole::Beneficiary, BlobRole::Document]);
    assert_eq!(sync(&handset).sent, 1);

    // A document belongs to an enrolment only.
    let mut visit = handset.visit_in_person(&round(), &beneficiary(0)).expect("entitled");
    assert_eq!(visit.take(NoDocument::Lost), Err(VisitError::NotThisSort));
}

#[test]
fn after_a_rejection_the_next_visit_enrols_anew() {
    let Some(kit) = FieldKit::new() else { return };
    import_without_faces(&kit);
    let handset = kit.handset("a");
    let first = enrol(&kit, &handset, NoDocument::Elsewhere);
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(decide(&kit, first.record, Verdict::Rejected, "  "), Err(ReviewError::Reason));
    decide(&kit, first.record, Verdict::Rejected, "Foto orang lain").expect("with a reason");
    assert!(sync(&handset).stopped.is_none() && !has_face(&handset));

    let (second, third) = (enrol(&kit, &handset, NoDocument::Lost), enrol(&kit, &handset, NoDocument::Lost));
    assert!(sync(&handset).stopped.is_none());
    decide(&kit, second.record, Verdict::Approved, "Dikenal").expect("it waits");
    assert_eq!(decide(&kit, third.record, Verdict::Approved, ""), Err(ReviewError::FaceKnown));
    assert_eq!(decide(&kit, RecordId::new(), Verdict::Approved, ""), Err(ReviewError::Unknown));
    assert!(sync(&handset).stopped.is_none() && has_face(&handset));
}

#[test]
fn a_face_of_another_model_is_replaced_by_an_approved_one() {
    let Some(kit) = FieldKit::new() else { return };
    import(&kit, |row| {
        if let Some(face) = &mut row.beneficiary.template {
            face.model = "a model of last year".into();
        }
    });
    let handset = kit.handset("a");
    assert!(!has_face(&handset), "it can't be compared");
    let enrolled = enrol(&kit, &handset, NoDocument::Lost);
    assert!(sync(&handset).stopped.is_none());
    decide(&kit, enrolled.record, Verdict::Approved, "").expect("it waits");
    assert!(sync(&handset).stopped.is_none() && has_face(&handset));
    assert_eq!(kit.pay_first(&handset).beneficiary, Some(beneficiary(0)));
}

#[test]
fn a_face_whose_consent_is_withdrawn_meanwhile_never_enters_the_roster() {
    let Some(kit) = FieldKit::new() else { return };
    import_without_faces(&kit);
    let (here, elsewhere) = (kit.handset("a"), kit.handset("b"));
    let enrolled = enrol(&kit, &here, NoDocument::Lost);
    elsewhere.consent_withdrawn(&round(), &beneficiary(0)).expect("committed");
    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    assert_eq!(decide(&kit, enrolled.record, Verdict::Approved, ""), Err(ReviewError::Withdrawn));
    decide(&kit, enrolled.record, Verdict::Rejected, "Persetujuan dicabut").expect("it still waits");

    // Who agrees again, later, is taken; and a withdrawal after the approval forgets the face.
    let later = enrol(&kit, &here, NoDocument::Lost);
    assert!(sync(&here).stopped.is_none());
    decide(&kit, later.record, Verdict::Approved, "").expect("a new consent");
    assert!(sync(&elsewhere).stopped.is_none() && has_face(&elsewhere));
    here.consent_withdrawn(&round(), &beneficiary(0)).expect("committed");
    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    import_without_faces(&kit);
    assert!(sync(&elsewhere).stopped.is_none() && !has_face(&elsewhere));
}

#[test]
fn an_approved_exception_is_paid_at_the_next_one_and_once() {
    let Some(kit) = FieldKit::new() else { return };
    let (here, elsewhere) = (kit.handset("a"), kit.handset("b"));
    let (unpaid, another) = (exception(&kit, &here), exception(&kit, &here));
    assert_eq!((unpaid.kind, unpaid.amount), (Kind::Exception, None));
    assert!(sync(&here).stopped.is_none());
    decide(&kit, unpaid.record, Verdict::Approved, "Dikenal ketua RT").expect("it waits");
    assert_eq!(exception(&kit, &here).amount, None, "this handset hasn't heard of it");

    assert!(sync(&elsewhere).stopped.is_none());
    let paid = exception(&kit, &elsewhere);
    assert_eq!(paid.amount, Some(Rupiah(AMOUNT)));
    let Record::Exception(it) = last(&kit, &elsewhere).record else { panic!("an exception") };
    assert_eq!((it.paid, it.approval), (Some(Rupiah(AMOUNT)), Some(unpaid.record)));
    let again = elsewhere.visit_exceptional(&round(), &beneficiary(0)).expect_err("paid");
    assert!(matches!(again, FieldError::Visit(VisitError::AlreadyPaid(mark)) if mark.record == paid.record));

    assert!(sync(&elsewhere).stopped.is_none() && sync(&here).stopped.is_none());
    let elsewhere_too = here.visit_exceptional(&round(), &beneficiary(0)).expect_err("paid on the other handset");
    assert!(matches!(elsewhere_too, FieldError::Visit(VisitError::AlreadyPaid(_))));
    assert_eq!(decide(&kit, another.record, Verdict::Approved, ""), Err(ReviewError::Paid));
    decide(&kit, another.record, Verdict::Rejected, "Sudah dibayar").expect("it still waits");
    assert_eq!(kit.summary().paid, Rupiah(AMOUNT));
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn who_refuses_to_be_photographed_is_paid_once_a_supervisor_has_approved() {
    let Some(kit) = FieldKit::with(Policy { exceptions_pay: true, ..Policy::default() }) else { return };
    let handset = kit.handset("a");
    let refusal = |n: usize| {
        let document = Document { kind: DocumentKind::Ktp, nik: known(&handset, n).nik };
        Refusal { text_version: handset.policy().consent_version, language: "id".into(), document }
    };
    let visit = |handset: &Handset| {
        let mut visit = handset.visit_exceptional(&round(), &beneficiary(0)).expect("not paid");
        visit.take(consent(handset)).expect("today's text");
        assert_eq!(visit.take(refusal(1)), Err(VisitError::OtherNik));
        visit.take(refusal(0)).expect("the roster's number");
        assert_eq!(visit.missing(), [Requirement::Reason]);
        visit.take(Step::explained("Tidak mau difoto; dikenal ketua RT")).expect("a reason");
        handset.commit(&visit).expect("committed")
    };
    let mut other = handset.visit_in_person(&round(), &beneficiary(0)).expect("entitled");
    assert_eq!(other.take(refusal(0)), Err(VisitError::NotThisSort), "a record of another sort has a face");

    let first = visit(&handset);
    assert_eq!((first.kind, first.amount), (Kind::Exception, None), "an officer alone can't pay without a photo");
    let payload = last(&kit, &handset);
    assert!(payload.blob_keys.is_empty() && payload.record.liveness().is_none());
    assert!(sync(&handset).stopped.is_none());
    decide(&kit, first.record, Verdict::Approved, "Dikenal ketua RT").expect("it waits");
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(visit(&handset).amount, Some(Rupiah(AMOUNT)), "not photographed, and not without aid");
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(kit.summary().paid, Rupiah(AMOUNT));
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn an_approval_outlives_the_loss_of_the_store_and_a_rejected_exception_pays_nothing() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let unpaid = exception(&kit, &handset);
    assert!(sync(&handset).stopped.is_none());
    decide(&kit, unpaid.record, Verdict::Rejected, "Fotonya gelap").expect("with a reason");
    assert!(sync(&handset).stopped.is_none());
    let second = exception(&kit, &handset);
    assert_eq!(second.amount, None);
    assert!(sync(&handset).stopped.is_none());
    decide(&kit, second.record, Verdict::Approved, "").expect("it waits");
    assert!(sync(&handset).stopped.is_none());
    drop(handset);
    fs::remove_dir_all(kit.handset_folder("a").join("store")).expect("removed");
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(sync(&handset).stopped.is_none(), "the roster comes again");
    assert_eq!(exception(&kit, &handset).amount, Some(Rupiah(AMOUNT)));
}

#[test]
fn the_terminal_enrols_with_a_document_or_a_reason_and_tells_of_cash() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let saksi = |arguments: &[&str]| terminal.says(arguments);
    let face = terminal.file("face.jpg", &kit.portrait(STRANGER));
    let card = terminal.file("card.png", &kit.statement());
    let (id, nik) = (ROSTER[3].id, ROSTER[3].nik);
    let enrol = |more: &[&str]| {
        let visit = ["visit", "enrolment", "--beneficiary", id, "--photo", &face, "--consent"];
        saksi(&[&visit[..], more].concat())
    };
    let (done, told) = enrol(&[]);
    assert!(!done && told.contains("document_photo, document_nik"), "{told}");
    for (picture, why) in unreadable(&kit) {
        let picture = terminal.file("unreadable.jpg", &picture);
        let (done, told) = enrol(&["--document", &picture, "--document-kind", "ktp", "--nik", nik]);
        assert!(!done && told.contains(why.code()), "{told}");
        assert!(told.contains(&why.tell(Language::En)), "{told}");
    }
    let document = ["--document", &card, "--document-kind", "ktp"];
    let (done, told) = enrol(&[&document[..], &["--nik", ROSTER[4].nik]].concat());
    assert!(!done && told.contains("is not the roster's") && !told.contains(nik), "{told}");
    assert!(!enrol(&[&document[..], &["--no-document", "lost"]].concat()).0, "one of the two");
    assert!(enrol(&[&document[..], &["--nik", nik]].concat()).0);
    assert!(enrol(&["--no-document", "never-issued"]).0);

    let exception = ["visit", "exception", "--beneficiary", ROSTER[4].id, "--reason", "Tidak mau difoto"];
    let refused = ["--refused", "--document-kind", "ktp", "--nik"];
    assert!(!saksi(&exception).0 && !saksi(&[&exception[..], &["--photo", &face]].concat()).0, "no consent");
    assert!(!saksi(&[&exception[..], &refused, &[nik]].concat()).0, "another's number");
    let (done, told) = saksi(&[&exception[..], &refused, &[ROSTER[4].nik]].concat());
    assert!(done && told.contains("exception: "), "{told}");

    assert!(saksi(&["cash", "received", "5000"]).0);
    let (done, told) = saksi(&["receipt"]);
    assert!(done && told.starts_with(&format!("cash: {}; receipt code ", round())), "{told}");
}

#[test]
fn an_approved_proxy_is_paid_and_an_approval_of_one_lets_nobody_else_collect() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let on_the_route = || {
        let route = handset.route(&round(), None).expect("unlocked");
        route.iter().any(|stop| stop.beneficiary == beneficiary(0))
    };
    let unpaid = proxy_exception(&kit, &handset, proxy());
    assert_eq!((unpaid.kind, unpaid.amount, on_the_route()), (Kind::Exception, None, false));
    assert!(sync(&handset).stopped.is_none());
    decide(&kit, unpaid.record, Verdict::Approved, "").expect("it waits");
    assert!(sync(&handset).stopped.is_none());
    assert!(on_the_route(), "there is something to be done");
    assert_eq!(exception(&kit, &handset).amount, None, "the beneficiary's own wasn't approved");

    let other = ProxyDetails { nik: ROSTER[4].nik.parse().expect("well-formed"), ..proxy() };
    assert_eq!(proxy_exception(&kit, &handset, other).amount, None, "another proxy wasn't approved");
    assert_eq!(proxy_exception(&kit, &handset, proxy()).amount, Some(Rupiah(AMOUNT)));
    assert!(sync(&handset).stopped.is_none());
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    let again = handset.visit_exceptional_by_proxy(&round(), &beneficiary(0)).expect_err("paid");
    assert!(matches!(again, FieldError::Visit(VisitError::AlreadyPaid(_))));
}

fn decide(kit: &FieldKit, record: RecordId, verdict: Verdict, reason: &str) -> Result<(), ReviewError> {
    match kit.runtime().block_on(kit.programme().decide(record, verdict, reason, "penyelia")) {
        Ok(()) => Ok(()),
        Err(ServerError::Review(why)) => Err(why),
        Err(other) => panic!("{other}"),
    }
}

/// The same roster without anybody's face, as an office has it that has no portraits.
fn import_without_faces(kit: &FieldKit) {
    import(kit, |row| (row.beneficiary.template, row.portrait) = (None, None));
}

fn import(kit: &FieldKit, change: impl Fn(&mut RosterRow)) {
    let mut rows = roster_file::read(kit.roster_csv().expect("a roster").as_slice()).expect("rows");
    rows.iter_mut().for_each(change);
    let mut csv = Vec::new();
    roster_file::write(&rows, &mut csv).expect("memory takes it");
    let import = kit.programme().import_roster(round(), ROUND_TITLE, csv.as_slice(), "test");
    kit.runtime().block_on(import).expect("imported");
}

fn enrol(kit: &FieldKit, handset: &Handset, none: NoDocument) -> Summary {
    let consent = consent(handset);
    let mut visit = handset.visit_enrolment(&round(), &beneficiary(0)).expect("the roster has no face");
    visit.take(consent.clone()).expect("today's text");
    visit.take(none).expect("an enrolment");
    visit.take(handset.enrolment_photo(&consent, &kit.portrait(FIRST_PHOTO)).expect("a face")).expect("taken");
    handset.commit(&visit).expect("committed")
}

/// A visit to the first on the roster at which the face isn't recognised.
fn exception(kit: &FieldKit, handset: &Handset) -> Summary {
    let consent = consent(handset);
    let mut visit = handset.visit_exceptional(&round(), &beneficiary(0)).expect("not paid");
    visit.take(consent.clone()).expect("today's text");
    visit.take(Step::explained("Wajah tertutup perban")).expect("a reason");
    let photo = handset.exception_photo(&consent, &beneficiary(0), &kit.portrait(STRANGER)).expect("a photo");
    visit.take(photo).expect("not recognised");
    handset.commit(&visit).expect("committed")
}

/// A visit to the first on the roster at which a proxy stands there who can't be cleared.
fn proxy_exception(kit: &FieldKit, handset: &Handset, who: ProxyDetails) -> Summary {
    let consent = consent(handset);
    let mut visit = handset.visit_exceptional_by_proxy(&round(), &beneficiary(0)).expect("not paid");
    visit.take(consent.clone()).expect("today's text");
    visit.take(Step::explained("Lumpuh")).expect("a reason");
    visit.take(who).expect("named");
    visit.take(handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face")).expect("taken");
    visit.take(handset.statement_page(&kit.statement()).expect("a letter")).expect("taken");
    handset.commit(&visit).expect("committed")
}

fn has_face(handset: &Handset) -> bool {
    let known = handset.with_roster(|roster| roster.template(&beneficiary(0)).expect("on the roster").is_some());
    known.expect("unlocked")
}

fn known(handset: &Handset, n: usize) -> Beneficiary {
    let known = handset.with_roster(|roster| roster.beneficiary(&beneficiary(n)).cloned());
    known.expect("unlocked").expect("on the roster")
}

fn last(kit: &FieldKit, handset: &Handset) -> saksi_records::Payload {
    let filed = handset.outbox().all().expect("readable").pop().expect("a record");
    handset.outbox().read(&filed).expect("whole").open(&kit.programme_key()).expect("opens")
}

/// Pictures of a document that nobody can read, and what is to be mended.
fn unreadable(kit: &FieldKit) -> [(Vec<u8>, DocumentProblem); 2] {
    let page = Frame::decode(&kit.statement()).expect("a picture");
    let dark = page.pixels().iter().map(|level| level / 12).collect();
    let dark = Frame::from_rgb(page.width(), page.height(), dark).expect("all pixels given");
    let jpeg = |frame: &Frame, longer| frame.to_evidence_jpeg(longer, 85).expect("written");
    [(jpeg(&dark, 1600), DocumentProblem::TooDark), (jpeg(&page, 300), DocumentProblem::Closer)]
}
