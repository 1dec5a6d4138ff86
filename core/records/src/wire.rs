//! The messages between handset and server. `docs/protocol.md` tells when each is sent.
//!
//! What the server says is signed, names the handset it is for, and repeats the [`Nonce`] of the request it answers.

use std::fmt;

use jiff::Timestamp;
use saksi_liveness::LivenessPolicy;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::id::{BeneficiaryId, CodeId, Digest, HandsetId, OfficerId, RecordId, RecoveryId, RoundId, base64_bytes};
use crate::keys::{ProgrammePublicKey, VerifyingKey};
use crate::nik::Nik;
use crate::nonce::Nonce;
use crate::number::whole;
use crate::recovery::Deposit;
use crate::roster::{Beneficiary, Entitlement, Round};

/// The most bytes of any answer's body. A handset reads no further.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// A handset asks to be registered: a JWS of its own new key ([`crate::jws::typ::REGISTRATION`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The token of the ticket.
    pub token: String,
    /// The answer's status repeats it.
    pub nonce: Nonce,
    /// The public half of the key that signs this and every envelope.
    pub signing_key: VerifyingKey,
    /// The public half of the key that signs request tokens. A locked handset, which can't reach its signing key, can
    /// still send what is sealed.
    pub transport_key: VerifyingKey,
    /// What people call the handset, such as `Handset 12`.
    pub label: String,
    /// The officer whose PIN was set. Others are admitted later, by a code.
    pub officer: OfficerId,
    /// The handset's recovery secret, for the programme's office.
    pub recovery: Deposit,
}

/// The server's answer: a JWS of its key ([`crate::jws::typ::STATUS`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The id the handset has from now on.
    pub handset: HandsetId,
    /// The rest is as in any status.
    pub status: HandsetStatus,
}

/// Authorises one request, for at most [`TokenClaims::LIFETIME_S`]: a JWS of the handset's transport
/// key ([`crate::jws::typ::TOKEN`]), sent as `Authorization: Bearer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenClaims {
    /// The handset.
    pub iss: HandsetId,
    /// Always [`TokenClaims::AUDIENCE`].
    pub aud: String,
    /// When it was made, in seconds since 1970, by the handset's best knowledge of the server's clock.
    pub iat: i64,
    /// When it ends, likewise.
    pub exp: i64,
    /// New for each request. The answer repeats it, so that an earlier answer can't pass for this one.
    pub jti: Nonce,
}

impl TokenClaims {
    /// Whom a token is for.
    pub const AUDIENCE: &str = "saksi-server";
    /// The longest a token may live, in seconds.
    pub const LIFETIME_S: i64 = 300;
    /// How far the two clocks may be apart, in seconds.
    pub const LEEWAY_S: i64 = 60;

    /// A token for now.
    pub fn new(handset: HandsetId, now: Timestamp, jti: Nonce) -> Self {
        let iat = now.as_second();
        Self { iss: handset, aud: Self::AUDIENCE.into(), iat, exp: iat + Self::LIFETIME_S, jti }
    }

    /// Whether it is for a Saksi server and lives at this time of the server's clock.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        let now = now.as_second();
        self.aud == Self::AUDIENCE
            && self.exp.saturating_sub(self.iat) <= Self::LIFETIME_S
            && self.iat.saturating_sub(Self::LEEWAY_S) <= now
            && now <= self.exp.saturating_add(Self::LEEWAY_S)
    }
}

/// What the server has to say to a handset: a JWS of its key ([`crate::jws::typ::STATUS`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandsetStatus {
    /// The handset this is for.
    pub handset: HandsetId,
    /// That of the request it answers. A status that was kept from before there were nonces has none.
    #[serde(default)]
    pub nonce: Nonce,
    /// What it may do.
    pub state: HandsetState,
    /// What the programme wants.
    pub policy: Policy,
    /// The key to which new records are sealed.
    pub programme_key: ProgrammePublicKey,
    /// The server's clock, which also numbers its word: a handset refuses a status that is earlier than the last it heard.
    pub time: Timestamp,
    /// Who works with this handset, as the office knows them. Whoever is no longer listed loses their key slot.
    #[serde(default)]
    pub officers: Vec<AssignedOfficer>,
    /// The latest recovery secret that the server has: older ones are done with.
    #[serde(default)]
    pub recovery: Option<RecoveryId>,
    /// Unlock codes ([`crate::jws::typ::CODE`]) that the office gives through the server. A handset never writes them down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

/// A handset has a new recovery secret, as a code was taken: the body of `PUT /v1/handset/recovery`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecovery {
    /// The secret, for the programme's office.
    pub deposit: Deposit,
    /// The codes that were ever taken: the server gives them no more.
    pub taken: Vec<CodeId>,
}

/// An officer who works with a handset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedOfficer {
    /// Who.
    pub id: OfficerId,
    /// What people call them; may be empty.
    pub name: String,
}

