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

/// As a camera writes it that was held upright, or on its side: EXIF with nothing but an orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
    segment(0xe1, &[b"Exif\0\0", tiff.as_slice(), &[orientation, 0, 0, 0, 0, 0, 0]].concat())
}

#[test]
fn of_two_exif_blocks_the_first_turns_the_picture() {
    let with = |blocks: &[u8]| {
        let plain = jpeg();
        let frame = Frame::decode(&[&plain[..2], blocks, &plain[2..]].concat()).expect("a JPEG");
        (frame.width(), frame.height())
    };
    assert_eq!(with(&exif(6)), (61, 97));
    assert_eq!(with(&[exif(6), exif(1)].concat()), (61, 97));
    assert_eq!(with(&[exif(1), exif(6)].concat()), (97, 61));
}

#[test]
fn an_interlaced_png_is_the_same_picture() {
    let pixels: Vec<[u8; 3]> = (0..13 * 11_u8).map(|i| [i, 255 - i, i / 2]).collect();
    // The seven passes: where each begins, and how far apart its pixels lie, across and down.
    let passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
    let mut data = Vec::new();
    for [left, top, across, down] in passes {
        for y in (top..11).step_by(down) {
            data.push(0);
            data.extend((left..13).step_by(across).flat_map(|x| pixels[y * 13 + x]));
        }
    }
    // A zlib stream (RFC 1950) of one stored block.
    let length = u16::try_from(data.len()).expect("a small picture").to_le_bytes();
    let sum = data.iter().fold([1_u32, 0], |[a, b], byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        [a, (b + a) % 65_521]
    });
    let ends = ((sum[1] << 16) | sum[0]).to_be_bytes();
    let stream = [&[0x78, 1, 1], length.as_slice(), &length.map(|byte| !byte), &data, &ends].concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, payload) in
        [(b"IHDR", [0, 0, 0, 13, 0, 0, 0, 11, 8, 2, 0, 0, 1].as_slice()), (b"IDAT", &stream), (b"IEND", &[])]
    {
        let chunk = [kind.as_slice(), payload].concat();
        bytes.extend((payload.len() as u32).to_be_bytes());
        bytes.extend(&chunk);
        bytes.extend(crc(&chunk).to_be_bytes());
    }
    let frame = Frame::decode(&bytes).expect("an interlaced PNG");
    assert_eq!((frame.width(), frame.height(), frame.pixels()), (13, 11, pixels.as_flattened()));
}

/// The checksum of a PNG's chunk.
pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn a_huge_promise_is_refused_before_memory_is_taken() {
    let refused = |bytes: &[u8]| matches!(Frame::decode(bytes), Err(FrameError::TooLarge { .. }));
    assert!(refused(&promising(30_000, 30_000)));
    assert!(refused(&promising(16_000, 16_000)));
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
