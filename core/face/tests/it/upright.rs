//! Heads that are tilted, lie or stand upside down: a picture is turned by quarters, and what is left is told.

use std::time::Duration;

use saksi_face::{Advice, CapturePolicy, CaptureSession, Engine, Frame, QualityLimits, QualityProblem};

use crate::common;

const PORTRAITS: [&str; 3] = ["obama.jpg", "obama2.jpg", "biden.jpg"];

#[test]
fn a_portrait_that_lies_or_stands_on_its_head_gives_the_same_face_as_upright() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    for name in PORTRAITS {
        let portrait = common::photo(&folder.join(name));
        let upright = engine.analyze(&portrait).expect("a face").template;
        for degrees in [0.0, 90.0, 180.0, 270.0] {
            let (seen, frame) = engine.analyze_upright(turned(&portrait, degrees)).expect("a face");
            let similarity = seen.template.similarity(&upright).expect("one model");
            assert!(similarity > 0.9, "{name} turned by {degrees}: {similarity}");
            assert!(!tilted(&seen.quality.problems(&QualityLimits::default())), "{name} turned by {degrees}");
            let landscape = portrait.width() > portrait.height();
            assert_eq!(frame.width() > frame.height(), landscape, "{name} comes back upright");
        }
    }
}

#[test]
fn a_head_that_is_tilted_or_lies_is_told_to_be_upright() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    for name in PORTRAITS {
        let portrait = common::photo(&folder.join(name));
        for degrees in [45.0, -45.0] {
            let (seen, _) = engine.analyze_upright(turned(&portrait, degrees)).expect("a face");
            assert!(tilted(&seen.quality.problems(&QualityLimits::default())), "{name} tilted by {degrees}");
        }
        assert_ne!(advice(&engine, &portrait), Advice::Upright, "{name}");
        for degrees in [35.0, 45.0, -45.0, 60.0, -60.0, 90.0, -90.0, 135.0, -135.0, 180.0] {
            assert_eq!(advice(&engine, &turned(&portrait, degrees)), Advice::Upright, "{name} turned by {degrees}");
        }
    }
}

fn tilted(problems: &[QualityProblem]) -> bool {
    problems.contains(&QualityProblem::Tilted)
}

/// What a capture says of a frame that stays as it is, once it has settled.
fn advice(engine: &Engine, frame: &Frame) -> Advice {
    let policy = CapturePolicy { time_ms: 60_000, ..CapturePolicy::default() };
    let mut session = CaptureSession::new(policy, [7; 32], Vec::new());
    let looked = engine.look(frame, Duration::ZERO).expect("runs");
    let steps = (0..8).map(|step| {
        let mut observation = looked.clone();
        observation.at = Duration::from_millis(100 * step);
        session.observe(&observation).expect("in order").advice
    });
    steps.last().expect("eight steps")
}

/// The middle of a picture turned clockwise, with its own grey where nothing is.
fn turned(frame: &Frame, degrees: f32) -> Frame {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let across = (width * cos.abs() + height * sin.abs()).round();
    let down = (width * sin.abs() + height * cos.abs()).round();
    let pixels = (0..down as u32).flat_map(|y| (0..across as u32).map(move |x| (x, y))).flat_map(|(x, y)| {
        let (x, y) = (x as f32 + 0.5 - across / 2.0, y as f32 + 0.5 - down / 2.0);
        let (x, y) = (cos * x + sin * y + width / 2.0, cos * y - sin * x + height / 2.0);
        if x < 0.0 || y < 0.0 || x >= width || y >= height {
            return [120; 3];
        }
        let at = (y as usize * frame.width() as usize + x as usize) * 3;
        [0, 1, 2].map(|channel| frame.pixels()[at + channel])
    });
    Frame::from_rgb(across as u32, down as u32, pixels.collect()).expect("all pixels are there")
}
