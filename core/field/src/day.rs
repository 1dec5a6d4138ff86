//! What a handset remembers of a record once it is sealed: just what the officer's day needs.

use jiff::Timestamp;
use saksi_records::wire::PaidMark;
use saksi_records::{BeneficiaryId, Envelope, Kind, Record, RecordId, RoundId, Rupiah};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::seal;
use crate::store::{Store, StoreError, Table};

/// One record, as its officer may see it again. Also the receipt that is shown when it is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The record.
    pub record: RecordId,
    /// Its place in this handset's chain.
    pub seq: u64,
    /// Its kind.
    pub kind: Kind,
    /// For whom.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// What was paid, if anything was.
    pub amount: Option<Rupiah>,
    /// When, by the best evidence there was.
    pub at: Timestamp,
    /// The receipt's code: the beginning of the envelope's SHA-256, which the office can find the record by.
    pub code: String,
}

impl Summary {
    /// The summary of a record that was just sealed.
    pub fn of(envelope: &Envelope, record: &Record) -> Self {
        let header = envelope.header();
        let visit = record.visit();
        Self {
            record: header.record,
            seq: header.seq,
            kind: header.kind,
            beneficiary: visit.beneficiary.clone(),
            round: visit.round.clone(),
            amount: record.paid(),
            at: header.created.best(),
            code: envelope.digest().short_code(),
        }
    }

    /// The mark that this beneficiary is paid for this round, if the record paid.
    pub fn paid_mark(&self) -> Option<PaidMark> {
        self.amount.map(|_| PaidMark {
            beneficiary: self.beneficiary.clone(),
            round: self.round.clone(),
            record: self.record,
            at: self.at,
        })
    }

    /// Whether the store acknowledges this very record. A place in the chain doesn't tell: an attempt that failed
    /// before the store knew of it may have left a file for the same place.
    pub(crate) fn is_kept(store: &Store, seq: u64, record: RecordId) -> Result<bool, StoreError> {
        let kept: Option<Self> = store.get(Table::Day, &key(seq))?;
        Ok(kept.is_some_and(|summary| summary.record == record))
    }

    /// As a note beside the envelope: sealed JSON, bound to its record.
    pub(crate) fn to_note(&self, key: &[u8; 32]) -> Vec<u8> {
        let json = Zeroizing::new(serde_json::to_vec(self).expect("a summary is plain data"));
        seal::seal(key, self.record.to_string().as_bytes(), &json)
    }

    /// Reads a note again; `None` where it was altered, or belongs to another record or key.
    pub(crate) fn from_note(key: &[u8; 32], record: RecordId, note: &[u8]) -> Option<Self> {
        let json = seal::open(key, record.to_string().as_bytes(), note)?;
        serde_json::from_slice(&json).ok().filter(|summary: &Self| summary.record == record)
    }

    pub(crate) fn key(&self) -> String {
        key(self.seq)
    }
}

fn key(seq: u64) -> String {
    format!("{seq:010}")
}

#[cfg(test)]
mod tests {
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
        let summary = Summary::from_note(&key(), record(), &note).expect("a note");
        assert_eq!((summary.seq, summary.kind, summary.amount), (1, Kind::InPerson, Some(Rupiah(300_000))));
        let json = seal::open(&key(), record().to_string().as_bytes(), &note).expect("opens");
        assert_eq!(serde_json::to_vec(&summary).expect("plain data"), *json);
        assert_eq!(Summary::from_note(&key(), record(), &summary.to_note(&key())), Some(summary));
    }

    #[test]
    fn a_note_that_was_altered_or_cut_or_is_another_record_s_is_none() {
        let note = hex::decode(NOTE).expect("hex");
        for at in 0..note.len() {
            let mut altered = note.clone();
            altered[at] ^= 1;
            assert_eq!(Summary::from_note(&key(), record(), &altered), None, "byte {at}");
            assert_eq!(Summary::from_note(&key(), record(), &note[..at]), None, "cut at {at}");
        }
        assert_eq!(Summary::from_note(&key(), RecordId::new(), &note), None);
        assert_eq!(Summary::from_note(&[1; 32], record(), &note), None);
    }
}
