//! A copy of everything to keep elsewhere, and a programme made of such a copy.
//!
//! The copy is a data folder: keys, database, blobs. It is of one moment, also while the server runs, since blobs are stored
//! before the records that name them, and never change. What handsets were told after that moment is not in it: so a
//! programme made of it begins a new epoch, in which every handset hears of its whole roster again.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use saksi_records::Digest;

use crate::blobs::Blobs;
use crate::db::{self, Db, cursor, uploads, users};
use crate::error::ServerError;
use crate::programme::{DATABASE, Programme};

/// How many blobs are looked up at once.
const AT_ONCE: i64 = 1000;

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// Records.
    pub records: u64,
    /// Sealed photos, each of which has the bytes that its name says.
    pub blobs: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Programme {
    /// Copies everything into a new folder, also while the server runs.
    pub async fn backup(&self, to: &Path) -> Result<Copied, ServerError> {
        let half = half_done(to)?;
        make_folder(&half)?;
        // A database of PostgreSQL was copied before by its own tools. That there are more blobs by now does no harm.
        let copy = if self.db().is_file() {
            self.db().copy_to(&half.join(DATABASE)).await?;
            Some(Db::open(&half.join(DATABASE)).await?)
        } else {
            None
        };
        copy_files(&self.folder().join("keys"), &half.join("keys"))?;
        let copied = copy_blobs(copy.as_ref().unwrap_or(self.db()), self.blobs(), &Blobs::open(&half)?).await;
        if let Some(copy) = copy {
            copy.close().await;
        }
        let copied = copied?;
        finish(&half, to)?;
        Ok(copied)
    }

    /// Makes a data folder of a backup. There must be none yet. A database of PostgreSQL was put back before.
    pub async fn restore(backup: &Path, data: &Path, database: Option<&str>) -> Result<Copied, ServerError> {
        let from = backup.join(DATABASE);
        if from.is_file() == database.is_some() || !backup.join("keys").is_dir() {
            let why = "it has keys and blobs, and its database, unless that is PostgreSQL's";
            return Err(ServerError::Refused(format!("{} is no backup for this: {why}", backup.display())));
        }
        let half = half_done(data)?;
        make_folder(&half)?;
        copy_files(&backup.join("keys"), &half.join("keys"))?;
        if database.is_none() {
            copy_private(&from, &half.join(DATABASE)).map_err(ServerError::file(&from))?;
        }
        let programme = Self::open_on(&half, database).await?;
        let copied = copy_blobs(programme.db(), &Blobs::of_copy(backup)?, programme.blobs()).await;
        if copied.is_ok() {
            let mut conn = programme.db().write().await?;
            cursor::begin_epoch(&mut conn).await?;
            users::audit(&mut conn, "console", "restore", "").await?;
            conn.commit().await?;
        }
        programme.db().close().await;
        let copied = copied?;
        finish(&half, data)?;
        Ok(copied)
    }
}

// Copies what the database says is there, and looks at every byte of it: a backup that can't be read is none.
async fn copy_blobs(db: &Db, from: &Blobs, to: &Blobs) -> Result<Copied, ServerError> {
    let mut conn = db.read().await?;
    let mut copied = Copied { records: db::evidence::count(&mut conn).await?, ..Copied::default() };
    let mut after = String::new();
    loop {
        let found = uploads::stored_after(&mut conn, &after, AT_ONCE).await?;
        let Some(last) = found.last() else { return Ok(copied) };
        after = last.to_string();
        for sha256 in found {
            let bytes = from.read(sha256).await?;
            if Digest::of(&bytes) != sha256 {
                return Err(ServerError::Refused(format!("the blob {sha256} is damaged: nothing can be made of it")));
            }
            copied.blobs += 1;
            copied.bytes += bytes.len() as u64;
            to.put(sha256, bytes).await?;
        }
    }
}

// What is half done has another name, so that it passes for nothing.
fn half_done(folder: &Path) -> Result<PathBuf, ServerError> {
    if folder.exists() {
        return Err(ServerError::Refused(format!("{} is there already: name a folder that isn't", folder.display())));
    }
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".half-done");
    let half = folder.with_file_name(name);
    if half.exists() {
        fs::remove_dir_all(&half).map_err(ServerError::file(&half))?;
    }
    Ok(half)
}

fn finish(half: &Path, folder: &Path) -> Result<(), ServerError> {
    let done = || {
        fs::rename(half, folder)?;
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(parent)?.sync_all()
    };
    done().map_err(ServerError::file(folder))
}

fn make_folder(folder: &Path) -> Result<(), ServerError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(ServerError::file(folder))
}

fn copy_files(from: &Path, to: &Path) -> Result<(), ServerError> {
    make_folder(to)?;
    for file in fs::read_dir(from).map_err(ServerError::file(from))? {
        let file = file.map_err(ServerError::file(from))?;
        copy_private(&file.path(), &to.join(file.file_name())).map_err(ServerError::file(file.path()))?;
    }
    Ok(())
}

fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = fs::File::open(from)?;
    let mut copy = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}
