//! Who works with a handset, and a supervisor's codes: officers, admit, pin, erase, status.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use saksi_field::text::Language;
use saksi_field::{Handset, OfficerState, SyncListener, SyncProgress};
use saksi_records::record::Consent;
use serde_json::json;

use crate::handset::{HandsetArgs, new_pin, pin};
use crate::output::print_json;
use crate::{Common, ticket};

/// What concerns the handset itself, and those who work with it.
#[derive(Subcommand)]
pub enum Command {
    /// What the handset may do, who works with it, and what waits. Needs no PIN
    Status,
    /// Those who have a PIN here, and those whom the office has assigned. Needs no PIN
    Officers,
    /// Set an officer's PIN by a supervisor's code. The new PIN is asked for, or taken from SAKSI_PIN
    Admit(Admit),
    /// Set another PIN of --officer. The one before is asked for, or taken from SAKSI_PIN; the new one too, or from
    /// SAKSI_NEW_PIN
    Pin,
    /// Destroy all key slots by a supervisor's code. What is sealed can still be sent
    Erase {
        /// The code: its text, a JPEG or PNG of its QR code, or - for the text on the standard input
        #[arg(long, value_name = "FILE")]
        code: PathBuf,
    },
    /// Take the officer's own face, so that it is never paid
    OwnFace {
        /// JPEG or PNG
        photo: PathBuf,
        /// The officer agrees
        #[arg(long, required = true)]
        consent: bool,
    },
}

/// By which code.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Admit {
    /// The code: its text, a JPEG or PNG of its QR code, or - for the text on the standard input
    #[arg(long, value_name = "FILE")]
    code: Option<PathBuf>,
    /// Sync, and take the code that the server gives for --officer
    #[arg(long)]
    from_server: bool,
}

pub fn run(command: &Command, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let done = |text: &str, answer| {
        if common.json {
            return print_json(&answer);
        }
        println!("{text}");
        Ok(())
    };
    match command {
        Command::Status => status(&on.open(common)?, on.language(), common)?,
        Command::Officers => officers(&on.open(common)?, on.language(), common)?,
        Command::Admit(by) => {
            let handset = on.open(common)?;
            let officer = if let Some(file) = &by.code {
                handset.admit(&code(file)?, &pin()?)?
            } else {
                handset.sync(&Quiet).stopped.map_or(Ok(()), Err)?;
                handset.admit_waiting(on.officer(), &pin()?)?;
                on.officer().clone()
            };
            done(
                &format!("{officer}: {}", on.language().pick("PIN dipasang", "PIN set")),
                json!({ "officer": officer }),
            )?;
        }
        Command::Pin => {
            let (handset, officer) = (on.open(common)?, on.officer());
            handset.change_pin(officer, &pin()?, &new_pin()?)?;
            done(on.language().pick("PIN diganti", "PIN changed"), json!({ "officer": officer }))?;
        }
        Command::Erase { code: file } => {
            on.open(common)?.erase(&code(file)?)?;
            done(on.language().pick("kunci dimusnahkan", "keys destroyed"), json!({ "erased": true }))?;
        }
        Command::OwnFace { photo, .. } => {
            let handset = on.unlocked(common)?;
            let picture = std::fs::read(photo).with_context(|| photo.display().to_string())?;
            let consent: Consent = on.consent(&handset);
            handset.take_own_face(&consent, &picture)?;
            done(on.language().pick("wajah petugas direkam", "the officer's face is taken"), json!({ "taken": true }))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn status(handset: &Handset, language: Language, common: &Common) -> Result<()> {
    let programme = handset.programme();
    let counts = handset.outbox_counts()?;
    let missing = handset.missing_models();
    if common.json {
        return print_json(&json!({
            "handset": programme.handset,
            "label": programme.label,
            "state": programme.status.state,
            "programme_key": programme.status.programme_key.id(),
            "officers": handset.officers().unwrap_or_default(),
            "outbox": counts,
            "missing_models": missing,
        }));
    }
    println!("{}: {} -> {}", programme.label, programme.handset, programme.server);
    println!("{}: {}", language.pick("menunggu", "waiting"), counts.waiting);
    if !missing.is_empty() {
        let without =
            language.pick("model yang tidak ada, pemeriksaannya dilewati", "missing models, whose checks aren't made");
        println!("{without}: {}", missing.join(", "));
    }
    officers(handset, language, common)
}

fn officers(handset: &Handset, language: Language, common: &Common) -> Result<()> {
    let officers = handset.officers()?;
    if common.json {
        return print_json(&officers);
    }
    for officer in officers {
        let state = match officer.state {
            OfficerState::Ready => language.pick("siap", "ready"),
            OfficerState::LockedOut => language.pick("terkunci: perlu kode pengawas", "locked out: needs a code"),
            OfficerState::NotAdmitted => {
                language.pick("belum diterima: perlu kode pengawas", "not admitted: needs a code")
            }
        };
        println!("{:<20} {:<30} {state}", officer.id, officer.name);
    }
    Ok(())
}

fn code(file: &std::path::Path) -> Result<String> {
    String::from_utf8(ticket::text(file)?).with_context(|| format!("{} holds no code", file.display()))
}

struct Quiet;

impl SyncListener for Quiet {
    fn progress(&self, _: SyncProgress) {}
}
