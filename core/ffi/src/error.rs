//! The one error of the apps, and the one place where the errors of the crates below become it.

use jiff::Timestamp;
use saksi_face::{Covered, Decision, DocumentProblem, FaceError, ModelError, PageProblem, QualityProblem};
use saksi_field::capture::CaptureError;
use saksi_field::keys::pin::{self, PinError};
use saksi_field::visit::{LONGEST_NAME, LONGEST_REASON, Requirement};
use saksi_field::{
    CashError, CodeError, FieldError, NetworkError, OutboxError, ROOM_FOR_A_VISIT, RosterError, StoreError, VaultError,
    VisitError,
};
use saksi_records::wire::{HandsetState, ProblemCode};
use saksi_records::{RecordId, RoundId, Rupiah};

/// Whatever can go wrong. `code` names the case for programs and stays as it is; `text` says it to a developer; what an
/// app needs to say it to an officer is in the case. None of it is personal data.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum SaksiError {
    /// The PIN opens it.
    #[error("the handset is locked: unlock it with the PIN")]
    Locked,
    /// The programme locked the handset or had it erased: ask the supervisor.
    #[error("the programme has set this handset to {state:?}")]
    Forbidden {
        /// What the handset may still do.
        state: HandsetState,
    },
    /// Scan the supervisor's code first.
    #[error("this handset is not provisioned")]
    NotProvisioned,
    /// It needs no ticket.
    #[error("this handset is provisioned already")]
    AlreadyProvisioned,
    /// Free some room, then begin the visit. What is sealed is safe.
    #[error("too little room on the disk for a visit: {free_bytes} bytes left, {needed_bytes} needed")]
    LowSpace {
        /// Bytes left.
        free_bytes: u64,
        /// How many are needed.
        needed_bytes: u64,
    },
    /// Not the PIN.
    #[error("wrong PIN")]
    WrongPin,
    /// Too many wrong PINs: the next may be tried later.
    #[error("too many wrong PINs: wait {seconds} seconds")]
    PinWait {
        /// In how many seconds.
        seconds: u64,
    },
    /// A new PIN has to be longer.
    #[error("a PIN has at least {shortest} characters")]
    PinTooShort {
        /// The fewest characters.
        shortest: u32,
    },
    /// A new PIN mustn't be one of the first that a thief tries.
    #[error("this PIN is too easy to guess")]
    PinTooEasy,
    /// Too many wrong PINs: a supervisor's code lets this officer in again.
    #[error("too many wrong PINs: this officer is locked out")]
    LockedOut,
    /// The supervisor's code isn't taken; the case says why.
    #[error("the code isn't taken: {problem}")]
    CodeRefused {
        /// Why not.
        problem: CodeError,
    },
    /// The officer's own face was taken before, and can be again after a new admission.
    #[error("this officer's own face was taken before")]
    OwnFaceKnown,
    /// The key slots were destroyed: provision anew. What is sealed can still be sent.
    #[error("the handset was erased")]
    Erased,
    /// The keystore's key is gone, or a file of secrets was altered.
    #[error("the keystore can't unwrap the handset's secrets")]
    KeyLost,
    /// The keystore didn't work this time.
    #[error("the keystore is not available: {reason}")]
    KeystoreFailed {
        /// What the app's keystore threw.
        reason: String,
    },
    /// Another process, or another object of this one, has the handset open.
    #[error("the handset is in use by another process")]
    InUse,
    /// What is on disk isn't what was written.
    #[error("the handset's data is damaged: {reason}")]
    Damaged {
        /// What, and how.
        reason: String,
    },
    /// The disk is full, or fails.
    #[error("the disk refused: {reason}")]
    DiskFailed {
        /// What it said.
        reason: String,
    },
    /// The number is on no roster here.
    #[error("no such beneficiary on this handset's roster")]
    UnknownBeneficiary,
    /// Sync to fetch it.
    #[error("round {round} is not on this handset")]
    UnknownRound {
        /// Which.
        round: RoundId,
    },
    /// Nothing is to be paid to this beneficiary.
    #[error("no entitlement in round {round}")]
    NotEntitled {
        /// In which round.
        round: RoundId,
    },
    /// Nothing of the file, or of the part that the server sent, was taken.
    #[error("the roster can't be taken: {reason}")]
    BadRoster {
        /// The row, and what is wrong with it; or what is wrong with a portrait.
        reason: String,
    },
    /// Not a JPEG or PNG, cut off, damaged, or too large.
    #[error("the picture can't be used: {reason}")]
    BadPicture {
        /// Which of them.
        reason: String,
    },
    /// Nobody to be seen.
    #[error("no face found")]
    NoFace,
    /// Only one person may be in the picture.
    #[error("{count} large faces found")]
    SeveralFaces {
        /// How many.
        count: u32,
    },
    /// Come closer.
    #[error("the face is too small: {inter_eye:.0} pixels between the eyes, at least {minimum:.0} are needed")]
    FaceTooSmall {
        /// Pixels between the eyes.
        inter_eye: f32,
        /// How many are needed.
        minimum: f32,
    },
    /// The head is tilted too far for a first photo or a proxy's.
    #[error("the head is tilted by {degrees:.0} degrees: hold it upright")]
    FaceNotUpright {
        /// Positive clockwise.
        degrees: f32,
    },
    /// Something covers the face of a proxy, or of a first photo: it has to come off.
    #[error("the face is covered: take off what covers it")]
    FaceCovered {
        /// Which features can't be seen.
        covered: Covered,
    },
    /// The statement can't be read, or isn't one; the case says what to mend.
    #[error("the statement photo can't be used")]
    PageRefused {
        /// What to mend.
        problem: PageProblem,
    },
    /// The document can't be read; the case says what to mend.
    #[error("the document photo can't be used")]
    DocumentRefused {
        /// What to mend.
        problem: DocumentProblem,
    },
    /// The roster has no face of this beneficiary.
    #[error("the roster has no face to compare with")]
    NoEnrolledFace,
    /// The roster has no faces at all.
    #[error("the roster has no faces to search")]
    NobodyToSearch,
    /// Consent comes before the photo.
    #[error("consent comes before the photo")]
    ConsentFirst,
    /// The record requires more.
    #[error("not complete: {missing:?}")]
    Incomplete {
        /// What is missing.
        missing: Vec<Requirement>,
    },
    /// The face isn't surely the beneficiary's.
    #[error("the face is not surely this beneficiary's ({similarity:.2}, {required:.2} is required)")]
    NotRecognised {
        /// Review or no match.
        decision: Decision,
        /// Cosine similarity.
        similarity: f32,
        /// What a match needs.
        required: f32,
        /// What kept the face from being seen well, if anything: mend it, and try again.
        problems: Vec<QualityProblem>,
    },
    /// A single picture isn't enough in this programme: take the face with a `FaceCapture`.
    #[error("a single picture doesn't show that somebody is there")]
    NotShownAlive,
    /// Not surely somebody alive: write it down as an exception, and a supervisor looks.
    #[error("the person wasn't shown to be alive")]
    LivenessUnsure,
    /// Signs of a picture, or of a second face: nothing may be paid. An exception writes it down.
    #[error("what was before the camera looks like a picture, or like two people")]
    LivenessRefused,
    /// A frame whose time isn't later than that of the one before. The capture is as it was.
    #[error("a frame isn't later than the one before it")]
    FrameOrder,
    /// A frame of another size or turn than the first. The capture is as it was.
    #[error("the frames have another size or turn than at first")]
    FrameChanged,
    /// The capture isn't over, or was finished before.
    #[error("the capture isn't over, or was finished before")]
    CaptureUnfinished,
    /// The face is of another person than the visit is for.
    #[error("this visit is for another beneficiary")]
    OtherBeneficiary,
    /// Nothing more may be paid in this round.
    #[error("already paid in round {round}")]
    AlreadyPaid {
        /// In which round.
        round: RoundId,
        /// By which record.
        record: RecordId,
        /// When.
        at: Timestamp,
    },
    /// Pay in person instead.
    #[error("the proxy's face is the beneficiary's own")]
    ProxyIsBeneficiary,
    /// Another officer has to do this.
    #[error("the face is the officer's own")]
    IsOfficer,
    /// The proxy has a number of their own.
    #[error("the proxy's NIK is the beneficiary's own")]
    ProxyNikIsBeneficiary,
    /// Empty or too long.
    #[error("the proxy's name must have 1 to {longest} characters")]
    ProxyName {
        /// The most characters.
        longest: u32,
    },
    /// The proxy has collected for as many as the programme allows: ask the supervisor.
    #[error("this proxy has already collected for {earlier} beneficiaries in this round, and {limit} are allowed")]
    ProxyLimit {
        /// For how many others.
        earlier: u32,
        /// How many are allowed.
        limit: u32,
    },
    /// An exception for a face that is recognised.
    #[error("the face is surely this beneficiary's: pay in person instead")]
    Recognised,
    /// Empty or too long.
    #[error("the reason must have 1 to {longest} characters")]
    BadReason {
        /// The most characters.
        longest: u32,
    },
    /// `CaptureGivenUp` is a reason only after a capture that came to nothing.
    #[error("no capture of a face was given up before")]
    NotGivenUp,
    /// A first photo of somebody whose face the roster has.
    #[error("the roster has a photo of this beneficiary already")]
    AlreadyEnrolled,
    /// Read it again; a document of somebody else proves nothing.
    #[error("the number on the document is not the roster's")]
    OtherNik,
    /// Nothing, or more than there is.
    #[error("the amount must be more than nothing")]
    CashAmount,
    /// Give back what is left, or say why.
    #[error("the account doesn't balance: {difference} rupiah are left over")]
    CashDiffers {
        /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
        difference: i64,
    },
    /// Read out the text that `Policy` has, and ask again.
    #[error("this is not the programme's consent text")]
    UnknownConsentText,
    /// Write down an exception: a supervisor looks.
    #[error("this face was paid under another number in this round")]
    FacePaid,
    /// A new letter is needed.
    #[error("this statement letter was used before")]
    LetterUsed,
    /// Begin the visit anew.
    #[error("another officer began this visit")]
    OtherOfficer,
    /// Unlock, and resume the visit.
    #[error("the handset was locked since this visit began")]
    SessionOver,
    /// Begin the visit anew.
    #[error("this visit began more than half an hour ago")]
    TooOld,
    /// `Visit.commit` gives its receipt again.
    #[error("this visit is written down already")]
    AlreadyWritten,
    /// Sync before anybody else is paid.
    #[error("the handset can't tell whom it has paid")]
    SyncFirst,
    /// Something else uses the handset; a keystore or clock that calls back, say. Try again.
    #[error("the handset is busy")]
    Busy,
    /// The roster says another amount by now: begin the visit anew.
    #[error("the amount is {now} by now, and was {told} when the visit began")]
    OtherAmount {
        /// What the officer was told, in rupiah.
        told: Rupiah,
        /// What is to be paid now.
        now: Rupiah,
    },
    /// The disk failed in the very moment at which the record counts, and the handset locked itself: unlock, and ask
    /// `Handset.written` before anything is paid out.
    #[error("it isn't known whether record {record} was written")]
    OutcomeUnknown {
        /// The record that may have been written.
        record: RecordId,
    },
    /// A visit in person has no proxy, and the other way round.
    #[error("a visit of this sort has no such step")]
    NotThisSort,
    /// No connection, or it broke. Nothing is lost; try again later.
    #[error("no connection to the server: {reason}")]
    Offline {
        /// What broke.
        reason: String,
    },
    /// There is no such record in quarantine.
    #[error("record {record} is not in quarantine")]
    NotInQuarantine {
        /// Which.
        record: RecordId,
    },
    /// Whoever asked for it ended it. What was done before stands.
    #[error("cancelled")]
    Cancelled,
    /// A captive portal, or somebody in between. Nothing was sent to it.
    #[error("what answers is not the programme's server: {reason}")]
    NotOurServer {
        /// How that shows.
        reason: String,
    },
    /// The server said no.
    #[error("the server says: {reason} ({status})")]
    Refused {
        /// Why, for programs.
        problem: ProblemCode,
        /// Why, for people.
        reason: String,
        /// The HTTP status.
        status: u16,
    },
    /// The ticket holds an address or certificate that can't be used.
    #[error("the ticket can't be used: {reason}")]
    BadTicket {
        /// Why.
        reason: String,
    },
    /// A model file is missing or isn't the one meant.
    #[error("the face models can't be used: {reason}")]
    BadModels {
        /// Which file, and what is wrong with it.
        reason: String,
    },
    /// A text isn't the id, number or ticket that it was meant to be. It isn't repeated.
    #[error("invalid input: {reason}")]
    InvalidInput {
        /// What it should have been.
        reason: String,
    },
    /// A fault of this library.
    #[error("internal fault: {reason}")]
    Internal {
        /// For whoever repairs it.
        reason: String,
    },
}

