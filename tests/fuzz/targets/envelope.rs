//! Any bytes as an envelope: read, verified and opened without a panic, and kept byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_records::chain::verify_run;
use saksi_records::{Envelope, HandsetKey, ProgrammeKey};

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = Envelope::parse(bytes.to_vec()) else { return };
    assert_eq!(envelope.as_bytes(), bytes);
    let time = &envelope.header().created;
    let _ = (time.best(), time.wall_clock_error_s());
    let stranger = HandsetKey::from_seed([1; 32]).verifying_key();
    assert!(envelope.verify(&stranger).is_err(), "signed by a key that this target never signs with");
    assert!(verify_run(envelope.header().handset, &stranger, [&envelope]).is_err());
    let programme = ProgrammeKey::from_bytes(&[2; 32]).expect("any 32 bytes are a key");
    assert!(envelope.open(&programme).is_err(), "sealed to a key that this target never seals to");
});
