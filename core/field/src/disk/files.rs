//! Files that are there whole or not at all, also after the power fails.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use crate::disk::crash_points::CrashPoint;

/// Writes beside the final place, syncs, renames, and syncs the folder. Only the owner can read the file.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    write(&beside, bytes)?.sync_all()?;
    CrashPoint::Beside.reached();
    rename_durably(&beside, path)
}

/// Writes a file, and syncs it and its name.
pub fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes)?.sync_all()?;
    sync_folder_of(path)
}

/// Writes files and syncs them and their folders. All syncs are asked for at once, since a file system can then do with
/// one commit of its journal, which is what takes the time.
pub fn write_synced(files: &[(&Path, &[u8])]) -> io::Result<()> {
    let mut opened = files.iter().map(|(path, bytes)| write(path, bytes)).collect::<io::Result<Vec<File>>>()?;
    CrashPoint::Written.reached();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(path, _)| path.parent()).collect();
    for folder in folders {
        opened.extend(open_folder(folder)?);
    }
    thread::scope(|scope| {
        let syncs: Vec<_> = opened.iter().map(|file| scope.spawn(|| file.sync_all())).collect();
        let gone = |_| Err(io::Error::other("the sync of a file ended without an answer"));
        syncs.into_iter().try_for_each(|sync| sync.join().unwrap_or_else(gone))
    })
}

/// Renames, and syncs the folders on both sides.
pub fn rename_durably(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(to)?;
    if from.parent() == to.parent() { Ok(()) } else { sync_folder_of(from) }
}

/// Makes a folder, where it isn't there, into which its owner alone can look; also one that was made before.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    make_private(path, 0o700)
}

/// The same for a folder and those in it.
pub fn private_folders(path: &Path) -> io::Result<()> {
    private_folder(path)?;
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() {
            make_private(&path, 0o700)?;
        }
    }
    Ok(())
}

/// Makes the files of a folder their owner's alone, whoever wrote them.
pub fn make_files_private(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            make_private(&path, 0o600)?;
        }
    }
    Ok(())
}

/// A disk that can't be written, or somebody else's folder, isn't changed, and can be read all the same.
fn make_private(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mut permissions = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            metadata => metadata?.permissions(),
        };
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(mode);
            if let Err(error) = fs::set_permissions(path, permissions) {
                tracing::warn!(%error, "others may look into the handset's files");
            }
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

/// Where [`write_durably`] writes before it renames; what a crash leaves there.
pub fn beside(path: &Path) -> PathBuf {
    path.with_added_extension("tmp")
}

/// Bytes of all files in a folder and below it.
pub fn bytes_below(dir: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let bytes =
            if entry.file_type()?.is_dir() { bytes_below(&entry.path()) } else { entry.metadata().map(|it| it.len()) };
        sum += match bytes {
            // Removed while the folder is read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            bytes => bytes?,
        };
    }
    Ok(sum)
}

/// Bytes that can still be written where a folder is.
pub fn free_bytes(dir: &Path) -> io::Result<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(dir)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = dir;
        Ok(u64::MAX)
    }
}

/// Syncs the folder that holds a file, so that the file's name is on disk too.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().map_or(Ok(None), open_folder)?;
    folder.map_or(Ok(()), |folder| folder.sync_all())
}

/// Removes a file, and makes that last. A file that isn't there is no error.
pub fn remove_durably(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder_of(path),
    }
}

/// Removes files of one folder, and makes that last. One that isn't there is no error.
pub fn remove_all(paths: impl Iterator<Item = PathBuf>) -> io::Result<()> {
    let mut removed = None;
    for path in paths {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => removed = Some(path),
        }
    }
    removed.map_or(Ok(()), |path| sync_folder_of(&path))
}

/// Renames a folder that can't be used, to `NAME.WHY-1` or the next number that is free. It is never deleted: somebody may
/// still get something out of it.
pub fn put_aside(folder: &Path, why: &str) -> io::Result<()> {
    let free = (1..=u32::MAX).map(|n| folder.with_added_extension(format!("{why}-{n}"))).find(|name| !name.exists());
    rename_durably(folder, &free.ok_or(io::ErrorKind::AlreadyExists)?)
}

/// Overwrites a file with zeros before removing it. Flash may keep old blocks: what this must destroy has to be
/// encrypted as well.
pub fn overwrite_and_remove(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(metadata) => {
            let mut file = OpenOptions::new().write(true).open(path)?;
            file.write_all(&vec![0; usize::try_from(metadata.len()).unwrap_or(usize::MAX).min(1 << 20)])?;
            file.sync_all()?;
        }
    }
    remove_durably(path)
}

/// To be synced; `None` on Windows, which can't sync a folder, and needn't.
fn open_folder(folder: &Path) -> io::Result<Option<File>> {
    if cfg!(unix) { File::open(folder).map(Some) } else { Ok(None) }
}

/// Writes a file that only the owner can read; not synced.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}
