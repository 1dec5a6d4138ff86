//! Takes each step of a verification some times over, for a counter of instructions: before and after the runs of a step it
//! asks for its parent's id, which `xtask/arm64/count.c` notices, and then it names the step.
//!
//!     cargo run --all-features --example steps -- models models/portraits/obama.jpg 1

use std::error::Error;
use std::hint::black_box;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::{env, fs};

use saksi_face::{
    DEFAULT_WORKING_SIZE, Detector, Embedder, Engine, FaceError, Frame, Manifest, Quality, align, choose,
};

fn main() -> Result<(), Box<dyn Error>> {
    let [models, photo, runs] = &env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("MODELS PHOTO RUNS".into());
    };
    let (models, runs) = (PathBuf::from(models), runs.parse::<u32>()?);
    let manifest = Manifest::bundled();
    let read = |file: &str| fs::read(models.join(file));
    let (model, settings) = manifest.detector()?;
    let detector = Detector::load(&read(&model.file)?, settings.clone(), DEFAULT_WORKING_SIZE)?;
    let (model, _) = manifest.embedder()?;
    let dimension = model.output.values.ok_or("a recogniser without a dimension")?;
    let (id, centre) = (model.id.clone(), model.output.centre.clone());
    let embedder = Embedder::load(&read(&model.file)?, model.arithmetic, id, dimension, centre)?;
    let engine = Engine::load(&manifest, read)?;

    let bytes = fs::read(photo)?;
    let frame = Frame::decode(&bytes)?;
    let seen = choose(&detector.detect(&frame)?, frame.width(), frame.height()).ok_or("nobody to be seen")?.face;
    let face = detector.close_up(&frame, &seen)?;
    let aligned = align(&frame, &face.landmarks).ok_or("landmarks without extent")?;
    let enrolled = embedder.embed(&aligned)?;
    let small = shrunk(&frame)?;

    step("decode", runs, || Frame::decode(&bytes))?;
    step("detect", runs, || detector.detect(&frame))?;
    step("detect_small", runs, || detector.detect(&small))?;
    step("close_up", runs, || detector.close_up(&frame, &seen))?;
    step("align", runs, || align(&frame, &face.landmarks).ok_or("landmarks without extent"))?;
    step("quality", runs, || Ok::<_, FaceError>(Quality::measure(&face, &aligned)))?;
    step("embed", runs, || embedder.embed(&aligned))?;
    step("total", runs, || {
        let seen = engine.analyze(&Frame::decode(&bytes)?)?;
        Ok::<_, Box<dyn Error>>(engine.thresholds().decide(seen.template.similarity(&enrolled)?))
    })
}

fn step<T, E>(name: &str, runs: u32, take: impl Fn() -> Result<T, E>) -> Result<(), Box<dyn Error>>
where
    Box<dyn Error>: From<E>,
{
    // The first run lays out the network.
    take()?;
    let _ = parent_id();
    for _ in 0..runs {
        black_box(take()?);
    }
    let _ = parent_id();
    println!("{name}");
    Ok(())
}

/// The frame as a peer gets it, which doesn't scale down by itself.
fn shrunk(frame: &Frame) -> Result<Frame, Box<dyn Error>> {
    let longer = frame.width().max(frame.height());
    let [width, height] = [frame.width(), frame.height()].map(|side| side * DEFAULT_WORKING_SIZE / longer);
    let (pixels, stride) = (frame.pixels().as_chunks::<3>().0, frame.width() as usize);
    let nearest = |at: u32| (at * longer / DEFAULT_WORKING_SIZE) as usize;
    let rows = (0..height).flat_map(|y| (0..width).map(move |x| nearest(y) * stride + nearest(x)));
    Ok(Frame::from_rgb(width, height, rows.flat_map(|at| pixels[at]).collect())?)
}
