//! Identity cards and sheets, drawn and photographed in software: what can be read passes, the rest is refused with what to mend.

use saksi_face::DocumentFormat::{Card, Sheet};
use saksi_face::{DocumentFormat, DocumentProblem, DocumentQuality, Frame, judge_document};

use super::letter::{Filling, Letter};
use super::photo::{GROUNDS, Shot};
use super::random::Random;
use crate::common;

const PLAIN: Shot = Shot {
    size: (1920, 1440),
    fill: 0.75,
    tilt: [0.12, -0.08],
    turn: 0.04,
    moved: [0.0, 0.0],
    ground: super::Ground::Wood,
    light: 1.0,
    shadow: 0.0,
    penumbra: 0.04,
    glare: 0.0,
    blur: 0.7,
    motion: 0.0,
    noise: 2.5,
    seed: 1,
};

fn judged(frame: &Frame, format: DocumentFormat) -> Option<DocumentProblem> {
    judge_document(frame, format)
}

#[test]
fn a_card_passes_whatever_it_lies_on_and_however_it_is_turned() {
    for ground in GROUNDS {
        for (number, shot) in [
            Shot { ground, ..PLAIN },
            Shot { ground, size: (1440, 1920), turn: 1.6, fill: 0.8, ..PLAIN },
            Shot { ground, size: (1440, 1920), fill: 0.9, ..PLAIN },
            Shot { ground, size: (3000, 4000), blur: 1.6, fill: 0.85, ..PLAIN },
            Shot { ground, fill: 0.98, tilt: [0.0; 2], ..PLAIN },
            Shot { ground, fill: 0.6, ..PLAIN },
            Shot { ground, tilt: [0.3, 0.2], turn: 3.0, ..PLAIN },
            Shot { ground, light: 0.45, noise: 5.0, shadow: 0.3, ..PLAIN },
        ]
        .into_iter()
        .enumerate()
        {
            let photo = shot.of(&Letter::card(number as u64));
            assert_eq!(judged(&photo, Card), None, "{shot:?}: {:?}", DocumentQuality::of(&photo, Card));
        }
    }
}

#[test]
fn each_fault_of_a_card_is_refused_by_its_name() {
    use DocumentProblem::{Blurred, Closer, Glare, TooDark};
    type Fault = (&'static str, fn(f32) -> Shot, [f32; 6], &'static [DocumentProblem]);
    let faults: [Fault; 6] = [
        ("blur", |blur| Shot { blur, ..PLAIN }, [0.7, 1.2, 1.8, 4.5, 6.0, 9.0], &[Blurred]),
        ("motion", |motion| Shot { motion, ..PLAIN }, [0.0, 4.0, 12.0, 22.0, 30.0, 40.0], &[Blurred]),
        ("light", |light| Shot { light, ..PLAIN }, [1.0, 0.7, 0.5, 0.15, 0.1, 0.05], &[TooDark]),
        ("glare", |glare| Shot { glare, ..PLAIN }, [0.0, 0.01, 0.02, 0.12, 0.2, 0.3], &[Glare]),
        ("fill", |fill| Shot { fill, ..PLAIN }, [0.9, 0.7, 0.6, 0.25, 0.15, 0.1], &[Closer, Blurred]),
        (
            "size",
            |share| Shot { size: ((1920.0 * share) as usize, (1440.0 * share) as usize), ..PLAIN },
            [1.0, 0.8, 0.6, 0.28, 0.2, 0.1],
            &[Closer],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, shot, strengths, problems) in faults {
        for (i, strength) in strengths.into_iter().enumerate() {
            let photo = shot(strength).of(&Letter::card(3));
            let problem = judged(&photo, Card);
            eprintln!("{name} {strength}: {problem:?}, {:?}", DocumentQuality::of(&photo, Card));
            let right = if i < 3 { problem.is_none() } else { problem.is_some_and(|it| problems.contains(&it)) };
            if !right {
                wrong.push((name, strength, problem));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn sheets_pass_as_documents_where_they_can_be_read() {
    let letter = Letter::statement(&Filling { points: 10.0, ..Filling::default() });
    let upright = Shot { size: (1440, 1920), fill: 0.9, ..PLAIN };
    for ground in GROUNDS {
        assert_eq!(judged(&Shot { ground, ..upright }.of(&letter), Sheet), None);
    }
    assert_eq!(judged(&Shot { blur: 5.0, ..upright }.of(&letter), Sheet), Some(DocumentProblem::Blurred));
    assert_eq!(judged(&Shot { light: 0.1, ..upright }.of(&letter), Sheet), Some(DocumentProblem::TooDark));
    assert_eq!(judged(&Shot { size: (360, 480), ..upright }.of(&letter), Sheet), Some(DocumentProblem::Closer));
    assert_eq!(judged(&Shot { glare: 0.25, ..upright }.of(&letter), Sheet), Some(DocumentProblem::Glare));
    assert!(judged(&upright.of(&Letter::blank()), Sheet).is_some());
}

#[test]
fn what_shows_nothing_written_is_no_document() {
    for (i, level) in [0_u8, 90, 200, 255].into_iter().enumerate() {
        let mut random = Random::new(i as u64);
        let mut noisy = || level.saturating_add_signed((random.normal() * 3.0) as i8);
        let pixels = (0..1600 * 1200 * 3).map(|_| noisy()).collect();
        let frame = Frame::from_rgb(1600, 1200, pixels).expect("all pixels given");
        assert!(judged(&frame, Card).is_some() && judged(&frame, Sheet).is_some(), "{level}");
    }
    for (width, height) in [(1, 1), (1, 4000), (7, 9), (64, 64)] {
        let frame = Frame::from_rgb(width, height, vec![99; (width * height * 3) as usize]).expect("all pixels given");
        assert!(judged(&frame, Card).is_some(), "{width} x {height}");
    }
    let Some(folder) = common::portraits() else { return };
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        eprintln!("a portrait: {:?}", judged(&common::photo(&path), Card));
    }
}
