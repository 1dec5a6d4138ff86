//! Whatever comes in whatever order: who isn't shown to be alive isn't paid where that's required, and a record's evidence
//! is what was shown.

use proptest::prelude::*;
use saksi_face::{Clearance, Decision, LivenessEvidence, LivenessMode, LivenessPolicy, ModelId, PageHash, Template};
use saksi_records::BlobRole;
use saksi_records::document::{Document, DocumentKind};
use saksi_records::liveness::LivenessVerdict;
use saksi_records::record::{FaceMatch, NotServedReason, ProxyReason, Refusal, Relation};
use saksi_records::wire::{Approval, PaidMark};

use super::paid_faces::PaidFaces;
use super::proxy_limit::ProxyCheck;
use super::*;
use crate::capture::Photo;

/// What happens at a door. Faces come with what was seen of a life behind them, and whether it's a match.
#[derive(Debug, Clone)]
enum Event {
    Consented,
    Recognised(Option<LivenessEvidence>, Decision),
    ProxyPhotographed(Option<LivenessEvidence>),
    ExceptionPhotographed(Option<LivenessEvidence>, Option<Decision>),
    Enrolled(Option<LivenessEvidence>),
    StatementPhotographed,
    ProxyNamed,
    Explained,
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Which {
    InPerson,
    Proxy,
    Exception,
    ProxyException,
    Enrolment,
}

const EACH: [Which; 5] = [Which::InPerson, Which::Proxy, Which::Exception, Which::ProxyException, Which::Enrolment];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn only_who_is_shown_to_be_alive_is_paid_where_it_is_required(
        which in prop::sample::select(EACH.to_vec()),
        mode in prop::sample::select(vec![LivenessMode::Required, LivenessMode::Recorded, LivenessMode::Off]),
        pays in any::<bool>(),
        approved in prop::option::of(prop::sample::select(vec![Approved::Beneficiary, Approved::Proxy, Approved::OtherProxy])),
        events in prop::collection::vec(event(), 0..24),
    ) {
        let mut visit = begin(which, mode, pays, approved);
        let (mut consented, mut refused, mut shown) = (false, false, None);
        for event in events {
            let taken = happens(&mut visit, &event);
            match event {
                Event::Consented => (consented, refused) = (true, false),
                Event::Refused if taken.is_ok() => (consented, refused, shown) = (false, true, None),
                _ => {}
            }
            let Some((of, evidence)) = face(&event) else { continue };
            prop_assert!(consented || taken == Err(VisitError::ConsentFirst));
            prop_assert!(of.contains(&which) || taken.is_err());
            let not_alive = matches!(
                taken,
                Err(VisitError::NotShownAlive | VisitError::LivenessUnsure | VisitError::LivenessRefused)
            );
            prop_assert!(mode == LivenessMode::Required || !not_alive, "{taken:?}");
            if taken.is_ok() {
                let verdict = evidence.as_ref().map(|seen| seen.verdict);
                prop_assert!(mode != LivenessMode::Required || may_be_taken(which, verdict), "{which:?} {verdict:?}");
                shown = Some(evidence);
            }
        }
        let finished = visit.finish();
        prop_assert_eq!(finished.is_ok(), visit.missing().is_empty());
        let Ok(draft) = finished else { return Ok(()) };
        if refused {
            let paid = approved == Some(Approved::Beneficiary);
            prop_assert_eq!((which, draft.record.paid()), (Which::Exception, paid.then_some(AMOUNT)));
            prop_assert_eq!((draft.record.liveness(), draft.photos.len()), (None, 0));
            return Ok(());
        }
        let shown = shown.expect("there's no other record without a face");
        prop_assert_eq!(draft.record.liveness(), shown.as_ref());
        let verdict = shown.map(|seen| seen.verdict);
        let live = mode != LivenessMode::Required || verdict == Some(LivenessVerdict::Live);
        let blocked = mode == LivenessMode::Required && verdict == Some(LivenessVerdict::Spoof);
        let paid = match which {
            Which::InPerson | Which::Proxy => {
                prop_assert!(live);
                true
            }
            Which::Exception => (pays || approved == Some(Approved::Beneficiary)) && !blocked,
            Which::ProxyException => approved == Some(Approved::Proxy) && !blocked,
            Which::Enrolment => false,
        };
        prop_assert_eq!(draft.record.paid(), paid.then_some(AMOUNT));
        let roles: Vec<BlobRole> = draft.photos.iter().map(|(role, _)| *role).collect();
        prop_assert!(draft.record.required_blobs().all(|role| roles.contains(&role)));
        let letter = matches!(which, Which::Proxy | Which::ProxyException);
        prop_assert_eq!(draft.page.is_some(), letter && paid, "a letter is used up by what is paid on it");
    }
}

