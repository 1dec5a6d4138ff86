//! Proving a handset's history from its files: what `saksi audit verify` does, for an app.

use std::path::Path;

use saksi_field::StoreError;
use saksi_field::proof::{self, History, HistoryError};
use saksi_records::HandsetId;

use crate::error::SaksiError;

/// What a handset's files prove.
#[derive(Debug, uniffi::Record)]
pub struct HistoryReport {
    /// Whose history it is.
    pub handset: HandsetId,
    /// How many records the server had were removed from the beginning, as the programme's policy says.
    pub removed: u64,
    /// Envelopes on all shelves.
    pub records: u64,
    /// Those for which there is a receipt of the server.
    pub receipts: u64,
    /// The SHA-256 of the last envelope, in hexadecimal digits.
    pub head: String,
    /// Events in the audit log.
    pub events: u64,
    /// What doesn't fit, in English. Empty: all is whole.
    pub problems: Vec<String>,
}

/// Goes through all envelopes, photos, receipts and the audit log of a handset's folder. Changes nothing, needs no PIN, and
/// takes some seconds for some thousand records.
#[uniffi::export]
pub fn verify_history(folder: &str) -> Result<HistoryReport, SaksiError> {
    let History { identity, removed, records, receipts, head, events, problems } = proof::verify(Path::new(folder))?;
    let problems = problems.iter().map(ToString::to_string).collect();
    Ok(HistoryReport {
        handset: identity.handset,
        removed,
        records,
        receipts,
        head: head.to_string(),
        events,
        problems,
    })
}

impl From<HistoryError> for SaksiError {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::NoIdentity => StoreError::Damaged(error.to_string()).into(),
            HistoryError::Io(error) => StoreError::Io(error.to_string()).into(),
        }
    }
}
