//! `saksi receipt`: a record's receipt once more, with its QR code.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use saksi_field::ReceiptQr;
use saksi_records::{ReceiptCode, RecordId};

use crate::Common;
use crate::day::print_receipt;
use crate::handset::HandsetArgs;

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
    print_receipt(&summary, on.language(), common)?;
    Ok(ExitCode::SUCCESS)
}
