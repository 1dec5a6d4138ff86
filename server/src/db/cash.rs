//! Officers' cash, as the dashboard shows it.

use saksi_records::Header;
use saksi_records::cash::{Cash, CashCount, CashStep};

use super::{Conn, Result, sql, stamp};

/// Adds what the dashboard shows of a record about cash.
pub(crate) async fn project(conn: &mut Conn, header: &Header, it: &Cash, receipt: &str) -> Result<()> {
    let (did, amount, count) = match &it.step {
        CashStep::Received { amount } => ("received", Some(*amount), None),
        CashStep::Returned { amount } => ("returned", Some(*amount), None),
        CashStep::Closed(count) => ("closed", None, Some(count)),
    };
    let figure = |of: fn(&CashCount) -> u64| count.map(|count| of(count) as i64);
    sql::query(
        "INSERT INTO cash (record, handset, officer, round, did, amount, received, paid, returned, reason, receipt, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(header.record.to_string())
    .bind(header.handset.to_string())
    .bind(it.officer.as_str())
    .bind(it.round.as_str())
    .bind(did)
    .bind(amount.map(|amount| amount.0 as i64))
    .bind(figure(|it| it.received.0))
    .bind(figure(|it| it.paid.0))
    .bind(figure(|it| it.returned.0))
    .bind(count.and_then(|count| count.reason.as_deref()))
    .bind(receipt)
    .bind(stamp(header.created.best()))
    .execute(conn)
    .await?;
    Ok(())
}
