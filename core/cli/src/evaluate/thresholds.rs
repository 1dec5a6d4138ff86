//! `saksi evaluate thresholds`: measures the manifest's table of false match rates.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use saksi_face::{FmrPoint, FmrTable, Manifest, ModelId};
use serde::Serialize;

use crate::Common;
use crate::evaluate::rates::Histogram;
use crate::evaluate::templates;
use crate::evaluate::{compared, lists, pairs};
use crate::output::{print_json, replace};

#[derive(Args)]
pub struct Measure {
    /// Folder with one folder a person: Name/Name_0001.jpg
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// Names (one a line) to leave out
    #[arg(long, value_name = "FILE")]
    exclude: Option<PathBuf>,
    /// Put the table into this manifest, and leave everything else in it as it is
    #[arg(long, value_name = "MANIFEST")]
    write: Option<PathBuf>,
    #[command(flatten)]
    templates: templates::Options,
}

pub fn run(args: &Measure, common: &Common) -> Result<()> {
    let excluded = args.exclude.as_deref().map_or_else(|| Ok(BTreeSet::new()), lists::names)?;
    let photos: Vec<PathBuf> = pairs::photos_in(&args.images)?
        .into_iter()
        .filter(|photo| !excluded.contains(&photo.name))
        .map(|photo| photo.path(&args.images))
        .collect();
    let count = photos.len();
    let templates = templates::of(photos, &args.templates, common)?;
    let impostors = compared::different_people(&templates, &excluded)?;
    let manifest = Manifest::bundled();
    let measured = Table {
        model: manifest.embedder()?.0.id.clone(),
        photos: count,
        failures: count - templates.len(),
        pairs: impostors.count(),
        fmr: points(&impostors),
        measured_on: format!(
            "{} pairs of different people, from {} photos in {}",
            grouped(impostors.count()),
            grouped(templates.len() as u64),
            folder_name(&args.images),
        ),
    };
    if let Some(path) = &args.write {
        write(path, &measured).with_context(|| path.display().to_string())?;
    }
    report(&measured, common)
}

#[derive(Serialize)]
struct Table {
    model: ModelId,
    photos: usize,
    /// Photos that gave no template.
    failures: usize,
    pairs: u64,
    /// As in the manifest, and so are the words.
    fmr: Vec<FmrPoint>,
    measured_on: String,
}

/// 1e-2 to 1e-6, as far as the pairs reach. The similarity is rounded up, so that it never lets more through.
fn points(impostors: &Histogram) -> Vec<FmrPoint> {
    let enough = |fmr: &f64| impostors.count() as f64 * fmr >= MIN_FALSE_MATCHES;
    let point = |fmr| {
        let at = impostors.threshold(fmr)?;
        // What is a whole thousandth already comes out a hair above it.
        Some(FmrPoint { fmr, similarity: ((at * 1000.0 - 1e-6).ceil() / 1000.0) as f32 })
    };
    [1e-2, 1e-3, 1e-4, 1e-5, 1e-6].into_iter().take_while(enough).filter_map(point).collect()
}

/// Of ten events the count is off by a third (one standard deviation) even were all pairs independent, which pairs that
/// share a photo are not. With fewer, a threshold would hang on who happens to be in the folder.
const MIN_FALSE_MATCHES: f64 = 10.0;

fn write(path: &Path, measured: &Table) -> Result<()> {
    replace(path, &changed(&fs::read(path)?, measured)?)
}

