//! `saksi roster`: who is on the list; and, for the office, a roster file whose faces come from photos.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use saksi_records::{Beneficiary, BeneficiaryId, FaceTemplate, Portrait, Round, RoundId, roster_file};
use serde_json::json;

use crate::handset::HandsetArgs;
use crate::output::print_json;
use crate::{Common, photos};

/// The list of who is to be paid.
#[derive(Subcommand)]
pub enum Command {
    /// List the beneficiaries, or those in whose number, name or address all the words are
    ///
    /// Old and new spellings are the same, and a letter or two may be wrong; the nearest come first.
    Find {
        /// Words; none: everybody
        words: Vec<String>,
    },
    /// Import a roster file on this handset: all of it or nothing
    ///
    /// CSV in UTF-8 with the columns id, nik, name, address, route, amount and, where faces are known, template and
    /// portrait, and where houses are known, lat and lon.
    Import {
        /// The file
        file: PathBuf,
        /// The round's name
        #[arg(long, value_name = "NAME")]
        round: RoundId,
        /// What people call the round
        #[arg(long)]
        title: String,
    },
    /// Fill in the template column of a roster file from photos. Needs no handset
    ///
    /// Each beneficiary's photo is DIR/ID.jpg, .jpeg or .png. Beneficiaries without a photo keep what they had. With
    /// --portraits the portrait column too, for a server that gives handsets portraits.
    Enrol {
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
    },
}

pub fn run(command: &Command, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    match command {
        Command::Find { words } => find(&words.join(" "), on, common),
        Command::Import { file, round, title } => {
            let round = Round { id: round.clone(), title: title.clone() };
            let count = on.unlocked(common)?.import_roster(round, open(file)?)?;
            imported(count, common)
        }
        Command::Enrol { file, photos, out, portraits } => enrol(file, photos, out, *portraits, common),
    }
}

fn find(words: &str, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let rows = handset.with_roster(|roster| {
        let paid = |id: &BeneficiaryId| roster.rounds().filter(|round| roster.paid(&round.id, id).is_some()).count();
        let row = |it: &Beneficiary| {
            json!({
                "id": it.id, "name": it.name, "address": it.address, "route": it.route,
                "face": it.template.is_some(), "rounds_paid": paid(&it.id),
            })
        };
        roster.find(words).into_iter().map(row).collect::<Vec<_>>()
    })?;
    if common.json {
        print_json(&json!({ "beneficiaries": rows }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        println!("{:<16} {:<28} {:<10} {}", text("id"), text("name"), text("route"), text("address"));
    }
    Ok(ExitCode::SUCCESS)
}

fn imported(count: usize, common: &Common) -> Result<ExitCode> {
    if common.json {
        print_json(&json!({ "imported": count }))?;
    } else {
        println!("{count}");
    }
    Ok(ExitCode::SUCCESS)
}

fn enrol(file: &Path, folder: &Path, out: &Path, portraits: bool, common: &Common) -> Result<ExitCode> {
    let mut rows = roster_file::read(open(file)?).with_context(|| file.display().to_string())?;
    let engine = photos::engine(common)?;
    let mut enrolled = 0;
    let bar = photos::progress(rows.len() as u64, "beneficiaries");
    for row in bar.wrap_iter(rows.iter_mut()) {
        let beneficiary = &mut row.beneficiary;
        let names = ["jpg", "jpeg", "png"].map(|extension| folder.join(format!("{}.{extension}", beneficiary.id)));
        let Some(photo) = names.iter().find(|name| name.exists()) else { continue };
        let whose = || format!("photo of {}", beneficiary.id);
        let frame = photos::frame(photo)?;
        let analysis = engine.analyze(&frame).with_context(whose)?;
        let portrait = || anyhow::Ok(Portrait::new(frame.to_portrait_jpeg(&analysis.face)?)?);
        // One of an earlier photo isn't this face's.
        row.portrait = portraits.then(portrait).transpose().with_context(whose)?;
        let template = analysis.template;
        beneficiary.template =
            Some(FaceTemplate { model: template.model().to_string(), data: template.to_bytes().to_vec() });
        enrolled += 1;
    }
    if enrolled == 0 {
        bail!("no photo in {} is named after a beneficiary of the file (ID.jpg)", folder.display());
    }
    roster_file::write(&rows, File::create(out).with_context(|| out.display().to_string())?)
        .with_context(|| out.display().to_string())?;
    if common.json {
        print_json(&json!({ "rows": rows.len(), "enrolled": enrolled }))?;
    } else {
        println!("{}: {} rows, {enrolled} with a face", out.display(), rows.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn open(file: &Path) -> Result<File> {
    File::open(file).with_context(|| file.display().to_string())
}