proptest! {
    #[test]
    fn a_capture_is_a_reason_only_where_one_was_given_up(seen in evidence()) {
        let given_up = seen.as_ref().is_some_and(|seen| seen.ended.is_some());
        prop_assert_eq!(is_reason(NotServedReason::CaptureGivenUp, seen.as_ref()).is_ok(), given_up);
        prop_assert!(is_reason(NotServedReason::Refused, seen.as_ref()).is_ok());
    }
}

#[test]
fn whatever_has_changed_since_a_visit_began_is_judged_by_what_is_known_when_it_is_written_down() {
    let page = PageHash::from_bytes(&[9; PageHash::BYTES]).expect("as many as it has");
    let mut visit = begin(Which::Proxy, LivenessMode::Off, false, None);
    for event in [Event::Consented, Event::ProxyPhotographed(None), Event::ProxyNamed] {
        happens(&mut visit, &event).expect("taken");
    }
    let letter = StatementPhoto { photo: Photo::new(vec![1]), page: Photo::new(vec![2]), hash: page.clone() };
    visit.take(letter).expect("a new letter");
    let judged =
        |today: Today| visit.judged_by(today).and_then(|visit| visit.finish()).map(|draft| draft.record.paid());
    let now = || today(LivenessMode::Off);
    assert_eq!(judged(now()), Ok(Some(AMOUNT)));
    let mark = PaidMark {
        nik: None,
        beneficiary: "KPM-NEW".parse().expect("an id"),
        round: round(),
        record: "019ab2f0-0000-7000-8000-000000000009".parse().expect("an id"),
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    let told = AMOUNT;
    for (today, refused) in [
        (Today { paid: Some(mark.clone()), ..now() }, VisitError::AlreadyPaid(mark)),
        (Today { officer: "PTG-08".parse().expect("an id"), ..now() }, VisitError::OtherOfficer),
        (Today { amount: Rupiah(1), ..now() }, VisitError::OtherAmount { told, now: Rupiah(1) }),
        (Today { consent_version: "2".into(), ..now() }, VisitError::UnknownConsentText),
        (Today { used_pages: vec![page.clone()], ..now() }, VisitError::LetterUsed),
        (Today { nik: PROXY.parse().expect("a NIK"), ..now() }, VisitError::ProxyNikIsBeneficiary),
        (Today { template: Some(template(1.5)), ..now() }, VisitError::ProxyIsBeneficiary),
        (today(LivenessMode::Required), VisitError::NotShownAlive),
        (
            Today { proxies: ProxyCheck::of_nobody(&ModelId::new("model"), 0), ..now() },
            VisitError::ProxyLimit { earlier: 0, limit: 0 },
        ),
    ] {
        assert_eq!(judged(today), Err(refused));
    }
}

#[test]
fn who_was_recognised_by_a_face_that_the_roster_no_longer_has_is_not_paid() {
    let mut visit = begin(Which::InPerson, LivenessMode::Off, false, None);
    happens(&mut visit, &Event::Consented).expect("taken");
    happens(&mut visit, &Event::Recognised(None, Decision::Match)).expect("taken");
    for template in [None, Some(template(1.5))] {
        let today = Today { template, ..today(LivenessMode::Off) };
        let refused = visit.judged_by(today).expect_err("another face by now");
        assert!(matches!(refused, VisitError::NotRecognised { decision: Decision::NoMatch, .. }), "{refused}");
    }
}

#[test]
fn only_the_programme_s_own_consent_text_counts_in_a_language_that_it_has() {
    let mut visit = begin(Which::Exception, LivenessMode::Off, false, None);
    for (version, language) in [("BOGUS", "id"), ("1", "zz"), ("", "")] {
        let consent = Consent { text_version: version.into(), language: language.into() };
        assert_eq!(visit.take(consent), Err(VisitError::UnknownConsentText), "{version} {language}");
        let document = Document { kind: DocumentKind::Ktp, nik: OWN.parse().expect("a NIK") };
        let said = Refusal { text_version: version.into(), language: language.into(), document };
        assert_eq!(visit.take(said), Err(VisitError::UnknownConsentText), "{version} {language}");
    }
    assert_eq!(visit.take(Consent { text_version: "1".into(), language: "en".into() }), Ok(()));
}

const OWN: &str = "3273014107650003";
const PROXY: &str = "3273010107650001";
const AMOUNT: Rupiah = Rupiah(300_000);

/// Whether a face may be taken where somebody alive is required.
fn may_be_taken(which: Which, verdict: Option<LivenessVerdict>) -> bool {
    use LivenessVerdict::{Live, Review, Unchecked};
    match which {
        Which::InPerson | Which::Proxy => verdict == Some(Live),
        Which::Exception | Which::ProxyException => verdict.is_some(),
        Which::Enrolment => matches!(verdict, Some(Live | Review | Unchecked)),
    }
}

/// Whose exception a supervisor approved.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Approved {
    Beneficiary,
    Proxy,
    OtherProxy,
}

