//! How a sync waits for the server: each request ends when it is cancelled, and a server that falls silent, or drips, costs
//! [`PATIENCE`] at most.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response, StatusCode};
use saksi_records::wire::MAX_ANSWER;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep, timeout_at};

use crate::disk::mutex::lock;
use crate::sync::cancel::Cancel;
use crate::sync::client::NetworkError;

/// The longest wait for a connection, with its TLS handshake; for an answer to begin; and for the next [`USEFUL_BYTES`] of it.
pub(crate) const STALL: Duration = Duration::from_secs(10);
/// The longest wait in all, over several requests and pauses, in which nothing useful comes.
const PATIENCE: Duration = Duration::from_secs(18);
/// So many bytes of an answer within [`STALL`] are useful: 400 a second, less than the slowest mobile networks carry.
const USEFUL_BYTES: usize = 4000;

/// What carries a sync's requests.
pub(crate) struct Connection {
    /// Not `None` until it is dropped.
    runtime: Option<Runtime>,
    cancel: Cancel,
    patience: Mutex<Patience>,
}

/// How long the server may still be waited for until it is of use again. Time in which nothing is asked doesn't count.
struct Patience {
    left: Duration,
    /// While something is asked: when it ends.
    end: Instant,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// One that nobody cancels.
    pub(crate) fn new() -> Result<Self, NetworkError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = Some(runtime.map_err(|error| NetworkError::Offline(error.to_string()))?);
        Ok(Self { runtime, cancel: Cancel::new(), patience: Mutex::new(Patience::whole()) })
    }

    /// The same, until it is cancelled.
    pub(crate) fn until(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) fn send(&self, request: RequestBuilder) -> Result<Answer, NetworkError> {
        self.run(async {
            let (http, request) = request.build_split();
            let request = request.map_err(|error| offline(&error))?;
            // What of a body has left this phone can't be seen, so the answer alone shows that it arrived.
            let wait = if request.body().is_some() { PATIENCE } else { STALL };
            let mut response = self.within(wait, http.execute(request)).await?.map_err(|error| offline(&error))?;
            let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
            let mut body = Vec::new();
            while self.within(STALL, read_some(&mut response, &mut body)).await?? {
                lock(&self.patience).renew();
            }
            lock(&self.patience).renew();
            Ok(Answer { status, headers, body })
        })
    }

    /// Waits before a request is made again.
    pub(crate) fn pause(&self, pause: Duration) -> Result<(), NetworkError> {
        self.run(async { self.within(PATIENCE, sleep(pause)).await })
    }

    /// Whether the server was of no use for so long that nothing more is asked of it.
    pub(crate) fn is_given_up(&self) -> bool {
        lock(&self.patience).left.is_zero()
    }

    async fn within<T>(&self, wait: Duration, what: impl Future<Output = T>) -> Result<T, NetworkError> {
        let end = lock(&self.patience).end.min(Instant::now() + wait);
        timeout_at(end, what).await.map_err(|_| NetworkError::Offline("the server is silent".into()))
    }

    fn run<T>(&self, what: impl Future<Output = Result<T, NetworkError>>) -> Result<T, NetworkError> {
        lock(&self.patience).begin();
        let runtime = self.runtime.as_ref().expect("there until it is dropped");
        let done = runtime.block_on(async {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => Err(NetworkError::Cancelled),
                done = what => done,
            }
        });
        lock(&self.patience).stop();
        done
    }
}

impl Patience {
    fn whole() -> Self {
        Self { left: PATIENCE, end: Instant::now() + PATIENCE }
    }

    fn renew(&mut self) {
        *self = Self::whole();
    }

    fn begin(&mut self) {
        self.end = Instant::now() + self.left;
    }

    fn stop(&mut self) {
        self.left = self.end.saturating_duration_since(Instant::now());
    }
}

impl Drop for Connection {
    /// A name that is still being looked up is no reason to wait.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Reads until [`USEFUL_BYTES`] more are there, and tells whether there may be more. An answer that ends is useful at any
/// length.
async fn read_some(response: &mut Response, body: &mut Vec<u8>) -> Result<bool, NetworkError> {
    let enough = body.len() + USEFUL_BYTES;
    while body.len() < enough {
        let Some(chunk) = response.chunk().await.map_err(|error| offline(&error))? else { return Ok(false) };
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(NetworkError::NotOurServer("its answer is longer than any of the programme's".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(true)
}

/// A reqwest error names the address only, which is no secret.
fn offline(error: &reqwest::Error) -> NetworkError {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    NetworkError::Offline(text)
}
