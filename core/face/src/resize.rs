//! Scales frames down.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::Frame;

/// The frame with its longer side at most `max_side` (at least 1) and its proportions kept to the nearest pixel; `None`
/// where it's small enough already.
pub(crate) fn shrunk(frame: &Frame, max_side: u32) -> Option<Frame> {
    let longest = frame.width().max(frame.height());
    let max_side = max_side.max(1);
    if longest <= max_side {
        return None;
    }
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(max_side) + u64::from(longest) / 2) / u64::from(longest);
        (scaled as u32).max(1)
    };
    let (width, height) = (scale(frame.width()), scale(frame.height()));
    let source = ImageRef::new(frame.width(), frame.height(), frame.pixels(), PixelType::U8x3)
        .expect("a frame has the pixels it says");
    let mut target = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box));
    Resizer::new().resize(&source, &mut target, &options).expect("both are RGB of at least one pixel");
    Some(Frame::from_rgb(width, height, target.into_vec()).expect("the target has the pixels it says"))
}
