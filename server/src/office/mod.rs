//! The office's pages: server-rendered, in two languages, and changing by themselves.
//!
//! They are served over plain HTTP, for a loopback address or a TLS proxy of the office to stand before. Every page but
//! the login needs a session; what a user may do follows from the role.

mod decisions;
mod events;
mod handsets;
mod i18n;
mod layout;
mod limiter;
mod liveness;
mod officers;
mod people;
mod progress;
mod receipts;
mod records;
mod review;
mod rosters;
mod session;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::error::told;
use crate::programme::Programme;
use crate::review::ReviewError;
pub(crate) use events::Changes;
use limiter::Limiter;

const TIMEOUT: Duration = Duration::from_mins(1);
const MAX_FORM: usize = 64 * 1024;
/// The largest roster file that is taken by a page, in bytes; the command line has no limit.
const MAX_ROSTER: usize = 64 * 1024 * 1024;

/// What the pages share.
pub(crate) struct Office {
    programme: Programme,
    changes: Changes,
    /// The address browsers see, where it isn't the one they name in `Host`.
    url: Option<String>,
    logins: Limiter,
}

type Shared = State<Arc<Office>>;

/// Why there is no page. A middleware makes a page of it.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    NotFound,
    Forbidden,
    Request,
    /// A decision isn't taken.
    Undecided(ReviewError),
    Internal,
}

/// The office's pages as a service. `url` is the address browsers see, where a proxy stands before them.
pub(crate) fn router(programme: Programme, changes: Changes, url: Option<&str>) -> Router {
    let url = url.map(|url| url.trim_end_matches('/').to_owned());
    let logins = Limiter::new(programme.keys().browsers.clone());
    let office = Arc::new(Office { programme, changes, url, logins });
    let pages = Router::new()
        .route("/", get(async || Redirect::to("/office")))
        .route("/office", get(progress::page))
        .route("/office/api/summary.json", get(progress::summary))
        .route("/office/login", get(session::form).post(session::login))
        .route("/office/logout", post(session::logout))
        .route("/office/language/{code}", get(session::language))
        .route("/office/people", get(people::list).post(people::search))
        .route("/office/people/{id}/{round}", get(people::person))
        .route("/office/counts", get(layout::counts))
        .route("/office/records/{id}", get(records::page))
        .route("/office/records/{id}/photos/{role}", get(records::photo))
        .route("/office/records/{id}/frames/{n}", get(records::frame))
        .route("/office/receipts", get(receipts::form).post(receipts::check))
        .route("/office/handsets", get(handsets::page))
        .route("/office/handsets/{id}/officers", get(officers::page).post(officers::act))
        .route("/office/handsets/{id}/{state}", post(handsets::set_state))
        .route("/office/tickets/new", get(handsets::ticket_form).post(handsets::ticket))
        .route("/office/review", get(decisions::page))
        .route("/office/review/{record}", post(decisions::decide))
        .route("/office/rosters/{id}", post(rosters::apply))
        .route("/office/alerts", get(review::alerts))
        .route("/office/audit", get(review::audit))
        .route("/office/style.css", get(async || asset("text/css", include_str!("assets/style.css"))))
        .route("/office/live.js", get(async || asset("text/javascript", include_str!("assets/live.js"))))
        .route("/office/icon.svg", get(async || asset("image/svg+xml", include_str!("assets/icon.svg"))))
        .layer(DefaultBodyLimit::max(MAX_FORM));
    let upload = Router::new()
        .route("/office/rosters/new", get(rosters::form).post(rosters::upload))
        .layer(DefaultBodyLimit::max(MAX_ROSTER));
    pages
        .merge(upload)
        .layer(middleware::from_fn(within_time))
        .route("/office/events", get(events::stream))
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::Request)
        .layer(middleware::from_fn_with_state(Arc::clone(&office), session::same_origin))
        .layer(middleware::from_fn(layout::show_refusals))
        .layer(middleware::map_response(harden))
        .with_state(office)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Request | Self::Undecided(ReviewError::Reason) => StatusCode::BAD_REQUEST,
            Self::Undecided(_) => StatusCode::CONFLICT,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Refusal {
    /// The server's own fault, which only its log tells.
    fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!("a page failed: {}", told(error));
        Self::Internal
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(&error)
    }
}

async fn within_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::Request.into_response(),
    }
}

// Nothing but our own style and script, nothing framed, nothing guessed, and nothing of it kept on the disk of a shared
// computer.
async fn harden(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                          form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "max-age=300")], text).into_response()
}
