//! Loads the engine, and takes photos through it, many at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use saksi_face::{Engine, Frame, LivenessModels, Manifest, Template};

use crate::Common;

/// The engine with the model files of `--models`, else of `./models`, else of the workspace this was built in.
pub fn engine(common: &Common) -> Result<Engine> {
    engine_of(&Manifest::bundled(), common)
}

/// The same for a manifest that differs from the bundled one in how its models are used.
pub fn engine_of(manifest: &Manifest, common: &Common) -> Result<Engine> {
    let folder = folder(manifest, common)?;
    Engine::load(manifest, |file| fs::read(folder.join(file))).with_context(|| again(&folder))
}

/// The optional models of the same folder that tell a living face, those that are there.
pub fn models(common: &Common) -> Result<LivenessModels> {
    let manifest = Manifest::bundled();
    let folder = folder(&manifest, common)?;
    LivenessModels::load(&manifest, |file| fs::read(folder.join(file))).with_context(|| again(&folder))
}

fn folder(manifest: &Manifest, common: &Common) -> Result<PathBuf> {
    let file = manifest.detector()?.0.file.clone();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let places = match &common.models {
        Some(folder) => vec![folder.clone()],
        None => vec![PathBuf::from("models"), built_in],
    };
    let Some(folder) = places.iter().find(|folder| folder.join(&file).exists()) else {
        bail!("no model files in {}: get them with `cargo xtask models`, or say where with --models", list(&places));
    };
    Ok(folder.clone())
}

fn again(folder: &Path) -> String {
    format!("in {}: get the files again with `cargo xtask models`", folder.display())
}

/// Reads a photo.
pub fn frame(path: &Path) -> Result<Frame> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    Frame::decode(&bytes).with_context(|| path.display().to_string())
}

/// The template of the face that counts in each photo, or why there's none, in the order given. Uses all cores and
/// shows its progress on stderr.
pub fn templates(engine: &Engine, paths: &[PathBuf]) -> Vec<Result<Template>> {
    let bar = progress(paths.len() as u64, "photos");
    let results = in_parallel(paths.len(), |i| {
        let template = frame(&paths[i]).and_then(|frame| {
            let analysis = engine.analyze_foremost(&frame).with_context(|| paths[i].display().to_string())?;
            Ok(analysis.template)
        });
        bar.inc(1);
        template
    });
    bar.finish_and_clear();
    results
}

/// Does `work` for 0 to `count`, on all cores; the results in order.
pub fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
    let mut results: Vec<(usize, T)> = thread::scope(|scope| {
        let one = || {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= count {
                    return done;
                }
                done.push((i, work(i)));
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a worker only panics if work does")).collect()
    });
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A progress bar on stderr (hidden where that isn't a terminal).
pub fn progress(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {per_sec}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(what)
}

fn list(places: &[PathBuf]) -> String {
    places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(" or ")
}
