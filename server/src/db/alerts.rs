//! What looks wrong and wants a person's eye.

use jiff::Timestamp;
use saksi_records::clock::ClockDoubt;
use saksi_records::liveness::{LivenessReason, LivenessVerdict};
use saksi_records::{BeneficiaryId, HandsetId, RecordId, RoundId, Rupiah};
use serde::{Deserialize, Serialize};

use super::{Conn, Result, parse, sql, stamp};

/// What looks wrong. It names people by their programme number only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum Alert {
    /// Records are missing from a handset's chain: from the first to the last of each run.
    Gap {
        /// The runs.
        missing: Vec<(u64, u64)>,
    },
    /// A handset's record belongs to another past: a cloned handset, or a restored backup.
    Fork {
        /// Its place in the chain.
        seq: u64,
    },
    /// A record came again under the same id, with other bytes.
    Conflict,
    /// A record couldn't be accepted.
    Rejected {
        /// Why.
        reason: String,
    },
    /// Two records say that the same person was paid for the same round.
    PaidTwice {
        /// Who.
        beneficiary: BeneficiaryId,
        /// For which round.
        round: RoundId,
        /// The record that came first.
        first: RecordId,
        /// The other number, with the same NIK, under which it paid them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paid_as: Option<BeneficiaryId>,
    },
    /// One proxy has collected for more people than the programme lets pass.
    ProxyReuse {
        /// In which round.
        round: RoundId,
        /// For how many.
        beneficiaries: u64,
    },
    /// Proxies with one face have collected for more people than the programme lets pass.
    ProxyFace {
        /// In which round.
        round: RoundId,
        /// For how many.
        beneficiaries: u64,
    },
    /// An officer closed an account that doesn't balance.
    CashDiffers {
        /// Of which round.
        round: RoundId,
        /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
        difference: i64,
        /// What the officer says.
        reason: String,
    },
    /// Two beneficiaries have one face.
    SameFace {
        /// The one.
        one: BeneficiaryId,
        /// The other.
        other: BeneficiaryId,
    },
    /// Paid to somebody who has no entitlement in that round.
    NotEntitled {
        /// Who.
        beneficiary: BeneficiaryId,
        /// For which round.
        round: RoundId,
    },
    /// Paid more or less than the entitlement.
    AmountDiffers {
        /// What was due.
        due: Rupiah,
        /// What was paid.
        paid: Rupiah,
    },
    /// An exception was paid that neither the policy nor a supervisor let be paid.
    NotApproved,
    /// The handset's wall clock was off.
    WallClock {
        /// By how many seconds; negative: behind.
        seconds: i64,
    },
    /// Consent was asked for by a text that handsets were never told, or in a language that it isn't written in.
    UnknownConsent {
        /// Its version, as the record says.
        version: String,
        /// Its language, likewise.
        language: String,
    },
    /// What the handset's clocks show doesn't fit together: one of them was changed.
    ClockChanged {
        /// What doesn't.
        doubts: Vec<ClockDoubt>,
    },
    /// The handset's position was made up by another app.
    PlaceMocked,
    /// A face that wasn't shown to be somebody's who stands there.
    NotShownAlive {
        /// What the checks came to.
        verdict: LivenessVerdict,
        /// Why.
        reasons: Vec<LivenessReason>,
    },
    /// Many captures of a face led to no record before one did.
    ManyCaptures {
        /// How many.
        before: u32,
    },
}

/// An alert that was raised.
#[derive(Debug, Clone)]
pub struct Raised {
    /// Its number.
    pub id: i64,
    /// What looks wrong.
    pub alert: Alert,
    /// On which handset.
    pub handset: Option<HandsetId>,
    /// What people call that handset.
    pub handset_label: Option<String>,
    /// In which record.
    pub record: Option<RecordId>,
    /// When it was noticed.
    pub raised: Timestamp,
    /// When it went away again.
    pub closed: Option<Timestamp>,
}

/// Raises an alert. Raising the same again (`subject`) updates it, and opens it where it was closed.
pub(crate) async fn raise(
    conn: &mut Conn,
    subject: &str,
    alert: &Alert,
    handset: impl Into<Option<HandsetId>>,
    record: Option<RecordId>,
) -> Result<()> {
    let detail = serde_json::to_string(alert).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    sql::query(
        "INSERT INTO alerts (subject, detail, handset, record, raised) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (subject) DO UPDATE SET detail = excluded.detail, closed = NULL, \
         raised = CASE WHEN alerts.closed IS NULL THEN alerts.raised ELSE excluded.raised END",
    )
    .bind(subject)
    .bind(detail)
    .bind(handset.into().map(|id| id.to_string()))
    .bind(record.map(|id| id.to_string()))
    .bind(stamp(Timestamp::now()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes an alert that is no longer true.
pub(crate) async fn close(conn: &mut Conn, subject: &str) -> Result<()> {
    sql::query("UPDATE alerts SET closed = $1 WHERE subject = $2 AND closed IS NULL")
        .bind(stamp(Timestamp::now()))
        .bind(subject)
        .execute(conn)
        .await?;
    Ok(())
}

/// The latest alerts, open ones first.
pub(crate) async fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<Raised>> {
    let rows: Vec<Row> = sql::query_as(
        "SELECT a.id, a.detail, a.handset, h.label, a.record, a.raised, a.closed \
         FROM alerts a LEFT JOIN handsets h ON h.id = a.handset \
         ORDER BY a.closed IS NOT NULL, a.raised DESC, a.id DESC LIMIT $1",
    )
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(raised).collect()
}

/// The alerts about one record.
pub(crate) async fn of_record(conn: &mut Conn, record: RecordId) -> Result<Vec<Raised>> {
    let rows: Vec<Row> = sql::query_as(
        "SELECT a.id, a.detail, a.handset, h.label, a.record, a.raised, a.closed \
         FROM alerts a LEFT JOIN handsets h ON h.id = a.handset WHERE a.record = $1 ORDER BY a.id",
    )
    .bind(record.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(raised).collect()
}

/// How many are open.
pub(crate) async fn open_count(conn: &mut Conn) -> Result<u64> {
    let count: i64 = sql::query_scalar("SELECT COUNT(*) FROM alerts WHERE closed IS NULL").fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

type Row = (i64, String, Option<String>, Option<String>, Option<String>, String, Option<String>);

fn raised((id, detail, handset, handset_label, record, raised, closed): Row) -> Result<Raised> {
    Ok(Raised {
        id,
        alert: serde_json::from_str(&detail).map_err(|e| sqlx::Error::Decode(Box::new(e)))?,
        handset: handset.map(|id| parse(&id)).transpose()?,
        handset_label,
        record: record.map(|id| parse(&id)).transpose()?,
        raised: parse(&raised)?,
        closed: closed.map(|at| parse(&at)).transpose()?,
    })
}