fn begin(which: Which, mode: LivenessMode, pays: bool, approved: Option<Approved>) -> Visit {
    let sort = match which {
        Which::InPerson => VisitSort::InPerson,
        Which::Proxy => VisitSort::Proxy,
        Which::Exception => VisitSort::Exception,
        Which::ProxyException => VisitSort::ProxyException,
        Which::Enrolment => VisitSort::Enrolment,
    };
    let approval = approved.map(|whose| Approval {
        beneficiary: beneficiary(),
        round: round(),
        record: "019ab2f0-0000-7000-8000-000000000007".parse().expect("an id"),
        proxy: match whose {
            Approved::Beneficiary => None,
            Approved::Proxy => Some(PROXY.parse().expect("a NIK")),
            Approved::OtherProxy => Some("3273010203700001".parse().expect("a NIK")),
        },
    });
    let template = (which != Which::Enrolment).then(|| template(0.0));
    let today = Today { template, approval, exceptions_pay: pays, ..today(mode) };
    Visit::begin(sort, begun(), None, today).expect("may begin")
}

/// What is known of somebody with a face who wasn't paid.
fn today(mode: LivenessMode) -> Today {
    Today {
        round: round(),
        beneficiary: beneficiary(),
        nik: OWN.parse().expect("a NIK"),
        template: Some(template(0.0)),
        amount: AMOUNT,
        paid: None,
        approval: None,
        officer: "PTG-07".parse().expect("an id"),
        liveness: LivenessPolicy { mode, ..LivenessPolicy::default() },
        consent_version: "1".into(),
        exceptions_pay: false,
        used_pages: Vec::new(),
        proxies: ProxyCheck::of_nobody(&ModelId::new("model"), 2),
        paid_faces: PaidFaces::none(),
    }
}

fn begun() -> Begun {
    Begun { session: SessionId::new(), at: RuleTime::at(jiff::Timestamp::UNIX_EPOCH) }
}

