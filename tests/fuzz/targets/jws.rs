//! Any text as a signed statement: nothing but what a key has signed is believed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_records::jws::{self, typ};
use saksi_records::wire::{Receipt, Registered, TokenClaims};
use saksi_records::HandsetKey;

fuzz_target!(|statement: &str| {
    let key = HandsetKey::from_seed([3; 32]);
    let stranger = HandsetKey::from_seed([4; 32]).verifying_key();
    assert!(jws::verify::<Receipt>(&stranger, typ::RECEIPT, statement).is_err());
    let _ = jws::peek::<Registered>(statement);
    if let Ok(claims) = jws::peek::<TokenClaims>(statement) {
        let _ = claims.holds_at("2026-11-24T00:00:00Z".parse().expect("a timestamp"));
        let signed = jws::sign(&key, typ::TOKEN, &claims);
        assert_eq!(jws::verify(&key.verifying_key(), typ::TOKEN, &signed), Ok(claims));
    }
});
