//! What the tests across crates stand on: a real server, a roster whose faces come from real portraits, and handsets.

#![expect(clippy::missing_panics_doc, reason = "what tests stand on fails by panicking, as tests do")]

pub mod crowd;
pub mod disk;
pub mod frames;
pub mod terminal;
pub mod weather;

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use saksi_face::{Analysis, Engine, Frame, LivenessPolicy, Manifest};
use saksi_field::visit::ProxyDetails;
use saksi_field::{
    Cancel, Clock, ClockReading, FieldError, FileVault, Handset, HostClock, Nowhere, Platform, Summary as Receipt,
    SyncListener, SyncProgress, SyncReport,
};
use saksi_records::record::{Consent, ProxyReason, Relation};
use saksi_records::wire::Policy;
use saksi_records::{
    BeneficiaryId, FaceTemplate, HandsetKey, OfficerId, Portrait, ProgrammeKey, RoundId, Ticket, roster_file,
};
use saksi_server::{Config, Programme, Server, Summary};
use tempfile::TempDir;
use tokio::runtime::Runtime;
pub use xtask::props;

/// The PIN of every handset.
pub const PIN: &str = "482915";

/// The PIN that an officer sets who is let in.
pub const NEW_PIN: &str = "739164";

/// A programme with its server, and what handsets need to work with it. Everything is in one temporary folder.
pub struct FieldKit {
    runtime: Runtime,
    server: Option<Server>,
    config: Config,
    engine: Arc<Engine>,
    models: PathBuf,
    folder: TempDir,
}

impl FieldKit {
    /// Starts a server and imports the roster. Where models or portraits are missing, says so and gives `None`.
    ///
    /// Faces come from still portraits here, so the programme doesn't ask whether they are alive. Handsets show portraits.
    pub fn new() -> Option<Self> {
        Self::with(Policy { liveness: LivenessPolicy::off(), ..Policy::default().with_portraits() })
    }

    /// The same for a programme with this policy.
    pub fn with(policy: Policy) -> Option<Self> {
        Some(Self::start(models()?, policy).expect("a server, a roster and the models"))
    }

