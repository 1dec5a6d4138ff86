//! The moments at which the power may fail, told to whoever listens.
//!
//! Each is a `tracing` event of target [`TARGET`] with the field `step`. Without a subscriber it costs one atomic load; a
//! test's subscriber stops the process there, and so needs no hook in the product.

/// The target of the events.
pub const TARGET: &str = "saksi::step";

/// A moment at which the power may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A visit is sealed; nothing of it is on disk.
    Sealed,
    /// Its envelope and photos are written, but not synced.
    Written,
    /// They are synced; the store doesn't know of them.
    Staged,
    /// The store has taken in the record, but not synced it.
    Applied,
    /// The store is synced: the record is acknowledged from here on.
    Kept,
    /// The record waits to be sent.
    Published,
}

impl Step {
    /// All of them, in the order of a commit.
    pub const ALL: [Self; 6] = [Self::Sealed, Self::Written, Self::Staged, Self::Applied, Self::Kept, Self::Published];

    /// The name it has in the event.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Written => "written",
            Self::Staged => "staged",
            Self::Applied => "applied",
            Self::Kept => "kept",
            Self::Published => "published",
        }
    }

    pub(crate) fn reached(self) {
        tracing::trace!(target: TARGET, step = self.name());
    }
}
