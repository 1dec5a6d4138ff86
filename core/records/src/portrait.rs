//! The picture of a beneficiary that an officer sees on the card: a small JPEG with nothing in it but pixels, which is
//! checked before anything decodes it.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::base64_bytes;

/// A baseline JPEG (ITU-T T.81) of at most [`Portrait::MAX_BYTES`] and [`Portrait::MAX_SIDE`] pixels a side, in a JFIF file
/// without a thumbnail, EXIF, comments or anything after its end. Whether its entropy-coded data is a face, or a picture
/// at all, isn't known here.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Portrait(Vec<u8>);

/// Why bytes are no portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortraitError {
    /// Too many bytes.
    #[error("the portrait is too long: {bytes} bytes, {} at most", Portrait::MAX_BYTES)]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// By its header it would take too many pixels to show.
    #[error("the portrait is too large: {width} x {height} pixels, {} a side at most", Portrait::MAX_SIDE)]
    TooLarge {
        /// By the header.
        width: u16,
        /// By the header.
        height: u16,
    },
    /// Not a JPEG from its first byte to its last, or not a baseline one.
    #[error("the portrait is no baseline JPEG")]
    NotJpeg,
    /// There is more in it than a picture: EXIF, a thumbnail, a comment, a colour profile.
    #[error("the portrait holds more than a picture")]
    Metadata,
}

impl Portrait {
    /// A portrait has at most so many bytes.
    pub const MAX_BYTES: usize = 6_000;
    /// And so many pixels a side.
    pub const MAX_SIDE: u16 = 400;

    /// Takes a JPEG, if it is one that may be shown.
    pub fn new(jpeg: Vec<u8>) -> Result<Self, PortraitError> {
        // What is refused is wiped all the same.
        let portrait = Self(jpeg);
        if portrait.0.len() > Self::MAX_BYTES {
            return Err(PortraitError::TooLong { bytes: portrait.0.len() });
        }
        check(&portrait.0)?;
        Ok(portrait)
    }

    /// The JPEG.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }
}

/// As base64.
impl Serialize for Portrait {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        base64_bytes::serialize(&self.0, to)
    }
}

impl<'de> Deserialize<'de> for Portrait {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(base64_bytes::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl fmt::Debug for Portrait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Portrait({} bytes)", self.0.len())
    }
}

/// The length of a JFIF header that has no thumbnail.
const JFIF: usize = 14;

/// Walks the file by its markers (T.81, annex B): one frame, its tables and scans, and the end.
fn check(jpeg: &[u8]) -> Result<(), PortraitError> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8]).ok_or(PortraitError::NotJpeg)?;
    let (mut framed, mut scanned) = (false, false);
    loop {
        let (marker, after) = match rest {
            [0xff, 0xd9] if scanned => return Ok(()),
            [0xff, marker, after @ ..] => (*marker, after),
            _ => return Err(PortraitError::NotJpeg),
        };
        let (segment, after) = segment(after).ok_or(PortraitError::NotJpeg)?;
        rest = after;
        match marker {
            // Quantisation tables, Huffman tables, restart interval.
            0xdb | 0xc4 | 0xdd => {}
            0xc0 if !framed => {
                framed = true;
                check_size(segment)?;
            }
            0xda if framed => {
                scanned = true;
                rest = after_scan(after);
            }
            0xe0 if segment.len() == JFIF && segment.starts_with(b"JFIF\0") => {}
            0xe0..=0xef | 0xfe => return Err(PortraitError::Metadata),
            _ => return Err(PortraitError::NotJpeg),
        }
    }
}

/// What a segment holds, and what comes after it.
fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, bytes) = bytes.split_first_chunk()?;
    // It counts its own two bytes.
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
    bytes.split_at_checked(length)
}

fn check_size(frame: &[u8]) -> Result<(), PortraitError> {
    let [8, h1, h2, w1, w2, ..] = *frame else { return Err(PortraitError::NotJpeg) };
    let (width, height) = (u16::from_be_bytes([w1, w2]), u16::from_be_bytes([h1, h2]));
    match width.min(height) {
        // A height of zero would come after the scan.
        0 => Err(PortraitError::NotJpeg),
        _ if width.max(height) > Portrait::MAX_SIDE => Err(PortraitError::TooLarge { width, height }),
        _ => Ok(()),
    }
}

