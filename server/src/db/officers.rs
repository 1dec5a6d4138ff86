//! Who works with which handset, and what is needed to let them in: deposits of recovery secrets, and codes that wait.

use jiff::Timestamp;
use saksi_records::wire::AssignedOfficer;
use saksi_records::{CodeId, Deposit, HandsetId, OfficerId};
use sqlx::SqliteConnection;

use super::{Result, parse, stamp};

/// A code that is given through the server, without its secret.
#[derive(Debug, Clone)]
pub(crate) struct WaitingCode {
    pub id: CodeId,
    pub officer: OfficerId,
    pub expires: Timestamp,
}

/// Lets an officer work with a handset. An empty name leaves the one that is known.
pub(crate) async fn assign(
    conn: &mut SqliteConnection,
    handset: HandsetId,
    officer: &OfficerId,
    name: &str,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO officers (handset, id, name, active) VALUES (?, ?, ?, 1) ON CONFLICT (handset, id) DO UPDATE SET \
         active = 1, name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END",
    )
    .bind(handset.to_string())
    .bind(officer.as_str())
    .bind(name)
    .execute(conn)
    .await?;
    Ok(())
}

/// An officer no longer works with a handset. Returns whether there was one.
pub(crate) async fn remove(conn: &mut SqliteConnection, handset: HandsetId, officer: &OfficerId) -> Result<bool> {
    sqlx::query("DELETE FROM unlock_codes WHERE handset = ? AND officer = ?")
        .bind(handset.to_string())
        .bind(officer.as_str())
        .execute(&mut *conn)
        .await?;
    let done = sqlx::query("UPDATE officers SET active = 0 WHERE handset = ? AND id = ? AND active = 1")
        .bind(handset.to_string())
        .bind(officer.as_str())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Those who work with a handset.
pub(crate) async fn assigned(conn: &mut SqliteConnection, handset: HandsetId) -> Result<Vec<AssignedOfficer>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM officers WHERE handset = ? AND active = 1 ORDER BY id")
            .bind(handset.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|(id, name)| Ok(AssignedOfficer { id: parse(&id)?, name })).collect()
}

/// Keeps a deposit. The same again changes nothing; one that another handset made is not taken.
pub(crate) async fn deposit(conn: &mut SqliteConnection, handset: HandsetId, deposit: &Deposit) -> Result<()> {
    let json = serde_json::to_string(deposit).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    sqlx::query("INSERT INTO deposits (id, handset, deposit) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(deposit.id.to_string())
        .bind(handset.to_string())
        .bind(json)
        .execute(conn)
        .await?;
    Ok(())
}

/// The last deposit that a handset made.
pub(crate) async fn latest_deposit(conn: &mut SqliteConnection, handset: HandsetId) -> Result<Option<Deposit>> {
    let json: Option<String> =
        sqlx::query_scalar("SELECT deposit FROM deposits WHERE handset = ? ORDER BY place DESC LIMIT 1")
            .bind(handset.to_string())
            .fetch_optional(conn)
            .await?;
    json.map(|json| serde_json::from_str(&json).map_err(|e| sqlx::Error::Decode(Box::new(e)))).transpose()
}

/// Gives a code through the server; an earlier one for the same officer is withdrawn.
pub(crate) async fn wait(conn: &mut SqliteConnection, handset: HandsetId, code: &WaitingCode) -> Result<()> {
    sqlx::query("DELETE FROM unlock_codes WHERE handset = ? AND officer = ?")
        .bind(handset.to_string())
        .bind(code.officer.as_str())
        .execute(&mut *conn)
        .await?;
    sqlx::query("INSERT INTO unlock_codes (id, handset, officer, expires) VALUES (?, ?, ?, ?)")
        .bind(code.id.to_string())
        .bind(handset.to_string())
        .bind(code.officer.as_str())
        .bind(stamp(code.expires))
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives codes no more, as they were taken.
pub(crate) async fn withdraw(conn: &mut SqliteConnection, handset: HandsetId, taken: &[CodeId]) -> Result<()> {
    for code in taken {
        sqlx::query("DELETE FROM unlock_codes WHERE handset = ? AND id = ?")
            .bind(handset.to_string())
            .bind(code.to_string())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The codes that wait for a handset, and haven't expired.
pub(crate) async fn waiting(conn: &mut SqliteConnection, handset: HandsetId) -> Result<Vec<WaitingCode>> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, officer, expires FROM unlock_codes WHERE handset = ? AND expires > ? ORDER BY id")
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
