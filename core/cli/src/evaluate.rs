//! `saksi evaluate`: measures error rates end to end, from photo files to decisions.

mod pairs;
mod rates;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use saksi_face::Template;
use serde::Serialize;

use crate::face::print_json;
use crate::{Common, photos};
use pairs::{Pair, Photo};
use rates::{Histogram, Scored};

#[derive(Subcommand)]
pub enum Command {
    /// Verification (1:1) on pairs of photos, in the format of Labeled Faces in the Wild
    ///
    /// Accuracy is the mean of ten folds, each judged at the threshold that is best for the other nine. FNMR is the
    /// share of same-person pairs below the threshold at which the given share of different-person pairs would match;
    /// null where there are too few of them to tell. A photo without a template (failures) makes its same-person pairs
    /// non-matches.
    Pairs {
        /// Folder with one folder a person: Name/Name_0001.jpg
        #[arg(long, value_name = "DIR")]
        images: PathBuf,
        /// pairs.txt (ten sets) or pairsDevTest.txt (one set)
        #[arg(long, value_name = "FILE")]
        pairs: PathBuf,
        /// Set thresholds by every two photos of different people in the folder, not only by the listed pairs
        #[arg(long)]
        all_pairs: bool,
        /// Names (one a line) that --all-pairs leaves out
        #[arg(long, value_name = "FILE", requires = "all_pairs")]
        exclude: Option<PathBuf>,
        /// Write each listed pair's similarity
        #[arg(long, value_name = "FILE")]
        scores: Option<PathBuf>,
    },
}

pub fn run(command: &Command, common: &Common) -> Result<()> {
    let Command::Pairs { images, pairs, all_pairs, exclude, scores } = command;
    let text = fs::read_to_string(pairs).with_context(|| pairs.display().to_string())?;
    let pairs = pairs::parse(&text).with_context(|| pairs.display().to_string())?;
    let excluded = exclude.as_deref().map_or_else(|| Ok(BTreeSet::new()), names)?;

    let mut wanted: BTreeSet<Photo> = pairs.iter().flat_map(|p| [p.a.clone(), p.b.clone()]).collect();
    if *all_pairs {
        wanted.extend(pairs::photos_in(images).with_context(|| images.display().to_string())?);
    }
    let templates = embedded(wanted, images, common)?;
    let scored = scored(&pairs, &templates.found)?;
    if let Some(path) = scores {
        write_scores(path, &pairs, &scored).with_context(|| path.display().to_string())?;
    }
    let impostors = if *all_pairs { different_people(&templates.found, &excluded)? } else { listed(&scored) };
    report(&scored, &impostors, templates.failures, common)
}

#[derive(Serialize)]
struct Report {
    pairs: usize,
    impostors: u64,
    /// Photos that gave no template.
    failures: usize,
    accuracy: f64,
    accuracy_sd: f64,
    eer: f64,
    fnmr: BTreeMap<&'static str, Option<f64>>,
    thresholds: BTreeMap<&'static str, Option<f64>>,
}

const FALSE_MATCH_RATES: [(&str, f64); 4] = [("1e-2", 1e-2), ("1e-3", 1e-3), ("1e-4", 1e-4), ("1e-5", 1e-5)];

fn report(scored: &[Scored], impostors: &Histogram, failures: usize, common: &Common) -> Result<()> {
    let (accuracy, accuracy_sd) = rates::accuracy(scored);
    let thresholds: BTreeMap<_, _> =
        FALSE_MATCH_RATES.iter().map(|(name, fmr)| (*name, impostors.threshold(*fmr))).collect();
    let fnmr = thresholds.iter().map(|(name, at)| (*name, at.map(|at| rates::fnmr(scored, at)))).collect();
    let report = Report {
        pairs: scored.len(),
        impostors: impostors.count(),
        failures,
        accuracy,
        accuracy_sd,
        eer: rates::eer(scored),
        fnmr,
        thresholds,
    };
    if common.json {
        return print_json(&report);
    }
    println!("{} pairs, {} photos without a template", report.pairs, report.failures);
    println!("accuracy {:.2} % (SD {:.2}), EER {:.2} %", accuracy * 100.0, accuracy_sd * 100.0, report.eer * 100.0);
    println!("from {} pairs of different people:", report.impostors);
    for (name, fnmr) in &report.fnmr {
        match (fnmr, report.thresholds[name]) {
            (Some(fnmr), Some(at)) => println!("  FMR {name}: threshold {at:.3}, FNMR {:.2} %", fnmr * 100.0),
            _ => println!("  FMR {name}: too few pairs of different people to tell"),
        }
    }
    Ok(())
}

