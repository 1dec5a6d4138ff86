//! JPEG: decoded whole where it fits, and scaled down while it's decoded where it doesn't.

use std::io::{Cursor, ErrorKind};

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::segments::{FrameHeader, Outline};
use super::{MEMORY, WHOLE_PIXELS, check_size, pixels, reduction};
use crate::orientation::Orientation;
use crate::{Frame, FrameError};

/// Reads a JPEG (baseline or progressive; grey, YCbCr, RGB, CMYK or YCCK). The frame isn't turned yet.
pub(super) fn read(bytes: &[u8]) -> Result<(Frame, Orientation), FrameError> {
    // Strict, as otherwise what can't be read is painted grey and nobody is told.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(whole_error)?;
    let info = decoder.info().ok_or_else(|| FrameError::Damaged("no frame header".into()))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    let outline = Outline::of(bytes);
    if !outline.ends {
        return Err(FrameError::Truncated);
    }
    let same = |header: &FrameHeader| (header.width, header.height) == (width, height);
    let header = outline.frame.filter(same).ok_or_else(|| FrameError::Damaged("several frame headers".into()))?;
    let frame = if fits_whole(&header, outline.scans) {
        Frame::from_rgb(width, height, decoder.decode().map_err(whole_error)?)?
    } else {
        scaled(bytes, &header, outline.scans)?
    };
    Ok((frame, outline.exif.map_or(Orientation::Upright, Orientation::from_exif)))
}

/// Whether all pixels can be held, and the coefficients too where several scans bring them.
fn fits_whole(header: &FrameHeader, scans: usize) -> bool {
    let frame = pixels(header.width, header.height);
    let held = if header.progressive || scans > 1 { header.coefficients() } else { 0 };
    frame <= WHOLE_PIXELS && 3 * frame + held <= MEMORY
}

/// Decodes with smaller blocks of pixels for the same blocks of coefficients: half or a quarter as many a side.
///
/// This decoder isn't strict: where a scan lacks its middle, what follows may be grey.
fn scaled(bytes: &[u8], header: &FrameHeader, scans: usize) -> Result<Frame, FrameError> {
    let &FrameHeader { width, height, progressive, .. } = header;
    if progressive {
        return Err(FrameError::TooLargeInPasses { width, height });
    }
    if header.components() > 3 {
        return Err(FrameError::Unsupported("a large JPEG in the colours of print (CMYK): save it in RGB".into()));
    }
    // Each scan may take as long as the whole picture.
    if scans > header.components() {
        return Err(FrameError::Damaged("more scans than components".into()));
    }
    let by = reduction(width, height).max(2);
    let side = |pixels: u32| pixels.div_ceil(by) as u16;
    let mut decoder = jpeg_decoder::Decoder::new(Cursor::new(bytes));
    decoder.scale(side(width), side(height)).map_err(scaled_error)?;
    let unsupported = || FrameError::Unsupported("a large JPEG without loss".into());
    let info = decoder.info().filter(|it| it.coding_process != jpeg_decoder::CodingProcess::Lossless);
    let info = info.ok_or_else(unsupported)?;
    let pixels = decoder.decode().map_err(scaled_error)?;
    let pixels = match info.pixel_format {
        jpeg_decoder::PixelFormat::RGB24 => pixels,
        jpeg_decoder::PixelFormat::L8 => pixels.iter().flat_map(|grey| [*grey; 3]).collect(),
        _ => return Err(unsupported()),
    };
    Frame::from_rgb(info.width.into(), info.height.into(), pixels)
}

fn whole_error(error: DecodeErrors) -> FrameError {
    match error {
        DecodeErrors::ExhaustedData | DecodeErrors::IoErrors(_) => FrameError::Truncated,
        DecodeErrors::Unsupported(kind) => FrameError::Unsupported(format!("{kind:?}")),
        DecodeErrors::ZeroError => FrameError::Damaged("a side of zero pixels".into()),
        other => FrameError::Damaged(other.to_string()),
    }
}

fn scaled_error(error: jpeg_decoder::Error) -> FrameError {
    match error {
        jpeg_decoder::Error::Io(e) if e.kind() == ErrorKind::UnexpectedEof => FrameError::Truncated,
        jpeg_decoder::Error::Unsupported(feature) => FrameError::Unsupported(format!("{feature:?}")),
        other => FrameError::Damaged(other.to_string()),
    }
}
