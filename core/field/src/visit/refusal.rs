//! Why a visit doesn't take a step, and what it still needs.

use saksi_face::{Decision, QualityProblem};
use saksi_records::Rupiah;
use saksi_records::wire::PaidMark;
use serde::{Deserialize, Serialize};

/// The longest name of a proxy, in characters.
pub const LONGEST_NAME: usize = 200;

/// The longest reason for an exception, in characters.
pub const LONGEST_REASON: usize = 500;

/// Why a visit doesn't take a step.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VisitError {
    /// Without consent no face may be photographed.
    #[error("consent comes before the photo")]
    ConsentFirst,
    /// Something the record requires isn't there yet.
    #[error("not complete: {} missing", names(.0))]
    Incomplete(Vec<Requirement>),
    /// The face isn't surely the beneficiary's.
    #[error("the face is not surely this beneficiary's ({similarity:.2}, {required:.2} is required)")]
    NotRecognised {
        /// Match, review or no match.
        decision: Decision,
        /// Cosine similarity.
        similarity: f32,
        /// What a match needs.
        required: f32,
        /// What kept the face from being seen well, if anything: mend it, and try again.
        problems: Vec<QualityProblem>,
    },
    /// A single picture, where the programme requires somebody alive.
    #[error("a single picture doesn't show that somebody is there: take the face with the camera")]
    NotShownAlive,
    /// Not surely somebody alive: a supervisor looks. It can be written down as an exception.
    #[error("the person wasn't shown to be alive: write it down as an exception, and a supervisor looks")]
    LivenessUnsure,
    /// Signs of a picture, or of a second face. It can be written down as an exception, and isn't paid.
    #[error("what was before the camera looks like a picture, or like two people: nothing may be paid")]
    LivenessRefused,
    /// The recognition is of another person than this visit is for.
    #[error("this visit is for another beneficiary")]
    OtherBeneficiary,
    /// The round is paid already.
    #[error("already paid in round {}", .0.round)]
    AlreadyPaid(PaidMark),
    /// The proxy's face is the beneficiary's own.
    #[error("the proxy's face is the beneficiary's own: pay in person instead")]
    ProxyIsBeneficiary,
    /// The face is that of the officer who holds the handset.
    #[error("the face is the officer's own: another officer has to do this")]
    IsOfficer,
    /// The proxy's number is the beneficiary's own.
    #[error("the proxy's NIK is the beneficiary's own")]
    ProxyNikIsBeneficiary,
    /// The proxy's name is empty or too long.
    #[error("the proxy's name must have 1 to {LONGEST_NAME} characters")]
    ProxyName,
    /// The proxy has collected for as many beneficiaries of this round as the programme allows.
    #[error("this proxy has already collected for {earlier} beneficiaries in this round, and {limit} are allowed")]
    ProxyLimit {
        /// For how many others the proxy has collected.
        earlier: u32,
        /// For how many a proxy may collect.
        limit: u32,
    },
    /// An exception for a face that is recognised.
    #[error("the face is surely this beneficiary's: pay in person instead")]
    Recognised,
    /// The officer's reason is empty or too long.
    #[error("the reason must have 1 to {LONGEST_REASON} characters")]
    Reason,
    /// No capture was given up that could be the reason.
    #[error("no capture of a face was given up before: say why nobody was served")]
    NotGivenUp,
    /// A first photo of somebody whose face the roster has.
    #[error("the roster has a photo of this beneficiary already")]
    AlreadyEnrolled,
    /// The number on the document isn't the roster's: another person's document, or misread.
    #[error("the number on the document is not the roster's: read it again, or tell the office")]
    OtherNik,
    /// A consent text that the programme doesn't have, or no longer has.
    #[error("this is not the programme's consent text: read out the one that the handset shows, and ask again")]
    UnknownConsentText,
    /// This face was paid under another number of the same round, on this handset.
    #[error("this face was paid under another number in this round: write down an exception, and a supervisor looks")]
    FacePaid,
    /// The statement letter has paid before.
    #[error("this statement letter was used before: a new letter is needed")]
    LetterUsed,
    /// Another officer began the visit.
    #[error("another officer began this visit: begin it anew")]
    OtherOfficer,
    /// The handset was locked since the visit began.
    #[error("the handset was locked since this visit began: resume it")]
    SessionOver,
    /// The visit began too long ago.
    #[error("this visit began more than half an hour ago: begin it anew")]
    TooOld,
    /// The roster says another amount by now.
    #[error("the amount is {now} by now, and was {told} when the visit began: begin it anew")]
    OtherAmount {
        /// What the officer was told.
        told: Rupiah,
        /// What is to be paid now.
        now: Rupiah,
    },
    /// The visit has been written down; nothing can be added to it.
    #[error("this visit is written down already")]
    AlreadyWritten,
    /// The handset can't tell whom a record that waits has paid.
    #[error("the handset can't tell whom it has paid: sync before anybody else is paid")]
    SyncFirst,
    /// This step is not part of this sort of visit.
    #[error("a visit of this sort has no such step")]
    NotThisSort,
}

/// What a visit may still need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// The person's consent.
    Consent,
    /// The beneficiary's face, recognised.
    Face,
    /// The proxy's photo.
    ProxyPhoto,
    /// The statement letter's photo.
    StatementPhoto,
    /// The proxy's name, NIK, relation and reason.
    ProxyDetails,
    /// The beneficiary's photo, whether or not a face can be told in it.
    Photo,
    /// Why the face can't be matched or the proxy can't be cleared, in the officer's words.
    Reason,
    /// The identity document's photo, or why there is none.
    DocumentPhoto,
    /// The number that the officer reads from the document, or why there is none.
    DocumentNik,
}

impl Requirement {
    /// The name it has in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Face => "face",
            Self::ProxyPhoto => "proxy_photo",
            Self::StatementPhoto => "statement_photo",
            Self::ProxyDetails => "proxy_details",
            Self::Photo => "photo",
            Self::Reason => "reason",
            Self::DocumentPhoto => "document_photo",
            Self::DocumentNik => "document_nik",
        }
    }
}

fn names(requirements: &[Requirement]) -> String {
    requirements.iter().map(|requirement| requirement.as_str()).collect::<Vec<_>>().join(", ")
}
