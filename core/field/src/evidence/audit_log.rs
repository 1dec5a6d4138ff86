//! The audit log's file: a line for each event, added and synced, while locked too.
//!
//! What a line is, [`saksi_records::audit`] says. A line that the power cut off is removed before the next is written: its
//! event had not been acknowledged.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use saksi_records::audit::{self, Event, Logged};
use saksi_records::keys::HandsetKey;
use saksi_records::{ChainHead, Digest, TimeEvidence};

use crate::disk::files;
use crate::disk::mutex::lock;
use crate::sync::programme::Programme;

/// The name under which the store has the log's head.
pub(crate) const AUDIT_HEAD: &str = "audit head";

/// The audit log of one handset.
#[derive(Debug)]
pub(crate) struct AuditLog {
    path: PathBuf,
    /// The end as last read or written, whoever writes holding it.
    end: Mutex<Option<End>>,
}

/// Where a log ends.
#[derive(Debug, Clone, Copy)]
struct End {
    head: ChainHead,
    /// Bytes of whole lines.
    whole: u64,
}

impl AuditLog {
    /// Where the log is, or will be.
    pub fn at(dir: &Path) -> Self {
        Self { path: path(dir), end: Mutex::new(None) }
    }

    /// Writes an event down, and returns the log's head when it is on disk.
    pub fn write(
        &self,
        event: Event,
        at: TimeEvidence,
        programme: &Programme,
        signer: &HandsetKey,
    ) -> io::Result<ChainHead> {
        let mut end = lock(&self.end);
        // Until it is written, nobody can know where the file ends.
        let End { head, whole } = self.known(end.take())?;
        let logged = Logged { at, event };
        let written = audit::write(programme.handset, &head, &logged, &programme.status.programme_key, signer);
        let (line, head) = written.map_err(io::Error::other)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        file.set_len(whole)?;
        io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
        let line = format!("{line}\n");
        file.write_all(line.as_bytes())?;
        file.sync_all()?;
        if whole == 0 {
            files::sync_folder_of(&self.path)?;
        }
        *end = Some(End { head, whole: whole + line.len() as u64 });
        Ok(head)
    }

    /// Whether the log still has this line.
    pub fn has(&self, head: &ChainHead) -> io::Result<bool> {
        let _nobody_writes = lock(&self.end);
        let log = read(&self.path)?;
        let Some(place) = usize::try_from(head.seq).ok().and_then(|seq| seq.checked_sub(1)) else { return Ok(true) };
        Ok(lines(&log).nth(place).is_some_and(|line| Digest::of(line) == head.digest))
    }

    /// The end of the log: what is known of it, where the file is still that long, and else what the file says. Whether its
    /// lines are true is for a verifier to say.
    fn known(&self, end: Option<End>) -> io::Result<End> {
        let bytes = match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            metadata => metadata?.len(),
        };
        if let Some(end) = end.filter(|end| end.whole == bytes) {
            return Ok(end);
        }
        let log = read(&self.path)?;
        let whole = log.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let head =
            lines(&log).fold(ChainHead::START, |head, line| ChainHead { seq: head.seq + 1, digest: Digest::of(line) });
        Ok(End { head, whole: whole as u64 })
    }
}

/// Where a handset's log is.
pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join("audit.log")
}

/// The log's bytes; none where there is no log yet.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// Whole lines, without their ends.
fn lines(log: &[u8]) -> impl Iterator<Item = &[u8]> {
    log.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"))
}
