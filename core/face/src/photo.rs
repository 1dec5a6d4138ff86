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

impl Frame {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> Frame {
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 128])).collect();
        Frame::from_rgb(width, height, pixels).expect("all pixels given")
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
