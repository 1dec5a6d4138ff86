//! Any bytes as a camera's planes of any size and strides: a whole upright frame or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saksi_face::{CameraImage, Plane};

fuzz_target!(|input: (u8, u16, u16, [u16; 3], [u8; 3], u8, u16, &[u8])| {
    let (layout, width, height, row_strides, pixel_strides, turn, max_side, bytes) = input;
    let (width, height) = (u32::from(width), u32::from(height));
    let row_stride = usize::from(row_strides[0]);
    let plane = |at: usize| Plane {
        bytes: &bytes[at * bytes.len() / 3..],
        row_stride: row_strides[at].into(),
        pixel_stride: pixel_strides[at].into(),
    };
    let image = match layout % 5 {
        0 => CameraImage::nv21(width, height, bytes, row_stride),
        1 => CameraImage::nv12(width, height, bytes, row_stride),
        2 => CameraImage::rgba(width, height, bytes, row_stride),
        3 => CameraImage::bgra(width, height, bytes, row_stride),
        _ => CameraImage::yuv_420_888(width, height, plane(0), plane(1), plane(2)),
    };
    let Ok(image) = image.and_then(|image| image.turned(u32::from(turn % 4) * 90, turn > 127)) else { return };
    let frame = image.upright(max_side.into());
    assert!(frame.width().max(frame.height()) <= u32::from(max_side).max(64));
    assert_eq!(frame.pixels().len() as u64, u64::from(frame.width()) * u64::from(frame.height()) * 3);
    let ([across, down], (whole_width, whole_height)) = (image.scale(&frame), image.upright_size());
    assert!(across >= 1.0 && down >= 1.0 && whole_width >= frame.width() && whole_height >= frame.height());
});
