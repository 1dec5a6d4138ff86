//! `saksi evaluate groups`: error rates of groups of people or photos, at one threshold for all.
//!
//! The terms are those of ISO/IEC 19795-10, which also says what to mind: groups of few pairs say little.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use saksi_face::{Manifest, Quality};
use serde::Serialize;

use crate::Common;
use crate::evaluate::templates::{self, Measured};
use crate::evaluate::{compared, lists, pairs};
use crate::output::print_json;

#[derive(Args)]
pub struct Measure {
    /// Folder with one folder a person: Name/Name_0001.jpg
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// CSV whose first column names people as the folders do; each further column is a way to group them, such as `sex`
    ///
    /// Its first line names the columns. Whom the file doesn't name, or leaves empty, is in none of that column's groups.
    #[arg(long, value_name = "FILE")]
    groups: Option<PathBuf>,
    /// Names (one a line) to leave out
    #[arg(long, value_name = "FILE")]
    exclude: Option<PathBuf>,
    #[command(flatten)]
    templates: templates::Options,
}

pub fn run(args: &Measure, common: &Common) -> Result<()> {
    let excluded = args.exclude.as_deref().map_or_else(|| Ok(BTreeSet::new()), lists::names)?;
    let mut groupings = match &args.groups {
        Some(path) => people_in(path).with_context(|| path.display().to_string())?,
        None => Vec::new(),
    };
    let photos = pairs::photos_in(&args.images)?.into_iter().filter(|photo| !excluded.contains(&photo.name));
    let templates = templates::of(photos.map(|photo| photo.path(&args.images)), &args.templates, common)?;
    groupings.extend(MEASURES.iter().map(|measure| measure.thirds(&templates)));
    let threshold = Manifest::bundled().embedder()?.1.verification().match_at;
    let report = Report {
        threshold,
        groupings: groupings.iter().map(|it| it.measured(&templates, threshold.into())).collect::<Result<_>>()?,
    };
    report.print(common)
}

/// A way to put photos into groups.
struct Grouping {
    name: String,
    group_of: Box<GroupOf>,
}

/// Which group a photo is in, by where it lies and what is measured in it.
type GroupOf = dyn Fn(&Path, &Quality) -> Option<Name>;

/// A group's place among the others, and what it's called.
type Name = (usize, String);

/// What photos are put into thirds by.
struct Thirds {
    name: &'static str,
    value: fn(&Quality) -> f32,
}

const MEASURES: [Thirds; 5] = [
    Thirds { name: "luminance_mean", value: |q| q.luminance_mean },
    Thirds { name: "contrast", value: |q| q.contrast },
    Thirds { name: "sharpness", value: |q| q.sharpness },
    Thirds { name: "inter_eye_distance", value: |q| q.inter_eye_distance },
    Thirds { name: "head_pose_yaw", value: |q| q.head_pose_yaw.abs() },
];

impl Thirds {
    fn thirds(&self, templates: &BTreeMap<PathBuf, Measured>) -> Grouping {
        let mut values: Vec<f32> = templates.values().map(|measured| (self.value)(&measured.quality)).collect();
        values.sort_by(f32::total_cmp);
        let at = |third: usize| values.get(third * values.len() / 3).copied().unwrap_or_default();
        let (low, high, value) = (at(1), at(2), self.value);
        let third = move |quality: &Quality| match value(quality) {
            value if value < low => (0, format!("below {low:.2}")),
            value if value < high => (1, format!("{low:.2} to {high:.2}")),
            _ => (2, format!("from {high:.2}")),
        };
        Grouping { name: self.name.to_owned(), group_of: Box::new(move |_, quality| Some(third(quality))) }
    }
}

/// Reads a file of people and their groups.
fn people_in(path: &Path) -> Result<Vec<Grouping>> {
    let mut file = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path)?;
    let columns: Vec<String> = file.headers()?.iter().skip(1).map(str::to_owned).collect();
    ensure!(!columns.is_empty(), "the first column names people, and each further one is a way to group them");
    let mut groups = vec![BTreeMap::new(); columns.len()];
    for row in file.records() {
        let row = row?;
        let person = row.get(0).unwrap_or_default();
        for (groups, group) in groups.iter_mut().zip(row.iter().skip(1)).filter(|(_, group)| !group.is_empty()) {
            let before = groups.insert(person.to_owned(), group.to_owned());
            ensure!(before.is_none_or(|before| before == group), "{person} is in two groups of one column");
        }
    }
    let grouping = |(name, groups): (String, BTreeMap<String, String>)| Grouping {
        name,
        group_of: Box::new(move |photo, _| Some((0, groups.get(compared::person(photo)?).cloned()?))),
    };
    Ok(columns.into_iter().zip(groups).map(grouping).collect())
}

#[derive(Serialize)]
struct Report {
    /// The product's for one claimed identity (1:1).
    threshold: f32,
    groupings: Vec<Rates>,
}

