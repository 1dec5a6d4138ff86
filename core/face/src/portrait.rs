//! The portrait of a face for a beneficiary's card: small enough to travel with a roster, and nothing in it but pixels.

use crate::photo::first_within;
use crate::resize::part;
use crate::{EncodeError, Face, Frame};

/// A portrait is never longer than this, in bytes.
pub const MAX_PORTRAIT_BYTES: usize = 6_000;

/// Its size, in pixels, at most.
const WIDTH: u32 = 150;
const HEIGHT: u32 = 200;
/// How wide it is, in distances between the eyes, and how far down its height these are: a token image of ISO/IEC 19794-5.
const EYES_WIDE: f32 = 4.0;
const EYES_DOWN: f32 = 0.45;

impl Frame {
    /// The portrait of a face in this frame as JPEG: the head with some context, the eyes in the upper half, at most 150 x 200
    /// pixels, in the best quality that takes at most [`MAX_PORTRAIT_BYTES`]. What would lie beyond the frame is left out, and
    /// a small face isn't blown up. No EXIF. The same frame and face always give the same bytes.
    pub fn to_portrait_jpeg(&self, face: &Face) -> Result<Vec<u8>, EncodeError> {
        let [right, left, ..] = face.landmarks;
        let (width, eyes) = (EYES_WIDE * face.inter_eye(), [0, 1].map(|axis| f32::midpoint(right[axis], left[axis])));
        let height = width * HEIGHT as f32 / WIDTH as f32;
        let corner = [eyes[0] - width / 2.0, eyes[1] - EYES_DOWN * height];
        let cut = |across| {
            part(self, corner, [width, height], across)
                .ok_or_else(|| EncodeError::new(&"the face isn't in the picture"))
        };
        let whole = cut(WIDTH)?;
        let ways = [85, 75, 65, 55, 45, 35, 25].map(|quality| whole.to_evidence_jpeg(HEIGHT, quality));
        // What is noise takes more at any quality.
        let halved = || cut(WIDTH / 2)?.to_evidence_jpeg(HEIGHT, 25);
        first_within(MAX_PORTRAIT_BYTES, ways).or_else(|_| first_within(MAX_PORTRAIT_BYTES, [halved()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A face that looks straight, its eyes 40 pixels apart around (x, y).
    fn face([x, y]: [f32; 2]) -> Face {
        let landmarks = [[-20.0, 0.0], [20.0, 0.0], [0.0, 23.0], [-16.0, 44.0], [16.0, 44.0]];
        let landmarks = landmarks.map(|[across, down]| [x + across, y + down]);
        Face { bbox: [x - 40.0, y - 40.0, 80.0, 110.0], landmarks, score: 0.9 }
    }

    /// Red tells how far to the right a pixel is, green how far down.
    fn gradient(width: u32, height: u32) -> Frame {
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [(x / 2) as u8, (y / 2) as u8, 128]));
        Frame::from_rgb(width, height, pixels.collect()).expect("all pixels given")
    }

    fn portrait(frame: &Frame, face: &Face) -> Frame {
        let jpeg = frame.to_portrait_jpeg(face).expect("fits");
        assert!(jpeg.len() <= MAX_PORTRAIT_BYTES && jpeg == frame.to_portrait_jpeg(face).expect("the same again"));
        assert!(!jpeg.windows(4).any(|w| w == b"Exif" || w == b"http"));
        Frame::decode(&jpeg).expect("our own JPEG")
    }

    #[test]
    fn it_shows_the_head_with_the_eyes_in_the_upper_half() {
        let taken = portrait(&gradient(400, 400), &face([200.0, 180.0]));
        assert_eq!((taken.width(), taken.height()), (150, 200));
        let [red, green, _] = taken.rgb()[90 * 150 + 75];
        assert!(red.abs_diff(100) < 4 && green.abs_diff(90) < 4, "the middle of the eyes: {red} {green}");
    }

    #[test]
    fn what_lies_beyond_the_frame_is_left_out_and_a_small_face_is_not_blown_up() {
        let taken = portrait(&gradient(400, 400), &face([40.0, 180.0]));
        assert_eq!((taken.width(), taken.height()), (113, 200));
        let small = face([200.0, 180.0]).scaled([0.25, 0.25]);
        let taken = portrait(&gradient(100, 100), &small);
        assert_eq!((taken.width(), taken.height()), (40, 53));
    }

    #[test]
    fn noise_has_the_same_limit() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = std::iter::repeat_with(&mut noise).take(400 * 400 * 3).collect();
        portrait(&Frame::from_rgb(400, 400, pixels).expect("all pixels given"), &face([200.0, 180.0]));
    }

    #[test]
    fn a_face_that_is_not_in_the_frame_has_no_portrait() {
        for bad in [face([-900.0, 0.0]), face([f32::NAN, 0.0]), face([0.0; 2]).scaled([0.0, 0.0])] {
            assert!(gradient(100, 100).to_portrait_jpeg(&bad).is_err());
        }
    }
}
