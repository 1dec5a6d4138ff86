//! Room on the disk: how much is taken, how much must be free for a visit, and how it is given back.

use crate::error::FieldError;
use crate::files;
use crate::handset::{Handset, lock};

/// A store is worth compacting when it takes more than so many times the room of what is live in it: sled's pages and
/// segments take up to that in a store that was just written,
const WASTE: u64 = 3;
/// and small ones more.
const SMALL_STORE: u64 = 512 * 1024;
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

impl Handset {
    /// How much of the disk the handset takes, and how much of that is needed.
    pub fn space(&self) -> Result<Space, FieldError> {
        let disk = files::bytes_below(&self.dir)?;
        let store = files::bytes_below(&self.store_dir())?;
        let live = self.with_session(|session| Ok(session.store.live_bytes()?))?;
        Ok(Space { disk_bytes: disk, live_bytes: disk - store + live })
    }

    /// Gives back the room that overwritten values take, where there is much of it. For when the handset is idle: it takes
    /// a moment, in which nothing else can be done. Returns whether it was worth it.
    pub fn tidy(&self) -> Result<bool, FieldError> {
        let (store, live) =
            (files::bytes_below(&self.store_dir())?, self.with_session_unused(|it| Ok(it.store.live_bytes()?))?);
        let worth = store > WASTE * live.max(SMALL_STORE);
        if worth {
            self.compact()?;
        }
        Ok(worth)
    }

    /// Gives back all the room that overwritten values take. A crash in between loses nothing. Where the disk is too full
    /// for a copy, the store stays as it is; where the copy can't be opened, the handset is locked.
    pub fn compact(&self) -> Result<(), FieldError> {
        let mut guard = lock(&self.session);
        guard.as_ref().ok_or(FieldError::Locked)?.store.copy(&self.store_dir())?;
        if let Some(session) = guard.take() {
            *guard = Some(session.switch_store(&self.store_dir())?);
        }
        Ok(())
    }

    /// A visit that has begun is never refused for want of room, so there must be enough when it begins.
    pub(crate) fn require_room(&self) -> Result<(), FieldError> {
        let free = files::free_bytes(&self.dir)?;
        if free < ROOM_FOR_A_VISIT { Err(FieldError::LowSpace { free }) } else { Ok(()) }
    }
}
