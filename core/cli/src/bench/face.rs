//! Times one verification, step by step.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use saksi_face::{Engine, Frame, Template, Timings};
use serde::Serialize;

use super::{median, milliseconds, peak_rss_mb};
use crate::output::print_json;
use crate::{Common, photos};

#[derive(Serialize)]
struct Report {
    image: String,
    width: u32,
    height: u32,
    detect_size: u32,
    runs: usize,
    threads: u32,
    decode: f64,
    detect: f64,
    close_up: f64,
    align: f64,
    quality: f64,
    embed: f64,
    total: f64,
    load_ms: f64,
    peak_rss_mb: Option<f64>,
}

pub fn run(image: &Path, runs: u32, threads: u32, detect_size: Option<u32>, common: &Common) -> Result<()> {
    let bytes = fs::read(image).with_context(|| image.display().to_string())?;
    let start = Instant::now();
    let mut engine = photos::engine(common)?;
    let load_ms = milliseconds(start);
    if let Some(pixels) = detect_size {
        engine = engine.with_working_size(pixels);
    }
    // What is laid out at a first run is there afterwards, as it is on a handset.
    let frame = Frame::decode(&bytes).with_context(|| image.display().to_string())?;
    let enrolled = engine.analyze(&frame).with_context(|| image.display().to_string())?.template;

    let measured: Vec<Run> = thread::scope(|scope| {
        let one = || (0..runs).map(|_| verify(&engine, &bytes, &enrolled)).collect::<Result<Vec<_>>>();
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let done = running.into_iter().map(|thread| thread.join().expect("a run returns its errors"));
        done.collect::<Result<Vec<_>>>()
    })?
    .concat();
    let of = |step: fn(&Run) -> f64| median(measured.iter().map(step).collect());
    let report = Report {
        image: image.display().to_string(),
        width: frame.width(),
        height: frame.height(),
        detect_size: engine.working_size(),
        runs: measured.len(),
        threads,
        decode: of(|run| run.decode),
        detect: of(|run| run.steps.detect),
        close_up: of(|run| run.steps.close_up),
        align: of(|run| run.steps.align),
        quality: of(|run| run.steps.quality),
        embed: of(|run| run.steps.embed),
        total: of(|run| run.total),
        load_ms,
        peak_rss_mb: peak_rss_mb(),
    };
    if common.json {
        return print_json(&report);
    }
    println!("{}: {} x {}, {} runs, medians in ms", report.image, report.width, report.height, report.runs);
    println!(
        "decode {:.2}, detect {:.2} (at {}), close up {:.2}, align {:.2}, quality {:.2}, embed {:.2}; in all {:.2}",
        report.decode,
        report.detect,
        report.detect_size,
        report.close_up,
        report.align,
        report.quality,
        report.embed,
        report.total
    );
    let memory = report.peak_rss_mb.map_or_else(|| "unknown here".into(), |mb| format!("{mb:.0} MB"));
    println!("models ready in {load_ms:.0} ms; peak memory {memory}");
    Ok(())
}

#[derive(Clone)]
struct Run {
    decode: f64,
    steps: Timings,
    total: f64,
}

/// The way the product goes.
fn verify(engine: &Engine, bytes: &[u8], enrolled: &Template) -> Result<Run> {
    let start = Instant::now();
    let frame = Frame::decode(bytes)?;
    let decode = milliseconds(start);
    let seen = engine.analyze(&frame)?;
    std::hint::black_box(engine.thresholds().decide(seen.template.similarity(enrolled)?));
    Ok(Run { decode, steps: seen.timings, total: milliseconds(start) })
}
