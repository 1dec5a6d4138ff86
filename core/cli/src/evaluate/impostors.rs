//! Similarities of every two photos of different people.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use saksi_face::Template;

use crate::evaluate::rates::Histogram;
use crate::evaluate::templates::Measured;
use crate::photos;

/// Compares every two of these photos that are of different people (but for those left out), and keeps only how the
/// similarities are distributed.
pub fn different_people(templates: &BTreeMap<PathBuf, Measured>, excluded: &BTreeSet<String>) -> Result<Histogram> {
    let people: Vec<(&str, &Template)> = templates
        .iter()
        .filter_map(|(path, measured)| Some((path.parent()?.file_name()?.to_str()?, &measured.template)))
        .filter(|(person, _)| !excluded.contains(*person))
        .collect();
    every_two(&people)
}

fn every_two(people: &[(&str, &Template)]) -> Result<Histogram> {
    // In blocks of rows, so that there's one histogram a block and not one a row.
    let block = 256;
    let blocks = people.len().div_ceil(block);
    let bar = photos::progress(blocks as u64, "blocks of photos compared with all before them");
    let histograms = photos::in_parallel(blocks, |b| {
        let mut impostors = Histogram::new();
        for i in b * block..people.len().min((b + 1) * block) {
            let (person, template) = people[i];
            for (_, other) in people[..i].iter().filter(|(other, _)| *other != person) {
                impostors.add(f64::from(template.similarity(other)?));
            }
        }
        bar.inc(1);
        Ok(impostors)
    });
    bar.finish_and_clear();
    histograms.into_iter().try_fold(Histogram::new(), |sum, block: Result<Histogram>| Ok(sum.merged(&block?)))
}

#[cfg(test)]
mod tests {
    use saksi_face::ModelId;

    use super::*;

    #[test]
    fn every_two_photos_of_different_people_count_once() {
        let template = |x, y| Template::new(ModelId::new("m"), vec![x, y]).expect("valid");
        let (a, b, c) = (template(1.0, 0.0), template(0.6, 0.8), template(0.0, 1.0));
        let impostors = every_two(&[("Ani", &a), ("Ani", &b), ("Budi", &c)]).expect("one model");
        assert_eq!(impostors.count(), 2);
        // 0.0 and 0.8: a threshold between them lets one of the two through.
        let at = impostors.threshold(0.5).expect("one of two");
        assert!(at > 0.0 && at < 0.8);
    }
}
