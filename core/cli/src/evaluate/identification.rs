//! `saksi evaluate identify`: error rates of searches among many.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use saksi_face::{Candidate, Gallery, Manifest, Template, Thresholds};
use serde::Serialize;

use crate::evaluate::lists::{self, Listed};
use crate::evaluate::open_set::{self, Best, Decided};
use crate::evaluate::templates::{self, Measured};
use crate::output::print_json;
use crate::{Common, photos};

#[derive(Args)]
pub struct Measure {
    /// Who can be found: a list of photos, of which those of one person make one template
    #[arg(long, value_name = "LIST")]
    gallery: PathBuf,
    /// Searches for people who are in the gallery: a list of other photos of them
    #[arg(long, value_name = "LIST")]
    probes: PathBuf,
    /// Searches for people who are not in the gallery
    #[arg(long, value_name = "LIST")]
    nonmated: PathBuf,
    /// Folder that the lists' paths start from [default: the folder of each list]
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    #[command(flatten)]
    templates: templates::Options,
}

pub fn run(args: &Measure, common: &Common) -> Result<()> {
    let read = |list| lists::read(list, args.images.as_deref());
    let lists = Lists { gallery: read(&args.gallery)?, probes: read(&args.probes)?, nonmated: read(&args.nonmated)? };
    lists.check()?;
    let templates = templates::of(lists.paths(), &args.templates, common)?;
    let searches = searched(&lists, &templates)?;
    let manifest = Manifest::bundled();
    let matching = manifest.embedder()?.1;
    let thresholds = matching.identification(lists.people().len());
    report(&Report::new(&lists, &templates, &searches, &thresholds, matching.match_margin), common)
}

/// Who is enrolled, and who is searched for.
struct Lists {
    gallery: Vec<Listed>,
    probes: Vec<Listed>,
    nonmated: Vec<Listed>,
}

/// Why lists can't be measured with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum ListsError {
    #[error("{path} is a probe of somebody who is not in the gallery: it belongs in --nonmated", path = .0.display())]
    StrangerAmongProbes(PathBuf),
    #[error("{path} is a non-mated photo of somebody who is in the gallery: it belongs in --probes", path = .0.display())]
    KnownAmongNonmated(PathBuf),
    #[error("{path} is both in the gallery and a probe: a photo always finds itself", path = .0.display())]
    PhotoTwice(PathBuf),
}

impl Lists {
    fn check(&self) -> Result<(), ListsError> {
        let enrolled = self.people();
        let photos: BTreeSet<&Listed> = self.gallery.iter().collect();
        for probe in &self.probes {
            if !enrolled.contains(probe.person.as_str()) {
                return Err(ListsError::StrangerAmongProbes(probe.path.clone()));
            }
            if photos.contains(probe) {
                return Err(ListsError::PhotoTwice(probe.path.clone()));
            }
        }
        match self.nonmated.iter().find(|photo| enrolled.contains(photo.person.as_str())) {
            Some(photo) => Err(ListsError::KnownAmongNonmated(photo.path.clone())),
            None => Ok(()),
        }
    }

    /// Who is in the gallery.
    fn people(&self) -> BTreeSet<&str> {
        self.gallery.iter().map(|photo| photo.person.as_str()).collect()
    }

    fn paths(&self) -> impl Iterator<Item = PathBuf> {
        [&self.gallery, &self.probes, &self.nonmated].into_iter().flatten().map(|photo| photo.path.clone())
    }
}

/// The most alike candidate of each search.
struct Searches {
    mated: Vec<Option<Best>>,
    /// Of those photos that gave a template.
    nonmated: Vec<Best>,
}

fn searched(lists: &Lists, templates: &BTreeMap<PathBuf, Measured>) -> Result<Searches> {
    let template = |photo: &Listed| templates.get(&photo.path).map(|measured| &measured.template);
    let mut people: BTreeMap<&str, Vec<(&Template, f32)>> = BTreeMap::new();
    for photo in &lists.gallery {
        people.entry(&photo.person).or_default().extend(template(photo).map(|template| (template, 1.0)));
    }
    people.retain(|_, templates| !templates.is_empty());
    ensure!(!people.is_empty(), "no photo in the gallery gave a template");
    let enrolled = people.into_iter().map(|(person, templates)| Ok((person, Template::fused(templates)?)));
    let enrolled: Vec<(&str, Template)> = enrolled.collect::<Result<_>>()?;
    let gallery = Gallery::from_templates(enrolled.iter().map(|(person, template)| (*person, template)))?;
    let all = |photos: &[Listed]| -> Result<Vec<Option<Best>>> {
        let search = |i: usize| {
            let Some(template) = template(&photos[i]) else { return Ok(None) };
            let found = gallery.search(template, 2)?;
            let next = found.get(1).map(|next| next.similarity);
            let best = |c: &Candidate<&str>| Best { similarity: c.similarity, right: c.key == photos[i].person, next };
            Ok(found.first().map(best))
        };
        photos::in_parallel(photos.len(), search).into_iter().collect()
    };
    let nonmated = all(&lists.nonmated)?.into_iter().flatten().collect();
    Ok(Searches { mated: all(&lists.probes)?, nonmated })
}

