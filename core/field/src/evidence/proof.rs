//! A handset's whole history, proven from its files alone: no PIN, no keystore, no server.
//!
//! The public keys are in the file `identity`, which anybody who could replace it could also replace the rest; so compare
//! them with what the server registered.

use std::fs;
use std::io;
use std::path::Path;

use saksi_records::audit::{self, AuditError};
use saksi_records::jws::{self, typ};
use saksi_records::wire::Receipt;
use saksi_records::{ChainError, ChainHead, Digest, HandsetId, RecordId, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::disk::files;
use crate::evidence::archive::{Filed, Outbox, OutboxError, Shelf};
use crate::evidence::audit_log as log;
use crate::evidence::tail::Tail;

/// Whose history it is, and what verifies it. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The handset.
    pub handset: HandsetId,
    /// Signs its envelopes.
    pub signing_key: VerifyingKey,
    /// Signs its audit log and its requests.
    pub transport_key: VerifyingKey,
    /// Signs the server's receipts.
    pub server_key: VerifyingKey,
}

/// What the files prove.
#[derive(Debug, Serialize)]
pub struct History {
    /// Whose history it is, by which keys.
    #[serde(flatten)]
    pub identity: Identity,
    /// How many records the server had were removed from the beginning, as the programme's policy says.
    pub removed: u64,
    /// Envelopes on all shelves.
    pub records: u64,
    /// Those for which there is a receipt of the server.
    pub receipts: u64,
    /// The SHA-256 of the last envelope.
    pub head: Digest,
    /// Events in the audit log.
    pub events: u64,
    /// What doesn't fit, as it was found. Empty: all is whole.
    #[serde(skip)]
    pub problems: Vec<HistoryProblem>,
}

/// What doesn't fit.
#[derive(Debug, thiserror::Error)]
pub enum HistoryProblem {
    /// An envelope can't be read.
    #[error(transparent)]
    Envelope(OutboxError),
    /// An envelope isn't the next, or not this handset's.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A photo that waits to be sent is missing or altered.
    #[error("a photo of record {0} is missing or altered")]
    Photo(RecordId),
    /// A record counts as sent without the server's receipt for it.
    #[error("record {0} has no receipt of the server")]
    Receipt(RecordId),
    /// What says where the chain goes on isn't the server's word.
    #[error("the receipt for what was removed is damaged, or another handset's")]
    Tail,
    /// The audit log doesn't fit.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The audit log is missing.
    #[error("there is no audit log")]
    NoLog,
}

/// Why nothing can be proven.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// It isn't a handset's folder, or was never unlocked.
    #[error("this folder doesn't say whose history it holds: the file `identity` is missing or damaged")]
    NoIdentity,
    /// The files can't be read.
    #[error("the handset's files can't be read: {0}")]
    Io(#[from] io::Error),
}

/// Goes through all envelopes, photos, receipts and the audit log of a handset's folder. Changes nothing.
pub fn verify(dir: &Path) -> Result<History, HistoryError> {
    let identity = Identity::load(dir)?.ok_or(HistoryError::NoIdentity)?;
    let outbox = Outbox::at(&dir.join("records"));
    let mut problems = Vec::new();
    let tail = Tail::of(&outbox, identity.handset, &identity.server_key)?;
    if tail == Tail::Damaged {
        problems.push(HistoryProblem::Tail);
    }
    let removed = tail.head().seq;
    let (mut head, mut records, mut receipts) = (tail.head(), 0, 0);
    // What a crash left of a removal is removed at the next sync.
    let left = |filed: &Filed| filed.seq > removed || filed.shelf != Shelf::Sent;
    for filed in outbox.all()?.into_iter().filter(left) {
        records += 1;
        let envelope = match outbox.read(&filed) {
            Ok(envelope) => envelope,
            Err(OutboxError::Io(error)) => return Err(error.into()),
            Err(damaged) => {
                problems.push(HistoryProblem::Envelope(damaged));
                continue;
            }
        };
        head = head.link(identity.handset, &identity.signing_key, &envelope, |_| None).unwrap_or_else(|error| {
            problems.push(error.into());
            // Goes on from here, so that one gap is told once.
            ChainHead { seq: envelope.header().seq.max(head.seq), digest: envelope.digest() }
        });
        if filed.shelf == Shelf::Sent {
            let receipt = outbox.receipt(&filed)?.unwrap_or_default();
            let receipt = jws::verify::<Receipt>(&identity.server_key, typ::RECEIPT, receipt.trim());
            if receipt.is_ok_and(|receipt| receipt.record == filed.record && receipt.envelope == envelope.digest()) {
                receipts += 1;
            } else {
                problems.push(HistoryProblem::Receipt(filed.record));
            }
        } else if outbox.damaged_photo(&envelope)? {
            problems.push(HistoryProblem::Photo(filed.record));
        }
    }
    let text = String::from_utf8_lossy(&log::read(&log::path(dir))?).into_owned();
    let events = audit::verify(identity.handset, &identity.transport_key, &text).unwrap_or_else(|error| {
        problems.push(error.into());
        Vec::new()
    });
    if text.is_empty() {
        problems.push(HistoryProblem::NoLog);
    }
    Ok(History { identity, removed, records, receipts, head: head.digest, events: events.len() as u64, problems })
}

impl Identity {
    pub(crate) fn load(dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(dir.join("identity")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => Ok(serde_json::from_slice(&read?).ok()),
        }
    }

    /// Writes it, where it isn't there as it is.
    pub(crate) fn save(&self, dir: &Path) -> io::Result<()> {
        if Self::load(dir)?.as_ref() == Some(self) {
            return Ok(());
        }
        files::write_durably(&dir.join("identity"), &serde_json::to_vec(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_still_read_and_written_byte_for_byte() {
        let golden = concat!(
            r#"{"handset":"019ab2f0-0000-7000-8000-00000000000a","#,
            r#""signing_key":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","#,
            r#""transport_key":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=","#,
            r#""server_key":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM="}"#
        );
        let identity: Identity = serde_json::from_str(golden).expect("an identity");
        assert_eq!(identity.server_key, VerifyingKey::from_bytes([3; 32]));
        assert_eq!(serde_json::to_string(&identity).expect("plain data"), golden);
    }

    #[test]
    fn a_folder_that_is_no_handset_s_proves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(verify(folder.path()), Err(HistoryError::NoIdentity)));
        fs::write(folder.path().join("identity"), "{").expect("written");
        assert!(matches!(verify(folder.path()), Err(HistoryError::NoIdentity)));
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "and nothing is made in it");
    }
}
