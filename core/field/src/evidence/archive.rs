//! The sealed records as files: readable to nobody here, and there even when the store or its key is lost.
//!
//! A record is one `.env` file on one of three shelves, `outbox`, `sent` or `quarantine`; its photos lie in `blobs` until
//! the server has them. In `notes` is what the officer's day needs of it, sealed under the root key, from which a lost
//! store is made again. Names are sequence numbers, record ids and hashes: nothing personal.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{Scope, ScopedJoinHandle};

use saksi_records::wire::Problem;
use saksi_records::{ChainHead, Digest, Envelope, EnvelopeError, RecordId, SealedBlob};
use serde::Serialize;

use crate::disk::crash_points::CrashPoint;
use crate::disk::files::{
    private_folder, remove_all, remove_durably, rename_durably, sync_folder_of, write, write_and_sync, write_durably,
};
use crate::disk::mutex::lock;

/// Why the files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The disk refused.
    #[error("the outbox can't be read or written: {0}")]
    Io(#[from] io::Error),
    /// A file isn't the envelope it was.
    #[error("sealed record {record} is damaged: {reason}")]
    Damaged {
        /// Which.
        record: RecordId,
        /// How.
        reason: EnvelopeError,
    },
}

/// Where a record is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Waiting to be sent.
    Outbox,
    /// The server has it, and said so with its signature.
    Sent,
    /// The server refused it for good; a supervisor must look.
    Quarantine,
}

impl Shelf {
    const ALL: [Self; 3] = [Self::Outbox, Self::Sent, Self::Quarantine];

    fn folder(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Sent => "sent",
            Self::Quarantine => "quarantine",
        }
    }
}

/// A record's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Its place in the chain.
    pub seq: u64,
    /// Its id.
    pub record: RecordId,
    /// Where it is on its way.
    pub shelf: Shelf,
    path: PathBuf,
}

impl Filed {
    /// The file of its envelope, as long as it isn't moved to another shelf.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn parse(&self, bytes: Vec<u8>) -> Result<Envelope, OutboxError> {
        Envelope::parse(bytes).map_err(|reason| OutboxError::Damaged { record: self.record, reason })
    }
}

/// A record that is on disk but not yet acknowledged.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
}

/// A file on its way to the disk.
pub(crate) type Staging<'scope> = ScopedJoinHandle<'scope, io::Result<()>>;

impl Staged {
    /// Acknowledges a staged record: gives its envelope the name by which it counts, and returns when that is on disk.
    pub(crate) fn publish(&self) -> io::Result<()> {
        let path = self.path.with_extension("env");
        fs::rename(&self.path, &path)?;
        CrashPoint::Published.reached();
        sync_folder_of(&path)
    }
}

/// The folder of one handset's sealed records.
#[derive(Debug, Clone)]
pub struct Outbox {
    dir: PathBuf,
    /// Held while records move between shelves, and by whoever needs to see all of them where they are.
    moving: Arc<Mutex<()>>,
}

const STAGED: &str = "staged";

