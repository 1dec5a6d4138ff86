//! What the landmark model makes of real photos: how far eyes and mouth of one person vary from photo to photo.

use std::path::Path;

use saksi_face::{Engine, Expression, FaceMesh};

use super::portrait;
use crate::common;

/// Of each photo of a person with four or more: how open the eyes are by the person's median (the more open eye counts, as
/// both have to close), and how much further the mouth is open than by the median.
pub fn variation(engine: &Engine, mesh: &FaceMesh, folder: &Path, people: usize) -> Vec<[f32; 2]> {
    let mut names: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()).collect();
    names.sort();
    let photos = |person: &Path| {
        let mut photos: Vec<_> = std::fs::read_dir(person).into_iter().flatten().flatten().map(|e| e.path()).collect();
        photos.sort();
        photos
    };
    let many = names.iter().map(|person| photos(person)).filter(|photos| photos.len() >= 4).take(people);
    many.flat_map(|photos| {
        let seen: Vec<Expression> = photos
            .iter()
            .take(15)
            .filter_map(|path| {
                let sample = portrait(engine, common::photo(path))?;
                mesh.expression(&sample.photo, &sample.face).expect("runs")
            })
            .collect();
        let median = |of: &dyn Fn(&Expression) -> f32| {
            let mut values: Vec<f32> = seen.iter().map(of).collect();
            values.sort_by(f32::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(1.0)
        };
        let (right, left, mouth) = (median(&|it| it.eyes[0]), median(&|it| it.eyes[1]), median(&|it| it.mouth));
        let change = |it: &Expression| [(it.eyes[0] / right).max(it.eyes[1] / left), it.mouth - mouth];
        seen.iter().map(change).collect::<Vec<_>>()
    })
    .collect()
}
