//! What the dashboard shows: a round's progress, its list, one person's records.

use jiff::Timestamp;
use saksi_records::{BeneficiaryId, HandsetId, RecordId, Round, RoundId, Rupiah};
use serde::Serialize;
use sqlx::FromRow;

use super::{Conn, Result, alerts, parse, sql};

/// How many people one page of the list shows.
pub(crate) const LIST_PAGE: i64 = 50;

/// A round's progress. Every person with an entitlement counts in exactly one of the five groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Which round.
    pub round: Round,
    /// Everyone with an entitlement.
    pub beneficiaries: u64,
    /// Recognised and paid.
    pub in_person: u64,
    /// Paid to a proxy.
    pub proxy: u64,
    /// The face couldn't be matched; paid or not.
    pub exceptions: u64,
    /// Visited, nobody paid.
    pub not_served: u64,
    /// Not visited.
    pub remaining: u64,
    /// All entitlements.
    pub due: Rupiah,
    /// All payments, also those that were doubled or due to nobody.
    pub paid: Rupiah,
    /// Alerts that are open, of whatever round.
    pub open_alerts: u64,
    /// The round's records by handset.
    pub handsets: Vec<HandsetSummary>,
}

/// What one handset did in a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandsetSummary {
    /// Which handset.
    pub handset: HandsetId,
    /// What people call it.
    pub label: String,
    /// Records of the round.
    pub records: u64,
    /// Those that paid.
    pub payments: u64,
    /// What they paid.
    pub paid: Rupiah,
    /// Cash that its officers received.
    pub received: Rupiah,
    /// Cash that its officers gave back.
    pub returned: Rupiah,
}

impl HandsetSummary {
    /// Cash that was received and is neither paid nor returned, in rupiah; negative: too much was.
    pub fn cash_left(&self) -> i64 {
        self.received.0 as i64 - self.paid.0 as i64 - self.returned.0 as i64
    }
}

/// Where one person stands in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    InPerson,
    Proxy,
    Exception,
    NotServed,
    Remaining,
}

impl Standing {
    /// All of them, in the order of their numbers in the view `progress`.
    pub const ALL: [Self; 5] = [Self::InPerson, Self::Proxy, Self::Exception, Self::NotServed, Self::Remaining];

    /// The name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Proxy => "proxy",
            Self::Exception => "exception",
            Self::NotServed => "not_served",
            Self::Remaining => "remaining",
        }
    }

    fn number(self) -> i64 {
        1 + Self::ALL.iter().position(|it| *it == self).unwrap_or(4) as i64
    }

    fn of_number(number: i64) -> Self {
        usize::try_from(number - 1).ok().and_then(|i| Self::ALL.get(i)).copied().unwrap_or(Self::Remaining)
    }
}

/// One person of the list.
#[derive(Debug)]
pub(crate) struct Listed {
    pub id: BeneficiaryId,
    pub name: String,
    pub route: String,
    pub due: Rupiah,
    pub paid: Rupiah,
    pub standing: Standing,
    pub alerts: u64,
}

/// A record as the dashboard shows it without opening it.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub record: RecordId,
    pub handset_label: String,
    pub seq: u64,
    pub kind: String,
    /// Nobody of a record about cash.
    pub beneficiary: Option<BeneficiaryId>,
    pub round: RoundId,
    pub officer: String,
    pub amount: Option<Rupiah>,
    pub reason: Option<String>,
    pub at: Timestamp,
    pub received: Timestamp,
    pub digest: String,
    /// The code on the receipt, without hyphens.
    pub receipt: String,
}

/// The rounds, the latest first.
pub(crate) async fn rounds(conn: &mut Conn) -> Result<Vec<Round>> {
    let rows: Vec<(String, String)> =
        sql::query_as("SELECT id, title FROM rounds ORDER BY created DESC, id DESC").fetch_all(conn).await?;
    rows.into_iter().map(|(id, title)| Ok(Round { id: parse(&id)?, title })).collect()
}

