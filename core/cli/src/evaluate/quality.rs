//! `saksi evaluate quality`: which measures of quality tell beforehand that a comparison will fail.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use saksi_face::Quality;
use serde::Serialize;

use crate::Common;
use crate::evaluate::discard::{self, Mated};
use crate::evaluate::pairs::{self, Photo};
use crate::evaluate::plot::{Axis, Chart, Curve, Scale};
use crate::evaluate::templates::{self, Measured};
use crate::evaluate::{compared, lists};
use crate::output::print_json;

#[derive(Args)]
pub struct Measure {
    /// Folder with one folder a person: Name/Name_0001.jpg
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// Same-person pairs to take, of a list as `pairs` reads it [default: every two photos of a person]
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// Names (one a line) that the threshold isn't set by
    #[arg(long, value_name = "FILE")]
    exclude: Option<PathBuf>,
    /// Draw the curves as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    templates: templates::Options,
}

pub fn run(args: &Measure, common: &Common) -> Result<()> {
    let excluded = args.exclude.as_deref().map_or_else(|| Ok(BTreeSet::new()), lists::names)?;
    let photos = pairs::photos_in(&args.images)?;
    let mated = match &args.pairs {
        Some(list) => pairs::read(list)?.into_iter().filter(|p| p.same).map(|p| [p.a, p.b]).collect(),
        None => every_two_of_a_person(&photos),
    };
    let all = photos.iter().chain(mated.iter().flatten()).map(|photo| photo.path(&args.images));
    let templates = templates::of(all, &args.templates, common)?;
    let threshold = compared::different_people(&templates, &excluded)?
        .threshold(FMR)
        .context("there are too few pairs of different people")?;
    let report = Report::new(&mated, &args.images, &templates, threshold)?;
    if let Some(path) = &args.plot {
        report.chart().write(path)?;
    }
    report.print(common)
}

/// The false match rate that the threshold is set by, with all photos; it stays while photos are left out.
const FMR: f64 = 1e-3;

const DISCARDED: [f64; 11] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5];

/// A component and how good a value of it is: the more, the better.
struct Component {
    name: &'static str,
    goodness: fn(&Quality) -> f32,
    /// The component's own value, of a goodness.
    value: fn(f32) -> f32,
}

const COMPONENTS: [Component; 6] = [
    Component { name: "inter_eye_distance", goodness: |q| q.inter_eye_distance, value: |g| g },
    Component { name: "head_pose_yaw", goodness: |q| -q.head_pose_yaw.abs(), value: |g| -g },
    Component { name: "head_pose_roll", goodness: |q| -q.head_pose_roll.abs(), value: |g| -g },
    Component { name: "sharpness", goodness: |q| q.sharpness, value: |g| g },
    Component { name: "luminance_mean", goodness: |q| -(q.luminance_mean - 0.5).abs(), value: |g| -g },
    Component { name: "contrast", goodness: |q| q.contrast, value: |g| g },
];

fn every_two_of_a_person(photos: &[Photo]) -> Vec<[Photo; 2]> {
    let mut sorted = photos.to_vec();
    sorted.sort();
    let people = sorted.chunk_by(|a, b| a.name == b.name);
    people
        .flat_map(|of_one| {
            of_one.iter().enumerate().flat_map(|(i, a)| of_one[..i].iter().map(|b| [b.clone(), a.clone()]))
        })
        .collect()
}

#[derive(Serialize)]
struct Report {
    /// Pairs of one person, and the photos in them.
    pairs: usize,
    photos: usize,
    /// Photos that gave no template: the first to be left out.
    failures: usize,
    fmr: f64,
    threshold: f64,
    components: BTreeMap<&'static str, Vec<Point>>,
}

/// What remains once the worst photos are left out.
#[derive(Serialize)]
struct Point {
    discarded: f64,
    /// The worst value that stays; of yaw, roll and luminance how far from 0, 0 and 0.5 it may be.
    limit: Option<f32>,
    pairs: usize,
    fnmr: Option<f64>,
}

impl Report {
    fn new(
        mated: &[[Photo; 2]],
        images: &Path,
        templates: &BTreeMap<PathBuf, Measured>,
        threshold: f64,
    ) -> Result<Self> {
        let measured = |photo: &Photo| templates.get(&photo.path(images));
        let photos: BTreeSet<&Photo> = mated.iter().flatten().collect();
        let similarities: Vec<f64> = mated
            .iter()
            .map(|[a, b]| match (measured(a), measured(b)) {
                (Some(a), Some(b)) => a.template.similarity(&b.template).map(f64::from),
                _ => Ok(-1.0),
            })
            .collect::<Result<_, _>>()?;
        let curve = |component: &Component| -> Vec<Point> {
            let goodness =
                |photo| measured(photo).map_or(f32::NEG_INFINITY, |found| (component.goodness)(&found.quality));
            let all: Vec<f32> = photos.iter().copied().map(goodness).collect();
            let pairs: Vec<Mated> = mated
                .iter()
                .zip(&similarities)
                .map(|([a, b], similarity)| Mated { qualities: [goodness(a), goodness(b)], similarity: *similarity })
                .collect();
            let point = |discarded| {
                let remaining = discard::discarding(discarded, &all, &pairs, threshold);
                let limit = remaining.at.is_finite().then(|| (component.value)(remaining.at));
                Point { discarded, limit, pairs: remaining.pairs, fnmr: remaining.fnmr }
            };
            DISCARDED.into_iter().map(point).collect()
        };
        Ok(Self {
            pairs: mated.len(),
            photos: photos.len(),
            failures: photos.iter().filter(|photo| measured(photo).is_none()).count(),
            fmr: FMR,
            threshold,
            components: COMPONENTS.iter().map(|component| (component.name, curve(component))).collect(),
        })
    }