#[derive(Serialize)]
struct Report {
    /// Photos in the gallery, and whom they show.
    gallery: usize,
    people: usize,
    probes: usize,
    nonmated: usize,
    failures: Failures,
    rank1: f64,
    tpir: BTreeMap<&'static str, Option<f64>>,
    thresholds: BTreeMap<&'static str, Option<f32>>,
    product: Product,
    /// What other margins than the product's would come to.
    margins: Vec<Decided>,
}

/// The rates at the threshold that the product itself takes for a gallery of this size.
#[derive(Serialize)]
struct Product {
    threshold: f32,
    /// By that threshold alone.
    tpir: f64,
    fpir: f64,
    /// With the margin to the second that the product asks for.
    decided: Decided,
}

/// Photos that gave no template.
#[derive(Serialize)]
struct Failures {
    gallery: usize,
    probes: usize,
    nonmated: usize,
}

const MARGINS: [f32; 8] = [0.0, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1];

const FALSE_POSITIVE_RATES: [(&str, f64); 3] = [("fpir_0.001", 0.001), ("fpir_0.01", 0.01), ("fpir_0.1", 0.1)];

impl Report {
    fn new(
        lists: &Lists,
        templates: &BTreeMap<PathBuf, Measured>,
        searches: &Searches,
        product: &Thresholds,
        margin: f32,
    ) -> Self {
        let nonmated: Vec<f32> = searches.nonmated.iter().map(|best| best.similarity).collect();
        let decided = |margin| Decided::new(&searches.mated, &searches.nonmated, product, margin);
        let failures = |photos: &[Listed]| photos.iter().filter(|photo| !templates.contains_key(&photo.path)).count();
        let thresholds: BTreeMap<_, _> =
            FALSE_POSITIVE_RATES.into_iter().map(|(name, fpir)| (name, open_set::threshold(&nonmated, fpir))).collect();
        let tpir = thresholds.iter().map(|(name, at)| (*name, at.map(|at| open_set::tpir(&searches.mated, at))));
        Self {
            gallery: lists.gallery.len(),
            people: lists.people().len(),
            probes: lists.probes.len(),
            nonmated: lists.nonmated.len(),
            failures: Failures {
                gallery: failures(&lists.gallery),
                probes: failures(&lists.probes),
                nonmated: failures(&lists.nonmated),
            },
            rank1: open_set::rank1(&searches.mated),
            tpir: tpir.collect(),
            thresholds,
            product: Product {
                threshold: product.match_at,
                tpir: open_set::tpir(&searches.mated, product.match_at),
                fpir: open_set::fpir(&nonmated, product.match_at),
                decided: decided(margin),
            },
            margins: MARGINS.into_iter().map(decided).collect(),
        }
    }
}

fn report(report: &Report, common: &Common) -> Result<()> {
    if common.json {
        return print_json(report);
    }
    let Failures { gallery, probes, nonmated } = report.failures;
    println!("gallery of {} photos of {} people, {gallery} without a template", report.gallery, report.people);
    println!("{} probes of people in it, {probes} without a template", report.probes);
    println!("{} photos of other people, {nonmated} without a template", report.nonmated);
    println!("rank 1: {:.2} %", report.rank1 * 100.0);
    for (name, fpir) in FALSE_POSITIVE_RATES {
        match (report.tpir[name], report.thresholds[name]) {
            (Some(tpir), Some(at)) => {
                println!("  FPIR {} %: threshold {at:.3}, TPIR {:.2} %", fpir * 100.0, tpir * 100.0);
            }
            _ => println!("  FPIR {} %: too few photos of other people to tell", fpir * 100.0),
        }
    }
    let Product { threshold, tpir, fpir, decided } = &report.product;
    println!("from the product's threshold, {threshold:.3}: TPIR {:.2} %, FPIR {:.2} %", tpir * 100.0, fpir * 100.0);
    println!("as the product decides, with a margin to the second of {}: {}", decided.margin, rates(decided));
    for other in &report.margins {
        println!("  with a margin of {}: {}", other.margin, rates(other));
    }
    Ok(())
}

