//! The programme's keys: the one that handsets seal to now, and those before it, which still open what was sealed to them.
//!
//! The first is `programme.key`; each that follows is `programme-ID.key`. Which is the present one, the database says, so
//! that a running server and its administrator's commands agree.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use saksi_records::{KeyId, ProgrammeKey};

use crate::db::{self, Conn};
use crate::error::ServerError;
use crate::keys::KeyFolder;

/// The setting that names the present key; without it, it is the first.
const PRESENT: &str = "present programme key";

/// All keys that a programme has had.
pub(crate) struct ProgrammeKeys {
    folder: KeyFolder,
    first: Arc<ProgrammeKey>,
    later: RwLock<HashMap<KeyId, Arc<ProgrammeKey>>>,
}

impl ProgrammeKeys {
    /// Those of a folder, in which the first is made where that is allowed.
    pub fn open(folder: &KeyFolder) -> Result<Self, ServerError> {
        let first = Arc::new(read(folder, "programme.key", || *ProgrammeKey::generate().as_bytes())?);
        Ok(Self { folder: folder.opened(), first, later: RwLock::default() })
    }

    /// The first key.
    pub fn first(&self) -> &ProgrammeKey {
        &self.first
    }

    /// The key that handsets seal to now.
    pub async fn present(&self, conn: &mut Conn) -> Result<Arc<ProgrammeKey>, ServerError> {
        match db::setting(conn, PRESENT).await? {
            None => Ok(Arc::clone(&self.first)),
            Some(id) => self.of(&id.try_into().map_err(|_| {
                ServerError::Refused("the database names no key as the programme's present one".into())
            })?),
        }
    }

    /// The key of this id.
    pub fn of(&self, id: &KeyId) -> Result<Arc<ProgrammeKey>, ServerError> {
        if self.first.public().id() == *id {
            return Ok(Arc::clone(&self.first));
        }
        if let Some(key) = self.later.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Arc::clone(key));
        }
        // An id is 16 hex digits, and so a file's name.
        let name = file_name(id);
        let key = Arc::new(read(&self.folder, &name, || [0; 32])?);
        if key.public().id() != *id {
            let reason = "it is another key than its name says: put it back from a backup".into();
            return Err(ServerError::Key { path: self.folder.path(&name), reason });
        }
        self.later.write().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), Arc::clone(&key));
        Ok(key)
    }

    /// Makes a new key and has handsets seal to it from their next sync on. Its file is on disk before it counts.
    pub async fn rotate(&self, conn: &mut Conn) -> Result<KeyId, ServerError> {
        let key = ProgrammeKey::generate();
        let id = key.public().id();
        self.folder.put(&file_name(&id), key.as_bytes())?;
        db::set_setting(conn, PRESENT, id.as_str()).await?;
        Ok(id)
    }
}

fn file_name(id: &KeyId) -> String {
    format!("programme-{id}.key")
}

fn read(folder: &KeyFolder, name: &str, make: impl FnOnce() -> [u8; 32]) -> Result<ProgrammeKey, ServerError> {
    let secret = folder.secret(name, make)?;
    let wrong = |e: saksi_records::keys::KeyError| ServerError::Key { path: folder.path(name), reason: e.to_string() };
    ProgrammeKey::from_bytes(&secret).map_err(wrong)
}
