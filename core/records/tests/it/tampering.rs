//! What was sealed comes back whole, and any change to it is refused.

use crate::support::{alive, handset_key, header, photo, programme, records, sealed};
use proptest::prelude::*;
use saksi_records::blob::BlobError;
use saksi_records::document::{Document, DocumentCheck, DocumentKind, NoDocument};
use saksi_records::liveness::{ChallengeEvidence, EndReason, EvidenceFrame, LivenessEvidence, Moment};
use saksi_records::record::{
    Circumstances, Consent, ConsentWithdrawn, Enrolment, Exception, FaceMatch, Fix, InPerson, NotServed,
    NotServedReason, Proxy, ProxyCollection, ProxyReason, Relation,
};
use saksi_records::roster_file;
use saksi_records::wire::RosterDelta;
use saksi_records::{
    BlobKey, BlobRole, ChainHead, Digest, Envelope, EnvelopeError, FaceTemplate, Payload, ProgrammeKey, Record,
    RecordId, Rupiah, SealedBlob, Ticket, jws,
};

#[test]
fn sealed_records_and_photos_show_no_name_number_or_photo() {
    let (record, _) = records().swap_remove(1);
    let letter = b"Saya yang bertanda tangan di bawah ini, Dewi Lestari".repeat(2000);
    let photos = [SealedBlob::seal(BlobRole::Proxy, &letter), SealedBlob::seal(BlobRole::Statement, &letter)];
    let header = header(&ChainHead::START, &record, &photos);
    let payload = Payload::new(record, photos.iter().map(|photo| photo.key.clone()).collect());
    let envelope = Envelope::seal(header, &payload, programme().public(), &handset_key()).expect("sealed");
    for bytes in [envelope.as_bytes(), &photos[0].bytes, &photos[1].bytes] {
        for secret in ["Lestari", "3273014107650003", "KPM-0002", "PTG-07", "sface", "neighbour", "bertanda"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
        for key in &payload.blob_keys {
            assert!(!bytes.windows(32).any(|window| window == key.key));
        }
    }
}

#[test]
fn debug_output_shows_no_name_number_or_key() {
    let (record, photos) = records().swap_remove(1);
    let (envelope, photos) = sealed(&ChainHead::START, record, &photos);
    let payload = envelope.open(&programme()).expect("opens");
    let shown = format!("{payload:?} {photos:?} {:?} {:?}", programme(), handset_key());
    let secrets = ["Lestari", "3273014107650003", &hex::encode(programme().as_bytes())];
    assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
    assert!(!shown.contains(&format!("{:?}", payload.blob_keys[0].key)));
}

#[test]
fn another_programme_key_opens_nothing() {
    let (envelope, _) = sealed(&ChainHead::START, records().swap_remove(3).0, &[]);
    assert!(matches!(envelope.open(&ProgrammeKey::generate()), Err(EnvelopeError::OtherKey(_))));

    // Even one that the header is made to name.
    let other = ProgrammeKey::generate();
    let id = |key: &ProgrammeKey| key.public().id().as_str().to_owned();
    let text = String::from_utf8_lossy(&envelope.as_bytes()[13..]).into_owned();
    let at = 13 + text.find(&id(&programme())).expect("the header names the key");
    let mut bytes = envelope.as_bytes().to_vec();
    bytes[at..at + 16].copy_from_slice(id(&other).as_bytes());
    let renamed = Envelope::parse(bytes).expect("still an envelope");
    assert!(renamed.verify(&handset_key().verifying_key()).is_err());
    assert!(matches!(renamed.open(&other), Err(EnvelopeError::Key(_))));
    assert!(matches!(renamed.open(&programme()), Err(EnvelopeError::OtherKey(_))));
}

#[test]
fn a_photo_that_was_swapped_by_someone_who_has_its_key_is_refused() {
    let blob = SealedBlob::seal(BlobRole::Beneficiary, b"the beneficiary");
    // The key opens any blob sealed under it; only the signed name tells which one the handset sealed.
    let forged = BlobKey { sha256: Digest::of(b"anything"), ..blob.key.clone() };
    assert_eq!(forged.open(&blob.bytes), Err(BlobError::OtherBlob));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_record_is_sealed_read_verified_and_opened_to_itself(record in record(), size in 0_usize..300) {
        let photos = record.required_blobs().map(|role| (role, size)).collect::<Vec<_>>();
        let (envelope, blobs) = sealed(&ChainHead::START, record.clone(), &photos);
        let parsed = Envelope::parse(envelope.as_bytes().to_vec()).expect("an envelope");
        prop_assert_eq!(&parsed, &envelope);
        prop_assert!(parsed.verify(&handset_key().verifying_key()).is_ok());
        let payload = parsed.open(&programme()).expect("opens");
        prop_assert_eq!(payload.record, record);
        for (key, blob) in payload.blob_keys.iter().zip(&blobs) {
            prop_assert_eq!(&*key.open(&blob.bytes).expect("opens"), &photo(size));
        }
    }

    #[test]
    fn any_flipped_bit_of_an_envelope_is_noticed(kind in 0_usize..6, at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (record, photos) = records().swap_remove(kind);
        let photos = photos.into_iter().map(|(role, _)| (role, 10)).collect::<Vec<_>>();
        let (envelope, _) = sealed(&ChainHead::START, record, &photos);
        let mut bytes = envelope.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        if let Ok(changed) = Envelope::parse(bytes) {
            prop_assert!(changed.verify(&handset_key().verifying_key()).is_err());
            // The signature isn't under the seal, everything else is.
            prop_assert_eq!(changed.open(&programme()).is_ok(), at >= envelope.as_bytes().len() - 64);
        }
    }

    #[test]
    fn an_envelope_cut_short_or_extended_is_none(cut in 1_usize..200, more in prop::collection::vec(any::<u8>(), 1..100)) {
        let (envelope, _) = sealed(&ChainHead::START, records().swap_remove(3).0, &[]);
        let bytes = envelope.as_bytes();
        prop_assert!(Envelope::parse(bytes[..bytes.len() - cut].to_vec()).is_err());
        prop_assert!(Envelope::parse([bytes, &more].concat()).is_err());
    }

    #[test]
    fn a_photo_of_any_size_comes_back(size in size()) {
        let blob = SealedBlob::seal(BlobRole::Proxy, &photo(size));
        prop_assert_eq!(blob.bytes.len(), 9 + size + 16 * size.div_ceil(65_536).max(1));
        prop_assert_eq!(&*blob.key.open(&blob.bytes).expect("opens"), &photo(size));
    }

    #[test]
    fn any_change_to_a_photo_is_refused_by_its_name_and_by_its_seal(
        size in size(),
        change in any::<prop::sample::Index>(),
        bit in 0_u8..8,
        more in prop::collection::vec(any::<u8>(), 1..40),
    ) {
        let blob = SealedBlob::seal(BlobRole::Proxy, &photo(size));
        let at = change.index(blob.bytes.len());
        let mut flipped = blob.bytes.clone();
        flipped[at] ^= 1_u8 << bit;
        let mut changes = vec![flipped, blob.bytes[..at].to_vec(), [blob.bytes.as_slice(), &more].concat()];
        // Whole chunks: cut off at the end, and the first two swapped.
        let (head, chunks) = blob.bytes.split_at(9);
        let mut chunks: Vec<_> = chunks.chunks(65_552).collect();
        if chunks.len() > 1 {
            changes.push([&[head], &chunks[..chunks.len() - 1]].concat().concat());
            chunks.swap(0, 1);
            changes.push([&[head], chunks.as_slice()].concat().concat());
        }
        for changed in changes {
            prop_assert_eq!(blob.key.open(&changed), Err(BlobError::OtherBlob));
            let renamed = BlobKey { sha256: Digest::of(&changed), ..blob.key.clone() };
            prop_assert!(renamed.open(&changed).is_err());
        }
    }

    #[test]
    fn any_bytes_at_all_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let framed = [b"SAKSIENV\x01\x00\x00\x00\x20".as_slice(), &bytes].concat();
        prop_assert!(Envelope::parse(bytes.clone()).is_err());
        prop_assert!(Envelope::parse(framed).is_err());
        let key = BlobKey { role: BlobRole::Proxy, sha256: Digest::of(&bytes), key: [7; 32] };
        prop_assert!(key.open(&bytes).is_err());
        prop_assert!(roster_file::read(bytes.as_slice()).is_err());
        prop_assert!(serde_json::from_slice::<Ticket>(&bytes).is_err());
        prop_assert!(serde_json::from_slice::<RosterDelta>(&bytes).is_err());
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(jws::verify::<Ticket>(&handset_key().verifying_key(), jws::typ::TOKEN, &text).is_err());
    }
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![0_usize..300, 65_530_usize..65_545, 131_060_usize..131_085]
}

