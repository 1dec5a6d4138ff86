//! Finds models, portraits and evaluation data, and says so where a machine doesn't have them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use saksi_face::Frame;
#[cfg(feature = "inference")]
use saksi_face::{Arithmetic, Engine, LivenessModels, Manifest, Passive};

/// The engine with the real models, or `None` (with a line that says so) where they aren't there.
#[cfg(feature = "inference")]
pub fn engine() -> Option<Engine> {
    engine_of(&Manifest::bundled())
}

/// The same in f32, and with the recogniser's vectors as it puts them out: as others use it.
#[cfg(feature = "inference")]
pub fn engine_as_published() -> Option<Engine> {
    let mut manifest = Manifest::bundled();
    for model in &mut manifest.models {
        model.arithmetic = Arithmetic::Float;
        model.output.centre = None;
    }
    engine_of(&manifest)
}

#[cfg(feature = "inference")]
fn engine_of(manifest: &Manifest) -> Option<Engine> {
    let folder = folder("SAKSI_MODELS", "models");
    let there = folder.join(&manifest.detector().expect("checked").0.file).exists();
    if !there {
        skipped(&format!("no models in {} (get them with `cargo xtask models`)", folder.display()));
        return None;
    }
    Some(Engine::load(manifest, |file| fs::read(folder.join(file))).expect("the models of the manifest"))
}

/// The passive liveness models, or `None` (with a line that says so) where they aren't there.
#[cfg(feature = "inference")]
pub fn passive() -> Option<Passive> {
    let folder = folder("SAKSI_MODELS", "models");
    let passive = Passive::load(&Manifest::bundled(), |file| fs::read(folder.join(file))).expect("the right files");
    if passive.is_none() {
        skipped("no liveness models (get them with `cargo xtask models --from`)");
    }
    passive
}

/// The optional models that tell a living face, with a line for each that isn't there.
#[cfg(feature = "inference")]
pub fn liveness_models() -> LivenessModels {
    let folder = folder("SAKSI_MODELS", "models");
    let models = LivenessModels::load(&Manifest::bundled(), |file| fs::read(folder.join(file)));
    let models = models.expect("the right files");
    if models.passive.is_none() {
        skipped("no liveness models (get them with `cargo xtask models --from`)");
    }
    if models.mesh.is_none() {
        skipped("no landmark model (get it with `cargo xtask models`)");
    }
    models
}

/// The sample portraits' folder, or `None` (with a line that says so).
pub fn portraits() -> Option<PathBuf> {
    present(folder("SAKSI_PORTRAITS", "models/portraits"), "sample portraits")
}

/// A folder of the evaluation data, or `None` (with a line that says so).
#[cfg(feature = "inference")]
pub fn evaluation(name: &str) -> Option<PathBuf> {
    present(folder("SAKSI_EVAL", "../shared/eval").join(name), "evaluation data")
}

/// Reads a photo that must be there.
pub fn photo(path: &Path) -> Frame {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Frame::decode(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn folder(variable: &str, beside_workspace: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::var_os(variable).map_or_else(|| workspace.join(beside_workspace), PathBuf::from)
}

fn present(folder: PathBuf, what: &str) -> Option<PathBuf> {
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&format!("no {what} in {}", folder.display()));
    None
}

/// Past the test harness, which hides what a passing test prints.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}
