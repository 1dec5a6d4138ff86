//! Blobs in, by the tus resumable-upload protocol 1.0 with the extensions creation, expiration and termination.
//!
//! A handset names a blob by its SHA-256 in `Upload-Metadata`, so that the server can tell at once that it has it, and
//! check it when it is whole. Whatever arrives before a connection breaks is kept.

use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::StreamExt as _;
use jiff::{Timestamp, ToSpan as _};
use saksi_records::wire::ProblemCode;
use saksi_records::{Digest, HandsetId};
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use uuid::Uuid;

use super::auth::Sender;
use super::fault::Fault;
use super::{Api, Shared};
use crate::blobs::{MAX_BLOB, StoreError};
use crate::config::Limits;
use crate::db::uploads::{self, Upload};
use crate::programme::Programme;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const ONE: HeaderValue = HeaderValue::from_static("1.0.0");

const KEPT_FOR_HOURS: i64 = 7 * 24;
/// After how long room on the disk is hoped for.
const UNTIL_ROOM: Duration = Duration::from_mins(5);

/// The addresses of uploads.
pub(super) fn router() -> Router<Arc<Api>> {
    Router::new()
        .route("/v1/blobs", post(create).options(options))
        .route("/v1/blobs/{id}", axum::routing::head(offset).patch(append).delete(end).options(options))
        .layer(middleware::map_response(async |mut response: Response| {
            response.headers_mut().insert(RESUMABLE, ONE);
            response
        }))
}

/// The uploads that are being written to. A handset whose connection hangs half-open comes again on another one: the
/// newcomer makes the older request stop, keep what it has, and let go.
#[derive(Debug, Default)]
pub(super) struct Running(Mutex<HashMap<Uuid, Arc<Slot>>>);

#[derive(Debug)]
struct Slot {
    comers: watch::Sender<u64>,
    gate: Arc<tokio::sync::Mutex<()>>,
}

struct Turn {
    newer: watch::Receiver<u64>,
    _gate: tokio::sync::OwnedMutexGuard<()>,
}

impl Running {
    async fn turn(&self, upload: Uuid) -> Turn {
        let (newer, gate) = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            slots.retain(|id, slot| *id == upload || Arc::strong_count(&slot.gate) > 1);
            let slot = slots
                .entry(upload)
                .or_insert_with(|| Arc::new(Slot { comers: watch::Sender::new(0), gate: Arc::default() }));
            slot.comers.send_modify(|count| *count += 1);
            (slot.comers.subscribe(), Arc::clone(&slot.gate))
        };
        Turn { newer, _gate: gate.lock_owned().await }
    }
}

async fn options() -> Response {
    let headers = [
        (VERSION, ONE),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static("creation,expiration,termination")),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(MAX_BLOB)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

async fn create(State(api): Shared, Sender(handset, _): Sender, headers: HeaderMap) -> Result<Response, Fault> {
    check_version(&headers)?;
    let bytes = number(&headers, &LENGTH)?;
    if bytes > MAX_BLOB {
        let message = format!("a blob has at most {MAX_BLOB} bytes");
        return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, message));
    }
    if bytes == 0 {
        return Err(Fault::bad_request("a blob is never empty"));
    }
    let sha256 = announced(&headers)?;
    has_room(&api)?;
    let mut conn = api.programme.db().note().await?;
    let expires = Timestamp::now() + KEPT_FOR_HOURS.hours();
    let (upload, replaced) = uploads::begin(&mut conn, handset.id, sha256, bytes, expires).await?;
    conn.commit().await?;
    for id in replaced {
        api.programme.blobs().forget(id).await;
    }
    let location = HeaderValue::try_from(format!("/v1/blobs/{}", upload.id)).map_err(|e| Fault::internal(&e))?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], state(&upload)).into_response())
}

async fn offset(
    State(api): Shared,
    Sender(handset, _): Sender,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    check_version(&headers)?;
    let id = parse_id(&id)?;
    let _turn = api.uploads.turn(id).await;
    let upload = find(&api.programme, handset.id, id).await?;
    let headers = [(LENGTH, HeaderValue::from(upload.bytes)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::OK, headers, state(&upload)).into_response())
}

