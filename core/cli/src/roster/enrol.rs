//! `saksi roster enrol`: fills in the faces of a roster file from photos, in the office.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use saksi_face::{Analysis, Engine, Frame, Template, enrolled};
use saksi_records::{BeneficiaryId, FaceTemplate, Portrait, roster_file};
use serde::Serialize;
use serde_json::json;

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

/// The exit code is 1 where photos were refused; the file is written all the same.
pub fn run(args: &Enrol, common: &Common) -> Result<ExitCode> {
    let mut rows = roster_file::read(open(&args.file)?).with_context(|| args.file.display().to_string())?;
    let engine = photos::engine(common)?;
    let bar = photos::progress(rows.len() as u64, "beneficiaries");
    let looked_at = photos::in_parallel(rows.len(), |i| {
        bar.inc(1);
        let id = &rows[i].beneficiary.id;
        LookedAt::of(&photos_of(id, &args.photos)?, args.portraits, &engine).with_context(|| format!("photo of {id}"))
    });
    bar.finish_and_clear();
    let mut enrolled = 0;
    let mut refused = Vec::new();
    for (row, looked_at) in rows.iter_mut().zip(looked_at) {
        let LookedAt { face, refused: photos } = looked_at?;
        refused.extend(photos);
        if let Some((template, portrait)) = face {
            row.beneficiary.template = Some(template);
            // One of an earlier photo isn't this face's.
            row.portrait = portrait;
            enrolled += 1;
        }
    }
    for Refused { photo, reason } in &refused {
        eprintln!("{}: {reason}", photo.display());
    }
    if enrolled == 0 {
        bail!("no usable photo in {} is named after a beneficiary of the file (ID.jpg)", args.photos.display());
    }
    let out = args.out.display();
    roster_file::write(&rows, File::create(&args.out).with_context(|| out.to_string())?)
        .with_context(|| out.to_string())?;
    if common.json {
        print_json(&json!({ "rows": rows.len(), "enrolled": enrolled, "refused": refused }))?;
    } else {
        println!("{out}: {} rows, {enrolled} with a face, {} photos refused", rows.len(), refused.len());
    }
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

impl LookedAt {
    fn of(paths: &[PathBuf], with_portrait: bool, engine: &Engine) -> Result<Self> {
        let (mut seen, mut refused) = (Vec::new(), Vec::new());
        for path in paths {
            let look = |frame: Frame| Ok((engine.analyze(&frame)?, frame));
            match photos::frame(path).and_then(look) {
                Ok((analysis, frame)) => seen.push((path, analysis, frame)),
                Err(error) => refused.push(Refused { photo: path.clone(), reason: error.root_cause().to_string() }),
            }
        }
        if seen.is_empty() {
            return Ok(Self { face: None, refused });
        }
        let templates: Vec<Template> = seen.iter().map(|(_, analysis, _)| analysis.template.clone()).collect();
        let template = match enrolled(&templates, engine.thresholds()) {
            Ok(template) => template,
            Err(error) => {
                let all = seen.into_iter().map(|(path, ..)| Refused { photo: path.clone(), reason: error.to_string() });
                refused.extend(all);
                return Ok(Self { face: None, refused });
            }
        };
        let like = |analysis: &Analysis| analysis.template.similarity(&template).unwrap_or(-1.0);
        // Of several pictures the officer is shown the one that's most like all of them.
        let shown = seen.iter().max_by(|a, b| like(&a.1).total_cmp(&like(&b.1))).filter(|_| with_portrait);
        let portrait =
            shown.map(|(_, analysis, frame)| anyhow::Ok(Portrait::new(frame.to_portrait_jpeg(&analysis.face)?)?));
        let face = FaceTemplate { model: template.model().to_string(), data: template.to_bytes().to_vec() };
        Ok(Self { face: Some((face, portrait.transpose()?)), refused })
    }
}

/// `ID.jpg` (or .jpeg, .png), and all such files in a folder named `ID`; by name.
fn photos_of(id: &BeneficiaryId, folder: &Path) -> Result<Vec<PathBuf>> {
    let alone = EXTENSIONS.map(|extension| folder.join(format!("{id}.{extension}")));
    let mut photos: Vec<PathBuf> = alone.into_iter().filter(|photo| photo.is_file()).collect();
    let several = folder.join(id.as_str());
    if several.is_dir() {
        let there = || several.display().to_string();
        for file in fs::read_dir(&several).with_context(there)? {
            let path = file.with_context(there)?.path();
            if path.extension().is_some_and(|it| EXTENSIONS.iter().any(|known| it.eq_ignore_ascii_case(known))) {
                photos.push(path);
            }
        }
    }
    ensure!(photos.len() <= MOST, "{id} has {} photos: at most {MOST} are taken together", photos.len());
    photos.sort();
    Ok(photos)
}

const EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];

/// More than anybody takes of one person; a folder that has them was meant for something else.
const MOST: usize = 100;
