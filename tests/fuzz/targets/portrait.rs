//! Any bytes as a portrait: refused, or kept as they are and within what a phone's decoder is given.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_face::Frame;
use saksi_records::Portrait;

fuzz_target!(|bytes: &[u8]| {
    let Ok(portrait) = Portrait::new(bytes.to_vec()) else { return };
    assert_eq!(portrait.jpeg(), bytes);
    if let Ok(shown) = Frame::decode(portrait.jpeg()) {
        let side = u32::from(Portrait::MAX_SIDE);
        assert!(shown.width() <= side && shown.height() <= side);
    }
});
