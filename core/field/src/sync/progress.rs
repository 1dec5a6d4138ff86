//! What is told of a sync while it goes.

use serde::Serialize;

/// Is told how a sync goes. An implementation MUST return at once and MUST NOT call back into the handset.
pub trait SyncListener: Send + Sync {
    /// Something moved on.
    fn progress(&self, progress: SyncProgress);
}

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SyncProgress {
    /// Records sent or set aside in this sync.
    pub records_done: u64,
    /// Records that waited when it began.
    pub records_total: u64,
    /// Bytes of photos sent in this sync.
    pub bytes_sent: u64,
}
