//! The templates of many photos, made on all cores and, where asked, kept in a file so that a run can go on.

mod kept;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use clap::Args;
use saksi_face::{Engine, Frame, Quality, Template};

use self::kept::Kept;
use crate::{Common, photos};

/// What each command that makes many templates can be told.
#[derive(Args)]
pub struct Options {
    /// Keep the templates in FILE, and go on from what it holds
    ///
    /// Each is appended as soon as it is made, so a run that was interrupted goes on where it stopped, and several
    /// commands share one file. Photos are known by their content, wherever they lie; a file made with other models is
    /// refused. It holds biometric data: store it as carefully as the photos, and delete it with them.
    #[arg(long = "templates", value_name = "FILE")]
    kept: Option<PathBuf>,
}

/// What a photo's face gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    pub template: Template,
    pub quality: Quality,
}

/// Takes each photo through the engine, or out of the file: those that gave a template. Why one gives none goes to
/// stderr.
pub fn of(
    photos: impl IntoIterator<Item = PathBuf>,
    options: &Options,
    common: &Common,
) -> Result<BTreeMap<PathBuf, Measured>> {
    by(&photos::engine(common)?, photos, options)
}

/// The same by another engine than the product's.
pub fn by(
    engine: &Engine,
    photos: impl IntoIterator<Item = PathBuf>,
    options: &Options,
) -> Result<BTreeMap<PathBuf, Measured>> {
    let paths: Vec<PathBuf> = photos.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    if let Some(missing) = paths.iter().find(|path| !path.is_file()) {
        bail!("{} is not there: paths start from --images", missing.display());
    }
    let open = |file: &PathBuf| Kept::open(file, engine).with_context(|| file.display().to_string());
    let kept = options.kept.as_ref().map(open).transpose()?;
    // What can't be kept ends the run: it would only go on to lose more.
    let failed = OnceLock::new();
    let bar = photos::progress(paths.len() as u64, "photos");
    let outcomes = photos::in_parallel(paths.len(), |i| {
        if failed.get().is_some() {
            return Err("not reached".to_owned());
        }
        bar.inc(1);
        let Some(kept) = &kept else { return read(&paths[i]).and_then(|photo| measured(engine, &photo)) };
        kept.get_or_keep(&read(&paths[i])?, |photo| measured(engine, photo)).unwrap_or_else(|error| {
            let reason = error.to_string();
            let _ = failed.set(error);
            Err(reason)
        })
    });
    bar.finish_and_clear();
    if let Some(error) = failed.into_inner() {
        return Err(error).context("the templates can't be kept");
    }
    let mut templates = BTreeMap::new();
    for (path, outcome) in paths.into_iter().zip(outcomes) {
        match outcome {
            Ok(measured) => drop(templates.insert(path, measured)),
            Err(reason) => eprintln!("{}: {reason}", path.display()),
        }
    }
    Ok(templates)
}

/// What became of a photo; an error is the reason, in words.
type Outcome = Result<Measured, String>;

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| error.to_string())
}

fn measured(engine: &Engine, photo: &[u8]) -> Outcome {
    let frame = Frame::decode(photo).map_err(|error| error.to_string())?;
    let analysis = engine.analyze_foremost(&frame).map_err(|error| error.to_string())?;
    Ok(Measured { template: analysis.template, quality: analysis.quality })
}