#[uniffi::export]
impl SaksiError {
    /// The case, for programs: it stays as it is.
    pub fn code(&self) -> String {
        self.as_code().to_owned()
    }

    /// What went wrong, in English, for a developer.
    pub fn text(&self) -> String {
        self.to_string()
    }
}

impl SaksiError {
    #[expect(clippy::needless_pass_by_value, reason = "it is what map_err calls")]
    pub(crate) fn invalid(rule: impl ToString) -> Self {
        Self::InvalidInput { reason: rule.to_string() }
    }

    pub(crate) fn internal(fault: &impl ToString) -> Self {
        Self::Internal { reason: fault.to_string() }
    }

    fn as_code(&self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Forbidden { .. } => "forbidden",
            Self::NotProvisioned => "not_provisioned",
            Self::AlreadyProvisioned => "already_provisioned",
            Self::LowSpace { .. } => "low_space",
            Self::WrongPin => "wrong_pin",
            Self::PinWait { .. } => "pin_wait",
            Self::PinTooShort { .. } => "pin_too_short",
            Self::PinTooEasy => "pin_too_easy",
            Self::LockedOut => "locked_out",
            Self::CodeRefused { .. } => "code_refused",
            Self::OwnFaceKnown => "own_face_known",
            Self::Erased => "erased",
            Self::KeyLost => "key_lost",
            Self::KeystoreFailed { .. } => "keystore_failed",
            Self::InUse => "in_use",
            Self::Damaged { .. } => "damaged",
            Self::DiskFailed { .. } => "disk_failed",
            Self::UnknownBeneficiary => "unknown_beneficiary",
            Self::UnknownRound { .. } => "unknown_round",
            Self::NotEntitled { .. } => "not_entitled",
            Self::BadRoster { .. } => "bad_roster",
            Self::BadPicture { .. } => "bad_picture",
            Self::NoFace => "no_face",
            Self::SeveralFaces { .. } => "several_faces",
            Self::FaceTooSmall { .. } => "face_too_small",
            Self::FaceNotUpright { .. } => "face_not_upright",
            Self::FaceCovered { .. } => "face_covered",
            Self::PageRefused { .. } => "page_refused",
            Self::DocumentRefused { .. } => "document_refused",
            Self::NoEnrolledFace => "no_enrolled_face",
            Self::NobodyToSearch => "nobody_to_search",
            Self::ConsentFirst => "consent_first",
            Self::Incomplete { .. } => "incomplete",
            Self::NotRecognised { .. } => "not_recognised",
            Self::NotShownAlive => "not_shown_alive",
            Self::LivenessUnsure => "liveness_unsure",
            Self::LivenessRefused => "liveness_refused",
            Self::FrameOrder => "frame_order",
            Self::FrameChanged => "frame_changed",
            Self::CaptureUnfinished => "capture_unfinished",
            Self::OtherBeneficiary => "other_beneficiary",
            Self::AlreadyPaid { .. } => "already_paid",
            Self::ProxyIsBeneficiary => "proxy_is_beneficiary",
            Self::IsOfficer => "is_officer",
            Self::ProxyNikIsBeneficiary => "proxy_nik_is_beneficiary",
            Self::ProxyName { .. } => "proxy_name",
            Self::ProxyLimit { .. } => "proxy_limit",
            Self::Recognised => "recognised",
            Self::BadReason { .. } => "bad_reason",
            Self::NotGivenUp => "not_given_up",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::OtherNik => "other_nik",
            Self::CashAmount => "cash_amount",
            Self::CashDiffers { .. } => "cash_differs",
            Self::UnknownConsentText => "unknown_consent_text",
            Self::FacePaid => "face_paid",
            Self::LetterUsed => "letter_used",
            Self::OtherOfficer => "other_officer",
            Self::SessionOver => "session_over",
            Self::TooOld => "too_old",
            Self::AlreadyWritten => "already_written",
            Self::SyncFirst => "sync_first",
            Self::Busy => "busy",
            Self::OtherAmount { .. } => "other_amount",
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::NotThisSort => "not_this_sort",
            Self::Offline { .. } => "offline",
            Self::NotInQuarantine { .. } => "not_in_quarantine",
            Self::Cancelled => "cancelled",
            Self::NotOurServer { .. } => "not_our_server",
            Self::Refused { .. } => "refused",
            Self::BadTicket { .. } => "bad_ticket",
            Self::BadModels { .. } => "bad_models",
            Self::InvalidInput { .. } => "invalid_input",
            Self::Internal { .. } => "internal",
        }
    }
}

