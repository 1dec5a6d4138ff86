//! Reads JPEG and PNG into RGB pixels, within bounds that are checked before memory is taken.
//!
//! The bytes come from anywhere and the decoders from elsewhere: where one of them panics, that's an error like others.

mod jpeg;
mod png;
mod segments;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::orientation::upright;
use crate::{Frame, FrameError, MAX_PIXELS, MAX_SIDE};

/// What is held of a picture at once takes at most so many bytes: the frame and the same frame being turned upright, or the
/// frame and the coefficients that it's made of. With the rest it's below 150 MB, its file not counted.
const MEMORY: u64 = 146_000_000;

/// A picture of more pixels than this is scaled down while it's read.
const WHOLE_PIXELS: u64 = 24_000_000;

/// The upright frame of a picture.
pub(crate) fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    guarded(|| {
        let (frame, orientation) = match bytes {
            [] => return Err(FrameError::Empty),
            [0xff, 0xd8, 0xff, ..] => jpeg::read(bytes)?,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => png::read(bytes)?,
            _ if is_heic(bytes) => return Err(FrameError::Heic),
            _ if is_cut_magic(bytes) => return Err(FrameError::Truncated),
            _ => return Err(FrameError::NotAnImage),
        };
        Ok(upright(frame, orientation))
    })
}

/// Turns a panic into an error. It needs `panic = "unwind"`, which the workspace's profiles pin.
fn guarded<T>(decode: impl FnOnce() -> Result<T, FrameError>) -> Result<T, FrameError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(FrameError::DecoderFailed))
}

/// Refuses a side of zero and what is beyond [`MAX_SIDE`] or [`MAX_PIXELS`].
fn check_size(width: u32, height: u32) -> Result<(), FrameError> {
    if width == 0 || height == 0 {
        return Err(FrameError::Size { width, height, bytes: 0 });
    }
    if width > MAX_SIDE || height > MAX_SIDE || pixels(width, height) > MAX_PIXELS {
        return Err(FrameError::TooLarge { width, height });
    }
    Ok(())
}

/// By how much the sides of a picture are divided, so that at most [`WHOLE_PIXELS`] are left: 1, 2, 4 or 8.
fn reduction(width: u32, height: u32) -> u32 {
    let fits = |by: &u32| pixels(width.div_ceil(*by), height.div_ceil(*by)) <= WHOLE_PIXELS;
    [1, 2, 4].into_iter().find(fits).unwrap_or(8)
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

/// Whether these are the first bytes of a JPEG's or a PNG's magic number, and nothing more.
fn is_cut_magic(bytes: &[u8]) -> bool {
    b"\xff\xd8\xff".starts_with(bytes) || b"\x89PNG\r\n\x1a\n".starts_with(bytes)
}

/// Whether it's a photo in a HEIF container (ISO/IEC 23008-12), as iPhones and some others take them.
fn is_heic(bytes: &[u8]) -> bool {
    let brands: [&[u8; 4]; 7] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| brands.iter().any(|it| *it == brand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(guarded::<()>(|| panic!("a decoder's own")), Err(FrameError::DecoderFailed));
    }

    #[test]
    fn what_is_left_of_a_large_picture_is_a_frame_of_24_megapixels_at_most() {
        for (width, height, by) in
            [(1, 1, 1), (6000, 4000, 1), (6001, 4000, 2), (8192, 6144, 2), (12_000, 9000, 4), (16_320, 12_240, 4)]
        {
            assert_eq!(reduction(width, height), by, "{width} x {height}");
        }
    }

    #[test]
    fn a_heic_photo_is_named_as_such() {
        let photo = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        assert_eq!(decode(photo), Err(FrameError::Heic));
        assert_eq!(decode(b"\0\0\0\x18ftypmp42 a film"), Err(FrameError::NotAnImage));
    }
}
