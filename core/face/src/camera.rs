//! Camera images: the buffers that phones' cameras deliver, turned into upright frames.

mod pass;

use std::fmt;

use crate::frame::check_size;
use crate::orientation::Orientation;
use crate::resize::fitted;
use crate::{Frame, FrameError};

use pass::Pass;

/// An image of a camera, in the caller's memory. It's checked when it's made, so that nothing can fail later.
///
/// Colours in YUV are those of ITU-R BT.601 in full range (0 to 255), as in JFIF 1.02: what phones' cameras deliver (on
/// iOS where asked for `420YpCbCr8BiPlanarFullRange`). A sample of U and V is for two by two pixels; where a side of
/// the image is odd, the last of them reach beyond it.
#[derive(Clone, Copy)]
pub struct CameraImage<'a> {
    width: u32,
    height: u32,
    orientation: Orientation,
    colours: Colours,
    layers: [Option<Layer<'a>>; 3],
}

/// Samples in memory, as Android's `Image.Plane` describes them. The bytes may end right after the last sample.
#[derive(Clone, Copy)]
pub struct Plane<'a> {
    /// From the first sample on.
    pub bytes: &'a [u8],
    /// Bytes from a sample to the one below it.
    pub row_stride: usize,
    /// Bytes from a sample to the next in its row.
    pub pixel_stride: usize,
}

/// How a camera holds its images: their size, and what makes them upright. One capture's images share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framing {
    size: (u32, u32),
    orientation: Orientation,
}

/// What an image's three channels are.
#[derive(Clone, Copy, Debug)]
enum Colours {
    Rgb,
    Yuv,
}

/// A plane, and what it holds.
#[derive(Clone, Copy)]
struct Layer<'a> {
    plane: Plane<'a>,
    /// A sample is for so many pixels a side.
    block: usize,
    /// The channels whose values a sample holds, a byte each.
    channels: &'static [usize],
}

/// Nothing smaller shows a face, and so the work for a pixel is bounded.
const MIN_SIDE: u32 = 64;

/// No camera's samples are farther apart, in bytes.
const MAX_PIXEL_STRIDE: usize = 4;

impl<'a> CameraImage<'a> {
    /// NV21: `height` rows of Y, then rows of V and U by turns. All are `row_stride` bytes apart, at least the width
    /// rounded up to an even number.
    pub fn nv21(width: u32, height: u32, bytes: &'a [u8], row_stride: usize) -> Result<Self, FrameError> {
        Self::semi_planar(width, height, bytes, row_stride, &[2, 1])
    }

    /// NV12: as [NV21](CameraImage::nv21), but U before V.
    pub fn nv12(width: u32, height: u32, bytes: &'a [u8], row_stride: usize) -> Result<Self, FrameError> {
        Self::semi_planar(width, height, bytes, row_stride, &[1, 2])
    }

    /// Android's `YUV_420_888`: planes of Y, U and V, with pixel strides of 1 to 4. U and V may lie in each other; so
    /// iOS's plane of both can be given, from its first byte on for U and its second for V, with a pixel stride of 2.
    pub fn yuv_420_888(width: u32, height: u32, y: Plane<'a>, u: Plane<'a>, v: Plane<'a>) -> Result<Self, FrameError> {
        let y = Layer { plane: y, block: 1, channels: &[0] };
        let u = Layer { plane: u, block: 2, channels: &[1] };
        let v = Layer { plane: v, block: 2, channels: &[2] };
        Self::checked(width, height, Colours::Yuv, [Some(y), Some(u), Some(v)])
    }

    /// Four bytes a pixel: red, green, blue, and one that's ignored.
    pub fn rgba(width: u32, height: u32, bytes: &'a [u8], row_stride: usize) -> Result<Self, FrameError> {
        Self::packed(width, height, bytes, row_stride, &[0, 1, 2])
    }

    /// Four bytes a pixel: blue, green, red, and one that's ignored.
    pub fn bgra(width: u32, height: u32, bytes: &'a [u8], row_stride: usize) -> Result<Self, FrameError> {
        Self::packed(width, height, bytes, row_stride, &[2, 1, 0])
    }

