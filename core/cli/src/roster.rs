//! `saksi roster`: who is on the list; and, for the office, a roster file whose faces come from photos.

mod enrol;
mod found;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use saksi_records::{Beneficiary, BeneficiaryId, Round, RoundId};
use serde_json::json;

use crate::Common;
use crate::handset::HandsetArgs;
use crate::output::print_json;

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
    /// Each beneficiary's photo is DIR/ID.jpg, .jpeg or .png; of several in a folder DIR/ID one template is made, which
    /// finds people more surely. It goes through all of them, and names with the reason: photos that can't be used or don't
    /// surely show one person (refused), files that belong to nobody (unused), and who has no face then (without_face).
    /// Whoever has no new one keeps what they had. With --portraits the portrait column too, for a server that gives
    /// handsets portraits. The exit code is 1 where photos were refused, or no face came of any.
    Enrol(enrol::Enrol),
}

pub fn run(command: &Command, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    match command {
        Command::Find { words } => find(&words.join(" "), on, common),
        Command::Import { file, round, title } => {
            let round = Round { id: round.clone(), title: title.clone() };
            let count = on.unlocked(common)?.import_roster(round, open(file)?)?;
            imported(count, common)
        }
        Command::Enrol(args) => enrol::run(args, on.language(), common),
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

fn open(file: &Path) -> Result<File> {
    File::open(file).with_context(|| file.display().to_string())
}
