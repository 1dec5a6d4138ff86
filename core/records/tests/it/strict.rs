//! What a record must have, and what no reader lets pass.

use crate::support::{alive, handset, handset_key, header, programme, records};
use saksi_records::keys::KeyError;
use saksi_records::record::{Exception, FaceMatch, Fix};
use saksi_records::wire::{Problem, TokenClaims};
use saksi_records::{
    BlobRole, ChainHead, Envelope, EnvelopeError, FaceTemplate, Header, Nonce, Payload, Record, Rupiah, SealedBlob,
};
use serde_json::{Value, json};

fn seal(header: Header, payload: &Payload) -> Result<Envelope, EnvelopeError> {
    Envelope::seal(header, payload, programme().public(), &handset_key())
}

fn whole(kind: usize, roles: &[BlobRole]) -> (Header, Payload) {
    let (record, _) = records().swap_remove(kind);
    let photos: Vec<_> = roles.iter().map(|role| SealedBlob::seal(*role, b"photo")).collect();
    let header = header(&ChainHead::START, &record, &photos);
    (header, Payload::new(record, photos.iter().map(|photo| photo.key.clone()).collect()))
}

/// An envelope that this product's `seal` would refuse, made by a handset that has other software and the same key.
fn forge(header: &Header, payload: &Value) -> Envelope {
    let head = serde_json::to_vec(header).expect("plain data");
    let plaintext = payload.to_string();
    let (encapped, ciphertext) =
        programme().public().seal(b"saksi record 1", &head, plaintext.as_bytes()).expect("sealed");
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("small").to_be_bytes();
    let digest = saksi_records::Digest::of_parts(&[&encapped, &ciphertext]);
    let signed = [b"saksi envelope 1\0".as_slice(), &length(&head), &head, digest.as_bytes()].concat();
    let bytes = [
        b"SAKSIENV\x01".as_slice(),
        &length(&head),
        &head,
        &encapped,
        &length(&ciphertext),
        &ciphertext,
        &handset_key().sign(&signed),
    ]
    .concat();
    let envelope = Envelope::parse(bytes).expect("an envelope");
    assert_eq!(envelope.verify(&handset_key().verifying_key()), Ok::<(), KeyError>(()));
    envelope
}

#[test]
fn a_proxy_without_statement_or_without_photo_can_neither_be_sealed_nor_opened() {
    for roles in [&[][..], &[BlobRole::Proxy], &[BlobRole::Statement], &[BlobRole::Proxy, BlobRole::Beneficiary]] {
        let (header, payload) = whole(1, roles);
        assert!(matches!(seal(header.clone(), &payload), Err(EnvelopeError::Disagree(_))), "{roles:?}");
        let forged = forge(&header, &serde_json::to_value(&payload).expect("plain data"));
        assert!(matches!(forged.open(&programme()), Err(EnvelopeError::Disagree(_))), "{roles:?}");
    }
    let (header, payload) = whole(1, &[BlobRole::Proxy, BlobRole::Statement]);
    assert!(forge(&header, &serde_json::to_value(&payload).expect("plain data")).open(&programme()).is_ok());
}

#[test]
fn an_enrolment_by_a_document_has_its_photo_and_one_without_says_why() {
    let (header, payload) = whole(5, &[BlobRole::Beneficiary]);
    assert!(matches!(seal(header.clone(), &payload), Err(EnvelopeError::Disagree(_))));
    let mut written = serde_json::to_value(&payload).expect("plain data");
    assert!(matches!(forge(&header, &written).open(&programme()), Err(EnvelopeError::Disagree(_))));
    for (document, is_enough) in
        [(json!({ "missing": "lost" }), true), (json!({ "missing": "no time" }), false), (json!(null), false)]
    {
        written["record"]["document"] = document;
        assert_eq!(forge(&header, &written).open(&programme()).is_ok(), is_enough, "{}", written["record"]["document"]);
    }
    written["record"].as_object_mut().expect("an object").remove("document");
    assert!(matches!(forge(&header, &written).open(&programme()), Err(EnvelopeError::Payload(_))));
}

#[test]
fn every_kind_asks_for_its_photos() {
    for (kind, (record, photos)) in records().into_iter().enumerate() {
        let (header, payload) = whole(kind, &[]);
        assert_eq!(seal(header, &payload).is_ok(), photos.is_empty(), "{:?}", record.kind());
    }
}

#[test]
fn a_proxy_s_exception_has_both_photos_and_pays_nothing() {
    for roles in [&[][..], &[BlobRole::Proxy], &[BlobRole::Statement], &[BlobRole::Beneficiary]] {
        let (header, payload) = whole(7, roles);
        let forged = forge(&header, &serde_json::to_value(&payload).expect("plain data"));
        assert!(matches!(forged.open(&programme()), Err(EnvelopeError::Disagree(_))), "{roles:?}");
        assert!(matches!(seal(header, &payload), Err(EnvelopeError::Disagree(_))), "{roles:?}");
    }
    let (header, mut payload) = whole(7, &[BlobRole::Proxy, BlobRole::Statement]);
    assert!(seal(header.clone(), &payload).is_ok());
    let Record::Exception(record) = &mut payload.record else { unreachable!("it is a proxy's exception") };
    record.paid = Some(Rupiah(1));
    let forged = forge(&header, &serde_json::to_value(&payload).expect("plain data"));
    assert!(matches!(forged.open(&programme()), Err(EnvelopeError::Disagree(_))));
    assert!(matches!(seal(header, &payload), Err(EnvelopeError::Disagree(_))));
}

