//! Room on the disk: how much the handset takes, what a visit needs, and how it is given back.

use crate::disk::files;
use crate::disk::room::{ROOM_FOR_A_VISIT, SMALL_STORE, Space, WASTE};
use crate::error::FieldError;
use crate::handset::Handset;

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
        let mut turn = self.session()?;
        turn.as_ref().ok_or(FieldError::Locked)?.store.copy(&self.store_dir())?;
        if let Some(session) = turn.take() {
            match session.switch_store(&self.store_dir()) {
                Ok(session) => *turn = Some(session),
                Err(error) => {
                    self.close(&mut turn);
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// A visit that has begun is never refused for want of room, so there must be enough when it begins.
    pub(crate) fn require_room(&self) -> Result<(), FieldError> {
        let free = files::free_bytes(&self.dir)?;
        if free < ROOM_FOR_A_VISIT { Err(FieldError::LowSpace { free }) } else { Ok(()) }
    }
}
