//! Times the way from a camera's image to the face in it, as guidance goes it frame by frame.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use saksi_face::{CameraImage, Engine, Frame, Plane};
use serde::Serialize;

use super::{median, milliseconds};
use crate::output::print_json;
use crate::{Common, photos};

#[derive(Serialize)]
struct Report {
    image: String,
    width: u32,
    height: u32,
    layouts: BTreeMap<&'static str, Times>,
}

/// Medians in milliseconds.
#[derive(Serialize)]
struct Times {
    convert: f64,
    detect: f64,
    total: f64,
    frames_per_s: f64,
    /// Of the surest face.
    score: f32,
}

/// What phones deliver for guidance: on its side, as sensors are built in.
pub const WIDTH: u32 = 1280;
/// From top to bottom.
pub const HEIGHT: u32 = 720;

pub fn run(image: &Path, runs: u32, common: &Common) -> Result<()> {
    let engine = photos::engine(common)?;
    let scene = Scene::with(&photos::frame(image)?);
    let (nv21, bgra) = (scene.nv21(), scene.bgra());
    let (luma, chroma) = nv21.split_at((WIDTH * HEIGHT) as usize);
    let plane = |bytes, pixel_stride| Plane { bytes, row_stride: WIDTH as usize, pixel_stride };
    let (u, v) = (plane(&chroma[1..], 2), plane(chroma, 2));
    let layouts = BTreeMap::from([
        ("nv21", CameraImage::nv21(WIDTH, HEIGHT, &nv21, WIDTH as usize)?),
        ("yuv_420_888", CameraImage::yuv_420_888(WIDTH, HEIGHT, plane(luma, 1), u, v)?),
        ("bgra", CameraImage::bgra(WIDTH, HEIGHT, &bgra, 4 * WIDTH as usize)?),
    ]);
    let layouts = layouts
        .into_iter()
        .map(|(name, image)| Ok((name, times(&engine, image.turned(90, false)?, runs).context(name)?)))
        .collect::<Result<BTreeMap<_, _>>>()?;
    let report = Report { image: image.display().to_string(), width: WIDTH, height: HEIGHT, layouts };
    if common.json {
        return print_json(&report);
    }
    println!("{WIDTH} x {HEIGHT}, turned by 90 degrees, {runs} runs, medians in ms");
    for (name, times) in &report.layouts {
        println!(
            "{name:>12}: convert {:.2}, detect {:.2}, in all {:.2}: {:.0} frames a second",
            times.convert, times.detect, times.total, times.frames_per_s
        );
    }
    Ok(())
}

fn times(engine: &Engine, image: CameraImage, runs: u32) -> Result<Times> {
    let (mut convert, mut detect, mut total, mut score) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
    // The first lays out the network.
    for run in 0..=runs {
        let start = Instant::now();
        let frame = image.upright(engine.working_size());
        let converted = milliseconds(start);
        let faces = engine.detect(&frame)?;
        let done = milliseconds(start);
        score = faces.first().context("no face found")?.score;
        if run > 0 {
            convert.push(converted);
            detect.push(done - converted);
            total.push(done);
        }
    }
    let total = median(total);
    Ok(Times { convert: median(convert), detect: median(detect), total, frames_per_s: 1000.0 / total, score })
}

/// A photo in the middle of a camera's image that lies on its side: as the sensor sees a person who stands upright.
pub struct Scene {
    pixels: Vec<[u8; 3]>,
}

impl Scene {
    pub fn with(photo: &Frame) -> Self {
        let scale = f64::from(photo.width()) / f64::from(HEIGHT);
        let scale = scale.max(f64::from(photo.height()) / f64::from(WIDTH));
        let at = |across: u32, down: u32| {
            let (x, y) = ((f64::from(across) * scale) as usize, (f64::from(down) * scale) as usize);
            let inside = x < photo.width() as usize && y < photo.height() as usize;
            if inside { photo.pixels().as_chunks().0[y * photo.width() as usize + x] } else { [128; 3] }
        };
        // Turned by 90 degrees clockwise it is upright: the top is to the left, and the bottom row is the left side.
        let pixels = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (HEIGHT - 1 - y, x)));
        Self { pixels: pixels.map(|(across, down)| at(across, down)).collect() }
    }

    pub fn bgra(&self) -> Vec<u8> {
        self.pixels.iter().flat_map(|[r, g, b]| [*b, *g, *r, 255]).collect()
    }

    /// Colours as in JFIF 1.02; of each two by two pixels the first one's.
    pub fn nv21(&self) -> Vec<u8> {
        let weighted = |[r, g, b]: [u8; 3], weights: [f32; 3], offset: f32| {
            let sum = f32::from(r) * weights[0] + f32::from(g) * weights[1] + f32::from(b) * weights[2];
            (sum + offset).round() as u8
        };
        let luma = self.pixels.iter().map(|pixel| weighted(*pixel, [0.299, 0.587, 0.114], 0.0));
        let blocks = (0..HEIGHT / 2).flat_map(|y| (0..WIDTH / 2).map(move |x| (2 * y * WIDTH + 2 * x) as usize));
        let chroma = blocks.flat_map(|at| {
            let pixel = self.pixels[at];
            [weighted(pixel, [0.5, -0.418_7, -0.081_3], 128.0), weighted(pixel, [-0.168_7, -0.331_3, 0.5], 128.0)]
        });
        luma.chain(chroma).collect()
    }
}
