//! Roster files that were uploaded and wait for their user to apply them.

use jiff::{Timestamp, ToSpan as _};
use saksi_records::Round;
use uuid::Uuid;

use super::{Conn, Result, parse, sql, stamp};

const KEPT_FOR_HOURS: i64 = 24;

/// One of them. Its bytes are a file of this name.
#[derive(Debug)]
pub(crate) struct Staged {
    pub id: Uuid,
    pub round: Round,
    pub user: String,
}

/// Notes that a file waits.
pub(crate) async fn stage(conn: &mut Conn, staged: &Staged) -> Result<()> {
    sql::query("INSERT INTO imports (id, round, title, \"user\", made) VALUES ($1, $2, $3, $4, $5)")
        .bind(staged.id.to_string())
        .bind(staged.round.id.as_str())
        .bind(&staged.round.title)
        .bind(&staged.user)
        .bind(stamp(Timestamp::now()))
        .execute(conn)
        .await?;
    Ok(())
}

/// A file that this user uploaded.
pub(crate) async fn staged(conn: &mut Conn, id: Uuid, user: &str) -> Result<Option<Staged>> {
    let row: Option<(String, String)> =
        sql::query_as("SELECT round, title FROM imports WHERE id = $1 AND \"user\" = $2")
            .bind(id.to_string())
            .bind(user)
            .fetch_optional(conn)
            .await?;
    row.map(|(round, title)| Ok(Staged { id, round: Round { id: parse(&round)?, title }, user: user.to_owned() }))
        .transpose()
}

/// Those that have waited too long.
pub(crate) async fn out_of_date(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let ids: Vec<String> = sql::query_scalar("SELECT id FROM imports WHERE made < $1")
        .bind(stamp(Timestamp::now() - KEPT_FOR_HOURS.hours()))
        .fetch_all(conn)
        .await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// Forgets one.
pub(crate) async fn forget(conn: &mut Conn, id: Uuid) -> Result<()> {
    sql::query("DELETE FROM imports WHERE id = $1").bind(id.to_string()).execute(conn).await?;
    Ok(())
}
