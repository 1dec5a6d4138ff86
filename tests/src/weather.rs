//! Bad weather between handset and server: a link that breaks, and things that answer in the server's place.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum_server::tls_rustls::RustlsConfig;
use jiff::Timestamp;
use reqwest::Certificate;
use saksi_records::keys::{HandsetKey, random_bytes};
use saksi_records::wire::{Problem, ProblemCode, Receipt, Signed};
use saksi_records::{Authority, Envelope, RecordId, Ticket, jws};
use serde_json::Value;

use crate::FieldKit;

const MOST: usize = 16 * 1024 * 1024;

/// A link that breaks once this many more bytes have gone up, and is whole again afterwards; that is slow; or that goes dead.
pub struct Link {
    address: SocketAddr,
    state: Arc<LinkState>,
}

struct LinkState {
    left: AtomicU64,
    passed: AtomicU64,
    /// Bytes a second upwards.
    speed: AtomicU64,
    dead: AtomicBool,
}

impl Link {
    /// A link to the kit's server.
    pub fn to(kit: &FieldKit) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(LinkState {
            left: AtomicU64::new(u64::MAX),
            passed: AtomicU64::new(0),
            speed: AtomicU64::new(u64::MAX),
            dead: AtomicBool::new(false),
        });
        let (server, shared) = (kit.handset_address(), Arc::clone(&state));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || carry(client, server, &state));
            }
        });
        Self { address, state }
    }

    /// The kit's ticket, by way of this link.
    pub fn ticket(&self, kit: &FieldKit) -> Ticket {
        Ticket { server: format!("https://{}", self.address), ..kit.ticket() }
    }

    /// Breaks after this many more bytes upwards.
    pub fn break_after(&self, bytes: u64) {
        self.state.left.store(bytes, Ordering::SeqCst);
    }

    /// Carries so many bytes a second upwards from now on.
    pub fn slow_down(&self, bytes_a_second: u64) {
        self.state.speed.store(bytes_a_second, Ordering::SeqCst);
    }

    /// Takes what comes, and carries nothing any more.
    pub fn go_dead(&self) {
        self.state.dead.store(true, Ordering::SeqCst);
    }

    /// How many bytes have gone up.
    pub fn passed(&self) -> u64 {
        self.state.passed.load(Ordering::SeqCst)
    }
}

fn carry(mut client: TcpStream, server: SocketAddr, state: &LinkState) {
    let Ok(mut upstream) = TcpStream::connect(server) else { return };
    let (Ok(mut back), Ok(mut answers)) = (client.try_clone(), upstream.try_clone()) else { return };
    thread::spawn(move || std::io::copy(&mut answers, &mut back));
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        if state.dead.load(Ordering::SeqCst) {
            continue;
        }
        let may = state.left.load(Ordering::SeqCst);
        let count = count.min(usize::try_from(may).unwrap_or(usize::MAX));
        let speed = state.speed.load(Ordering::SeqCst);
        thread::sleep(Duration::from_micros((count as u64).saturating_mul(1_000_000) / speed));
        if upstream.write_all(&buffer[..count]).is_err() {
            break;
        }
        state.passed.fetch_add(count as u64, Ordering::SeqCst);
        if may != u64::MAX {
            state.left.store(may - count as u64, Ordering::SeqCst);
            if may == count as u64 {
                state.left.store(u64::MAX, Ordering::SeqCst);
                break;
            }
        }
    }
    // What has gone up stays up: closing both ways at once would make the kernel throw it away.
    upstream.shutdown(Shutdown::Write).ok();
    client.shutdown(Shutdown::Both).ok();
}

/// What an [`Impostor`] does with requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Hands them on to the real server.
    Honest,
    /// Answers 200 with a web page, as a captive portal does.
    Portal,
    /// Answers 500.
    Broken,
    /// Hands them on, and loses the answers to envelopes.
    LosesReceipts,
    /// Answers envelopes with receipts of its own making.
    ForgesReceipts,
    /// Answers envelopes with the last real receipt, whatever they are.
    RepeatsReceipts,
    /// Takes requests, and says nothing.
    Silent,
    /// Answers with a byte of a web page each second, and doesn't come to an end.
    Drips,
}

/// Changes an answer on its way: the path that was asked for, the status, and the body, where it is JSON.
type Tampering = Box<dyn Fn(&str, &mut StatusCode, &mut Value) + Send + Sync>;

/// Something between handset and server that the handset's TLS accepts.
pub struct Impostor {
    address: SocketAddr,
    ca: Vec<u8>,
    inner: Arc<Inner>,
}

struct Inner {
    manner: Mutex<Manner>,
    tampering: Mutex<Option<Tampering>>,
    refused: Mutex<HashMap<RecordId, ProblemCode>>,
    last_receipt: Mutex<Option<Vec<u8>>>,
    http: reqwest::Client,
    server: String,
}

