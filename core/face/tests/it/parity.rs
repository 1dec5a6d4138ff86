//! The same models give the same numbers here as in OpenCV.

use saksi_face::{AlignedFace, Arithmetic, Embedder, Engine, Face, Frame, Manifest, Template, align};
use serde::Deserialize;

use crate::common;

#[derive(Deserialize)]
struct Reference {
    file: String,
    box_xywh: [f32; 4],
    landmarks_xy: [[f32; 2]; 5],
    score: f32,
    embedding: Vec<f32>,
}

/// OpenCV's answers, with the photo of each.
fn references() -> Option<Vec<(Reference, Frame)>> {
    let answers = common::evaluation("parity")?.join("opencv.json");
    let photos = common::evaluation("lfw-dev")?;
    let json = std::fs::read(answers).expect("the reference answers");
    let references: Vec<Reference> = serde_json::from_slice(&json).expect("the reference format");
    Some(references.into_iter().map(|r| (common::photo(&photos.join(&r.file)), r)).map(|(f, r)| (r, f)).collect())
}

fn template(engine: &Engine, values: &[f32]) -> Template {
    Template::new(engine.model().clone(), values.to_vec()).expect("an embedding has a direction")
}

fn far(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).abs().max((a[1] - b[1]).abs())
}

/// JPEG decoders round differently, by a fifth of a grey level on average, and where two candidates for one face are
/// equally sure to the third digit that decides between them. So one photo in a hundred may fall out.
#[test]
fn boxes_and_landmarks_lie_within_a_pixel() {
    let (Some(engine), Some(references)) = (common::engine_as_published(), references()) else { return };
    let (mut within, mut worst) = (0, 0.0_f32);
    for (reference, frame) in &references {
        let faces = engine.detect(frame).expect("the detector runs");
        let [x, y, w, h] = reference.box_xywh;
        let apart = |face: &Face| {
            let [fx, fy, fw, fh] = face.bbox;
            let corners = far([x, y], [fx, fy]).max(far([x + w, y + h], [fx + fw, fy + fh]));
            face.landmarks.iter().zip(&reference.landmarks_xy).fold(corners, |d, (a, b)| d.max(far(*a, *b)))
        };
        let nearest = faces.iter().min_by(|a, b| apart(a).total_cmp(&apart(b))).expect("OpenCV finds a face here");
        assert!((nearest.score - reference.score).abs() < 0.02, "{}: score {}", reference.file, nearest.score);
        if apart(nearest) <= 1.0 {
            (within, worst) = (within + 1, worst.max(apart(nearest)));
        } else {
            eprintln!("{}: {:.3} px apart, {} faces", reference.file, apart(nearest), faces.len());
        }
    }
    eprintln!("{within} of {} photos: boxes and landmarks within {worst:.3} px of OpenCV's", references.len());
    assert!(within * 100 >= references.len() * 99);
}

#[test]
fn aligned_crops_embed_alike() {
    let (Some(engine), Some(references)) = (common::engine_as_published(), references()) else { return };
    let folder = common::evaluation("parity").expect("references came from there");
    let (embedder, in_integers) = (embedder(&engine, Arithmetic::Float), embedder(&engine, Arithmetic::Int8));
    let (mut crops, mut lowest, mut lowest_aligned, mut lowest_in_integers) = (0, 1.0_f32, 1.0_f32, 1.0_f32);
    for (reference, frame) in &references {
        let name = reference.file.rsplit('/').next().expect("a file name").replace(".jpg", "_aligned112.png");
        if !folder.join(&name).exists() {
            continue;
        }
        crops += 1;
        let expected = template(&engine, &reference.embedding);
        let crop = common::photo(&folder.join(&name));
        let given = AlignedFace::from_rgb(crop.pixels()).expect("112 x 112");
        let ours = align(frame, &reference.landmarks_xy).expect("landmarks with extent");
        let alike =
            |embedder: &Embedder, face| embedder.embed(face).expect("embeds").similarity(&expected).expect("one model");
        let rounded = alike(&in_integers, &given);
        let (given, ours) = (alike(&embedder, &given), alike(&embedder, &ours));
        assert!(given >= 0.9999, "{name}: {given}");
        assert!(ours >= 0.995, "{name}, aligned here: {ours}");
        assert!(rounded >= 0.995, "{name}, in integers: {rounded}");
        (lowest, lowest_aligned) = (lowest.min(given), lowest_aligned.min(ours));
        lowest_in_integers = lowest_in_integers.min(rounded);
    }
    assert!(crops > 0, "no aligned crops among the references");
    eprintln!("{crops} crops: cosine at least {lowest:.6} as given, {lowest_aligned:.6} aligned here");
    eprintln!("as given and in integers {lowest_in_integers:.6}");
}

#[test]
fn the_whole_path_comes_to_the_same_template() {
    let (Some(engine), Some(references)) = (common::engine_as_published(), references()) else { return };
    let mut similarities: Vec<f32> = Vec::new();
    for (reference, frame) in &references {
        let faces = engine.detect(frame).expect("the detector runs");
        let [x, y, ..] = reference.box_xywh;
        let from = |face: &Face| far([x, y], [face.bbox[0], face.bbox[1]]);
        let face = faces.iter().min_by(|a, b| from(a).total_cmp(&from(b))).expect("OpenCV finds a face here");
        let ours = engine.embed(frame, face).expect("embeds");
        similarities.push(ours.similarity(&template(&engine, &reference.embedding)).expect("one model"));
    }
    similarities.sort_by(f32::total_cmp);
    let good = similarities.iter().filter(|s| **s >= 0.995).count();
    let share = good as f64 / similarities.len() as f64;
    eprintln!("{good} of {} photos at cosine >= 0.995; lowest {:.4}", similarities.len(), similarities[0]);
    assert!(share >= 0.99, "only {share:.3} of the photos");
}

#[test]
fn the_face_that_counts_is_the_one_opencv_embedded() {
    let (Some(engine), Some(references)) = (common::engine_as_published(), references()) else { return };
    let same = references.iter().filter(|(reference, frame)| {
        let analysis = engine.analyze_foremost(frame).expect("every photo has a face");
        far([reference.box_xywh[0], reference.box_xywh[1]], [analysis.face.bbox[0], analysis.face.bbox[1]]) <= 1.0
    });
    let same = same.count();
    eprintln!("the same face counts in {same} of {} photos", references.len());
    assert!(same * 100 >= references.len() * 99);
}

fn embedder(engine: &Engine, arithmetic: Arithmetic) -> Embedder {
    let manifest = Manifest::bundled();
    let file = &manifest.embedder().expect("checked").0.file;
    let folder = std::env::var_os("SAKSI_MODELS").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"),
        std::path::PathBuf::from,
    );
    let bytes = std::fs::read(folder.join(file)).expect("the engine read it before");
    Embedder::load(&bytes, arithmetic, engine.model().clone(), 128, None).expect("reads")
}
