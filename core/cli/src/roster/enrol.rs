//! `saksi roster enrol`: fills in the faces of a roster file from photos, in the office.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use saksi_face::{Analysis, Engine, FaceError, Frame, QualityLimits, Template, enrolled};
use saksi_field::FieldError;
use saksi_field::capture::CaptureError;
use saksi_field::text::{Language, Told as _};
use saksi_records::{BeneficiaryId, FaceTemplate, Portrait, roster_file};
use serde::Serialize;
use serde_json::json;

use super::found::Found;
use super::open;
use crate::output::print_json;
use crate::{Common, photos};

#[derive(Args)]
pub struct Enrol {
    /// The file to read
    file: PathBuf,
    /// Folder of the photos
    #[arg(long, value_name = "DIR")]
    photos: PathBuf,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write a small picture of each face too
    #[arg(long)]
    portraits: bool,
}

/// The exit code is 1 where photos were refused; the file is written all the same, unless no face came of any.
pub fn run(args: &Enrol, language: Language, common: &Common) -> Result<ExitCode> {
    let mut rows = roster_file::read(open(&args.file)?).with_context(|| args.file.display().to_string())?;
    let engine = photos::engine(common)?;
    let Found { of_rows, unused } = Found::in_folder(&args.photos, &rows, language)?;
    let bar = photos::progress(rows.len() as u64, "beneficiaries");
    let looked_at = photos::in_parallel(rows.len(), |i| {
        bar.inc(1);
        LookedAt::of(&of_rows[i], args.portraits, &engine, language)
    });
    bar.finish_and_clear();
    let mut enrolled = 0;
    let (mut refused, mut without_face) = (Vec::new(), Vec::new());
    for (row, LookedAt { face, refused: photos }) in rows.iter_mut().zip(looked_at) {
        if let Some((template, portrait)) = face {
            row.beneficiary.template = Some(template);
            // One of an earlier photo isn't this face's.
            row.portrait = portrait;
            enrolled += 1;
        } else if row.beneficiary.template.is_none() {
            let none = || language.pick("tidak ada foto", "no photo").to_owned();
            let reason = photos.first().map_or_else(none, |refused: &Refused| refused.reason.clone());
            without_face.push(Faceless { id: row.beneficiary.id.clone(), reason });
        }
        refused.extend(photos);
    }
    if enrolled > 0 {
        let out = || args.out.display().to_string();
        roster_file::write(&rows, File::create(&args.out).with_context(out)?).with_context(out)?;
    }
    if common.json {
        print_json(&json!({
            "rows": rows.len(), "enrolled": enrolled, "refused": refused, "unused": unused, "without_face": without_face,
        }))?;
    } else {
        let line = |what: &str, of: &dyn std::fmt::Display, reason: &str| eprintln!("{what} {of}: {reason}");
        let told = |id: &'static str, en: &'static str| language.pick(id, en);
        for it in &refused {
            line(told("ditolak", "refused"), &it.photo.display(), &it.reason);
        }
        for it in &unused {
            line(told("tidak dipakai", "not used"), &it.file.display(), &it.reason);
        }
        for it in &without_face {
            line(told("tanpa wajah", "without a face"), &it.id, &it.reason);
        }
        let [rows, refused, unused] = [rows.len(), refused.len(), unused.len()];
        let none = without_face.len();
        println!(
            "{}",
            match language {
                Language::Id => format!(
                    "{rows} baris, {enrolled} dengan wajah baru, {none} tanpa wajah, {refused} foto ditolak, {unused} tidak dipakai"
                ),
                Language::En => format!(
                    "{rows} rows, {enrolled} with a new face, {none} without a face, {refused} photos refused, {unused} not used"
                ),
            }
        );
    }
    if enrolled == 0 {
        eprintln!("{}", language.pick("tidak ada wajah: berkas tidak ditulis", "no face: the file isn't written"));
    }
    Ok(if enrolled > 0 && refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What one beneficiary's photos came to.
struct LookedAt {
    /// Nothing, where no photo can be used.
    face: Option<(FaceTemplate, Option<Portrait>)>,
    refused: Vec<Refused>,
}

#[derive(Serialize)]
struct Refused {
    photo: PathBuf,
    reason: String,
}

/// Somebody who has no face in the new file either.
#[derive(Serialize)]
struct Faceless {
    id: BeneficiaryId,
    reason: String,
}

/// A photo that can be used.
struct Seen<'a> {
    photo: &'a Path,
    template: Template,
    portrait: Option<Portrait>,
}

impl LookedAt {
    fn of(paths: &[PathBuf], with_portrait: bool, engine: &Engine, language: Language) -> Self {
        let (mut seen, mut refused) = (Vec::new(), Vec::new());
        for path in paths {
            match Seen::new(path, with_portrait, engine, language) {
                Ok(photo) => seen.push(photo),
                Err(reason) => refused.push(Refused { photo: path.clone(), reason }),
            }
        }
        if seen.is_empty() {
            return Self { face: None, refused };
        }
        let templates: Vec<Template> = seen.iter().map(|photo| photo.template.clone()).collect();
        let template = match enrolled(&templates, engine.thresholds()) {
            Ok(template) => template,
            Err(error) => {
                let each = |it: Seen<'_>| Refused { photo: it.photo.to_owned(), reason: error.to_string() };
                refused.extend(seen.into_iter().map(each));
                return Self { face: None, refused };
            }
        };
        let like = |photo: &Seen<'_>| photo.template.similarity(&template).unwrap_or(-1.0);
        // Of several pictures the officer is shown the one that's most like all of them.
        let shown = seen.into_iter().max_by(|a, b| like(a).total_cmp(&like(b)));
        let face = FaceTemplate { model: template.model().to_string(), data: template.to_bytes().to_vec() };
        Self { face: Some((face, shown.and_then(|photo| photo.portrait))), refused }
    }
}

impl<'a> Seen<'a> {
    /// Looks at a photo; an error is the reason in words. The picture itself isn't kept: a person may have a hundred.
    fn new(photo: &'a Path, with_portrait: bool, engine: &Engine, language: Language) -> Result<Self, String> {
        let told = |error: CaptureError| FieldError::from(error).tell(language);
        let bytes = fs::read(photo).map_err(|error| error.to_string())?;
        let frame = Frame::decode(&bytes).map_err(|error| told(error.into()))?;
        let (Analysis { template, face, quality, .. }, frame) =
            engine.analyze_upright(frame).map_err(|error| told(error.into()))?;
        if quality.head_pose_roll.abs() >= QualityLimits::default().head_pose_roll {
            return Err(told(FaceError::NotUpright { roll: quality.head_pose_roll }.into()));
        }
        let portrait = || {
            let jpeg = frame.to_portrait_jpeg(&face).map_err(|error| error.to_string())?;
            Portrait::new(jpeg).map_err(|error| error.to_string())
        };
        Ok(Self { photo, template, portrait: with_portrait.then(portrait).transpose()? })
    }
}
