//! What the server refused for good: shown with its reason, tried again, or copied for a supervisor.

use std::path::Path;

use saksi_records::wire::ProblemCode;
use saksi_records::{Kind, RecordId};

use crate::error::SaksiError;
use crate::handset::Handset;

/// A record that the server refused for good, or that is damaged here. It stays on the handset, whole.
#[derive(Debug, uniffi::Record)]
pub struct Quarantined {
    /// The record.
    pub record: RecordId,
    /// Its place in the chain of the handset that wrote it, from 1.
    pub seq: u64,
    /// What it writes down; nothing where the envelope is damaged.
    pub kind: Option<Kind>,
    /// Why, for programs; nothing where that can't be read any more.
    pub code: Option<ProblemCode>,
    /// Why, for people, as the server said it.
    pub message: String,
}

/// A copy of a record in quarantine.
#[derive(Debug, uniffi::Record)]
pub struct ExportedRecord {
    /// The envelope (`.env`), the reason (`.problem`) and the sealed photos (`.blob`).
    pub files: Vec<String>,
    /// Whether the envelope and all its photos are there and as they were sealed.
    pub whole: bool,
}

#[uniffi::export]
impl Handset {
    /// The records in quarantine, also of handsets whose folder this one took over. Works while locked, as all of this does.
    pub fn quarantined(&self) -> Result<Vec<Quarantined>, SaksiError> {
        Ok(self.0.quarantine()?.into_iter().map(Quarantined::from).collect())
    }

    /// Puts a record back among those that wait: the next sync tries it again, and sets it aside again if it must.
    pub fn retry_quarantined(&self, record: RecordId) -> Result<(), SaksiError> {
        Ok(self.0.retry_quarantined(record)?)
    }

    /// Copies a record as it is, sealed, with its reason and its photos, into a folder, and returns when that is on disk. The
    /// record stays in quarantine.
    pub fn export_quarantined(&self, record: RecordId, folder: &str) -> Result<ExportedRecord, SaksiError> {
        let saksi_field::Exported { files, whole } = self.0.export_quarantined(record, Path::new(folder))?;
        Ok(ExportedRecord { files: files.into_iter().map(|file| file.display().to_string()).collect(), whole })
    }
}

impl From<saksi_field::Quarantined> for Quarantined {
    fn from(set_aside: saksi_field::Quarantined) -> Self {
        let saksi_field::Quarantined { record, seq, kind, problem } = set_aside;
        let (code, message) = problem.map(|it| (it.error, it.message)).unzip();
        Self { record, seq, kind, code, message: message.unwrap_or_default() }
    }
}
