//! Real portraits: the same person is matched, another is not, and what can't be used is refused with a reason.

use std::path::Path;

use saksi_face::{Decision, Engine, Face, FaceError, Frame, Gallery, Template, choose};

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

/// The same face at several working sizes: what is seen close up depends less on the size than what is seen from afar.
#[test]
fn landmarks_seen_close_up_agree_better() {
    let Some(folder) = common::portraits() else { return };
    let engines: Vec<Engine> =
        [160, 224, 320].into_iter().filter_map(|size| Some(common::engine()?.with_working_size(size))).collect();
    if engines.is_empty() {
        return;
    }
    let (mut afar, mut close_up) = (0.0, 0.0);
    for name in ["obama.jpg", "obama2.jpg", "biden.jpg"] {
        let frame = common::photo(&folder.join(name));
        let close: Vec<Face> =
            engines.iter().map(|engine| engine.analyze_foremost(&frame).expect("one face").face).collect();
        let far: Vec<Face> = engines
            .iter()
            .map(|engine| choose(&engine.detect(&frame).expect("detects"), frame.width(), frame.height()))
            .map(|choice| choice.expect("one face").face)
            .collect();
        afar += spread(&far);
        close_up += spread(&close);
    }
    assert!(
        close_up < afar / 2.0,
        "close up they differ by {close_up:.4} of the way between the eyes, before by {afar:.4}"
    );
}

/// How far landmarks lie from their mean, on average, by the way between the eyes.
fn spread(faces: &[Face]) -> f32 {
    let count = faces.len() as f32;
    let mean = |mark: usize, axis: usize| faces.iter().map(|face| face.landmarks[mark][axis]).sum::<f32>() / count;
    let off = |face: &Face| {
        let marks = face.landmarks.iter().enumerate();
        marks.map(|(i, [x, y])| (x - mean(i, 0)).hypot(y - mean(i, 1))).sum::<f32>() / 5.0 / face.inter_eye()
    };
    faces.iter().map(off).sum::<f32>() / count
}
