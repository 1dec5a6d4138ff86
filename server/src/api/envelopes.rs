//! Envelopes in, receipts out.

use std::sync::atomic::Ordering::Relaxed;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use jiff::Timestamp;
use saksi_records::envelope::MAX_ENVELOPE;
use saksi_records::jws::{self, typ};
use saksi_records::wire::{FinalProblem, ProblemCode, Signed};
use saksi_records::{Digest, Envelope};

use super::auth::Sender;
use super::fault::Fault;
use super::{Shared, read_body};
use crate::ingest::{self, Outcome};

/// `POST /v1/envelopes`. 201 with a receipt; 200 with the same receipt where it is here already. A refusal for good is
/// signed as a receipt is: it makes the handset put the record aside.
pub(super) async fn ingest(
    State(api): Shared,
    Sender(handset, nonce): Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Signed>), Fault> {
    let kind = headers.get(axum::http::header::CONTENT_TYPE).map(axum::http::HeaderValue::as_bytes);
    if kind != Some(b"application/octet-stream") {
        let message = "an envelope comes as application/octet-stream";
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::BadRequest, message));
    }
    let bytes = read_body(body, MAX_ENVELOPE).await?;
    let sent = bytes.clone();
    let (working, sender) = (api.clone(), handset.clone());
    // Once all of it is here, it is taken in even if the connection goes.
    let taken =
        tokio::spawn(async move { ingest::ingest(&working.programme, &sender, &working.policy, bytes.into()).await });
    let refused = |status, error, message: String| {
        let problem = FinalProblem {
            handset: handset.id,
            nonce,
            record: Envelope::parse(sent.to_vec()).ok().map(|envelope| envelope.header().record),
            envelope: Digest::of(&sent),
            error,
            message: message.clone(),
            time: Timestamp::now(),
        };
        let signed = jws::sign(&api.programme.keys().server, typ::PROBLEM, &problem);
        Err(Fault::new(status, error, message).with_statement(signed))
    };
    let outcome = taken.await.map_err(|e| Fault::internal(&e))??;
    let counts = &api.metrics;
    match outcome {
        Outcome::Accepted { receipt, again } => {
            let count = if again { &counts.repeated } else { &counts.accepted };
            count.fetch_add(1, Relaxed);
            let status = if again { StatusCode::OK } else { StatusCode::CREATED };
            Ok((status, Json(Signed { signed: receipt })))
        }
        Outcome::BlobsMissing(blobs) => Err(Fault::blobs_missing(blobs)),
        Outcome::Conflict => {
            counts.conflicts.fetch_add(1, Relaxed);
            api.gate.was_rejected(handset.id);
            let message = "this record is here with other bytes; both are kept for review";
            refused(StatusCode::CONFLICT, ProblemCode::Conflict, message.into())
        }
        Outcome::Rejected(why) => {
            counts.rejected.fetch_add(1, Relaxed);
            api.gate.was_rejected(handset.id);
            let message = format!("kept for review, but not accepted: {why}");
            refused(StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Rejected, message)
        }
    }
}
