//! The versions of the consent text that handsets were ever told.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{Result, stamp};

/// Notes that handsets are told this version from now on, if they weren't before.
pub(crate) async fn tell(conn: &mut SqliteConnection, version: &str) -> Result<()> {
    sqlx::query("INSERT INTO consent_texts (version, first_told) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(version)
        .bind(stamp(Timestamp::now()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether handsets were ever told this version.
pub(crate) async fn is_known(conn: &mut SqliteConnection, version: &str) -> Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM consent_texts WHERE version = ?)")
        .bind(version)
        .fetch_one(conn)
        .await
}
