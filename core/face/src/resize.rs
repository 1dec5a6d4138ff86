//! Scales frames down.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

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
