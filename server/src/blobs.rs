//! Where blobs are: whole ones in the object store under their SHA-256, arriving ones as files beside it.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use saksi_records::Digest;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::error::ServerError;

/// The largest blob that is taken, in bytes.
pub const MAX_BLOB: u64 = 8 * 1024 * 1024;

// So many whole blobs are in memory at most.
const AT_ONCE: usize = 4;

/// The blob store of a data folder.
#[derive(Debug)]
pub(crate) struct Blobs {
    store: Arc<dyn ObjectStore>,
    arriving: PathBuf,
    at_once: Semaphore,
}

/// Why an arrived blob isn't taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// It isn't what its name says.
    #[error("the bytes don't have the SHA-256 they were announced with")]
    OtherBytes,
    /// The file can't be read.
    #[error("an arrived blob: {0}")]
    File(#[from] io::Error),
    /// The store refuses.
    #[error("the blob store: {0}")]
    Store(#[from] object_store::Error),
}

impl Blobs {
    /// Opens the folders, and makes them where they are missing.
    pub fn open(data: &Path) -> Result<Self, ServerError> {
        let (whole, arriving) = (data.join("blobs"), data.join("uploads"));
        for folder in [&whole, &arriving] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(ServerError::file(folder))?;
        }
        Ok(Self { arriving, ..Self::of_copy(data)? })
    }

    /// The whole ones of a folder in which nothing arrives and nothing is to be made.
    pub fn of_copy(data: &Path) -> Result<Self, ServerError> {
        // A receipt promises that the photos are on disk.
        let store = Arc::new(LocalFileSystem::new_with_prefix(data.join("blobs"))?.with_fsync(true));
        Ok(Self { store, arriving: data.join("uploads"), at_once: Semaphore::new(AT_ONCE) })
    }

    /// The file of an upload that is arriving.
    pub fn arriving(&self, upload: Uuid) -> PathBuf {
        self.arriving.join(upload.to_string())
    }

    /// How many bytes the disk has room for.
    pub fn free_bytes(&self) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(&self.arriving)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Whether the store answers.
    pub async fn is_well(&self) -> bool {
        // Nothing has this name, and only a store that works can say so.
        let nothing = self.store.head(&place(Digest::ZERO)).await;
        matches!(nothing, Ok(_) | Err(object_store::Error::NotFound { .. })) && self.arriving.is_dir()
    }

    /// The uploads of which something has arrived.
    pub async fn all_arriving(&self) -> io::Result<Vec<Uuid>> {
        let mut folder = tokio::fs::read_dir(&self.arriving).await?;
        let mut found = Vec::new();
        while let Some(file) = folder.next_entry().await? {
            found.extend(file.file_name().to_str().and_then(|name| name.parse::<Uuid>().ok()));
        }
        Ok(found)
    }

    /// Checks a file that has arrived whole, and puts it into the store durably. The file stays.
    pub async fn store(&self, upload: Uuid, sha256: Digest) -> Result<(), StoreError> {
        let _place = self.at_once.acquire().await.expect("the semaphore is never closed");
        let bytes = tokio::fs::read(self.arriving(upload)).await?;
        let (found, bytes) =
            tokio::task::spawn_blocking(move || (Digest::of(&bytes), bytes)).await.map_err(io::Error::other)?;
        if found != sha256 {
            return Err(StoreError::OtherBytes);
        }
        Ok(self.put(sha256, bytes).await?)
    }

    /// Puts whole bytes into the store durably, under their SHA-256.
    pub async fn put(&self, sha256: Digest, bytes: Vec<u8>) -> Result<(), object_store::Error> {
        self.store.put(&place(sha256), PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// The sealed bytes of a whole blob.
    pub async fn read(&self, sha256: Digest) -> Result<Vec<u8>, object_store::Error> {
        let _place = self.at_once.acquire().await.expect("the semaphore is never closed");
        Ok(self.store.get(&place(sha256)).await?.bytes().await?.into())
    }

    /// Removes what has arrived of an upload.
    pub async fn forget(&self, upload: Uuid) {
        if let Err(e) = tokio::fs::remove_file(self.arriving(upload)).await
            && e.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%upload, "what arrived of an upload can't be removed: {e}");
        }
    }
}

// Two levels of folders, so that none grows without bounds.
fn place(sha256: Digest) -> object_store::path::Path {
    let name = sha256.to_string();
    object_store::path::Path::from(format!("{}/{}/{name}", &name[..2], &name[2..4]))
}
