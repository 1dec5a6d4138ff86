//! Proves a handset's history from its files alone.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use saksi_field::proof;
use saksi_field::text::Language;
use serde_json::json;

use crate::Common;
use crate::output::print_json;

/// What can be said of a handset's past.
#[derive(Subcommand)]
pub enum Command {
    /// Prove a handset's whole history from its files: records, photos, receipts and the audit log
    ///
    /// Needs no PIN, no keystore and no server, and changes nothing. Compare the keys that it prints with those that the
    /// server registered: whoever could replace all files could replace these too.
    Verify {
        /// The handset's folder
        #[arg(long, value_name = "DIR")]
        store: PathBuf,
    },
}

pub fn run(command: &Command, language: Language, common: &Common) -> Result<ExitCode> {
    let Command::Verify { store } = command;
    let history = proof::verify(store)?;
    let whole = history.problems.is_empty();
    if common.json {
        let mut answer = serde_json::to_value(&history)?;
        answer["whole"] = json!(whole);
        answer["problems"] = history.problems.iter().map(ToString::to_string).collect();
        print_json(&answer)?;
    } else {
        println!("{}: {}", language.pick("perangkat", "handset"), history.identity.handset);
        println!(
            "{}: {} ({}: {}), {}: {}",
            language.pick("catatan", "records"),
            history.records,
            language.pick("dengan tanda terima server", "with the server's receipt"),
            history.receipts,
            language.pick("peristiwa", "events"),
            history.events,
        );
        if history.removed > 0 {
            let told = language.pick(
                "dihapus sesuai aturan program, setelah diterima server, sampai nomor",
                "removed by the programme's policy, after the server had them, up to number",
            );
            println!("{told}: {}", history.removed);
        }
        for problem in &history.problems {
            println!("! {problem}");
        }
        println!("{}", if whole { language.pick("utuh", "whole") } else { language.pick("tidak utuh", "not whole") });
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