#[derive(Serialize)]
struct Rates {
    grouping: String,
    groups: Vec<Group>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Group {
    name: String,
    photos: usize,
    /// Of one person, and how many of them are below the threshold.
    pairs: u64,
    missed: u64,
    fnmr: Option<f64>,
    /// Of different people, and how many of them reach it.
    impostors: u64,
    false_matches: u64,
    fmr: Option<f64>,
}

impl Grouping {
    fn measured(&self, templates: &BTreeMap<PathBuf, Measured>, threshold: f64) -> Result<Rates> {
        let mut groups: BTreeMap<Name, Vec<_>> = BTreeMap::new();
        for (path, measured) in templates {
            if let (Some(group), Some(person)) = ((self.group_of)(path, &measured.quality), compared::person(path)) {
                groups.entry(group).or_default().push((person, &measured.template));
            }
        }
        let rates = |((_, name), people): (Name, Vec<_>)| {
            let compared = compared::every_two(&people)?;
            let (pairs, impostors) = (compared.same.count(), compared.different.count());
            let (missed, false_matches) =
                (pairs - compared.same.reaching(threshold), compared.different.reaching(threshold));
            Ok(Group {
                name,
                photos: people.len(),
                pairs,
                missed,
                fnmr: share(missed, pairs),
                impostors,
                false_matches,
                fmr: share(false_matches, impostors),
            })
        };
        Ok(Rates { grouping: self.name.clone(), groups: groups.into_iter().map(rates).collect::<Result<_>>()? })
    }
}

fn share(of: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| of as f64 / all as f64)
}

impl Report {
    fn print(&self, common: &Common) -> Result<()> {
        if common.json {
            return print_json(self);
        }
        println!("at similarity {:.3}, of every two photos that are both in a group:", self.threshold);
        for Rates { grouping, groups } in &self.groupings {
            println!("  {grouping}");
            for group in groups {
                let missed = group.fnmr.map_or("-".to_owned(), |rate| format!("{:.2} %", rate * 100.0));
                let matched = group.fmr.map_or("-".to_owned(), |rate| format!("{rate:.1e}"));
                println!(
                    "    {}: FNMR {missed} ({} of {} pairs), FMR {matched} ({} of {}), {} photos",
                    group.name, group.missed, group.pairs, group.false_matches, group.impostors, group.photos
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use saksi_face::Template;

    use super::*;

    fn photo(x: f32, luminance_mean: f32) -> Measured {
        Measured {
            template: Template::new("m".into(), vec![x, 1.0 - x]).expect("valid"),
            quality: Quality {
                inter_eye_distance: 40.0,
                head_pose_yaw: 0.0,
                head_pose_roll: 0.0,
                sharpness: 100.0,
                luminance_mean,
                contrast: 0.2,
                eyes_visible: 1.0,
                mouth_occlusion_prevention: 1.0,
            },
        }
    }

    /// Ani twice and Budi twice in the light, of whom Budi isn't recognised; Citra in the dark, who looks like Ani.
    fn photos() -> BTreeMap<PathBuf, Measured> {
        let all = [
            ("Ani/1", photo(1.0, 0.8)),
            ("Ani/2", photo(0.9, 0.9)),
            ("Budi/1", photo(1.0, 0.7)),
            ("Budi/2", photo(0.0, 0.6)),
            ("Citra/1", photo(1.0, 0.1)),
            ("Citra/2", photo(0.9, 0.2)),
        ];
        all.into_iter().map(|(path, measured)| (PathBuf::from(path), measured)).collect()
    }

    fn groups_of(text: &str) -> Result<Vec<Grouping>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("groups.csv");
        fs::write(&file, text)?;
        people_in(&file)
    }

    #[test]
    fn only_pairs_within_a_group_count() {
        let groupings = groups_of("person,sex,age\nAni,f,old\nBudi,m,old\nCitra,f,\n").expect("two groupings");
        let [sex, age] = [0, 1].map(|i| groupings[i].measured(&photos(), 0.5).expect("one model"));
        assert_eq!((sex.grouping.as_str(), age.grouping.as_str()), ("sex", "age"));
        let group =
            |name: &str, [photos, pairs, missed, impostors, false_matches]: [u64; 5], rates: [Option<f64>; 2]| {
                let (name, photos) = (name.to_owned(), photos as usize);
                Group { name, photos, pairs, missed, fnmr: rates[0], impostors, false_matches, fmr: rates[1] }
            };
        let women = group("f", [4, 2, 0, 4, 4], [Some(0.0), Some(1.0)]);
        assert_eq!(sex.groups, [women, group("m", [2, 1, 1, 0, 0], [Some(1.0), None])]);
        // Both photos of Ani are like the first of Budi.
        assert_eq!(age.groups, [group("old", [4, 2, 1, 4, 2], [Some(0.5), Some(0.5)])]);
    }

    #[test]
    fn photos_are_put_into_thirds_by_what_is_measured() {
        let rates = MEASURES[0].thirds(&photos()).measured(&photos(), 0.5).expect("one model");
        let photos: Vec<(&str, usize)> = rates.groups.iter().map(|group| (&*group.name, group.photos)).collect();
        assert_eq!(photos, [("below 0.60", 2), ("0.60 to 0.80", 2), ("from 0.80", 2)]);
    }

    #[test]
    fn a_file_without_groups_and_a_person_in_two_are_refused() {
        let error = |text| format!("{:#}", groups_of(text).err().expect("refused"));
        assert!(error("person\nAni\n").contains("each further one"));
        assert!(error("person,sex\nAni,f\nAni,m\n").contains("Ani is in two groups"));
        assert!(error("person,sex\nAni,f,old\n").contains("line: 2"));
    }
}
