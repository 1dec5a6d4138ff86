//! Whatever is taken, and wherever it's interrupted, it's the visit it would have been.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use saksi_face::{Decision, LivenessMode, LivenessPolicy, PageHash, QualityProblem, Template};
use saksi_records::document::{Document, DocumentKind, NoDocument};
use saksi_records::record::{Consent, FaceMatch, ProxyReason, Refusal, Relation};
use saksi_records::wire::Approval;
use saksi_records::{Digest, Nik, Rupiah};

use super::*;
use crate::capture::{DocumentPhoto, StatementPhoto};
use crate::disk::rule_clock::RuleTime;
use crate::visit::paid_faces::PaidFaces;
use crate::visit::proxy_limit::SeenProxies;
use crate::visit::{
    Begun, Draft, EnrolmentPhoto, ExceptionPhoto, ProxyDetails, ProxyPhoto, Recognition, SessionId, Step, Today,
};

const MODEL: &str = "sface";

fn model() -> ModelId {
    ModelId::new(MODEL)
}

fn template(direction: f32) -> Template {
    Template::new(model(), vec![1.0, direction, 0.5]).expect("numbers")
}

fn photo(of: u8) -> Photo {
    Photo::new(vec![of; 100])
}

fn begun(sort: VisitSort, mode: LivenessMode) -> Visit {
    let today = Today {
        round: "BST-2026-11".parse().expect("a name"),
        beneficiary: "KPM-1".parse().expect("a number"),
        nik: "3273014107650003".parse().expect("well-formed"),
        template: (sort != VisitSort::Enrolment).then(|| template(-40.0)),
        amount: Rupiah(300_000),
        paid: None,
        approval: Some(Approval {
            beneficiary: "KPM-1".parse().expect("a number"),
            round: "BST-2026-11".parse().expect("a name"),
            record: "019ab2f0-0000-7000-8000-000000000007".parse().expect("an id"),
            proxy: Some("3273010203700001".parse().expect("a NIK")),
        }),
        officer: "ani".parse().expect("an id"),
        liveness: LivenessPolicy { mode, ..LivenessPolicy::default() },
        consent_version: "1".into(),
        exceptions_pay: true,
        used_pages: Vec::new(),
        proxies: SeenProxies::none(&model()).check(0.9, 2),
        paid_faces: PaidFaces::none(),
    };
    let begun = Begun { session: SessionId::new(), at: RuleTime::at(jiff::Timestamp::UNIX_EPOCH) };
    Visit::begin(sort, begun, Fix::new(-6.9, 107.6, 12.0, false), today).expect("may begin")
}

/// The n-th thing an officer might do, whether or not this visit takes it.
fn act(visit: &mut Visit, what: u8) {
    let face_match = FaceMatch { searched: 1, similarity: 0.25, match_at: 0.4, model: MODEL.into() };
    let consent = Consent { text_version: "1".into(), language: "id".into() };
    let recognition = |decision, beneficiary: &str| Recognition {
        beneficiary: beneficiary.parse().expect("a number"),
        decision,
        face_match: face_match.clone(),
        template: template(-40.0),
        problems: vec![QualityProblem::TooDark],
        photo: photo(what),
        liveness: None,
    };
    let exception = |decision, face_match| ExceptionPhoto {
        photo: photo(what),
        face_match,
        decision,
        like_officer: false,
        liveness: None,
    };
    // What is refused leaves the visit as it was.
    let _ = match what {
        0 | 1 => visit.take(consent),
        2 => visit.take(recognition(Decision::Match, "KPM-1")),
        3 => visit.take(recognition(Decision::Review, "KPM-1")),
        4 => visit.take(recognition(Decision::Match, "KPM-2")),
        5 | 6 => visit.take(ProxyPhoto {
            photo: photo(what),
            template: template(f32::from(what)),
            match_at: 0.9,
            liveness: None,
            listed_as: (what == 6).then(|| "KPM-7".parse().expect("a number")),
            like_officer: false,
        }),
        7 => {
            let hash = PageHash::from_bytes(&[7; PageHash::BYTES]).expect("as many as it has");
            visit.take(StatementPhoto { photo: photo(what), page: photo(what + 100), hash })
        }
        8 | 9 => visit.take(ProxyDetails {
            name: " Wakil ".into(),
            // The beneficiary's own is refused.
            nik: if what == 8 { "3273010203700001" } else { "3273014107650003" }.parse().expect("well-formed"),
            phone: Some("0812-3456-7890".parse().expect("a number")),
            relation: Relation::Child,
            reason: ProxyReason::Ill,
        }),
        10 => visit.take(exception(Some(Decision::Review), Some(face_match))),
        11 => visit.take(exception(None, None)),
        12 => visit.take(Step::explained("a bandage")),
        13 => visit.take(EnrolmentPhoto {
            photo: photo(what),
            template: template(3.0),
            like_officer: false,
            liveness: None,
        }),
        14 | 15 => {
            let kind = if what == 14 { DocumentKind::Ktp } else { DocumentKind::VillageLetter };
            visit.take(DocumentPhoto { kind, photo: photo(what) })
        }
        // The second is refused.
        16 | 17 => {
            let nik = if what == 16 { "3273014107650003" } else { "3273010203700001" };
            visit.take(nik.parse::<Nik>().expect("well-formed"))
        }
        18 => visit.take(NoDocument::Lost),
        // The second is refused.
        20 | 21 => {
            let nik = if what == 20 { "3273014107650003" } else { "3273010203700001" };
            let document = Document { kind: DocumentKind::Ktp, nik: nik.parse().expect("well-formed") };
            visit.take(Refusal { text_version: "1".into(), language: "id".into(), document })
        }
        _ => visit.take(Step::explained("")),
    };
}

