//! The requests of the protocol, one function each. Only what the programme's own server signed or its own authority
//! vouches for is believed.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use reqwest::{Certificate, RequestBuilder, StatusCode};
use saksi_records::jws::{self, typ};
use saksi_records::keys::{HandsetKey, VerifyingKey};
use saksi_records::wire::{
    FinalProblem, HandsetStatus, NewRecovery, Problem, ProblemCode, Receipt, Registered, RosterDelta, RosterPage,
    Signed, TokenClaims,
};
use saksi_records::{Digest, Envelope, HandsetId, Nonce};
use serde::de::DeserializeOwned;

use crate::sync::backoff::Backoff;
use crate::sync::cancel::Cancel;
use crate::sync::connection::{Answer, Connection, STALL};

/// Why a request didn't do what it was for.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// No connection, or it broke.
    #[error("no connection to the server: {0}")]
    Offline(String),
    /// Something answers that isn't the programme's server, or doesn't keep to the protocol: a captive portal, a proxy.
    #[error("what answers is not the programme's server: {0}")]
    NotOurServer(String),
    /// The server said no.
    #[error("the server says: {} ({})", .0.message, .1)]
    Refused(Problem, u16),
    /// The ticket or the certificate in it can't be used.
    #[error("the ticket can't be used: {0}")]
    Ticket(String),
    /// A photo's file can't be read.
    #[error("a sealed photo can't be read: {0}")]
    Blob(std::io::Error),
    /// Whoever asked for it didn't want to wait any longer.
    #[error("cancelled: what was sent before is sent, and the rest waits")]
    Cancelled,
}

impl NetworkError {
    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Offline(_) => true,
            // An upload that stands elsewhere, as another request has taken it over, or a request that took too long.
            Self::Refused(problem, 408 | 409) if problem.error == ProblemCode::BadRequest => true,
            Self::Refused(problem, _) => problem.error == ProblemCode::Internal,
            Self::NotOurServer(_) | Self::Ticket(_) | Self::Blob(_) | Self::Cancelled => false,
        }
    }
}

/// A connection to the programme's server.
pub(crate) struct Client {
    http: reqwest::Client,
    connection: Connection,
    server: String,
    server_key: VerifyingKey,
    /// How many seconds the server's clock is ahead of ours.
    skew_s: AtomicI64,
}

/// Who is asking.
pub(crate) struct Caller<'a> {
    pub(crate) handset: HandsetId,
    pub(crate) key: &'a HandsetKey,
    pub(crate) now: Timestamp,
}