/// What comes after a scan's data: from the first marker on that isn't a stuffed zero or a restart.
fn after_scan(bytes: &[u8]) -> &[u8] {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7);
    bytes.windows(2).position(ends).map_or(&[], |at| &bytes[at..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marker(code: u8, segment: &[u8]) -> Vec<u8> {
        let length = (segment.len() as u16 + 2).to_be_bytes();
        [&[0xff, code], &length[..], segment].concat()
    }

    fn frame(width: u16, height: u16) -> Vec<u8> {
        let [w, h] = [width, height].map(u16::to_be_bytes);
        marker(0xc0, &[8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0])
    }

    fn jfif() -> Vec<u8> {
        marker(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")
    }

    /// A file of these segments, and a scan of this data.
    fn file(segments: &[Vec<u8>], scan: &[u8]) -> Vec<u8> {
        let scan = [marker(0xda, &[1, 1, 0, 0, 63, 0]), scan.to_vec(), vec![0xff, 0xd9]].concat();
        [vec![0xff, 0xd8], segments.concat(), scan].concat()
    }

    fn good() -> Vec<u8> {
        file(
            &[jfif(), marker(0xdb, &[0; 65]), frame(150, 200), marker(0xc4, &[0; 17])],
            &[1, 0xff, 0, 2, 0xff, 0xd3, 3],
        )
    }

    #[test]
    fn a_picture_and_nothing_else_is_taken_as_it_is() {
        assert_eq!(Portrait::new(good()).expect("a portrait").jpeg(), good());
        let two_scans = file(&[frame(1, 400)], &[&[1][..], &marker(0xda, &[1, 2, 0, 0, 63, 0]), &[2]].concat());
        assert!(Portrait::new(two_scans).is_ok());
    }

    #[test]
    fn what_would_take_too_much_to_show_is_refused_by_its_size() {
        let long = file(&[frame(150, 200)], &[7; Portrait::MAX_BYTES]);
        assert_eq!(Portrait::new(long.clone()), Err(PortraitError::TooLong { bytes: long.len() }));
        let large = file(&[frame(65_535, 200)], &[1]);
        assert_eq!(Portrait::new(large), Err(PortraitError::TooLarge { width: 65_535, height: 200 }));
        assert_eq!(Portrait::new(file(&[frame(150, 0)], &[1])), Err(PortraitError::NotJpeg));
        // A second frame could say otherwise.
        assert_eq!(Portrait::new(file(&[frame(9, 9), frame(900, 900)], &[1])), Err(PortraitError::NotJpeg));
    }

    #[test]
    fn what_holds_more_than_a_picture_is_refused() {
        for more in [
            marker(0xe1, b"Exif\0\0II*\0"),
            marker(0xe2, b"ICC_PROFILE\0"),
            marker(0xfe, b"a comment"),
            marker(0xe0, b"JFXX\0\x10and a thumbnail"),
            marker(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01rgb"),
        ] {
            assert_eq!(Portrait::new(file(&[more, frame(9, 9)], &[1])), Err(PortraitError::Metadata));
        }
        assert_eq!(Portrait::new([good(), b"more".to_vec()].concat()), Err(PortraitError::NotJpeg));
    }

    #[test]
    fn what_is_no_baseline_jpeg_is_refused() {
        for bad in [
            vec![],
            b"\x89PNG\r\n\x1a\n".to_vec(),
            vec![0xff, 0xd8, 0xff, 0xd9],
            file(&[], &[1]),
            file(&[marker(0xc2, &frame(9, 9)[4..])], &[1]),
            file(&[vec![0xff, 0xdb, 0, 1], frame(9, 9)], &[1]),
        ] {
            assert_eq!(Portrait::new(bad), Err(PortraitError::NotJpeg));
        }
        let good = good();
        for end in 0..good.len() {
            assert_eq!(Portrait::new(good[..end].to_vec()), Err(PortraitError::NotJpeg), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_kept_as_they_are(tail in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..200) {
            let mut bytes = good();
            bytes.splice(at.min(bytes.len()).., tail);
            if let Ok(portrait) = Portrait::new(bytes.clone()) {
                prop_assert_eq!(portrait.jpeg(), bytes);
            }
        }
    }
}
