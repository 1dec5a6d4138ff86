//! Envelopes as they came, what is projected of them, and what was rejected.

use jiff::Timestamp;
use saksi_records::{BeneficiaryId, ChainHead, Digest, HandsetId, RecordId, RoundId};

use super::{Conn, Result, parse, sql, stamp, take_changes};

/// An envelope that is here.
#[derive(Debug)]
pub(crate) struct Kept {
    pub digest: Digest,
    /// The receipt that was given for it: a JWS.
    pub receipt: String,
}

/// What the dashboard shows of a record.
#[derive(Debug)]
pub(crate) struct VisitRow<'a> {
    pub record: RecordId,
    pub handset: HandsetId,
    pub kind: &'static str,
    pub beneficiary: &'a BeneficiaryId,
    pub round: &'a RoundId,
    pub officer: &'a str,
    pub amount: Option<u64>,
    pub reason: Option<String>,
    pub proxy_tag: Option<String>,
    pub receipt: String,
    pub at: Timestamp,
    /// A supervisor decides about it.
    pub waits: bool,
}

/// Finds the envelope of a record.
pub(crate) async fn kept(conn: &mut Conn, record: RecordId) -> Result<Option<Kept>> {
    let row: Option<(String, String)> = sql::query_as("SELECT digest, receipt FROM envelopes WHERE record = $1")
        .bind(record.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|(digest, receipt)| Ok(Kept { digest: parse(&digest)?, receipt })).transpose()
}

