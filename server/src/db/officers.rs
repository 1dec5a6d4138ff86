//! Who works with which handset, and what is needed to let them in: deposits of recovery secrets, and codes that wait.

use jiff::Timestamp;
use saksi_records::wire::AssignedOfficer;
use saksi_records::{CodeId, Deposit, HandsetId, OfficerId};

use super::{Conn, Result, parse, sql, stamp};

/// A code that is given through the server, without its secret.
#[derive(Debug, Clone)]
pub(crate) struct WaitingCode {
    pub id: CodeId,
    pub officer: OfficerId,
    pub expires: Timestamp,
}

/// Lets an officer work with a handset. An empty name leaves the one that is known.
pub(crate) async fn assign(conn: &mut Conn, handset: HandsetId, officer: &OfficerId, name: &str) -> Result<()> {
    sql::query(
        "INSERT INTO officers (handset, id, name, active) VALUES ($1, $2, $3, TRUE) ON CONFLICT (handset, id) DO UPDATE SET \
         active = TRUE, name = CASE excluded.name WHEN '' THEN officers.name ELSE excluded.name END",
    )
    .bind(handset.to_string())
    .bind(officer.as_str())
    .bind(name)
    .execute(conn)
    .await?;
    Ok(())
}

/// An officer no longer works with a handset. Returns whether there was one.
pub(crate) async fn remove(conn: &mut Conn, handset: HandsetId, officer: &OfficerId) -> Result<bool> {
    sql::query("DELETE FROM unlock_codes WHERE handset = $1 AND officer = $2")
        .bind(handset.to_string())
        .bind(officer.as_str())
        .execute(&mut *conn)
        .await?;
    let done = sql::query("UPDATE officers SET active = FALSE WHERE handset = $1 AND id = $2 AND active = TRUE")
        .bind(handset.to_string())
        .bind(officer.as_str())
        .execute(conn)
        .await?;
    Ok(done == 1)
}

/// Those who work with a handset.
pub(crate) async fn assigned(conn: &mut Conn, handset: HandsetId) -> Result<Vec<AssignedOfficer>> {
    let rows: Vec<(String, String)> =
        sql::query_as("SELECT id, name FROM officers WHERE handset = $1 AND active = TRUE ORDER BY id")
            .bind(handset.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|(id, name)| Ok(AssignedOfficer { id: parse(&id)?, name })).collect()
}

/// Keeps a deposit. The same again changes nothing; one that another handset made is not taken.
pub(crate) async fn deposit(conn: &mut Conn, handset: HandsetId, deposit: &Deposit) -> Result<()> {
    let json = serde_json::to_string(deposit).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    sql::query("INSERT INTO deposits (id, handset, deposit) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(deposit.id.to_string())
        .bind(handset.to_string())
        .bind(json)
        .execute(conn)
        .await?;
    Ok(())
}

/// The last deposit that a handset made.
pub(crate) async fn latest_deposit(conn: &mut Conn, handset: HandsetId) -> Result<Option<Deposit>> {
    let json: Option<String> =
        sql::query_scalar("SELECT deposit FROM deposits WHERE handset = $1 ORDER BY place DESC LIMIT 1")
            .bind(handset.to_string())
            .fetch_optional(conn)
            .await?;
    json.map(|json| serde_json::from_str(&json).map_err(|e| sqlx::Error::Decode(Box::new(e)))).transpose()
}

/// Gives a code through the server; an earlier one for the same officer is withdrawn.
pub(crate) async fn wait(conn: &mut Conn, handset: HandsetId, code: &WaitingCode) -> Result<()> {
    sql::query("DELETE FROM unlock_codes WHERE handset = $1 AND officer = $2")
        .bind(handset.to_string())
        .bind(code.officer.as_str())
        .execute(&mut *conn)
        .await?;
    sql::query("INSERT INTO unlock_codes (id, handset, officer, expires) VALUES ($1, $2, $3, $4)")
        .bind(code.id.to_string())
        .bind(handset.to_string())
        .bind(code.officer.as_str())
        .bind(stamp(code.expires))
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives codes no more, as they were taken.
pub(crate) async fn withdraw(conn: &mut Conn, handset: HandsetId, taken: &[CodeId]) -> Result<()> {
    for code in taken {
        sql::query("DELETE FROM unlock_codes WHERE handset = $1 AND id = $2")
            .bind(handset.to_string())
            .bind(code.to_string())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The codes that wait for a handset, and haven't expired.
pub(crate) async fn waiting(conn: &mut Conn, handset: HandsetId) -> Result<Vec<WaitingCode>> {
    let rows: Vec<(String, String, String)> =
        sql::query_as("SELECT id, officer, expires FROM unlock_codes WHERE handset = $1 AND expires > $2 ORDER BY id")
            .bind(handset.to_string())
            .bind(stamp(Timestamp::now()))
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|(id, officer, expires)| {
            Ok(WaitingCode { id: parse(&id)?, officer: parse(&officer)?, expires: parse(&expires)? })
        })
        .collect()
}
