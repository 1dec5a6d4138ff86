//! The photo that goes into the evidence: small enough to send, and nothing in it but pixels.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::Frame;
use crate::resize::shrunk;

/// Why a photo couldn't be written.
#[derive(Debug, thiserror::Error)]
#[error("the photo can't be written as JPEG: {0}")]
pub struct EncodeError(String);

impl EncodeError {
    pub(crate) fn new(why: &dyn std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// The photo of a face is never longer than this, in bytes.
pub const MAX_FACE_BYTES: usize = 150_000;

/// Its longer side, in pixels, at most.
const FACE_SIDE: u32 = 1024;

impl Frame {
    /// The photo of a face for the evidence: as [`Frame::to_evidence_jpeg`], at most 1024 pixels on its longer side, in the
    /// best quality that takes at most [`MAX_FACE_BYTES`].
    pub fn to_face_jpeg(&self) -> Result<Vec<u8>, EncodeError> {
        self.to_jpeg_within(FACE_SIDE, MAX_FACE_BYTES)
    }

    /// As [`Frame::to_evidence_jpeg`], in the best quality that takes at most so many bytes.
    pub(crate) fn to_jpeg_within(&self, max_side: u32, most: usize) -> Result<Vec<u8>, EncodeError> {
        // What is noise takes more at any quality, so its side is halved in the end.
        let ways = [85, 75, 65, 50, 35].map(|quality| (max_side, quality)).into_iter().chain([(max_side / 2, 35)]);
        first_within(most, ways.map(|(side, quality)| self.to_evidence_jpeg(side, quality)))
    }

    /// The frame as JPEG: upright, its longer side at most `max_side` pixels, `quality` 1 to 100. No EXIF, hence no
    /// place, serial number or thumbnail from the file it was read from. The same frame always gives the same bytes.
    pub fn to_evidence_jpeg(&self, max_side: u32, quality: u8) -> Result<Vec<u8>, EncodeError> {
        let shrunk = shrunk(self, max_side);
        let frame = shrunk.as_ref().unwrap_or(self);
        let side = |pixels: u32| u16::try_from(pixels).map_err(|e| EncodeError::new(&e));
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, quality.clamp(1, 100));
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder
            .encode(frame.pixels(), side(frame.width())?, side(frame.height())?, ColorType::Rgb)
            .map_err(|e| EncodeError::new(&e))?;
        Ok(jpeg)
    }
}

/// The first of these that takes at most so many bytes.
pub(crate) fn first_within(
    most: usize,
    jpegs: impl IntoIterator<Item = Result<Vec<u8>, EncodeError>>,
) -> Result<Vec<u8>, EncodeError> {
    let fits = |jpeg: &Result<Vec<u8>, EncodeError>| jpeg.as_ref().map_or(true, |jpeg| jpeg.len() <= most);
    jpegs.into_iter().find(fits).unwrap_or_else(|| Err(EncodeError::new(&"it's too long at any quality")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> Frame {
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 128])).collect();
        Frame::from_rgb(width, height, pixels).expect("all pixels given")
    }

    #[test]
    fn a_face_s_photo_has_its_limit_whatever_it_shows() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = std::iter::repeat_with(&mut noise).take(1200 * 1200 * 3).collect();
        let jpeg = Frame::from_rgb(1200, 1200, pixels).expect("all pixels given").to_face_jpeg().expect("fits");
        assert!(jpeg.len() <= MAX_FACE_BYTES);
        Frame::decode(&jpeg).expect("our own JPEG");
    }

    #[test]
    fn evidence_is_small_and_still_the_same_picture() {
        let frame = gradient(200, 100);
        let jpeg = frame.to_evidence_jpeg(50, 85).expect("encodes");
        let read = Frame::decode(&jpeg).expect("our own JPEG");
        assert_eq!((read.width(), read.height()), (50, 25));
        let [r, g, b] = read.rgb()[12 * 50 + 25];
        assert!(r.abs_diff(102) < 8 && g.abs_diff(50) < 8 && b.abs_diff(128) < 8, "{r} {g} {b}");
    }

    #[test]
    fn a_small_frame_is_not_blown_up_and_the_bytes_are_always_the_same() {
        let frame = gradient(33, 65);
        let jpeg = frame.to_evidence_jpeg(1000, 85).expect("encodes");
        assert_eq!(jpeg, frame.to_evidence_jpeg(1000, 85).expect("encodes"));
        let read = Frame::decode(&jpeg).expect("our own JPEG");
        assert_eq!((read.width(), read.height()), (33, 65));
    }

    #[test]
    fn nothing_but_pixels_is_in_it() {
        let jpeg = gradient(40, 40).to_evidence_jpeg(40, 85).expect("encodes");
        assert!(!jpeg.windows(4).any(|w| w == b"Exif" || w == b"http"));
    }
}