impl Outbox {
    /// A folder as it is; nothing is made in it.
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), moving: Arc::default() }
    }

    /// Opens the folder, or makes it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        for folder in ["outbox", "sent", "quarantine", "blobs", "notes"] {
            private_folder(&dir.join(folder))?;
        }
        private_folder(dir)?;
        sync_folder_of(&dir.join("outbox"))?;
        Ok(Self::at(dir))
    }

    /// Another handset's folder, in which nothing moves while something moves in this one.
    pub(crate) fn open_beside(&self, dir: &Path) -> io::Result<Self> {
        Ok(Self { moving: Arc::clone(&self.moving), ..Self::open(dir)? })
    }

    /// Puts a sealed photo on disk, in a thread of its own: most of a commit's time is such writes, and they needn't wait for
    /// each other.
    pub(crate) fn stage_photo<'scope>(&self, scope: &'scope Scope<'scope, '_>, blob: SealedBlob) -> Staging<'scope> {
        let path = self.blob_path(&blob.key.sha256);
        scope.spawn(move || write_and_sync(&path, &blob.bytes))
    }

    /// Puts a note on disk, likewise.
    pub(crate) fn stage_note<'scope>(
        &self,
        scope: &'scope Scope<'scope, '_>,
        record: RecordId,
        note: Vec<u8>,
    ) -> Staging<'scope> {
        let path = self.note_path(record);
        scope.spawn(move || write_and_sync(&path, &note))
    }

    /// Puts an envelope on disk, out of sight of [`Self::list`], and returns when all that belongs to it is there too.
    pub(crate) fn stage(&self, envelope: &Envelope, beside: Vec<Staging<'_>>) -> io::Result<Staged> {
        let header = envelope.header();
        let path = self.dir.join(Shelf::Outbox.folder()).join(format!("{:010}-{}.{STAGED}", header.seq, header.record));
        let file = write(&path, envelope.as_bytes())?;
        CrashPoint::Written.reached();
        file.sync_all()?;
        for staging in beside {
            staging.join().unwrap_or_else(|_| Err(io::Error::other("a thread that wrote a file ended")))?;
        }
        Ok(Staged { path })
    }

    /// Undoes what a crash left half done: records that were staged and never acknowledged, and notes and photos that no
    /// record names.
    pub(crate) fn recover(&self) -> Result<(), OutboxError> {
        let _nothing_moves = lock(&self.moving);
        for staged in filed_in(&self.dir, Shelf::Outbox, STAGED)? {
            remove_durably(&staged.path)?;
        }
        let filed = self.on_all_shelves()?;
        let records: HashSet<RecordId> = filed.iter().map(|filed| filed.record).collect();
        for path in files_with(&self.dir.join("notes"), "note")? {
            let known = stem(&path).and_then(|name| name.parse().ok()).is_some_and(|record| records.contains(&record));
            if !known {
                remove_durably(&path)?;
            }
        }
        let mut named = HashSet::new();
        for filed in filed.iter().filter(|filed| filed.shelf != Shelf::Sent) {
            match filed.parse(fs::read(&filed.path)?) {
                Ok(envelope) => named.extend(envelope.header().blobs.iter().map(|blob| blob.sha256)),
                // Which photos belong to a damaged envelope can't be told, so none are removed.
                Err(OutboxError::Damaged { .. }) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        for path in files_with(&self.dir.join("blobs"), "blob")? {
            let known = stem(&path).and_then(|name| name.parse().ok()).is_some_and(|digest| named.contains(&digest));
            if !known {
                remove_durably(&path)?;
                remove_durably(&path.with_extension("upload"))?;
            }
        }
        Ok(())
    }

    /// The note of a record, sealed, if it is there.
    pub(crate) fn note(&self, record: RecordId) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.note_path(record)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    /// The records on all shelves, in the order of the chain.
    pub fn all(&self) -> io::Result<Vec<Filed>> {
        let _nothing_moves = lock(&self.moving);
        self.on_all_shelves()
    }

    fn on_all_shelves(&self) -> io::Result<Vec<Filed>> {
        let mut records = Vec::new();
        for shelf in Shelf::ALL {
            records.extend(self.list(shelf)?);
        }
        records.sort_by_key(|filed| filed.seq);
        Ok(records)
    }

    /// The records on a shelf, in the order of the chain.
    pub fn list(&self, of: Shelf) -> io::Result<Vec<Filed>> {
        filed_in(&self.dir, of, "env")
    }

    /// A record's envelope, on whichever shelf it is by now.
    pub fn read(&self, filed: &Filed) -> Result<Envelope, OutboxError> {
        filed.parse(self.bytes(filed)?)
    }

    fn bytes(&self, filed: &Filed) -> io::Result<Vec<u8>> {
        match fs::read(&filed.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let _nothing_moves = lock(&self.moving);
                let on = Shelf::ALL.map(|shelf| self.place(filed, shelf));
                fs::read(on.into_iter().find(|path| path.exists()).ok_or(error)?)
            }
            read => read,
        }
    }

    /// The end of the chain, as far as files on any shelf show it.
    pub fn chain_head(&self) -> io::Result<ChainHead> {
        let Some(last) = self.all()?.pop() else { return Ok(ChainHead::START) };
        Ok(ChainHead { seq: last.seq, digest: Digest::of(&self.bytes(&last)?) })
    }

    /// Where a sealed photo is.
    pub fn blob_path(&self, name: &Digest) -> PathBuf {
        self.dir.join("blobs").join(format!("{name}.blob"))
    }

    /// Whether a photo of this record is missing, or isn't what its name says.
    pub(crate) fn damaged_photo(&self, envelope: &Envelope) -> io::Result<bool> {
        for blob in &envelope.header().blobs {
            match fs::read(self.blob_path(&blob.sha256)) {
                Ok(bytes) if Digest::of(&bytes) == blob.sha256 => {}
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Where the address of a photo's unfinished upload is kept.
    pub fn upload_path(&self, name: &Digest) -> PathBuf {
        self.dir.join("blobs").join(format!("{name}.upload"))
    }

    /// The server has it: keeps its receipt and the envelope, and lets go of the photos.
    pub fn settle(&self, filed: &Filed, envelope: &Envelope, receipt: &str) -> io::Result<()> {
        let _moving = lock(&self.moving);
        let sent = self.place(filed, Shelf::Sent);
        let file = || {
            write_durably(&sent.with_extension("receipt"), receipt.as_bytes())?;
            rename_durably(&filed.path, &sent)
        };
        match file() {
            Err(error) if is_full(&error) => {
                // The photos make room for the receipt. Should the power fail in between, the server gives the same one again.
                self.let_go_of_photos(envelope)?;
                file()
            }
            Err(error) => Err(error),
            Ok(()) => self.let_go_of_photos(envelope),
        }
    }

    fn let_go_of_photos(&self, envelope: &Envelope) -> io::Result<()> {
        for blob in &envelope.header().blobs {
            remove_durably(&self.blob_path(&blob.sha256))?;
            remove_durably(&self.upload_path(&blob.sha256))?;
        }
        Ok(())
    }

    /// The server refused it for good: sets it aside, whole, with the reason.
    pub fn quarantine(&self, filed: &Filed, problem: &Problem) -> io::Result<()> {
        let _moving = lock(&self.moving);
        let aside = self.place(filed, Shelf::Quarantine);
        write_durably(&aside.with_extension("problem"), &serde_json::to_vec(problem)?)?;
        rename_durably(&filed.path, &aside)
    }

    /// Puts what was set aside back among what waits.
    pub(crate) fn put_back(&self, filed: &Filed) -> io::Result<()> {
        let _moving = lock(&self.moving);
        rename_durably(&filed.path, &self.place(filed, Shelf::Outbox))?;
        remove_durably(&filed.path.with_extension("problem"))
    }

    /// The server's receipt for a record that was sent.
    pub fn receipt(&self, filed: &Filed) -> io::Result<Option<String>> {
        match fs::read_to_string(filed.path.with_extension("receipt")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    /// Where the server's receipt is for the last record that was removed from the beginning of the chain.
    pub(crate) fn tail_path(&self) -> PathBuf {
        self.dir.join("tail.receipt")
    }

    /// That receipt, where anything was removed.
    pub(crate) fn tail(&self) -> io::Result<Option<String>> {
        match fs::read(self.tail_path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            // What is no text is no receipt either.
            read => read.map(|bytes| Some(String::from_utf8_lossy(&bytes).into_owned())),
        }
    }

    pub(crate) fn has_note(&self, record: RecordId) -> bool {
        self.note_path(record).exists()
    }

    /// Removes notes, and makes that last.
    pub(crate) fn remove_notes(&self, records: impl Iterator<Item = RecordId>) -> io::Result<()> {
        remove_all(records.map(|record| self.note_path(record)))
    }

    /// Removes records that the server has, with their receipts and notes. Others are left alone.
    pub(crate) fn remove_sent<'a>(&self, records: impl Iterator<Item = &'a Filed>) -> io::Result<()> {
        let sent: Vec<&Filed> = records.filter(|filed| filed.shelf == Shelf::Sent).collect();
        let _moving = lock(&self.moving);
        self.remove_notes(sent.iter().map(|filed| filed.record))?;
        // The envelope goes first: without one, a receipt counts for nothing.
        remove_all(sent.iter().flat_map(|filed| [filed.path.clone(), filed.path.with_extension("receipt")]))
    }

    /// Why a record is in quarantine.
    pub fn problem(&self, filed: &Filed) -> Option<Problem> {
        serde_json::from_slice(&fs::read(filed.path.with_extension("problem")).ok()?).ok()
    }

    fn note_path(&self, record: RecordId) -> PathBuf {
        self.dir.join("notes").join(format!("{record}.note"))
    }

    fn place(&self, filed: &Filed, on: Shelf) -> PathBuf {
        self.dir.join(on.folder()).join(format!("{:010}-{}.env", filed.seq, filed.record))
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn filed_in(dir: &Path, shelf: Shelf, extension: &str) -> io::Result<Vec<Filed>> {
    let mut records: Vec<Filed> = files_with(&dir.join(shelf.folder()), extension)?
        .into_iter()
        .filter_map(|path| {
            let (place, record) = stem(&path)?.split_once('-')?;
            Some(Filed { seq: place.parse().ok()?, record: record.parse().ok()?, shelf, path: path.clone() })
        })
        .collect();
    records.sort_by_key(|filed| filed.seq);
    Ok(records)
}

fn files_with(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem()?.to_str()
}
