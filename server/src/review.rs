//! What a supervisor decides about a record, once, and what follows: a face enters the roster, or an exception may be paid.

use jiff::Timestamp;
use saksi_records::nik::Nik;
use saksi_records::{Envelope, Record, RecordId};

use crate::db::reviews::{self, Decided, Review};
use crate::db::{self, Conn, evidence, roster, users};
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
    /// Handsets forget who has left the roster, so none could pay by the approval.
    #[error("this beneficiary has left the latest roster: no handset could pay them")]
    Left,
    /// Handsets pay nobody who gets nothing.
    #[error("this beneficiary gets nothing in this round: no handset could pay them")]
    NotEntitled,
    /// There is nothing more to pay.
    #[error("this beneficiary was paid in this round already")]
    Paid,
    /// What is sealed isn't what it says.
    #[error("what this record holds can't be read")]
    Unreadable,
}

/// Why an approval of an exception could let no handset pay, if so.
pub(crate) fn why_not_payable(it: &Review) -> Option<ReviewError> {
    match it {
        Review { paid: true, .. } => Some(ReviewError::Paid),
        Review { name: None, .. } => Some(ReviewError::NotListed),
        Review { listed: false, .. } => Some(ReviewError::Left),
        Review { entitled: false, .. } => Some(ReviewError::NotEntitled),
        _ => None,
    }
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
        let proxy = match (approved, it.is_enrolment()) {
            (true, true) => {
                self.adopt_face(&mut conn, &it).await?;
                None
            }
            (true, false) => match why_not_payable(&it) {
                Some(why) => return Err(why.into()),
                None => self.proxy_to_pay(&mut conn, record).await?,
            },
            (false, _) => None,
        };
        let decided = Decided { approved, reason, user: by.to_owned(), at: Timestamp::now() };
        reviews::decide(&mut conn, record, &decided, proxy.as_ref()).await?;
        users::audit(&mut conn, by, if approved { "approve" } else { "reject" }, &record.to_string()).await?;
        conn.commit().await?;
        Ok(())
    }

    async fn adopt_face(&self, conn: &mut Conn, it: &Review) -> Result<(), ServerError> {
        let known = roster::person(conn, &it.beneficiary).await?.ok_or(ReviewError::NotListed)?;
        let taken = match self.opened(conn, it.record).await? {
            Some(Record::Enrolment(it)) if faces::is_readable(&it.template) => it,
            _ => return Err(ReviewError::Unreadable.into()),
        };
        // A handset can't compare a face of another model, so it takes a new one.
        if known.template.is_some_and(|known| known.model == taken.template.model) {
            return Err(ReviewError::FaceKnown.into());
        }
        if reviews::withdrawn_since(conn, it.record).await? {
            return Err(ReviewError::Withdrawn.into());
        }
        roster::adopt_face(conn, &it.beneficiary, &taken.template, taken.portrait.as_ref(), it.record).await?;
        Ok(())
    }

    /// The proxy of an exception, if it is a proxy's.
    async fn proxy_to_pay(&self, conn: &mut Conn, exception: RecordId) -> Result<Option<Nik>, ServerError> {
        match self.opened(conn, exception).await? {
            Some(Record::Exception(it)) => Ok(it.proxy.map(|proxy| proxy.nik)),
            _ => Err(ReviewError::Unreadable.into()),
        }
    }

    /// What is sealed in a record, if it can be opened.
    async fn opened(&self, conn: &mut Conn, record: RecordId) -> db::Result<Option<Record>> {
        let Some(bytes) = evidence::bytes(conn, record).await? else { return Ok(None) };
        let open = || {
            let envelope = Envelope::parse(bytes).ok()?;
            let key = self.keys().programme.of(&envelope.header().programme_key).ok()?;
            Some(envelope.open(&key).ok()?.record)
        };
        Ok(open())
    }
}
