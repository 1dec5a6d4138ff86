//! Draws `docs/pictures/statement-grid.png`: each fault of a statement's photo by its strength, and what came of it. With
//! `--speed` it measures the milliseconds of a frame instead.
//!
//!     cargo run --all-features --example statement_grid -- docs/pictures/statement-grid.png

#[expect(dead_code, reason = "the renderer is shared with the tests, which use more of it")]
#[path = "../tests/it/statement/grid.rs"]
mod grid;
#[expect(dead_code, reason = "the renderer is shared with the tests, which use more of it")]
#[path = "../tests/it/statement/letter.rs"]
mod letter;
#[expect(dead_code, reason = "the renderer is shared with the tests, which use more of it")]
#[path = "../tests/it/statement/photo.rs"]
mod photo;
#[path = "../tests/it/statement/random.rs"]
mod random;

use std::error::Error;
use std::fs::File;
use std::time::{Duration, Instant};

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use saksi_face::{Frame, PageLimits, StatementCapture, StatementError, judge};

use letter::{Filling, Letter};
use photo::Shot;

/// Pixels of a cell, of the photo in it, of the column of names.
const CELL: (usize, usize) = (104, 142);
const PHOTO: (usize, usize) = (84, 112);
const NAMES: usize = 96;

/// Levels of grey in the picture; behind them, the palette has a colour for what's accepted and one for what's refused.
const GREYS: u8 = 32;
const ACCEPTED: u8 = GREYS;
const REFUSED: u8 = GREYS + 1;

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("--speed") => speed(),
        Some(file) => draw(file),
        None => Err("say where to write the picture, or --speed".into()),
    }
}

/// The picture, in numbers of a palette.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

fn draw(file: &str) -> Result<(), Box<dyn Error>> {
    let faults = grid::faults();
    let (width, height) = (NAMES + 6 * CELL.0, faults.len() * CELL.1);
    let mut picture = Picture { width, pixels: vec![GREYS - 1; width * height] };
    for (row, fault) in faults.iter().enumerate() {
        let top = row * CELL.1;
        picture.text(6, top + 60, 0, fault.name);
        for (column, strength) in fault.strengths.into_iter().enumerate() {
            let (filling, shot) = fault.at(strength);
            let photo = shot.of(&Letter::statement(&filling).folded());
            let (colour, outcome) = match judge(&photo, &PageLimits::default(), &[]) {
                Ok(_) => (ACCEPTED, "accepted"),
                Err(StatementError::Refused(problem)) => (REFUSED, problem.code()),
                Err(other) => return Err(other.into()),
            };
            let left = NAMES + column * CELL.0;
            picture.photo(left, top + 2, &photo, colour);
            picture.text(left + 2, top + 134, colour, &format!("{strength} {outcome}"));
        }
    }
    picture.write(file, height)
}

impl Picture {
    fn photo(&mut self, left: usize, top: usize, photo: &Frame, frame: u8) {
        const BORDER: usize = 3;
        let (across, down) = (photo.width() as usize / PHOTO.0, photo.height() as usize / PHOTO.1);
        for y in 0..PHOTO.1 + 2 * BORDER {
            for x in 0..PHOTO.0 + 2 * BORDER {
                let inside = x.checked_sub(BORDER).filter(|x| *x < PHOTO.0);
                let inside = inside.zip(y.checked_sub(BORDER).filter(|y| *y < PHOTO.1));
                self.pixels[(top + y) * self.width + left + x] = inside.map_or(frame, |(x, y)| {
                    let area = (0..across * down).map(|i| (x * across + i % across, y * down + i / across));
                    let green =
                        |(x, y): (usize, usize)| u64::from(photo.pixels()[(y * photo.width() as usize + x) * 3 + 1]);
                    let mean = area.map(green).sum::<u64>() / (across * down) as u64;
                    (mean * u64::from(GREYS) / 256) as u8
                });
            }
        }
    }

    fn text(&mut self, left: usize, base: usize, colour: u8, text: &str) {
        let font = FontRef::try_from_slice(dejavu::sans::regular()).expect("a font");
        let scaled = font.as_scaled(PxScale::from(if colour == 0 { 15.0 } else { 11.0 }));
        let mut at = left as f32;
        for letter in text.chars() {
            let id = scaled.glyph_id(letter);
            let glyph = id.with_scale_and_position(scaled.scale(), point(at, base as f32));
            at += scaled.h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let bounds = outline.px_bounds();
            outline.draw(|x, y, cover| {
                let (x, y) = (bounds.min.x as usize + x as usize, bounds.min.y as usize + y as usize);
                if cover > 0.4 && x < self.width {
                    self.pixels[y * self.width + x] = colour;
                }
            });
        }
    }

    fn write(&self, file: &str, height: usize) -> Result<(), Box<dyn Error>> {
        let greys = (0..GREYS).flat_map(|level| [(u32::from(level) * 255 / u32::from(GREYS - 1)) as u8; 3]);
        let palette: Vec<u8> = greys.chain([20, 140, 60, 200, 30, 30]).collect();
        let mut encoder = png::Encoder::new(File::create(file)?, self.width as u32, height as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&self.pixels)?;
        Ok(())
    }
}

/// Medians of what a frame takes.
fn speed() -> Result<(), Box<dyn Error>> {
    let letter = Letter::statement(&Filling::default());
    let near = Shot { fill: 0.92, tilt: [0.05, 0.03], turn: 0.02, ..Shot::default() };
    for (width, height) in [(1280, 720), (720, 1280), (1080, 1920)] {
        let shot = Shot { size: (width, height), ..near };
        for (what, frame) in [("a page", shot.of(&letter)), ("no page", shot.of_nothing())] {
            let mut times: Vec<Duration> = Vec::new();
            let mut capture = StatementCapture::new(PageLimits::default(), Vec::new());
            for n in 0..60 {
                let start = Instant::now();
                // So far apart that no two frames are one run: the capture never ends, and each frame costs the same.
                capture.push(&frame, Duration::from_millis(n * 1501))?;
                times.push(start.elapsed());
                if n % 50 == 49 {
                    capture = StatementCapture::new(PageLimits::default(), Vec::new());
                }
            }
            times.sort();
            println!("{width} x {height}, {what}: {:.1} ms", times[times.len() / 2].as_secs_f64() * 1e3);
        }
        let frame = shot.of(&letter);
        let start = Instant::now();
        let outcome =
            judge(&frame, &PageLimits::default(), &[]).map_or_else(|error| error.to_string(), |_| "accepted".into());
        println!("{width} x {height}, judged once: {:.1} ms, {outcome}", start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(())
}
