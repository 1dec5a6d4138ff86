//! The versions of the consent text that handsets were ever told.

use jiff::Timestamp;

use super::{Conn, Result, sql, stamp};

/// Notes that handsets are told this version from now on, if they weren't before.
pub(crate) async fn tell(conn: &mut Conn, version: &str) -> Result<()> {
    sql::query("INSERT INTO consent_texts (version, first_told) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(version)
        .bind(stamp(Timestamp::now()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether handsets were ever told this version.
pub(crate) async fn is_known(conn: &mut Conn, version: &str) -> Result<bool> {
    sql::query_scalar("SELECT EXISTS (SELECT 1 FROM consent_texts WHERE version = $1)")
        .bind(version)
        .fetch_one(conn)
        .await
}
