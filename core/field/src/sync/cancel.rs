//! How whoever started a sync ends it early, from any thread.

use std::sync::Arc;

use tokio::sync::watch;

/// Cancels what was given a clone of it: a sync then ends within a fifth of a second, whatever the network does. What it did
/// before stands. A token that was cancelled stays so; a new sync takes a new one.
#[derive(Debug, Clone)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Cancel {
    /// Not cancelled yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Cancels. Once is enough.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether [`Self::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it is cancelled.
    pub(crate) async fn cancelled(&self) {
        // Fails only where the sender is gone, and this token holds it.
        self.0.subscribe().wait_for(|cancelled| *cancelled).await.ok();
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}
