//! PNG: decoded row by row, and scaled down as the rows come where it's large.

use std::io::{BufRead, Cursor, ErrorKind, Seek};

use png::{ColorType, InterlaceInfo, Reader};

use super::{check_size, reduction};
use crate::orientation::Orientation;
use crate::{Frame, FrameError};

/// What a file may say beside its pixels, in bytes. Texts and colour profiles aren't read at all.
const REMARKS: usize = 4_000_000;

/// Reads a PNG (grey, palette, RGB, with or without alpha, 1 to 16 bits); alpha is dropped, as there's no background
/// to lay it on. The frame isn't turned yet.
pub(super) fn read(bytes: &[u8]) -> Result<(Frame, Orientation), FrameError> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: REMARKS });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(png_error)?;
    let (width, height, interlaced) = (header.width, header.height, header.interlaced);
    check_size(width, height)?;
    let by = reduction(width, height);
    if interlaced && by > 1 {
        return Err(FrameError::TooLargeInPasses { width, height });
    }
    let mut reader = decoder.read_info().map_err(png_error)?;
    let frame =
        if interlaced { in_passes(&mut reader, width, height) } else { by_rows(&mut reader, width, height, by) };
    let frame = frame?;
    reader.finish().map_err(png_error)?;
    let orientation = reader.info().exif_metadata.as_deref().map_or(Orientation::Upright, Orientation::from_exif);
    Ok((frame, orientation))
}

/// Rows from top to bottom; a pixel is the mean of a square of `by` a side.
fn by_rows(reader: &mut Reader<impl BufRead + Seek>, width: u32, height: u32, by: u32) -> Result<Frame, FrameError> {
    let (colour, _) = reader.output_color_type();
    let (across, down) = (width.div_ceil(by), height.div_ceil(by));
    let mut pixels = Vec::with_capacity(across as usize * down as usize * 3);
    let mut sums = vec![[0_u32; 3]; across as usize];
    let mut rows = 0;
    for last in (0..height).map(|row| row + 1 == height) {
        let Some(row) = reader.next_row().map_err(png_error)? else { break };
        let rgb = rgb(colour, row.data())?;
        if by == 1 {
            rgb.for_each(|pixel| pixels.extend(pixel));
            continue;
        }
        rgb.enumerate().for_each(|(x, pixel)| {
            let sum = &mut sums[x / by as usize];
            (0..3).for_each(|channel| sum[channel] += u32::from(pixel[channel]));
        });
        rows += 1;
        if rows == by || last {
            for (x, sum) in (0..across).zip(&mut sums) {
                let count = rows * by.min(width - x * by);
                pixels.extend(std::mem::take(sum).map(|sum| ((sum + count / 2) / count) as u8));
            }
            rows = 0;
        }
    }
    Frame::from_rgb(across, down, pixels)
}

/// Seven passes, each with more pixels between those of the ones before (Adam7).
fn in_passes(reader: &mut Reader<impl BufRead + Seek>, width: u32, height: u32) -> Result<Frame, FrameError> {
    let (colour, _) = reader.output_color_type();
    let mut pixels = vec![0; width as usize * height as usize * 3];
    let mut part = Vec::with_capacity(width as usize * 3);
    while let Some(row) = reader.next_interlaced_row().map_err(png_error)? {
        let &InterlaceInfo::Adam7(place) = row.interlace() else {
            return Err(FrameError::Damaged("a row that belongs to no pass".into()));
        };
        part.clear();
        rgb(colour, row.data())?.for_each(|pixel| part.extend(pixel));
        png::expand_interlaced_row(&mut pixels, width as usize * 3, &part, &place, 24);
    }
    Frame::from_rgb(width, height, pixels)
}

/// The pixels of a row, its samples of 8 bits each.
fn rgb(colour: ColorType, row: &[u8]) -> Result<Box<dyn Iterator<Item = [u8; 3]> + '_>, FrameError> {
    Ok(match colour {
        ColorType::Rgb => Box::new(row.as_chunks::<3>().0.iter().copied()),
        ColorType::Rgba => Box::new(row.as_chunks::<4>().0.iter().map(|[r, g, b, _]| [*r, *g, *b])),
        ColorType::Grayscale => Box::new(row.iter().map(|grey| [*grey; 3])),
        ColorType::GrayscaleAlpha => Box::new(row.as_chunks::<2>().0.iter().map(|[grey, _]| [*grey; 3])),
        ColorType::Indexed => return Err(FrameError::Unsupported("a PNG palette that does not expand".into())),
    })
}

fn png_error(error: png::DecodingError) -> FrameError {
    match error {
        png::DecodingError::IoError(e) if e.kind() == ErrorKind::UnexpectedEof => FrameError::Truncated,
        png::DecodingError::LimitsExceeded => FrameError::Unsupported("a PNG that needs too much memory".into()),
        other => FrameError::Damaged(other.to_string()),
    }
}