#[test]
fn who_refused_has_no_photo_and_is_paid_only_where_a_supervisor_approved() {
    let refused = |header: &Header, payload: &Payload| {
        let forged = forge(header, &serde_json::to_value(payload).expect("plain data"));
        let opened = matches!(forged.open(&programme()), Err(EnvelopeError::Disagree(_)));
        opened && matches!(seal(header.clone(), payload), Err(EnvelopeError::Disagree(_)))
    };
    let (header, payload) = whole(8, &[]);
    assert!(seal(header.clone(), &payload).is_ok());
    let changes: [fn(&mut Exception); 3] = [
        |it| it.approval = None,
        |it| it.liveness = Some(alive()),
        |it| it.face_match = Some(FaceMatch { searched: 1, similarity: 0.1, match_at: 0.4, model: "sface".into() }),
    ];
    for change in changes {
        let mut payload = payload.clone();
        let Record::Exception(record) = &mut payload.record else { unreachable!("the last is an exception") };
        change(record);
        assert!(refused(&header, &payload));
    }
    let (header, payload) = whole(8, &[BlobRole::Beneficiary]);
    assert!(refused(&header, &payload));
}

#[test]
fn one_photo_can_not_stand_for_two() {
    let (record, _) = records().swap_remove(1);
    let photo = SealedBlob::seal(BlobRole::Proxy, b"photo");
    let mut again = photo.key.clone();
    again.role = BlobRole::Statement;
    let mut header = header(&ChainHead::START, &record, &[photo]);
    let mut second = header.blobs[0].clone();
    second.role = BlobRole::Statement;
    header.blobs.push(second);
    let key = saksi_records::BlobKey { role: BlobRole::Proxy, ..again.clone() };
    let payload = Payload::new(record, vec![key, again]);
    assert!(matches!(seal(header, &payload), Err(EnvelopeError::Disagree("the photos: one is named twice"))));
}

#[test]
fn header_and_record_must_agree() {
    let (header, payload) = whole(0, &[BlobRole::Beneficiary]);
    let (_, other) = whole(2, &[BlobRole::Beneficiary]);
    assert!(matches!(seal(header.clone(), &other), Err(EnvelopeError::Disagree("the kind"))));
    let fewer = Payload { blob_keys: vec![], ..payload.clone() };
    assert!(matches!(seal(header.clone(), &fewer), Err(EnvelopeError::Disagree("the photos"))));
    assert!(matches!(seal(Header { version: 2, ..header.clone() }, &payload), Err(EnvelopeError::Version(2))));
    let other_key = saksi_records::ProgrammeKey::generate();
    let header = Header { programme_key: other_key.public().id(), ..header };
    assert!(matches!(seal(header, &payload), Err(EnvelopeError::OtherKey(_))));
}

#[test]
fn what_could_not_be_read_again_is_never_sealed() {
    let (header, payload) = whole(0, &[BlobRole::Beneficiary]);
    let changed = |change: &dyn Fn(&mut saksi_records::record::InPerson)| {
        let mut payload = payload.clone();
        let Record::InPerson(record) = &mut payload.record else { unreachable!("the first record is in person") };
        change(record);
        seal(header.clone(), &payload)
    };
    assert!(changed(&|_| ()).is_ok());
    assert!(changed(&|it| it.face_match.similarity = f32::NAN).is_err());
    assert!(changed(&|it| it.amount = Rupiah(u64::MAX)).is_err());
    let nowhere = Fix { latitude: f64::INFINITY, longitude: 0.0, accuracy_m: 0.0, mocked: false, age_s: None };
    assert!(changed(&|it| it.visit.place = Some(nowhere.clone())).is_err());
    assert!(matches!(seal(Header { seq: 1 << 53, ..header.clone() }, &payload), Err(EnvelopeError::Header(_))));
}

#[test]
fn a_record_too_large_is_refused_when_it_is_sealed() {
    let (header, mut payload) = whole(5, &[BlobRole::Beneficiary, BlobRole::Document]);
    let Record::Enrolment(record) = &mut payload.record else { unreachable!("the last record is an enrolment") };
    record.template = FaceTemplate { model: "sface".into(), data: vec![0; 300_000] };
    assert!(matches!(seal(header, &payload), Err(EnvelopeError::Length)));
}