impl Impostor {
    /// Stands before the kit's server, honest at first.
    pub fn before(kit: &FieldKit) -> Self {
        // A handset or server in this process may have set it already.
        rustls::crypto::ring::default_provider().install_default().ok();
        let _in_runtime = kit.runtime().enter();
        let authority = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let ca = params.self_signed(&authority).expect("a certificate").der().to_vec();
        let issuer = rcgen::Issuer::new(params, authority);
        let key = rcgen::KeyPair::generate().expect("a key");
        let leaf = rcgen::CertificateParams::new(vec!["127.0.0.1".into()]).expect("a name");
        let leaf = leaf.signed_by(&key, &issuer).expect("a certificate").der().to_vec();

        let real = kit.ticket();
        let real_ca =
            Certificate::from_der(real.ca.certificate().expect("a whole ticket")).expect("the server's authority");
        let http = reqwest::Client::builder().tls_certs_only([real_ca]).build().expect("a client");
        let inner = Arc::new(Inner {
            manner: Mutex::new(Manner::Honest),
            tampering: Mutex::new(None),
            refused: Mutex::default(),
            last_receipt: Mutex::new(None),
            http,
            server: real.server,
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback(answer).with_state(inner.clone());
        let tls = kit.runtime().block_on(RustlsConfig::from_der(vec![leaf], key.serialize_der())).expect("TLS");
        let server = axum_server::from_tcp_rustls(listener, tls).expect("a server");
        kit.runtime().spawn(server.serve(app.into_make_service()));
        Self { address, ca, inner }
    }

    /// The kit's ticket, by way of this impostor.
    pub fn ticket(&self, kit: &FieldKit) -> Ticket {
        Ticket {
            server: format!("https://{}", self.address),
            ca: Authority::Certificate(self.ca.clone()),
            ..kit.ticket()
        }
    }

    /// From now on refuses the envelope of this record so, and hands all else on as it behaves.
    pub fn refuse(&self, record: RecordId, problem: ProblemCode) {
        self.inner.refused.lock().expect("no panic while held").insert(record, problem);
    }

    /// Refuses no record any more.
    pub fn refuse_none(&self) {
        self.inner.refused.lock().expect("no panic while held").clear();
    }

    /// From now on behaves so.
    pub fn behave(&self, manner: Manner) {
        *self.inner.manner.lock().expect("no panic while held") = manner;
        *self.inner.tampering.lock().expect("no panic while held") = None;
    }

    /// From now on hands requests on, and changes the answers so.
    pub fn tamper(&self, change: impl Fn(&str, &mut StatusCode, &mut Value) + Send + Sync + 'static) {
        self.behave(Manner::Honest);
        *self.inner.tampering.lock().expect("no panic while held") = Some(Box::new(change));
    }
}

/// Changes what a signed answer says, and signs it anew with this key.
pub fn sign_again(key: &HandsetKey, typ: &str, body: &mut Value, change: impl FnOnce(&mut Value)) {
    let mut claims: Value = jws::peek(body["signed"].as_str().expect("a signed answer")).expect("a statement");
    change(&mut claims);
    body["signed"] = jws::sign(key, typ, &claims).into();
}

async fn answer(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let manner = *inner.manner.lock().expect("no panic while held");
    let path = request.uri().path().to_owned();
    let envelope = path == "/v1/envelopes";
    match manner {
        Manner::Portal => {
            return ([("content-type", "text/html")], "<html>Selamat datang di WiFi</html>").into_response();
        }
        Manner::Silent => return std::future::pending().await,
        Manner::Drips => return dripping(),
        Manner::Broken => return (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(),
        Manner::ForgesReceipts if envelope => return forged(request).await,
        Manner::RepeatsReceipts if envelope => {
            let last = inner.last_receipt.lock().expect("no panic while held").clone();
            return last.expect("one envelope went through before").into_response();
        }
        _ => {}
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST).await.expect("a whole request").to_vec();
    if envelope {
        let record = Envelope::parse(body.clone()).expect("an envelope").header().record;
        let problem = inner.refused.lock().expect("no panic while held").get(&record).copied();
        if let Some(error) = problem {
            return refusal(error);
        }
    }
    let (mut status, mut headers, mut body) = forward(&inner, parts, body).await;
    if let Some(change) = &*inner.tampering.lock().expect("no panic while held") {
        let mut json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        change(&path, &mut status, &mut json);
        if !json.is_null() {
            body = json.to_string().into_bytes();
            headers.insert("content-length", body.len().into());
        }
    }
    if envelope {
        if manner == Manner::LosesReceipts {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        *inner.last_receipt.lock().expect("no panic while held") = Some(body.clone());
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

async fn forward(inner: &Inner, parts: Parts, body: Vec<u8>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let url = format!("{}{}", inner.server, parts.uri.path_and_query().expect("a path"));
    let mut headers = parts.headers;
    headers.remove("host");
    let answer = inner.http.request(parts.method, url).headers(headers).body(body).send().await.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    (status, headers, answer.bytes().await.expect("a whole answer").to_vec())
}

async fn forged(request: Request) -> Response {
    let bytes = to_bytes(request.into_body(), MOST).await.expect("a whole request").to_vec();
    let envelope = Envelope::parse(bytes).expect("an envelope");
    let header = envelope.header();
    let receipt = Receipt {
        record: header.record,
        envelope: envelope.digest(),
        handset: header.handset,
        seq: header.seq,
        received: header.created.wall,
    };
    let signed = jws::sign(&HandsetKey::from_seed(random_bytes()), jws::typ::RECEIPT, &receipt);
    axum::Json(Signed { signed }).into_response()
}

fn refusal(error: ProblemCode) -> Response {
    let status = match error {
        ProblemCode::BlobsMissing => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    let problem =
        Problem { error, message: "bad weather".into(), time: Timestamp::now(), blobs: Vec::new(), signed: None };
    (status, axum::Json(problem)).into_response()
}

fn dripping() -> Response {
    let drip = async |()| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, Infallible>("<"), ()))
    };
    Body::from_stream(futures_util::stream::unfold((), drip)).into_response()
}
