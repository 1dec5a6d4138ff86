//! The supervisor's queue: who sees it, who decides, once and in writing, and what handsets hear of it.

use reqwest::StatusCode;
use saksi_records::cash::{Cash, CashCount, CashStep};
use saksi_records::document::{Document, DocumentCheck, DocumentKind, NoDocument};
use saksi_records::record::{Consent, Enrolment, Exception};
use saksi_records::{BlobRole, Envelope, FaceTemplate, Record, RecordId, Rupiah};
use saksi_server::Role;

use crate::common::{ROSTER, ROUND, TestHandset, Town, by_proxy, consent_withdrawn, not_shown_alive, photo, visit};
use crate::office::{Browser, location};

const APPROVE: [(&str, &str); 2] = [("verdict", "approve"), ("reason", "")];
const REJECT: [(&str, &str); 2] = [("verdict", "reject"), ("reason", "Foto <b>orang lain")];
const KTP_OF_FIRST: &str = "3273014107650003";

/// A face that points mostly into one direction; two of one direction are alike.
fn model() -> String {
    saksi_face::Manifest::bundled().embedder().expect("a recogniser").0.id.to_string()
}

fn face(direction: usize) -> FaceTemplate {
    let mut values = [0.0_f32; 128];
    values[direction] = 1.0;
    FaceTemplate { model: model(), data: values.map(f32::to_le_bytes).concat() }
}

fn enrolment(beneficiary: &str, template: FaceTemplate, document: DocumentCheck) -> Record {
    let consent = Consent { text_version: "1".into(), language: "id".into() };
    Record::Enrolment(Enrolment {
        like_officer: false,
        visit: visit(beneficiary),
        consent,
        template,
        portrait: None,
        document,
        liveness: None,
    })
}

fn exception(beneficiary: &str, paid: Option<u64>, approval: Option<RecordId>) -> Record {
    Record::Exception(Exception {
        like_officer: false,
        visit: visit(beneficiary),
        reason: "Wajah tertutup perban".into(),
        face_match: None,
        liveness: None,
        proxy: None,
        refusal: None,
        paid: paid.map(Rupiah),
        approval,
    })
}

/// A proxy stood there who couldn't be cleared.
fn proxy_exception(beneficiary: &str, paid: Option<u64>, approval: Option<RecordId>) -> Record {
    let Record::Proxy(collection) = by_proxy(beneficiary, 300_000, "3273010203700009") else { panic!("by proxy") };
    Record::Exception(Exception {
        like_officer: false,
        visit: visit(beneficiary),
        reason: "Lumpuh <b>total".into(),
        face_match: None,
        liveness: Some(not_shown_alive()),
        proxy: Some(collection.proxy),
        refusal: None,
        paid: paid.map(Rupiah),
        approval,
    })
}

async fn send(handset: &mut TestHandset, record: Record, roles: &[BlobRole]) -> Envelope {
    let photos: Vec<_> = roles.iter().map(|role| photo(*role)).collect();
    for photo in &photos {
        handset.upload(photo).await;
    }
    let envelope = handset.seal(record, &photos);
    handset.send(&envelope).await;
    envelope
}

async fn enrol(handset: &mut TestHandset, beneficiary: &str, template: FaceTemplate) -> RecordId {
    let record = enrolment(beneficiary, template, DocumentCheck::Missing(NoDocument::Lost));
    send(handset, record, &[BlobRole::Beneficiary]).await.header().record
}

