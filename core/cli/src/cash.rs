//! `saksi cash`: the officer's account of a round.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use saksi_field::CashState;
use saksi_records::Rupiah;
use serde_json::json;

use crate::Common;
use crate::day::Round;
use crate::handset::HandsetArgs;
use crate::output::print_json;

/// What becomes of the officer's cash.
#[derive(Subcommand)]
pub enum Command {
    /// Show the account since it was last closed
    Show {
        #[command(flatten)]
        round: Round,
    },
    /// Write down that cash was received
    Received {
        #[command(flatten)]
        round: Round,
        /// Whole rupiah
        amount: u64,
    },
    /// Write down that cash was given back
    Return {
        #[command(flatten)]
        round: Round,
        /// Whole rupiah
        amount: u64,
    },
    /// Close the account: it balances, or there is a reason why not
    Close {
        #[command(flatten)]
        round: Round,
        /// Why it doesn't balance
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

pub fn run(command: &Command, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let (Command::Show { round }
    | Command::Received { round, .. }
    | Command::Return { round, .. }
    | Command::Close { round, .. }) = command;
    let round = round.of(&handset)?;
    let before = handset.cash(&round)?;
    let written = match command {
        Command::Show { .. } => None,
        Command::Received { amount, .. } => Some(handset.cash_received(&round, Rupiah(*amount))?),
        Command::Return { amount, .. } => Some(handset.cash_returned(&round, Rupiah(*amount))?),
        Command::Close { reason, .. } => Some(handset.cash_closed(&round, reason.as_deref())?),
    };
    // What was closed is shown as it was.
    let state = if matches!(command, Command::Close { .. }) { before } else { handset.cash(&round)? };
    if common.json {
        print_json(&json!({ "round": round, "cash": state, "record": written.map(|summary| summary.record) }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let language = on.language();
    let CashState { received, payments, paid, returned, difference } = state;
    println!("{}: {received}", language.pick("diterima", "received"));
    println!("{}: {paid} ({payments})", language.pick("dibayarkan", "paid"));
    println!("{}: {returned}", language.pick("disetor kembali", "returned"));
    println!("{}: {difference}", language.pick("selisih (rupiah)", "difference (rupiah)"));
    Ok(ExitCode::SUCCESS)
}
