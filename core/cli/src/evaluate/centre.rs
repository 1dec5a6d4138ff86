//! `saksi evaluate centre`: measures the mean of a recogniser's vectors, which the manifest has taken from each.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use saksi_face::{Centre, Manifest, ModelId};
use serde::Serialize;

use crate::Common;
use crate::evaluate::{pairs, templates};
use crate::output::{print_json, replace};
use crate::photos;

#[derive(Args)]
pub struct Measure {
    /// Folder with one folder a person: Name/Name_0001.jpg
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// Put the centre into this manifest, and leave everything else in it as it is
    #[arg(long, value_name = "MANIFEST")]
    write: Option<PathBuf>,
    #[command(flatten)]
    templates: templates::Options,
}

pub fn run(args: &Measure, common: &Common) -> Result<()> {
    let photos: Vec<PathBuf> = pairs::photos_in(&args.images)?.iter().map(|photo| photo.path(&args.images)).collect();
    let engine = photos::engine_of(&without_centre(), common)?;
    let templates = templates::by(&engine, photos, &args.templates)?;
    let measured = Measured {
        model: engine.model().clone(),
        photos: templates.len(),
        centre: Centre::of(templates.values().map(|measured| &measured.template)).context("no photo has a face")?,
    };
    if let Some(path) = &args.write {
        write(path, &measured.centre).with_context(|| path.display().to_string())?;
    }
    if common.json {
        return print_json(&measured);
    }
    println!("{}: the centre of {} photos", measured.model, measured.photos);
    println!("thresholds count for one centre: measure them anew, and give the recogniser another id");
    Ok(())
}

#[derive(Serialize)]
struct Measured {
    model: ModelId,
    /// Photos that gave a template.
    photos: usize,
    centre: Centre,
}

/// The bundled models, whose recogniser's templates are as it puts them out, and named so.
fn without_centre() -> Manifest {
    let mut manifest = Manifest::bundled();
    for model in &mut manifest.models {
        if model.output.centre.take().is_some() {
            model.id = ModelId::new(format!("{}, without its centre", model.id));
        }
    }
    manifest
}

fn write(path: &Path, centre: &Centre) -> Result<()> {
    let mut manifest = Manifest::parse(&fs::read(path)?)?;
    let recogniser = manifest.models.iter_mut().find(|model| model.matching.is_some());
    recogniser.context("it has no recogniser")?.output.centre = Some(centre.clone());
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    Manifest::parse(text.as_bytes())?;
    replace(path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centre_that_is_not_the_recognisers_length_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("manifest.json");
        let bundled = include_str!("../../../../models/manifest.json");
        fs::write(&path, bundled).expect("written");
        let short = saksi_face::Template::new("a".into(), vec![1.0, 0.0]).expect("a direction");
        assert!(write(&path, &Centre::of([&short]).expect("one")).is_err());
        assert_eq!(fs::read_to_string(&path).expect("there"), bundled);
    }

    #[test]
    fn without_its_centre_a_recogniser_has_another_name() {
        let bundled = Manifest::bundled();
        let without = without_centre();
        assert!(without.models.iter().all(|model| model.output.centre.is_none()));
        assert_ne!(without.embedder().expect("there").0.id, bundled.embedder().expect("there").0.id);
    }
}
