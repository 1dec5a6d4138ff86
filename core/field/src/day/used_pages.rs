//! The statement pages that were used, so that one letter doesn't pay twice.

use jiff::{SignedDuration, Timestamp};
use saksi_face::PageHash;
use serde::{Deserialize, Serialize};

use crate::store::{Changes, Store, StoreError, Table};

/// A page is remembered for so long: whoever photographs it again does so on the same round.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(45 * 24);

/// One page that was used.
#[derive(Serialize, Deserialize)]
pub(crate) struct UsedPage {
    at: Timestamp,
    hash: String,
}

impl UsedPage {
    /// All pages that can't be used again.
    pub(crate) fn all(store: &Store) -> Result<Vec<PageHash>, StoreError> {
        let pages = store.all::<Self>(Table::Page)?.into_iter();
        Ok(pages.filter_map(|(_, page)| page.hash.parse().ok()).collect())
    }

    /// Adds the page of a record, which was written at a time by the clock for what expires.
    pub(crate) fn put(changes: &mut Changes, record: String, hash: &PageHash, at: Timestamp) {
        changes.put(Table::Page, record, &Self { at, hash: hash.to_string() });
    }

    /// Forgets those of old, by the time that the server last told.
    pub(crate) fn forget_old(store: &Store, now: Timestamp) -> Result<(), StoreError> {
        store.forget(Table::Page, |page: &Self| now.duration_since(page.at) > REMEMBERED)
    }
}
