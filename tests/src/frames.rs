//! What a phone's camera sees in the tests: sample pictures as its frames.

use std::fs;
use std::path::{Path, PathBuf};

use saksi_face::Frame;

use crate::FieldKit;

/// A part of a portrait in which the face is in the middle, as a capture asks.
pub fn around_the_face(kit: &FieldKit, portrait: &Frame) -> Frame {
    let face = kit.engine().detect(portrait).expect("the detector runs").swap_remove(0);
    let [left, top, wide, high] = face.bbox;
    let (x, y) = ((left + wide / 2.0) as usize, (top + high / 2.0) as usize);
    let (width, height) = (portrait.width() as usize, portrait.height() as usize);
    let reach = ((1.5 * high) as usize).min(x).min(y).min(width - x).min(height - y);
    let rows = (y - reach..y + reach).flat_map(|row| {
        let at = |column: usize| (row * width + column) * 3;
        portrait.pixels()[at(x - reach)..at(x + reach)].iter().copied()
    });
    let side = 2 * reach as u32;
    Frame::from_rgb(side, side, rows.collect()).expect("all pixels")
}

/// A page with something darker around it, so that its edges can be seen.
pub fn on_a_table(page: &Frame) -> Frame {
    const MARGIN: usize = 160;
    let (width, height) = (page.width() as usize, page.height() as usize);
    let table = |pixels: usize| std::iter::repeat_n([64, 48, 40], pixels).flatten();
    let mut pixels: Vec<u8> = table(MARGIN * (width + 2 * MARGIN)).collect();
    for row in page.pixels().chunks_exact(width * 3) {
        pixels.extend(table(MARGIN));
        pixels.extend_from_slice(row);
        pixels.extend(table(MARGIN));
    }
    pixels.extend(table(MARGIN * (width + 2 * MARGIN)));
    let [width, height] = [width, height].map(|side| (side + 2 * MARGIN) as u32);
    Frame::from_rgb(width, height, pixels).expect("all pixels")
}

/// Writes a picture as a phone's camera delivers it: rows of Y, then rows of V and U by turns, without padding. The size is
/// in the file's name.
pub fn write_yuv(folder: &Path, frame: &Frame) -> PathBuf {
    // A sample of U and V is for two by two pixels: an odd last row or column is left out.
    let (width, height) = (frame.width() as usize & !1, frame.height() as usize & !1);
    let pixel = |x: usize, y: usize| {
        let at = (y * frame.width() as usize + x) * 3;
        [0, 1, 2].map(|channel| f32::from(frame.pixels()[at + channel]))
    };
    // JFIF 1.02.
    let luma = |[r, g, b]: [f32; 3]| (0.299 * r + 0.587 * g + 0.114 * b).round() as u8;
    let chroma = |[r, g, b]: [f32; 3]| {
        [128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b, 128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b]
            .map(|value| value.clamp(0.0, 255.0) as u8)
    };
    let mut bytes: Vec<u8> = (0..width * height).map(|at| luma(pixel(at % width, at / width))).collect();
    for at in 0..width * height / 4 {
        bytes.extend(chroma(pixel(at % (width / 2) * 2, at / (width / 2) * 2)));
    }
    fs::create_dir_all(folder).expect("a folder");
    let file = folder.join(format!("{width}x{height}.yuv"));
    fs::write(&file, bytes).expect("writes");
    file
}
