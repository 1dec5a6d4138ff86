//! What a visit needs, and what is taken at it.

use jiff::Timestamp;
use saksi_field::visit::{ProxyDetails, Requirement};
use saksi_field::{Interrupted, VisitId, VisitSort};
use saksi_records::document::{Document, DocumentKind, NoDocument};
use saksi_records::record::{Consent, NotServedReason, ProxyReason, Refusal, Relation};
use saksi_records::{BeneficiaryId, Nik, Phone, RoundId};

/// What a visit may still need.
#[uniffi::remote(Enum)]
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
    /// Why the face can't be matched, in the officer's words.
    Reason,
    /// The identity document's photo, or why there is none.
    DocumentPhoto,
    /// The number that the officer reads from the document, or why there is none.
    DocumentNik,
}

/// What sort of document shows a number and a name.
#[uniffi::remote(Enum)]
pub enum DocumentKind {
    /// The identity card (KTP).
    Ktp,
    /// The family card (KK).
    FamilyCard,
    /// A letter of the village that says who somebody is.
    VillageLetter,
}

/// Why somebody shows no document.
#[uniffi::remote(Enum)]
pub enum NoDocument {
    /// Never had one.
    NeverIssued,
    /// Lost or destroyed.
    Lost,
    /// Applied for, and not there yet.
    InProcess,
    /// Somebody else keeps it, or it is elsewhere.
    Elsewhere,
}

/// What a proxy is to the beneficiary.
#[uniffi::remote(Enum)]
pub enum Relation {
    /// Husband or wife.
    Spouse,
    /// Son or daughter.
    Child,
    /// Father or mother.
    Parent,
    /// Brother or sister.
    Sibling,
    /// Another relative on the family card.
    Relative,
    /// A neighbour.
    Neighbour,
    /// The head of the neighbourhood or village.
    Official,
}

/// Why a beneficiary can't collect.
#[uniffi::remote(Enum)]
pub enum ProxyReason {
    /// Ill.
    Ill,
    /// Old and frail.
    Frail,
    /// Lives with a disability.
    Disability,
    /// Away for work or other reasons.
    Away,
}

/// Why nobody was paid.
#[uniffi::remote(Enum)]
pub enum NotServedReason {
    /// Nobody at home.
    Absent,
    /// Moved away.
    Moved,
    /// Deceased.
    Deceased,
    /// Refused the aid.
    Refused,
    /// The face couldn't be taken: only after a capture that came to nothing.
    CaptureGivenUp,
}

/// That the person agreed to have their face taken, and to which text.
#[uniffi::remote(Record)]
pub struct Consent {
    /// The version of the text that was read out: `Policy.consentVersion`.
    pub text_version: String,
    /// Its language: `id` or `en`.
    pub language: String,
}

/// A document that was shown, and the number the officer read from it.
#[uniffi::remote(Record)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The number on it.
    pub nik: Nik,
}

/// That the person didn't agree to have their face taken, and what showed instead who they are.
#[uniffi::remote(Record)]
pub struct Refusal {
    /// The version of the text that was read out: `Policy.consentVersion`.
    pub text_version: String,
    /// Its language: `id` or `en`.
    pub language: String,
    /// The document that the officer read the roster's number from.
    pub document: Document,
}

/// Who the proxy is, and why.
#[uniffi::remote(Record)]
pub struct ProxyDetails {
    /// The proxy's name.
    pub name: String,
    /// The proxy's national number.
    pub nik: Nik,
    /// Where the proxy can be called, if anywhere.
    pub phone: Option<Phone>,
    /// What the proxy is to the beneficiary.
    pub relation: Relation,
    /// Why the beneficiary can't collect.
    pub reason: ProxyReason,
}

/// A visit that was cut short.
#[uniffi::remote(Record)]
pub struct Interrupted {
    /// Which visit.
    pub visit: VisitId,
    /// To whom.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// What sort of visit.
    pub sort: VisitSort,
    /// When its first step was taken.
    pub begun: Timestamp,
}

/// What sort of visit it is.
#[uniffi::remote(Enum)]
pub enum VisitSort {
    /// The beneficiary stands there.
    InPerson,
    /// A proxy stands there.
    Proxy,
    /// The face can't be matched.
    Exception,
    /// A proxy stands there who can't be cleared.
    ProxyException,
    /// A face is taken down for the first time.
    Enrolment,
}
