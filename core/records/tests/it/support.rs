//! One handset, one programme and one record of each kind, the same in every test.

use saksi_records::cash::{Cash, CashCount, CashStep};
use saksi_records::document::{Document, DocumentCheck, DocumentKind};
use saksi_records::liveness::{
    Challenge, ChallengeEvidence, ChallengeResult, Clearance, EndReason, EvidenceFrame, GiveUp, LivenessEvidence,
    LivenessMode, LivenessReason, LivenessVerdict, Moment, PassiveEvidence,
};
use saksi_records::record::{
    Circumstances, Consent, ConsentWithdrawn, Enrolment, Exception, FaceMatch, Fix, InPerson, NotServed,
    NotServedReason, Proxy, ProxyCollection, ProxyReason, Refusal, Relation,
};
use saksi_records::time::ServerTime;
use saksi_records::{
    BlobRole, ChainHead, Digest, Envelope, FaceTemplate, HandsetId, HandsetKey, Header, Payload, Portrait,
    ProgrammeKey, Record, RecordId, Rupiah, SealedBlob, TimeEvidence,
};

/// A secret that is no secret: the SHA-256 of its name.
pub fn secret(name: &str) -> [u8; 32] {
    *Digest::of(name.as_bytes()).as_bytes()
}

pub fn programme() -> ProgrammeKey {
    ProgrammeKey::from_bytes(&secret("programme")).expect("any 32 bytes are a key")
}

pub fn handset_key() -> HandsetKey {
    HandsetKey::from_seed(secret("handset"))
}

pub fn server_key() -> HandsetKey {
    HandsetKey::from_seed(secret("server"))
}

pub fn handset() -> HandsetId {
    "019ab2f0-0000-7000-8000-00000000000a".parse().expect("a UUID")
}

/// A photo of a size: bytes that a test can make again.
pub fn photo(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i % 251) as u8).collect()
}

/// A living person, at the second attempt.
pub fn alive() -> LivenessEvidence {
    LivenessEvidence {
        mode: LivenessMode::Required,
        verdict: LivenessVerdict::Live,
        reasons: vec![],
        clearance: Clearance::Cleared,
        challenges: vec![ChallengeEvidence {
            challenge: Challenge::TurnLeft,
            result: ChallengeResult::Passed,
            asked_ms: 300,
            ended_ms: 1100,
            nose: [0.25, -0.031_25],
            depth: Some(0.375),
            nearer: 1.0,
            similarity: Some(0.712_5),
            expression: None,
        }],
        passive: Some(PassiveEvidence { models: vec!["minifasnet".into()], scores: vec![0.5, 0.75], mean: 0.625 }),
        checks: None,
        duration_ms: 1100,
        frames_seen: 12,
        restarts: 0,
        ended: None,
        failed_before: 1,
        frames: vec![EvidenceFrame { at_ms: 1100, moment: Moment::Answer, jpeg: photo(40) }],
    }
}

/// Somebody for whom the officer gave up.
pub fn given_up() -> LivenessEvidence {
    LivenessEvidence {
        verdict: LivenessVerdict::Review,
        reasons: vec![LivenessReason::NotFinished],
        clearance: Clearance::Supervisor,
        challenges: vec![],
        passive: None,
        ended: Some(EndReason::GivenUp(GiveUp::PersonUnable)),
        frames: vec![],
        ..alive()
    }
}

/// A small picture.
pub fn portrait() -> Portrait {
    Portrait::new(include_bytes!("../../../../tests/fuzz/seeds/frame/baseline.jpg").to_vec()).expect("a portrait")
}

/// One record of each kind, with the sizes of its photos.
pub fn records() -> Vec<(Record, Vec<(BlobRole, usize)>)> {
    let visit = |number: u32| Circumstances {
        beneficiary: format!("KPM-{number:04}").parse().expect("an id"),
        round: "BST-2026-11".parse().expect("a name"),
        officer: "PTG-07".parse().expect("an id"),
        place: Fix::new(-6.914_744, 107.609_811, 12.5, false),
        software: "saksi 0.1.0".into(),
    };
    let consent = || Consent { text_version: "1".into(), language: "id".into() };
    let face_match = |similarity| FaceMatch { searched: 1500, similarity, match_at: 0.363, model: "sface".into() };
    let template = || FaceTemplate { model: "sface".into(), data: [0.6_f32, -0.8].map(f32::to_le_bytes).concat() };
    let amount = Rupiah(300_000);
    vec![
        (
            Record::InPerson(InPerson {
                visit: visit(1),
                consent: consent(),
                face_match: face_match(0.712_5),
                liveness: Some(alive()),
                amount,
            }),
            vec![(BlobRole::Beneficiary, 1)],
        ),
        (
            Record::Proxy(ProxyCollection {
                visit: Circumstances { place: Fix::new(-6.9, 107.6, 0.0, true), ..visit(2) },
                consent: Consent { language: "en".into(), ..consent() },
                proxy: Proxy {
                    name: "Dewi \"Iwi\" Lestari-Çelik".into(),
                    nik: "3273014107650003".parse().expect("a NIK"),
                    phone: Some("0812-3456-7890".parse().expect("a number")),
                    relation: Relation::Neighbour,
                    reason: ProxyReason::Ill,
                    template: template(),
                    earlier: 1,
                    listed_as: Some("KPM-0006".parse().expect("an id")),
                },
                liveness: None,
                amount,
            }),
            vec![(BlobRole::Proxy, 65_536), (BlobRole::Statement, 0)],
        ),
        (
            Record::Exception(Exception {
                like_officer: false,
                visit: visit(3),
                reason: "Wajah tertutup perban\nsetelah operasi".into(),
                face_match: Some(face_match(-0.031_25)),
                liveness: Some(given_up()),
                proxy: None,
                refusal: None,
                paid: Some(amount),
                approval: Some("019ab2f0-0000-7000-8000-0000000000aa".parse().expect("a UUID")),
            }),
            vec![(BlobRole::Beneficiary, 1000)],
        ),
        (
            Record::NotServed(NotServed {
                visit: Circumstances { place: None, ..visit(4) },
                reason: NotServedReason::Deceased,
                liveness: None,
            }),
            vec![],
        ),
        (Record::ConsentWithdrawn(ConsentWithdrawn { visit: visit(5) }), vec![]),
        (
            Record::Enrolment(Enrolment {
                like_officer: false,
                visit: visit(6),
                consent: consent(),
                template: template(),
                portrait: Some(portrait()),
                document: DocumentCheck::Seen(Document {
                    kind: DocumentKind::Ktp,
                    nik: "3273014107650003".parse().expect("a NIK"),
                }),
                liveness: Some(alive()),
            }),
            vec![(BlobRole::Beneficiary, 1000), (BlobRole::Document, 700)],
        ),
        (
            Record::Cash(Cash {
                round: "BST-2026-11".parse().expect("a name"),
                officer: "PTG-07".parse().expect("an id"),
                place: None,
                software: "saksi 0.1.0".into(),
                step: CashStep::Closed(CashCount {
                    received: Rupiah(1_000_000),
                    payments: 3,
                    paid: Rupiah(900_000),
                    returned: Rupiah(99_500),
                    reason: Some("Selembar Rp 500 hilang".into()),
                }),
            }),
            vec![],
        ),
        proxy_exception(visit(7), template()),
        (refused(visit(8), Some(amount)), vec![]),
    ]
}