impl From<FieldError> for SaksiError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::Locked => Self::Locked,
            FieldError::Forbidden(state) => Self::Forbidden { state },
            FieldError::NotProvisioned => Self::NotProvisioned,
            FieldError::AlreadyProvisioned => Self::AlreadyProvisioned,
            FieldError::FolderInUse => Self::InUse,
            FieldError::NotInQuarantine(record) => Self::NotInQuarantine { record },
            FieldError::LowSpace { free } => Self::LowSpace { free_bytes: free, needed_bytes: ROOM_FOR_A_VISIT },
            FieldError::OwnFaceKnown => Self::OwnFaceKnown,
            FieldError::Busy => Self::Busy,
            FieldError::OutcomeUnknown { record } => Self::OutcomeUnknown { record },
            FieldError::Vault(error) => error.into(),
            FieldError::Store(error) => error.into(),
            FieldError::Outbox(error) => error.into(),
            FieldError::Roster(error) => error.into(),
            FieldError::RosterFile(error) => Self::BadRoster { reason: error.to_string() },
            FieldError::Portrait(error) => Self::BadRoster { reason: error.to_string() },
            FieldError::Capture(error) => error.into(),
            FieldError::Visit(error) => error.into(),
            FieldError::Cash(error) => error.into(),
            FieldError::Seal(error) => Self::internal(&error),
            FieldError::Network(error) => error.into(),
        }
    }
}

