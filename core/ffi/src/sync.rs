//! A sync, what became of each record in it, and how to end it early.

use std::sync::Arc;

use saksi_field::{Outcome, Reason};
use saksi_records::RecordId;

use crate::error::{SaksiError, Told};
use crate::handset::Handset;
use crate::platform::{Listener, SyncListener};

/// Ends a sync early. One that was cancelled stays so: a new sync takes a new one.
#[derive(uniffi::Object)]
pub struct Cancel(saksi_field::Cancel);

#[uniffi::export]
impl Cancel {
    /// Not cancelled yet.
    #[uniffi::constructor]
    #[expect(clippy::new_without_default, reason = "other languages know no Default")]
    pub fn new() -> Self {
        Self(saksi_field::Cancel::new())
    }

    /// Cancels, from any thread. The sync ends within a fifth of a second; what it did before stands.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// What a sync did.
#[derive(Debug, uniffi::Record)]
pub struct SyncReport {
    /// Records that the server has, by its signature.
    pub sent: u64,
    /// Records that it refused for good.
    pub quarantined: u64,
    /// Records that still wait.
    pub waiting: u64,
    /// Each record that was tried, in the order in which they were.
    pub records: Vec<RecordReport>,
    /// Changes to the roster that were taken in.
    pub roster_changes: u64,
    /// Why the server's word isn't on this handset's disk, if it isn't. It is obeyed all the same, until a restart.
    pub not_kept: Option<SaksiError>,
    /// Why it ended early, if it did. All that was done before stands.
    pub stopped: Option<SaksiError>,
}

/// What became of one record in a sync.
#[derive(Debug, uniffi::Record)]
pub struct RecordReport {
    /// The record.
    pub record: RecordId,
    /// Its place in the chain of the handset that wrote it, from 1.
    pub seq: u64,
    /// What became of it.
    pub outcome: RecordOutcome,
}

/// What became of a record.
#[derive(Debug, uniffi::Enum)]
pub enum RecordOutcome {
    /// The server has it, by its signature.
    Sent,
    /// The server refused it for good, or it is damaged here: it is in quarantine.
    Quarantined {
        /// Why, for programs.
        reason: Reason,
        /// Why, for people.
        told: Told,
    },
    /// It waits for the next sync.
    Left {
        /// Why, for programs.
        reason: Reason,
        /// Why, for people.
        told: Told,
    },
}

#[uniffi::export]
impl Handset {
    /// Sends what waits and fetches what is new, until it's done or cancelled. Blocks for as long as the network takes. Works
    /// while locked, except for the roster.
    #[uniffi::method(default(cancel = None))]
    pub fn sync(&self, listener: Arc<dyn SyncListener>, cancel: Option<Arc<Cancel>>) -> SyncReport {
        let cancel = cancel.map_or_else(saksi_field::Cancel::new, |cancel| cancel.0.clone());
        self.0.sync_until(&Listener(listener), &cancel).into()
    }
}

impl From<saksi_field::SyncReport> for SyncReport {
    fn from(report: saksi_field::SyncReport) -> Self {
        let saksi_field::SyncReport { sent, quarantined, waiting, records, roster_changes, not_kept, stopped } = report;
        let records = records.into_iter().map(RecordReport::from).collect();
        let (not_kept, stopped) = (not_kept.map(Into::into), stopped.map(Into::into));
        Self { sent, quarantined, waiting, records, roster_changes, not_kept, stopped }
    }
}

impl From<saksi_field::RecordReport> for RecordReport {
    fn from(report: saksi_field::RecordReport) -> Self {
        let saksi_field::RecordReport { record, seq, outcome } = report;
        let outcome = match outcome {
            Outcome::Sent => RecordOutcome::Sent,
            Outcome::Quarantined(reason) => RecordOutcome::Quarantined { reason, told: Told::of(&reason) },
            Outcome::Left(reason) => RecordOutcome::Left { reason, told: Told::of(&reason) },
        };
        Self { record, seq, outcome }
    }
}
