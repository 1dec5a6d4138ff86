//! `saksi face`: finds, compares and embeds faces in photos.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use saksi_face::{Analysis, Decision, Engine, Face, Frame, Quality, Template, Thresholds, Timings};
use serde::Serialize;

use crate::output::print_json;
use crate::{Common, photos};

#[derive(Subcommand)]
pub enum Command {
    /// List the faces in a photo
    Detect {
        /// JPEG or PNG
        image: PathBuf,
    },
    /// Decide whether two photos show the same person
    ///
    /// Exits with 0 whenever a decision was reached, whichever it is; 1 when a photo can't be read, shows no face,
    /// more than one large face or too small a face; 2 when called wrongly.
    Compare {
        /// JPEG or PNG
        a: PathBuf,
        /// JPEG or PNG
        b: PathBuf,
    },
    /// Write the templates of many photos as a NumPy array
    ///
    /// One row of f32 for each line of LIST; a row of NaN where the photo gives no template, with the reason on stderr.
    Embed {
        /// Text file, one path a line
        list: PathBuf,
        /// The .npy file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn run(command: &Command, common: &Common) -> Result<()> {
    match command {
        Command::Detect { image } => detect(image, common),
        Command::Compare { a, b } => compare(a, b, common),
        Command::Embed { list, out } => embed(list, out, common),
    }
}

#[derive(Serialize)]
struct Detected {
    faces: Vec<DetectedFace>,
    ms: DetectTimes,
}

#[derive(Serialize)]
struct DetectedFace {
    #[serde(flatten)]
    face: Face,
    quality: Quality,
}

#[derive(Serialize)]
struct DetectTimes {
    load: f64,
    decode: f64,
    detect: f64,
    quality: f64,
    total: f64,
}

fn detect(image: &Path, common: &Common) -> Result<()> {
    let (engine, load) = timed(|| photos::engine(common))?;
    let (frame, decode) = timed(|| photos::frame(image))?;
    let (found, detect) = timed(|| Ok(engine.detect(&frame)?))?;
    let (faces, quality) = timed(|| {
        let measured = |face: Face| Ok(DetectedFace { face, quality: engine.quality(&frame, &face)? });
        found.into_iter().map(measured).collect::<Result<Vec<_>>>()
    })?;
    let ms = DetectTimes { load, decode, detect, quality, total: decode + detect + quality };
    if common.json {
        return print_json(&Detected { faces, ms });
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}: {} faces in {:.1} ms", image.display(), faces.len(), ms.total)?;
    for DetectedFace { face, quality } in &faces {
        let [x, y, w, h] = face.bbox;
        writeln!(
            out,
            "  {w:.0} x {h:.0} at {x:.0}, {y:.0}; score {:.2}; eyes {:.0} px apart; yaw {:.0}, roll {:.0} degrees; \
             sharpness {:.0}; luminance {:.2}; contrast {:.2}",
            face.score,
            quality.inter_eye_distance,
            quality.head_pose_yaw,
            quality.head_pose_roll,
            quality.sharpness,
            quality.luminance_mean,
            quality.contrast,
        )?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Compared {
    similarity: f32,
    decision: Decision,
    threshold: Thresholds,
    ms: CompareTimes,
}

/// Milliseconds for both photos together.
#[derive(Serialize)]
struct CompareTimes {
    load: f64,
    decode: f64,
    #[serde(flatten)]
    steps: Timings,
    compare: f64,
    total: f64,
}

fn compare(a: &Path, b: &Path, common: &Common) -> Result<()> {
    let (engine, load) = timed(|| photos::engine(common))?;
    let start = Instant::now();
    let (first, first_decode) = timed(|| photos::frame(a))?;
    let first = analyzed(&engine, &first, a)?;
    let (second, second_decode) = timed(|| photos::frame(b))?;
    let second = analyzed(&engine, &second, b)?;
    let threshold = engine.thresholds();
    let (similarity, compare) = timed(|| Ok(first.template.similarity(&second.template)?))?;
    let decision = threshold.decide(similarity);
    let ms = CompareTimes {
        load,
        decode: first_decode + second_decode,
        steps: sum(first.timings, second.timings),
        compare,
        total: milliseconds(start),
    };
    if common.json {
        return print_json(&Compared { similarity, decision, threshold, ms });
    }
    let verdict = match decision {
        Decision::Match => "the same person",
        Decision::Review => "too close to say no, too far to say yes: a person has to look",
        Decision::NoMatch => "not the same person",
    };
    println!(
        "{verdict}: similarity {similarity:.3} (match from {:.3}, review from {:.3}), {:.0} ms",
        threshold.match_at, threshold.review_at, ms.total
    );
    Ok(())
}

fn embed(list: &Path, out: &Path, common: &Common) -> Result<()> {
    let text = fs::read_to_string(list).with_context(|| list.display().to_string())?;
    let paths: Vec<PathBuf> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from).collect();
    if paths.is_empty() {
        bail!("{} lists no photos: write one path a line", list.display());
    }
    let engine = photos::engine(common)?;
    let templates = photos::templates(&engine, &paths);
    for error in templates.iter().filter_map(|t| t.as_ref().err()) {
        eprintln!("{error:#}");
    }
    let failures = templates.iter().filter(|t| t.is_err()).count();
    let rows: Vec<Option<Template>> = templates.into_iter().map(Result::ok).collect();
    write_npy(out, &rows).with_context(|| out.display().to_string())?;
    if common.json {
        return print_json(&serde_json::json!({ "rows": rows.len(), "failures": failures }));
    }
    println!("{}: {} rows, {failures} of them without a face", out.display(), rows.len());
    Ok(())
}

fn analyzed(engine: &Engine, frame: &Frame, path: &Path) -> Result<Analysis> {
    engine.analyze(frame).with_context(|| path.display().to_string())
}

/// NumPy's format 1.0: f32 little-endian, C order.
fn write_npy(path: &Path, rows: &[Option<Template>]) -> io::Result<()> {
    let dimension = rows.iter().flatten().map(|t| t.values().len()).next().unwrap_or(0);
    let mut file = BufWriter::new(File::create(path)?);
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {dimension}), }}", rows.len());
    // Magic, version and length take ten bytes; the header ends in a new line on a multiple of 64.
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&(length as u16).to_le_bytes())?;
    writeln!(file, "{header:<width$}", width = length - 1)?;
    for row in rows {
        match row {
            Some(template) => file.write_all(&template.to_bytes())?,
            None => file.write_all(&f32::NAN.to_le_bytes().repeat(dimension))?,
        }
    }
    file.flush()
}

fn timed<T>(step: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let start = Instant::now();
    let value = step()?;
    Ok((value, milliseconds(start)))
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

fn sum(a: Timings, b: Timings) -> Timings {
    Timings {
        detect: a.detect + b.detect,
        close_up: a.close_up + b.close_up,
        align: a.align + b.align,
        quality: a.quality + b.quality,
        embed: a.embed + b.embed,
    }
}

#[cfg(test)]
mod tests {
    use saksi_face::ModelId;

    use super::*;

    #[test]
    fn the_array_is_what_numpy_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.npy");
        let template = Template::new(ModelId::new("m"), vec![3.0, 4.0]).expect("valid");
        write_npy(&path, &[Some(template), None]).expect("writes");
        let bytes = fs::read(&path).expect("reads");
        assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
        let data = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert_eq!(data % 64, 0);
        assert_eq!(bytes[data - 1], b'\n');
        assert!(String::from_utf8_lossy(&bytes[10..data]).contains("'shape': (2, 2)"));
        let values: Vec<f32> = bytes[data..].as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        assert_eq!(values[..2], [0.6, 0.8]);
        assert!(values[2..].iter().all(|v| v.is_nan()) && values.len() == 4);
    }
}
