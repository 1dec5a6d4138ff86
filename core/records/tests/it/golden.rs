//! Golden files: what was once written down stays readable, and is still written the same way.
//!
//! They are the sample that other implementations are checked with. To write them anew after a deliberate change of the
//! format: `SAKSI_GOLDEN=write cargo test -p saksi-records golden`. Sealing is random, so all of them change.

use std::fs;
use std::path::PathBuf;
use std::sync::Once;

use crate::support::{handset, handset_key, photo, portrait, programme, records, sealed, secret, server_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use ring::aead::{self, AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use saksi_records::chain::verify_run;
use saksi_records::jws::{self, typ};
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::wire::{
    Approval, AssignedOfficer, BeneficiaryPortrait, FinalProblem, HandsetState, HandsetStatus, NewRecovery, PaidMark,
    Policy, Problem, ProblemCode, Receipt, Registered, Registration, RosterDelta, RosterPage, Signed, TokenClaims,
};
use saksi_records::{
    Authority, Beneficiary, BlobKey, BlobRole, ChainHead, CodeAction, Coordinates, Deposit, Digest, Entitlement,
    Envelope, FaceTemplate, Nonce, Payload, RecoverySecret, Round, Rupiah, Ticket, UnlockCode,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

const LARGE: usize = 150_000;

#[test]
fn every_kind_of_envelope_still_verifies_and_opens_to_what_was_written() {
    let run = envelopes();
    let head = verify_run(handset(), &handset_key().verifying_key(), &run).expect("a whole chain");
    assert_eq!(head.seq, 9);
    for (envelope, (record, photos)) in run.iter().zip(records()) {
        let payload = envelope.open(&programme()).expect("opens");
        assert_eq!(payload.record, record);
        assert_eq!(payload.blob_keys.len(), photos.len());
        for ((key, reference), (role, size)) in payload.blob_keys.iter().zip(&envelope.header().blobs).zip(photos) {
            let blob = read(&format!("records/{}.blob", key.sha256));
            assert_eq!((key.role, reference.role, reference.bytes), (role, role, blob.len() as u64));
            assert_eq!(key.open(&blob).expect("opens").as_slice(), photo(size));
        }
    }
}

#[test]
fn headers_and_payloads_are_still_written_byte_for_byte() {
    for (envelope, (record, _)) in envelopes().iter().zip(records()) {
        // The layout, read here without the product's own parser.
        let bytes = envelope.as_bytes();
        let length = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("4 bytes")) as usize;
        let header_end = 13 + length(9);
        let head = &bytes[13..header_end];
        assert_eq!(serde_json::to_vec(envelope.header()).expect("plain data"), head);

        let encapped = bytes[header_end..header_end + 32].try_into().expect("32 bytes");
        let ciphertext = &bytes[header_end + 36..header_end + 36 + length(header_end + 32)];
        let plaintext = programme().open(b"saksi record 1", head, encapped, ciphertext).expect("opens");
        let payload: Payload = serde_json::from_slice(&plaintext).expect("a payload");
        assert_eq!(payload.record, record);
        assert_eq!(serde_json::to_vec(&payload).expect("plain data"), *plaintext);
        assert_eq!(read(&format!("records/{}.payload.json", name(envelope))), *plaintext);
    }
}

#[test]
fn a_large_photo_is_still_sealed_to_the_same_bytes() {
    let blob = seal_by_the_book(&secret("large photo"), &photo(LARGE));
    assert_eq!(text("large-blob.sha256").trim(), Digest::of(&blob).to_string());
    let key = BlobKey { role: BlobRole::Statement, sha256: Digest::of(&blob), key: secret("large photo") };
    assert_eq!(key.open(&blob).expect("opens").as_slice(), photo(LARGE));
}

#[test]
fn every_message_is_still_read_and_written_byte_for_byte() {
    let messages = messages();
    for Message { name, written, again } in &messages {
        let golden = read(&format!("wire/{name}.json"));
        assert_eq!(String::from_utf8_lossy(&golden), String::from_utf8_lossy(written), "{name}");
        assert_eq!(again(&golden), *written, "{name}");
    }
    assert_eq!(messages.len(), fs::read_dir(folder().join("wire")).expect("a folder").count());
}

#[test]
fn the_code_of_a_ticket_is_still_read_and_written() {
    let (code, ticket) = (text("ticket-code.txt"), short_ticket());
    assert_eq!(ticket.to_code().as_deref(), Some(&*code));
    assert_eq!(code.parse(), Ok(ticket.clone()));
    assert_eq!(format!("{code}\r\n").parse(), Ok(ticket.clone()));
    assert_eq!(serde_json::to_string(&ticket).expect("plain data").parse(), Ok(ticket));
}

#[test]
fn a_receipt_is_still_believed_and_signed_byte_for_byte() {
    let statement = text("receipt.jws");
    assert_eq!(jws::verify(&server_key().verifying_key(), typ::RECEIPT, &statement), Ok(receipt()));
    // Ed25519 is deterministic.
    assert_eq!(jws::sign(&server_key(), typ::RECEIPT, &receipt()), statement);
}

#[test]
fn a_roster_is_still_read_and_written_byte_for_byte() {
    let file = read("roster.csv");
    assert_eq!(roster_file::read(file.as_slice()).expect("a roster"), roster());
    let mut written = Vec::new();
    roster_file::write(&roster(), &mut written).expect("memory takes it");
    assert_eq!(written, file);
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn read(file: &str) -> Vec<u8> {
    static WRITTEN: Once = Once::new();
    if std::env::var("SAKSI_GOLDEN").as_deref() == Ok("write") {
        WRITTEN.call_once(write_all);
    }
    fs::read(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn text(file: &str) -> String {
    String::from_utf8(read(file)).expect("UTF-8")
}

fn envelopes() -> Vec<Envelope> {
    let names = text("records/names.txt");
    names.lines().map(|name| Envelope::parse(read(&format!("records/{name}.env"))).expect("an envelope")).collect()
}

fn name(envelope: &Envelope) -> String {
    format!("{:010}-{}", envelope.header().seq, envelope.header().record)
}

fn short_ticket() -> Ticket {
    Ticket {
        saksi: 1,
        server: "https://10.0.0.2:8443".into(),
        ca: Authority::Sha256(Digest::of(b"an authority")),
        server_key: server_key().verifying_key(),
        programme_key: programme().public().clone(),
        token: "SAB8kZ3pQx1mN5vT7yWd2g".into(),
    }
}

fn receipt() -> Receipt {
    Receipt {
        record: "019ab2f0-0000-7000-8000-000000000001".parse().expect("a UUID"),
        envelope: Digest::of(b"an envelope"),
        handset: handset(),
        seq: 1,
        received: "2026-11-24T03:00:00.5Z".parse().expect("a timestamp"),
    }
}

fn roster() -> Vec<RosterRow> {
    let row = |id: &str, nik: &str, name: &str, template: Option<FaceTemplate>| RosterRow {
        beneficiary: Beneficiary {
            id: id.parse().expect("an id"),
            nik: nik.parse().expect("a NIK"),
            name: name.into(),
            address: "Jl. Melati 4, RT 02/RW 05".into(),
            route: "Antapani 3".into(),
            coordinates: template.as_ref().and_then(|_| Coordinates::new(-6.9147, 107.6098).ok()),
            template,
        },
        amount: Rupiah(300_000),
        portrait: None,
    };
    let template = FaceTemplate { model: "sface".into(), data: [0.6_f32, -0.8].map(f32::to_le_bytes).concat() };
    let first = row("KPM-0001", "3273014107650003", "Siti Rahayu", Some(template));
    vec![
        RosterRow { portrait: Some(portrait()), ..first },
        row("KPM-0002", "3273010203700001", "Budi \"Bud\" Santoso", None),
    ]
}

struct Message {
    name: &'static str,
    /// As it is written today.
    written: Vec<u8>,
    /// Reads it and writes it again.
    again: fn(&[u8]) -> Vec<u8>,
}

fn message<T: Serialize + DeserializeOwned>(name: &'static str, message: &T) -> Message {
    let again = |golden: &[u8]| bytes(&serde_json::from_slice::<T>(golden).expect("a message"));
    Message { name, written: bytes(message), again }
}

fn messages() -> Vec<Message> {
    let time = "2026-11-24T03:00:00Z".parse().expect("a timestamp");
    let nonce = Nonce::from([7; 16]);
    let status = HandsetStatus {
        handset: handset(),
        nonce,
        state: HandsetState::Active,
        policy: Policy { match_at: Some(0.4), ..Policy::default() },
        programme_key: programme().public().clone(),
        time,
        officers: vec![AssignedOfficer { id: "PTG-07".parse().expect("an id"), name: "Ani Wulandari".into() }],
        recovery: Some(deposit().id),
        codes: vec!["a.b.c".into()],
    };
    let ticket = Ticket {
        saksi: 1,
        server: "https://10.0.0.2:8443".into(),
        ca: Authority::Certificate(vec![0x30, 0x82, 0x01]),
        server_key: server_key().verifying_key(),
        programme_key: programme().public().clone(),
        token: "once".into(),
    };
    let registration = Registration {
        token: "once".into(),
        nonce,
        signing_key: handset_key().verifying_key(),
        transport_key: server_key().verifying_key(),
        label: "Handset 12".into(),
        officer: "PTG-07".parse().expect("an id"),
        recovery: deposit(),
    };
    let admit = CodeAction::Admit {
        officer: "PTG-07".parse().expect("an id"),
        recovery: deposit().id,
        secret: deposit().open(&programme()).expect("opens"),
    };
    let code = |action| UnlockCode {
        code: "019ab2f0-0000-7000-8000-000000000004".parse().expect("a UUID"),
        handset: handset(),
        expires: time,
        action,
    };
    let delta = RosterDelta {
        cursor: 42,
        more: false,
        rounds: vec![Round { id: "BST-2026-11".parse().expect("a name"), title: "November 2026".into() }],
        beneficiaries: roster().into_iter().map(|row| row.beneficiary).collect(),
        entitlements: vec![Entitlement {
            beneficiary: "KPM-0001".parse().expect("an id"),
            round: "BST-2026-11".parse().expect("a name"),
            amount: Rupiah(300_000),
        }],
        removed: vec!["KPM-0009".parse().expect("an id")],
        paid: vec![PaidMark {
            beneficiary: "KPM-0002".parse().expect("an id"),
            nik: Some("3273010203700001".parse().expect("a NIK")),
            round: "BST-2026-11".parse().expect("a name"),
            record: receipt().record,
            at: time,
        }],
        approvals: vec![Approval {
            proxy: Some("3273010107650001".parse().expect("a NIK")),
            beneficiary: "KPM-0001".parse().expect("an id"),
            round: "BST-2026-11".parse().expect("a name"),
            record: receipt().record,
        }],
        portraits: vec![BeneficiaryPortrait {
            beneficiary: "KPM-0001".parse().expect("an id"),
            jpeg: portrait().jpeg().to_vec().into(),
        }],
    };
    let registered = Registered { handset: handset(), status: status.clone() };
    let mut messages = problems(time, nonce);
    messages.extend([
        message("ticket", &ticket),
        message("registration", &registration),
        message("registered", &registered),
        message("token", &TokenClaims::new(handset(), time, nonce)),
        message("status", &status),
        message("roster-page", &RosterPage { handset: handset(), nonce, since: 41, delta }),
        message("receipt", &receipt()),
        message("signed", &Signed { signed: "a.b.c".into() }),
        message("deposit", &deposit()),
        message("new-recovery", &NewRecovery { deposit: deposit(), taken: vec![code(CodeAction::Erase).code] }),
        message("code-admit", &code(admit)),
        message("code-erase", &code(CodeAction::Erase)),
    ]);
    messages
}

fn problems(time: Timestamp, nonce: Nonce) -> Vec<Message> {
    let problem = Problem {
        error: ProblemCode::BlobsMissing,
        message: "2 photos are missing".into(),
        time,
        blobs: vec![Digest::of(b"a"), Digest::of(b"b")],
        signed: None,
    };
    let final_problem = FinalProblem {
        handset: handset(),
        nonce,
        record: Some(receipt().record),
        envelope: receipt().envelope,
        error: ProblemCode::Rejected,
        message: "kept for review, but not accepted".into(),
        time,
    };
    let refused = Problem {
        error: final_problem.error,
        message: final_problem.message.clone(),
        time,
        blobs: Vec::new(),
        signed: Some("a.b.c".into()),
    };
    vec![message("problem", &problem), message("problem-signed", &refused), message("final-problem", &final_problem)]
}

/// Sealing is random, so the sample is made once and kept.
fn deposit() -> Deposit {
    let path = folder().join("deposit.json");
    if !path.exists() && std::env::var("SAKSI_GOLDEN").as_deref() == Ok("write") {
        let id = "019ab2f0-0000-7000-8000-000000000005".parse().expect("a UUID");
        let secret = RecoverySecret::generate();
        let deposit = Deposit::seal(id, &secret, programme().public()).expect("sealed");
        fs::write(&path, bytes(&deposit)).expect("written");
    }
    serde_json::from_slice(&fs::read(path).expect("the sample")).expect("a deposit")
}

fn bytes(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("plain data")
}

/// The blob format as its documentation says, with a given key.
fn seal_by_the_book(key: &[u8; 32], plaintext: &[u8]) -> Vec<u8> {
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key"));
    let mut blob = b"SAKSIBLB\x01".to_vec();
    let chunks: Vec<_> = plaintext.chunks(65_536).collect();
    for (number, chunk) in chunks.iter().enumerate() {
        let mut nonce = [0; 12];
        nonce[..11].copy_from_slice(&(number as u128).to_be_bytes()[5..]);
        nonce[11] = u8::from(number + 1 == chunks.len());
        let mut sealed = chunk.to_vec();
        cipher
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                Aad::from(b"SAKSIBLB\x01"),
                &mut sealed,
            )
            .expect("sealed");
        blob.extend(sealed);
    }
    blob
}

fn write_all() {
    let put = |file: &str, bytes: &[u8]| {
        let path = folder().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("written");
    };
    for part in ["records", "wire"] {
        let _ = fs::remove_dir_all(folder().join(part));
    }
    let mut head = ChainHead::START;
    let mut names = Vec::new();
    for (record, photos) in records() {
        let (envelope, photos) = sealed(&head, record, &photos);
        head = ChainHead { seq: head.seq + 1, digest: envelope.digest() };
        let name = name(&envelope);
        put(&format!("records/{name}.env"), envelope.as_bytes());
        put(&format!("records/{name}.payload.json"), &bytes(&envelope.open(&programme()).expect("opens")));
        for photo in photos {
            put(&format!("records/{}.blob", photo.key.sha256), &photo.bytes);
        }
        names.push(name);
    }
    put("ticket-code.txt", short_ticket().to_code().expect("a short token").as_bytes());
    put("records/names.txt", names.join("\n").as_bytes());
    let large = seal_by_the_book(&secret("large photo"), &photo(LARGE));
    put("large-blob.sha256", format!("{}\n", Digest::of(&large)).as_bytes());
    for Message { name, written, .. } in messages() {
        put(&format!("wire/{name}.json"), &written);
    }
    put("receipt.jws", jws::sign(&server_key(), typ::RECEIPT, &receipt()).as_bytes());
    let mut csv = Vec::new();
    roster_file::write(&roster(), &mut csv).expect("memory takes it");
    put("roster.csv", &csv);
    let keys = json!({
        "programme_private": BASE64.encode(programme().as_bytes()),
        "programme_public": programme().public(),
        "handset": handset(),
        "handset_public": handset_key().verifying_key(),
        "server_public": server_key().verifying_key(),
    });
    put("keys.json", &serde_json::to_vec_pretty(&keys).expect("plain data"));
}
