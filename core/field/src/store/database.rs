//! sled's database on a disk that may be full or broken.
//!
//! sled 0.34 asks the kernel to write its log (`sync_file_range`), which makes neither the file's new length last nor what
//! the disk itself holds back: so its log is synced here once more.
//!
//! When a write fails in one of its threads, sled 0.34 doesn't wake who waits for it: whoever flushes anew is told, and
//! wakes the others. So whoever waits here asks again, and never waits for longer than [`BROKEN`].

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::{StoreError, guarded};
use crate::disk::crash_points::CrashPoint;
use crate::disk::files;

/// sled's log, in its folder.
const LOG: &str = "db";
/// sled's own default is 1 GiB.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// sled takes and gives back room by the segment; its own default is 512 KiB. Whatever is larger than a quarter of it, say a
/// leaf with some twenty values, becomes a file of its own which sled doesn't sync, and after which, if it has no room on
/// the disk, it waits without end: so no leaf of ours may be that large.
const SEGMENT_BYTES: usize = 256 * 1024;
/// A folder that was closed a moment ago may still be held by sled's threads.
const PATIENCE: Duration = Duration::from_millis(500);
/// A change that takes longer is asked after: whoever flushes anew is told of an error, and wakes the others.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// After so long a disk counts as broken.
const BROKEN: Duration = Duration::from_secs(30);

/// A database of sled's, open.
pub struct Database {
    db: sled::Db,
    log: Arc<File>,
}

impl Database {
    /// Opens the database in a folder, or makes a new one.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let config =
            sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).segment_size(SEGMENT_BYTES).flush_every_ms(None);
        // What sled reads of its log when it opens it writes into a snapshot, which mustn't outlast the log itself.
        match File::open(dir.join(LOG)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Err(_) => {}
            Ok(log) => log.sync_all()?,
        }
        let start = Instant::now();
        loop {
            match guarded(|| Ok(config.open()?)) {
                Err(StoreError::InUse) if start.elapsed() < PATIENCE => thread::sleep(PATIENCE / 50),
                opened => {
                    let db = opened?;
                    // sled makes its files so that anybody may read them.
                    files::private_folder(dir)?;
                    files::make_files_private(dir)?;
                    return Ok(Self { db, log: Arc::new(File::open(dir.join(LOG))?) });
                }
            }
        }
    }

    /// Reads.
    pub fn read<T>(&self, read: impl FnOnce(&sled::Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        guarded(|| read(&self.db))
    }

    /// Makes changes, all or none, and returns when they are on disk.
    pub fn write(&self, batch: sled::Batch) -> Result<(), StoreError> {
        let log = Arc::clone(&self.log);
        self.patiently(move |db| {
            db.apply_batch(batch)?;
            CrashPoint::Applied.reached();
            db.flush()?;
            Ok(log.sync_data()?)
        })
    }

    /// Makes changes, all or none, that will be on disk soon.
    pub fn take(&self, batch: sled::Batch) -> Result<(), StoreError> {
        self.patiently(move |db| db.apply_batch(batch))?;
        self.flush_meanwhile();
        Ok(())
    }

    /// Does what may wait for the disk in a thread of its own.
    fn patiently(&self, act: impl FnOnce(&sled::Db) -> sled::Result<()> + Send + 'static) -> Result<(), StoreError> {
        let (done, answer) = mpsc::channel();
        let db = self.db.clone();
        thread::spawn(move || {
            let result = guarded(|| Ok(act(&db)?));
            // Else this thread could be the last to close the database.
            drop(db);
            done.send(result).ok();
        });
        let start = Instant::now();
        while start.elapsed() < BROKEN {
            if let Ok(result) = answer.recv_timeout(ASK_AGAIN) {
                return result;
            }
            self.flush_meanwhile();
        }
        Err(StoreError::Io("the disk doesn't answer".into()))
    }

    fn flush_meanwhile(&self) {
        let (db, log) = (self.db.clone(), Arc::clone(&self.log));
        thread::spawn(move || guarded(|| Ok(db.flush().map(|_| log.sync_data())??)));
    }
}

impl Drop for Database {
    /// sled flushes when it is closed, and would wait there too; after an error it doesn't. Where nothing answers, the
    /// threads that wait keep it open.
    fn drop(&mut self) {
        if let Err(error) = self.patiently(|db| db.flush().map(drop)) {
            tracing::warn!(%error, "the store was closed without its last changes");
        }
    }
}
