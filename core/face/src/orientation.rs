//! Turns a frame upright, as the EXIF orientation of its file says.

use exif::{In, Reader, Tag};

use crate::Frame;

/// How a camera held its picture; the names say what makes it upright. The eight values of EXIF's tag 0x0112.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Orientation {
    Upright,
    MirrorHorizontally,
    Turn180,
    MirrorVertically,
    Transpose,
    TurnRight,
    Transverse,
    TurnLeft,
}

impl Orientation {
    /// Reads an EXIF block (with or without its `Exif` mark). What can't be read doesn't turn the picture: a wrong
    /// remark beside a good photo isn't a reason to lose it.
    pub(crate) fn from_exif(block: &[u8]) -> Self {
        let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        let value = Reader::new()
            .read_raw(tiff.to_vec())
            .ok()
            .and_then(|exif| exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0));
        match value {
            Some(2) => Self::MirrorHorizontally,
            Some(3) => Self::Turn180,
            Some(4) => Self::MirrorVertically,
            Some(5) => Self::Transpose,
            Some(6) => Self::TurnRight,
            Some(7) => Self::Transverse,
            Some(8) => Self::TurnLeft,
            _ => Self::Upright,
        }
    }
}

/// The frame as the photographer saw it.
pub(crate) fn upright(frame: Frame, orientation: Orientation) -> Frame {
    let (w, h) = (frame.width() as usize, frame.height() as usize);
    // From a pixel of the upright frame to the pixel of the stored one.
    match orientation {
        Orientation::Upright => frame,
        Orientation::MirrorHorizontally => rearranged(&frame, w, h, |x, y| (w - 1 - x, y)),
        Orientation::Turn180 => rearranged(&frame, w, h, |x, y| (w - 1 - x, h - 1 - y)),
        Orientation::MirrorVertically => rearranged(&frame, w, h, |x, y| (x, h - 1 - y)),
        Orientation::Transpose => rearranged(&frame, h, w, |x, y| (y, x)),
        Orientation::TurnRight => rearranged(&frame, h, w, |x, y| (y, h - 1 - x)),
        Orientation::Transverse => rearranged(&frame, h, w, |x, y| (w - 1 - y, h - 1 - x)),
        Orientation::TurnLeft => rearranged(&frame, h, w, |x, y| (w - 1 - y, x)),
    }
}

fn rearranged(frame: &Frame, width: usize, height: usize, source: impl Fn(usize, usize) -> (usize, usize)) -> Frame {
    let stored = frame.rgb();
    let stored_width = frame.width() as usize;
    let mut pixels = Vec::with_capacity(frame.pixels().len());
    for y in 0..height {
        for x in 0..width {
            let (from_x, from_y) = source(x, y);
            pixels.extend_from_slice(&stored[from_y * stored_width + from_x]);
        }
    }
    Frame::from_rgb(width as u32, height as u32, pixels).expect("as many pixels as before")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An EXIF block with nothing but an orientation.
    fn exif(value: u8) -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        tiff.extend([value, 0, 0, 0, 0, 0, 0]);
        tiff
    }

    #[test]
    fn all_eight_orientations_come_upright() {
        // How a camera stores the letter-like picture  a b  /  c d  /  e f  for each orientation.
        let stored: [(u8, u32, &str); 8] = [
            (1, 2, "abcdef"),
            (2, 2, "badcfe"),
            (3, 2, "fedcba"),
            (4, 2, "efcdab"),
            (5, 3, "acebdf"),
            (6, 3, "bdface"),
            (7, 3, "fdbeca"),
            (8, 3, "ecafdb"),
        ];
        for (value, width, letters) in stored {
            let pixels = letters.bytes().flat_map(|b| [b; 3]).collect();
            let frame = Frame::from_rgb(width, 6 / width, pixels).expect("six pixels");
            let frame = upright(frame, Orientation::from_exif(&exif(value)));
            let seen: String = frame.rgb().iter().map(|p| char::from(p[0])).collect();
            assert_eq!((frame.width(), seen.as_str()), (2, "abcdef"), "orientation {value}");
        }
    }

    #[test]
    fn remarks_that_cannot_be_read_do_not_turn_the_picture() {
        assert_eq!(Orientation::from_exif(b""), Orientation::Upright);
        assert_eq!(Orientation::from_exif(b"Exif\0\0MM"), Orientation::Upright);
        assert_eq!(Orientation::from_exif(&exif(99)), Orientation::Upright);
    }
}