fn changed(manifest: &[u8], measured: &Table) -> Result<String> {
    let mut manifest = Manifest::parse(manifest)?;
    let fmr = FmrTable::new(measured.fmr.clone()).context("there are too few pairs of different people")?;
    let found = manifest.models.iter_mut().find_map(|model| Some((&model.id, model.matching.as_mut()?)));
    let (id, matching) = found.context("it has no recogniser")?;
    if *id != measured.model {
        bail!("its recogniser is {id}, and the templates are of {}", measured.model);
    }
    let lowest = fmr.points().iter().fold(f64::INFINITY, |lowest, point| lowest.min(point.fmr));
    // Beyond the table its outermost point counts, which would match more leniently than the manifest asks.
    ensure!(
        lowest <= matching.match_fmr,
        "{} pairs of different people measure down to {lowest:e}, and its match_fmr is {:e}",
        measured.pairs,
        matching.match_fmr,
    );
    matching.fmr = fmr;
    matching.measured_on.clone_from(&measured.measured_on);
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

fn report(measured: &Table, common: &Common) -> Result<()> {
    if common.json {
        return print_json(measured);
    }
    println!("{}: {}; {} photos without a template", measured.model, measured.measured_on, measured.failures);
    for FmrPoint { fmr, similarity } in &measured.fmr {
        println!("  FMR {fmr:e}: similarity {similarity:.3}");
    }
    let lowest = MIN_FALSE_MATCHES / measured.pairs.max(1) as f64;
    println!("below {lowest:.0e} there would be fewer than {MIN_FALSE_MATCHES} false matches to tell it by");
    Ok(())
}

/// The name of a folder, without where it lies.
fn folder_name(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    full.file_name().unwrap_or(full.as_os_str()).to_string_lossy().into_owned()
}

/// 12,454,344.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUNDLED: &[u8] = include_bytes!("../../../../models/manifest.json");

    /// Similarities 0.00001 to 1, each once.
    fn even() -> Histogram {
        let mut impostors = Histogram::new();
        (1..=100_000).for_each(|i| impostors.add(f64::from(i) / 100_000.0));
        impostors
    }

    fn measured(fmr: Vec<FmrPoint>) -> Table {
        let model = Manifest::bundled().embedder().expect("checked").0.id.clone();
        Table { model, photos: 500, failures: 0, pairs: 100_000, fmr, measured_on: "a test".into() }
    }

    #[test]
    fn rates_with_fewer_than_ten_false_matches_are_left_out() {
        let points = points(&even());
        assert_eq!(points.iter().map(|p| p.fmr).collect::<Vec<_>>(), [1e-2, 1e-3, 1e-4]);
        // 1,000 of 100,000 are above 0.99, 100 above 0.999, ten above 0.9999.
        assert_eq!(points.iter().map(|p| p.similarity).collect::<Vec<_>>(), [0.991, 1.0, 1.0]);
    }

    #[test]
    fn the_table_is_written_and_the_rest_stays() {
        let point = |fmr, similarity| FmrPoint { fmr, similarity };
        let table = vec![point(1e-2, 0.2), point(1e-3, 0.3), point(1e-5, 0.5)];
        let text = changed(BUNDLED, &measured(table.clone())).expect("written");
        let mut expected = Manifest::bundled();
        let matching = expected.models[1].matching.as_mut().expect("the recogniser");
        matching.fmr = FmrTable::new(table).expect("falling");
        matching.measured_on = "a test".into();
        assert_eq!(Manifest::parse(text.as_bytes()).expect("valid"), expected);
        assert!(text.contains("\"similarity\": 0.2") && text.ends_with("}\n"));
    }

    #[test]
    fn a_table_that_ends_above_the_rate_asked_for_is_refused() {
        let point = |fmr, similarity| FmrPoint { fmr, similarity };
        let error = |measured: &Table| format!("{:#}", changed(BUNDLED, measured).expect_err("refused"));
        let short = measured(vec![point(1e-2, 0.2), point(1e-3, 0.3)]);
        assert!(error(&short).contains("measure down to 1e-3, and its match_fmr is 1e-4"));
        assert!(error(&measured(vec![point(1e-2, 0.2)])).contains("too few pairs"));
        let other = Table { model: "other".into(), ..measured(vec![point(1e-2, 0.2), point(1e-5, 0.3)]) };
        assert!(error(&other).contains("templates are of other"));
    }

    #[test]
    fn writing_replaces_the_file_as_a_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("manifest.json");
        fs::write(&path, BUNDLED).expect("writes");
        let point = |fmr, similarity| FmrPoint { fmr, similarity };
        write(&path, &measured(vec![point(1e-2, 0.2), point(1e-5, 0.5)])).expect("written");
        assert!(Manifest::parse(&fs::read(&path).expect("there")).is_ok());
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!([7, 700, 7_000, 12_454_344].map(grouped), ["7", "700", "7,000", "12,454,344"]);
    }
}