/// What a handset may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandsetState {
    /// Everything.
    Active,
    /// Only send what it has.
    Locked,
    /// Destroy its root key; still send what is sealed.
    Erase,
}

/// What the programme wants handsets to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The similarity from which a face is a match; `None`: the model's own.
    pub match_at: Option<f32>,
    /// The similarity from which a face is worth a second look; `None`: the model's own.
    pub review_at: Option<f32>,
    /// Whether an officer may pay somebody whose face can't be matched, with a photo and a reason. Otherwise nothing is
    /// paid before a supervisor has looked.
    #[serde(default)]
    pub exceptions_pay: bool,
    /// Whether a face has to be shown to be alive before it counts, and how.
    #[serde(default)]
    pub liveness: LivenessPolicy,
    /// After how many minutes without use a handset locks itself; 0: never.
    #[serde(default = "Policy::idle_lock_minutes")]
    pub idle_lock_minutes: u32,
    /// For how many beneficiaries of a round one proxy may collect; above it a handset refuses and the server alerts.
    #[serde(default = "Policy::usual_proxy_limit")]
    pub proxy_limit: u32,
    /// How long handsets keep what the server has.
    #[serde(default)]
    pub retention: Retention,
    /// Whether handsets have the beneficiaries' portraits and show them to the officer. The consent text must say so, as
    /// that of [`Policy::with_portraits`] does.
    #[serde(default)]
    pub portraits: bool,
    /// The version of the consent text to read out.
    pub consent_version: String,
    /// That text in Indonesian.
    pub consent_id: String,
    /// And in English.
    pub consent_en: String,
}

/// How long a handset keeps what it was given the server's receipt for. Photos go with the receipt in any case; what has none
/// stays for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// After so many days the officer's summary of a record is forgotten; 0: never. Below 45 a handset whose store is lost
    /// would forget used letters and proxies before their time.
    pub summaries_days: u32,
    /// After so many days sealed envelopes are removed, from the chain's beginning on; 0: never. Until then a server that
    /// was put back to a backup can be given them again.
    pub envelopes_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { summaries_days: 90, envelopes_days: 90 }
    }
}

// Thresholds come from a configuration, which has no NaN.
impl Eq for Policy {}

impl Policy {
    fn idle_lock_minutes() -> u32 {
        5
    }

    fn usual_proxy_limit() -> u32 {
        2
    }

    /// The languages of the consent text, as BCP 47.
    pub const CONSENT_LANGUAGES: [&str; 2] = ["id", "en"];

    /// Whether this is the consent text to read out, in a language that it is written in.
    pub fn has_consent_text(&self, version: &str, language: &str) -> bool {
        version == self.consent_version && Self::CONSENT_LANGUAGES.contains(&language)
    }

    /// The same with portraits on handsets, and with the consent text that says so.
    #[must_use]
    pub fn with_portraits(self) -> Self {
        Self {
            portraits: true,
            consent_version: "1-portraits".into(),
            consent_id: "Wajah Anda difoto hanya untuk memastikan bantuan sampai kepada orang yang berhak. Foto disegel dan \
                         hanya dapat dibuka oleh petugas program. Gambar kecil wajah Anda tampil di ponsel petugas yang \
                         mengantar bantuan. Anda boleh menolak; bantuan tetap dapat diterima dengan cara lain."
                .into(),
            consent_en: "Your face is photographed only to make sure that the aid reaches the right person. The photo is \
                         sealed, and only the programme's staff can open it. A small picture of your face is shown on \
                         the phones of the officers who bring the aid. You may refuse; the aid can still be received in \
                         another way."
                .into(),
            ..self
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            match_at: None,
            review_at: None,
            exceptions_pay: false,
            liveness: LivenessPolicy::default(),
            idle_lock_minutes: Self::idle_lock_minutes(),
            proxy_limit: Self::usual_proxy_limit(),
            retention: Retention::default(),
            portraits: false,
            consent_version: "1".into(),
            consent_id: "Wajah Anda difoto hanya untuk memastikan bantuan sampai kepada orang yang berhak. Foto disegel dan \
                         hanya dapat dibuka oleh petugas program. Anda boleh menolak; bantuan tetap dapat diterima dengan \
                         cara lain."
                .into(),
            consent_en: "Your face is photographed only to make sure that the aid reaches the right person. The photo is \
                         sealed, and only the programme's staff can open it. You may refuse; the aid can still be \
                         received in another way."
                .into(),
        }
    }
}

/// The answer to `GET /v1/roster?cursor=N`: a JWS of the server's key ([`crate::jws::typ::ROSTER`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPage {
    /// The handset this is for.
    pub handset: HandsetId,
    /// That of the request it answers.
    pub nonce: Nonce,
    /// The cursor that was asked for.
    #[serde(deserialize_with = "whole")]
    pub since: u64,
    /// What has changed since.
    pub delta: RosterDelta,
}

