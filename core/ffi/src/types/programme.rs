//! What the programme says: to this handset, to its officers, and where it says no.

use jiff::Timestamp;
use saksi_face::LivenessPolicy;
use saksi_field::text::Language;
use saksi_field::{CodeError, CodePurpose, Officer, OfficerState, Programme};
use saksi_records::wire::{HandsetState, Policy, ProblemCode, Retention};
use saksi_records::{HandsetId, OfficerId};

/// The languages of the field.
#[uniffi::remote(Enum)]
pub enum Language {
    /// Bahasa Indonesia.
    Id,
    /// English.
    En,
}

/// What a handset may do.
#[uniffi::remote(Enum)]
pub enum HandsetState {
    /// Everything.
    Active,
    /// Only send what it has.
    Locked,
    /// Destroy its root key; still send what is sealed.
    Erase,
}

/// An officer of this handset, as a list shows them.
#[uniffi::remote(Record)]
pub struct Officer {
    /// Who.
    pub id: OfficerId,
    /// What people call them, as the server last said; may be empty.
    pub name: String,
    /// Whether there is a PIN to be tried.
    pub state: OfficerState,
    /// How many more PINs may be wrong before the officer is locked out.
    pub attempts_left: u32,
    /// A code for this officer came from the server: a new PIN can be set.
    pub code_waiting: bool,
}

/// Whether an officer can unlock.
#[uniffi::remote(Enum)]
pub enum OfficerState {
    /// With the PIN.
    Ready,
    /// Too many PINs were wrong: a supervisor's code is needed.
    LockedOut,
    /// Known to the office, but never admitted here: a supervisor's code is needed.
    NotAdmitted,
}

/// What a supervisor's code is for.
#[uniffi::remote(Enum)]
pub enum CodePurpose {
    /// This officer sets a PIN.
    Admit {
        /// Who.
        officer: OfficerId,
    },
    /// The handset destroys its keys.
    Erase,
}

/// Why a supervisor's code isn't taken.
#[uniffi::remote(Enum)]
pub enum CodeError {
    /// Not a code of the programme's server.
    NotACode,
    /// For another handset.
    OtherHandset,
    /// Too old.
    Expired,
    /// Used before.
    Taken,
    /// Made of a secret that the handset no longer has: sync, and ask for a new one.
    Outdated,
    /// It admits where it should erase, or the other way round.
    OtherAction,
    /// The server gave none for this officer.
    NoneWaiting,
}

/// Why the server said no.
#[uniffi::remote(Enum)]
pub enum ProblemCode {
    /// It doesn't know this handset, or the handset's clock is far off.
    Unauthorized,
    /// The handset's clock doesn't fit the server's.
    ClockSkew,
    /// The ticket is unknown, used or out of date.
    TicketRefused,
    /// Photos have to be sent first.
    BlobsMissing,
    /// The record is known with other bytes; both are kept for review.
    Conflict,
    /// The record can't be accepted, now or later.
    Rejected,
    /// There is no such thing.
    NotFound,
    /// Larger than the server takes.
    TooLarge,
    /// The request isn't as the protocol says.
    BadRequest,
    /// The server's own fault.
    Internal,
}

/// How long a handset keeps what it was given the server's receipt for.
#[uniffi::remote(Record)]
pub struct Retention {
    /// After so many days the officer's summary of a record is forgotten; 0: never.
    pub summaries_days: u32,
    /// After so many days sealed envelopes are removed, from the chain's beginning on; 0: never.
    pub envelopes_days: u32,
}

/// What the programme wants handsets to do.
#[uniffi::remote(Record)]
pub struct Policy {
    /// The similarity from which a face is a match, where the programme sets it.
    pub match_at: Option<f32>,
    /// The similarity from which a face is worth a second look, where the programme sets it.
    pub review_at: Option<f32>,
    /// Whether an officer may pay somebody whose face can't be matched.
    pub exceptions_pay: bool,
    /// Whether a face has to be shown to be alive before it counts, and how.
    pub liveness: LivenessPolicy,
    /// After how many minutes without use the handset locks itself; 0: never.
    pub idle_lock_minutes: u32,
    /// For how many beneficiaries of a round one proxy may collect.
    pub proxy_limit: u32,
    /// How long handsets keep what the server has.
    pub retention: Retention,
    /// Whether handsets have the beneficiaries' portraits.
    pub portraits: bool,
    /// The version of the consent text to read out.
    pub consent_version: String,
    /// That text in Indonesian.
    pub consent_id: String,
    /// And in English.
    pub consent_en: String,
}

/// This handset and its programme, as last heard.
#[derive(Debug, uniffi::Record)]
pub struct HandsetInfo {
    /// The handset's id.
    pub handset: HandsetId,
    /// What people call it.
    pub label: String,
    /// The server's address.
    pub server: String,
    /// What the handset may do.
    pub state: HandsetState,
    /// When the server last said so, by the server's clock.
    pub heard: Timestamp,
    /// The files of optional models that aren't there: the checks that need them aren't made.
    pub missing_models: Vec<String>,
}

impl HandsetInfo {
    pub(crate) fn new(known: Programme, missing_models: Vec<String>) -> Self {
        let Programme { handset, label, server, status, .. } = known;
        Self { handset, label, server, state: status.state, heard: status.time, missing_models }
    }
}