/// Somebody who didn't agree to be photographed.
fn refused(visit: Circumstances, paid: Option<Rupiah>) -> Record {
    let nik = "3273014107650003".parse().expect("a NIK");
    Record::Exception(Exception {
        like_officer: false,
        visit,
        reason: "Menolak difoto; dikenal ketua RT".into(),
        face_match: None,
        liveness: None,
        proxy: None,
        refusal: Some(Refusal {
            text_version: "1".into(),
            language: "id".into(),
            document: Document { kind: DocumentKind::Ktp, nik },
        }),
        paid,
        approval: paid.map(|_| "019ab2f0-0000-7000-8000-0000000000bb".parse().expect("a UUID")),
    })
}

/// A proxy who couldn't be cleared: nothing paid.
fn proxy_exception(visit: Circumstances, template: FaceTemplate) -> (Record, Vec<(BlobRole, usize)>) {
    (
        Record::Exception(Exception {
            like_officer: false,
            visit,
            reason: "Wakil sakit, tidak dapat menoleh".into(),
            face_match: None,
            liveness: Some(given_up()),
            proxy: Some(Proxy {
                name: "Agus Salim".into(),
                nik: "3273010107650001".parse().expect("a NIK"),
                phone: None,
                relation: Relation::Spouse,
                reason: ProxyReason::Frail,
                template,
                earlier: 0,
                listed_as: None,
            }),
            refusal: None,
            paid: None,
            approval: None,
        }),
        vec![(BlobRole::Proxy, 900), (BlobRole::Statement, 800)],
    )
}

/// The header of the `seq`th envelope.
pub fn header(head: &ChainHead, record: &Record, photos: &[SealedBlob]) -> Header {
    let seq = head.seq + 1;
    let server = ServerTime {
        at: "2026-11-24T01:00:00Z".parse().expect("a timestamp"),
        boot: "b3a1".into(),
        monotonic_ms: 60_000,
    };
    Header {
        version: 1,
        record: format!("019ab2f0-0000-7000-8000-{seq:012x}").parse::<RecordId>().expect("a UUID"),
        handset: handset(),
        seq,
        prev: head.digest,
        programme_key: programme().public().id(),
        kind: record.kind(),
        created: TimeEvidence {
            wall: "2026-11-24T02:03:04.567Z".parse().expect("a timestamp"),
            boot: "b3a1".into(),
            monotonic_ms: 60_000 * (seq + 1),
            server: (seq > 1).then_some(server),
        },
        blobs: photos.iter().map(SealedBlob::reference).collect(),
    }
}

/// The clocks at one moment.
pub fn time() -> TimeEvidence {
    let wall = "2026-11-24T02:03:04.567Z".parse().expect("a timestamp");
    TimeEvidence { wall, boot: "b3a1".into(), monotonic_ms: 60_000, server: None }
}

/// An envelope after `head`, with its photos.
pub fn sealed(head: &ChainHead, record: Record, photos: &[(BlobRole, usize)]) -> (Envelope, Vec<SealedBlob>) {
    let photos: Vec<_> = photos.iter().map(|(role, size)| SealedBlob::seal(*role, &photo(*size))).collect();
    let header = header(head, &record, &photos);
    let payload = Payload::new(record, photos.iter().map(|photo| photo.key.clone()).collect());
    let envelope = Envelope::seal(header, &payload, programme().public(), &handset_key()).expect("a whole record");
    (envelope, photos)
}

/// A run of `count` envelopes without photos from the first on.
pub fn run(count: u64) -> Vec<Envelope> {
    let (record, _) = records().swap_remove(3);
    let mut head = ChainHead::START;
    (0..count)
        .map(|_| {
            let (envelope, _) = sealed(&head, record.clone(), &[]);
            head = ChainHead { seq: head.seq + 1, digest: envelope.digest() };
            envelope
        })
        .collect()
}
