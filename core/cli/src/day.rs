//! The officer's day as commands: provision, unlock, identify, sync.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use saksi_face::Decision;
use saksi_field::text::{Told as _, near_tie};
use saksi_field::visit::Recognition;
use saksi_field::{FieldError, Handset, Outcome, RecordReport, SyncListener, SyncProgress, SyncReport};
use saksi_records::RoundId;
use saksi_records::wire::HandsetState;
use serde_json::json;

use crate::handset::{HandsetArgs, pin};
use crate::output::{print_counts, print_json};
use crate::{Common, NO_MATCH, photos, ticket};

/// Registers a new handset at the programme's server.
#[derive(Args)]
pub struct Provision {
    /// The supervisor's ticket: its JSON, a JPEG or PNG of its QR code, or - for JSON on the standard input
    #[arg(long, value_name = "FILE")]
    ticket: PathBuf,
    /// What people call this handset
    #[arg(long, default_value = "handset")]
    label: String,
}

/// Looks for a face among all on the roster (1:N).
#[derive(Args)]
pub struct Identify {
    /// JPEG or PNG
    photo: PathBuf,
    /// The person has heard the consent text (`saksi unlock` prints it) and agrees
    #[arg(long, required = true)]
    consent: bool,
}

/// The round that is paid out.
#[derive(Args)]
pub struct Round {
    /// The round's name; may be left out where the handset has only one
    #[arg(long, value_name = "NAME")]
    round: Option<RoundId>,
}

pub fn provision(args: &Provision, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let ticket = ticket::read(&args.ticket)?;
    let engine = Arc::new(photos::engine(common)?);
    let handset = Handset::provision(on.dir(), on.platform()?, engine, &ticket, &args.label, on.officer(), &pin()?)?;
    let programme = handset.programme();
    if common.json {
        print_json(&json!({ "handset": programme.handset, "server": programme.server, "label": programme.label }))?;
    } else {
        println!("{}: {} -> {}", programme.label, programme.handset, programme.server);
    }
    Ok(ExitCode::SUCCESS)
}

