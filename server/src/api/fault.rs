//! Every answer that isn't a success: a status and a [`Problem`].

use axum::http::header::CACHE_CONTROL;
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
