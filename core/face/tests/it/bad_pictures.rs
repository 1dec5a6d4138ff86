//! Bytes that nobody vouches for: every kind of bad picture is a typed error, and no bytes make the reader panic.

use std::io::Cursor;

use proptest::prelude::*;
use saksi_face::{Frame, FrameError};

use crate::common;

fn gradient(width: u32, height: u32) -> Frame {
    let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [(x * 3) as u8, (y * 5) as u8, 90])).collect();
    Frame::from_rgb(width, height, pixels).expect("all pixels given")
}

fn jpeg() -> Vec<u8> {
    gradient(97, 61).to_evidence_jpeg(97, 90).expect("encodes")
}

/// A picture of 40 x 30 in a colour type; each sample is its column.
fn png(colour: png::ColorType, depth: png::BitDepth, samples: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(Cursor::new(&mut bytes), 40, 30);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == png::ColorType::Indexed {
        encoder.set_palette((0..40).flat_map(|i| [i, i, i]).collect::<Vec<u8>>());
    }
    let sample_bytes = if depth == png::BitDepth::Sixteen { 2 } else { 1 };
    let row: Vec<u8> = (0..40).flat_map(|x| vec![x; samples * sample_bytes]).collect();
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&row.repeat(30)).expect("the data");
    writer.finish().expect("the end");
    bytes
}

/// The header of a PNG that promises a size, and no data.
fn promising(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let writer = png::Encoder::new(Cursor::new(&mut bytes), width, height).write_header();
    drop(writer.expect("a header"));
    bytes
}

#[test]
fn every_colour_type_of_png_is_read() {
    use png::{BitDepth, ColorType};
    let kinds = [
        (ColorType::Rgb, BitDepth::Eight, 3),
        (ColorType::Rgba, BitDepth::Eight, 4),
        (ColorType::Grayscale, BitDepth::Eight, 1),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, 2),
        (ColorType::Indexed, BitDepth::Eight, 1),
        (ColorType::Rgb, BitDepth::Sixteen, 3),
        (ColorType::Rgba, BitDepth::Sixteen, 4),
    ];
    for (colour, depth, samples) in kinds {
        let frame = Frame::decode(&png(colour, depth, samples)).unwrap_or_else(|e| panic!("{colour:?}: {e}"));
        assert_eq!((frame.width(), frame.height()), (40, 30));
        assert_eq!(&frame.pixels()[30..33], [10, 10, 10], "{colour:?} {depth:?}");
    }
}

#[test]
fn a_grey_jpeg_is_read() {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder.encode(&[77; 64], 8, 8, jpeg_encoder::ColorType::Luma).expect("encodes");
    let frame = Frame::decode(&bytes).expect("a grey JPEG");
    assert!(frame.pixels().iter().all(|v| v.abs_diff(77) <= 1));
}

#[test]
fn a_cmyk_jpeg_is_read() {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder.encode(&[0, 0, 0, 255].repeat(64), 8, 8, jpeg_encoder::ColorType::Cmyk).expect("encodes");
    let frame = Frame::decode(&bytes).expect("a CMYK JPEG");
    assert!(frame.pixels().iter().all(|v| *v < 10), "black ink is black: {:?}", &frame.pixels()[..3]);
}

/// A segment of a JPEG: its marker, its length, what's in it.
fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).expect("a short segment").to_be_bytes();
    [&[0xff, marker], length.as_slice(), payload].concat()
}

#[test]
fn a_picture_at_which_the_decoder_panics_is_an_error_and_ends_nothing() {
    // Two components, said to be in the four colours of print, in progressive scans: zune-jpeg 0.5.15 panics.
    let adobe = [b"Adobe".as_slice(), &[0, 100, 0, 0, 0, 0, 2]].concat();
    let scan = |header: &[u8], bits: u8| [segment(0xda, header), vec![bits]].concat();
    let table = |class: u8| segment(0xc4, &[&[class, 1], [0; 16].as_slice()].concat());
    let bytes = [
        vec![0xff, 0xd8],
        segment(0xee, &adobe),
        segment(0xdb, &[[0].as_slice(), &[1; 64]].concat()),
        segment(0xc2, &[8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0]),
        table(0x00),
        table(0x10),
        scan(&[2, 1, 0, 2, 0, 0, 0, 0], 0x3f),
        scan(&[1, 1, 0, 1, 63, 0], 0x7f),
        scan(&[1, 2, 0, 1, 63, 0], 0x7f),
        vec![0xff, 0xd9],
    ];
    assert!(Frame::decode(&bytes.concat()).is_err());
}

#[test]
fn a_huge_promise_is_refused_before_memory_is_taken() {
    let refused = |bytes: &[u8]| matches!(Frame::decode(bytes), Err(FrameError::TooLarge { .. }));
    assert!(refused(&promising(30_000, 30_000)));
    assert!(refused(&promising(10_000, 10_000)));
    assert!(refused(&promising(0x7fff_ffff, 0x7fff_ffff)));
    let mut jpeg = jpeg();
    let header = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).expect("a baseline header");
    jpeg[header + 5..header + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert!(refused(&jpeg));
}

#[test]
fn a_jpeg_cut_anywhere_is_an_error() {
    let whole = jpeg();
    assert!(Frame::decode(&whole).is_ok());
    for length in 1..whole.len() {
        let error = Frame::decode(&whole[..length]).expect_err("its end is missing");
        assert!(matches!(error, FrameError::Truncated | FrameError::Damaged(_)), "{length} bytes: {error:?}");
    }
    assert_eq!(Frame::decode(&whole[..whole.len() / 2]), Err(FrameError::Truncated));
    assert_eq!(Frame::decode(&whole[..whole.len() - 1]), Err(FrameError::Truncated));
}

#[test]
fn a_png_cut_anywhere_is_an_error() {
    let whole = png(png::ColorType::Rgb, png::BitDepth::Eight, 3);
    for length in 1..whole.len() {
        assert_eq!(Frame::decode(&whole[..length]).err(), Some(FrameError::Truncated), "{length} bytes");
    }
}

#[test]
fn bytes_after_the_end_do_not_matter() {
    let mut motion_photo = jpeg();
    motion_photo.extend_from_slice(b"ftypmp42 a short film");
    assert!(Frame::decode(&motion_photo).is_ok());
}

#[test]
fn portraits_cut_in_half_are_an_error() {
    let Some(folder) = common::portraits() else { return };
    for name in ["obama.jpg", "obama2.jpg", "biden.jpg"] {
        let bytes = std::fs::read(folder.join(name)).expect("a portrait");
        assert_eq!(Frame::decode(&bytes[..bytes.len() / 2]), Err(FrameError::Truncated), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_the_reader_panic(
        which in 0_usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = match which {
            0 => jpeg(),
            1 => png(png::ColorType::Rgba, png::BitDepth::Eight, 4),
            _ => png(png::ColorType::Indexed, png::BitDepth::Eight, 1),
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(frame.pixels().len() as u64, u64::from(frame.width()) * u64::from(frame.height()) * 3);
        }
    }

    #[test]
    fn random_bytes_behind_a_magic_number_are_an_error(tail in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Frame::decode(&[b"\xff\xd8\xff".as_slice(), &tail].concat()).is_err());
        prop_assert!(Frame::decode(&[b"\x89PNG\r\n\x1a\n".as_slice(), &tail].concat()).is_err());
    }
}