#[tokio::test]
async fn the_queue_is_seen_by_those_who_open_records_and_decided_by_supervisors_once() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let record = enrol(&mut handset, "KPM-1", face(1)).await;
    let (shown, decision) = (format!("/office/records/{record}"), format!("/office/review/{record}"));

    let viewer = Browser::user(&town, Role::Viewer).await;
    assert_eq!(viewer.get("/office/review").await.status(), StatusCode::FORBIDDEN);
    assert!(viewer.read(&shown).await.contains("Menunggu keputusan penyelia."));
    let office = Browser::user(&town, Role::Office).await;
    let queue = office.read("/office/review").await;
    assert!(queue.contains("Siti Rahayu") && queue.contains(&shown), "{queue}");
    assert!(!office.read(&shown).await.contains(&decision), "no form for those who don't decide");
    for browser in [&viewer, &office] {
        assert_eq!(browser.post(&decision, &APPROVE).await.status(), StatusCode::FORBIDDEN);
    }

    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let page = supervisor.read(&shown).await;
    assert!(page.contains(&decision) && page.contains("Tanpa dokumen") && page.contains("Hilang atau rusak"), "{page}");
    for form in [&[("verdict", "reject")][..], &[("verdict", "reject"), ("reason", "  ")], &[("verdict", "maybe")], &[]]
    {
        assert_eq!(supervisor.post(&decision, form).await.status(), StatusCode::BAD_REQUEST);
    }
    assert_eq!(location(&supervisor.post(&decision, &REJECT).await), "/office/review");
    for form in [APPROVE, REJECT] {
        let again = supervisor.post(&decision, &form).await;
        assert_eq!(again.status(), StatusCode::CONFLICT);
        assert!(again.text().await.expect("a page").contains("sudah diputuskan"));
    }
    for nothing in [RecordId::new().to_string(), "none".into()] {
        let answer = supervisor.post(&format!("/office/review/{nothing}"), &APPROVE).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    let queue = office.read("/office/review").await;
    assert!(queue.contains("Tidak ada yang menunggu keputusan.") && queue.contains("Foto &lt;b&gt;orang lain"));
    assert!(office.read(&shown).await.contains("Foto &lt;b&gt;orang lain"));
    assert!(!viewer.read(&shown).await.contains("orang lain"), "a reason is for those who open records");
    let audit = supervisor.read("/office/audit").await;
    assert!(audit.contains("menolak catatan") && audit.contains(&record.to_string()) && !audit.contains("orang lain"));
    assert!(handset.roster(0).await.beneficiaries.iter().all(|it| it.template.is_none()));
    assert_eq!(supervisor.get("/office/language/en").await.status(), StatusCode::SEE_OTHER);
    assert!(supervisor.read("/office/review").await.contains("Nothing waits for a decision."));
}

#[tokio::test]
async fn an_approved_face_goes_to_the_handsets_and_its_document_and_likes_are_shown() {
    let town = Town::start().await;
    let (mut handset, elsewhere) = (town.handset(&["R1"]).await, town.handset(&["R2"]).await);
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let document = Document { kind: DocumentKind::Ktp, nik: KTP_OF_FIRST.parse().expect("a NIK") };
    let record = enrolment("KPM-1", face(1), DocumentCheck::Seen(document.clone()));
    let record = send(&mut handset, record, &[BlobRole::Beneficiary, BlobRole::Document]).await.header().record;
    let address = format!("/office/records/{record}");
    let page = supervisor.read(&format!("{address}?photos")).await;
    for told in
        ["KTP", "sama dengan daftar", "Dokumen identitas", "Wajah serupa dalam daftar</h2><p class=\"soft\">Tidak ada."]
    {
        assert!(page.contains(told), "{told} in {page}");
    }
    assert_eq!(supervisor.get(&format!("{address}/photos/document")).await.headers()["content-type"], "image/jpeg");
    assert!(supervisor.read("/office/audit").await.contains(&format!("{record} document")));

    let cursors = (handset.roster(0).await.cursor, elsewhere.roster(0).await.cursor);
    assert_eq!(supervisor.post(&format!("/office/review/{record}"), &APPROVE).await.status(), StatusCode::SEE_OTHER);
    let delta = handset.roster(cursors.0).await;
    assert_eq!((delta.beneficiaries.len(), &delta.beneficiaries[0].template), (1, &Some(face(1))));
    assert!(elsewhere.roster(cursors.1).await.beneficiaries.is_empty());

    // One who has a face keeps it, and one with another's face or number is shown as such.
    let other = enrol(&mut handset, "KPM-1", face(2)).await;
    let refused = supervisor.post(&format!("/office/review/{other}"), &APPROVE).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.text().await.expect("a page").contains("sudah memuat wajah"));
    let twin = enrolment("KPM-2", face(1), DocumentCheck::Seen(document));
    let twin = send(&mut handset, twin, &[BlobRole::Beneficiary, BlobRole::Document]).await.header().record;
    let page = supervisor.read(&format!("/office/records/{twin}")).await;
    assert!(page.contains("/office/people/KPM-1/") && page.contains("berbeda dari daftar"), "{page}");

    // The office's next file has no faces; only a withdrawal, or a face in a file, ends an approved one.
    town.import(&ROSTER.replace("Jl. Melati 4", "Jl. Melati 5")).await;
    assert_eq!(handset.roster(delta.cursor).await.beneficiaries[0].template, Some(face(1)));
    let withdrawn = handset.seal(consent_withdrawn("KPM-1"), &[]);
    handset.send(&withdrawn).await;
    let refused = supervisor.post(&format!("/office/review/{other}"), &APPROVE).await;
    assert!(refused.text().await.expect("a page").contains("Persetujuan sudah dicabut"));
    town.import(ROSTER).await;
    assert!(handset.roster(0).await.beneficiaries.iter().all(|it| it.template.is_none()));
}