    fn start(models: PathBuf, policy: Policy) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let engine = Engine::load(&Manifest::bundled(), |file| fs::read(models.join(file)))?;
        let config = Config { policy, ..Config::local(folder.path().join("server")) };
        let runtime = Runtime::new()?;
        let mut kit = Self { runtime, server: None, config, engine: Arc::new(engine), models, folder };
        kit.start_server();
        let roster = kit.roster_csv()?;
        let import = kit.programme().import_roster(round(), props::ROUND_TITLE, roster.as_slice(), "test");
        kit.runtime.block_on(import)?;
        Ok(kit)
    }

    /// Starts the server, on the same addresses as before.
    pub fn start_server(&mut self) {
        let server = self.runtime.block_on(Server::start(self.config.clone())).expect("the server starts");
        self.config.handset_listen = server.handset_address;
        self.config.public_url = Some(server.handset_url.clone());
        self.server = Some(server);
    }

    /// Stops the server: handsets are offline.
    pub fn stop_server(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.shutdown());
        }
    }

    /// Starts the server anew with another policy, on the same addresses.
    pub fn change_policy(&mut self, policy: Policy) {
        self.stop_server();
        self.config.policy = policy;
        self.start_server();
    }

    /// The server's data folder, opened.
    pub fn programme(&self) -> &Programme {
        self.server.as_ref().expect("the server runs").programme()
    }

    /// The server's runtime, for what is asynchronous there.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Where handsets reach the server.
    pub fn handset_address(&self) -> SocketAddr {
        self.config.handset_listen
    }

    /// The server's data folder.
    pub fn server_folder(&self) -> &Path {
        &self.config.data
    }

    /// A ticket for one handset.
    pub fn ticket(&self) -> Ticket {
        self.runtime.block_on(self.programme().create_ticket(&[], "test")).expect("a ticket")
    }

    /// The round as the server sees it.
    pub fn summary(&self) -> Summary {
        let summary = self.runtime.block_on(self.programme().summary(&round()));
        summary.expect("the server answers").expect("the round is there")
    }

    /// The names of all alerts at the server.
    pub fn alerts(&self) -> Vec<String> {
        let alerts = self.runtime.block_on(self.programme().alerts()).expect("the server answers");
        alerts.iter().map(|raised| format!("{:?}", raised.alert)).collect()
    }

    /// A new handset: provisioned, unlocked, and with its roster.
    pub fn handset(&self, name: &str) -> Handset {
        self.handset_by(name, &self.ticket())
    }

    /// The same by this ticket.
    pub fn handset_by(&self, name: &str, ticket: &Ticket) -> Handset {
        let platform = self.platform(name);
        let (folder, engine) = (self.handset_folder(name), self.engine.clone());
        let handset =
            Handset::provision(&folder, platform, engine, ticket, name, &officer(), PIN).expect("the server admits it");
        unlock(&handset);
        let report = sync(&handset);
        assert!(report.stopped.is_none(), "{:?}", report.stopped);
        handset
    }

    /// A handset that was provisioned before, opened again and locked, as after a restart of the phone.
    pub fn reopen(&self, name: &str) -> Handset {
        self.reopens(name).expect("it is provisioned")
    }

    /// The same where that may fail.
    pub fn reopens(&self, name: &str) -> Result<Handset, FieldError> {
        Handset::open(&self.handset_folder(name), self.platform(name), self.engine.clone())
    }

    /// The same, so long after the phone's start.
    pub fn reopen_at(&self, name: &str, monotonic_ms: u64) -> Handset {
        self.reopen_when(name, ClockReading { monotonic_ms, ..HostClock::new().now() })
    }

    /// The same, on a phone whose clocks say this and stand still.
    pub fn reopen_when(&self, name: &str, now: ClockReading) -> Handset {
        let platform = Platform { clock: Arc::new(Stopped(now)), ..self.platform(name) };
        Handset::open(&self.handset_folder(name), platform, self.engine.clone()).expect("it is provisioned")
    }

    /// The programme's private key, with which records and audit logs are read.
    pub fn programme_key(&self) -> ProgrammeKey {
        let text = fs::read_to_string(self.config.data.join("keys/programme.key")).expect("the server made it");
        let key = hex::decode(text.trim_end()).expect("hex");
        ProgrammeKey::from_bytes(key.as_slice().try_into().expect("32 bytes")).expect("a key")
    }

    /// The key with which the server signs its word.
    pub fn server_key(&self) -> HandsetKey {
        let text = fs::read_to_string(self.config.data.join("keys/server.key")).expect("the server made it");
        let seed = hex::decode(text.trim_end()).expect("hex");
        HandsetKey::from_seed(seed.as_slice().try_into().expect("32 bytes"))
    }

    /// A handset's folder.
    pub fn handset_folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What stands for a phone's hardware.
    pub fn platform(&self, name: &str) -> Platform {
        platform_of(&self.handset_folder(name))
    }

    /// The face engine.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The folder of the models.
    pub fn models(&self) -> &Path {
        &self.models
    }

    /// A sample portrait.
    pub fn portrait(&self, name: &str) -> Vec<u8> {
        fs::read(portrait_path(&self.models, name)).expect("the portraits are there")
    }

    /// Finds the first on the roster by another portrait, and pays.
    pub fn pay_first(&self, handset: &Handset) -> Receipt {
        let consent = consent(handset);
        let seen = handset.identify(&consent, &self.portrait(props::BENEFICIARY_AGAIN)).expect("a face");
        let mut visit = handset.visit_in_person(&round(), &seen.beneficiary).expect("entitled");
        visit.take(consent).expect("today's text");
        visit.take(seen).expect("a match");
        handset.commit(&visit).expect("committed")
    }

    /// A photo of a statement letter.
    pub fn statement(&self) -> Vec<u8> {
        let file = self.folder.path().join("statement.png");
        props::write_statement(&file).expect("a page");
        fs::read(file).expect("it was written")
    }

    /// The roster with faces, as the office uploads it.
    pub fn roster_csv(&self) -> Result<Vec<u8>> {
        let (plain, photos) = (self.folder.path().join("roster.csv"), self.folder.path().join("enrolment"));
        props::write_roster(&plain, &photos, &self.models.join("portraits"))?;
        let mut rows = roster_file::read(fs::File::open(&plain)?)?;
        for (row, person) in rows.iter_mut().zip(&props::ROSTER) {
            let Some(portrait) = person.portrait else { continue };
            let frame = Frame::decode(&self.portrait(portrait))?;
            let Analysis { template, face, .. } = self.engine.analyze(&frame).context(portrait)?;
            row.portrait = Some(Portrait::new(frame.to_portrait_jpeg(&face)?)?);
            let (model, data) = (template.model().to_string(), template.to_bytes().to_vec());
            row.beneficiary.template = Some(FaceTemplate { model, data });
        }
        let mut csv = Vec::new();
        roster_file::write(&rows, &mut csv)?;
        Ok(csv)
    }
}

