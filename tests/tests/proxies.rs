//! One proxy who collects for many: counted and refused on the handset, and seen by the server across handsets.

use std::fs;

use saksi_face::{PageHash, Template};
use saksi_field::capture::{Photo, StatementPhoto};
use saksi_field::visit::{ProxyDetails, ProxyPhoto};
use saksi_field::{FieldError, Handset, Visit, VisitError};
use saksi_records::Nik;
use saksi_records::keys::random_bytes;
use saksi_records::record::Record;
use saksi_tests::crowd::{self, person};
use saksi_tests::props::{BENEFICIARY_AGAIN, STRANGER};
use saksi_tests::{FieldKit, beneficiary, consent, proxy, round, sync, unlock};

#[test]
fn a_third_beneficiary_of_one_proxy_is_refused_by_number_and_by_face() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(10);
    let handset = kit.handset("a");
    let (agus, budi) = (face(&handset), face(&handset));
    for (n, earlier) in [(0, 0), (1, 1)] {
        let record = handset.commit(&visit(&handset, n, &agus, &nik(1)).expect("within the limit")).expect("committed");
        let envelope = handset.outbox().read(&handset.outbox().all().expect("readable")[n]).expect("whole");
        assert_eq!(envelope.header().record, record.record);
        let Record::Proxy(it) = envelope.open(&kit.programme_key()).expect("opens").record else { panic!("a proxy") };
        assert_eq!(it.proxy.earlier, earlier);
    }
    assert!(is_limit(&visit(&handset, 2, &budi, &nik(1))), "another face, the same number");
    assert!(is_limit(&visit(&handset, 2, &agus, &nik(2))), "another number, the same face");
    handset.commit(&visit(&handset, 2, &budi, &nik(2)).expect("another proxy")).expect("committed");

    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(is_limit(&visit(&handset, 3, &agus, &nik(3))), "after a restart");
    drop(handset);
    fs::remove_dir_all(kit.handset_folder("a").join("store")).expect("removed");
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(sync(&handset).stopped.is_none(), "the roster comes again");
    assert!(is_limit(&visit(&handset, 3, &agus, &nik(3))), "after the store was lost");
    assert!(kit.alerts().is_empty(), "two are allowed: {:?}", kit.alerts());
}

#[test]
fn of_two_visits_under_way_by_one_proxy_only_as_many_are_committed_as_are_allowed() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(10);
    let handset = kit.handset("a");
    let agus = face(&handset);
    let visits: Vec<Visit> = (0..3).map(|n| visit(&handset, n, &agus, &nik(1)).expect("none is committed")).collect();
    let committed: Vec<bool> = visits.iter().map(|visit| handset.commit(visit).is_ok()).collect();
    assert_eq!(committed, [true, true, false]);
}

#[test]
fn one_face_under_three_numbers_on_three_handsets_raises_an_alert() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(10);
    let handsets = ["a", "b", "c"].map(|name| kit.handset(name));
    let agus = face(&handsets[0]);
    for (n, handset) in handsets.iter().enumerate() {
        assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
        handset.commit(&visit(handset, n, &agus, &nik(n)).expect("each sees the first")).expect("committed");
        assert!(sync(handset).stopped.is_none());
    }
    assert_eq!(kit.alerts().len(), 1, "{:?}", kit.alerts());
    assert!(kit.alerts()[0].contains("ProxyFace") && kit.alerts()[0].contains("beneficiaries: 3"));
}

#[test]
fn a_proxy_who_is_on_the_roster_is_named_in_the_record_and_not_refused() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let neighbour = handset.proxy_face(&consent, &kit.portrait(BENEFICIARY_AGAIN)).expect("a face");
    assert_eq!(neighbour.listed_as, Some(beneficiary(0)));
    let stranger = handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face");
    assert_eq!(stranger.listed_as, None);
    let mut visit = handset.visit_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    visit.take(consent).expect("today's text");
    visit.take(neighbour).expect("neighbours do collect");
    visit.take(letter()).expect("a letter");
    visit.take(proxy()).expect("named");
    let Record::Proxy(it) = visit.finish().expect("complete").record else { panic!("a proxy") };
    assert_eq!(it.proxy.listed_as, Some(beneficiary(0)));
}

#[test]
fn a_face_that_is_on_the_roster_twice_raises_an_alert_once() {
    let Some(kit) = FieldKit::new() else { return };
    let compare = || kit.runtime().block_on(kit.programme().compare_faces()).expect("the server answers");
    compare();
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    // The second beneficiary's own face is replaced by the first's.
    let mut rows = saksi_records::roster_file::read(kit.roster_csv().expect("a roster").as_slice()).expect("rows");
    let template = rows[0].beneficiary.template.clone();
    rows[1].beneficiary.template = template;
    let mut csv = Vec::new();
    saksi_records::roster_file::write(&rows, &mut csv).expect("memory takes it");
    let import = kit.programme().import_roster(round(), "November", csv.as_slice(), "test");
    kit.runtime().block_on(import).expect("a roster");
    for _ in 0..2 {
        compare();
        assert_eq!(kit.alerts().len(), 1, "{:?}", kit.alerts());
        assert!(kit.alerts()[0].contains("SameFace"));
    }
}

fn visit(handset: &Handset, n: usize, face: &Template, nik: &Nik) -> Result<Visit, FieldError> {
    let mut visit = handset.visit_by_proxy(&crowd::round(), &person(n))?;
    visit.take(consent(handset)).expect("today's text");
    let photo = Photo::new(random_bytes::<100>().to_vec());
    visit.take(ProxyPhoto {
        photo,
        template: face.clone(),
        match_at: 0.9,
        listed_as: None,
        like_officer: false,
        liveness: None,
    })?;
    visit.take(letter())?;
    visit.take(ProxyDetails { nik: nik.clone(), ..proxy() })?;
    Ok(visit)
}

fn letter() -> StatementPhoto {
    let photo = || Photo::new(random_bytes::<100>().to_vec());
    let hash = PageHash::from_bytes(&random_bytes::<{ PageHash::BYTES }>()).expect("as many as it has");
    StatementPhoto { photo: photo(), page: photo(), hash }
}

/// A face like nobody's.
fn face(handset: &Handset) -> Template {
    let values = (0..128).map(|_| f32::from(i16::from_be_bytes(random_bytes()))).collect();
    Template::new(handset.model().clone(), values).expect("numbers")
}

fn nik(n: usize) -> Nik {
    format!("3273010101700{:03}", n + 1).parse().expect("well-formed")
}

fn is_limit(visit: &Result<Visit, FieldError>) -> bool {
    matches!(visit, Err(FieldError::Visit(VisitError::ProxyLimit { earlier: 2, limit: 2 })))
}