    fn print(&self, common: &Common) -> Result<()> {
        if common.json {
            return print_json(self);
        }
        println!("{} pairs of one person, {} photos, {} without a template", self.pairs, self.photos, self.failures);
        println!("FNMR at FMR {:e} (threshold {:.3}) without the worst photos:", self.fmr, self.threshold);
        for (name, points) in &self.components {
            println!("  {name}");
            for Point { discarded, limit, pairs, fnmr } in points {
                let fnmr = fnmr.map_or("-".to_owned(), |fnmr| format!("{:.2} %", fnmr * 100.0));
                let limit = limit.map_or("-".to_owned(), |limit| format!("{limit:.2}"));
                println!("    {:>2.0} % left out, limit {limit}: {fnmr} of {pairs} pairs", discarded * 100.0);
            }
        }
        Ok(())
    }

    fn chart(&self) -> Chart {
        let rates = self.components.values().flatten().filter_map(|point| point.fnmr);
        let highest = (rates.fold(0.0, f64::max) * 200.0).ceil().max(1.0) / 200.0;
        let percent = |value: f64| (value, format!("{} %", (value * 1000.0).round() / 10.0));
        let curve = |(name, points): (&&str, &Vec<Point>)| Curve {
            label: (*name).to_owned(),
            points: points.iter().filter_map(|point| Some((point.discarded, point.fnmr?))).collect(),
        };
        Chart {
            title: format!("Errors without the worst photos, {} pairs of one person", self.pairs),
            x: Axis {
                label: "photos left out",
                scale: Scale::Linear,
                ticks: [0.0, 0.1, 0.2, 0.3, 0.4, 0.5].map(percent).to_vec(),
            },
            y: Axis {
                label: "FNMR",
                scale: Scale::Linear,
                ticks: (0..=5).map(|i| percent(highest * f64::from(i) / 5.0)).collect(),
            },
            curves: self.components.iter().map(curve).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use saksi_face::Template;

    use super::*;

    fn photo(name: &str, number: u32) -> Photo {
        Photo { name: name.into(), number }
    }

    #[test]
    fn every_two_photos_of_a_person_are_a_pair() {
        let photos = [photo("A", 2), photo("B", 1), photo("A", 3), photo("A", 1)];
        let pairs = every_two_of_a_person(&photos);
        let numbers: Vec<[u32; 2]> = pairs.iter().map(|pair| pair.each_ref().map(|p| p.number)).collect();
        assert_eq!(numbers, [[1, 2], [1, 3], [2, 3]]);
        assert!(pairs.iter().flatten().all(|photo| photo.name == "A"));
    }

    #[test]
    fn the_component_that_explains_the_errors_falls_and_limits_are_its_own_values() {
        let measured = |x: f32, head_pose_yaw: f32| Measured {
            template: Template::new("m".into(), vec![x, 1.0 - x]).expect("valid"),
            quality: Quality {
                inter_eye_distance: 40.0,
                head_pose_yaw,
                head_pose_roll: 0.0,
                sharpness: 100.0,
                luminance_mean: 0.5,
                contrast: 0.2,
                eyes_visible: 1.0,
                mouth_occlusion_prevention: 1.0,
            },
        };
        // Ten photos of one person, of which the first is turned away and unlike the others.
        let photos: Vec<Photo> = (1..=10).map(|number| photo("A", number)).collect();
        let images = Path::new("photos");
        let templates: BTreeMap<PathBuf, Measured> = photos
            .iter()
            .map(|p| (p.path(images), if p.number == 1 { measured(0.0, -60.0) } else { measured(1.0, 5.0) }))
            .collect();
        let report = Report::new(&every_two_of_a_person(&photos), images, &templates, 0.5).expect("one model");
        let at = |name: &str, share: f64| {
            report.components[name].iter().find(|point| (point.discarded - share).abs() < 1e-9).expect("measured")
        };
        assert_eq!((report.pairs, report.photos, report.failures), (45, 10, 0));
        assert_eq!((at("head_pose_yaw", 0.0).fnmr, at("head_pose_yaw", 0.0).limit), (Some(0.2), Some(60.0)));
        assert_eq!((at("head_pose_yaw", 0.1).fnmr, at("head_pose_yaw", 0.1).limit), (Some(0.0), Some(5.0)));
        assert_eq!(at("sharpness", 0.1).fnmr, Some(0.2));
    }
}
