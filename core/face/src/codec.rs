//! Reads JPEG and PNG into RGB pixels, within bounds that are checked before memory is taken.
//!
//! The bytes come from anywhere and the decoders from elsewhere: where one of them panics, that's an error like others.

use std::io::{Cursor, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::frame::check_size;
use crate::orientation::Orientation;
use crate::{Frame, FrameError, MAX_PIXELS};

/// Turns a panic into an error. It needs `panic = "unwind"`, which the workspace's profiles pin.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> Result<T, FrameError>) -> Result<T, FrameError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(FrameError::DecoderFailed))
}

/// Reads a JPEG (baseline or progressive; grey, YCbCr, RGB, CMYK or YCCK). The frame isn't turned yet.
pub(crate) fn jpeg(bytes: &[u8]) -> Result<(Frame, Orientation), FrameError> {
    // Strict, as otherwise what can't be read is painted grey and nobody is told.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(jpeg_error)?;
    let info = decoder.info().ok_or_else(|| FrameError::Damaged("no frame header".into()))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    if !reaches_its_end(bytes) {
        return Err(FrameError::Truncated);
    }
    let pixels = decoder.decode().map_err(jpeg_error)?;
    let orientation = decoder.exif().map_or(Orientation::Upright, |exif| Orientation::from_exif(exif));
    Ok((Frame::from_rgb(width, height, pixels)?, orientation))
}

/// Reads a PNG (grey, palette, RGB, with or without alpha, 1 to 16 bits); alpha is dropped, as there's no background
/// to lay it on. The frame isn't turned yet.
pub(crate) fn png(bytes: &[u8]) -> Result<(Frame, Orientation), FrameError> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MAX_PIXELS as usize * 8 });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(png_error)?;
    let (width, height) = (header.width, header.height);
    check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(png_error)?;
    let size = reader.output_buffer_size().ok_or(FrameError::TooLarge { width, height })?;
    let mut buffer = vec![0; size];
    let output = reader.next_frame(&mut buffer).map_err(png_error)?;
    reader.finish().map_err(png_error)?;
    buffer.truncate(output.buffer_size());
    let pixels = match output.color_type {
        png::ColorType::Rgb => buffer,
        png::ColorType::Rgba => buffer.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect(),
        png::ColorType::Grayscale => buffer.iter().flat_map(|grey| [*grey; 3]).collect(),
        png::ColorType::GrayscaleAlpha => buffer.as_chunks::<2>().0.iter().flat_map(|[grey, _]| [*grey; 3]).collect(),
        png::ColorType::Indexed => return Err(FrameError::Unsupported("a PNG palette that does not expand".into())),
    };
    let orientation = reader.info().exif_metadata.as_deref().map_or(Orientation::Upright, Orientation::from_exif);
    Ok((Frame::from_rgb(width, height, pixels)?, orientation))
}

/// Whether a JPEG has its end marker after its scans. Thumbnails inside other segments have ends of their own, so the
/// segments are walked; bytes after the end (a motion photo's film) don't matter.
fn reaches_its_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    let mut in_scan = false;
    while let Some(&byte) = bytes.get(at) {
        if byte != 0xff {
            at += 1;
            continue;
        }
        let Some(&marker) = bytes.get(at + 1) else { return false };
        match marker {
            0xd9 => return in_scan,
            0xff => at += 1,
            // A stuffed zero, a restart marker, or a marker without a length.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            _ => {
                let Some(&[high, low]) = bytes.get(at + 2..at + 4) else { return false };
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
                in_scan |= marker == 0xda;
            }
        }
    }
    false
}

fn jpeg_error(error: DecodeErrors) -> FrameError {
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(_) => FrameError::Truncated,
        DecodeErrors::Unsupported(kind) => FrameError::Unsupported(format!("{kind:?}")),
        DecodeErrors::ZeroError => FrameError::Damaged("a side of zero pixels".into()),
        other => FrameError::Damaged(other.to_string()),
    }
}

fn png_error(error: png::DecodingError) -> FrameError {
    match error {
        png::DecodingError::IoError(e) if e.kind() == ErrorKind::UnexpectedEof => FrameError::Truncated,
        png::DecodingError::LimitsExceeded => FrameError::Unsupported("a PNG that needs too much memory".into()),
        other => FrameError::Damaged(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(guarded::<()>(|| panic!("a decoder's own")), Err(FrameError::DecoderFailed));
    }
}
