//! What reading a picture takes at its peak. The system measures it, in a process of its own for each picture.

use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor, rgb_to_ycbcr};
use saksi_face::{Frame, FrameError};

use crate::bad_pictures::crc;

/// Where the other process finds its picture.
const PICTURE: &str = "SAKSI_READ_PICTURE";

const MOST: u64 = 150_000_000;

/// EXIF that has the picture turned by a quarter: the frame is held twice then.
const TURNED: &[u8] = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

#[test]
fn a_png_takes_at_most_150_mb_and_what_is_larger_than_a_frame_is_scaled_down() {
    if read_here() {
        return;
    }
    for (width, height, read) in
        [(6000, 4000, [4000, 6000]), (8192, 6144, [3072, 4096]), (16_384, 12_200, [3050, 4096])]
    {
        let taken = taken(|file| png(width, height, file), "a_png_takes");
        assert!(taken.bytes <= MOST, "{width} x {height}: {} bytes", taken.bytes);
        assert_eq!(taken.frame, read, "{width} x {height}");
    }
}

#[test]
fn a_jpeg_takes_at_most_150_mb_and_what_is_larger_than_a_frame_is_scaled_down() {
    if read_here() {
        return;
    }
    let (fine, usual) = (SamplingFactor::F_1_1, SamplingFactor::F_2_2);
    for (width, height, progressive, sampling, read) in [
        (6000, 4000, false, fine, [4000, 6000]),
        (6000, 4000, true, usual, [4000, 6000]),
        (4600, 3450, true, fine, [3450, 4600]),
        (8192, 6144, false, usual, [3072, 4096]),
        (9216, 6912, false, usual, [3456, 4608]),
        (11_300, 8400, false, fine, [4200, 5650]),
        (12_000, 9000, false, usual, [2250, 3000]),
        (16_320, 12_240, false, usual, [3060, 4080]),
    ] {
        let taken = taken(|file| jpeg(width, height, progressive, sampling, file), "a_jpeg_takes");
        assert!(taken.bytes <= MOST, "{width} x {height}: {} bytes", taken.bytes);
        assert_eq!(taken.frame, read, "{width} x {height}");
    }
}

#[test]
fn what_comes_in_passes_and_does_not_fit_is_refused_by_name() {
    let mut bytes = Vec::new();
    jpeg(6000, 4000, true, SamplingFactor::F_1_1, &mut bytes);
    assert_eq!(Frame::decode(&bytes), Err(FrameError::TooLargeInPasses { width: 6000, height: 4000 }));
    let mut bytes = Vec::new();
    let mut header = png::Encoder::new(&mut bytes, 8192, 6144).write_header().expect("a header");
    header.write_chunk(png::chunk::IDAT, &[]).expect("some of it");
    drop(header);
    // The interlace method is the header's last byte, and the checksum follows.
    bytes[28] = 1;
    let crc = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&crc);
    assert_eq!(Frame::decode(&bytes), Err(FrameError::TooLargeInPasses { width: 8192, height: 6144 }));
}

/// What reading a picture took.
struct Taken {
    bytes: u64,
    /// Width and height of the frame.
    frame: [u32; 2],
}

/// Has a picture read by another process that runs this test alone.
fn taken(write: impl FnOnce(&mut BufWriter<File>), test: &str) -> Taken {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("picture");
    write(&mut BufWriter::new(File::create(&path).expect("a file")));
    let mut command = Command::new(env::current_exe().expect("this program"));
    let ran = command.args([&format!("memory::{test}"), "--nocapture"]).env(PICTURE, &path).output().expect("runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    let line = said.lines().find_map(|line| line.split_once("took ")).unwrap_or_else(|| panic!("{said}")).1;
    let numbers: Vec<u64> = line.split(' ').map(|number| number.parse().expect("a number")).collect();
    Taken { bytes: numbers[0], frame: [numbers[1] as u32, numbers[2] as u32] }
}

/// In the other process: reads the picture, says what it took, and looks whether it's the one that was written.
fn read_here() -> bool {
    let Some(path) = env::var_os(PICTURE) else { return false };
    let bytes = fs::read(Path::new(&path)).expect("a file");
    let before = memory("VmRSS:");
    let frame = Frame::decode(&bytes).expect("a picture");
    println!("took {} {} {}", memory("VmHWM:").saturating_sub(before), frame.width(), frame.height());
    // Turned to the right, what was below is on the left.
    for (across, down) in [(0.25, 0.25), (0.5, 0.75), (0.75, 0.5)] {
        let place = |share: f32, side: u32| (share * side as f32) as usize;
        let at = place(down, frame.height()) * frame.width() as usize + place(across, frame.width());
        let [red, green, blue] = frame.pixels().as_chunks::<3>().0[at];
        let expected = [255.0 * down, 255.0 * (1.0 - across)].map(|value| value as u8);
        assert!(red.abs_diff(expected[0]) < 4 && green.abs_diff(expected[1]) < 4 && blue.abs_diff(90) < 4);
    }
    true
}

/// A line of the system's account of this process, in bytes.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let told = status.lines().find_map(|it| it.strip_prefix(line)).expect("a line");
    told.trim().trim_end_matches(" kB").parse::<u64>().expect("kilobytes") * 1024
}

/// Red tells how far to the right a pixel is, green how far down.
fn pixel(x: u32, y: u32, width: u32, height: u32) -> [u8; 3] {
    [(x * 256 / width) as u8, (y * 256 / height) as u8, 90]
}

fn png(width: u32, height: u32, out: impl Write) {
    let mut info = png::Info::with_size(width, height);
    (info.color_type, info.bit_depth) = (png::ColorType::Rgba, png::BitDepth::Eight);
    info.exif_metadata = Some(TURNED.into());
    let mut encoder = png::Encoder::with_info(out, info).expect("a header");
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("a header");
    let mut rows = writer.stream_writer().expect("rows");
    for y in 0..height {
        let row: Vec<u8> = (0..width).flat_map(|x| pixel(x, y, width, height).into_iter().chain([255])).collect();
        rows.write_all(&row).expect("a row");
    }
    rows.finish().expect("the end");
}

fn jpeg(width: u32, height: u32, progressive: bool, sampling: SamplingFactor, out: impl Write) {
    let mut encoder = Encoder::new(out, 80);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    encoder.add_app_segment(1, [b"Exif\0\0".as_slice(), TURNED].concat()).expect("a short segment");
    encoder.encode_image(Gradient { width, height }).expect("encodes");
}

/// The same picture, its rows made as they're asked for.
struct Gradient {
    width: u32,
    height: u32,
}

impl ImageBuffer for Gradient {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width as u16
    }

    fn height(&self) -> u16 {
        self.height as u16
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        for x in 0..self.width {
            let [r, g, b] = pixel(x, y.into(), self.width, self.height);
            let (luma, blue, red) = rgb_to_ycbcr(r, g, b);
            buffers[0].push(luma);
            buffers[1].push(blue);
            buffers[2].push(red);
        }
    }
}