impl RosterPage {
    /// How many pages a handset takes in one sync at most, each of at most [`MAX_ANSWER`] bytes. The next sync goes on.
    pub const MOST_A_SYNC: usize = 512;
}

/// What has changed on a handset's roster since a cursor: applied whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RosterDelta {
    /// To be sent the next time.
    pub cursor: u64,
    /// There is more right away.
    pub more: bool,
    /// Rounds that are new or changed.
    pub rounds: Vec<Round>,
    /// Beneficiaries that are new or changed.
    pub beneficiaries: Vec<Beneficiary>,
    /// Entitlements that are new or changed.
    pub entitlements: Vec<Entitlement>,
    /// Beneficiaries that are no longer on this handset's routes.
    pub removed: Vec<BeneficiaryId>,
    /// Payments that the server has learnt of, from whichever handset.
    pub paid: Vec<PaidMark>,
    /// Exceptions that a supervisor approved.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Portraits of beneficiaries that are new or changed. Whoever is among these without a portrait here has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portraits: Vec<BeneficiaryPortrait>,
}

/// The portrait of a beneficiary who is in the same delta.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeneficiaryPortrait {
    /// Whose.
    pub beneficiary: BeneficiaryId,
    /// As it came: who takes it makes a [`Portrait`](crate::Portrait) of it.
    #[serde(with = "base64_bytes")]
    pub jpeg: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for BeneficiaryPortrait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BeneficiaryPortrait({}, {} bytes)", self.beneficiary, self.jpeg.len())
    }
}

/// A supervisor approved an exception that wasn't paid: whoever came may be paid by another one, as long as nothing
/// else pays this round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// The exception that was approved.
    pub record: RecordId,
    /// It was this proxy's, who may be paid by another one of that sort; otherwise the beneficiary may.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proxy: Option<Nik>,
}

/// Somebody has been paid for a round: they aren't paid again, nor is anybody with the same NIK.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidMark {
    /// Who. The server marks each number under which the person is on the handset's roster.
    pub beneficiary: BeneficiaryId,
    /// Their NIK, where it is known to whoever made the mark. It tells the same person under a later number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nik: Option<Nik>,
    /// For which round.
    pub round: RoundId,
    /// By which record.
    pub record: RecordId,
    /// When.
    pub at: Timestamp,
}

/// The server's word that it has an envelope and all of its blobs on disk: a JWS ([`crate::jws::typ::RECEIPT`]).
/// Only this lets a handset mark a record as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The record.
    pub record: RecordId,
    /// The SHA-256 of the envelope.
    pub envelope: Digest,
    /// The handset that wrote it.
    pub handset: HandsetId,
    /// Its place in that handset's chain.
    #[serde(deserialize_with = "whole")]
    pub seq: u64,
    /// When the server had all of it.
    pub received: Timestamp,
}

/// The answer to `POST /v1/envelopes`, to a registration, to `GET /v1/handset` and to `GET /v1/roster`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The JWS.
    pub signed: String,
}

/// What went wrong with a request: the body of every answer that isn't a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What, for programs.
    pub error: ProblemCode,
    /// What, for people. No personal data.
    pub message: String,
    /// The server's clock.
    pub time: Timestamp,
    /// With [`ProblemCode::BlobsMissing`]: which.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub blobs: Vec<Digest>,
    /// Of an envelope that is refused for good: the same as a JWS ([`crate::jws::typ::PROBLEM`]) of [`FinalProblem`].
    /// Only this lets a handset put the record into quarantine.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signed: Option<String>,
}

/// The server's word that it won't take an envelope, now or later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalProblem {
    /// The handset that sent it.
    pub handset: HandsetId,
    /// That of the request it answers.
    pub nonce: Nonce,
    /// The record, where the server could read which.
    pub record: Option<RecordId>,
    /// The SHA-256 of the bytes that were sent as an envelope.
    pub envelope: Digest,
    /// What, for programs.
    pub error: ProblemCode,
    /// What, for people. No personal data.
    pub message: String,
    /// The server's clock.
    pub time: Timestamp,
}

/// What went wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 401: no valid token of a known handset.
    Unauthorized,
    /// 401: the token's times don't fit the server's clock, which `time` tells.
    ClockSkew,
    /// 403: the ticket's token is unknown, used or out of date.
    TicketRefused,
    /// 422: blobs must come before the envelope that names them.
    BlobsMissing,
    /// 409: this record's id is known with other bytes. Both are kept for review.
    Conflict,
    /// 422: the envelope can't be accepted as it is, now or later.
    Rejected,
    /// 404: there is no such thing.
    NotFound,
    /// 413: larger than the server takes.
    TooLarge,
    /// 400, 405, 409, 415: the request isn't as the protocol says.
    BadRequest,
    /// 500: the server's own fault.
    Internal,
}

impl ProblemCode {
    /// Whether the same envelope would be refused again for ever. Where the server signs this ([`FinalProblem`]), the
    /// record goes to quarantine.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Conflict | Self::Rejected)
    }
}