pub fn unlock(on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let policy = handset.policy();
    let consent = on.language().pick(policy.consent_id, policy.consent_en);
    let rounds = handset.with_roster(|roster| roster.rounds().cloned().collect::<Vec<_>>())?;
    let rounds = rounds.into_iter().map(|round| Ok((handset.progress(&round.id)?, round)));
    let rounds = rounds.collect::<Result<Vec<_>, FieldError>>()?;
    let interrupted = handset.interrupted()?;
    if common.json {
        let rounds: Vec<_> = rounds
            .iter()
            .map(|(progress, round)| json!({ "round": round.id, "title": round.title, "progress": progress }))
            .collect();
        let consent = json!({ "version": policy.consent_version, "text": consent });
        print_json(&json!({ "rounds": rounds, "consent": consent, "interrupted": interrupted }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (progress, round) in rounds {
        println!(
            "{} ({}): {}/{} {}, {} / {}",
            round.title,
            round.id,
            progress.paid(),
            progress.entitled,
            on.language().pick("dibayar", "paid"),
            progress.amount_paid,
            progress.amount,
        );
    }
    for visit in interrupted {
        let how = on.language().pick("terputus; lanjutkan dengan", "was cut short; go on with");
        println!("{}: {how} saksi visit resume --beneficiary {0}", visit.beneficiary);
    }
    println!("{}: {consent}", on.language().pick("Teks persetujuan", "Consent text"));
    Ok(ExitCode::SUCCESS)
}

pub fn identify(args: &Identify, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let seen = handset.identify(&on.consent(&handset), &photo(&args.photo)?)?;
    let is_match = seen.decision == Decision::Match;
    if common.json {
        print_json(&json!({
            "decision": seen.decision,
            "beneficiary": is_match.then_some(&seen.beneficiary),
            "similarity": seen.face_match.similarity,
            "match_at": seen.face_match.match_at,
            "searched": seen.face_match.searched,
            "problems": seen.problems,
        }))?;
    } else {
        let who = if is_match { name(&handset, &seen)? } else { String::new() };
        println!(
            "{}: {who} ({:.3}, {:.3})",
            seen.decision.tell(on.language()),
            seen.face_match.similarity,
            seen.face_match.match_at
        );
        if seen.decision == Decision::Review && seen.face_match.similarity >= seen.face_match.match_at {
            println!("{}", near_tie(on.language()));
        }
        for problem in seen.problems.iter().filter(|_| !is_match) {
            println!("{}", problem.tell(on.language()));
        }
    }
    Ok(if is_match { ExitCode::SUCCESS } else { NO_MATCH.into() })
}

/// `saksi sync`: needs no PIN; with one (in SAKSI_PIN, or `--roster`), the roster is fetched too. What is sealed is sent
/// whether or not the PIN opens the handset.
pub fn sync(roster: bool, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.open(common)?;
    let wants_roster = roster || std::env::var_os("SAKSI_PIN").is_some();
    let unlock = || -> Result<()> { Ok(handset.unlock(on.officer().clone(), &pin()?)?) };
    let mut locked = if wants_roster { unlock().err() } else { None };
    let bar = Bar::new();
    let mut report = handset.sync(&bar);
    // The server may have set it back to active just now.
    if locked.as_ref().is_some_and(is_forbidden) && handset.programme().status.state == HandsetState::Active {
        locked = unlock().err();
        if locked.is_none() {
            report = in_all(report, handset.sync(&bar));
        }
    }
    bar.0.finish_and_clear();
    if common.json {
        print_json(&json!({
            "sent": report.sent,
            "quarantined": report.quarantined,
            "waiting": report.waiting,
            "records": report.records,
            "roster_changes": report.roster_changes,
            "not_kept": report.not_kept.as_ref().map(|error| error.tell(on.language())),
            "stopped": report.stopped.as_ref().map(|error| error.tell(on.language())),
        }))?;
    } else {
        let language = on.language();
        print_counts(&[
            (language.pick("terkirim", "sent"), report.sent),
            (language.pick("ditolak", "refused"), report.quarantined),
            (language.pick("menunggu", "waiting"), report.waiting),
            (language.pick("perubahan daftar", "roster changes"), report.roster_changes),
        ]);
        for RecordReport { record, seq, outcome } in &report.records {
            if let Outcome::Left(reason) | Outcome::Quarantined(reason) = outcome {
                println!("{seq:>6} {record}: {}", reason.tell(language));
            }
        }
        if let Some(error) = &report.not_kept {
            let what = language.pick("Kabar terakhir server tidak tersimpan", "The server's last word isn't kept");
            println!("{what}: {}", error.tell(language));
        }
    }
    let left = report.records.iter().any(|it| matches!(it.outcome, Outcome::Left(_)));
    match (report.stopped, locked) {
        (Some(error), _) => Err(error.into()),
        (None, Some(error)) => Err(error),
        (None, None) if left => Ok(ExitCode::FAILURE),
        (None, None) => Ok(ExitCode::SUCCESS),
    }
}

fn is_forbidden(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(FieldError::Forbidden(_)))
}

/// What a sync did and the one right after it.
fn in_all(first: SyncReport, then: SyncReport) -> SyncReport {
    SyncReport {
        sent: first.sent + then.sent,
        quarantined: first.quarantined + then.quarantined,
        records: [first.records, then.records].concat(),
        ..then
    }
}

fn name(handset: &Handset, seen: &Recognition) -> Result<String> {
    let name = handset.with_roster(|roster| roster.beneficiary(&seen.beneficiary).map(|it| it.name.clone()))?;
    Ok(format!("{} {}", seen.beneficiary, name.unwrap_or_default()))
}

fn photo(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}

impl Round {
    /// The round that was named, or the only one there is.
    pub fn of(&self, handset: &Handset) -> Result<RoundId> {
        if let Some(round) = &self.round {
            return Ok(round.clone());
        }
        let mut rounds: Vec<RoundId> =
            handset.with_roster(|roster| roster.rounds().map(|round| round.id.clone()).collect())?;
        match rounds.len() {
            1 => Ok(rounds.remove(0)),
            0 => bail!("no round on this handset: `saksi sync` fetches the roster"),
            _ => bail!("several rounds on this handset: say which with --round"),
        }
    }
}

struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(0).with_style(style))
    }
}

impl SyncListener for Bar {
    fn progress(&self, progress: SyncProgress) {
        self.0.set_length(progress.records_total);
        self.0.set_position(progress.records_done);
        self.0.set_message(format!("{} KB", progress.bytes_sent / 1000));
    }
}
