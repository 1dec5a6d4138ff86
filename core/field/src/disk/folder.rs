//! A handset's folder belongs to one object of one process. A lock on a file in it says so, and ends with the object,
//! however that ends.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const FILE: &str = "in-use.lock";
/// A program that was just started may hold what its parent had open for a moment.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a folder can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// Another program, or another object of this one, has it.
    #[error("another program has the folder")]
    InUse,
    /// The disk refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The right to work in a handset's folder.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Whoever has it open holds the lock.
    _lock: File,
}

impl Folder {
    /// Claims a folder, which must be there.
    pub(crate) fn claim(dir: &Path) -> Result<Self, FolderError> {
        let path = dir.join(FILE);
        // A folder that can't be written can be read, by one object too.
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut options = OpenOptions::new();
                options.write(true).create(true).truncate(false);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                options.open(&path)?
            }
            opened => opened?,
        };
        let start = Instant::now();
        while !try_lock(&file)? {
            if start.elapsed() >= PATIENCE {
                return Err(FolderError::InUse);
            }
            thread::sleep(PATIENCE / 50);
        }
        Ok(Self { _lock: file })
    }
}

#[cfg(unix)]
fn try_lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        done => Ok(done.map(|()| true)?),
    }
}

#[cfg(not(unix))]
fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
        Ok(()) => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_until_it_lets_go() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let held = Folder::claim(dir.path()).expect("nobody's");
        assert!(matches!(Folder::claim(dir.path()), Err(FolderError::InUse)));
        drop(held);
        Folder::claim(dir.path()).expect("nobody's again");
    }
}
