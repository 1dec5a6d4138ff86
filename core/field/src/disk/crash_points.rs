//! The moments at which the power may fail, told to whoever listens.
//!
//! Each is a `tracing` event of target [`TARGET`] with the field `step`. Without a subscriber it costs one atomic load; a
//! test's subscriber stops the process there, and so needs no hook in the product.

/// The target of the events.
pub const TARGET: &str = "saksi::step";

/// A moment at which the power may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// A visit is sealed; its photos and note may be on disk.
    Sealed,
    /// Its envelope is written, but not synced.
    Written,
    /// They are synced, under a name that doesn't count.
    Staged,
    /// The envelope has its name, which isn't synced.
    Published,
    /// The name is synced: the record is acknowledged from here on. Of a visit under way: the store is synced.
    Kept,
    /// The store knows of the record too.
    Known,
    /// The store has taken in a change, but not synced it.
    Applied,
    /// A copy of the store without what was overwritten is on disk, beside it.
    Copied,
    /// The store is out of the way.
    MovedAside,
    /// The copy has its place; what was there before is still beside it.
    Switched,
    /// A supervisor's code has opened the root key; nothing of it is on disk.
    Opened,
    /// A small file is written beside its place, and synced.
    Beside,
    /// The new key slot is on disk.
    Admitted,
}

impl CrashPoint {
    /// Those of a commit, in order.
    pub const COMMIT: [Self; 6] = [Self::Sealed, Self::Written, Self::Staged, Self::Published, Self::Kept, Self::Known];
    /// Those of a compaction, in order.
    pub const COMPACTION: [Self; 3] = [Self::Copied, Self::MovedAside, Self::Switched];

    /// Those of an officer's admission, in order.
    pub const ADMISSION: [Self; 3] = [Self::Opened, Self::Beside, Self::Admitted];

    /// The name it has in the event.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Written => "written",
            Self::Staged => "staged",
            Self::Published => "published",
            Self::Kept => "kept",
            Self::Known => "known",
            Self::Applied => "applied",
            Self::Copied => "copied",
            Self::MovedAside => "moved_aside",
            Self::Switched => "switched",
            Self::Opened => "opened",
            Self::Beside => "beside",
            Self::Admitted => "admitted",
        }
    }

    pub(crate) fn reached(self) {
        tracing::trace!(target: TARGET, step = self.name());
    }
}
