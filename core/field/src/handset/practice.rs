//! A handset that belongs to no programme, to practise and to measure with.

use std::path::Path;
use std::sync::Arc;

use saksi_face::{Engine, LivenessPolicy};
use saksi_records::keys::{HandsetKey, ProgrammeKey, random_bytes};
use saksi_records::time::ServerTime;
use saksi_records::wire::{HandsetState, HandsetStatus, Policy};
use saksi_records::{HandsetId, Nonce, OfficerId};

use crate::error::FieldError;
use crate::handset::{Handset, Platform};
use crate::keys::vault::Vault;
use crate::sync::programme::Programme;

impl Handset {
    /// Makes a new handset that no server hears of, and whose records nobody can ever open, as the keys for that are
    /// thrown away. Faces need not be shown to be alive, and
    /// portraits are kept. In all else it is like any other. Its roster is imported from a file.
    pub fn practise(
        dir: &Path,
        platform: Platform,
        engine: Arc<Engine>,
        officer: &OfficerId,
        pin: &str,
    ) -> Result<Self, FieldError> {
        std::fs::create_dir_all(dir)?;
        let keystore = &*platform.keystore;
        if Programme::load(dir, keystore)?.is_some() {
            return Err(FieldError::AlreadyProvisioned);
        }
        let office = ProgrammeKey::generate().public().clone();
        Vault::at(dir).create(keystore, officer, pin, &office)?;
        let clock = platform.clock.now();
        let status = HandsetStatus {
            handset: HandsetId::new(),
            nonce: Nonce::random(),
            state: HandsetState::Active,
            policy: Policy { liveness: LivenessPolicy::off(), ..Policy::default().with_portraits() },
            programme_key: office,
            time: clock.wall,
            officers: Vec::new(),
            recovery: None,
            codes: Vec::new(),
        };
        let programme = Programme {
            // A name that can't exist (RFC 6761).
            server: "https://practice.invalid".to_owned(),
            ca: Vec::new(),
            server_key: HandsetKey::from_seed(random_bytes()).verifying_key(),
            handset: status.handset,
            label: "practice".to_owned(),
            heard: ServerTime { at: status.time, boot: clock.boot, monotonic_ms: clock.monotonic_ms },
            status,
        };
        programme.save(dir, keystore)?;
        Self::open(dir, platform, engine)
    }
}
