//! `saksi route`, `progress` and `card`: whom to visit next, how far the round is, and what is known of one.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use saksi_field::Standing;
use saksi_field::text::Told as _;
use saksi_records::{BeneficiaryId, Coordinates};
use serde_json::json;

use crate::Common;
use crate::day;
use crate::handset::HandsetArgs;
use crate::output::print_json;
use crate::receipt;

/// Who is still to be visited.
#[derive(Args)]
pub struct Route {
    #[command(flatten)]
    round: day::Round,
    /// Where to begin, in degrees north and east; without it, at the first house
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    from: Option<Coordinates>,
}

pub fn run(args: &Route, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let round = args.round.of(&handset)?;
    let stops = handset.route(&round, args.from)?;
    if common.json {
        print_json(&json!({ "round": round, "stops": stops }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let language = on.language();
    for (n, stop) in (1..).zip(stops) {
        let metres = stop.metres.map_or_else(String::new, |metres| format!("{metres} m"));
        let absent = if stop.was_absent { language.pick("tadi tidak di rumah", "was not at home") } else { "" };
        println!(
            "{n:>4} {metres:>8} {:<16} {:<28} {} {} {absent}",
            stop.beneficiary, stop.name, stop.address, stop.amount
        );
    }
    Ok(ExitCode::SUCCESS)
}

pub fn progress(round: &day::Round, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let round = round.of(&handset)?;
    let progress = handset.progress(&round)?;
    if common.json {
        print_json(&json!({ "round": round, "progress": progress }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let language = on.language();
    println!("{}: {}", language.pick("berhak", "entitled"), progress.entitled);
    for (standing, count) in [
        (Standing::PaidHere, progress.paid_here),
        (Standing::PaidElsewhere, progress.paid_elsewhere),
        (Standing::Exception, progress.exceptions),
        (Standing::Absent, progress.absent),
        (Standing::Moved, progress.moved),
        (Standing::Deceased, progress.deceased),
        (Standing::Refused, progress.refused),
        (Standing::ToVisit, progress.to_visit),
    ] {
        println!("{}: {count}", standing.tell(language));
    }
    println!("{}: {} / {}", language.pick("dibayarkan", "paid out"), progress.amount_paid, progress.amount);
    println!("{}: {}", language.pick("masih harus dibayar", "still to be paid"), progress.amount_to_pay);
    Ok(ExitCode::SUCCESS)
}

pub fn card(
    beneficiary: &BeneficiaryId,
    portrait: Option<&Path>,
    on: &HandsetArgs,
    common: &Common,
) -> Result<ExitCode> {
    let card = on.unlocked(common)?.card(beneficiary)?;
    if let Some(file) = portrait {
        let portrait = card.portrait.as_ref().context("this handset has no portrait of this beneficiary")?;
        fs::write(file, portrait.jpeg()).with_context(|| file.display().to_string())?;
    }
    if common.json {
        print_json(&card)?;
        return Ok(ExitCode::SUCCESS);
    }
    let language = on.language();
    println!("{} {}, NIK {}", card.id, card.name, card.nik);
    println!("{}, {}", card.address, card.route);
    for notice in &card.notices {
        println!("! {}", notice.tell(language));
    }
    for due in &card.entitlements {
        println!("{} ({}): {}, {}", due.round.title, due.round.id, due.amount, due.standing.tell(language));
    }
    for summary in &card.history {
        receipt::print(summary, language, common)?;
    }
    Ok(ExitCode::SUCCESS)
}
