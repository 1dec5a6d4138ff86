//! How a handset becomes known, and what it may do from then on.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Json};
use jiff::Timestamp;
use saksi_records::wire::{HandsetStatus, NewRecovery, ProblemCode, Registered, Registration, Signed};
use saksi_records::{Digest, jws};

use super::auth::Sender;
use super::fault::Fault;
use super::{Api, Shared, read_body};
use crate::db::{self, Lock, handsets, officers};

const MAX_REGISTRATION: usize = 16 * 1024;
const MAX_LABEL: usize = 100;

/// `GET /v1/authority`: the certificate (DER) of the authority that vouches for this server, for a handset whose ticket has
/// its digest only.
pub(super) async fn authority(State(api): Shared) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/pkix-cert")], api.programme.keys().authority.certificate().to_vec())
}

/// `POST /v1/handsets`. The same registration again, whose answer was lost, gets the same handset id.
pub(super) async fn register(
    State(api): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    body: Body,
) -> Result<(StatusCode, Json<Signed>), Fault> {
    let body = read_body(body, MAX_REGISTRATION).await?;
    let malformed = || Fault::bad_request("a registration signed by the handset's own key is expected");
    let Signed { signed } = serde_json::from_slice(&body).map_err(|_| malformed())?;
    let claims: Registration = jws::peek(&signed).map_err(|_| malformed())?;
    let mut claims: Registration =
        jws::verify(&claims.signing_key, jws::typ::REGISTRATION, &signed).map_err(|_| malformed())?;
    claims.label = claims.label.trim().to_owned();
    if claims.label.is_empty() || claims.label.chars().count() > MAX_LABEL || claims.label.chars().any(char::is_control)
    {
        return Err(Fault::bad_request(format!("a label has 1 to {MAX_LABEL} characters")));
    }

    let token = Digest::of(claims.token.as_bytes());
    // Whoever has no ticket holds nobody up.
    let mut conn = api.programme.db().read().await?;
    if handsets::ticket(&mut conn, token).await?.is_none() {
        return Err(api.gate.was_nobody(peer.ip(), refused()));
    }
    drop(conn);
    let mut conn = api.programme.db().write_beside().await?;
    conn.lock(Lock::Ticket(&token.to_string())).await?;
    let ticket = handsets::ticket(&mut conn, token).await?.ok_or_else(refused)?;
    let handset = match ticket.handset {
        Some(id) => handsets::handset(&mut conn, id)
            .await?
            .filter(|it| it.key == claims.signing_key && it.transport_key == claims.transport_key)
            .ok_or_else(refused)?,
        None if ticket.expires < Timestamp::now() => return Err(refused()),
        None => match handsets::register(&mut conn, token, &ticket, &claims).await {
            Ok(handset) => handset,
            Err(e) if db::is_taken(&e) => return Err(refused()),
            Err(e) => return Err(e.into()),
        },
    };
    if ticket.handset.is_none() {
        officers::assign(&mut conn, handset.id, &claims.officer, "").await?;
    }
    officers::deposit(&mut conn, handset.id, &claims.recovery).await?;
    let registered =
        Registered { handset: handset.id, status: api.status_of(&mut conn, &handset, claims.nonce).await? };
    conn.commit().await?;
    let signed = jws::sign(&api.programme.keys().server, jws::typ::STATUS, &registered);
    Ok((StatusCode::CREATED, Json(Signed { signed })))
}

/// `GET /v1/handset`.
pub(super) async fn status(State(api): Shared, Sender(handset, nonce): Sender) -> Result<Json<Signed>, Fault> {
    let mut conn = api.programme.db().snapshot().await?;
    let status = api.status_of(&mut conn, &handset, nonce).await?;
    Ok(signed(&api, &status))
}

/// `PUT /v1/handset/recovery`: a new recovery secret. The same again is harmless.
pub(super) async fn deposit(
    State(api): Shared,
    Sender(handset, nonce): Sender,
    body: Body,
) -> Result<Json<Signed>, Fault> {
    let body = read_body(body, MAX_REGISTRATION).await?;
    let NewRecovery { deposit, taken } =
        serde_json::from_slice(&body).map_err(|_| Fault::bad_request("a recovery secret's deposit is expected"))?;
    let key = api.programme.keys().programme.of(&deposit.programme_key);
    if key.ok().is_none_or(|key| deposit.open(&key).is_err()) {
        return Err(Fault::bad_request("the deposit isn't sealed to a key of this programme"));
    }
    let mut conn = api.programme.db().write_beside().await?;
    conn.lock(Lock::Handset(handset.id)).await?;
    officers::deposit(&mut conn, handset.id, &deposit).await?;
    officers::withdraw(&mut conn, handset.id, &taken).await?;
    let status = api.status_of(&mut conn, &handset, nonce).await?;
    conn.commit().await?;
    Ok(signed(&api, &status))
}

fn signed(api: &Api, status: &HandsetStatus) -> Json<Signed> {
    Json(Signed { signed: jws::sign(&api.programme.keys().server, jws::typ::STATUS, status) })
}

fn refused() -> Fault {
    let message = "the ticket is unknown, used or out of date: ask the supervisor for a new one";
    Fault::new(StatusCode::FORBIDDEN, ProblemCode::TicketRefused, message)
}
