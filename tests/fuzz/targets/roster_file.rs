//! Any bytes as a roster file: refused with a reason, or read the same again after being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_records::roster_file;

fuzz_target!(|bytes: &[u8]| {
    let Ok(rows) = roster_file::read(bytes) else { return };
    let mut written = Vec::new();
    roster_file::write(&rows, &mut written).expect("memory takes it");
    assert_eq!(roster_file::read(written.as_slice()).expect("our own file"), rows);
});
