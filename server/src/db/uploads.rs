//! What arrives by tus, and which blobs are complete.

use jiff::Timestamp;
use saksi_records::{Digest, HandsetId};
use uuid::Uuid;

use super::{Conn, Result, parse, sql, stamp};

/// An upload as far as it has come.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub id: Uuid,
    pub sha256: Digest,
    pub bytes: u64,
    /// How many of them are durably here.
    pub received: u64,
    pub expires: Timestamp,
}

impl Upload {
    /// Whether the blob is in the store.
    pub fn is_complete(&self) -> bool {
        self.received == self.bytes
    }
}

/// Begins an upload, or finds the one that this handset began for the same blob. Also returns those that it replaces, of
/// which nothing is needed any more.
pub(crate) async fn begin(
    conn: &mut Conn,
    handset: HandsetId,
    sha256: Digest,
    bytes: u64,
    expires: Timestamp,
) -> Result<(Upload, Vec<Uuid>)> {
    let here = stored(conn, sha256).await? == Some(bytes);
    let received = if here { bytes } else { 0 };
    // One that was begun with another length was begun wrongly.
    let replaced: Vec<String> =
        sql::query_scalar("DELETE FROM uploads WHERE handset = $1 AND sha256 = $2 AND bytes <> $3 RETURNING id")
            .bind(handset.to_string())
            .bind(sha256.to_string())
            .bind(bytes as i64)
            .fetch_all(&mut *conn)
            .await?;
    let replaced = replaced.iter().map(|id| parse(id)).collect::<Result<_>>()?;
    let id: String = sql::query_scalar(
        "INSERT INTO uploads (id, handset, sha256, bytes, received, expires) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (handset, sha256) DO UPDATE SET expires = excluded.expires, \
         received = CASE WHEN uploads.received > excluded.received THEN uploads.received ELSE excluded.received END \
         RETURNING id",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(handset.to_string())
    .bind(sha256.to_string())
    .bind(bytes as i64)
    .bind(received as i64)
    .bind(stamp(expires))
    .fetch_one(&mut *conn)
    .await?;
    let upload = find(conn, handset, parse(&id)?).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok((upload, replaced))
}

/// Whether more of an upload is to come.
pub(crate) async fn is_arriving(conn: &mut Conn, id: Uuid) -> Result<bool> {
    sql::query_scalar("SELECT EXISTS (SELECT 1 FROM uploads WHERE id = $1 AND received < bytes)")
        .bind(id.to_string())
        .fetch_one(conn)
        .await
}

/// One of a handset's own uploads.
pub(crate) async fn find(conn: &mut Conn, handset: HandsetId, id: Uuid) -> Result<Option<Upload>> {
    let row: Option<(String, i64, i64, String)> =
        sql::query_as("SELECT sha256, bytes, received, expires FROM uploads WHERE id = $1 AND handset = $2")
            .bind(id.to_string())
            .bind(handset.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|(sha256, bytes, received, expires)| {
        Ok(Upload {
            id,
            sha256: parse(&sha256)?,
            bytes: bytes.unsigned_abs(),
            received: received.unsigned_abs(),
            expires: parse(&expires)?,
        })
    })
    .transpose()
}

/// Notes how much is durably here.
pub(crate) async fn set_received(conn: &mut Conn, id: Uuid, received: u64) -> Result<()> {
    sql::query("UPDATE uploads SET received = $1 WHERE id = $2")
        .bind(received as i64)
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that the blob of an upload is in the store.
pub(crate) async fn complete(conn: &mut Conn, upload: &Upload) -> Result<()> {
    sql::query("INSERT INTO blobs (sha256, bytes, stored) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING")
        .bind(upload.sha256.to_string())
        .bind(upload.bytes as i64)
        .bind(stamp(Timestamp::now()))
        .execute(&mut *conn)
        .await?;
    set_received(conn, upload.id, upload.bytes).await
}

/// Forgets an upload.
pub(crate) async fn forget(conn: &mut Conn, id: Uuid) -> Result<()> {
    sql::query("DELETE FROM uploads WHERE id = $1").bind(id.to_string()).execute(conn).await?;
    Ok(())
}

/// Forgets all uploads that are out of date, and returns them.
pub(crate) async fn forget_expired(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let ids: Vec<String> = sql::query_scalar("DELETE FROM uploads WHERE expires < $1 RETURNING id")
        .bind(stamp(Timestamp::now()))
        .fetch_all(conn)
        .await?;
    ids.iter().map(|id| parse(id)).collect()
}

/// How many bytes a complete blob has; `None`: it isn't here.
pub(crate) async fn stored(conn: &mut Conn, sha256: Digest) -> Result<Option<u64>> {
    let bytes: Option<i64> = sql::query_scalar("SELECT bytes FROM blobs WHERE sha256 = $1")
        .bind(sha256.to_string())
        .fetch_optional(conn)
        .await?;
    Ok(bytes.map(i64::unsigned_abs))
}

/// So many complete blobs, in the order of their names, after one.
pub(crate) async fn stored_after(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<Digest>> {
    let names: Vec<String> = sql::query_scalar("SELECT sha256 FROM blobs WHERE sha256 > $1 ORDER BY sha256 LIMIT $2")
        .bind(after)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    names.iter().map(|name| parse(name)).collect()
}
