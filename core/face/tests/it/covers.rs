//! Covered faces: how many are told from bare ones, with masks, hands and glasses painted over photos.
//!
//! `SAKSI_COVERED_PEOPLE` says how many people's photos are looked at (150 without it); every fourth is covered too. The
//! table of `docs/liveness.md` is what this prints.

use std::time::Duration;

use saksi_face::{Engine, Frame, QualityLimits, QualityProblem};

use crate::common;

mod drawn;

use drawn::{COVERS, put_on};

#[test]
fn most_masks_and_dark_glasses_are_told_and_few_bare_faces_are() {
    let (Some(engine), Some(folder)) = (common::engine(), common::evaluation("lfw-dev")) else { return };
    let mut people: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten().map(|it| it.path()).collect();
    people.sort();
    let wanted = std::env::var("SAKSI_COVERED_PEOPLE").ok().and_then(|n| n.parse().ok()).unwrap_or(150);
    let photos = people.iter().filter_map(|person| {
        let name = person.file_name()?.to_str()?;
        Some(person.join(format!("{name}_0001.jpg"))).filter(|photo| photo.exists())
    });
    let mut bare = [0_usize; 2];
    let mut covered = COVERS.map(|_| [0_usize; 2]);
    for (number, path) in photos.take(wanted).enumerate() {
        let photo = common::photo(&path);
        if let Some(is) = told(&engine, &photo) {
            bare[usize::from(is)] += 1;
            if is && std::env::var_os("SAKSI_COVERED_DETAILS").is_some() {
                eprintln!("    {}", path.display());
            }
        }
        if number % 4 == 0 {
            for (cover, counts) in COVERS.iter().zip(&mut covered) {
                if let Some(is) = put_on(&engine, cover, &photo).and_then(|photo| told(&engine, &photo)) {
                    counts[usize::from(is)] += 1;
                }
            }
        }
    }
    let share = |[not, told]: [usize; 2]| told as f32 / (not + told).max(1) as f32;
    eprintln!("| over the face | photos | told |\n|---|---|---|");
    eprintln!("| nothing | {} | {} ({:.1} %) |", bare[0] + bare[1], bare[1], share(bare) * 100.0);
    for (cover, counts) in COVERS.iter().zip(covered) {
        eprintln!("| {} | {} | {:.0} % |", cover.name, counts[0] + counts[1], share(counts) * 100.0);
        if cover.name.starts_with("mask, b") && cover.name != "mask, batik" || cover.name == "glasses, black" {
            assert!(share(counts) > 0.7, "{}", cover.name);
        }
    }
    assert!(share(bare) < 0.03, "with those among them who do wear dark glasses");
}

/// Whether the face in a photo seems to be covered; `None` where none is found.
fn told(engine: &Engine, photo: &Frame) -> Option<bool> {
    let quality = engine.look(photo, Duration::ZERO).expect("runs").seen?.quality;
    Some(quality.problems(&QualityLimits::default()).contains(&QualityProblem::Covered))
}
