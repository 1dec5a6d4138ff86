//! What a supervisor decides about a record, once, and what follows: a face enters the roster, or an exception may be paid.

use jiff::Timestamp;
use saksi_records::record::Enrolment;
use saksi_records::{Envelope, Record, RecordId};
use sqlx::SqliteConnection;

use crate::db::reviews::{self, Decided, Review};
use crate::db::{self, evidence, roster, users};
use crate::error::ServerError;
use crate::faces;
use crate::programme::Programme;

/// The longest reason for a decision, in characters.
pub const LONGEST_REASON: usize = 500;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The face enters the roster; the exception may be paid.
    Approved,
    /// Neither does.
    Rejected,
}

/// Why a decision isn't taken. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// No such record waits for a decision.
    #[error("no such record waits for a decision")]
    Unknown,
    /// Somebody has decided.
    #[error("this record was decided on before")]
    Decided,
    /// A rejection without a reason, or a reason that is too long.
    #[error("a rejection needs a reason, and a reason has at most {LONGEST_REASON} characters")]
    Reason,
    /// The person doesn't want the face to be kept.
    #[error("consent was withdrawn since: this face can't enter the roster")]
    Withdrawn,
    /// An enrolment doesn't replace a face.
    #[error("the roster has a face of this beneficiary, which an enrolment doesn't replace")]
    FaceKnown,
    /// The number is on no roster here.
    #[error("this beneficiary is on no roster here")]
    NotListed,
    /// There is nothing more to pay.
    #[error("this beneficiary was paid in this round already")]
    Paid,
    /// What is sealed isn't the face that it says.
    #[error("the face in this record can't be read")]
    Unreadable,
}

impl Programme {
    /// Decides about an enrolment or an unpaid exception, once. A rejection needs a reason. `by` is the user who decides.
    pub async fn decide(&self, record: RecordId, verdict: Verdict, reason: &str, by: &str) -> Result<(), ServerError> {
        let (reason, approved) = (reason.trim().to_owned(), verdict == Verdict::Approved);
        if reason.chars().count() > LONGEST_REASON || (reason.is_empty() && !approved) {
            return Err(ReviewError::Reason.into());
        }
        let mut conn = self.db().write().await?;
        let it = reviews::of_record(&mut conn, record).await?.ok_or(ReviewError::Unknown)?;
        if it.decision.is_some() {
            return Err(ReviewError::Decided.into());
        }
        match (approved, it.is_enrolment()) {
            (true, true) => self.adopt_face(&mut conn, &it).await?,
            (true, false) if it.paid => return Err(ReviewError::Paid.into()),
            _ => {}
        }
        let decided = Decided { approved, reason, user: by.to_owned(), at: Timestamp::now() };
        reviews::decide(&mut conn, record, &decided).await?;
        users::audit(&mut conn, by, if approved { "approve" } else { "reject" }, &record.to_string()).await?;
        conn.commit().await?;
        Ok(())
    }

    async fn adopt_face(&self, conn: &mut SqliteConnection, it: &Review) -> Result<(), ServerError> {
        let known = roster::person(conn, &it.beneficiary).await?.ok_or(ReviewError::NotListed)?;
        if known.template.is_some() {
            return Err(ReviewError::FaceKnown.into());
        }
        if reviews::withdrawn_since(conn, it.record).await? {
            return Err(ReviewError::Withdrawn.into());
        }
        let taken = self.enrolment(conn, it.record).await?.ok_or(ReviewError::Unreadable)?;
        roster::adopt_face(conn, &it.beneficiary, &taken.template, taken.portrait.as_ref(), it.record).await?;
        Ok(())
    }

    /// What an enrolment took down, if its face can be compared.
    async fn enrolment(&self, conn: &mut SqliteConnection, record: RecordId) -> db::Result<Option<Enrolment>> {
        let Some(bytes) = evidence::bytes(conn, record).await? else { return Ok(None) };
        let taken = || {
            let envelope = Envelope::parse(bytes).ok()?;
            let key = self.keys().programme.of(&envelope.header().programme_key).ok()?;
            let Record::Enrolment(it) = envelope.open(&key).ok()?.record else { return None };
            faces::is_readable(&it.template).then_some(it)
        };
        Ok(taken())
    }
}