fn happens(visit: &mut Visit, event: &Event) -> Result<(), VisitError> {
    let photo = || Photo::new(vec![0xff, 0xd8]);
    let model = "model".to_owned();
    let face_match = FaceMatch { searched: 1, similarity: 0.9, match_at: 0.4, model };
    match event.clone() {
        Event::Consented => visit.take(consent()),
        Event::Recognised(liveness, decision) => visit.take(Recognition {
            beneficiary: beneficiary(),
            decision,
            face_match,
            template: template(0.0),
            problems: Vec::new(),
            photo: photo(),
            liveness,
        }),
        Event::ProxyPhotographed(liveness) => visit.take(ProxyPhoto {
            photo: photo(),
            template: template(1.5),
            match_at: 0.4,
            liveness,
            listed_as: None,
            like_officer: false,
        }),
        Event::ExceptionPhotographed(liveness, decision) => visit.take(ExceptionPhoto {
            photo: photo(),
            face_match: decision.map(|_| face_match),
            decision,
            like_officer: false,
            liveness,
        }),
        Event::Enrolled(liveness) => {
            visit.take(EnrolmentPhoto { photo: photo(), template: template(0.0), like_officer: false, liveness })
        }
        Event::StatementPhotographed => {
            let hash = PageHash::from_bytes(&[0; PageHash::BYTES]).expect("as many as it has");
            visit.take(StatementPhoto { photo: photo(), page: photo(), hash })
        }
        Event::ProxyNamed => visit.take(ProxyDetails {
            name: "Budi Santoso".into(),
            nik: PROXY.parse().expect("a NIK"),
            phone: None,
            relation: Relation::Child,
            reason: ProxyReason::Ill,
        }),
        Event::Explained => visit.take(Step::explained("Sakit, tidak dapat menoleh")),
        Event::Refused => {
            let document = Document { kind: DocumentKind::Ktp, nik: OWN.parse().expect("a NIK") };
            visit.take(Refusal { text_version: "1".into(), language: "id".into(), document })
        }
    }
}

/// The sorts of visit that take this face, and what was seen of a life behind it.
fn face(event: &Event) -> Option<(&'static [Which], Option<LivenessEvidence>)> {
    match event {
        Event::Recognised(seen, _) => Some((&[Which::InPerson], seen.clone())),
        Event::ProxyPhotographed(seen) => Some((&[Which::Proxy, Which::ProxyException], seen.clone())),
        Event::ExceptionPhotographed(seen, _) => Some((&[Which::Exception], seen.clone())),
        Event::Enrolled(seen) => Some((&[Which::Enrolment], seen.clone())),
        _ => None,
    }
}

fn event() -> impl Strategy<Value = Event> {
    let decision = || prop::sample::select(vec![Decision::Match, Decision::Match, Decision::Review, Decision::NoMatch]);
    prop_oneof![
        3 => Just(Event::Consented),
        2 => (evidence(), decision()).prop_map(|(seen, decision)| Event::Recognised(seen, decision)),
        2 => evidence().prop_map(Event::ProxyPhotographed),
        2 => (evidence(), prop::option::of(decision()))
            .prop_map(|(seen, decision)| Event::ExceptionPhotographed(seen, decision)),
        2 => evidence().prop_map(Event::Enrolled),
        2 => Just(Event::StatementPhotographed),
        2 => Just(Event::ProxyNamed),
        2 => Just(Event::Explained),
        1 => Just(Event::Refused),
    ]
}

/// Of a capture under any policy: what it then cleared isn't what counts.
fn evidence() -> impl Strategy<Value = Option<LivenessEvidence>> {
    use LivenessVerdict::{Live, Review, Spoof, Unchecked};
    let verdict = prop::sample::select(vec![Live, Live, Review, Spoof, Unchecked]);
    let clearance = prop::sample::select(vec![Clearance::Cleared, Clearance::Supervisor, Clearance::Blocked]);
    let mode = prop::sample::select(vec![LivenessMode::Required, LivenessMode::Recorded, LivenessMode::Off]);
    let ended = prop::option::of(Just(saksi_records::liveness::EndReason::TimedOut));
    let seen =
        (verdict, clearance, mode, ended, any::<u32>()).prop_map(|(verdict, clearance, mode, ended, frames_seen)| {
            LivenessEvidence {
                mode,
                verdict,
                reasons: Vec::new(),
                clearance,
                challenges: Vec::new(),
                passive: None,
                checks: None,
                duration_ms: 1200,
                frames_seen,
                restarts: 0,
                ended,
                failed_before: 0,
                frames: Vec::new(),
            }
        });
    prop::option::weighted(0.8, seen)
}

fn consent() -> Consent {
    Consent { text_version: "1".into(), language: "id".into() }
}

fn round() -> RoundId {
    "BST-2026-11".parse().expect("a name")
}

fn beneficiary() -> BeneficiaryId {
    "KPM-1".parse().expect("an id")
}

fn template(angle: f32) -> Template {
    Template::new(ModelId::new("model"), vec![angle.cos(), angle.sin()]).expect("a direction")
}
