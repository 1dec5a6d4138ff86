//! What can go wrong, by domain. A case carries what an app needs to act on it, and no personal data.

use jiff::Timestamp;
use saksi_face::{Covered, Decision, DocumentProblem, PageProblem, QualityProblem};
use saksi_field::CodeError;
use saksi_field::visit::Requirement;
use saksi_records::wire::{HandsetState, ProblemCode};
use saksi_records::{RecordId, RoundId, Rupiah};
use strum::IntoStaticStr;

/// What keeps an officer from getting in.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum PinFault {
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
}

/// What the handset as a whole isn't ready for.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum HandsetFault {
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
    /// Another process, or another object of this one, has the handset open.
    #[error("the handset is in use by another process")]
    InUse,
    /// Something else uses the handset; a keystore or clock that calls back, say. Try again.
    #[error("the handset is busy")]
    Busy,
    /// The officer's own face was taken before, and can be again after a new admission.
    #[error("this officer's own face was taken before")]
    OwnFaceKnown,
}

/// What is wrong with what the handset keeps, or with the room for it.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum StorageFault {
    /// Free some room, then begin the visit. What is sealed is safe.
    #[error("too little room on the disk for a visit: {free_bytes} bytes left, {needed_bytes} needed")]
    LowSpace {
        /// Bytes left.
        free_bytes: u64,
        /// How many are needed.
        needed_bytes: u64,
    },
    /// The disk is full, or fails.
    #[error("the disk refused: {reason}")]
    DiskFailed {
        /// What it said.
        reason: String,
    },
    /// What is on disk isn't what was written.
    #[error("the handset's data is damaged: {reason}")]
    Damaged {
        /// What, and how.
        reason: String,
    },
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
    /// There is no such record in quarantine.
    #[error("record {record} is not in quarantine")]
    NotInQuarantine {
        /// Which.
        record: RecordId,
    },
}

/// What the roster doesn't have, or can't take.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum RosterFault {
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
    /// The roster has no face of this beneficiary.
    #[error("the roster has no face to compare with")]
    NoEnrolledFace,
    /// The roster has no faces at all.
    #[error("the roster has no faces to search")]
    NobodyToSearch,
}

/// What is wrong with a picture, or with the frames of a capture.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum CaptureFault {
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
    /// A frame whose time isn't later than that of the one before. The capture is as it was.
    #[error("a frame isn't later than the one before it")]
    FrameOrder,
    /// A frame of another size or turn than the first. The capture is as it was.
    #[error("the frames have another size or turn than at first")]
    FrameChanged,
    /// The capture isn't over, or was finished before.
    #[error("the capture isn't over, or was finished before")]
    CaptureUnfinished,
}

/// Why a visit takes no such step, or may not be written down.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum VisitFault {
    /// Consent comes before the photo.
    #[error("consent comes before the photo")]
    ConsentFirst,
    /// Read out the text that `Policy` has, and ask again.
    #[error("this is not the programme's consent text")]
    UnknownConsentText,
    /// The record requires more.
    #[error("not complete: {missing:?}")]
    Incomplete {
        /// What is missing.
        missing: Vec<Requirement>,
    },
    /// A visit in person has no proxy, and the other way round.
    #[error("a visit of this sort has no such step")]
    NotThisSort,
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
    /// An exception for a face that is recognised.
    #[error("the face is surely this beneficiary's: pay in person instead")]
    Recognised,
    /// A single picture isn't enough in this programme: take the face with a `FaceCapture`.
    #[error("a single picture doesn't show that somebody is there")]
    NotShownAlive,
    /// Not surely somebody alive: write it down as an exception, and a supervisor looks.
    #[error("the person wasn't shown to be alive")]
    LivenessUnsure,
    /// Signs of a picture, or of a second face: nothing may be paid. An exception writes it down.
    #[error("what was before the camera looks like a picture, or like two people")]
    LivenessRefused,
    /// `CaptureGivenUp` is a reason only after a capture that came to nothing.
    #[error("no capture of a face was given up before")]
    NotGivenUp,
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
    /// Write down an exception: a supervisor looks.
    #[error("this face was paid under another number in this round")]
    FacePaid,
    /// The roster says another amount by now: begin the visit anew.
    #[error("the amount is {now} by now, and was {told} when the visit began")]
    OtherAmount {
        /// What the officer was told, in rupiah.
        told: Rupiah,
        /// What is to be paid now.
        now: Rupiah,
    },
    /// Pay in person instead.
    #[error("the proxy's face is the beneficiary's own")]
    ProxyIsBeneficiary,
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
    /// A new letter is needed.
    #[error("this statement letter was used before")]
    LetterUsed,
    /// Another officer has to do this.
    #[error("the face is the officer's own")]
    IsOfficer,
    /// A first photo of somebody whose face the roster has.
    #[error("the roster has a photo of this beneficiary already")]
    AlreadyEnrolled,
    /// Read it again; a document of somebody else proves nothing.
    #[error("the number on the document is not the roster's")]
    OtherNik,
    /// Empty or too long.
    #[error("the reason must have 1 to {longest} characters")]
    BadReason {
        /// The most characters.
        longest: u32,
    },
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
    /// The disk failed in the very moment at which the record counts, and the handset locked itself: unlock, and ask
    /// `Handset.written` before anything is paid out.
    #[error("it isn't known whether record {record} was written")]
    OutcomeUnknown {
        /// The record that may have been written.
        record: RecordId,
    },
}

/// Why cash isn't written down.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum CashFault {
    /// Nothing, or more than there is.
    #[error("the amount must be more than nothing")]
    CashAmount,
    /// Give back what is left, or say why.
    #[error("the account doesn't balance: {difference} rupiah are left over")]
    CashDiffers {
        /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
        difference: i64,
    },
    /// Empty or too long.
    #[error("the reason must have 1 to {longest} characters")]
    BadReason {
        /// The most characters.
        longest: u32,
    },
}

/// What stood between the handset and its server.
#[derive(Debug, thiserror::Error, IntoStaticStr, uniffi::Enum)]
#[strum(serialize_all = "snake_case")]
pub enum NetworkFault {
    /// No connection, or it broke. Nothing is lost; try again later.
    #[error("no connection to the server: {reason}")]
    Offline {
        /// What broke.
        reason: String,
    },
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
    /// Whoever asked for it ended it. What was done before stands.
    #[error("cancelled")]
    Cancelled,
}
