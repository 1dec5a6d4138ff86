//! Room on the disk: how much a handset takes, and how much a visit needs.

/// A store is worth compacting when it takes more than so many times the room of what is live in it: sled's pages and
/// segments take up to that in a store that was just written,
pub(crate) const WASTE: u64 = 3;
/// and small ones more.
pub(crate) const SMALL_STORE: u64 = 512 * 1024;
/// What must be free on the disk when a visit begins: room for several visits and the store's log.
pub const ROOM_FOR_A_VISIT: u64 = 16 * 1024 * 1024;

/// What the disk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Space {
    /// Bytes of all files.
    pub disk_bytes: u64,
    /// Bytes of the files that aren't the store's, and of the keys and values that the store holds now.
    pub live_bytes: u64,
}
