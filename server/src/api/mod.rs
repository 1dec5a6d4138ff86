//! The handset API: what `docs/protocol.md` describes, over TLS.

mod auth;
mod blobs;
mod envelopes;
mod fault;
mod limits;
mod registration;
mod roster;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post, put};
use jiff::Timestamp;
use saksi_records::Nonce;
use saksi_records::wire::{HandsetStatus, Policy, ProblemCode};

use crate::config::Limits;
use crate::db::handsets::Handset;
use crate::db::{Conn, Db, officers};
use crate::metrics::Metrics;
use crate::programme::Programme;
use fault::Fault;
use limits::Gate;

/// How long a request may take, uploads aside.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How long the database and the store have to answer that they are well.
const WELL_WITHIN: Duration = Duration::from_secs(5);

/// What the handlers share.
pub(crate) struct Api {
    programme: Programme,
    policy: Policy,
    uploads: blobs::Running,
    gate: Gate,
    metrics: Arc<Metrics>,
}

type Shared = State<Arc<Api>>;

/// The handset API as a service.
pub(crate) fn router(programme: Programme, policy: Policy, limits: Limits, metrics: Arc<Metrics>) -> Router {
    let gate = Gate::new(limits);
    let api = Arc::new(Api { programme, policy, uploads: blobs::Running::default(), gate, metrics });
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
        .layer(middleware::from_fn_with_state(Arc::clone(&api), one_of_many))
        .with_state(api)
}

impl Api {
    /// What a handset is told about itself, in answer to the request with this nonce.
    async fn status_of(&self, conn: &mut Conn, handset: &Handset, nonce: Nonce) -> Result<HandsetStatus, Fault> {
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

// 503 where the database or the store can't be used: whoever spreads requests over several servers asks another.
async fn health(State(api): Shared) -> Response {
    let database = async {
        let mut conn = api.programme.db().read().await.ok()?;
        Db::version(&mut conn).await.ok()
    };
    let (database, store) = tokio::join!(
        tokio::time::timeout(WELL_WITHIN, database),
        tokio::time::timeout(WELL_WITHIN, api.programme.blobs().is_well())
    );
    let (database, store) = (matches!(database, Ok(Some(_))), matches!(store, Ok(true)));
    let status = if database && store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |is_well| if is_well { "ok" } else { "failed" };
    let health = serde_json::json!({
        "saksi": 1, "time": Timestamp::now(), "database": word(database), "store": word(store),
    });
    (status, Json(health)).into_response()
}

// Waits for room, and counts what comes of it.
async fn one_of_many(State(api): Shared, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let response = match api.gate.room(request.uri().path().starts_with("/v1/blobs")).await {
        Ok(_room) => next.run(request).await,
        Err(full) => full.into_response(),
    };
    api.metrics.answered(response.status().as_u16(), begun.elapsed());
    response
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
