//! What a handset knows of its programme: where the server is, how to know it, and what it last said.

use std::fs;
use std::io;
use std::path::Path;

use saksi_records::id::base64_bytes;
use saksi_records::time::ServerTime;
use saksi_records::wire::{HandsetStatus, Registered};
use saksi_records::{HandsetId, Ticket, TimeEvidence, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::disk::files;
use crate::disk::platform::ClockReading;
use crate::keys::vault::{KeyVault, VaultError};

const PURPOSE: &str = "saksi programme";
const FILE: &str = "programme";

/// What a handset knows of its programme. None of it is secret; it is wrapped by the keystore so that nobody who holds
/// the phone can put their own server or key in its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Programme {
    /// The server's address.
    pub server: String,
    /// The certificate (DER) of the only authority that may vouch for it.
    #[serde(with = "base64_bytes")]
    pub ca: Vec<u8>,
    /// The key with which the server signs its word.
    pub server_key: VerifyingKey,
    /// This handset's id.
    pub handset: HandsetId,
    /// What people call this handset.
    pub label: String,
    /// What the server last said.
    pub status: HandsetStatus,
    /// When it said so, by both clocks.
    pub heard: ServerTime,
}

impl Programme {
    /// What a registration gave, with the authority's certificate (DER).
    pub fn new(ticket: &Ticket, ca: Vec<u8>, label: &str, registered: Registered, clock: &ClockReading) -> Self {
        let heard = heard(&registered.status, clock);
        Self {
            server: ticket.server.clone(),
            ca,
            server_key: ticket.server_key.clone(),
            handset: registered.handset,
            label: label.to_owned(),
            status: registered.status,
            heard,
        }
    }

    /// Reads what was saved; `None` where this handset was never provisioned.
    pub fn load(dir: &Path, keystore: &dyn KeyVault) -> Result<Option<Self>, VaultError> {
        let wrapped = match fs::read(dir.join(FILE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        let json = keystore.unwrap(PURPOSE, &wrapped)?;
        serde_json::from_slice(&json).map(Some).map_err(|_| VaultError::CannotUnwrap)
    }

    /// Saves it.
    pub fn save(&self, dir: &Path, keystore: &dyn KeyVault) -> Result<(), VaultError> {
        let json = serde_json::to_vec(self).map_err(io::Error::from)?;
        files::write_durably(&dir.join(FILE), &keystore.wrap(PURPOSE, &json)?)?;
        Ok(())
    }

    /// Takes in what the server just said.
    pub fn hear(&mut self, status: HandsetStatus, clock: &ClockReading) {
        self.heard = heard(&status, clock);
        self.status = status;
    }

    /// The clocks now, with the server's last time.
    pub fn time(&self, clock: ClockReading) -> TimeEvidence {
        let ClockReading { wall, boot, monotonic_ms } = clock;
        TimeEvidence { wall, boot, monotonic_ms, server: Some(self.heard.clone()) }
    }
}

fn heard(status: &HandsetStatus, clock: &ClockReading) -> ServerTime {
    ServerTime { at: status.time, boot: clock.boot.clone(), monotonic_ms: clock.monotonic_ms }
}
