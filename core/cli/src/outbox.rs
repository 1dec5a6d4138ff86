//! `saksi outbox`: what waits, what is sent, and what is in quarantine. None of it needs a PIN.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use saksi_field::Shelf;
use saksi_records::RecordId;
use serde::Serialize;
use serde_json::json;

use crate::Common;
use crate::handset::HandsetArgs;
use crate::output::{print_counts, print_json};

/// What is done with records in quarantine.
#[derive(Subcommand)]
pub enum Command {
    /// Show what the server refused for good, and why
    Quarantine,
    /// Put a record back among those that wait; the next sync tries it again
    Retry {
        /// The record's id
        record: RecordId,
    },
    /// Copy a record, sealed, with its photos, for a supervisor
    Export {
        /// The record's id
        record: RecordId,
        /// The folder to copy it into
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Serialize)]
struct Entry {
    record: String,
    seq: u64,
    shelf: Shelf,
    kind: Option<&'static str>,
    problem: Option<String>,
}

pub fn run(command: Option<&Command>, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    match command {
        None => list(on, common)?,
        Some(Command::Quarantine) => quarantine(on, common)?,
        Some(Command::Retry { record }) => {
            on.open(common)?.retry_quarantined(*record)?;
            if common.json {
                print_json(&json!({ "record": record, "shelf": Shelf::Outbox }))?;
            } else {
                println!("{record}: {}", on.language().pick("menunggu lagi", "waiting again"));
            }
        }
        Some(Command::Export { record, out }) => {
            let exported = on.open(common)?.export_quarantined(*record, out)?;
            if common.json {
                print_json(&exported)?;
            } else {
                for file in &exported.files {
                    println!("{}", file.display());
                }
                if !exported.whole {
                    println!("{}", on.language().pick("tidak lengkap atau rusak", "incomplete or damaged"));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(on: &HandsetArgs, common: &Common) -> Result<()> {
    let handset = on.open(common)?;
    let outboxes = handset.outboxes()?;
    let mut entries = Vec::new();
    for (shelf, outbox) in
        [Shelf::Outbox, Shelf::Quarantine, Shelf::Sent].iter().flat_map(|it| outboxes.iter().map(move |of| (*it, of)))
    {
        for filed in outbox.list(shelf)? {
            let kind = outbox.read(&filed).ok().map(|envelope| envelope.header().kind.as_str());
            let problem = outbox.problem(&filed).map(|problem| problem.message);
            entries.push(Entry { record: filed.record.to_string(), seq: filed.seq, shelf, kind, problem });
        }
    }
    let counts = handset.outbox_counts()?;
    if common.json {
        return print_json(&json!({ "counts": counts, "records": entries }));
    }
    let language = on.language();
    for entry in &entries {
        let state = match entry.shelf {
            Shelf::Outbox => language.pick("menunggu", "waiting"),
            Shelf::Sent => language.pick("terkirim", "sent"),
            Shelf::Quarantine => language.pick("ditolak", "refused"),
        };
        println!(
            "{:>6} {state:<9} {} {}",
            entry.seq,
            entry.kind.unwrap_or("?"),
            entry.problem.as_deref().unwrap_or("")
        );
    }
    print_counts(&[
        (language.pick("menunggu", "waiting"), counts.waiting),
        (language.pick("terkirim", "sent"), counts.sent),
        (language.pick("ditolak", "refused"), counts.quarantined),
    ]);
    Ok(())
}

fn quarantine(on: &HandsetArgs, common: &Common) -> Result<()> {
    let records = on.open(common)?.quarantine()?;
    if common.json {
        return print_json(&json!({ "quarantine": records }));
    }
    for found in &records {
        let kind = found.kind.map_or("?", saksi_records::Kind::as_str);
        let why = found.problem.as_ref().map_or("", |problem| problem.message.as_str());
        println!("{:>6} {} {kind} {why}", found.seq, found.record);
    }
    if records.is_empty() {
        println!("{}", on.language().pick("tidak ada", "none"));
    }
    Ok(())
}
