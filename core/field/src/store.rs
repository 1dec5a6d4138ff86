//! The encrypted store on the handset's disk. This and what is below it alone name sled.
//!
//! One tree holds all tables. A key on disk is the table's letter and an HMAC-SHA256 of the real key; a value is
//! AES-256-GCM over the real key and JSON, with the key on disk as associated data. So no name, number or template is
//! ever in the clear, and nothing can be moved to another place unnoticed.

mod compaction;
mod database;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ring::hmac;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::database::Database;
use crate::keys::seal;
use crate::keys::vault::RootKey;

/// Why the store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it open.
    #[error("the store is in use by another process")]
    InUse,
    /// What is on disk isn't what was written, or was written under another key.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The disk refused.
    #[error("the store can't be written: {0}")]
    Io(String),
}

/// What is kept, by table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Beneficiaries by id.
    Beneficiary,
    /// Entitlements by round and beneficiary.
    Entitlement,
    /// Rounds by id.
    Round,
    /// Who has been paid, by round and beneficiary.
    Paid,
    /// Exceptions that a supervisor approved, by round and beneficiary.
    Approval,
    /// The day's records, by sequence number.
    Day,
    /// Statement pages that were used, by the record's sequence number.
    Page,
    /// Proxies who collected, by the record's sequence number.
    Proxy,
    /// Faces that were paid in person, by the record's sequence number.
    PaidFace,
    /// What became of officers' cash, by the record's sequence number.
    Cash,
    /// Visits that were cut short, by officer and visit.
    Interrupted,
    /// Single values by name.
    Meta,
}

impl Table {
    fn letter(self) -> u8 {
        match self {
            Self::Beneficiary => b'b',
            Self::Entitlement => b'e',
            Self::Round => b'r',
            Self::Paid => b'p',
            Self::Approval => b'a',
            Self::Day => b'd',
            Self::Page => b's',
            Self::Proxy => b'x',
            Self::PaidFace => b'f',
            Self::Cash => b'c',
            Self::Interrupted => b'i',
            Self::Meta => b'm',
        }
    }
}

/// The open store of one handset.
pub struct Store {
    db: Database,
    names: hmac::Key,
    values: Zeroizing<[u8; 32]>,
}

/// Changes that are made together or not at all.
#[derive(Default)]
pub struct Changes(Vec<Change>);

struct Change {
    table: Table,
    key: String,
    /// `None` removes it.
    entry: Option<Zeroizing<Vec<u8>>>,
}

#[derive(Serialize)]
struct EntryRef<'a, T> {
    key: &'a str,
    value: &'a T,
}

#[derive(Deserialize)]
struct Entry<T> {
    key: String,
    value: T,
}

impl Changes {
    /// Sets a value.
    pub fn put<T: Serialize>(&mut self, table: Table, key: impl Into<String>, value: &T) {
        let key = key.into();
        let entry = serde_json::to_vec(&EntryRef { key: &key, value }).expect("what is stored is plain data");
        self.0.push(Change { table, key, entry: Some(Zeroizing::new(entry)) });
    }

    /// Makes these changes too.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether there is nothing to be done.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes a value.
    pub fn remove(&mut self, table: Table, key: impl Into<String>) {
        self.0.push(Change { table, key: key.into(), entry: None });
    }
}

impl Store {
    /// Opens the store in a folder, or makes a new one.
    pub fn open(dir: &Path, root: &RootKey) -> Result<Self, StoreError> {
        compaction::recover(dir)?;
        let db = Database::open(dir)?;
        let names = hmac::Key::new(hmac::HMAC_SHA256, &*root.derive("store names"));
        Ok(Self { db, names, values: root.derive("store values") })
    }

    /// One value.
    pub fn get<T: DeserializeOwned>(&self, table: Table, key: &str) -> Result<Option<T>, StoreError> {
        let name = self.name(table, key);
        let Some(sealed) = self.db.read(|db| Ok(db.get(&name)?))? else { return Ok(None) };
        let entry: Entry<T> = self.open_entry(&name, &sealed)?;
        Ok(Some(entry.value))
    }

    /// All keys and values of a table, in the order of their keys.
    pub fn all<T: DeserializeOwned>(&self, table: Table) -> Result<Vec<(String, T)>, StoreError> {
        let mut all = self.db.read(|db| {
            let items = db.scan_prefix([table.letter()]);
            items
                .map(|item| {
                    let (name, sealed) = item?;
                    let entry: Entry<T> = self.open_entry(&name, &sealed)?;
                    Ok((entry.key, entry.value))
                })
                .collect::<Result<Vec<_>, StoreError>>()
        })?;
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(all)
    }

    /// Removes from a table what is done with.
    pub fn forget<T: DeserializeOwned>(&self, table: Table, done: impl Fn(&T) -> bool) -> Result<(), StoreError> {
        let mut changes = Changes::default();
        for (key, _) in self.all::<T>(table)?.into_iter().filter(|(_, value)| done(value)) {
            changes.remove(table, key);
        }
        if changes.is_empty() { Ok(()) } else { self.apply(&changes) }
    }

    /// Bytes of all keys and values, sealed.
    pub fn live_bytes(&self) -> Result<u64, StoreError> {
        self.db.read(|db| {
            db.iter().try_fold(0, |sum, entry| {
                let (name, sealed) = entry?;
                Ok(sum + (name.len() + sealed.len()) as u64)
            })
        })
    }

    /// Copies all that is live beside the store: sled never gives back the room of what was overwritten.
    pub fn copy(&self, dir: &Path) -> Result<(), StoreError> {
        compaction::copy(&self.db, dir)
    }

