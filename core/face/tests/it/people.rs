//! Real portraits: the same person is matched, another is not, and what can't be used is refused with a reason.

use std::path::Path;

use saksi_face::{Decision, Engine, FaceError, Frame, Gallery, Template};

use crate::common;

fn analyzed(engine: &Engine, folder: &Path, name: &str) -> Template {
    engine.analyze(&common::photo(&folder.join(name))).unwrap_or_else(|e| panic!("{name}: {e}")).template
}

#[test]
fn the_same_person_is_matched_and_another_is_not() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    let [one, two, three, other] =
        ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"].map(|name| analyzed(&engine, &folder, name));
    let decide = |a: &Template, b: &Template| engine.thresholds().decide(a.similarity(b).expect("one model"));
    for (a, b) in [(&one, &two), (&one, &three), (&two, &three)] {
        assert_eq!(decide(a, b), Decision::Match);
        assert_eq!(decide(a, &other), Decision::NoMatch);
    }
}

#[test]
fn a_person_is_found_among_others() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    let mut gallery = Gallery::new();
    gallery.insert("obama", &analyzed(&engine, &folder, "obama.jpg")).expect("one model");
    gallery.insert("biden", &analyzed(&engine, &folder, "biden.jpg")).expect("one model");
    let found = gallery.search(&analyzed(&engine, &folder, "obama3.jpg"), 2).expect("one model");
    assert_eq!(found[0].key, "obama");
    let thresholds = engine.thresholds_for_gallery(gallery.len());
    assert_eq!(thresholds.decide(found[0].similarity), Decision::Match);
    assert_eq!(thresholds.decide(found[1].similarity), Decision::NoMatch);
}

#[test]
fn the_evidence_photo_still_shows_the_person() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    let frame = common::photo(&folder.join("obama.jpg"));
    let evidence = Frame::decode(&frame.to_evidence_jpeg(480, 80).expect("encodes")).expect("our own JPEG");
    let (before, after) = (engine.analyze(&frame).expect("a face"), engine.analyze(&evidence).expect("a face"));
    assert!(before.template.similarity(&after.template).expect("one model") > 0.9);
}

#[test]
fn a_picture_without_a_face_says_so() {
    let Some(engine) = common::engine() else { return };
    for (width, height) in [(640, 480), (1, 1), (3000, 2)] {
        let grey = Frame::from_rgb(width, height, vec![128; (width * height * 3) as usize]).expect("all pixels given");
        assert_eq!(engine.detect(&grey).expect("the detector runs"), vec![]);
        assert_eq!(engine.analyze(&grey).err(), Some(FaceError::NoFace));
    }
}

#[test]
fn two_people_in_one_picture_are_refused_and_both_listed() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    let both = beside(&common::photo(&folder.join("obama.jpg")), &common::photo(&folder.join("biden.jpg")));
    assert_eq!(engine.detect(&both).expect("the detector runs").len(), 2);
    match engine.analyze(&both) {
        Err(FaceError::SeveralFaces { others, .. }) => assert_eq!(others.len(), 1),
        other => panic!("{other:?}"),
    }
    assert_eq!(engine.analyze_foremost(&both).expect("a face").other_large_faces.len(), 1);
}

#[test]
fn a_face_too_small_is_refused_with_its_size() {
    let (Some(engine), Some(folder)) = (common::engine(), common::portraits()) else { return };
    let small = common::photo(&folder.join("obama.jpg")).to_evidence_jpeg(80, 95).expect("encodes");
    let small = Frame::decode(&small).expect("our own JPEG");
    assert!(matches!(engine.analyze(&small), Err(FaceError::TooSmall { inter_eye, minimum }) if inter_eye < minimum));
}

/// Two frames side by side, the lower one with black below it.
fn beside(left: &Frame, right: &Frame) -> Frame {
    let height = left.height().max(right.height());
    let row = |frame: &Frame, y: u32| {
        let length = frame.width() as usize * 3;
        let start = y as usize * length;
        frame.pixels().get(start..start + length).map_or_else(|| vec![0; length], <[u8]>::to_vec)
    };
    let pixels = (0..height).flat_map(|y| [row(left, y), row(right, y)].concat()).collect();
    Frame::from_rgb(left.width() + right.width(), height, pixels).expect("all rows of both")
}
