//! The handset API: what `docs/protocol.md` describes, over TLS.

mod auth;
mod blobs;
mod envelopes;
mod fault;
mod registration;
mod roster;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post, put};
use jiff::Timestamp;
use saksi_records::Nonce;
use saksi_records::wire::{HandsetStatus, Policy, ProblemCode};

use crate::db::handsets::Handset;
use crate::db::{Conn, officers};
use crate::programme::Programme;
use fault::Fault;

/// How long a request may take, uploads aside.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How many requests are under way at most; others wait.
const AT_ONCE: usize = 256;

/// What the handlers share.
pub(crate) struct Api {
    programme: Programme,
    policy: Policy,
    uploads: blobs::Running,
}

type Shared = axum::extract::State<Arc<Api>>;

/// The handset API as a service.
pub(crate) fn router(programme: Programme, policy: Policy) -> Router {
    let api = Arc::new(Api { programme, policy, uploads: blobs::Running::default() });
    let quick = Router::new()
        .route("/v1/health", get(health))
        .route("/v1/authority", get(registration::authority))
        .route("/v1/handsets", post(registration::register))
        .route("/v1/handset", get(registration::status))
        .route("/v1/handset/recovery", put(registration::deposit))
        .route("/v1/roster", get(roster::page))
        .route("/v1/envelopes", post(envelopes::ingest))
        .layer(middleware::from_fn(within_time));
    Router::new()
        .merge(quick)
        .merge(blobs::router())
        .fallback(async || Fault::not_found("there is no such address"))
        .method_not_allowed_fallback(async || Fault::method_not_allowed())
        .layer(tower::limit::GlobalConcurrencyLimitLayer::new(AT_ONCE))
        .with_state(api)
}

impl Api {
    /// What a handset is told about itself, in answer to the request with this nonce.
    async fn status_of(
        &self,
        conn: &mut Conn,
        handset: &Handset,
        nonce: Nonce,
    ) -> Result<HandsetStatus, Fault> {
        let latest = officers::latest_deposit(conn, handset.id).await?;
        Ok(HandsetStatus {
            handset: handset.id,
            nonce,
            state: handset.state,
            policy: self.policy.clone(),
            programme_key: self.programme.keys().programme.present(conn).await?.public().clone(),
            time: Timestamp::now(),
            officers: officers::assigned(conn, handset.id).await?,
            recovery: latest.as_ref().map(|deposit| deposit.id),
            codes: self.programme.waiting_codes(conn, handset.id, latest.as_ref()).await?,
        })
    }
}

async fn health() -> Response {
    Json(serde_json::json!({ "saksi": 1, "time": Timestamp::now() })).into_response()
}

async fn within_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::new(StatusCode::REQUEST_TIMEOUT, ProblemCode::BadRequest, "the request took too long")
            .into_response(),
    }
}

/// Reads a body of at most `limit` bytes.
async fn read_body(body: Body, limit: usize) -> Result<Bytes, Fault> {
    axum::body::to_bytes(body, limit).await.map_err(|e| {
        if is_length_limit(&e) {
            Fault::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, "the body is larger than is taken here")
        } else {
            Fault::bad_request("the body did not arrive whole")
        }
    })
}

fn is_length_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(e) = cause {
        if e.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = e.source();
    }
    false
}