async fn append(
    State(api): Shared,
    Sender(handset, _): Sender,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Fault> {
    check_version(&headers)?;
    let id = parse_id(&id)?;
    if headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(b"application/offset+octet-stream") {
        let message = "an upload continues as application/offset+octet-stream";
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::BadRequest, message));
    }
    let at = number(&headers, &OFFSET)?;
    // On a task of its own: what has arrived is kept even if the connection, and with it this request, goes.
    let work = tokio::spawn(async move {
        let mut turn = api.uploads.turn(id).await;
        let upload = find(&api.programme, handset.id, id).await?;
        if at != upload.received {
            return Err(stands_elsewhere(StatusCode::CONFLICT, &upload));
        }
        if upload.is_complete() {
            return Ok(upload);
        }
        has_room(&api)?;
        let (received, ended) = receive(&api.programme, api.gate.limits.silence, &upload, body, &mut turn).await?;
        // The turn ends only when the new offset is written down.
        let upload = settle(&api.programme, Upload { received, ..upload }).await?;
        drop(turn);
        if upload.is_complete() {
            api.metrics.blobs.fetch_add(1, Relaxed);
            api.metrics.blob_bytes.fetch_add(upload.bytes, Relaxed);
        }
        match ended {
            Ended::Whole => Ok(upload),
            _ if upload.is_complete() => Ok(upload),
            Ended::TakenOver => Err(stands_elsewhere(StatusCode::CONFLICT, &upload)),
            Ended::Broken => Err(stands_elsewhere(StatusCode::REQUEST_TIMEOUT, &upload)),
        }
    });
    let upload = work.await.map_err(|e| Fault::internal(&e))??;
    Ok((StatusCode::NO_CONTENT, state(&upload)).into_response())
}