    /// The image with what makes it upright: a turn clockwise by 0, 90, 180 or 270 `degrees` (Android's
    /// `rotationDegrees`), and then, if the camera `mirrored` it, changing left and right.
    pub fn turned(self, degrees: u32, mirrored: bool) -> Result<Self, FrameError> {
        let orientation = match (degrees, mirrored) {
            (0, false) => Orientation::Upright,
            (0, true) => Orientation::MirrorHorizontally,
            (90, false) => Orientation::TurnRight,
            (90, true) => Orientation::Transpose,
            (180, false) => Orientation::Turn180,
            (180, true) => Orientation::MirrorVertically,
            (270, false) => Orientation::TurnLeft,
            (270, true) => Orientation::Transverse,
            _ => return Err(FrameError::Rotation(degrees)),
        };
        Ok(Self { orientation, ..self })
    }

    /// Its size, and how it's turned and mirrored.
    pub fn framing(&self) -> Framing {
        Framing { size: (self.width, self.height), orientation: self.orientation }
    }

    /// Width and height of the whole image once it's upright, in pixels.
    pub fn upright_size(&self) -> (u32, u32) {
        self.orientation.upright_size(self.width, self.height)
    }

    /// The image upright, its longer side at most `max_side` pixels (at least 64) and its proportions kept to the
    /// nearest pixel. With [`MAX_SIDE`](crate::MAX_SIDE) it's the whole image.
    ///
    /// A pixel is the mean of the area it covers, right to within one level. The mean is taken in the camera's colours, of
    /// which what lies outside RGB is cut off only afterwards.
    pub fn upright(&self, max_side: u32) -> Frame {
        let mut frame = Frame::blank();
        self.upright_into(max_side, &mut frame);
        frame
    }

    /// As [`upright`](CameraImage::upright), in place of another frame, whose memory is used.
    pub fn upright_into(&self, max_side: u32, frame: &mut Frame) {
        let (width, height) = fitted(self.width, self.height, max_side.max(MIN_SIDE));
        let (upright_width, upright_height) = self.orientation.upright_size(width, height);
        let pixels = frame.reuse(upright_width, upright_height);
        Pass { image: self, width, height, pixels }.run();
    }

    /// How many pixels of the whole image, across and down, are one of a frame made of it: what
    /// [`Face::scaled`](crate::Face::scaled) takes to say where in the image a face is.
    pub fn scale(&self, frame: &Frame) -> [f32; 2] {
        let (width, height) = self.upright_size();
        [width as f32 / frame.width() as f32, height as f32 / frame.height() as f32]
    }

    fn semi_planar(
        width: u32,
        height: u32,
        bytes: &'a [u8],
        row_stride: usize,
        channels: &'static [usize],
    ) -> Result<Self, FrameError> {
        let chroma = bytes.get(row_stride.saturating_mul(height as usize)..).unwrap_or_default();
        let y = Layer { plane: Plane { bytes, row_stride, pixel_stride: 1 }, block: 1, channels: &[0] };
        let uv = Layer { plane: Plane { bytes: chroma, row_stride, pixel_stride: 2 }, block: 2, channels };
        Self::checked(width, height, Colours::Yuv, [Some(y), Some(uv), None])
    }

    fn packed(
        width: u32,
        height: u32,
        bytes: &'a [u8],
        row_stride: usize,
        channels: &'static [usize],
    ) -> Result<Self, FrameError> {
        let pixels = Layer { plane: Plane { bytes, row_stride, pixel_stride: 4 }, block: 1, channels };
        Self::checked(width, height, Colours::Rgb, [Some(pixels), None, None])
    }

    fn checked(width: u32, height: u32, colours: Colours, layers: [Option<Layer<'a>>; 3]) -> Result<Self, FrameError> {
        check_size(width, height)?;
        layers.iter().flatten().try_for_each(|layer| layer.check(width, height))?;
        Ok(Self { width, height, orientation: Orientation::Upright, colours, layers })
    }
}

impl fmt::Debug for CameraImage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CameraImage({:?}, {} x {}, {:?})", self.colours, self.width, self.height, self.orientation)
    }
}

