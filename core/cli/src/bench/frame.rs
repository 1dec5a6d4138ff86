//! Times the way that phones go: from a camera's image to guidance, and from the best one to a template and both decisions.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use saksi_face::{CameraImage, Gallery};
use serde::Serialize;

use super::camera::{HEIGHT, Scene, WIDTH};
use super::search::People;
use super::{median, milliseconds};
use crate::output::print_json;
use crate::{Common, photos};

/// Medians in milliseconds.
#[derive(Serialize)]
struct Report {
    /// NV21 to an upright frame; for every frame.
    convert: f64,
    /// Finding the face that counts, its quality, and the light around it; for every frame.
    guidance: f64,
    /// Landmarks seen close up, and the template; for the best frames.
    template: f64,
    /// Once, against the face that somebody claims.
    decide_1_1: f64,
    /// Once, among [`PEOPLE`].
    decide_1_n: f64,
}

/// As many as a handset may have on its roster.
const PEOPLE: u32 = 2_000;

pub fn run(image: &Path, runs: u32, common: &Common) -> Result<()> {
    let engine = photos::engine(common)?;
    let nv21 = Scene::with(&photos::frame(image)?).nv21();
    let image = CameraImage::nv21(WIDTH, HEIGHT, &nv21, WIDTH as usize)?.turned(90, false)?;
    let mut people = People::of(engine.model().clone());
    let mut gallery = Gallery::new();
    for key in 0..PEOPLE {
        gallery.insert(key, &people.person()?)?;
    }
    let mut steps: [Vec<f64>; 5] = Default::default();
    // Its memory is used again, as a capture does it.
    let mut frame = image.upright(WIDTH);
    for run in 0..=runs {
        let start = Instant::now();
        image.upright_into(WIDTH, &mut frame);
        let converted = milliseconds(start);
        let seen = engine.look(&frame, Duration::ZERO)?.seen.context("no face found")?;
        let guided = milliseconds(start);
        let template = engine.embed_close_up(&frame, &seen.face)?;
        let embedded = milliseconds(start);
        if run == 0 {
            // The first lays out the networks. Whom the picture shows is on the roster from then on.
            gallery.insert(PEOPLE, &template)?;
        }
        let claimed = template.clone();
        let before = milliseconds(start);
        std::hint::black_box(engine.thresholds().decide(template.similarity(&claimed)?));
        let compared = milliseconds(start);
        std::hint::black_box(gallery.search(&template, 2)?);
        let found = milliseconds(start);
        if run > 0 {
            let taken = [converted, guided - converted, embedded - guided, compared - before, found - compared];
            for (times, taken) in steps.iter_mut().zip(taken) {
                times.push(taken);
            }
        }
    }
    let [convert, guidance, template, decide_1_1, decide_1_n] = steps.map(median);
    let report = Report { convert, guidance, template, decide_1_1, decide_1_n };
    if common.json {
        return print_json(&report);
    }
    println!("{WIDTH} x {HEIGHT}, NV21, turned by 90 degrees, {runs} runs, medians in ms");
    println!("each frame: convert {convert:.2}, guidance {guidance:.2}; the best one: template {template:.2}");
    println!("decision 1:1 {decide_1_1:.4}, 1:N among {PEOPLE} {decide_1_n:.4}");
    Ok(())
}