/// How many there are.
pub(crate) async fn count(conn: &mut Conn) -> Result<u64> {
    let count: i64 = sql::query_scalar("SELECT COUNT(*) FROM envelopes").fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

/// The bytes of a record's envelope.
pub(crate) async fn bytes(conn: &mut Conn, record: RecordId) -> Result<Option<Vec<u8>>> {
    sql::query_scalar("SELECT bytes FROM envelopes WHERE record = $1")
        .bind(record.to_string())
        .fetch_optional(conn)
        .await
}

/// Keeps an envelope and the receipt for it.
pub(crate) async fn keep(
    conn: &mut Conn,
    envelope: &saksi_records::Envelope,
    received: Timestamp,
    receipt: &str,
) -> Result<()> {
    let header = envelope.header();
    sql::query(
        "INSERT INTO envelopes (record, digest, handset, seq, kind, received, receipt, bytes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(header.record.to_string())
    .bind(envelope.digest().to_string())
    .bind(header.handset.to_string())
    .bind(header.seq as i64)
    .bind(header.kind.as_str())
    .bind(stamp(received))
    .bind(receipt)
    .bind(envelope.as_bytes())
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps bytes that can't be accepted. Keeping the same again does nothing.
pub(crate) async fn reject(
    conn: &mut Conn,
    handset: HandsetId,
    digest: Digest,
    reason: &str,
    bytes: &[u8],
) -> Result<()> {
    sql::query(
        "INSERT INTO rejected (digest, handset, reason, received, bytes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(digest.to_string())
    .bind(handset.to_string())
    .bind(reason)
    .bind(stamp(Timestamp::now()))
    .bind(bytes)
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds what the dashboard shows of a record.
pub(crate) async fn project(conn: &mut Conn, visit: &VisitRow<'_>) -> Result<()> {
    let change = take_changes(conn, 1).await?;
    sql::query(
        "INSERT INTO visits (record, handset, kind, beneficiary, round, officer, amount, reason, proxy_tag, receipt, at, \
         waits, change) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(visit.record.to_string())
    .bind(visit.handset.to_string())
    .bind(visit.kind)
    .bind(visit.beneficiary.as_str())
    .bind(visit.round.as_str())
    .bind(visit.officer)
    .bind(visit.amount.map(|amount| amount as i64))
    .bind(&visit.reason)
    .bind(&visit.proxy_tag)
    .bind(&visit.receipt)
    .bind(stamp(visit.at))
    .bind(visit.waits)
    .bind(change)
    .execute(conn)
    .await?;
    Ok(())
}

/// The first record that says somebody was paid for a round, and under which number: this one, or another with the same
/// NIK.
pub(crate) async fn first_payment(
    conn: &mut Conn,
    beneficiary: &BeneficiaryId,
    round: &RoundId,
) -> Result<Option<(RecordId, BeneficiaryId)>> {
    // The number may be on no roster here, and then it has no NIK.
    let first: Option<(String, String)> = sql::query_as(
        "SELECT v.record, v.beneficiary FROM visits v JOIN envelopes e ON e.record = v.record \
         WHERE v.round = $2 AND v.amount IS NOT NULL AND (v.beneficiary = $1 OR v.beneficiary IN (SELECT b.id \
         FROM beneficiaries b JOIN beneficiaries person ON person.nik = b.nik WHERE person.id = $1)) \
         ORDER BY e.received, v.record LIMIT 1",
    )
    .bind(beneficiary.as_str())
    .bind(round.as_str())
    .fetch_optional(conn)
    .await?;
    first.map(|(record, beneficiary)| Ok((parse(&record)?, parse(&beneficiary)?))).transpose()
}

/// For how many people one proxy has collected in a round.
pub(crate) async fn served_by_proxy(conn: &mut Conn, proxy_tag: &str, round: &RoundId) -> Result<u64> {
    let count: i64 = sql::query_scalar(
        "SELECT COUNT(DISTINCT beneficiary) FROM visits WHERE proxy_tag = $1 AND round = $2 AND amount IS NOT NULL",
    )
    .bind(proxy_tag)
    .bind(round.as_str())
    .fetch_one(conn)
    .await?;
    Ok(count.unsigned_abs())
}

/// The digest of a handset's first envelope in a place.
pub(crate) async fn digests_at(conn: &mut Conn, handset: HandsetId, seq: u64) -> Result<Vec<Digest>> {
    let digests: Vec<String> =
        sql::query_scalar("SELECT digest FROM envelopes WHERE handset = $1 AND seq = $2 ORDER BY received")
            .bind(handset.to_string())
            .bind(seq as i64)
            .fetch_all(conn)
            .await?;
    digests.iter().map(|digest| parse(digest)).collect()
}

/// The bytes of all of a handset's envelopes in a place, the first that came first.
pub(crate) async fn bytes_at(conn: &mut Conn, handset: HandsetId, seq: u64) -> Result<Vec<Vec<u8>>> {
    sql::query_scalar("SELECT bytes FROM envelopes WHERE handset = $1 AND seq = $2 ORDER BY received")
        .bind(handset.to_string())
        .bind(seq as i64)
        .fetch_all(conn)
        .await
}

/// All of a handset's envelopes in a place, and when each was received.
pub(crate) async fn placed(conn: &mut Conn, handset: HandsetId, seq: u64) -> Result<Vec<(Vec<u8>, Timestamp)>> {
    let rows: Vec<(Vec<u8>, String)> =
        sql::query_as("SELECT bytes, received FROM envelopes WHERE handset = $1 AND seq = $2 ORDER BY received")
            .bind(handset.to_string())
            .bind(seq as i64)
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|(bytes, received)| Ok((bytes, parse(&received)?))).collect()
}

/// The runs of places after the head in which a handset has no envelope although later ones are here.
pub(crate) async fn missing(conn: &mut Conn, handset: HandsetId, head: ChainHead) -> Result<Vec<(u64, u64)>> {
    let later: Vec<i64> =
        sql::query_scalar("SELECT DISTINCT seq FROM envelopes WHERE handset = $1 AND seq > $2 ORDER BY seq")
            .bind(handset.to_string())
            .bind(head.seq as i64)
            .fetch_all(conn)
            .await?;
    let mut runs = Vec::new();
    let mut expected = head.seq + 1;
    for seq in later.into_iter().map(i64::unsigned_abs) {
        if seq > expected {
            runs.push((expected, seq - 1));
        }
        expected = seq + 1;
    }
    Ok(runs)
}
