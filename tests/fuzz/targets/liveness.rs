//! Any bytes as liveness evidence: an error, or evidence that is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_face::LivenessEvidence;

fuzz_target!(|bytes: &[u8]| {
    let Ok(evidence) = serde_json::from_slice::<LivenessEvidence>(bytes) else { return };
    let json = serde_json::to_vec(&evidence).expect("plain data");
    assert_eq!(serde_json::from_slice::<LivenessEvidence>(&json).expect("our own format"), evidence);
});
