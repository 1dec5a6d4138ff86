//! A programme in a temporary folder with a running server, and handsets that speak to it over real TLS.
#![expect(clippy::unwrap_used, reason = "a programme that can't be set up fails its test")]

use std::sync::Once;

use jiff::Timestamp;
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode};
use saksi_records::jws::{self, typ};
use saksi_records::keys::random_bytes;
use saksi_records::liveness::{
    Challenge, ChallengeEvidence, ChallengeResult, Clearance, EndReason, EvidenceFrame, LivenessEvidence, LivenessMode,
    LivenessPolicy, LivenessReason, LivenessVerdict, Moment,
};
use saksi_records::record::{
    Circumstances, Consent, ConsentWithdrawn, FaceMatch, InPerson, NotServed, NotServedReason, Proxy, ProxyCollection,
    ProxyReason, Relation,
};
use saksi_records::wire::{
    HandsetStatus, Policy, Problem, ProblemCode, Receipt, Registered, Registration, RosterDelta, RosterPage, Signed,
    TokenClaims,
};
use saksi_records::{
    BlobRef, BlobRole, Deposit, Digest, Envelope, FaceTemplate, HandsetId, HandsetKey, Header, Nonce, Payload, Record,
    RecordId, RecoveryId, RecoverySecret, Rupiah, SealedBlob, Ticket, TimeEvidence,
};
use saksi_server::{Config, Server};
use tempfile::TempDir;

pub const ROUND: &str = "BST-2026-11";
pub const ROSTER: &str = "id,nik,name,address,route,amount\n\
                          KPM-1,3273014107650003,Siti Rahayu,Jl. Melati 4,R1,300000\n\
                          KPM-2,3273010203700001,Budi Santoso,Jl. Mawar 1,R1,300000\n\
                          KPM-3,3273010203700002,Dewi Lestari,Jl. Kenanga 9,R2,600000\n";

/// A server on a temporary folder, with the roster imported.
pub struct Town {
    pub dir: TempDir,
    pub server: Server,
    /// Its database, where that isn't a file in the folder.
    pub database: Option<String>,
}

/// Every test of a server holds on both databases. `SAKSI_TEST_DATABASE` names a PostgreSQL server, as
/// `postgres://USER@HOST:PORT`, on which each test makes a database of its own. Without it, databases are files.
async fn database() -> Option<String> {
    use sqlx::{Connection as _, Executor as _};
    let server = std::env::var("SAKSI_TEST_DATABASE").ok()?;
    let name = format!("saksi_{}", uuid::Uuid::new_v4().simple());
    let mut conn = sqlx::PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    conn.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    Some(format!("{server}/{name}"))
}

impl Town {
    /// Records come without evidence of liveness here, so the programme doesn't ask for it.
    pub async fn start() -> Self {
        Self::asking(LivenessPolicy::off()).await
    }

    /// The same for a programme that asks for this before a face counts as alive.
    pub async fn asking(liveness: LivenessPolicy) -> Self {
        Self::with(Policy { liveness, ..Policy::default() }).await
    }

    /// The same for a programme with this policy.
    pub async fn with(policy: Policy) -> Self {
        Self::set(policy, |config| config).await
    }

