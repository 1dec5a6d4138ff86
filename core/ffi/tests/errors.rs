//! What an app is told when something goes wrong: one case for each cause, a stable code, and nobody's data.

use std::collections::BTreeSet;
use std::io;

use saksi_face::{Covered, Decision, DocumentProblem, Face, FaceError, FrameError, PageProblem, QualityProblem};
use saksi_ffi::{CaptureFault, PlatformError, SaksiError, StorageFault, VisitFault};
use saksi_field::capture::CaptureError;
use saksi_field::keys::pin::PinError;
use saksi_field::text::{Language, Told as _};
use saksi_field::visit::Requirement;
use saksi_field::{
    CashError, CodeError, FieldError, NetworkError, OutboxError, RosterError, StoreError, VaultError, VisitError,
};
use saksi_records::roster_file::RosterFileError;
use saksi_records::wire::{HandsetState, PaidMark, Problem, ProblemCode};
use saksi_records::{EnvelopeError, PortraitError, RecordId, RoundId, Rupiah};

const BENEFICIARY: &str = "KPM-4711";

#[test]
fn every_error_of_a_handset_is_the_case_that_an_app_expects() {
    for (error, code) in errors() {
        let said = error.to_string();
        assert_eq!(SaksiError::from(error).code(), code, "{said}");
    }
}

#[test]
fn a_code_is_the_name_of_its_case_and_its_own() {
    let mut codes = BTreeSet::new();
    for (error, code) in errors() {
        let case = format!("{:?}", SaksiError::from(error));
        let name = case.split_once("fault: ").map_or(case.as_str(), |(_, fault)| fault);
        let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
        assert_eq!(snake(&name), code);
        codes.insert(code);
    }
    // All but the models' and the boundary's own two, which are no errors of a handset.
    assert_eq!(codes.len(), 74);
}

#[test]
fn an_officer_is_told_what_the_handset_says_in_either_language() {
    for (error, code) in errors() {
        let (id, en) = (error.tell(Language::Id), error.tell(Language::En));
        let error = SaksiError::from(error);
        assert_eq!([error.tell(Language::Id), error.tell(Language::En)], [id, en], "{code}");
        assert_ne!(error.tell(Language::Id), error.tell(Language::En), "{code}");
    }
}

#[test]
fn no_error_tells_who_a_beneficiary_is() {
    for (error, code) in errors() {
        let error = SaksiError::from(error);
        let told = format!("{error} {error:?} {} {}", error.text(), error.code());
        assert!(!told.contains(BENEFICIARY), "{code}: {told}");
    }
}

#[test]
fn what_an_app_needs_to_act_comes_with_the_case() {
    let missing = vec![Requirement::StatementPhoto];
    let incomplete: SaksiError = FieldError::from(VisitError::Incomplete(missing.clone())).into();
    assert!(
        matches!(incomplete, SaksiError::Visit { fault: VisitFault::Incomplete { missing: told }, .. } if told == missing)
    );
    let mark = paid();
    let paid: SaksiError = FieldError::from(VisitError::AlreadyPaid(mark.clone())).into();
    let SaksiError::Visit { fault: VisitFault::AlreadyPaid { record, at, .. }, .. } = paid else {
        panic!("{paid}");
    };
    assert_eq!((record, at), (mark.record, mark.at));
    let crowd = FaceError::SeveralFaces { face: face(), others: vec![face(), face()] };
    assert!(matches!(
        CaptureError::from(crowd).into(),
        SaksiError::Capture { fault: CaptureFault::SeveralFaces { count: 3 }, .. }
    ));
}

#[test]
fn what_a_keystore_throws_arrives_as_an_error() {
    let unexpected = uniffi::UnexpectedUniFFICallbackError::new("IllegalStateException");
    let failed = SaksiError::from(VaultError::from(PlatformError::from(unexpected)));
    assert!(matches!(
        failed,
        SaksiError::Storage { fault: StorageFault::KeystoreFailed { reason }, .. } if reason == "IllegalStateException"
    ));
    assert!(matches!(
        VaultError::from(PlatformError::KeyLost).into(),
        SaksiError::Storage { fault: StorageFault::KeyLost, .. }
    ));
}