fn record() -> impl Strategy<Value = Record> {
    prop_oneof![
        (visit(), consent(), face_match(), liveness(), amount()).prop_map(
            |(visit, consent, face_match, liveness, amount)| {
                Record::InPerson(InPerson { visit, consent, face_match, liveness, amount })
            }
        ),
        (visit(), consent(), proxy(), liveness(), amount()).prop_map(|(visit, consent, proxy, liveness, amount)| {
            Record::Proxy(ProxyCollection { visit, consent, proxy, liveness, amount })
        }),
        (visit(), any::<String>(), prop::option::of(face_match()), liveness(), prop::option::of(amount())).prop_map(
            |(visit, reason, face_match, liveness, paid)| {
                let approval = paid.map(|_| RecordId::new());
                Record::Exception(Exception {
                    like_officer: false,
                    visit,
                    reason,
                    face_match,
                    liveness,
                    proxy: None,
                    refusal: None,
                    paid,
                    approval,
                })
            }
        ),
        (visit(), any::<String>(), liveness(), proxy()).prop_map(|(visit, reason, liveness, proxy)| {
            Record::Exception(Exception {
                like_officer: false,
                visit,
                reason,
                face_match: None,
                liveness,
                proxy: Some(proxy),
                refusal: None,
                paid: None,
                approval: None,
            })
        }),
        (visit(), liveness()).prop_map(|(visit, liveness)| Record::NotServed(NotServed {
            visit,
            reason: NotServedReason::Absent,
            liveness
        })),
        visit().prop_map(|visit| Record::ConsentWithdrawn(ConsentWithdrawn { visit })),
        (visit(), consent(), template(), document(), liveness()).prop_map(
            |(visit, consent, template, document, liveness)| {
                Record::Enrolment(Enrolment {
                    like_officer: false,
                    visit,
                    consent,
                    template,
                    portrait: None,
                    document,
                    liveness,
                })
            }
        ),
    ]
}