/// The round that is paid out.
pub fn round() -> RoundId {
    props::ROUND.parse().expect("a round's name")
}

/// The number of the n-th on the roster, from 0.
pub fn beneficiary(n: usize) -> BeneficiaryId {
    props::ROSTER[n].id.parse().expect("a number")
}

/// Clocks that stand still.
struct Stopped(ClockReading);

impl Clock for Stopped {
    fn now(&self) -> ClockReading {
        self.0.clone()
    }
}

/// What stands for the hardware of the phone with this folder.
pub fn platform_of(folder: &Path) -> Platform {
    fs::create_dir_all(folder).expect("a folder");
    let keystore = FileVault::open(&folder.with_extension("keystore")).expect("a key file");
    Platform { keystore: Arc::new(keystore), clock: Arc::new(HostClock::new()), location: Arc::new(Nowhere) }
}

/// The officer of every handset.
pub fn officer() -> OfficerId {
    "juru-bayar-7".parse().expect("an id")
}

/// Unlocks with the right PIN.
pub fn unlock(handset: &Handset) {
    handset.unlock(officer(), PIN).expect("the right PIN");
}

/// Syncs once.
pub fn sync(handset: &Handset) -> SyncReport {
    handset.sync(&Quiet)
}

/// Syncs once, until it is cancelled.
pub fn sync_until(handset: &Handset, cancel: &Cancel) -> SyncReport {
    handset.sync_until(&Quiet, cancel)
}

struct Quiet;

impl SyncListener for Quiet {
    fn progress(&self, _: SyncProgress) {}
}

/// Consent to the programme's text.
pub fn consent(handset: &Handset) -> Consent {
    Consent { text_version: handset.policy().consent_version, language: "id".into() }
}

/// Who collects for the last on the roster.
pub fn proxy() -> ProxyDetails {
    ProxyDetails {
        name: props::PROXY_NAME.into(),
        nik: props::PROXY_NIK.parse().expect("well-formed"),
        phone: Some(props::PROXY_PHONE.parse().expect("a number")),
        relation: Relation::Neighbour,
        reason: ProxyReason::Ill,
    }
}

/// The folder with models and portraits; where some are missing, says so and gives `None`.
pub fn models() -> Option<PathBuf> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let manifest = Manifest::bundled();
    let needed = manifest.models.iter().filter(|model| !model.optional).map(|model| models.join(&model.file));
    let portraits = props::ROSTER.iter().filter_map(|person| person.portrait).map(|name| portrait_path(&models, name));
    if let Some(missing) = needed.chain(portraits).find(|path| !path.exists()) {
        let name = missing.file_name().unwrap_or_default().display();
        skipped(&format!("{name} is missing; `cargo xtask models --portraits` gets it"));
        return None;
    }
    Some(models)
}

/// Says that a test is skipped, and why: past the test harness, which hides what a passing test prints.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// Where a portrait is in that folder.
pub fn portrait_path(models: &Path, name: &str) -> PathBuf {
    models.join("portraits").join(name)
}