#[expect(clippy::too_many_lines, reason = "a line for each case")]
fn errors() -> Vec<(FieldError, &'static str)> {
    let round: RoundId = "BST-2026-11".parse().expect("a round");
    let io = || io::Error::other("no space left");
    let problem = Problem {
        error: ProblemCode::TicketRefused,
        message: "the ticket was used".into(),
        time: "2026-11-02T01:00:00Z".parse().expect("a timestamp"),
        blobs: Vec::new(),
        signed: None,
    };
    let not_recognised = VisitError::NotRecognised {
        decision: Decision::Review,
        similarity: 0.4,
        required: 0.5,
        problems: vec![QualityProblem::TooDark],
    };
    let failed = || "it broke".to_owned();
    vec![
        (FieldError::Locked, "locked"),
        (FieldError::Forbidden(HandsetState::Erase), "forbidden"),
        (FieldError::NotProvisioned, "not_provisioned"),
        (FieldError::AlreadyProvisioned, "already_provisioned"),
        (FieldError::LowSpace { free: 9_000_000 }, "low_space"),
        (VaultError::Pin(PinError::Wrong).into(), "wrong_pin"),
        (VaultError::Pin(PinError::TooShort).into(), "pin_too_short"),
        (VaultError::Pin(PinError::TooEasy).into(), "pin_too_easy"),
        (VaultError::Pin(PinError::Damaged).into(), "damaged"),
        (VaultError::Wait { seconds: 30 }.into(), "pin_wait"),
        (VaultError::LockedOut.into(), "locked_out"),
        (CodeError::Expired.into(), "code_refused"),
        (FieldError::OwnFaceKnown, "own_face_known"),
        (FieldError::Busy, "busy"),
        (FieldError::OutcomeUnknown { record: RecordId::new() }, "outcome_unknown"),
        (VaultError::Erased.into(), "erased"),
        (VaultError::CannotUnwrap.into(), "key_lost"),
        (VaultError::Unavailable(failed()).into(), "keystore_failed"),
        (VaultError::Io(io()).into(), "disk_failed"),
        (StoreError::InUse.into(), "in_use"),
        (StoreError::Damaged(failed()).into(), "damaged"),
        (StoreError::Io(failed()).into(), "disk_failed"),
        (OutboxError::Io(io()).into(), "disk_failed"),
        (OutboxError::Damaged { record: RecordId::new(), reason: EnvelopeError::NotAnEnvelope }.into(), "damaged"),
        (RosterError::UnknownBeneficiary.into(), "unknown_beneficiary"),
        (RosterError::UnknownRound(round.clone()).into(), "unknown_round"),
        (RosterError::NotEntitled(round).into(), "not_entitled"),
        (RosterFileError::Row { row: 3, reason: failed() }.into(), "bad_roster"),
        (PortraitError::NotJpeg.into(), "bad_roster"),
        (CaptureError::from(FrameError::NotAnImage).into(), "bad_picture"),
        (CaptureError::from(FaceError::NoFace).into(), "no_face"),
        (CaptureError::from(FaceError::SeveralFaces { face: face(), others: vec![face()] }).into(), "several_faces"),
        (CaptureError::from(FaceError::TooSmall { inter_eye: 9.0, minimum: 16.0 }).into(), "face_too_small"),
        (CaptureError::from(FaceError::NotUpright { roll: 45.0 }).into(), "face_not_upright"),
        (CaptureError::from(FaceError::Failed(failed())).into(), "internal"),
        (CaptureError::Covered(Covered::Mouth).into(), "face_covered"),
        (CaptureError::Page(PageProblem::Glare).into(), "page_refused"),
        (CaptureError::Document(DocumentProblem::Glare).into(), "document_refused"),
        (CaptureError::NoTemplate.into(), "no_enrolled_face"),
        (CaptureError::EmptyGallery.into(), "nobody_to_search"),
        (CaptureError::FrameOrder.into(), "frame_order"),
        (CaptureError::FrameChanged.into(), "frame_changed"),
        (CaptureError::Unfinished.into(), "capture_unfinished"),
        (CaptureError::Stopped.into(), "internal"),
        (VisitError::ConsentFirst.into(), "consent_first"),
        (VisitError::Incomplete(vec![Requirement::Consent]).into(), "incomplete"),
        (not_recognised.into(), "not_recognised"),
        (VisitError::NotShownAlive.into(), "not_shown_alive"),
        (VisitError::LivenessUnsure.into(), "liveness_unsure"),
        (VisitError::LivenessRefused.into(), "liveness_refused"),
        (VisitError::OtherBeneficiary.into(), "other_beneficiary"),
        (VisitError::AlreadyPaid(paid()).into(), "already_paid"),
        (VisitError::ProxyIsBeneficiary.into(), "proxy_is_beneficiary"),
        (VisitError::IsOfficer.into(), "is_officer"),
        (VisitError::ProxyNikIsBeneficiary.into(), "proxy_nik_is_beneficiary"),
        (VisitError::ProxyName.into(), "proxy_name"),
        (VisitError::ProxyLimit { earlier: 2, limit: 2 }.into(), "proxy_limit"),
        (VisitError::Recognised.into(), "recognised"),
        (VisitError::Reason.into(), "bad_reason"),
        (VisitError::NotGivenUp.into(), "not_given_up"),
        (VisitError::AlreadyEnrolled.into(), "already_enrolled"),
        (VisitError::OtherNik.into(), "other_nik"),
        (VisitError::NotThisSort.into(), "not_this_sort"),
        (VisitError::UnknownConsentText.into(), "unknown_consent_text"),
        (VisitError::FacePaid.into(), "face_paid"),
        (VisitError::LetterUsed.into(), "letter_used"),
        (VisitError::OtherOfficer.into(), "other_officer"),
        (VisitError::SessionOver.into(), "session_over"),
        (VisitError::TooOld.into(), "too_old"),
        (VisitError::AlreadyWritten.into(), "already_written"),
        (VisitError::SyncFirst.into(), "sync_first"),
        (VisitError::OtherAmount { told: Rupiah(1), now: Rupiah(2) }.into(), "other_amount"),
        (CashError::Amount.into(), "cash_amount"),
        (CashError::Differs { difference: -500 }.into(), "cash_differs"),
        (CashError::Reason.into(), "bad_reason"),
        (EnvelopeError::NotAnEnvelope.into(), "internal"),
        (NetworkError::Offline(failed()).into(), "offline"),
        (NetworkError::NotOurServer(failed()).into(), "not_our_server"),
        (NetworkError::Refused(problem, 403).into(), "refused"),
        (NetworkError::Ticket(failed()).into(), "bad_ticket"),
        (NetworkError::Blob(io()).into(), "disk_failed"),
        (NetworkError::Cancelled.into(), "cancelled"),
        (FieldError::FolderInUse, "in_use"),
        (FieldError::NotInQuarantine(RecordId::new()), "not_in_quarantine"),
    ]
}

fn paid() -> PaidMark {
    PaidMark {
        beneficiary: BENEFICIARY.parse().expect("an id"),
        nik: None,
        round: "BST-2026-11".parse().expect("a round"),
        record: RecordId::new(),
        at: "2026-11-02T01:00:00Z".parse().expect("a timestamp"),
    }
}

fn face() -> Face {
    Face { bbox: [0.0, 0.0, 90.0, 90.0], landmarks: [[1.0, 2.0]; 5], score: 0.9 }
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
