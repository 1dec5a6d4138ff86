//! Bad weather between handset and server: a link that breaks, and things that answer in the server's place.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum_server::tls_rustls::RustlsConfig;
use reqwest::Certificate;
use saksi_records::keys::{HandsetKey, random_bytes};
use saksi_records::wire::{Receipt, Signed, Ticket};
use saksi_records::{Envelope, jws};
use serde_json::Value;

use crate::FieldKit;

const MOST: usize = 16 * 1024 * 1024;

/// A link that breaks once this many more bytes have gone up, and is whole again afterwards.
pub struct Link {
    address: SocketAddr,
    left: Arc<AtomicU64>,
    passed: Arc<AtomicU64>,
}

impl Link {
    /// A link to the kit's server.
    pub fn to(kit: &FieldKit) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (left, passed) = (Arc::new(AtomicU64::new(u64::MAX)), Arc::new(AtomicU64::new(0)));
        let (server, counters) = (kit.handset_address(), (left.clone(), passed.clone()));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let counters = counters.clone();
                thread::spawn(move || carry(client, server, &counters.0, &counters.1));
            }
        });
        Self { address, left, passed }
    }

    /// The kit's ticket, by way of this link.
    pub fn ticket(&self, kit: &FieldKit) -> Ticket {
        Ticket { server: format!("https://{}", self.address), ..kit.ticket() }
    }

    /// Breaks after this many more bytes upwards.
    pub fn break_after(&self, bytes: u64) {
        self.left.store(bytes, Ordering::SeqCst);
    }

    /// How many bytes have gone up.
    pub fn passed(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }
}

fn carry(mut client: TcpStream, server: SocketAddr, left: &AtomicU64, passed: &AtomicU64) {
    let Ok(mut upstream) = TcpStream::connect(server) else { return };
    let (Ok(mut back), Ok(mut answers)) = (client.try_clone(), upstream.try_clone()) else { return };
    thread::spawn(move || std::io::copy(&mut answers, &mut back));
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let may = left.load(Ordering::SeqCst);
        let count = count.min(usize::try_from(may).unwrap_or(usize::MAX));
        if upstream.write_all(&buffer[..count]).is_err() {
            break;
        }
        passed.fetch_add(count as u64, Ordering::SeqCst);
        if may != u64::MAX {
            left.store(may - count as u64, Ordering::SeqCst);
            if may == count as u64 {
                left.store(u64::MAX, Ordering::SeqCst);
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
        let real_ca = Certificate::from_der(&real.ca).expect("the server's authority");
        let http = reqwest::Client::builder().tls_certs_only([real_ca]).build().expect("a client");
        let inner = Arc::new(Inner {
            manner: Mutex::new(Manner::Honest),
            tampering: Mutex::new(None),
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
        Ticket { server: format!("https://{}", self.address), ca: self.ca.clone(), ..kit.ticket() }
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
        Manner::Broken => return (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(),
        Manner::ForgesReceipts if envelope => return forged(request).await,
        Manner::RepeatsReceipts if envelope => {
            let last = inner.last_receipt.lock().expect("no panic while held").clone();
            return last.expect("one envelope went through before").into_response();
        }
        _ => {}
    }
    let (mut status, mut headers, mut body) = forward(&inner, request).await;
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

async fn forward(inner: &Inner, request: Request) -> (StatusCode, HeaderMap, Vec<u8>) {
    let (parts, body) = request.into_parts();
    let url = format!("{}{}", inner.server, parts.uri.path_and_query().expect("a path"));
    let body = to_bytes(body, MOST).await.expect("a whole request");
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
