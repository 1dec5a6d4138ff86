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

    /// Width and height of the upright frame, given those of the stored one.
    pub(crate) fn upright_size(self, width: u32, height: u32) -> (u32, u32) {
        match self {
            Self::Upright | Self::MirrorHorizontally | Self::Turn180 | Self::MirrorVertically => (width, height),
            Self::Transpose | Self::TurnRight | Self::Transverse | Self::TurnLeft => (height, width),
        }
    }

    /// Where the pixels of a stored frame of this size go.
    pub(crate) fn places(self, width: u32, height: u32) -> Places {
        let (w, h) = (width as isize, height as isize);
        let (first, right, down) = match self {
            Self::Upright => (0, 1, w),
            Self::MirrorHorizontally => (w - 1, -1, w),
            Self::Turn180 => (w * h - 1, -1, -w),
            Self::MirrorVertically => (w * h - w, 1, -w),
            Self::Transpose => (0, h, 1),
            Self::TurnRight => (h - 1, h, -1),
            Self::Transverse => (w * h - 1, -h, -1),
            Self::TurnLeft => (w * h - h, -h, 1),
        };
        Places { first, right, down }
    }
}

/// Where the pixels of a stored frame go: indices into the upright one, whose rows follow each other.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    /// That of the stored frame's first pixel.
    first: isize,
    /// From the place of a stored pixel to that of its neighbour on the right.
    right: isize,
    /// And to that of the one below it.
    down: isize,
}

impl Places {
    /// That of the stored frame's pixel `x`, `y`.
    pub(crate) fn of(self, x: usize, y: usize) -> usize {
        (self.first + x as isize * self.right + y as isize * self.down) as usize
    }
}

/// The frame as the photographer saw it.
pub(crate) fn upright(frame: Frame, orientation: Orientation) -> Frame {
    if orientation == Orientation::Upright {
        return frame;
    }
    let (width, height) = orientation.upright_size(frame.width(), frame.height());
    let places = orientation.places(frame.width(), frame.height());
    let mut pixels = vec![0; frame.pixels().len()];
    let (upright, _) = pixels.as_chunks_mut();
    for (y, row) in frame.rgb().chunks_exact(frame.width() as usize).enumerate() {
        for (x, pixel) in row.iter().enumerate() {
            upright[places.of(x, y)] = *pixel;
        }
    }
    Frame::from_rgb(width, height, pixels).expect("as many pixels as before")
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
