//! Any bytes as a blob; and a real blob after any change, which must be seen.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_records::{BlobKey, BlobRole, Digest, SealedBlob};

fuzz_target!(|input: (Vec<(u32, u8)>, u32, Vec<u8>)| {
    let (edits, keep, bytes) = input;
    let _ = BlobKey { role: BlobRole::Proxy, sha256: Digest::of(&bytes), key: [7; 32] }.open(&bytes);

    let sealed = SealedBlob::seal(BlobRole::Proxy, &bytes);
    assert_eq!(sealed.key.open(&sealed.bytes).expect("our own blob").as_slice(), bytes);

    let mut changed = sealed.bytes.clone();
    for (at, bits) in edits {
        let at = at as usize % changed.len();
        changed[at] ^= bits;
    }
    changed.truncate(changed.len().saturating_sub(keep as usize % 40));
    if changed != sealed.bytes {
        assert!(sealed.key.open(&changed).is_err(), "the name shows the change");
        let renamed = BlobKey { sha256: Digest::of(&changed), ..sealed.key.clone() };
        assert!(renamed.open(&changed).is_err(), "the seal shows the change");
    }
});
