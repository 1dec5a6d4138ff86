//! The store copied into a new folder that then takes its place, so that at any moment one of the two is whole.
//!
//! `NAME.new` is the copy, `NAME.old` what it replaces. Where `NAME` is missing, `NAME.old` is whole; where it is there,
//! it is whole itself. What is copied stays sealed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::database::Database;
use crate::disk::crash_points::CrashPoint;
use crate::disk::files::{rename_durably, sync_folder_of};

/// So many entries go into one batch of the copy.
const BATCH: usize = 1000;

/// Copies all that is live beside the store, and returns when that is on disk.
pub fn copy(from: &Database, dir: &Path) -> Result<(), StoreError> {
    let new = beside(dir, "new");
    remove(&new)?;
    let to = Database::open(&new)?;
    from.read(|from| {
        let mut entries = from.iter();
        loop {
            let mut batch = sled::Batch::default();
            let mut count = 0;
            for entry in entries.by_ref().take(BATCH) {
                let (name, sealed) = entry?;
                batch.insert(name, sealed);
                count += 1;
            }
            if count == 0 {
                return Ok(());
            }
            to.write(batch)?;
        }
    })?;
    drop(to);
    sync_folder_of(&new.join("db"))?;
    CrashPoint::Copied.reached();
    Ok(())
}

/// Puts the copy in the store's place. Neither may be open.
pub fn switch(dir: &Path) -> io::Result<()> {
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    rename_durably(dir, &old)?;
    CrashPoint::MovedAside.reached();
    rename_durably(&new, dir)?;
    CrashPoint::Switched.reached();
    remove(&old)
}

/// Ends or undoes what a crash left half done.
pub fn recover(dir: &Path) -> io::Result<()> {
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    if !dir.exists() && old.exists() {
        rename_durably(&old, dir)?;
    }
    remove(&new)?;
    remove(&old)
}

fn beside(dir: &Path, what: &str) -> PathBuf {
    dir.with_added_extension(what)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