fn rates(decided: &Decided) -> String {
    let Decided { tpir, mated_false, mated_review, fpir, .. } = decided;
    let [tpir, wrong, review, fpir] = [tpir, mated_false, mated_review, fpir].map(|rate| rate * 100.0);
    format!("TPIR {tpir:.2} %, somebody else {wrong:.2} %, to review {review:.2} %; FPIR {fpir:.2} %")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use saksi_face::Quality;

    use super::*;

    fn listed(paths: &[&str]) -> Vec<Listed> {
        paths.iter().map(|path| Listed::new(path.into()).expect("in a folder")).collect()
    }

    fn measured(x: f32, y: f32) -> Measured {
        let quality = Quality {
            inter_eye_distance: 40.0,
            head_pose_yaw: 0.0,
            head_pose_roll: 0.0,
            sharpness: 100.0,
            luminance_mean: 0.5,
            contrast: 0.2,
            eyes_visible: 1.0,
            mouth_occlusion_prevention: 1.0,
        };
        Measured { template: Template::new("m".into(), vec![x, y]).expect("valid"), quality }
    }

    /// Ani twice in the gallery, Budi once, Cici without a template.
    fn example() -> (Lists, BTreeMap<PathBuf, Measured>) {
        let lists = Lists {
            gallery: listed(&["Ani/1", "Ani/2", "Budi/1", "Cici/1"]),
            probes: listed(&["Ani/3", "Budi/2", "Cici/2", "Budi/3"]),
            nonmated: listed(&["Dedi/1", "Eka/1"]),
        };
        let templates = [
            ("Ani/1", measured(1.0, -0.6)),
            ("Ani/2", measured(1.0, 0.0)),
            ("Budi/1", measured(0.0, 1.0)),
            ("Ani/3", measured(1.0, 0.1)),
            ("Budi/2", measured(0.8, 0.6)),
            ("Cici/2", measured(0.0, -1.0)),
            ("Dedi/1", measured(1.0, 1.0)),
        ];
        (lists, templates.into_iter().map(|(path, m)| (path.into(), m)).collect())
    }

    #[test]
    fn a_person_s_photos_count_together_and_who_has_no_template_is_not_found() {
        let (lists, templates) = example();
        assert_eq!(lists.check(), Ok(()));
        let searches = searched(&lists, &templates).expect("one model");
        let right: Vec<Option<bool>> = searches.mated.iter().map(|best| best.map(|best| best.right)).collect();
        // Ani by both of her photos; Budi taken for Ani; Cici found as somebody; no template.
        assert_eq!(right, [Some(true), Some(false), Some(false), None]);
        assert_eq!(searches.nonmated.len(), 1);

        let thresholds = Thresholds { match_at: 0.8, match_fmr: 1e-4, review_at: 0.7, review_fmr: 1e-3 };
        let report = Report::new(&lists, &templates, &searches, &thresholds, 0.25);
        assert!((report.rank1 - 0.25).abs() < 1e-9);
        assert_eq!((report.gallery, report.people, report.probes, report.nonmated), (4, 3, 4, 2));
        let Failures { gallery, probes, nonmated } = report.failures;
        assert_eq!((gallery, probes, nonmated), (1, 1, 1));
        assert_eq!(report.tpir["fpir_0.01"], None);
        assert!((report.product.tpir - 0.25).abs() < 1e-9 && report.product.fpir.abs() < 1e-9);
        assert!((report.product.decided.tpir - 0.25).abs() < 1e-9);
        assert_eq!(report.margins.len(), MARGINS.len());
    }

    #[test]
    fn photos_in_the_wrong_list_are_named() {
        let check = |gallery: &[&str], probes: &[&str], nonmated: &[&str]| {
            Lists { gallery: listed(gallery), probes: listed(probes), nonmated: listed(nonmated) }.check()
        };
        let path = |path: &str| Path::new(path).to_owned();
        assert_eq!(check(&["A/1"], &["B/1"], &["C/1"]), Err(ListsError::StrangerAmongProbes(path("B/1"))));
        assert_eq!(check(&["A/1"], &["A/2"], &["A/3"]), Err(ListsError::KnownAmongNonmated(path("A/3"))));
        assert_eq!(check(&["A/1"], &["A/1"], &["B/1"]), Err(ListsError::PhotoTwice(path("A/1"))));
        assert!(ListsError::StrangerAmongProbes(path("B/1")).to_string().contains("--nonmated"));
    }

    #[test]
    fn a_gallery_of_nobody_is_an_error() {
        let (mut lists, templates) = example();
        lists.gallery = listed(&["Cici/1"]);
        assert!(searched(&lists, &templates).is_err());
    }
}
