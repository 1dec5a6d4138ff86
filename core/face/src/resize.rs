//! Scales frames down, and parts of them to a square.

#[cfg(feature = "inference")]
use fast_image_resize::images::CroppedImageMut;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, IntoImageViewMut, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::Frame;

/// The frame with its longer side at most `max_side` (at least 1) and its proportions kept to the nearest pixel; `None`
/// where it's small enough already.
pub(crate) fn shrunk(frame: &Frame, max_side: u32) -> Option<Frame> {
    let (width, height) = fitted(frame.width(), frame.height(), max_side);
    if (width, height) == (frame.width(), frame.height()) {
        return None;
    }
    let source = ImageRef::new(frame.width(), frame.height(), frame.pixels(), PixelType::U8x3)
        .expect("a frame has the pixels it says");
    let mut target = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box));
    Resizer::new().resize(&source, &mut target, &options).expect("both are RGB of at least one pixel");
    Some(Frame::from_rgb(width, height, target.into_vec()).expect("the target has the pixels it says"))
}

/// A square of the frame, its corner and its side in pixels of the frame, scaled to `pixels` a side; black beyond the
/// frame's edges. `None` where less than a pixel of the frame is in it, or what is given isn't a number.
#[cfg(feature = "inference")]
pub(crate) fn square(frame: &Frame, corner: [f32; 2], side: f32, pixels: u32) -> Option<Frame> {
    let scale = f64::from(pixels) / f64::from(side);
    // Whole pixels of the square that lie in the frame, and what of the frame they show.
    let within = |corner: f32, length: u32| {
        let corner = f64::from(corner);
        let start = (-corner * scale).ceil().max(0.0);
        let end = ((f64::from(length) - corner) * scale).floor().min(pixels.into());
        let inside = corner.is_finite() && scale.is_finite() && scale > 0.0 && end - start >= 1.0;
        inside.then(|| {
            let from = (corner + start / scale).max(0.0);
            (start as u32, (end - start) as u32, from, ((end - start) / scale).min(f64::from(length) - from))
        })
    };
    let (left, width, from_left, from_width) = within(corner[0], frame.width())?;
    let (top, height, from_top, from_height) = within(corner[1], frame.height())?;
    let mut target = Image::new(pixels, pixels, PixelType::U8x3);
    let mut inside = CroppedImageMut::new(&mut target, left, top, width, height).ok()?;
    fill(&mut inside, frame, [from_left, from_top, from_width, from_height], FilterType::Bilinear)?;
    Frame::from_rgb(pixels, pixels, target.into_vec()).ok()
}

/// The part of the frame whose corner and size are given, in pixels of the frame, as far as it lies in it; scaled so that the
/// whole of it would be at most `across` pixels wide, never up. `None` where nothing of it lies in the frame, or what is
/// given isn't a number.
pub(crate) fn part(frame: &Frame, corner: [f32; 2], size: [f32; 2], across: u32) -> Option<Frame> {
    if ![corner, size].iter().flatten().all(|it| it.is_finite()) {
        return None;
    }
    let scale = (f64::from(across) / f64::from(size[0])).min(1.0);
    let within = |corner: f32, length: f32, frame: u32| {
        let (start, end) = (f64::from(corner).max(0.0), (f64::from(corner) + f64::from(length)).min(f64::from(frame)));
        let pixels = ((end - start) * scale).round();
        (pixels >= 1.0 && pixels <= f64::from(frame)).then_some((start, end - start, pixels as u32))
    };
    let (left, from_width, width) = within(corner[0], size[0], frame.width())?;
    let (top, from_height, height) = within(corner[1], size[1], frame.height())?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    fill(&mut target, frame, [left, top, from_width, from_height], FilterType::CatmullRom)?;
    Frame::from_rgb(width, height, target.into_vec()).ok()
}

/// Fills a picture with a part of the frame: left, top, width, height.
fn fill(target: &mut impl IntoImageViewMut, frame: &Frame, part: [f64; 4], filter: FilterType) -> Option<()> {
    let source = ImageRef::new(frame.width(), frame.height(), frame.pixels(), PixelType::U8x3).ok()?;
    let [left, top, width, height] = part;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).crop(left, top, width, height);
    Resizer::new().resize(&source, target, &options).ok()
}

/// Width and height in the same proportions, to the nearest pixel, the longer at most `max_side` (at least 1).
pub(crate) fn fitted(width: u32, height: u32, max_side: u32) -> (u32, u32) {
    let longest = width.max(height);
    let max_side = max_side.clamp(1, longest);
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(max_side) + u64::from(longest) / 2) / u64::from(longest);
        (scaled as u32).max(1)
    };
    (scale(width), scale(height))
}

#[cfg(all(test, feature = "inference"))]
mod tests {
    use super::*;

    /// Red tells how far to the right a pixel is, green how far down.
    fn gradient() -> Frame {
        let pixels = (0..100_u8).flat_map(|y| (0..200_u8).flat_map(move |x| [x, y, 255])).collect();
        Frame::from_rgb(200, 100, pixels).expect("200 x 100")
    }

    #[test]
    fn a_square_shows_the_part_of_the_frame_that_it_names() {
        let square = square(&gradient(), [40.0, 20.0], 64.0, 32).expect("inside");
        assert_eq!((square.width(), square.height()), (32, 32));
        for (i, [red, green, blue]) in square.rgb().iter().enumerate() {
            let (x, y) = (40.5 + 2.0 * (i % 32) as f32, 20.5 + 2.0 * (i / 32) as f32);
            assert!((f32::from(*red) - x).abs() <= 1.0 && (f32::from(*green) - y).abs() <= 1.0 && *blue == 255);
        }
    }

    #[test]
    fn beyond_the_frame_it_is_black() {
        let square = square(&gradient(), [-32.0, 68.0], 64.0, 64).expect("a quarter of it");
        let blue = |x: usize, y: usize| square.rgb()[y * 64 + x][2];
        assert_eq!([blue(31, 10), blue(32, 10), blue(63, 31), blue(63, 32)], [0, 255, 255, 0]);
    }

    #[test]
    fn what_shows_nothing_is_none() {
        for (corner, side) in [
            ([300.0, 0.0], 64.0),
            ([0.0, -64.0], 64.0),
            ([f32::NAN, 0.0], 64.0),
            ([0.0, 0.0], f32::NAN),
            ([0.0; 2], 0.0),
        ] {
            assert_eq!(square(&gradient(), corner, side, 32), None);
        }
    }
}