async fn end(
    State(api): Shared,
    Sender(handset, _): Sender,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    check_version(&headers)?;
    let id = parse_id(&id)?;
    let _turn = api.uploads.turn(id).await;
    let upload = find(&api.programme, handset.id, id).await?;
    forget(&api.programme, upload.id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How a body came to its end.
enum Ended {
    /// All of it came.
    Whole,
    /// A newer request for the same upload took over.
    TakenOver,
    /// It broke off, or went silent.
    Broken,
}

// Writes what comes, makes it durable, and returns how much of the blob is here now. What came of a body before it broke
// off is kept.
async fn receive(
    programme: &Programme,
    silence: Duration,
    upload: &Upload,
    body: Body,
    turn: &mut Turn,
) -> Result<(u64, Ended), Fault> {
    let path = programme.blobs().arriving(upload.id);
    let mut file = tokio::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .await
        .map_err(|e| Fault::internal(&e))?;
    // What a crash left behind the last durable byte is none of the blob's.
    file.set_len(upload.received).await.map_err(|e| Fault::internal(&e))?;
    file.seek(std::io::SeekFrom::End(0)).await.map_err(|e| Fault::internal(&e))?;
    let mut received = upload.received;
    let mut body = body.into_data_stream();
    let begun = Instant::now();
    let ended = loop {
        let next = tokio::select! {
            biased;
            _ = turn.newer.changed() => break Ended::TakenOver,
            next = tokio::time::timeout(silence, body.next()) => next,
        };
        let chunk = match next {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(None) => break Ended::Whole,
            Ok(Some(Err(_))) | Err(_) => break Ended::Broken,
        };
        if chunk.len() as u64 > upload.bytes - received {
            forget(programme, upload.id).await?;
            return Err(Fault::bad_request("more came than was announced; the upload is discarded"));
        }
        file.write_all(&chunk).await.map_err(|e| Fault::internal(&e))?;
        received += chunk.len() as u64;
        // A byte now and then isn't silence, and holds the place of another all the same.
        let due = begun.elapsed().saturating_sub(silence).as_secs() * Limits::SLOWEST;
        if received < upload.bytes && received - upload.received < due {
            break Ended::Broken;
        }
    };
    file.flush().await.map_err(|e| Fault::internal(&e))?;
    file.sync_all().await.map_err(|e| Fault::internal(&e))?;
    Ok((received, ended))
}

// Notes how far an upload is; a whole one becomes a blob, or is discarded if it isn't what it was announced as.
async fn settle(programme: &Programme, upload: Upload) -> Result<Upload, Fault> {
    if upload.is_complete() {
        match programme.blobs().store(upload.id, upload.sha256).await {
            Ok(()) => {}
            Err(e @ StoreError::OtherBytes) => {
                forget(programme, upload.id).await?;
                let status = StatusCode::from_u16(460).map_err(|e| Fault::internal(&e))?;
                return Err(Fault::new(status, ProblemCode::BadRequest, format!("{e}; the upload is discarded")));
            }
            Err(e) => return Err(Fault::internal(&e)),
        }
    }
    let mut conn = programme.db().note().await?;
    if upload.is_complete() {
        uploads::complete(&mut conn, &upload).await?;
    } else {
        uploads::set_received(&mut conn, upload.id, upload.received).await?;
    }
    conn.commit().await?;
    if upload.is_complete() {
        programme.blobs().forget(upload.id).await;
    }
    Ok(upload)
}

// Where the disk is nearly full, photos wait on handsets, and what is left is for records and their receipts.
fn has_room(api: &Api) -> Result<(), Fault> {
    let free = api.programme.blobs().free_bytes().map_err(|e| Fault::internal(&e))?;
    if free < api.gate.limits.reserve {
        tracing::error!(free, "the disk is nearly full: photos are refused");
        return Err(Fault::busy(UNTIL_ROOM, "there is no room for photos just now"));
    }
    Ok(())
}

async fn forget(programme: &Programme, id: Uuid) -> Result<(), Fault> {
    let mut conn = programme.db().note().await?;
    uploads::forget(&mut conn, id).await?;
    conn.commit().await?;
    programme.blobs().forget(id).await;
    Ok(())
}

async fn find(programme: &Programme, handset: HandsetId, id: Uuid) -> Result<Upload, Fault> {
    let mut conn = programme.db().read().await?;
    uploads::find(&mut conn, handset, id).await?.ok_or_else(|| Fault::not_found("this handset has no such upload"))
}

// The sender has to go on from where the upload stands, which isn't where it thinks.
fn stands_elsewhere(status: StatusCode, upload: &Upload) -> Fault {
    let message = format!("the upload stands at {}", upload.received);
    Fault::new(status, ProblemCode::BadRequest, message).with_header(OFFSET, HeaderValue::from(upload.received))
}

fn state(upload: &Upload) -> [(HeaderName, HeaderValue); 2] {
    let expires = upload.expires.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let expires = HeaderValue::try_from(expires).unwrap_or(HeaderValue::from_static("0"));
    [(OFFSET, HeaderValue::from(upload.received)), (EXPIRES, expires)]
}

fn check_version(headers: &HeaderMap) -> Result<(), Fault> {
    if headers.get(RESUMABLE) == Some(&ONE) {
        return Ok(());
    }
    let message = "version 1.0.0 of the tus protocol is spoken here";
    Err(Fault::new(StatusCode::PRECONDITION_FAILED, ProblemCode::BadRequest, message).with_header(VERSION, ONE))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Fault> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| Fault::bad_request(format!("the header {name} must be a whole number")))
}

// `Upload-Metadata: sha256 <base64 of the hex digits>`, among whatever else a client likes to say.
fn announced(headers: &HeaderMap) -> Result<Digest, Fault> {
    let text = headers.get(METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(',')
        .filter_map(|pair| pair.trim().strip_prefix("sha256 "))
        .find_map(|value| String::from_utf8(BASE64.decode(value.trim()).ok()?).ok()?.parse().ok())
        .ok_or_else(|| Fault::bad_request("Upload-Metadata must have `sha256` with the blob's SHA-256 in hex"))
}

fn parse_id(text: &str) -> Result<Uuid, Fault> {
    text.parse().map_err(|_| Fault::not_found("this handset has no such upload"))
}