    /// The same for a server that is set up as its administrator likes.
    pub async fn set(policy: Policy, administrator: impl FnOnce(Config) -> Config) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let dir = TempDir::new().unwrap();
        let database = database().await;
        let config = administrator(Self::config(&dir, database.clone(), policy));
        let server = Server::start(config).await.unwrap();
        let town = Self { dir, server, database };
        town.import(ROSTER).await;
        town
    }

    async fn serve(dir: &TempDir, database: Option<String>, policy: Policy) -> Server {
        Server::start(Self::config(dir, database, policy)).await.unwrap()
    }

    fn config(dir: &TempDir, database: Option<String>, policy: Policy) -> Config {
        Config { policy, database, ..Config::local(dir.path()) }
    }

    /// Another process on the same folder and database.
    pub async fn beside(&self) -> Server {
        let policy = Policy { liveness: LivenessPolicy::off(), ..Policy::default() };
        Self::serve(&self.dir, self.database.clone(), policy).await
    }

    /// Ends the server at once and starts another on the same folder.
    pub async fn restart(self) -> Self {
        self.restart_with(Policy::default()).await
    }

    /// The same for a programme that has this policy from now on.
    pub async fn restart_with(self, policy: Policy) -> Self {
        let Self { dir, server, database } = self;
        drop(server);
        let server = Self::serve(&dir, database.clone(), policy).await;
        Self { dir, server, database }
    }

    pub async fn import(&self, csv: &str) {
        let programme = self.server.programme();
        programme.import_roster(ROUND.parse().unwrap(), "November 2026", csv.as_bytes(), "test").await.unwrap();
    }

    pub async fn ticket(&self, routes: &[&str]) -> Ticket {
        let routes: Vec<String> = routes.iter().map(ToString::to_string).collect();
        self.server.programme().create_ticket(&routes, "test").await.unwrap()
    }

    pub async fn handset(&self, routes: &[&str]) -> TestHandset {
        TestHandset::register(&self.ticket(routes).await).await
    }

    /// The open alerts' kinds, sorted.
    pub async fn open_alerts(&self) -> Vec<String> {
        let alerts = self.server.programme().alerts().await.unwrap();
        let mut kinds: Vec<String> = alerts
            .iter()
            .filter(|alert| alert.closed.is_none())
            .map(|alert| serde_json::to_value(&alert.alert).unwrap()["alert"].as_str().unwrap().to_owned())
            .collect();
        kinds.sort();
        kinds
    }
}

/// A handset as the protocol knows it: a key, a chain, and a client that trusts its ticket's authority only.
pub struct TestHandset {
    pub client: Client,
    pub ticket: Ticket,
    pub key: HandsetKey,
    pub transport: HandsetKey,
    pub id: HandsetId,
    pub seq: u64,
    pub prev: Digest,
    /// Its recovery secret.
    pub secret: RecoverySecret,
}

pub fn client(ticket: &Ticket) -> Client {
    Client::builder()
        .tls_certs_only([Certificate::from_der(ticket.ca.certificate().unwrap()).unwrap()])
        .no_proxy()
        .build()
        .unwrap()
}

pub fn registration(ticket: &Ticket, key: &HandsetKey, transport: &HandsetKey) -> Signed {
    registration_with(ticket, key, transport, &RecoverySecret::generate())
}

fn registration_with(ticket: &Ticket, key: &HandsetKey, transport: &HandsetKey, secret: &RecoverySecret) -> Signed {
    let claims = Registration {
        token: ticket.token.clone(),
        nonce: Nonce::random(),
        signing_key: key.verifying_key(),
        transport_key: transport.verifying_key(),
        label: "Handset 12".into(),
        officer: "POS-7".parse().unwrap(),
        recovery: Deposit::seal(RecoveryId::new(), secret, &ticket.programme_key).unwrap(),
    };
    Signed { signed: jws::sign(key, typ::REGISTRATION, &claims) }
}

pub async fn post_registration(ticket: &Ticket, signed: &Signed) -> Response {
    client(ticket).post(format!("{}/v1/handsets", ticket.server)).json(signed).send().await.unwrap()
}

