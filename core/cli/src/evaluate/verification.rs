//! `saksi evaluate pairs`: error rates of one-to-one comparisons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use crate::Common;
use crate::evaluate::pairs::{self, Pair};
use crate::evaluate::plot::{Axis, Chart, Curve, Scale};
use crate::evaluate::rates::{self, Histogram, Scored};
use crate::evaluate::templates::{self, Measured};
use crate::evaluate::{compared, lists};
use crate::output::print_json;

#[derive(Args)]
pub struct Measure {
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
    /// Draw FNMR against FMR as SVG, both axes logarithmic, down to the rate that ten false matches stand for
    #[arg(long, value_name = "FILE")]
    det: Option<PathBuf>,
    #[command(flatten)]
    templates: templates::Options,
}

pub fn run(args: &Measure, common: &Common) -> Result<()> {
    let images = &args.images;
    let pairs = pairs::read(&args.pairs)?;
    let excluded = args.exclude.as_deref().map_or_else(|| Ok(BTreeSet::new()), lists::names)?;

    let mut wanted: BTreeSet<PathBuf> = pairs.iter().flat_map(|p| [p.a.path(images), p.b.path(images)]).collect();
    if args.all_pairs {
        wanted.extend(pairs::photos_in(images)?.iter().map(|photo| photo.path(images)));
    }
    let photos = wanted.len();
    let templates = templates::of(wanted, &args.templates, common)?;
    let scored = scored(&pairs, images, &templates)?;
    if let Some(path) = &args.scores {
        write_scores(path, &pairs, &scored).with_context(|| path.display().to_string())?;
    }
    let impostors = if args.all_pairs { compared::different_people(&templates, &excluded)? } else { listed(&scored) };
    if let Some(path) = &args.det {
        chart(&scored, &impostors).write(path)?;
    }
    report(&scored, &impostors, photos - templates.len(), common)
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

/// A photo without a template is like nobody.
fn scored(pairs: &[Pair], images: &Path, templates: &BTreeMap<PathBuf, Measured>) -> Result<Vec<Scored>> {
    let similarity = |pair: &Pair| match (templates.get(&pair.a.path(images)), templates.get(&pair.b.path(images))) {
        (Some(a), Some(b)) => a.template.similarity(&b.template).map(f64::from),
        _ => Ok(-1.0),
    };
    pairs.iter().map(|p| Ok(Scored { same: p.same, fold: p.fold, similarity: similarity(p)? })).collect()
}

fn chart(scored: &[Scored], impostors: &Histogram) -> Chart {
    let mut points = rates::tradeoff(scored, impostors);
    let same = scored.iter().filter(|s| s.same).count();
    let lowest = points.last().map_or(1.0, |point| point.0).log10().ceil().min(-1.0) as i32;
    // The axis ends at a whole decade.
    points.retain(|(fmr, _)| *fmr > 0.99 * 10_f64.powi(lowest));
    let percent = |rate: f64| (rate, format!("{} %", rate * 100.0));
    Chart {
        title: format!("Detection error tradeoff: {same} pairs of one person, {} of two", impostors.count()),
        x: Axis {
            label: "FMR, false match rate",
            scale: Scale::Logarithmic,
            ticks: (lowest..=0).map(|e| (10_f64.powi(e), if e == 0 { "1".into() } else { format!("1e{e}") })).collect(),
        },
        y: Axis {
            label: "FNMR",
            scale: Scale::Logarithmic,
            ticks: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0].map(percent).to_vec(),
        },
        curves: vec![Curve { label: "pairs as listed".into(), points }],
    }
}

fn listed(scored: &[Scored]) -> Histogram {
    let mut impostors = Histogram::new();
    scored.iter().filter(|s| !s.same).for_each(|s| impostors.add(s.similarity));
    impostors
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
