//! The server's keys: files in the data folder that only its owner can read.
//!
//! They are made at the first start, when there is no database yet. Later, a missing or damaged file is an error and
//! never a new key: records sealed to the old one could not be read, and handsets would not know the server again.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use ring::hmac;
use saksi_records::HandsetKey;
use saksi_records::keys::random_bytes;
use zeroize::Zeroizing;

use crate::error::ServerError;
use crate::programme_keys::ProgrammeKeys;
use crate::tls::Authority;

/// All keys of one programme.
pub(crate) struct Keys {
    /// Open records.
    pub programme: ProgrammeKeys,
    /// Signs receipts and states.
    pub server: HandsetKey,
    /// Vouches for the handset listener.
    pub authority: Authority,
    /// Makes tags of proxies' numbers, which can't be tried out without it.
    pub tags: hmac::Key,
    /// Knows browsers again in which somebody logged in.
    pub browsers: hmac::Key,
}

impl Keys {
    /// Loads the keys of a data folder. Where they are missing: makes them if `first_start`, otherwise fails.
    pub fn open(data: &Path, first_start: bool) -> Result<Self, ServerError> {
        let folder = data.join("keys");
        if first_start {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(ServerError::file(&folder))?;
        }
        let folder = KeyFolder { folder, first_start };
        let programme = ProgrammeKeys::open(&folder)?;
        let seed = folder.secret("server.key", random_bytes)?;
        let derived = |label: &[u8]| {
            let key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*seed), label);
            hmac::Key::new(hmac::HMAC_SHA256, key.as_ref())
        };
        Ok(Self {
            programme,
            server: HandsetKey::from_seed(*seed),
            authority: Authority::open(&folder)?,
            tags: derived(b"saksi proxy tags 1"),
            browsers: derived(b"saksi browsers 1"),
        })
    }
}

/// The folder of key files.
pub(crate) struct KeyFolder {
    folder: PathBuf,
    first_start: bool,
}

impl KeyFolder {
    /// Where a key file is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The text of a key file, which is made first where that is allowed. Refuses a file that others can read.
    pub fn text(&self, name: &str, make: impl FnOnce() -> String) -> Result<Zeroizing<String>, ServerError> {
        let path = self.path(name);
        let wrong = |reason: String| ServerError::Key { path: path.clone(), reason };
        match fs::metadata(&path) {
            Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
                return Err(wrong("others can read it; give it mode 0600".into()));
            }
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound && self.first_start => {
                let text = Zeroizing::new(make());
                write_secret(&path, text.as_bytes()).map_err(ServerError::file(&path))?;
                return Ok(text);
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(wrong("it is missing, but there is a database: put it back from a backup".into()));
            }
            Err(e) => return Err(wrong(e.to_string())),
        }
        fs::read_to_string(&path).map(Zeroizing::new).map_err(|e| wrong(e.to_string()))
    }

    /// The same folder, in which nothing is made any more.
    pub fn opened(&self) -> Self {
        Self { folder: self.folder.clone(), first_start: false }
    }

    /// Writes a key file, durably.
    pub fn put(&self, name: &str, secret: &[u8; 32]) -> Result<(), ServerError> {
        let path = self.path(name);
        let text = Zeroizing::new(hex::encode(secret) + "\n");
        write_secret(&path, text.as_bytes()).map_err(ServerError::file(&path))
    }

    /// The 32 bytes of a key file, which is made first where that is allowed.
    pub fn secret(&self, name: &str, make: impl FnOnce() -> [u8; 32]) -> Result<Zeroizing<[u8; 32]>, ServerError> {
        let text = self.text(name, || hex::encode(Zeroizing::new(make())) + "\n")?;
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim_end(), &mut *secret).map_err(|_| ServerError::Key {
            path: self.path(name),
            reason: "it is damaged (64 hex digits are expected): put it back from a backup".into(),
        })?;
        Ok(secret)
    }
}

// Written under another name first, so that a crash leaves a whole file or none.
fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    fs::File::open(path.parent().unwrap_or(path))?.sync_all()
}
