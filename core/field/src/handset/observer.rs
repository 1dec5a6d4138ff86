//! Whoever wants to know when the handset locks, when what it has sealed moves, and when its roster changes.

use std::sync::Arc;

use super::{Handset, OutboxCounts};
use crate::disk::mutex::lock;

/// Is told what changes on a handset. An implementation MUST return at once and MUST NOT call the handset: some changes are
/// told while it is in use.
pub trait Observer: Send + Sync {
    /// Something changed.
    fn changed(&self, change: Change);
}

/// What changed on a handset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was locked or unlocked: by an officer, by the programme, for want of use, or by a fault.
    Lock {
        /// Whether it is locked now.
        locked: bool,
    },
    /// A record was written, sent or set aside.
    Outbox(OutboxCounts),
    /// Something of the roster was taken in, from a file or from the server.
    Roster,
}

impl Handset {
    /// Tells an observer from now on, instead of the one before; `None` tells nobody.
    pub fn observe(&self, observer: Option<Arc<dyn Observer>>) {
        *lock(&self.observer) = observer;
    }

    pub(crate) fn tell(&self, change: Change) {
        let observer = lock(&self.observer).clone();
        if let Some(observer) = observer {
            observer.changed(change);
        }
    }

    /// Counting takes a moment, so it's done only for somebody.
    pub(crate) fn tell_outbox(&self) {
        if lock(&self.observer).is_none() {
            return;
        }
        match self.outbox_counts() {
            Ok(counts) => self.tell(Change::Outbox(counts)),
            Err(error) => tracing::warn!(%error, "the records can't be counted for the observer"),
        }
    }
}