struct Templates {
    found: BTreeMap<Photo, Template>,
    failures: usize,
}

fn embedded(wanted: BTreeSet<Photo>, images: &Path, common: &Common) -> Result<Templates> {
    let engine = photos::engine(common)?;
    let paths: Vec<PathBuf> = wanted.iter().map(|photo| photo.path(images)).collect();
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        bail!("{} is not there: --images is the folder that holds one folder a person", missing.display());
    }
    let mut templates = Templates { found: BTreeMap::new(), failures: 0 };
    for (photo, template) in wanted.into_iter().zip(photos::templates(&engine, &paths)) {
        match template {
            Ok(template) => {
                templates.found.insert(photo, template);
            }
            Err(error) => {
                eprintln!("{error:#}");
                templates.failures += 1;
            }
        }
    }
    Ok(templates)
}

/// A photo without a template is like nobody.
fn scored(pairs: &[Pair], templates: &BTreeMap<Photo, Template>) -> Result<Vec<Scored>> {
    let similarity = |pair: &Pair| match (templates.get(&pair.a), templates.get(&pair.b)) {
        (Some(a), Some(b)) => a.similarity(b).map(f64::from),
        _ => Ok(-1.0),
    };
    pairs.iter().map(|p| Ok(Scored { same: p.same, fold: p.fold, similarity: similarity(p)? })).collect()
}

fn listed(scored: &[Scored]) -> Histogram {
    let mut impostors = Histogram::new();
    scored.iter().filter(|s| !s.same).for_each(|s| impostors.add(s.similarity));
    impostors
}

/// Every two photos of different people: one after the other, as only their distribution is kept.
fn different_people(templates: &BTreeMap<Photo, Template>, excluded: &BTreeSet<String>) -> Result<Histogram> {
    let kept: Vec<(&str, &Template)> = templates
        .iter()
        .map(|(photo, t)| (photo.name.as_str(), t))
        .filter(|(name, _)| !excluded.contains(*name))
        .collect();
    // In blocks of rows, so that there's one histogram a block and not one a row.
    let block = 256;
    let bar = photos::progress(kept.len().div_ceil(block) as u64, "blocks of photos compared with all before them");
    let blocks = photos::in_parallel(kept.len().div_ceil(block), |b| {
        let mut impostors = Histogram::new();
        for i in b * block..kept.len().min((b + 1) * block) {
            let (name, template) = kept[i];
            for (other, other_template) in kept[..i].iter().filter(|(other, _)| *other != name) {
                debug_assert_ne!(name, *other);
                impostors.add(f64::from(template.similarity(other_template)?));
            }
        }
        bar.inc(1);
        Ok(impostors)
    });
    bar.finish_and_clear();
    blocks.into_iter().try_fold(Histogram::new(), |sum, block: Result<Histogram>| Ok(sum.merged(&block?)))
}

fn names(path: &Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

fn write_scores(path: &Path, pairs: &[Pair], scored: &[Scored]) -> Result<()> {
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record(["a", "b", "same", "fold", "similarity"])?;
    for (pair, score) in pairs.iter().zip(scored) {
        let (same, fold) = (u8::from(pair.same).to_string(), pair.fold.to_string());
        csv.write_record([pair.a.file(), pair.b.file(), same, fold, format!("{:.6}", score.similarity)])?;
    }
    csv.flush()?;
    Ok(())
}