impl Client {
    pub(crate) fn new(server: &str, ca: &[u8], server_key: &VerifyingKey) -> Result<Self, NetworkError> {
        // The provider is one for the whole process; another part of the app may have set it already.
        rustls::crypto::ring::default_provider().install_default().ok();
        let ca = Certificate::from_der(ca).map_err(|error| NetworkError::Ticket(error.to_string()))?;
        let http = reqwest::Client::builder()
            .tls_certs_only([ca])
            .https_only(true)
            .connect_timeout(STALL)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("saksi/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| NetworkError::Ticket(error.to_string()))?;
        let server = server.trim_end_matches('/').to_owned();
        let connection = Connection::new()?;
        Ok(Self { http, connection, server, server_key: server_key.clone(), skew_s: AtomicI64::new(0) })
    }

    /// The same, until it is cancelled.
    pub(crate) fn until(self, cancel: &Cancel) -> Self {
        Self { connection: self.connection.until(cancel), ..self }
    }

    /// Makes a request again a few times, with pauses, where that may help.
    pub(crate) fn patiently<T>(
        &self,
        mut pauses: Backoff,
        request: impl Fn() -> Result<T, NetworkError>,
    ) -> Result<T, NetworkError> {
        loop {
            match request() {
                Err(error) if error.is_passing() && !self.connection.is_given_up() => {
                    self.connection.pause(pauses.next().ok_or(error)?)?;
                }
                result => return result,
            }
        }
    }

    /// Waits before something is tried again.
    pub(crate) fn pause(&self, pause: Duration) -> Result<(), NetworkError> {
        self.connection.pause(pause)
    }

    /// Whether the server was of no use for so long that nothing more is asked of it.
    pub(crate) fn is_given_up(&self) -> bool {
        self.connection.is_given_up()
    }

    /// `POST /v1/handsets`. `nonce` is the registration's own.
    pub(crate) fn register(&self, registration: String, nonce: Nonce) -> Result<Registered, NetworkError> {
        let request = self.http.post(self.url("/v1/handsets")).json(&Signed { signed: registration });
        let sent = check(self.connection.send(request)?)?;
        let registered: Registered = self.statement(typ::STATUS, &json::<Signed>(&sent)?)?;
        let status = &registered.status;
        answers((registered.handset, nonce), (status.handset, status.nonce))?;
        Ok(registered)
    }

    /// `GET /v1/handset`.
    pub(crate) fn status(&self, caller: &Caller) -> Result<HandsetStatus, NetworkError> {
        let nonce = Nonce::random();
        let signed = self.authorised(caller, nonce, || self.http.get(self.url("/v1/handset")))?;
        self.status_for(caller, nonce, &signed)
    }

    fn status_for(&self, caller: &Caller, nonce: Nonce, signed: &Answer) -> Result<HandsetStatus, NetworkError> {
        let status: HandsetStatus = self.statement(typ::STATUS, &json::<Signed>(signed)?)?;
        answers((caller.handset, nonce), (status.handset, status.nonce))?;
        Ok(status)
    }

    /// `PUT /v1/handset/recovery`. Returns the state of things thereafter.
    pub(crate) fn deposit(&self, caller: &Caller, new: &NewRecovery) -> Result<HandsetStatus, NetworkError> {
        let nonce = Nonce::random();
        let sent = self.authorised(caller, nonce, || self.http.put(self.url("/v1/handset/recovery")).json(new))?;
        self.status_for(caller, nonce, &sent)
    }

    /// `GET /v1/roster?cursor=N`.
    pub(crate) fn roster(&self, caller: &Caller, cursor: u64) -> Result<RosterDelta, NetworkError> {
        let nonce = Nonce::random();
        let path = format!("/v1/roster?cursor={cursor}");
        let signed = self.authorised(caller, nonce, || self.http.get(self.url(&path)))?;
        let page: RosterPage = self.statement(typ::ROSTER, &json::<Signed>(&signed)?)?;
        answers((caller.handset, nonce), (page.handset, page.nonce))?;
        if page.since == cursor {
            Ok(page.delta)
        } else {
            Err(NetworkError::NotOurServer("its roster page is another than was asked for".into()))
        }
    }

    /// `POST /v1/envelopes`. Returns the receipt as the server signed it, once all that it says fits the envelope. A final
    /// refusal is the server's word on this very envelope too.
    pub(crate) fn envelope(&self, caller: &Caller, envelope: &Envelope) -> Result<String, NetworkError> {
        let nonce = Nonce::random();
        let sent = self.ask(caller, nonce, || {
            self.http
                .post(self.url("/v1/envelopes"))
                .header(CONTENT_TYPE, "application/octet-stream")
                .body(envelope.as_bytes().to_vec())
        });
        let response = match sent {
            Err(NetworkError::Refused(said, status)) if said.error.is_final() => {
                let proven = self.final_problem(caller, nonce, envelope, said)?;
                return Err(NetworkError::Refused(proven, status));
            }
            sent => sent?,
        };
        let signed: Signed = json(&response)?;
        let receipt: Receipt = self.statement(typ::RECEIPT, &signed)?;
        let header = envelope.header();
        let fits = receipt.record == header.record
            && receipt.envelope == envelope.digest()
            && receipt.handset == header.handset
            && receipt.seq == header.seq;
        if fits {
            Ok(signed.signed)
        } else {
            Err(NetworkError::NotOurServer("its receipt is for another record".into()))
        }
    }

    /// What the server signed about this envelope, in place of what was only said.
    fn final_problem(
        &self,
        caller: &Caller,
        nonce: Nonce,
        envelope: &Envelope,
        said: Problem,
    ) -> Result<Problem, NetworkError> {
        let signed = said.signed.ok_or_else(unsigned_refusal)?;
        let told: FinalProblem = self.statement(typ::PROBLEM, &Signed { signed: signed.clone() })?;
        answers((caller.handset, nonce), (told.handset, told.nonce))?;
        let fits = told.envelope == envelope.digest()
            && told.record.is_none_or(|record| record == envelope.header().record)
            && told.error.is_final();
        if !fits {
            return Err(NetworkError::NotOurServer("its refusal is of another record".into()));
        }
        let (error, message, time) = (told.error, told.message, told.time);
        Ok(Problem { error, message, time, blobs: Vec::new(), signed: Some(signed) })
    }

    /// Creates a tus upload and returns its address.
    pub(crate) fn create_upload(&self, caller: &Caller, name: &Digest, length: u64) -> Result<String, NetworkError> {
        let metadata = format!("sha256 {}", BASE64.encode(name.to_string()));
        let response = self.authorised(caller, Nonce::random(), || {
            tus(self.http.post(self.url("/v1/blobs")))
                .header("Upload-Length", length)
                .header("Upload-Metadata", &metadata)
        })?;
        let location = header(&response, LOCATION.as_str())?;
        // An address elsewhere would be sent our token.
        match location.strip_prefix(&self.server).unwrap_or(location) {
            path if path.starts_with("/v1/blobs/") => Ok(self.url(path)),
            _ => Err(NetworkError::NotOurServer("it sends uploads elsewhere".into())),
        }
    }

    /// How many bytes of an upload the server has; `None` where it doesn't know the upload any more.
    pub(crate) fn upload_offset(&self, caller: &Caller, upload: &str) -> Result<Option<u64>, NetworkError> {
        if !upload.starts_with(&self.url("/v1/blobs/")) {
            return Ok(None);
        }
        match self.authorised(caller, Nonce::random(), || tus(self.http.head(upload))) {
            Err(NetworkError::Refused(problem, _)) if problem.error == ProblemCode::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(response) => offset(&response).map(Some),
        }
    }

    /// Sends the next piece of a photo, at most so many bytes, and returns how many the server has then.
    pub(crate) fn upload_piece(
        &self,
        caller: &Caller,
        upload: &str,
        file: &mut File,
        (from, most): (u64, u64),
    ) -> Result<u64, NetworkError> {
        let mut piece = Vec::new();
        file.seek(SeekFrom::Start(from)).map_err(NetworkError::Blob)?;
        file.take(most).read_to_end(&mut piece).map_err(NetworkError::Blob)?;
        let response = self.authorised(caller, Nonce::random(), || {
            tus(self.http.patch(upload))
                .header("Upload-Offset", from)
                .header(CONTENT_TYPE, "application/offset+octet-stream")
                .body(piece.clone())
        })?;
        let reached = offset(&response)?;
        if reached > from && reached <= from + piece.len() as u64 {
            Ok(reached)
        } else {
            Err(NetworkError::NotOurServer("it counts the bytes of an upload differently".into()))
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    /// Sends a request to which no refusal is final: the server signs only what it says of an envelope.
    fn authorised(
        &self,
        caller: &Caller,
        nonce: Nonce,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Answer, NetworkError> {
        match self.ask(caller, nonce, request) {
            Err(NetworkError::Refused(problem, _)) if problem.error.is_final() => Err(unsigned_refusal()),
            result => result,
        }
    }

    /// Sends a request under a fresh token. Where the server says that our clock is off, its own is taken, once.
    fn ask(&self, caller: &Caller, nonce: Nonce, request: impl Fn() -> RequestBuilder) -> Result<Answer, NetworkError> {
        let send = || {
            let skew = SignedDuration::from_secs(self.skew_s.load(Ordering::Relaxed));
            // A clock at the end of all times makes a token that the server refuses, and no panic.
            let now = caller.now.checked_add(skew).unwrap_or(caller.now);
            let token = jws::sign(caller.key, typ::TOKEN, &TokenClaims::new(caller.handset, now, nonce));
            check(self.connection.send(request().header(AUTHORIZATION, format!("Bearer {token}")))?)
        };
        match send() {
            Err(NetworkError::Refused(problem, _)) if problem.error == ProblemCode::ClockSkew => {
                self.skew_s.store(problem.time.as_second() - caller.now.as_second(), Ordering::Relaxed);
                send()
            }
            result => result,
        }
    }

    fn statement<T: DeserializeOwned>(&self, typ: &str, signed: &Signed) -> Result<T, NetworkError> {
        jws::verify(&self.server_key, typ, &signed.signed)
            .map_err(|error| NetworkError::NotOurServer(error.to_string()))
    }
}

/// Whether a statement is for this handset, and answers this request and no earlier one.
fn answers(asked: (HandsetId, Nonce), told: (HandsetId, Nonce)) -> Result<(), NetworkError> {
    match (asked.0 == told.0, asked.1 == told.1) {
        (true, true) => Ok(()),
        (false, _) => Err(NetworkError::NotOurServer("its word is for another handset".into())),
        (true, false) => Err(NetworkError::NotOurServer("its word is an earlier one again".into())),
    }
}

fn unsigned_refusal() -> NetworkError {
    NetworkError::NotOurServer("its refusal of a record isn't signed".into())
}

fn tus(request: RequestBuilder) -> RequestBuilder {
    request.header("Tus-Resumable", "1.0.0")
}

/// Turns everything that isn't a success into an error.
fn check(answer: Answer) -> Result<Answer, NetworkError> {
    let status = answer.status;
    if status.is_success() {
        return Ok(answer);
    }
    match json::<Problem>(&answer) {
        Ok(problem) => Err(NetworkError::Refused(problem, status.as_u16())),
        // The answer to a HEAD has no body to tell more.
        Err(_) if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) => {
            let (error, message) = (ProblemCode::NotFound, "not there".to_owned());
            let problem = Problem { error, message, time: Timestamp::UNIX_EPOCH, blobs: Vec::new(), signed: None };
            Err(NetworkError::Refused(problem, status.as_u16()))
        }
        Err(_) if status.is_server_error() => Err(NetworkError::Offline(format!("the server answers {status}"))),
        Err(_) => Err(NetworkError::NotOurServer(format!("it answers {status}"))),
    }
}

fn json<T: DeserializeOwned>(answer: &Answer) -> Result<T, NetworkError> {
    // serde's message could repeat a part of the answer.
    serde_json::from_slice(&answer.body).map_err(|_| NetworkError::NotOurServer("its answer can't be read".into()))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Result<&'a str, NetworkError> {
    answer
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| NetworkError::NotOurServer(format!("its answer lacks {name}")))
}

fn offset(answer: &Answer) -> Result<u64, NetworkError> {
    header(answer, "Upload-Offset")?
        .parse()
        .map_err(|_| NetworkError::NotOurServer("its upload offset is no number".into()))
}