impl From<VaultError> for SaksiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::CannotUnwrap => Self::KeyLost,
            VaultError::Unavailable(reason) => Self::KeystoreFailed { reason },
            VaultError::Pin(PinError::Wrong) => Self::WrongPin,
            VaultError::Pin(PinError::TooEasy) => Self::PinTooEasy,
            VaultError::Pin(PinError::TooShort) => Self::PinTooShort { shortest: pin::SHORTEST as u32 },
            VaultError::Pin(error @ PinError::Damaged) => Self::Damaged { reason: error.to_string() },
            VaultError::Wait { seconds } => Self::PinWait { seconds },
            VaultError::LockedOut => Self::LockedOut,
            VaultError::Code(problem) => Self::CodeRefused { problem },
            VaultError::Erased => Self::Erased,
            VaultError::Io(error) => Self::DiskFailed { reason: error.to_string() },
        }
    }
}

impl From<StoreError> for SaksiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse => Self::InUse,
            StoreError::Damaged(reason) => Self::Damaged { reason },
            StoreError::Io(reason) => Self::DiskFailed { reason },
        }
    }
}

impl From<OutboxError> for SaksiError {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Io(error) => Self::DiskFailed { reason: error.to_string() },
            OutboxError::Damaged { .. } => Self::Damaged { reason: error.to_string() },
        }
    }
}

