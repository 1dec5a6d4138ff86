//! The officer's day as commands: provision, unlock, identify, visit, outbox, sync.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use saksi_face::{Decision, GiveUp};
use saksi_field::text::{Language, Told as _};
use saksi_field::visit::{ProxyDetails, Recognition, Visit};
use saksi_field::{FieldError, Handset, Shelf, Summary, SyncListener, SyncProgress};
use saksi_records::nik::Nik;
use saksi_records::record::{NotServedReason, ProxyReason, Relation};
use saksi_records::{BeneficiaryId, Phone, RoundId};
use serde::Serialize;
use serde_json::json;

use crate::enrolment::EnrolmentArgs;
use crate::faces::{self, Taken};
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

/// What happens at a door.
#[derive(Subcommand)]
pub enum VisitCommand {
    /// The beneficiary stands there: recognise the face, and pay
    InPerson {
        #[command(flatten)]
        round: Round,
        /// Compare with this beneficiary only; without it, all on the roster are searched
        #[arg(long, value_name = "ID")]
        beneficiary: Option<BeneficiaryId>,
        /// The photo of the face: JPEG or PNG; or a camera's frames: a folder of them, or a motion-JPEG file, at 10 a second
        #[arg(long, value_name = "FILE|DIR")]
        photo: PathBuf,
        /// The person has heard the consent text and agrees
        #[arg(long, required = true)]
        consent: bool,
    },
    /// A proxy stands there: photograph proxy and statement letter, and pay
    ///
    /// A proxy who can't be cleared, for example too ill to move the head, is written down with --unpaid REASON: the same
    /// photos and details, nothing paid, and a supervisor looks.
    Proxy(Box<ProxyArgs>),
    /// The face can't be matched: photograph the person, and say why
    ///
    /// Where the programme's policy lets an officer pay then, it is paid and flagged; otherwise a supervisor decides.
    Exception {
        #[command(flatten)]
        whom: Whom,
        /// The photo of the person: JPEG or PNG; or a camera's frames: a folder of them, or a motion-JPEG file, at 10 a second
        #[arg(long, value_name = "FILE|DIR")]
        photo: PathBuf,
        /// Why the face can't be matched
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The person has heard the consent text and agrees
        #[arg(long, required = true)]
        consent: bool,
    },
    /// Take down the face of a beneficiary of whom the roster has none, and their document. Pays nothing
    ///
    /// A supervisor decides whether the face enters the roster.
    Enrolment(Box<EnrolmentArgs>),
    /// The beneficiary withdraws consent: the face is forgotten here, and then everywhere
    WithdrawConsent {
        #[command(flatten)]
        whom: Whom,
    },
    /// Nobody could be paid
    NotServed {
        #[command(flatten)]
        whom: Whom,
        /// Why not
        #[arg(long)]
        reason: NotServedArg,
        #[command(flatten)]
        after: GivenUp,
    },
}

/// A proxy's visit. Photos may be left out here, to see what the record requires; it is not written without them.
#[derive(Args)]
pub struct ProxyArgs {
    #[command(flatten)]
    whom: Whom,
    /// The photo of the proxy's face: JPEG or PNG; or a camera's frames
    #[arg(long, value_name = "FILE|DIR")]
    photo: Option<PathBuf>,
    /// The photo of the signed statement letter: JPEG or PNG; or a camera's frames
    #[arg(long, value_name = "FILE|DIR")]
    statement: Option<PathBuf>,
    /// The proxy's name
    #[arg(long)]
    name: String,
    /// The proxy's NIK
    #[arg(long)]
    nik: Nik,
    /// Where the proxy can be called
    #[arg(long, value_name = "NUMBER")]
    phone: Option<Phone>,
    /// What the proxy is to the beneficiary
    #[arg(long)]
    relation: RelationArg,
    /// Why the beneficiary can't collect
    #[arg(long)]
    reason: ReasonArg,
    /// The proxy can't be cleared: nothing is paid, and a supervisor looks at it with this reason
    #[arg(long, value_name = "REASON")]
    unpaid: Option<String>,
    /// The proxy has heard the consent text and agrees
    #[arg(long, required = true)]
    consent: bool,
}

