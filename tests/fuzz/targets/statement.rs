//! Any pixels as the photo of a statement, and any bytes as a page's hash: judged or refused without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_face::{Frame, MAX_STATEMENT_BYTES, PageHash, PageLimits, judge};

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (width, height, bytes) = input;
    if let Ok(hash) = PageHash::from_bytes(bytes) {
        assert!((0.0..=1.0).contains(&hash.similarity(&hash)));
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
    // The bytes again and again, each as a block of pixels: big enough to hold a sheet, and its edges.
    let (width, height) = (u32::from(width) * 2 + 1, u32::from(height) * 2 + 1);
    let level = |x: u32, y: u32| bytes.get(((y / 16) * width.div_ceil(16) + x / 16) as usize).copied().unwrap_or(90);
    let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [level(x, y); 3])).collect();
    let frame = Frame::from_rgb(width, height, pixels).expect("all pixels given");
    if let Ok(statement) = judge(&frame, &PageLimits::none(), &[]) {
        assert!(statement.page.len() <= MAX_STATEMENT_BYTES && statement.photo.len() <= MAX_STATEMENT_BYTES);
    }
});
