//! `saksi`: the handset in a terminal.

mod audit;
mod bench;
mod capture;
mod cash;
mod day;
mod evaluate;
mod face;
mod faces;
mod handset;
mod officers;
mod outbox;
mod output;
mod photos;
mod receipt;
mod roster;
mod route;
mod ticket;
mod visit;

use std::alloc::System;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use saksi_field::text::Told as _;
use saksi_field::{FieldError, NetworkError, VisitError};
use saksi_records::BeneficiaryId;
use zeroizing_alloc::ZeroAlloc;

use crate::handset::HandsetArgs;

/// Wipes what is freed: names, faces and photos pass through many buffers, of libraries too, before they are dropped.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

/// The face isn't surely the person's.
const NO_MATCH: u8 = 3;
/// The beneficiary was paid for this round before.
const ALREADY_PAID: u8 = 4;
/// No connection to the programme's server.
const OFFLINE: u8 = 5;

/// Field verification in a terminal: faces, evidence, and the handset's day.
///
/// Exit codes: 0 when the command did its work, 1 when it failed, 2 when it was called wrongly, 3 when a face is no
/// match, 4 when the beneficiary was already paid, 5 when the server can't be reached.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    on: HandsetArgs,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Args)]
struct Common {
    /// Folder with the model files [default: ./models, else the workspace's]
    #[arg(long, global = true, env = "SAKSI_MODELS", value_name = "DIR")]
    models: Option<PathBuf>,
    /// Print JSON, for scripts
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Register a new handset at the programme's server
    Provision(day::Provision),
    /// The handset itself: its state, its officers, a supervisor's codes
    #[command(subcommand)]
    Handset(officers::Command),
    /// Check the PIN, and show the rounds and the consent text
    Unlock,
    /// The list of who is to be paid
    #[command(subcommand)]
    Roster(roster::Command),
    /// Look for a face among all on the roster (1:N)
    Identify(day::Identify),
    /// What happens at a door: pay, or say why not
    #[command(subcommand)]
    Visit(visit::Command),
    /// Who is still to be visited, in walking order
    Route(route::Route),
    /// How far a round has come
    Progress {
        #[command(flatten)]
        round: day::Round,
    },
    /// All that this handset knows of one beneficiary
    Card {
        /// The beneficiary
        #[arg(value_name = "ID")]
        beneficiary: BeneficiaryId,
        /// Write the portrait into this file, as JPEG
        #[arg(long, value_name = "FILE")]
        portrait: Option<PathBuf>,
    },
    /// The officer's cash: received, returned, closed
    #[command(subcommand)]
    Cash(cash::Command),
    /// Show the receipt of a record again, with its QR code
    Receipt(receipt::Receipt),
    /// What waits, what is sent, and what the server refused
    Outbox {
        #[command(subcommand)]
        command: Option<outbox::Command>,
    },
    /// Send what waits; with the PIN, fetch the roster too
    Sync {
        /// Ask for the PIN, and fetch the roster
        #[arg(long)]
        roster: bool,
    },
    /// Take a picture from a camera's frames, guided as on a handset
    #[command(subcommand)]
    Capture(capture::Command),
    /// Prove what a handset has done
    #[command(subcommand)]
    Audit(audit::Command),
    /// Find, compare and embed faces in photos
    #[command(subcommand)]
    Face(face::Command),
    /// Measure error rates on a set of photos
    #[command(subcommand)]
    Evaluate(evaluate::Command),
    /// Measure how long things take here
    #[command(subcommand)]
    Bench(bench::Command),
}

fn main() -> ExitCode {
    let Cli { common, on, command } = Cli::parse();
    let done = match &command {
        Command::Provision(args) => day::provision(args, &on, &common),
        Command::Handset(command) => officers::run(command, &on, &common),
        Command::Unlock => day::unlock(&on, &common),
        Command::Roster(command) => roster::run(command, &on, &common),
        Command::Identify(args) => day::identify(args, &on, &common),
        Command::Visit(command) => visit::run(command, &on, &common),
        Command::Route(args) => route::run(args, &on, &common),
        Command::Progress { round } => route::progress(round, &on, &common),
        Command::Card { beneficiary, portrait } => route::card(beneficiary, portrait.as_deref(), &on, &common),
        Command::Cash(command) => cash::run(command, &on, &common),
        Command::Receipt(args) => receipt::run(args, &on, &common),
        Command::Outbox { command } => outbox::run(command.as_ref(), &on, &common),
        Command::Sync { roster } => day::sync(*roster, &on, &common),
        Command::Capture(command) => capture::run(command, on.language(), &common),
        Command::Audit(command) => audit::run(command, on.language(), &common),
        Command::Face(command) => face::run(command, &common).map(|()| ExitCode::SUCCESS),
        Command::Evaluate(command) => evaluate::run(command, &common).map(|()| ExitCode::SUCCESS),
        Command::Bench(command) => bench::run(command, &common).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        match error.downcast_ref::<FieldError>() {
            Some(field) => eprintln!("saksi: {}", field.tell(on.language())),
            None => eprintln!("saksi: {error:#}"),
        }
        exit_code(&error)
    })
}

fn exit_code(error: &anyhow::Error) -> ExitCode {
    match error.downcast_ref::<FieldError>() {
        Some(FieldError::Visit(VisitError::NotRecognised { .. })) => NO_MATCH.into(),
        Some(FieldError::Visit(VisitError::AlreadyPaid(_))) => ALREADY_PAID.into(),
        Some(FieldError::Network(NetworkError::Offline(_) | NetworkError::NotOurServer(_))) => OFFLINE.into(),
        _ => ExitCode::FAILURE,
    }
}
