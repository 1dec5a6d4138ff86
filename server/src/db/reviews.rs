//! The records that a supervisor decides about, and what was decided.

use jiff::Timestamp;
use saksi_records::nik::Nik;
use saksi_records::{BeneficiaryId, RecordId, RoundId};
use sqlx::FromRow;

use super::{Conn, Result, parse, sql, stamp, take_changes};

/// A record that a supervisor decides about.
#[derive(Debug)]
pub(crate) struct Review {
    pub record: RecordId,
    pub kind: String,
    pub beneficiary: BeneficiaryId,
    /// The beneficiary's name, where the number is known here.
    pub name: Option<String>,
    pub round: RoundId,
    pub officer: String,
    pub handset_label: String,
    pub at: Timestamp,
    /// Something has paid this person in this round.
    pub paid: bool,
    /// This person is on the latest roster.
    pub listed: bool,
    /// This person gets something in this round.
    pub entitled: bool,
    pub decision: Option<Decided>,
}

impl Review {
    /// Whether it's about a face; otherwise it's about a payment.
    pub fn is_enrolment(&self) -> bool {
        self.kind == "enrolment"
    }
}

/// What was decided.
#[derive(Debug)]
pub(crate) struct Decided {
    pub approved: bool,
    pub reason: String,
    pub user: String,
    pub at: Timestamp,
}

/// Those that wait, the oldest first.
pub(crate) async fn waiting(conn: &mut Conn, limit: i64) -> Result<Vec<Review>> {
    let rows: Vec<Row> = sql::query_as("SELECT * FROM reviews WHERE waits ORDER BY at, record LIMIT $1")
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Row::into_review).collect()
}

/// Those that were decided, the latest decision first.
pub(crate) async fn decided(conn: &mut Conn, limit: i64) -> Result<Vec<Review>> {
    let rows: Vec<Row> =
        sql::query_as("SELECT * FROM reviews WHERE decided IS NOT NULL ORDER BY decided DESC, record LIMIT $1")
            .bind(limit)
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(Row::into_review).collect()
}

/// How many wait.
pub(crate) async fn waiting_count(conn: &mut Conn) -> Result<u64> {
    let count: i64 = sql::query_scalar("SELECT COUNT(*) FROM visits WHERE waits").fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

/// One of them.
pub(crate) async fn of_record(conn: &mut Conn, record: RecordId) -> Result<Option<Review>> {
    let row: Option<Row> =
        sql::query_as("SELECT * FROM reviews WHERE record = $1").bind(record.to_string()).fetch_optional(conn).await?;
    row.map(Row::into_review).transpose()
}

/// Writes a decision down. There must be none yet. `proxy`: who may be paid by it, if it's a proxy.
pub(crate) async fn decide(conn: &mut Conn, record: RecordId, decided: &Decided, proxy: Option<&Nik>) -> Result<()> {
    let change = take_changes(conn, 1).await?;
    sql::query(
        "INSERT INTO decisions (record, approved, reason, \"user\", at, change, proxy_nik) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(record.to_string())
    .bind(decided.approved)
    .bind(&decided.reason)
    .bind(&decided.user)
    .bind(stamp(decided.at))
    .bind(change)
    .bind(proxy.map(Nik::reveal))
    .execute(&mut *conn)
    .await?;
    sql::query("UPDATE visits SET waits = FALSE WHERE record = $1").bind(record.to_string()).execute(conn).await?;
    Ok(())
}

/// Whether a supervisor approved this exception of this person and round, of this proxy if of one.
pub(crate) async fn is_approved(
    conn: &mut Conn,
    record: RecordId,
    beneficiary: &BeneficiaryId,
    round: &RoundId,
    proxy_tag: Option<&str>,
) -> Result<bool> {
    sql::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM approvals WHERE record = $1 AND beneficiary = $2 AND round = $3 AND proxy_tag IS NOT DISTINCT FROM $4)",
    )
    .bind(record.to_string())
    .bind(beneficiary.as_str())
    .bind(round.as_str())
    .bind(proxy_tag)
    .fetch_one(conn)
    .await
}

/// Whether somebody withdrew consent after an enrolment was made, or the server heard of it after it heard of the
/// enrolment: clocks in the field may be wrong, and a face that may be unwanted isn't kept.
pub(crate) async fn withdrawn_since(conn: &mut Conn, enrolment: RecordId) -> Result<bool> {
    sql::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM visits e JOIN envelopes ee ON ee.record = e.record \
         JOIN visits w ON w.beneficiary = e.beneficiary AND w.kind = 'consent_withdrawn' \
         JOIN envelopes we ON we.record = w.record \
         WHERE e.record = $1 AND (w.at >= e.at OR we.received >= ee.received))",
    )
    .bind(enrolment.to_string())
    .fetch_one(conn)
    .await
}

#[derive(FromRow)]
struct Row {
    record: String,
    kind: String,
    beneficiary: String,
    name: Option<String>,
    round: String,
    officer: String,
    label: String,
    at: String,
    paid: bool,
    listed: bool,
    entitled: bool,
    approved: Option<bool>,
    reason: Option<String>,
    user: Option<String>,
    decided: Option<String>,
}

impl Row {
    fn into_review(self) -> Result<Review> {
        let decision = match (self.approved, self.reason, self.user, self.decided) {
            (Some(approved), Some(reason), Some(user), Some(at)) => {
                Some(Decided { approved, reason, user, at: parse(&at)? })
            }
            _ => None,
        };
        Ok(Review {
            record: parse(&self.record)?,
            kind: self.kind,
            beneficiary: parse(&self.beneficiary)?,
            name: self.name,
            round: parse(&self.round)?,
            officer: self.officer,
            handset_label: self.label,
            at: parse(&self.at)?,
            paid: self.paid,
            listed: self.listed,
            entitled: self.entitled,
            decision,
        })
    }
}