#[tokio::test]
async fn what_is_no_face_or_nobody_s_can_not_be_approved() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let nothing = FaceTemplate { model: model(), data: vec![7; 12] };
    for (record, why) in [
        (enrol(&mut handset, "KPM-1", nothing).await, "tidak dapat dibaca"),
        (enrol(&mut handset, "KPM-9", face(1)).await, "tidak ada dalam daftar"),
    ] {
        assert_eq!(supervisor.get(&format!("/office/records/{record}")).await.status(), StatusCode::OK);
        let refused = supervisor.post(&format!("/office/review/{record}"), &APPROVE).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        assert!(refused.text().await.expect("a page").contains(why), "{why}");
    }
}

#[tokio::test]
async fn an_approved_exception_is_told_to_the_handsets_of_the_route_and_follows_the_person() {
    let town = Town::start().await;
    let (mut first, second) = (town.handset(&["R1"]).await, town.handset(&["R2"]).await);
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let roles = [BlobRole::Beneficiary];
    let waits = send(&mut first, exception("KPM-2", None, None), &roles).await.header().record;
    let (one, two) = (first.roster(0).await, second.roster(0).await);
    assert!(one.approvals.is_empty());
    assert_eq!(supervisor.post(&format!("/office/review/{waits}"), &APPROVE).await.status(), StatusCode::SEE_OTHER);
    let told = first.roster(one.cursor).await;
    assert_eq!((told.approvals.len(), told.approvals[0].record), (1, waits));
    assert_eq!((told.approvals[0].beneficiary.as_str(), told.approvals[0].round.as_str()), ("KPM-2", ROUND));
    assert!(second.roster(two.cursor).await.approvals.is_empty());
    town.import(&ROSTER.replace("Jl. Mawar 1,R1", "Jl. Mawar 1,R2")).await;
    assert_eq!(second.roster(two.cursor).await.approvals.len(), 1, "older than the cursor, but new to this handset");

    // Paid on the strength of it, and of nothing.
    let paid = send(&mut first, exception("KPM-2", Some(300_000), Some(waits)), &roles).await.header().record;
    assert!(town.open_alerts().await.is_empty());
    assert!(supervisor.read(&format!("/office/records/{paid}")).await.contains(&format!("/office/records/{waits}")));
    send(&mut first, exception("KPM-1", Some(300_000), None), &roles).await;
    send(&mut first, exception("KPM-3", Some(600_000), Some(waits)), &roles).await;
    assert_eq!(town.open_alerts().await, ["not_approved", "not_approved"]);
}

#[tokio::test]
async fn an_exception_that_no_handset_could_pay_is_not_approved_and_the_office_is_told_why() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    let roles = [BlobRole::Beneficiary];
    let waits = send(&mut handset, exception("KPM-2", None, None), &roles).await.header().record;
    let unknown = send(&mut handset, exception("KPM-9", None, None), &roles).await.header().record;
    let cursor = handset.roster(0).await.cursor;
    let others: Vec<&str> = ROSTER.lines().filter(|row| !row.starts_with("KPM-2")).collect();
    town.import(&others.join("\n")).await;
    for (record, why) in [(waits, "tidak ada lagi dalam daftar terbaru"), (unknown, "tidak ada dalam daftar mana pun")]
    {
        let page = supervisor.read(&format!("/office/records/{record}")).await;
        assert!(page.contains(why), "the office sees it before it decides: {page}");
        let refused = supervisor.post(&format!("/office/review/{record}"), &APPROVE).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        assert!(refused.text().await.expect("a page").contains(why), "{why}");
    }
    assert!(handset.roster(cursor).await.approvals.is_empty());
    assert_eq!(supervisor.post(&format!("/office/review/{unknown}"), &REJECT).await.status(), StatusCode::SEE_OTHER);

    // Listed for another round only, and then for this one.
    let programme = town.server.programme();
    let next = "BST-2026-12".parse().expect("a name");
    programme.import_roster(next, "December", ROSTER.as_bytes(), "test").await.expect("a roster");
    let refused = supervisor.post(&format!("/office/review/{waits}"), &APPROVE).await;
    assert!(refused.text().await.expect("a page").contains("tidak mendapat apa pun pada tahap ini"));
    town.import(ROSTER).await;
    assert_eq!(supervisor.post(&format!("/office/review/{waits}"), &APPROVE).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(handset.roster(cursor).await.approvals.len(), 1);
}

