//! Who sends a request: the handset whose token it bears.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use jiff::Timestamp;
use saksi_records::wire::{HandsetState, ProblemCode, TokenClaims};
use saksi_records::{Nonce, jws};

use super::Api;
use super::fault::Fault;
use crate::db::handsets::{self, Handset};

// Often enough for people, and seldom enough not to write at every request.
const SEEN_EVERY_S: i64 = 30;

/// A registered handset, of whatever state, and the nonce that the answer repeats.
pub(crate) struct Sender(pub Handset, pub Nonce);

/// The same, of a handset that may do everything.
pub(crate) struct ActiveSender(pub Handset, pub Nonce);

impl FromRequestParts<Arc<Api>> for Sender {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Fault> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let known = Self::verified(parts, api).await;
        let Self(handset, nonce) = known.map_err(|fault| api.gate.was_nobody(address, fault))?;
        api.gate.asks(handset.id)?;
        let now = Timestamp::now();
        if now.as_second() - handset.last_seen.as_second() >= SEEN_EVERY_S {
            let mut conn = api.programme.db().note().await?;
            handsets::seen(&mut conn, handset.id, now).await?;
            conn.commit().await?;
        }
        Ok(Self(handset, nonce))
    }
}

impl Sender {
    async fn verified(parts: &Parts, api: &Arc<Api>) -> Result<Self, Fault> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(Fault::unauthorized)?;
        let claims: TokenClaims = jws::peek(token).map_err(|_| Fault::unauthorized())?;
        let mut conn = api.programme.db().read().await?;
        let handset = handsets::handset(&mut conn, claims.iss).await?.ok_or_else(Fault::unauthorized)?;
        drop(conn);
        let claims: TokenClaims =
            jws::verify(&handset.transport_key, jws::typ::TOKEN, token).map_err(|_| Fault::unauthorized())?;
        let now = Timestamp::now();
        if claims.aud != TokenClaims::AUDIENCE {
            return Err(Fault::unauthorized());
        }
        if !claims.holds_at(now) {
            let message = "the token's times don't fit the server's clock";
            return Err(Fault::new(StatusCode::UNAUTHORIZED, ProblemCode::ClockSkew, message));
        }
        Ok(Self(handset, claims.jti))
    }
}

impl FromRequestParts<Arc<Api>> for ActiveSender {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Fault> {
        let Sender(handset, nonce) = Sender::from_request_parts(parts, api).await?;
        match handset.state {
            HandsetState::Active => Ok(Self(handset, nonce)),
            HandsetState::Locked | HandsetState::Erase => {
                Err(Fault::forbidden("this handset is locked: it may only send what it has"))
            }
        }
    }
}
