//! A record's receipt: when it is committed, and once more by `saksi receipt`, with its QR code.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use saksi_field::text::{Language, Told as _};
use saksi_field::{ReceiptQr, Summary};
use saksi_records::{ReceiptCode, RecordId};

use crate::Common;
use crate::handset::HandsetArgs;
use crate::output::print_json;

/// Shows the receipt of a record again.
#[derive(Args)]
pub struct Receipt {
    /// The record; without it, the last one
    #[arg(long, value_name = "ID")]
    record: Option<RecordId>,
    /// Write the QR code as SVG into this file
    #[arg(long, value_name = "FILE")]
    qr: Option<PathBuf>,
}

pub fn run(args: &Receipt, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let day = on.unlocked(common)?.day()?;
    let summary = match args.record {
        Some(record) => day.into_iter().find(|summary| summary.record == record),
        None => day.into_iter().next_back(),
    };
    let summary = summary.context("no such record on this handset")?;
    if let Some(file) = &args.qr {
        let code: ReceiptCode = summary.code.parse()?;
        fs::write(file, ReceiptQr::svg(&code)).with_context(|| file.display().to_string())?;
    }
    print(&summary, on.language(), common)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what is shown when a record is committed.
pub fn print(summary: &Summary, language: Language, common: &Common) -> Result<()> {
    if common.json {
        return print_json(summary);
    }
    // A record that is about nobody is about a round.
    let whom = summary.beneficiary.as_ref().map_or(summary.round.as_str(), |id| id.as_str());
    let paid = summary.amount.map_or_else(String::new, |amount| format!(", {amount}"));
    println!(
        "{}: {whom}{paid}; {} {}",
        summary.kind.tell(language),
        language.pick("kode tanda terima", "receipt code"),
        summary.code
    );
    Ok(())
}