#[test]
fn unknown_kinds_roles_and_values_are_refused() {
    let (header, payload) = whole(1, &[BlobRole::Proxy, BlobRole::Statement]);
    let header = serde_json::to_value(header).expect("plain data");
    let payload = serde_json::to_value(payload).expect("plain data");
    for (at, bad) in [
        ("/kind", json!("gift")),
        ("/kind", json!(1)),
        ("/blobs/0/role", json!("dog")),
        ("/blobs/0/sha256", json!("00")),
        ("/blobs/0/bytes", json!(-1)),
        ("/blobs/0/bytes", json!(1_u64 << 53)),
        ("/seq", json!(1.5)),
        ("/seq", json!(u64::MAX)),
        ("/prev", json!(null)),
        ("/handset", json!("12")),
        ("/programme_key", json!("<script>")),
        ("/created/wall", json!("yesterday")),
        ("/created/monotonic_ms", json!(u64::MAX)),
    ] {
        assert!(serde_json::from_value::<Header>(with(&header, at, bad.clone())).is_err(), "{at} {bad}");
    }
    for (at, bad) in [
        ("/record/kind", json!("gift")),
        ("/record/proxy/relation", json!("friend")),
        ("/record/proxy/nik", json!("3273014107650000")),
        ("/record/amount", json!(-300_000)),
        ("/record/amount", json!(u64::MAX)),
        ("/record/visit/beneficiary", json!("../KPM")),
        ("/record/visit/place/latitude", json!(91)),
        ("/record/visit/place/accuracy_m", json!(-1)),
        ("/blob_keys/0/key", json!("AAAA")),
    ] {
        assert!(serde_json::from_value::<Payload>(with(&payload, at, bad.clone())).is_err(), "{at} {bad}");
    }
    assert!(serde_json::from_value::<Problem>(json!({"error": "what", "message": "", "time": "x"})).is_err());
}

#[test]
fn no_part_of_a_record_can_be_left_out() {
    let (_, payload) = whole(1, &[BlobRole::Proxy, BlobRole::Statement]);
    let payload = serde_json::to_value(payload).expect("plain data");
    for (at, part) in [
        ("", "record"),
        ("", "blob_keys"),
        ("", "receipt_key"),
        ("/record", "kind"),
        ("/record", "consent"),
        ("/record", "amount"),
        ("/record", "proxy"),
        ("/record/proxy", "name"),
        ("/record/proxy", "nik"),
        ("/record/proxy", "relation"),
        ("/record/proxy", "reason"),
        ("/record/proxy", "template"),
        ("/record/visit", "officer"),
    ] {
        let mut less = payload.clone();
        let parent = less.pointer_mut(at).and_then(Value::as_object_mut).expect("an object");
        assert!(parent.remove(part).is_some(), "{at}/{part}");
        assert!(serde_json::from_value::<Payload>(less).is_err(), "{at}/{part}");
    }
}

#[test]
fn an_account_that_does_not_balance_is_refused_without_a_reason() {
    let (_, payload) = whole(6, &[]);
    let payload = serde_json::to_value(payload).expect("plain data");
    assert!(serde_json::from_value::<Payload>(payload.clone()).is_ok());
    for bad in [json!(null), json!(""), json!("  ")] {
        assert!(serde_json::from_value::<Payload>(with(&payload, "/record/step/reason", bad)).is_err());
    }
    let whole = with(&with(&payload, "/record/step/reason", json!(null)), "/record/step/returned", json!(100_000));
    assert!(serde_json::from_value::<Payload>(whole).is_ok());
}

#[test]
fn json_that_says_a_thing_twice_or_goes_on_after_its_end_is_refused() {
    let (header, _) = whole(3, &[]);
    let text = serde_json::to_string(&header).expect("plain data");
    assert!(serde_json::from_str::<Header>(&text).is_ok());
    assert!(serde_json::from_str::<Header>(&text.replacen('{', r#"{"seq":7,"#, 1)).is_err());
    assert!(serde_json::from_str::<Header>(&format!("{text}{{}}")).is_err());
}

#[test]
fn a_token_holds_for_its_five_minutes_its_leeway_and_this_audience_only() {
    let now = "2026-11-24T03:00:00Z".parse().expect("a timestamp");
    let token = TokenClaims::new(handset(), now, Nonce::random());
    let at = |seconds: i64| now.checked_add(std::time::Duration::from_secs(seconds.unsigned_abs()));
    assert!(token.holds_at(now) && token.holds_at(at(360).expect("in range")));
    assert!(!token.holds_at(at(361).expect("in range")));
    assert!(!TokenClaims { iat: token.iat + 61, exp: token.exp + 61, ..token.clone() }.holds_at(now));
    assert!(!TokenClaims { exp: token.exp + 1, ..token.clone() }.holds_at(now), "it wants to live too long");
    assert!(!TokenClaims { iat: i64::MIN, exp: i64::MAX, ..token.clone() }.holds_at(now));
    assert!(!TokenClaims { aud: "another".into(), ..token }.holds_at(now));
}

fn with(document: &Value, at: &str, value: Value) -> Value {
    let mut document = document.clone();
    *document.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = value;
    document
}