fn document() -> impl Strategy<Value = DocumentCheck> {
    prop_oneof![
        Just(DocumentCheck::Missing(NoDocument::Lost)),
        proxy().prop_map(|it| DocumentCheck::Seen(Document { kind: DocumentKind::FamilyCard, nik: it.nik })),
    ]
}

fn liveness() -> impl Strategy<Value = Option<LivenessEvidence>> {
    let numbers = (any::<[f32; 2]>(), any::<Option<f32>>(), any::<f32>(), any::<Option<f32>>());
    let challenge =
        (numbers, any::<[u32; 2]>()).prop_map(|((nose, depth, nearer, similarity), [asked_ms, ended_ms])| {
            ChallengeEvidence {
                nose,
                depth,
                nearer,
                similarity,
                asked_ms,
                ended_ms,
                ..alive().challenges.swap_remove(0)
            }
        });
    let challenges = prop::collection::vec(challenge, 0..4);
    let frame = (any::<u32>(), prop::collection::vec(any::<u8>(), 0..300));
    let frames = prop::collection::vec(
        frame.prop_map(|(at_ms, jpeg)| EvidenceFrame { at_ms, moment: Moment::Straight, jpeg }),
        0..3,
    );
    let ended = prop::option::of(Just(EndReason::TimedOut));
    prop::option::of((challenges, frames, ended, any::<u32>()).prop_map(
        |(challenges, frames, ended, failed_before)| {
            // As a capture hands it over.
            LivenessEvidence { challenges, frames, ended, failed_before, ..alive() }.finite()
        },
    ))
}

fn visit() -> impl Strategy<Value = Circumstances> {
    let place = (-90.0..=90.0, -180.0..=180.0, 0.0..1e9, any::<bool>());
    let place = place.prop_map(|(latitude, longitude, accuracy, mocked)| {
        Fix::new(latitude, longitude, accuracy, mocked).expect("on Earth")
    });
    let id = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";
    (id, id, id, prop::option::of(place), any::<String>()).prop_map(|(beneficiary, round, officer, place, software)| {
        Circumstances {
            beneficiary: beneficiary.parse().expect("an id"),
            round: round.parse().expect("an id"),
            officer: officer.parse().expect("an id"),
            place,
            software,
        }
    })
}

fn consent() -> impl Strategy<Value = Consent> {
    any::<(String, String)>().prop_map(|(text_version, language)| Consent { text_version, language })
}

fn face_match() -> impl Strategy<Value = FaceMatch> {
    (any::<u32>(), -1.0_f32..=1.0, -1.0_f32..=1.0, any::<String>())
        .prop_map(|(searched, similarity, match_at, model)| FaceMatch { searched, similarity, match_at, model })
}

fn template() -> impl Strategy<Value = FaceTemplate> {
    any::<(String, Vec<u8>)>().prop_map(|(model, data)| FaceTemplate { model, data })
}

fn proxy() -> impl Strategy<Value = Proxy> {
    (any::<String>(), 1_u32..=9999, template()).prop_map(|(name, serial, template)| Proxy {
        name,
        nik: format!("327301410765{serial:04}").parse().expect("a NIK"),
        phone: (serial % 2 == 0).then(|| format!("+62812345{serial:04}").parse().expect("a number")),
        relation: Relation::Official,
        reason: ProxyReason::Away,
        template,
        earlier: serial % 5,
        listed_as: None,
    })
}

fn amount() -> impl Strategy<Value = Rupiah> {
    (0..=Rupiah::MAX.0).prop_map(Rupiah)
}