#[tokio::test]
async fn an_exception_of_a_person_who_was_paid_under_another_number_is_not_approved() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    handset.pay("KPM-1", 300_000).await;
    town.import(&ROSTER.replace("KPM-1,", "KPM-NEW-1,")).await;
    let waits = send(&mut handset, exception("KPM-NEW-1", None, None), &[BlobRole::Beneficiary]).await.header().record;
    let refused = supervisor.post(&format!("/office/review/{waits}"), &APPROVE).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.text().await.expect("a page").contains("sudah dibayar pada tahap ini"));
}

#[tokio::test]
async fn a_supervisor_sees_a_proxy_s_exception_whole_and_approves_it_from_its_page() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let roles = [BlobRole::Proxy, BlobRole::Statement];
    let waits = send(&mut handset, proxy_exception("KPM-1", None, None), &roles).await.header().record;
    let (shown, decision) = (format!("/office/records/{waits}"), format!("/office/review/{waits}"));
    let supervisor = Browser::user(&town, Role::Supervisor).await;
    assert!(supervisor.read("/office/review").await.contains(&shown));

    let page = supervisor.read(&format!("{shown}?photos")).await;
    let number = "************0009";
    for told in ["Lumpuh &lt;b&gt;total", "Agus Wijaya", number, "+6281234567890", "Anak", "Sakit", &decision] {
        assert!(page.contains(told), "{told} in {page}");
    }
    for (role, name) in [("proxy", "Wakil"), ("statement", "Surat pernyataan")] {
        let address = format!("{shown}/photos/{role}");
        assert!(page.contains(&format!("<img src=\"{address}\" alt=\"{name}\">")), "{page}");
        let picture = supervisor.get(&address).await;
        assert_eq!(picture.status(), StatusCode::OK);
        assert_eq!(picture.headers()["content-type"], "image/jpeg");
        assert!(picture.bytes().await.expect("bytes").len() > 2000);
    }
    assert!(page.contains(&format!("{shown}/frames/0")), "what the camera saw");
    let audit = supervisor.read("/office/audit").await;
    for opened in ["proxy", "statement"] {
        assert!(audit.contains(&format!("{waits} {opened}")), "{audit}");
    }

    let cursor = handset.roster(0).await.cursor;
    assert!(handset.roster(0).await.approvals.is_empty());
    assert_eq!(location(&supervisor.post(&decision, &APPROVE).await), "/office/review");
    let page = supervisor.read(&shown).await;
    assert!(page.contains("Disetujui") && !page.contains(&decision), "no form once it's decided: {page}");
    let told = handset.roster(cursor).await.approvals;
    assert_eq!((told.len(), told[0].record, told[0].beneficiary.as_str()), (1, waits, "KPM-1"));
    let paid = send(&mut handset, proxy_exception("KPM-1", Some(300_000), Some(waits)), &roles).await.header().record;
    assert!(supervisor.read(&format!("/office/records/{paid}")).await.contains(&shown));
    assert!(!town.open_alerts().await.contains(&"not_approved".to_owned()));
}

#[tokio::test]
async fn a_record_about_cash_has_a_page_and_a_receipt_that_is_found() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let count = CashCount {
        received: Rupiah(1_000_000),
        payments: 0,
        paid: Rupiah(0),
        returned: Rupiah(900_000),
        reason: Some("Hilang di jalan".into()),
    };
    let cash = Record::Cash(Cash {
        round: ROUND.parse().expect("a name"),
        officer: "POS-7".parse().expect("an id"),
        place: None,
        software: "test".into(),
        step: CashStep::Closed(count),
    });
    let envelope = send(&mut handset, cash, &[]).await;
    let address = format!("/office/records/{}", envelope.header().record);
    let (viewer, office) = (Browser::user(&town, Role::Viewer).await, Browser::user(&town, Role::Office).await);
    assert!(office.read("/office/alerts").await.contains(&address), "the alert leads there");
    let page = office.read(&address).await;
    assert!(page.contains("Kas ditutup") && page.contains("Rp 900.000") && page.contains("Hilang di jalan"), "{page}");
    assert!(!viewer.read(&address).await.contains("Kas ditutup"), "a viewer sees only what isn't sealed");

    let key = std::fs::read_to_string(town.dir.path().join("keys/programme.key")).expect("the server made it");
    let key = hex::decode(key.trim_end()).expect("hex");
    let key = saksi_records::ProgrammeKey::from_bytes(key.as_slice().try_into().expect("32 bytes")).expect("a key");
    let payload = envelope.open(&key).expect("opens");
    let code = payload.receipt_key.code(envelope.header().record, &payload.record).to_string();
    let answer = viewer.post("/office/receipts", &[("code", &code)]).await;
    let found = answer.text().await.expect("a page");
    assert!(found.contains("Tanda terima ini benar.") && found.contains(&address), "{found}");
}