impl TestHandset {
    pub async fn register(ticket: &Ticket) -> Self {
        let (key, transport) = (HandsetKey::from_seed(random_bytes()), HandsetKey::from_seed(random_bytes()));
        let secret = RecoverySecret::generate();
        let answer = post_registration(ticket, &registration_with(ticket, &key, &transport, &secret)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let Signed { signed } = answer.json().await.unwrap();
        let registered: Registered = jws::verify(&ticket.server_key, typ::STATUS, &signed).unwrap();
        let (client, ticket) = (client(ticket), ticket.clone());
        Self { client, ticket, key, transport, id: registered.handset, seq: 0, prev: Digest::ZERO, secret }
    }

    pub fn token(&self) -> String {
        self.token_with(Nonce::random())
    }

    fn token_with(&self, nonce: Nonce) -> String {
        jws::sign(&self.transport, typ::TOKEN, &TokenClaims::new(self.id, Timestamp::now(), nonce))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_with(Nonce::random(), method, path)
    }

    pub fn request_with(&self, nonce: Nonce, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.ticket.server)).bearer_auth(self.token_with(nonce))
    }

    pub fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("Tus-Resumable", "1.0.0")
    }

    /// A page of the roster, once it is signed, for this handset, and an answer to this request.
    pub async fn roster(&self, cursor: u64) -> RosterDelta {
        let (nonce, path) = (Nonce::random(), format!("/v1/roster?cursor={cursor}"));
        let answer = self.request_with(nonce, Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let Signed { signed } = answer.json().await.unwrap();
        let page: RosterPage = jws::verify(&self.ticket.server_key, typ::ROSTER, &signed).unwrap();
        assert_eq!((page.handset, page.nonce, page.since), (self.id, nonce, cursor));
        page.delta
    }

    /// What the server says of this handset, once it is signed, for this handset, and an answer to this request.
    pub async fn status(&self) -> HandsetStatus {
        let nonce = Nonce::random();
        let answer = self.request_with(nonce, Method::GET, "/v1/handset").send().await.unwrap();
        let Signed { signed } = answer.json().await.unwrap();
        let status: HandsetStatus = jws::verify(&self.ticket.server_key, typ::STATUS, &signed).unwrap();
        assert_eq!((status.handset, status.nonce), (self.id, nonce));
        status
    }

    /// Begins an upload, and returns where it is.
    pub async fn begin(&self, bytes: &[u8]) -> String {
        let answer = self.announce(Digest::of(bytes), bytes.len()).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    pub async fn announce(&self, sha256: Digest, length: usize) -> Response {
        use base64::Engine as _;
        let name = base64::engine::general_purpose::STANDARD.encode(sha256.to_string());
        self.tus(Method::POST, "/v1/blobs")
            .header("Upload-Length", length)
            .header("Upload-Metadata", format!("sha256 {name}"))
            .send()
            .await
            .unwrap()
    }

    pub async fn append(&self, location: &str, offset: usize, bytes: impl Into<reqwest::Body>) -> Response {
        self.tus(Method::PATCH, location)
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", offset)
            .body(bytes)
            .send()
            .await
            .unwrap()
    }

    pub async fn offset(&self, location: &str) -> usize {
        let answer = self.tus(Method::HEAD, location).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
    }

    pub async fn upload(&self, blob: &SealedBlob) {
        let location = self.begin(&blob.bytes).await;
        assert_eq!(self.append(&location, 0, blob.bytes.clone()).await.status(), StatusCode::NO_CONTENT);
    }

    /// The next envelope of the chain.
    pub fn seal(&mut self, record: Record, blobs: &[SealedBlob]) -> Envelope {
        let envelope = self.seal_at(record, blobs, self.seq + 1, self.prev, RecordId::new());
        self.seq += 1;
        self.prev = envelope.digest();
        envelope
    }

    /// An envelope anywhere in the chain.
    pub fn seal_at(&self, record: Record, blobs: &[SealedBlob], seq: u64, prev: Digest, id: RecordId) -> Envelope {
        let header = Header {
            version: 1,
            record: id,
            handset: self.id,
            seq,
            prev,
            programme_key: self.ticket.programme_key.id(),
            kind: record.kind(),
            created: TimeEvidence { wall: Timestamp::now(), boot: "b".into(), monotonic_ms: 1, server: None },
            blobs: blobs
                .iter()
                .map(|blob| BlobRef { role: blob.key.role, sha256: blob.key.sha256, bytes: blob.bytes.len() as u64 })
                .collect(),
        };
        let payload = Payload::new(record, blobs.iter().map(|blob| blob.key.clone()).collect());
        Envelope::seal(header, &payload, &self.ticket.programme_key, &self.key).unwrap()
    }

    pub async fn post_envelope(&self, bytes: &[u8]) -> Response {
        self.post_envelope_with(Nonce::random(), bytes).await
    }

    pub async fn post_envelope_with(&self, nonce: Nonce, bytes: &[u8]) -> Response {
        self.request_with(nonce, Method::POST, "/v1/envelopes")
            .header("Content-Type", "application/octet-stream")
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap()
    }

    /// Sends an envelope that must be accepted.
    pub async fn send(&self, envelope: &Envelope) -> (StatusCode, Receipt) {
        let answer = self.post_envelope(envelope.as_bytes()).await;
        let status = answer.status();
        assert!(status.is_success(), "{status}: {}", answer.text().await.unwrap());
        let Signed { signed } = answer.json().await.unwrap();
        (status, jws::verify(&self.ticket.server_key, typ::RECEIPT, &signed).unwrap())
    }

    /// Pays somebody in person, all the way to the receipt.
    pub async fn pay(&mut self, beneficiary: &str, amount: u64) -> Receipt {
        let photo = photo(BlobRole::Beneficiary);
        self.upload(&photo).await;
        let envelope = self.seal(in_person(beneficiary, amount), &[photo]);
        self.send(&envelope).await.1
    }
}

pub async fn problem(answer: Response) -> (StatusCode, ProblemCode, Problem) {
    let status = answer.status();
    let problem: Problem = answer.json().await.unwrap();
    (status, problem.error, problem)
}

/// A sealed photo: the bytes of a JPEG as far as anyone here looks.
pub fn photo(role: BlobRole) -> SealedBlob {
    let mut picture = vec![0xff, 0xd8, 0xff, 0xe0];
    picture.extend(random_bytes::<2000>());
    SealedBlob::seal(role, &picture)
}

pub fn visit(beneficiary: &str) -> Circumstances {
    Circumstances {
        beneficiary: beneficiary.parse().unwrap(),
        round: ROUND.parse().unwrap(),
        officer: "POS-7".parse().unwrap(),
        place: None,
        software: "test".into(),
    }
}

pub fn in_person(beneficiary: &str, amount: u64) -> Record {
    Record::InPerson(InPerson {
        visit: visit(beneficiary),
        consent: Consent { text_version: "1".into(), language: "id".into() },
        face_match: FaceMatch { searched: 1, similarity: 0.71, match_at: 0.425, model: "sface".into() },
        liveness: None,
        amount: Rupiah(amount),
    })
}

/// Somebody who couldn't turn the head, at the fourth attempt.
pub fn not_shown_alive() -> LivenessEvidence {
    LivenessEvidence {
        mode: LivenessMode::Required,
        verdict: LivenessVerdict::Review,
        reasons: vec![LivenessReason::DepthNotShown],
        clearance: Clearance::Supervisor,
        challenges: vec![ChallengeEvidence {
            challenge: Challenge::ComeNearer,
            result: ChallengeResult::Passed,
            asked_ms: 700,
            ended_ms: 2900,
            nose: [0.0, 0.0],
            depth: None,
            nearer: 1.4,
            similarity: Some(0.8),
            expression: None,
        }],
        passive: None,
        checks: None,
        duration_ms: 2900,
        frames_seen: 29,
        restarts: 0,
        ended: Some(EndReason::NotConfirmed),
        failed_before: 3,
        frames: vec![EvidenceFrame { at_ms: 700, moment: Moment::Straight, jpeg: vec![0xff, 0xd8, 0xff, 0xe0, 7] }],
    }
}

pub fn by_proxy(beneficiary: &str, amount: u64, nik: &str) -> Record {
    Record::Proxy(ProxyCollection {
        visit: visit(beneficiary),
        consent: Consent { text_version: "1".into(), language: "id".into() },
        proxy: Proxy {
            name: "Agus Wijaya".into(),
            nik: nik.parse().unwrap(),
            phone: Some("0812-3456-7890".parse().expect("a number")),
            relation: Relation::Child,
            reason: ProxyReason::Ill,
            template: FaceTemplate { model: "sface".into(), data: vec![0; 512] },
            earlier: 0,
            listed_as: None,
        },
        liveness: None,
        amount: Rupiah(amount),
    })
}

pub fn consent_withdrawn(beneficiary: &str) -> Record {
    Record::ConsentWithdrawn(ConsentWithdrawn { visit: visit(beneficiary) })
}

pub fn not_served(beneficiary: &str) -> Record {
    Record::NotServed(NotServed { visit: visit(beneficiary), reason: NotServedReason::Absent, liveness: None })
}