    /// Puts the copy in the store's place, if nothing was changed since, and opens it.
    pub fn switch(self, dir: &Path) -> Result<Self, StoreError> {
        let Self { db, names, values } = self;
        drop(db);
        compaction::switch(dir)?;
        Ok(Self { db: Database::open(dir)?, names, values })
    }

    /// Makes changes, and returns when they are on disk.
    pub fn apply(&self, changes: &Changes) -> Result<(), StoreError> {
        self.db.write(self.batch(changes))
    }

    /// Makes changes that can be made again, should the power fail before they are on disk too.
    pub fn take(&self, changes: &Changes) -> Result<(), StoreError> {
        self.db.take(self.batch(changes))
    }

    fn batch(&self, changes: &Changes) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for Change { table, key, entry } in &changes.0 {
            let name = self.name(*table, key);
            match entry {
                Some(entry) => batch.insert(name.as_slice(), seal::seal(&self.values, &name, entry)),
                None => batch.remove(name),
            }
        }
        batch
    }

    fn name(&self, table: Table, key: &str) -> Vec<u8> {
        let mut name = vec![table.letter()];
        name.extend_from_slice(hmac::sign(&self.names, &[&[table.letter()], key.as_bytes()].concat()).as_ref());
        name
    }

    fn open_entry<T: DeserializeOwned>(&self, name: &[u8], sealed: &[u8]) -> Result<T, StoreError> {
        let value = seal::open(&self.values, name, sealed)
            .ok_or_else(|| StoreError::Damaged("a value was altered, or belongs to another key".into()))?;
        // serde's own message could repeat a part of the value.
        serde_json::from_slice(&value).map_err(|_| StoreError::Damaged("a value has an unknown form".into()))
    }
}

/// sled panics on some kinds of damage.
fn guarded<T>(act: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err(StoreError::Damaged("it can't be read".into())))
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        match error {
            // sled 0.34 tells of a lock that is held only in words.
            sled::Error::Io(io) if io.to_string().contains("could not acquire lock") => Self::InUse,
            // A log that is shorter than its snapshot says.
            sled::Error::Io(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
                Self::Damaged("it was cut off".into())
            }
            sled::Error::Io(io) => Self::Io(io.to_string()),
            sled::Error::Corruption { .. } => Self::Damaged("a checksum doesn't fit".into()),
            other => Self::Damaged(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::file_vault::FileVault;
    use crate::keys::vault::Vault;

    fn root(dir: &Path) -> RootKey {
        let keystore = FileVault::open(&dir.join("keystore")).expect("a new key file");
        let (officer, office) = ("ani".parse().expect("an id"), saksi_records::ProgrammeKey::generate());
        Vault::at(dir).create(&keystore, &officer, "482915", office.public()).expect("new secrets").0
    }

    #[test]
    fn what_is_put_is_there_after_reopening_and_a_second_opener_is_refused() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = root(dir.path());
        let path = dir.path().join("store");
        let store = Store::open(&path, &root).expect("a new store");
        let mut changes = Changes::default();
        changes.put(Table::Meta, "b", &2);
        changes.put(Table::Meta, "a", &1);
        changes.put(Table::Day, "a", &"other table");
        store.apply(&changes).expect("applied");
        assert!(matches!(Store::open(&path, &root), Err(StoreError::InUse)));
        drop(store);

        let store = Store::open(&path, &root).expect("the same store");
        assert_eq!(store.all::<i32>(Table::Meta).expect("read"), [("a".into(), 1), ("b".into(), 2)]);
        let mut changes = Changes::default();
        changes.remove(Table::Meta, "a");
        store.apply(&changes).expect("applied");
        assert_eq!(store.get::<i32>(Table::Meta, "a").expect("read"), None);
    }

    #[test]
    fn after_many_changes_a_compacted_store_takes_little_more_than_what_is_live() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("store");
        let root = root(dir.path());
        let mut store = Store::open(&path, &root).expect("a new store");
        for round in 0..50 {
            let mut changes = Changes::default();
            for key in 0..800 {
                changes.put(Table::Meta, format!("{key}"), &vec![round; 500]);
            }
            store.apply(&changes).expect("applied");
        }
        let before = crate::disk::files::bytes_below(&path).expect("readable");
        store.copy(&path).expect("copied");
        store = store.switch(&path).expect("switched");
        let after = crate::disk::files::bytes_below(&path).expect("readable");
        let live = store.live_bytes().expect("readable");
        assert!(after < before && after <= 3 * live, "before {before}, after {after}, live {live}");
        assert_eq!(store.all::<Vec<i32>>(Table::Meta).expect("readable").len(), 800);
        drop(store);
        let store = Store::open(&path, &root).expect("whole");
        assert_eq!(store.get::<Vec<i32>>(Table::Meta, "7").expect("readable"), Some(vec![49; 500]));
    }

    #[test]
    fn leaves_full_of_faces_are_in_the_log_and_not_in_files_that_are_not_synced() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("store");
        let store = Store::open(&path, &root(dir.path())).expect("a new store");
        let mut changes = Changes::default();
        for n in 0..500 {
            changes.put(Table::Beneficiary, format!("{n}"), &"x".repeat(2500));
        }
        store.apply(&changes).expect("applied");
        let beside = path.join("blobs").read_dir().expect("sled makes it");
        assert_eq!(beside.count(), 0);
    }

    #[test]
    fn another_root_key_reads_nothing() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("store");
        let mut changes = Changes::default();
        changes.put(Table::Meta, "a", &1);
        Store::open(&path, &root(dir.path())).expect("a new store").apply(&changes).expect("applied");
        let store = Store::open(&path, &root(dir.path())).expect("opens: nothing is decrypted yet");
        assert!(matches!(store.all::<i32>(Table::Meta), Err(StoreError::Damaged(_))));
    }
}
