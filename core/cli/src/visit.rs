//! `saksi visit`: what happens at a door.

mod enrolment;
mod exception;
mod proxy;
mod resume;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use saksi_face::GiveUp;
use saksi_field::FieldError;
use saksi_records::BeneficiaryId;
use saksi_records::record::NotServedReason;
use serde_json::json;

use crate::Common;
use crate::day::Round;
use crate::faces::{self, Taken};
use crate::handset::HandsetArgs;
use crate::output::print_json;
use crate::receipt;

/// What happens at a door.
#[derive(Subcommand)]
pub enum Command {
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
    Proxy(Box<proxy::ProxyArgs>),
    /// The face can't be matched: photograph the person, and say why
    ///
    /// Where the programme's policy lets an officer pay then, it is paid and flagged; otherwise a supervisor decides. Whoever
    /// doesn't agree to be photographed is written down without a photo (--refused), and a supervisor decides.
    Exception(Box<exception::ExceptionArgs>),
    /// Take down the face of a beneficiary of whom the roster has none, and their document. Pays nothing
    ///
    /// A supervisor decides whether the face enters the roster.
    Enrolment(Box<enrolment::EnrolmentArgs>),
    /// Go on with the visit that was cut short, or that something was missing of, within half an hour of its beginning
    Resume(resume::ResumeArgs),
    /// Give that visit up, and remove what was taken
    Discard {
        /// Whose visit; without it, the one that was begun last
        #[arg(long, value_name = "ID")]
        beneficiary: Option<BeneficiaryId>,
    },
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

pub fn run(command: &Command, on: &HandsetArgs, common: &Common) -> Result<ExitCode> {
    let handset = on.unlocked(common)?;
    let summary = match command {
        Command::InPerson { round, beneficiary, photo: file, .. } => {
            let consent = on.consent(&handset);
            let round = round.of(&handset)?;
            let taken = Taken::read(file, &handset, &consent, on.language())?;
            let seen = match beneficiary {
                Some(id) => handset.verify(&consent, id, taken.source())?,
                None => handset.identify(&consent, taken.source())?,
            };
            seen.require_match().map_err(FieldError::from)?;
            let mut visit = handset.visit_in_person(&round, &seen.beneficiary)?;
            visit.take(consent).map_err(FieldError::from)?;
            visit.take(seen).map_err(FieldError::from)?;
            handset.commit(&visit)?
        }
        Command::Proxy(args) => resume::commit(&handset, &args.visit(&handset, on)?, on.language())?,
        Command::Exception(args) => {
            let visit = args.visit(&handset, on)?;
            handset.commit(&visit)?
        }
        Command::Enrolment(args) => resume::commit(&handset, &args.visit(&handset, on)?, on.language())?,
        Command::Resume(args) => resume::commit(&handset, &args.visit(&handset, on)?, on.language())?,
        Command::Discard { beneficiary } => {
            let latest = resume::latest(&handset, beneficiary.as_ref())?;
            let discarded = latest.map_or(Ok(false), |latest| handset.discard_interrupted(latest.visit))?;
            if common.json {
                print_json(&json!({ "discarded": discarded }))?;
            } else if discarded {
                println!("{}", on.language().pick("kunjungan dibatalkan", "the visit was given up"));
            } else {
                println!("{}", on.language().pick("tidak ada kunjungan yang terputus", "no visit was cut short"));
            }
            return Ok(ExitCode::SUCCESS);
        }
        Command::WithdrawConsent { whom } => handset.consent_withdrawn(&whom.round.of(&handset)?, &whom.beneficiary)?,
        Command::NotServed { whom, reason, after } => {
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
    receipt::print(&summary, on.language(), common)?;
    Ok(ExitCode::SUCCESS)
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