/// The capture that came to nothing, so that what it saw goes into the record.
#[derive(Args)]
pub struct GivenUp {
    /// Its frames: a folder of them, or a motion-JPEG file, at 10 a second
    #[arg(long, value_name = "DIR", requires_all = ["give_up", "consent"], required_if_eq("reason", "capture-given-up"))]
    after: Option<PathBuf>,
    /// Why it was given up, where it didn't end of itself
    #[arg(long, value_name = "WHY", requires = "after")]
    give_up: Option<GiveUpArg>,
    /// The person had heard the consent text and agreed before it
    #[arg(long, requires = "after")]
    consent: bool,
}

/// For whom, and in which round.
#[derive(Args)]
pub struct Whom {
    #[command(flatten)]
    pub round: Round,
    /// The beneficiary
    #[arg(long, value_name = "ID")]
    pub beneficiary: BeneficiaryId,
}

/// The round that is paid out.
#[derive(Args)]
pub struct Round {
    /// The round's name; may be left out where the handset has only one
    #[arg(long, value_name = "NAME")]
    round: Option<RoundId>,
}

#[derive(Clone, Copy, ValueEnum)]
enum RelationArg {
    Spouse,
    Child,
    Parent,
    Sibling,
    Relative,
    Neighbour,
    Official,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReasonArg {
    Ill,
    Frail,
    Disability,
    Away,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum NotServedArg {
    Absent,
    Moved,
    Deceased,
    Refused,
    /// A capture came to nothing: --after says which
    CaptureGivenUp,
}

#[derive(Clone, Copy, ValueEnum)]
enum GiveUpArg {
    PersonUnable,
    PersonRefused,
    BadLight,
    CameraTrouble,
    Cancelled,
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
    if common.json {
        let rounds: Vec<_> = rounds
            .iter()
            .map(|(progress, round)| json!({ "round": round.id, "title": round.title, "progress": progress }))
            .collect();
        print_json(&json!({ "rounds": rounds, "consent": { "version": policy.consent_version, "text": consent } }))?;
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
        for problem in seen.problems.iter().filter(|_| !is_match) {
            println!("{}", problem.tell(on.language()));
        }
    }
    Ok(if is_match { ExitCode::SUCCESS } else { NO_MATCH.into() })
}

pub fn visit(command: &VisitCommand, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let summary = match command {
        VisitCommand::InPerson { round, beneficiary, photo: file, .. } => {
            let consent = on.consent(&handset);
            let round = round.of(&handset)?;
            let taken = Taken::read(file, &handset, &consent, on.language())?;
            let seen = match beneficiary {
                Some(id) => handset.verify(&consent, id, taken.source())?,
                None => handset.identify(&consent, taken.source())?,
            };
            seen.require_match().map_err(FieldError::from)?;
            let mut visit = handset.visit_in_person(&round, &seen.beneficiary)?;
            visit.consented(consent);
            visit.recognised(seen).map_err(FieldError::from)?;
            handset.commit(visit.finish().map_err(FieldError::from)?)?
        }
        VisitCommand::Proxy(args) => {
            let visit = proxy_visit(&handset, args, on)?;
            handset.commit(visit.finish().map_err(FieldError::from)?)?
        }
        VisitCommand::Exception { whom, photo: file, reason, .. } => {
            let consent = on.consent(&handset);
            let mut visit = handset.visit_exceptional(&whom.round.of(&handset)?, &whom.beneficiary)?;
            visit.consented(consent.clone());
            visit.explained(reason).map_err(FieldError::from)?;
            let taken = Taken::read(file, &handset, &consent, on.language())?;
            let taken = handset.exception_photo(&consent, &whom.beneficiary, taken.source())?;
            visit.exception_photographed(taken).map_err(FieldError::from)?;
            handset.commit(visit.finish().map_err(FieldError::from)?)?
        }
        VisitCommand::Enrolment(args) => {
            let visit = args.visit(&handset, on)?;
            handset.commit(visit.finish().map_err(FieldError::from)?)?
        }
        VisitCommand::WithdrawConsent { whom } => {
            handset.consent_withdrawn(&whom.round.of(&handset)?, &whom.beneficiary)?
        }
        VisitCommand::NotServed { whom, reason, after } => {
            let (round, reason) = (whom.round.of(&handset)?, (*reason).into());
            match (&after.after, after.give_up) {
                (Some(frames), Some(why)) => {
                    let consent = on.consent(&handset);
                    let face = faces::given_up(frames, why.into(), &handset, &consent, on.language())?;
                    handset.not_served_after(&round, &whom.beneficiary, reason, &face)?
                }
                _ => handset.not_served(&round, &whom.beneficiary, reason)?,
            }
        }
    };
    print_receipt(&summary, on.language(), common)?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Entry {
    record: String,
    seq: u64,
    shelf: Shelf,
    kind: Option<&'static str>,
    problem: Option<String>,
}

/// `saksi outbox`: what waits, what is sent, and what the server refused. Needs no PIN.
pub fn outbox(on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
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
        print_json(&json!({ "counts": counts, "records": entries }))?;
        return Ok(ExitCode::SUCCESS);
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
    Ok(ExitCode::SUCCESS)
}

/// `saksi sync`: needs no PIN; with one (in SAKSI_PIN, or `--roster`), the roster is fetched too.
pub fn sync(roster: bool, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset =
        if roster || std::env::var_os("SAKSI_PIN").is_some() { on.unlocked(common)? } else { on.open(common)? };
    let bar = Bar::new();
    let report = handset.sync(&bar);
    bar.0.finish_and_clear();
    if common.json {
        print_json(&json!({
            "sent": report.sent,
            "quarantined": report.quarantined,
            "waiting": report.waiting,
            "roster_changes": report.roster_changes,
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
    }
    match report.stopped {
        Some(error) => Err(error.into()),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn proxy_visit(handset: &Handset, args: &ProxyArgs, on: &HandsetArgs) -> Result<Visit> {
    let consent = on.consent(handset);
    let (round, id) = (args.whom.round.of(handset)?, &args.whom.beneficiary);
    let mut visit = match &args.unpaid {
        None => handset.visit_by_proxy(&round, id)?,
        Some(reason) => {
            let mut visit = handset.visit_exceptional_by_proxy(&round, id)?;
            visit.explained(reason).map_err(FieldError::from)?;
            visit
        }
    };
    visit.consented(consent.clone());
    let named = visit.proxy_named(ProxyDetails {
        name: args.name.clone(),
        nik: args.nik.clone(),
        phone: args.phone.clone(),
        relation: args.relation.into(),
        reason: args.reason.into(),
    });
    named.map_err(FieldError::from)?;
    if let Some(file) = &args.photo {
        let taken = Taken::read(file, handset, &consent, on.language())?;
        let face = handset.proxy_face(&consent, taken.source())?;
        visit.proxy_photographed(face).map_err(FieldError::from)?;
    }
    if let Some(file) = &args.statement {
        let page = faces::statement(file, handset, on.language())?;
        visit.statement_photographed(page).map_err(FieldError::from)?;
    }
    Ok(visit)
}

/// Prints what is shown when a record is committed.
pub fn print_receipt(summary: &Summary, language: Language, common: &Common) -> Result<()> {
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

impl From<RelationArg> for Relation {
    fn from(arg: RelationArg) -> Self {
        match arg {
            RelationArg::Spouse => Self::Spouse,
            RelationArg::Child => Self::Child,
            RelationArg::Parent => Self::Parent,
            RelationArg::Sibling => Self::Sibling,
            RelationArg::Relative => Self::Relative,
            RelationArg::Neighbour => Self::Neighbour,
            RelationArg::Official => Self::Official,
        }
    }
}

impl From<ReasonArg> for ProxyReason {
    fn from(arg: ReasonArg) -> Self {
        match arg {
            ReasonArg::Ill => Self::Ill,
            ReasonArg::Frail => Self::Frail,
            ReasonArg::Disability => Self::Disability,
            ReasonArg::Away => Self::Away,
        }
    }
}

impl From<NotServedArg> for NotServedReason {
    fn from(arg: NotServedArg) -> Self {
        match arg {
            NotServedArg::Absent => Self::Absent,
            NotServedArg::Moved => Self::Moved,
            NotServedArg::Deceased => Self::Deceased,
            NotServedArg::Refused => Self::Refused,
            NotServedArg::CaptureGivenUp => Self::CaptureGivenUp,
        }
    }
}

impl From<GiveUpArg> for GiveUp {
    fn from(arg: GiveUpArg) -> Self {
        match arg {
            GiveUpArg::PersonUnable => Self::PersonUnable,
            GiveUpArg::PersonRefused => Self::PersonRefused,
            GiveUpArg::BadLight => Self::BadLight,
            GiveUpArg::CameraTrouble => Self::CameraTrouble,
            GiveUpArg::Cancelled => Self::Cancelled,
        }
    }
}