impl Layer<'_> {
    /// Bytes from the first of so many samples of a row to the end of the last.
    fn extent(&self, samples: usize) -> usize {
        (samples - 1).saturating_mul(self.plane.pixel_stride).saturating_add(self.channels.len())
    }

    fn check(&self, width: u32, height: u32) -> Result<(), FrameError> {
        let Plane { bytes, row_stride, pixel_stride } = self.plane;
        if pixel_stride > MAX_PIXEL_STRIDE {
            return Err(FrameError::Unsupported(format!("a camera plane of one byte in {pixel_stride}")));
        }
        let strides = |stride: usize, needed: usize| {
            if stride < needed { Err(FrameError::Stride { stride, needed }) } else { Ok(()) }
        };
        let row = self.extent((width as usize).div_ceil(self.block));
        strides(pixel_stride, self.channels.len())?;
        strides(row_stride, row)?;
        let rows = (height as usize).div_ceil(self.block);
        let needed = (rows - 1).saturating_mul(row_stride).saturating_add(row);
        if bytes.len() < needed {
            return Err(FrameError::Plane { bytes: bytes.len(), needed });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Face, MAX_SIDE};

    /// How an image lies in memory; `Yuv420` by the pixel stride of U and V.
    #[derive(Clone, Copy, Debug)]
    enum Layout {
        Nv21,
        Nv12,
        Yuv420(usize),
        Rgba,
        Bgra,
    }

    /// An image in memory, in no more bytes than it needs.
    struct Stored {
        layout: Layout,
        width: u32,
        height: u32,
        /// Of the first plane and of the others.
        row_strides: [usize; 2],
        planes: [Vec<u8>; 3],
    }

    impl Stored {
        /// Rows have `padding` bytes more than they need. `value` is given x, y and the index of a channel.
        fn new(
            layout: Layout,
            (width, height): (u32, u32),
            padding: usize,
            value: impl Fn(usize, usize, usize) -> u8,
        ) -> Self {
            let (w, h) = (width as usize, height as usize);
            let row_strides = match layout {
                Layout::Nv21 | Layout::Nv12 => [w.next_multiple_of(2) + padding; 2],
                Layout::Yuv420(pixel_stride) => [w, w.div_ceil(2) * pixel_stride].map(|row| row + padding),
                Layout::Rgba | Layout::Bgra => [w * 4 + padding; 2],
            };
            let plane = |block: usize, pixel_stride: usize, channels: &[usize]| {
                let row_stride = row_strides[block - 1];
                let (columns, rows) = (w.div_ceil(block), h.div_ceil(block));
                let mut bytes = vec![77; (rows - 1) * row_stride + (columns - 1) * pixel_stride + channels.len()];
                for (y, row) in bytes.chunks_mut(row_stride).enumerate() {
                    for (x, sample) in row.chunks_mut(pixel_stride).take(columns).enumerate() {
                        for (byte, channel) in sample.iter_mut().zip(channels) {
                            *byte = value(x * block, y * block, *channel);
                        }
                    }
                }
                bytes
            };
            let in_one = |chroma: &[usize]| {
                let mut bytes = plane(1, 1, &[0]);
                bytes.resize(row_strides[0] * h, 77);
                bytes.extend(plane(2, 2, chroma));
                [bytes, vec![], vec![]]
            };
            let planes = match layout {
                Layout::Nv21 => in_one(&[2, 1]),
                Layout::Nv12 => in_one(&[1, 2]),
                Layout::Yuv420(stride) => [plane(1, 1, &[0]), plane(2, stride, &[1]), plane(2, stride, &[2])],
                Layout::Rgba => [plane(1, 4, &[0, 1, 2]), vec![], vec![]],
                Layout::Bgra => [plane(1, 4, &[2, 1, 0]), vec![], vec![]],
            };
            Self { layout, width, height, row_strides, planes }
        }

        fn image(&self) -> Result<CameraImage<'_>, FrameError> {
            let (width, height, row_stride) = (self.width, self.height, self.row_strides[0]);
            let [bytes, u, v] = &self.planes;
            match self.layout {
                Layout::Nv21 => CameraImage::nv21(width, height, bytes, row_stride),
                Layout::Nv12 => CameraImage::nv12(width, height, bytes, row_stride),
                Layout::Yuv420(pixel_stride) => {
                    let y = Plane { bytes, row_stride, pixel_stride: 1 };
                    let [u, v] = [u, v].map(|bytes| Plane { bytes, row_stride: self.row_strides[1], pixel_stride });
                    CameraImage::yuv_420_888(width, height, y, u, v)
                }
                Layout::Rgba => CameraImage::rgba(width, height, bytes, row_stride),
                Layout::Bgra => CameraImage::bgra(width, height, bytes, row_stride),
            }
        }
    }

    /// The same of every pixel in full: red, green and blue as JFIF 1.02 says, not yet cut off to 0 to 255.
    fn colour(layout: Layout, x: usize, y: usize, value: impl Fn(usize, usize, usize) -> u8) -> [f64; 3] {
        if let Layout::Rgba | Layout::Bgra = layout {
            return [0, 1, 2].map(|channel| f64::from(value(x, y, channel)));
        }
        let luma = f64::from(value(x, y, 0));
        let [cb, cr] = [1, 2].map(|channel| f64::from(value(x / 2 * 2, y / 2 * 2, channel)) - 128.0);
        [luma + 1.402 * cr, luma - 0.344_136 * cb - 0.714_136 * cr, luma + 1.772 * cb]
    }

    /// Rows of pixels, turned clockwise once.
    fn turned_right(rows: &[Vec<[f64; 3]>]) -> Vec<Vec<[f64; 3]>> {
        (0..rows[0].len()).map(|x| rows.iter().rev().map(|row| row[x]).collect()).collect()
    }

    /// The mean of each of `count` equal parts of these values.
    fn means(values: &[[f64; 3]], count: usize) -> Vec<[f64; 3]> {
        let length = values.len() as f64 / count as f64;
        let mean = |part: usize| {
            let (start, end) = (part as f64 * length, (part + 1) as f64 * length);
            let mut sum = [0.0; 3];
            for (at, value) in values.iter().enumerate() {
                let common = end.min(at as f64 + 1.0) - start.max(at as f64);
                for (sum, value) in sum.iter_mut().zip(value) {
                    *sum += value * common.max(0.0) / length;
                }
            }
            sum
        };
        (0..count).map(mean).collect()
    }

    fn any_layout() -> impl Strategy<Value = Layout> {
        use Layout::{Bgra, Nv12, Nv21, Rgba, Yuv420};
        prop_oneof![Just(Nv21), Just(Nv12), Just(Rgba), Just(Bgra), (1_usize..=4).prop_map(Yuv420)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_pixel_is_the_mean_of_what_it_covers_however_the_image_lies_and_is_turned(
            layout in any_layout(),
            size in prop_oneof![(1_u32..150, 1_u32..150), (1_u32..3000, 1_u32..5), (1_u32..5, 1_u32..3000)],
            padding in 0_usize..20,
            turns in 0_u32..4,
            mirrored: bool,
            max_side in 64_u32..160,
            seed: u64,
        ) {
            let value = |x: usize, y: usize, channel: usize| {
                let at = seed.wrapping_add((x * 3_000_000 + y * 3 + channel) as u64);
                (at.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 56) as u8
            };
            let stored = Stored::new(layout, size, padding, value);
            let image = stored.image().and_then(|i| i.turned(turns * 90, mirrored)).expect("all bytes are there");
            let frame = image.upright(max_side);

            let (w, h) = (size.0 as usize, size.1 as usize);
            let mut rows: Vec<Vec<_>> =
                (0..h).map(|y| (0..w).map(|x| colour(layout, x, y, value)).collect()).collect();
            for _ in 0..turns {
                rows = turned_right(&rows);
            }
            if mirrored {
                rows = rows.into_iter().map(|row| row.into_iter().rev().collect()).collect();
            }
            let (width, height) = (rows[0].len() as u32, rows.len() as u32);
            prop_assert_eq!(image.upright_size(), (width, height));
            prop_assert_eq!((frame.width(), frame.height()), fitted(width, height, max_side));
            let narrow: Vec<Vec<_>> = rows.iter().map(|row| means(row, frame.width() as usize)).collect();
            for x in 0..frame.width() as usize {
                let column: Vec<_> = narrow.iter().map(|row| row[x]).collect();
                for (y, expected) in means(&column, frame.height() as usize).into_iter().enumerate() {
                    let got = frame.rgb()[y * frame.width() as usize + x];
                    for (got, expected) in got.into_iter().zip(expected) {
                        let error = f64::from(got) - expected.clamp(0.0, 255.0);
                        prop_assert!(error.abs() <= 1.0, "{got} is not {expected} at {x}, {y}");
                    }
                }
            }
        }

        #[test]
        fn whatever_is_said_of_bytes_they_are_an_image_or_an_error(
            width in prop_oneof![0_u32..12, any::<u32>()],
            height in prop_oneof![0_u32..12, any::<u32>()],
            row_strides in prop::array::uniform3(prop_oneof![0_usize..50, any::<usize>()]),
            pixel_strides in prop::array::uniform3(prop_oneof![0_usize..6, any::<usize>()]),
            planes in prop::array::uniform3(prop::collection::vec(any::<u8>(), 0..300)),
            degrees in prop_oneof![Just(90_u32), any::<u32>()],
        ) {
            let plane = |at: usize| Plane {
                bytes: &planes[at],
                row_stride: row_strides[at],
                pixel_stride: pixel_strides[at],
            };
            let images = [
                CameraImage::nv21(width, height, &planes[0], row_strides[0]),
                CameraImage::nv12(width, height, &planes[0], row_strides[0]),
                CameraImage::rgba(width, height, &planes[0], row_strides[0]),
                CameraImage::bgra(width, height, &planes[0], row_strides[0]),
                CameraImage::yuv_420_888(width, height, plane(0), plane(1), plane(2)),
            ];
            for image in images.into_iter().flatten().filter_map(|image| image.turned(degrees, false).ok()) {
                let frame = image.upright(MAX_SIDE);
                prop_assert_eq!((frame.width(), frame.height()), image.upright_size());
            }
        }
    }

    #[test]
    fn colours_are_those_of_jpeg() {
        // Y, Cb and Cr of the corners of RGB, by JFIF 1.02.
        let colours = [
            ([76, 85, 255], [254, 0, 0]),
            ([150, 44, 21], [0, 255, 1]),
            ([29, 255, 107], [0, 0, 254]),
            ([226, 0, 149], [255, 255, 0]),
            ([179, 171, 0], [0, 255, 255]),
            ([105, 212, 235], [255, 0, 254]),
            ([0, 128, 128], [0, 0, 0]),
            ([255, 128, 128], [255, 255, 255]),
        ];
        for (yuv, rgb) in colours {
            for layout in [Layout::Nv21, Layout::Nv12, Layout::Yuv420(1), Layout::Yuv420(2)] {
                let stored = Stored::new(layout, (100, 80), 0, |_, _, channel| yuv[channel]);
                for max_side in [64, MAX_SIDE] {
                    let frame = stored.image().expect("all bytes are there").upright(max_side);
                    assert!(frame.rgb().iter().all(|pixel| *pixel == rgb), "{:?} for {rgb:?}", frame.rgb()[0]);
                }
            }
        }
    }

    #[test]
    fn grey_stays_grey_and_white_stays_white() {
        let gradient = |x: usize, _, channel| if channel == 0 { x as u8 } else { 128 };
        let stored = Stored::new(Layout::Yuv420(1), (256, 3), 0, gradient);
        let frame = stored.image().expect("all bytes are there").upright(MAX_SIDE);
        assert!(frame.rgb()[..256].iter().zip(0..=255).all(|(pixel, x)| *pixel == [x; 3]));
        // Sides whose units are far from whole fractions.
        for size in [(1920, 1080), (16_384, 3), (3, 16_383), (12_001, 90), (383, 16_384)] {
            let stored = Stored::new(Layout::Bgra, size, 0, |_, _, _| 255);
            let frame = stored.image().expect("all bytes are there").upright(64);
            assert!(frame.pixels().iter().all(|level| *level == 255), "{size:?}");
        }
    }

    #[test]
    fn one_byte_too_few_or_too_small_a_stride_is_an_error() {
        for layout in [Layout::Nv21, Layout::Nv12, Layout::Yuv420(1), Layout::Yuv420(2), Layout::Rgba, Layout::Bgra] {
            for plane in 0..3 {
                let mut stored = Stored::new(layout, (7, 5), 3, |_, _, _| 0);
                assert!(stored.image().is_ok());
                if stored.planes[plane].pop().is_some() {
                    assert!(matches!(stored.image(), Err(FrameError::Plane { .. })), "{layout:?}, plane {plane}");
                }
            }
            for plane in 0..2 {
                let mut stored = Stored::new(layout, (7, 5), 0, |_, _, _| 0);
                // The spare bytes of the last sample in a row may be shared.
                stored.row_strides[plane] -=
                    if let Layout::Yuv420(2) | Layout::Rgba | Layout::Bgra = layout { 2 } else { 1 };
                if plane == 0 || matches!(layout, Layout::Yuv420(_)) {
                    assert!(matches!(stored.image(), Err(FrameError::Stride { .. })), "{layout:?}, plane {plane}");
                }
            }
        }
    }

    #[test]
    fn sizes_and_turns_that_cannot_be_are_errors() {
        let refused = |width, height| CameraImage::rgba(width, height, &[0; 64], 16).map(|_| ());
        assert_eq!(refused(4, 4), Ok(()));
        assert_eq!(refused(4, 5), Err(FrameError::Plane { bytes: 64, needed: 79 }));
        assert!(matches!(refused(0, 4), Err(FrameError::Size { .. })));
        assert!(matches!(refused(4, 0), Err(FrameError::Size { .. })));
        assert!(matches!(refused(MAX_SIDE + 1, 4), Err(FrameError::TooLarge { .. })));
        let plane = |pixel_stride| Plane { bytes: &[0; 64], row_stride: 16, pixel_stride };
        let strides = |y, uv| CameraImage::yuv_420_888(4, 4, plane(y), plane(uv), plane(uv)).map(|_| ());
        assert_eq!(strides(1, 2), Ok(()));
        assert_eq!(strides(1, 0), Err(FrameError::Stride { stride: 0, needed: 1 }));
        assert!(matches!(strides(5, 2), Err(FrameError::Unsupported(_))));
        let image = CameraImage::rgba(4, 4, &[0; 64], 16).expect("all bytes are there");
        assert_eq!(image.turned(45, false).map(|_| ()), Err(FrameError::Rotation(45)));
        assert_eq!(image.turned(360, true).map(|_| ()), Err(FrameError::Rotation(360)));
    }

    #[test]
    fn a_frame_is_used_again_for_images_of_other_sizes_and_turns() {
        let value = |x: usize, y: usize, channel: usize| (x * 5 + y * 3 + channel * 50) as u8;
        let stored = Stored::new(Layout::Nv21, (300, 200), 0, value);
        let mut frame = stored.image().expect("all bytes are there").upright(MAX_SIDE);
        let memory = frame.pixels().as_ptr();
        for (size, degrees, max_side) in [((200, 260), 90, 128), ((300, 200), 0, 64), ((90, 91), 270, MAX_SIDE)] {
            let stored = Stored::new(Layout::Nv21, size, 0, value);
            let image = stored.image().and_then(|image| image.turned(degrees, true)).expect("all bytes are there");
            image.upright_into(max_side, &mut frame);
            assert!(frame == image.upright(max_side));
            assert_eq!(frame.pixels().as_ptr(), memory);
        }
    }

    #[test]
    fn a_face_in_the_small_frame_is_told_in_pixels_of_the_whole_image() {
        let stored = Stored::new(Layout::Nv21, (640, 480), 0, |_, _, _| 128);
        let image = stored.image().and_then(|image| image.turned(90, false)).expect("all bytes are there");
        let frame = image.upright(160);
        assert_eq!((frame.width(), frame.height()), (120, 160));
        let face = Face { bbox: [30.0, 40.0, 50.0, 60.0], landmarks: [[60.0, 80.0]; 5], score: 0.9 };
        let whole = face.scaled(image.scale(&frame));
        assert_eq!(whole, Face { bbox: [120.0, 160.0, 200.0, 240.0], landmarks: [[240.0, 320.0]; 5], score: 0.9 });
    }
}
