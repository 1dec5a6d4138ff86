//! Tickets and handsets: who may register, who has, and what they may do.

use jiff::Timestamp;
use saksi_records::wire::{HandsetState, Registration};
use saksi_records::{ChainHead, Digest, HandsetId, VerifyingKey};
use sqlx::FromRow;

use super::{Conn, Result, parse, sql, stamp};

/// A registered handset.
#[derive(Debug, Clone)]
pub(crate) struct Handset {
    pub id: HandsetId,
    /// Signs its envelopes.
    pub key: VerifyingKey,
    /// Signs its requests.
    pub transport_key: VerifyingKey,
    pub label: String,
    pub state: HandsetState,
    pub registered: Timestamp,
    pub last_seen: Timestamp,
    pub officer: Option<String>,
    /// The end of its chain as far as it is complete here.
    pub head: ChainHead,
}

/// A ticket that was found by its token.
#[derive(Debug)]
pub(crate) struct TicketRow {
    pub routes: Vec<String>,
    pub expires: Timestamp,
    pub handset: Option<HandsetId>,
}

/// Keeps a new ticket. Of its token only the hash is kept.
pub(crate) async fn add_ticket(
    conn: &mut Conn,
    token: Digest,
    routes: &[String],
    by: &str,
    expires: Timestamp,
) -> Result<()> {
    let routes = serde_json::to_string(routes).map_err(|e| sqlx::Error::Encode(Box::new(e)))?;
    sql::query("INSERT INTO tickets (token_sha256, routes, created, created_by, expires) VALUES ($1, $2, $3, $4, $5)")
        .bind(token.to_string())
        .bind(routes)
        .bind(stamp(Timestamp::now()))
        .bind(by)
        .bind(stamp(expires))
        .execute(conn)
        .await?;
    Ok(())
}

/// Finds a ticket by its token's hash.
pub(crate) async fn ticket(conn: &mut Conn, token: Digest) -> Result<Option<TicketRow>> {
    let row: Option<(String, String, Option<String>)> =
        sql::query_as("SELECT routes, expires, handset FROM tickets WHERE token_sha256 = $1")
            .bind(token.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|(routes, expires, handset)| {
        Ok(TicketRow {
            routes: serde_json::from_str(&routes).map_err(|e| sqlx::Error::Decode(Box::new(e)))?,
            expires: parse(&expires)?,
            handset: handset.map(|id| parse(&id)).transpose()?,
        })
    })
    .transpose()
}

/// Registers a handset, and marks its ticket as used. Fails where the key is known already.
pub(crate) async fn register(
    conn: &mut Conn,
    token: Digest,
    ticket: &TicketRow,
    claims: &Registration,
) -> Result<Handset> {
    let (id, now) = (HandsetId::new(), Timestamp::now());
    sql::query(
        "INSERT INTO handsets (id, signing_key, transport_key, label, state, registered, last_seen, head_seq, head_digest) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
    )
    .bind(id.to_string())
    .bind(hex::encode(claims.signing_key.as_bytes()))
    .bind(hex::encode(claims.transport_key.as_bytes()))
    .bind(&claims.label)
    .bind(state_name(HandsetState::Active))
    .bind(stamp(now))
    .bind(stamp(now))
    .bind(Digest::ZERO.to_string())
    .execute(&mut *conn)
    .await?;
    let all = [String::new()];
    let routes = if ticket.routes.is_empty() { &all[..] } else { &ticket.routes };
    for route in routes {
        sql::query("INSERT INTO handset_routes (handset, route) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id.to_string())
            .bind(route)
            .execute(&mut *conn)
            .await?;
    }
    sql::query("UPDATE tickets SET handset = $1 WHERE token_sha256 = $2")
        .bind(id.to_string())
        .bind(token.to_string())
        .execute(&mut *conn)
        .await?;
    Ok(Handset {
        id,
        key: claims.signing_key.clone(),
        transport_key: claims.transport_key.clone(),
        label: claims.label.clone(),
        state: HandsetState::Active,
        registered: now,
        last_seen: now,
        officer: None,
        head: ChainHead::START,
    })
}

/// One handset.
pub(crate) async fn handset(conn: &mut Conn, id: HandsetId) -> Result<Option<Handset>> {
    let row: Option<HandsetRow> =
        sql::query_as("SELECT * FROM handsets WHERE id = $1").bind(id.to_string()).fetch_optional(conn).await?;
    row.map(HandsetRow::into_handset).transpose()
}

/// All handsets, by label.
pub(crate) async fn handsets(conn: &mut Conn) -> Result<Vec<Handset>> {
    let rows: Vec<HandsetRow> =
        sql::query_as("SELECT * FROM handsets ORDER BY label, registered").fetch_all(conn).await?;
    rows.into_iter().map(HandsetRow::into_handset).collect()
}

/// The routes a handset serves; none: all.
pub(crate) async fn routes(conn: &mut Conn, id: HandsetId) -> Result<Vec<String>> {
    sql::query_scalar("SELECT route FROM handset_routes WHERE handset = $1 AND route <> '' ORDER BY route")
        .bind(id.to_string())
        .fetch_all(conn)
        .await
}

/// Notes that a handset was heard of.
pub(crate) async fn seen(conn: &mut Conn, id: HandsetId, at: Timestamp) -> Result<()> {
    sql::query("UPDATE handsets SET last_seen = $1 WHERE id = $2")
        .bind(stamp(at))
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes where a handset's chain ends now, and who works with it.
pub(crate) async fn set_head(conn: &mut Conn, id: HandsetId, head: ChainHead, officer: &str) -> Result<()> {
    sql::query("UPDATE handsets SET head_seq = $1, head_digest = $2, officer = $3 WHERE id = $4")
        .bind(head.seq as i64)
        .bind(head.digest.to_string())
        .bind(officer)
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Says what a handset may do. Returns whether there is such a handset.
pub(crate) async fn set_state(conn: &mut Conn, id: HandsetId, state: HandsetState) -> Result<bool> {
    let done = sql::query("UPDATE handsets SET state = $1 WHERE id = $2")
        .bind(state_name(state))
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(done == 1)
}

/// The name a state goes by.
pub(crate) fn state_name(state: HandsetState) -> &'static str {
    match state {
        HandsetState::Active => "active",
        HandsetState::Locked => "locked",
        HandsetState::Erase => "erase",
    }
}

#[derive(FromRow)]
struct HandsetRow {
    id: String,
    signing_key: String,
    transport_key: String,
    label: String,
    state: String,
    registered: String,
    last_seen: String,
    officer: Option<String>,
    head_seq: i64,
    head_digest: String,
}

impl HandsetRow {
    fn into_handset(self) -> Result<Handset> {
        Ok(Handset {
            id: parse(&self.id)?,
            key: verifying_key(&self.signing_key)?,
            transport_key: verifying_key(&self.transport_key)?,
            label: self.label,
            // Whatever isn't known must not be allowed more.
            state: match self.state.as_str() {
                "active" => HandsetState::Active,
                "erase" => HandsetState::Erase,
                _ => HandsetState::Locked,
            },
            registered: parse(&self.registered)?,
            last_seen: parse(&self.last_seen)?,
            officer: self.officer,
            head: ChainHead { seq: self.head_seq.unsigned_abs(), digest: parse(&self.head_digest)? },
        })
    }
}

// A digest and a verifying key are both 32 bytes in hex.
fn verifying_key(text: &str) -> Result<VerifyingKey> {
    Ok(VerifyingKey::from_bytes(*parse::<Digest>(text)?.as_bytes()))
}