impl From<RosterError> for SaksiError {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::UnknownBeneficiary => Self::UnknownBeneficiary,
            RosterError::UnknownRound(round) => Self::UnknownRound { round },
            RosterError::NotEntitled(round) => Self::NotEntitled { round },
        }
    }
}

impl From<CaptureError> for SaksiError {
    fn from(error: CaptureError) -> Self {
        match error {
            CaptureError::Frame(error) => Self::BadPicture { reason: error.to_string() },
            CaptureError::Face(FaceError::NoFace) => Self::NoFace,
            CaptureError::Face(FaceError::SeveralFaces { others, .. }) => {
                Self::SeveralFaces { count: others.len() as u32 + 1 }
            }
            CaptureError::Face(FaceError::TooSmall { inter_eye, minimum }) => Self::FaceTooSmall { inter_eye, minimum },
            CaptureError::Face(FaceError::NotUpright { roll }) => Self::FaceNotUpright { degrees: roll },
            CaptureError::Face(FaceError::Failed(reason)) => Self::Internal { reason },
            CaptureError::Covered(covered) => Self::FaceCovered { covered },
            CaptureError::Page(problem) => Self::PageRefused { problem },
            CaptureError::Document(problem) => Self::DocumentRefused { problem },
            CaptureError::NoTemplate => Self::NoEnrolledFace,
            CaptureError::EmptyGallery => Self::NobodyToSearch,
            CaptureError::Template(error) => Self::internal(&error),
            CaptureError::Encode(error) => Self::internal(&error),
            CaptureError::FrameOrder => Self::FrameOrder,
            CaptureError::FrameChanged => Self::FrameChanged,
            CaptureError::Unfinished => Self::CaptureUnfinished,
            CaptureError::Stopped => Self::internal(&error),
        }
    }
}

