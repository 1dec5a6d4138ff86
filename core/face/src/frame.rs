//! A frame: the upright RGB pixels of one photo, read from bytes that nobody vouches for.

use std::fmt;

use crate::codec;

/// A picture of more pixels than this isn't read: 200 megapixels, which the largest sensors of handsets have.
pub const MAX_PIXELS: u64 = 200_000_000;

/// A frame has at most so many pixels. A picture of more than 24 megapixels is scaled down while it's read.
pub const MAX_FRAME_PIXELS: u64 = 50_000_000;

/// Neither has a longer side than this, in pixels.
pub const MAX_SIDE: u32 = 16_384;

/// RGB, 8 bits a channel, rows from the top, no padding; upright. At least 1 x 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// Why bytes aren't a photo that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No bytes at all.
    #[error("the picture is empty (0 bytes)")]
    Empty,
    /// Neither JPEG nor PNG, by the first bytes.
    #[error("not a picture: neither JPEG nor PNG")]
    NotAnImage,
    /// A photo as iPhones take them.
    #[error("this is a HEIC photo: export it as JPEG")]
    Heic,
    /// The file ends before the picture does.
    #[error("the picture is cut off: its end is missing")]
    Truncated,
    /// More pixels than [`MAX_PIXELS`] (of a frame: [`MAX_FRAME_PIXELS`]) or a longer side than [`MAX_SIDE`]; nothing was
    /// decoded.
    #[error("the picture is too large: {width} x {height} pixels")]
    TooLarge {
        /// By the header.
        width: u32,
        /// By the header.
        height: u32,
    },
    /// A progressive JPEG or an interlaced PNG that would have to be held whole, and takes too much memory.
    #[error(
        "the picture of {width} x {height} pixels is stored in several passes (progressive or interlaced), \
         which takes too much memory: save it without them, or smaller"
    )]
    TooLargeInPasses {
        /// By the header.
        width: u32,
        /// By the header.
        height: u32,
    },
    /// The decoder gave up on bytes that it should have refused.
    #[error("the picture is damaged: its decoder failed")]
    DecoderFailed,
    /// A valid file of a kind this reader doesn't know.
    #[error("this kind of picture is not supported: {0}")]
    Unsupported(String),
    /// Bytes inside are wrong.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
    /// Pixels whose number isn't width x height x 3, or a side of zero.
    #[error("{bytes} bytes are not {width} x {height} RGB pixels")]
    Size {
        /// Width given.
        width: u32,
        /// Height given.
        height: u32,
        /// Bytes given.
        bytes: usize,
    },
    /// Rows or pixels of a camera's plane that would lie in each other.
    #[error("a stride of {stride} bytes is too small: {needed} are needed")]
    Stride {
        /// Bytes from one to the next, as given.
        stride: usize,
        /// Bytes that one has.
        needed: usize,
    },
    /// A camera's plane that ends before its pixels do.
    #[error("a camera plane of {bytes} bytes is cut off: its pixels have {needed}")]
    Plane {
        /// Bytes given.
        bytes: usize,
        /// Bytes from its first pixel to the end of its last.
        needed: usize,
    },
    /// A turn by something else than 0, 90, 180 or 270 degrees.
    #[error("an image can't be turned by {0} degrees")]
    Rotation(u32),
}

impl Frame {
    /// Reads a JPEG or PNG of any colour type, turned upright as its EXIF orientation says. The size in the header is
    /// checked before anything is decoded; a picture that is cut off is an error, never half a picture.
    ///
    /// It takes at most 150 MB, the file not counted. A picture of more than 24 megapixels is scaled down to half, a quarter
    /// or an eighth of its sides while it's read.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        codec::decode(bytes)
    }

    /// Takes RGB pixels, rows from the top without padding.
    pub fn from_rgb(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, FrameError> {
        check_size(width, height)?;
        if pixels.len() as u64 != u64::from(width) * u64::from(height) * 3 {
            return Err(FrameError::Size { width, height, bytes: pixels.len() });
        }
        Ok(Self { width, height, pixels })
    }

    /// Pixels from left to right.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// RGB, rows from the top.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels as `[r, g, b]`, rows from the top.
    pub(crate) fn rgb(&self) -> &[[u8; 3]] {
        self.pixels.as_chunks::<3>().0
    }

    /// One black pixel: the start of a frame that's written later.
    pub(crate) fn blank() -> Self {
        Self { width: 1, height: 1, pixels: vec![0; 3] }
    }

    /// Makes another frame of this one's memory, of a size that [`check_size`] lets through. Gives its pixels, all of
    /// which are to be written.
    pub(crate) fn reuse(&mut self, width: u32, height: u32) -> &mut [[u8; 3]] {
        (self.width, self.height) = (width, height);
        self.pixels.resize(width as usize * height as usize * 3, 0);
        self.pixels.as_chunks_mut().0
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

/// Refuses a side of zero and what is beyond [`MAX_SIDE`] or [`MAX_FRAME_PIXELS`].
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), FrameError> {
    if width == 0 || height == 0 {
        return Err(FrameError::Size { width, height, bytes: 0 });
    }
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_FRAME_PIXELS {
        return Err(FrameError::TooLarge { width, height });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_picture_is_told_apart() {
        assert_eq!(Frame::decode(b""), Err(FrameError::Empty));
        assert_eq!(Frame::decode(b"<html>log in to the hotspot</html>"), Err(FrameError::NotAnImage));
        assert_eq!(Frame::decode(b"GIF89a"), Err(FrameError::NotAnImage));
        assert_eq!(Frame::decode(b"\xff"), Err(FrameError::Truncated));
        assert_eq!(Frame::decode(b"\x89PN"), Err(FrameError::Truncated));
    }

    #[test]
    fn pixels_must_fill_the_frame() {
        assert!(Frame::from_rgb(2, 1, vec![0; 6]).is_ok());
        assert_eq!(Frame::from_rgb(2, 1, vec![0; 5]), Err(FrameError::Size { width: 2, height: 1, bytes: 5 }));
        assert!(matches!(Frame::from_rgb(0, 1, vec![]), Err(FrameError::Size { .. })));
        assert!(matches!(Frame::from_rgb(20_000, 1, vec![]), Err(FrameError::TooLarge { .. })));
        assert!(matches!(Frame::from_rgb(10_000, 10_000, vec![]), Err(FrameError::TooLarge { .. })));
    }
}
