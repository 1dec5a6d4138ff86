//! What the officer's day needs of a record: kept in the store, and as a sealed note beside the envelope, from which a
//! store that was lost or fell back in time learns it again.

use jiff::Timestamp;
use saksi_records::RecordId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::day::cash::Movement;
use crate::day::receipt::Summary;
use crate::day::used_pages::UsedPage;
use crate::keys::seal;
use crate::store::{Changes, Table};
use crate::visit::paid_faces::PaidFace;
use crate::visit::proxy_limit::SeenProxy;

/// All that a handset remembers of one record.
#[derive(Serialize, Deserialize)]
pub(crate) struct Note {
    #[serde(flatten)]
    pub(crate) summary: Summary,
    /// The statement page that is used up by it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) page: Option<String>,
    /// The proxy who collected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) proxy: Option<SeenProxy>,
    /// The face that was paid.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) face: Option<PaidFace>,
    /// What it does to its officer's account.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) cash: Option<Movement>,
    /// When it was written, by the time by which things expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) stamped: Option<Timestamp>,
}

impl Note {
    /// What the store is told, in the transaction that acknowledges the record.
    pub(crate) fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        let key = self.summary.key();
        changes.put(Table::Day, key.clone(), &self.summary);
        if let Some(page) = self.page.as_ref().and_then(|page| page.parse().ok()) {
            UsedPage::put(&mut changes, key.clone(), &page, self.stamped.unwrap_or(self.summary.at));
        }
        if let Some(proxy) = &self.proxy {
            changes.put(Table::Proxy, key.clone(), proxy);
        }
        if let Some(face) = &self.face {
            changes.put(Table::PaidFace, key.clone(), face);
        }
        if let Some(cash) = &self.cash {
            changes.put(Table::Cash, key, cash);
        }
        changes
    }

    /// As sealed JSON, bound to its record.
    pub(crate) fn seal(&self, key: &[u8; 32]) -> Vec<u8> {
        let json = Zeroizing::new(serde_json::to_vec(self).expect("a note is plain data"));
        seal::seal(key, self.summary.record.to_string().as_bytes(), &json)
    }

    /// Reads a note again; `None` where it was altered, or belongs to another record or key.
    pub(crate) fn open(key: &[u8; 32], record: RecordId, note: &[u8]) -> Option<Self> {
        let json = seal::open(key, record.to_string().as_bytes(), note)?;
        serde_json::from_slice(&json).ok().filter(|note: &Self| note.summary.record == record)
    }
}

#[cfg(test)]
mod tests {
    use saksi_records::{Kind, Rupiah};

    use super::*;

    /// Made with Python's `cryptography`: AES-256-GCM under the bytes 0 to 31, the record's id as AAD.
    const NOTE: &str = "6465666768696a6b6c6d6e6f3339ac031a8624fa1c587dd8eb5c0b9f70a43627bb5cc3428ae69c78cb8e9d78a4d96df0\
                    7c22ab34cdc3480fcd72fbed3779eb8251687b19d6d3c7bf81e587b02ae5b551a62e4976e401cf6f33e85488011e7657\
                    cea4ffbffdcb148f2b5e6361be41a35c476fca11c694bae7982ffabb7606b22ff34f9405835bbf93bbd967b25cebba92\
                    5a02721bf9797a27e8f47eb8b4f5cd746666b7a31ca34a19d0239fcaa30b1768bee9d7d7317a8dd58f1bc7abb4cbeff8\
                    0ee463e23c47460ee0fd8392fb8dd7d517055fb5e88fe770b875";

    fn key() -> [u8; 32] {
        std::array::from_fn(|i| i as u8)
    }

    fn record() -> RecordId {
        "019ab2f0-0000-7000-8000-000000000001".parse().expect("a UUID")
    }

    #[test]
    fn a_note_made_elsewhere_by_the_same_layout_is_read_and_written_byte_for_byte() {
        let note = hex::decode(NOTE).expect("hex");
        let read = Note::open(&key(), record(), &note).expect("a note");
        let summary = &read.summary;
        assert_eq!((summary.seq, summary.kind, summary.amount), (1, Kind::InPerson, Some(Rupiah(300_000))));
        let json = seal::open(&key(), record().to_string().as_bytes(), &note).expect("opens");
        assert_eq!(serde_json::to_vec(&read).expect("plain data"), *json);
        let again = Note::open(&key(), record(), &read.seal(&key())).expect("our own");
        assert_eq!(again.summary, *summary);
    }

    #[test]
    fn a_note_that_was_altered_or_cut_or_is_another_record_s_is_none() {
        let note = hex::decode(NOTE).expect("hex");
        for at in 0..note.len() {
            let mut altered = note.clone();
            altered[at] ^= 1;
            assert!(Note::open(&key(), record(), &altered).is_none(), "byte {at}");
            assert!(Note::open(&key(), record(), &note[..at]).is_none(), "cut at {at}");
        }
        assert!(Note::open(&key(), RecordId::new(), &note).is_none());
        assert!(Note::open(&[1; 32], record(), &note).is_none());
    }
}
