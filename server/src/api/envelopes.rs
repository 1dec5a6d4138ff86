//! Envelopes in, receipts out.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use saksi_records::envelope::MAX_ENVELOPE;
use saksi_records::wire::{ProblemCode, Signed};

use super::auth::Sender;
use super::fault::Fault;
use super::{Shared, read_body};
use crate::ingest::{self, Outcome};

/// `POST /v1/envelopes`. 201 with a receipt; 200 with the same receipt where it is here already.
pub(super) async fn ingest(
    State(api): Shared,
    Sender(handset): Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Signed>), Fault> {
    let kind = headers.get(axum::http::header::CONTENT_TYPE).map(axum::http::HeaderValue::as_bytes);
    if kind != Some(b"application/octet-stream") {
        let message = "an envelope comes as application/octet-stream";
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::BadRequest, message));
    }
    let bytes = read_body(body, MAX_ENVELOPE).await?;
    // Once all of it is here, it is taken in even if the connection goes.
    let taken = tokio::spawn(async move { ingest::ingest(&api.programme, &handset, &api.policy, bytes.into()).await });
    match taken.await.map_err(|e| Fault::internal(&e))?? {
        Outcome::Accepted { receipt, again } => {
            let status = if again { StatusCode::OK } else { StatusCode::CREATED };
            Ok((status, Json(Signed { signed: receipt })))
        }
        Outcome::BlobsMissing(blobs) => Err(Fault::blobs_missing(blobs)),
        Outcome::Conflict => {
            let message = "this record is here with other bytes; both are kept for review";
            Err(Fault::new(StatusCode::CONFLICT, ProblemCode::Conflict, message))
        }
        Outcome::Rejected(why) => {
            let message = format!("kept for review, but not accepted: {why}");
            Err(Fault::new(StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Rejected, message))
        }
    }
}
