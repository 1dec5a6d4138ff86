//! Any text as a handset's audit log: verified and opened without a panic, and believed only as it was signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_records::audit;
use saksi_records::{HandsetKey, ProgrammeKey};

fuzz_target!(|text: &str| {
    let handset = "019ab2f0-0000-7000-8000-00000000000a".parse().expect("a UUID");
    // The golden log's signer isn't at hand, so each line is signed anew where it has claims.
    let key = HandsetKey::from_seed([1; 32]);
    assert!(text.is_empty() || audit::verify(handset, &key.verifying_key(), text).is_err());
    let Ok(entry) = serde_json::from_str::<audit::Entry>(text) else { return };
    let line = saksi_records::jws::sign(&key, saksi_records::jws::typ::AUDIT, &entry);
    let verified = audit::verify(entry.handset, &key.verifying_key(), &format!("{line}\n"));
    assert_eq!(verified.is_ok(), entry.seq == 1 && entry.prev == saksi_records::Digest::ZERO);
    let programme = ProgrammeKey::from_bytes(&[2; 32]).expect("any 32 bytes are a key");
    assert!(entry.open(&programme).is_err(), "sealed to a key that this target never seals to");
});
