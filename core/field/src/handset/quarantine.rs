//! What is in quarantine: shown with its reason, tried again, or copied for a supervisor. Nothing is ever removed from it
//! but into the outbox.

use std::fs;
use std::path::{Path, PathBuf};

use saksi_records::wire::Problem;
use saksi_records::{Digest, Kind, RecordId};
use serde::Serialize;

use crate::disk::files::write_synced;
use crate::error::FieldError;
use crate::evidence::archive::{Filed, Outbox, OutboxError, Shelf};
use crate::handset::Handset;

/// A record in quarantine.
#[derive(Debug, Clone, Serialize)]
pub struct Quarantined {
    /// The record.
    pub record: RecordId,
    /// Its place in the chain of the handset that wrote it, from 1.
    pub seq: u64,
    /// What it writes down; `None` where the envelope is damaged.
    pub kind: Option<Kind>,
    /// Why it was set aside; `None` where that can't be read any more.
    pub problem: Option<Problem>,
}

/// A copy of a record in quarantine.
#[derive(Debug, Clone, Serialize)]
pub struct Exported {
    /// The envelope (`.env`), the reason (`.problem`) and the sealed photos (`.blob`).
    pub files: Vec<PathBuf>,
    /// Whether the envelope and all its photos are there and as they were sealed.
    pub whole: bool,
}

impl Handset {
    /// The records that the server refused for good, or that are damaged here, also of handsets whose folder this one took
    /// over. Works while locked, as all of this does.
    pub fn quarantine(&self) -> Result<Vec<Quarantined>, FieldError> {
        let mut found = Vec::new();
        for outbox in self.outboxes()? {
            for filed in outbox.list(Shelf::Quarantine)? {
                let kind = match outbox.read(&filed) {
                    Err(OutboxError::Damaged { .. }) => None,
                    read => Some(read?.header().kind),
                };
                found.push(Quarantined { record: filed.record, seq: filed.seq, kind, problem: outbox.problem(&filed) });
            }
        }
        Ok(found)
    }

    /// Puts a record back among those that wait: the next sync tries it again, and sets it aside again if it must.
    pub fn retry_quarantined(&self, record: RecordId) -> Result<(), FieldError> {
        let (outbox, filed) = self.in_quarantine(record)?;
        Ok(outbox.put_back(&filed)?)
    }

    /// Copies a record as it is, sealed, with its reason and its photos, into a folder, and returns when that is on disk. The
    /// record stays in quarantine.
    pub fn export_quarantined(&self, record: RecordId, to: &Path) -> Result<Exported, FieldError> {
        let (outbox, filed) = self.in_quarantine(record)?;
        let mut copies = Vec::new();
        for file in [filed.path(), &filed.path().with_extension("problem")] {
            if file.exists() {
                copies.push((copy_of(file, to), fs::read(file)?));
            }
        }
        let mut whole = false;
        match outbox.read(&filed) {
            Err(OutboxError::Damaged { .. }) => {}
            read => {
                whole = true;
                for blob in &read?.header().blobs {
                    let path = outbox.blob_path(&blob.sha256);
                    if !path.exists() {
                        whole = false;
                        continue;
                    }
                    let bytes = fs::read(&path)?;
                    whole &= Digest::of(&bytes) == blob.sha256;
                    copies.push((copy_of(&path, to), bytes));
                }
            }
        }
        fs::create_dir_all(to)?;
        write_synced(&copies.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice())).collect::<Vec<_>>())?;
        Ok(Exported { files: copies.into_iter().map(|(path, _)| path).collect(), whole })
    }

    fn in_quarantine(&self, record: RecordId) -> Result<(Outbox, Filed), FieldError> {
        for outbox in self.outboxes()? {
            if let Some(filed) = outbox.list(Shelf::Quarantine)?.into_iter().find(|filed| filed.record == record) {
                return Ok((outbox, filed));
            }
        }
        Err(FieldError::NotInQuarantine(record))
    }
}

fn copy_of(file: &Path, to: &Path) -> PathBuf {
    to.join(file.file_name().unwrap_or_default())
}
