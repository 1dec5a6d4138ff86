//! Similarities of every two photos: of one person, and of different people.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use saksi_face::Template;

use crate::evaluate::rates::Histogram;
use crate::evaluate::templates::Measured;
use crate::photos;

/// How the similarities of many pairs are distributed.
pub struct Compared {
    /// Of one person.
    pub same: Histogram,
    /// Of different people.
    pub different: Histogram,
}

/// Compares every two of these photos that are of different people, but for those left out.
pub fn different_people(templates: &BTreeMap<PathBuf, Measured>, excluded: &BTreeSet<String>) -> Result<Histogram> {
    let people: Vec<(&str, &Template)> = templates
        .iter()
        .filter_map(|(path, measured)| Some((person(path)?, &measured.template)))
        .filter(|(person, _)| !excluded.contains(*person))
        .collect();
    Ok(every_two(&people)?.different)
}

/// Whom a photo shows: the name of the folder that it's in.
pub fn person(path: &Path) -> Option<&str> {
    path.parent()?.file_name()?.to_str()
}

/// Compares every two of these people's photos.
pub fn every_two(people: &[(&str, &Template)]) -> Result<Compared> {
    // In blocks of rows, so that there's one pair of histograms a block and not one a row.
    let block = 256;
    let blocks = people.len().div_ceil(block);
    let bar = photos::progress(blocks as u64, "blocks of photos compared with all before them");
    let compared = photos::in_parallel(blocks, |b| {
        let mut compared = Compared::new();
        for i in b * block..people.len().min((b + 1) * block) {
            let (person, template) = people[i];
            for (other, of_other) in &people[..i] {
                let pairs = if person == *other { &mut compared.same } else { &mut compared.different };
                pairs.add(f64::from(template.similarity(of_other)?));
            }
        }
        bar.inc(1);
        Ok(compared)
    });
    bar.finish_and_clear();
    compared.into_iter().try_fold(Compared::new(), |sum, block: Result<Compared>| Ok(sum.merged(&block?)))
}

impl Compared {
    fn new() -> Self {
        Self { same: Histogram::new(), different: Histogram::new() }
    }

    fn merged(self, other: &Self) -> Self {
        Self { same: self.same.merged(&other.same), different: self.different.merged(&other.different) }
    }
}

#[cfg(test)]
mod tests {
    use saksi_face::ModelId;

    use super::*;

    #[test]
    fn every_two_photos_count_once() {
        let template = |x, y| Template::new(ModelId::new("m"), vec![x, y]).expect("valid");
        let (a, b, c) = (template(1.0, 0.0), template(0.6, 0.8), template(0.0, 1.0));
        let Compared { same, different } = every_two(&[("Ani", &a), ("Ani", &b), ("Budi", &c)]).expect("one model");
        assert_eq!((same.count(), different.count()), (1, 2));
        // 0.0 and 0.8: a threshold between them lets one of the two through.
        let at = different.threshold(0.5).expect("one of two");
        assert!(at > 0.0 && at < 0.8);
    }
}