fn interrupted(visit: &Visit, mode: LivenessMode) -> Visit {
    let photos = RefCell::new(BTreeMap::new());
    let saved = visit.save(&mut |photo| {
        let name = Digest::of(photo.jpeg()).to_string();
        photos.borrow_mut().insert(name.clone(), photo.clone());
        name
    });
    let json = serde_json::to_vec(&saved).expect("plain data");
    let saved: SavedVisit = serde_json::from_slice(&json).expect("our own");
    let mut again = begun(saved.sort, mode);
    again.take_again(saved, &model(), &|name| photos.borrow().get(name).cloned());
    again
}

fn ends_in(visit: &Visit) -> Result<String, String> {
    let ended = visit.finish().map(|Draft { record, photos, page, .. }| {
        let photos: Vec<_> = photos.iter().map(|(role, photo)| (*role, Digest::of(photo.jpeg()))).collect();
        format!("{} {photos:?} {page:?}", serde_json::to_string(&record).expect("plain data"))
    });
    ended.map_err(|error| error.to_string())
}

proptest! {
    #[test]
    fn a_visit_that_is_interrupted_after_any_step_ends_as_it_would_have(
        sort in prop::sample::select(vec![
            VisitSort::InPerson, VisitSort::Proxy, VisitSort::Exception, VisitSort::ProxyException, VisitSort::Enrolment,
        ]),
        mode in prop::sample::select(vec![LivenessMode::Required, LivenessMode::Recorded, LivenessMode::Off]),
        acts in prop::collection::vec((0_u8..22, any::<bool>()), 0..12),
    ) {
        let mut whole = begun(sort, mode);
        let mut broken = begun(sort, mode);
        for (what, interrupt) in acts {
            act(&mut whole, what);
            act(&mut broken, what);
            if interrupt {
                broken = interrupted(&broken, mode);
            }
            prop_assert_eq!(whole.missing(), broken.missing());
            prop_assert_eq!(ends_in(&whole), ends_in(&broken));
        }
    }

    #[test]
    fn what_is_saved_under_a_laxer_policy_is_refused_under_a_stricter(
        acts in prop::collection::vec(0_u8..15, 0..12),
        sort in prop::sample::select(vec![VisitSort::InPerson, VisitSort::Proxy, VisitSort::Enrolment]),
    ) {
        let mut visit = begun(sort, LivenessMode::Off);
        for what in acts {
            act(&mut visit, what);
        }
        prop_assert!(interrupted(&visit, LivenessMode::Required).finish().is_err(), "a picture shows nobody alive");
    }
}

#[test]
fn a_photo_that_can_not_be_read_again_is_missing() {
    let mut visit = begun(VisitSort::InPerson, LivenessMode::Off);
    act(&mut visit, 0);
    act(&mut visit, 2);
    assert!(visit.missing().is_empty());
    let saved = visit.save(&mut |_| "gone".into());
    let mut again = begun(VisitSort::InPerson, LivenessMode::Off);
    again.take_again(saved, &model(), &|_| None);
    assert_eq!(again.missing(), [crate::visit::Requirement::Face]);
}
