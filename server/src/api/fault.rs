//! Every answer that isn't a success: a status and a [`Problem`].

use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use jiff::Timestamp;
use saksi_records::Digest;
use saksi_records::wire::{Problem, ProblemCode};

use crate::error::{ServerError, told};

/// Why a request isn't served.
#[derive(Debug)]
pub(crate) struct Fault {
    status: StatusCode,
    error: ProblemCode,
    message: String,
    blobs: Vec<Digest>,
    signed: Option<String>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Fault {
    pub fn new(status: StatusCode, error: ProblemCode, message: impl Into<String>) -> Self {
        Self { status, error, message: message.into(), blobs: Vec::new(), signed: None, header: None }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::BadRequest, message)
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::Unauthorized, "a token of a registered handset is needed")
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, ProblemCode::Unauthorized, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::NotFound, message)
    }

    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ProblemCode::BadRequest, "this address has no such method")
    }

    pub fn blobs_missing(blobs: Vec<Digest>) -> Self {
        let message = "the blobs must come before the envelope that names them";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { blobs, ..Self::new(status, ProblemCode::BlobsMissing, message) }
    }

    /// Too much was asked for. It may be asked for again after a while.
    pub fn too_many(wait: Duration) -> Self {
        let message = "too much was asked for: wait";
        Self::new(StatusCode::TOO_MANY_REQUESTS, ProblemCode::Internal, message).with_wait(wait)
    }

    /// It can't be done just now.
    pub fn busy(wait: Duration, message: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ProblemCode::Internal, message).with_wait(wait)
    }

    // Whole seconds, and not none.
    fn with_wait(self, wait: Duration) -> Self {
        self.with_header(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1))
    }

    /// The server's own fault, which only its log tells.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!("a request failed: {}", told(error));
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ProblemCode::Internal, "the server failed; try again later")
    }

    /// With the same as a statement, which makes it final for the envelope that it names.
    pub fn with_statement(self, signed: String) -> Self {
        Self { signed: Some(signed), ..self }
    }

    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<ServerError> for Fault {
    fn from(error: ServerError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let problem = Problem {
            error: self.error,
            message: self.message,
            time: Timestamp::now(),
            blobs: self.blobs,
            signed: self.signed,
        };
        let mut response = (self.status, Json(problem)).into_response();
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some((name, value)) = self.header.map(|it| *it) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