impl From<VisitError> for SaksiError {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::ConsentFirst => Self::ConsentFirst,
            VisitError::Incomplete(missing) => Self::Incomplete { missing },
            VisitError::NotRecognised { decision, similarity, required, problems } => {
                Self::NotRecognised { decision, similarity, required, problems }
            }
            VisitError::NotShownAlive => Self::NotShownAlive,
            VisitError::LivenessUnsure => Self::LivenessUnsure,
            VisitError::LivenessRefused => Self::LivenessRefused,
            VisitError::OtherBeneficiary => Self::OtherBeneficiary,
            VisitError::AlreadyPaid(mark) => Self::AlreadyPaid { round: mark.round, record: mark.record, at: mark.at },
            VisitError::ProxyIsBeneficiary => Self::ProxyIsBeneficiary,
            VisitError::IsOfficer => Self::IsOfficer,
            VisitError::ProxyNikIsBeneficiary => Self::ProxyNikIsBeneficiary,
            VisitError::ProxyName => Self::ProxyName { longest: LONGEST_NAME as u32 },
            VisitError::ProxyLimit { earlier, limit } => Self::ProxyLimit { earlier, limit },
            VisitError::Recognised => Self::Recognised,
            VisitError::Reason => Self::BadReason { longest: LONGEST_REASON as u32 },
            VisitError::NotGivenUp => Self::NotGivenUp,
            VisitError::AlreadyEnrolled => Self::AlreadyEnrolled,
            VisitError::OtherNik => Self::OtherNik,
            VisitError::UnknownConsentText => Self::UnknownConsentText,
            VisitError::FacePaid => Self::FacePaid,
            VisitError::LetterUsed => Self::LetterUsed,
            VisitError::OtherOfficer => Self::OtherOfficer,
            VisitError::SessionOver => Self::SessionOver,
            VisitError::TooOld => Self::TooOld,
            VisitError::AlreadyWritten => Self::AlreadyWritten,
            VisitError::SyncFirst => Self::SyncFirst,
            VisitError::OtherAmount { told, now } => Self::OtherAmount { told, now },
            VisitError::NotThisSort => Self::NotThisSort,
        }
    }
}

impl From<CashError> for SaksiError {
    fn from(error: CashError) -> Self {
        match error {
            CashError::Amount => Self::CashAmount,
            CashError::Differs { difference } => Self::CashDiffers { difference },
            CashError::Reason => Self::BadReason { longest: LONGEST_REASON as u32 },
        }
    }
}

impl From<NetworkError> for SaksiError {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Offline(reason) => Self::Offline { reason },
            NetworkError::NotOurServer(reason) => Self::NotOurServer { reason },
            NetworkError::Refused(problem, status) => {
                Self::Refused { problem: problem.error, reason: problem.message, status }
            }
            NetworkError::Ticket(reason) => Self::BadTicket { reason },
            NetworkError::Blob(error) => Self::DiskFailed { reason: error.to_string() },
            NetworkError::Cancelled => Self::Cancelled,
        }
    }
}

impl From<ModelError> for SaksiError {
    fn from(error: ModelError) -> Self {
        Self::BadModels { reason: error.to_string() }
    }
}