/// A round's progress. Read it in a snapshot.
pub(crate) async fn summary(conn: &mut Conn, round: &RoundId) -> Result<Option<Summary>> {
    let title: Option<String> = sql::query_scalar("SELECT title FROM rounds WHERE id = $1")
        .bind(round.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(title) = title else { return Ok(None) };
    let groups: Vec<(i64, i64, i64)> = sql::query_as(
        "SELECT standing, COUNT(*), CAST(SUM(due) AS BIGINT) FROM progress WHERE round = $1 GROUP BY standing",
    )
    .bind(round.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let count = |standing: Standing| {
        groups.iter().find(|group| group.0 == standing.number()).map_or(0, |group| group.1.unsigned_abs())
    };
    let handsets: Vec<(String, String, i64, i64, i64, i64, i64)> = sql::query_as(
        "SELECT h.id, h.label, COUNT(w.record), COUNT(w.paid), CAST(COALESCE(SUM(w.paid), 0) AS BIGINT), \
         CAST(COALESCE(SUM(w.received), 0) AS BIGINT), CAST(COALESCE(SUM(w.returned), 0) AS BIGINT) FROM handsets h JOIN ( \
             SELECT handset, record, amount AS paid, NULL AS received, NULL AS returned FROM visits WHERE round = $1 \
             UNION ALL SELECT handset, NULL, NULL, CASE did WHEN 'received' THEN amount END, \
                 CASE did WHEN 'returned' THEN amount END FROM cash WHERE round = $1 \
         ) w ON w.handset = h.id GROUP BY h.id, h.label ORDER BY h.label, h.id",
    )
    .bind(round.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let handsets: Vec<HandsetSummary> = handsets
        .into_iter()
        .map(|(id, label, records, payments, paid, received, returned)| {
            Ok(HandsetSummary {
                handset: parse(&id)?,
                label,
                records: records.unsigned_abs(),
                payments: payments.unsigned_abs(),
                paid: Rupiah(paid.unsigned_abs()),
                received: Rupiah(received.unsigned_abs()),
                returned: Rupiah(returned.unsigned_abs()),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Some(Summary {
        round: Round { id: round.clone(), title },
        beneficiaries: groups.iter().map(|group| group.1.unsigned_abs()).sum(),
        in_person: count(Standing::InPerson),
        proxy: count(Standing::Proxy),
        exceptions: count(Standing::Exception),
        not_served: count(Standing::NotServed),
        remaining: count(Standing::Remaining),
        due: groups.iter().map(|group| Rupiah(group.2.unsigned_abs())).sum(),
        paid: handsets.iter().map(|handset| handset.paid).sum(),
        open_alerts: alerts::open_count(conn).await?,
        handsets,
    }))
}

/// What a list is searched for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Search<'a> {
    /// Part of a name, an id or a route.
    Text(&'a str),
    /// A whole NIK.
    Nik(&'a str),
}

/// A page of a round's list, counted from 0, and how many people it has in all.
pub(crate) async fn list(
    conn: &mut Conn,
    round: &RoundId,
    search: Search<'_>,
    standing: Option<Standing>,
    page: i64,
) -> Result<(Vec<Listed>, u64)> {
    let (text, nik) = match search {
        Search::Text(text) => (text, None),
        Search::Nik(nik) => ("", Some(nik)),
    };
    // Letters and digits only, so that nothing of it is a pattern. What has none is nobody's.
    let key = saksi_names::key(text);
    if key.is_empty() && !text.trim().is_empty() {
        return Ok((Vec::new(), 0));
    }
    let search = format!("%{key}%");
    let standing = standing.map(Standing::number);
    let total: i64 = sql::query_scalar(
        "SELECT COUNT(*) FROM progress p JOIN beneficiaries b ON b.id = p.beneficiary \
         WHERE p.round = $1 AND ($2 IS NULL OR p.standing = $2) \
         AND ($4 IS NULL OR b.nik = $4) \
         AND b.find LIKE $3",
    )
    .bind(round.as_str())
    .bind(standing)
    .bind(&search)
    .bind(nik)
    .fetch_one(&mut *conn)
    .await?;
    let rows: Vec<ListedRow> = sql::query_as(
        "SELECT b.id, b.name, b.route, p.due, p.paid, p.standing, \
         (SELECT COUNT(*) FROM alerts a JOIN visits v ON v.record = a.record WHERE v.beneficiary = b.id \
          AND v.round = p.round AND a.closed IS NULL) AS alerts \
         FROM progress p JOIN beneficiaries b ON b.id = p.beneficiary \
         WHERE p.round = $1 AND ($2 IS NULL OR p.standing = $2) \
         AND ($4 IS NULL OR b.nik = $4) \
         AND b.find LIKE $3 \
         ORDER BY b.name, b.id LIMIT $5 OFFSET $6",
    )
    .bind(round.as_str())
    .bind(standing)
    .bind(&search)
    .bind(nik)
    .bind(LIST_PAGE)
    .bind(page * LIST_PAGE)
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(ListedRow::into_listed).collect::<Result<_>>()?;
    Ok((rows, total.unsigned_abs()))
}

/// All records about one person in one round, the latest first.
pub(crate) async fn of_person(conn: &mut Conn, beneficiary: &BeneficiaryId, round: &RoundId) -> Result<Vec<Recorded>> {
    let rows: Vec<RecordedRow> = sql::query_as(
        "SELECT v.record, h.label, e.seq, v.kind, v.beneficiary, v.round, v.officer, v.amount, v.reason, v.at, \
         e.received, e.digest, v.receipt FROM visits v JOIN envelopes e ON e.record = v.record JOIN handsets h ON h.id = v.handset \
         WHERE v.beneficiary = $1 AND v.round = $2 ORDER BY v.at DESC",
    )
    .bind(beneficiary.as_str())
    .bind(round.as_str())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RecordedRow::into_recorded).collect()
}

/// One record.
pub(crate) async fn recorded(conn: &mut Conn, record: RecordId) -> Result<Option<Recorded>> {
    let row: Option<RecordedRow> = sql::query_as(
        "SELECT v.record, h.label, e.seq, v.kind, v.beneficiary, v.round, v.officer, v.amount, v.reason, v.at, \
         e.received, e.digest, v.receipt FROM recorded v JOIN envelopes e ON e.record = v.record JOIN handsets h ON h.id = v.handset \
         WHERE v.record = $1",
    )
    .bind(record.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(RecordedRow::into_recorded).transpose()
}

/// The records with a code on their receipts: one, but for the unlikely chance.
pub(crate) async fn by_receipt(conn: &mut Conn, receipt: &str) -> Result<Vec<Recorded>> {
    let rows: Vec<RecordedRow> = sql::query_as(
        "SELECT v.record, h.label, e.seq, v.kind, v.beneficiary, v.round, v.officer, v.amount, v.reason, v.at, \
         e.received, e.digest, v.receipt FROM recorded v JOIN envelopes e ON e.record = v.record \
         JOIN handsets h ON h.id = v.handset WHERE v.receipt = $1 ORDER BY v.at DESC",
    )
    .bind(receipt)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RecordedRow::into_recorded).collect()
}

/// How many handsets there are.
pub(crate) async fn handset_count(conn: &mut Conn) -> Result<u64> {
    let count: i64 = sql::query_scalar("SELECT COUNT(*) FROM handsets").fetch_one(conn).await?;
    Ok(count.unsigned_abs())
}

/// How many records and open alerts a handset has.
pub(crate) async fn handset_counts(conn: &mut Conn, handset: HandsetId) -> Result<(u64, u64)> {
    let (records, alerts): (i64, i64) = sql::query_as(
        "SELECT (SELECT COUNT(*) FROM envelopes WHERE handset = $1), \
         (SELECT COUNT(*) FROM alerts WHERE handset = $1 AND closed IS NULL)",
    )
    .bind(handset.to_string())
    .fetch_one(conn)
    .await?;
    Ok((records.unsigned_abs(), alerts.unsigned_abs()))
}

#[derive(FromRow)]
struct ListedRow {
    id: String,
    name: String,
    route: String,
    due: i64,
    paid: i64,
    standing: i64,
    alerts: i64,
}

impl ListedRow {
    fn into_listed(self) -> Result<Listed> {
        Ok(Listed {
            id: parse(&self.id)?,
            name: self.name,
            route: self.route,
            due: Rupiah(self.due.unsigned_abs()),
            paid: Rupiah(self.paid.unsigned_abs()),
            standing: Standing::of_number(self.standing),
            alerts: self.alerts.unsigned_abs(),
        })
    }
}

#[derive(FromRow)]
struct RecordedRow {
    record: String,
    label: String,
    seq: i64,
    kind: String,
    beneficiary: Option<String>,
    round: String,
    officer: String,
    amount: Option<i64>,
    reason: Option<String>,
    at: String,
    received: String,
    digest: String,
    receipt: String,
}

impl RecordedRow {
    fn into_recorded(self) -> Result<Recorded> {
        Ok(Recorded {
            record: parse(&self.record)?,
            handset_label: self.label,
            seq: self.seq.unsigned_abs(),
            kind: self.kind,
            beneficiary: self.beneficiary.map(|id| parse(&id)).transpose()?,
            round: parse(&self.round)?,
            officer: self.officer,
            amount: self.amount.map(|amount| Rupiah(amount.unsigned_abs())),
            reason: self.reason,
            at: parse(&self.at)?,
            received: parse(&self.received)?,
            digest: self.digest,
            receipt: self.receipt,
        })
    }
}
