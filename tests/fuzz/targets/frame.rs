//! Any bytes as a photo: a whole upright picture or an error, and what was decoded can be kept as evidence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_face::{Frame, MAX_FRAME_PIXELS};

fuzz_target!(
    init: {
        // A decoder's panic has to end as an error, so it doesn't end the process at once. One that gets out still does.
        drop(std::panic::take_hook());
    },
    |bytes: &[u8]| {
        let Ok(frame) = Frame::decode(bytes) else { return };
        let pixels = u64::from(frame.width()) * u64::from(frame.height());
        assert!(pixels > 0 && pixels <= MAX_FRAME_PIXELS);
        assert_eq!(frame.pixels().len() as u64, pixels * 3);
        // Encoding millions of pixels each time would leave no time for decoding.
        if pixels < 10_000 {
            let jpeg = frame.to_evidence_jpeg(1024, 85).expect("what was decoded can be encoded");
            Frame::decode(&jpeg).expect("our own JPEG");
        }
    }
);
