//! What a handset remembers of a record once it is sealed: just what the officer's day needs.

use jiff::Timestamp;
use saksi_records::record::{NotServedReason, Record};
use saksi_records::wire::{PaidMark, RosterDelta};
use saksi_records::{Beneficiary, BeneficiaryId, Header, Kind, Payload, RecordId, RoundId, Rupiah};
use serde::{Deserialize, Serialize};

use crate::roster::list::Roster;
use crate::store::{Store, StoreError, Table};
use crate::visit::VisitId;

/// One record, as its officer may see it again. Also the receipt that is shown when it is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The record.
    pub record: RecordId,
    /// Its place in this handset's chain.
    pub seq: u64,
    /// Its kind.
    pub kind: Kind,
    /// For whom; nothing of a record that isn't about a beneficiary.
    pub beneficiary: Option<BeneficiaryId>,
    /// For which round.
    pub round: RoundId,
    /// What was paid, if anything was.
    pub amount: Option<Rupiah>,
    /// Why nobody was paid, in a record that says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_served: Option<NotServedReason>,
    /// When, by the best evidence there was.
    pub at: Timestamp,
    /// The visit that led to it, where one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub visit: Option<VisitId>,
    /// The code on the receipt ([`saksi_records::receipt`]), by which the office finds the record.
    pub code: String,
}

impl Summary {
    /// The summary of a record that takes its place.
    pub fn of(header: &Header, payload: &Payload) -> Self {
        let record = &payload.record;
        Self {
            record: header.record,
            seq: header.seq,
            kind: header.kind,
            beneficiary: record.visit().map(|visit| visit.beneficiary.clone()),
            round: record.round().clone(),
            amount: record.paid(),
            not_served: if let Record::NotServed(it) = record { Some(it.reason) } else { None },
            at: header.created.best(),
            visit: None,
            code: payload.receipt_key.code(header.record, record).to_string(),
        }
    }

    /// The mark that this beneficiary is paid for this round, if the record paid.
    pub fn paid_mark(&self) -> Option<PaidMark> {
        let beneficiary = self.beneficiary.clone().filter(|_| self.amount.is_some())?;
        Some(PaidMark { beneficiary, nik: None, round: self.round.clone(), record: self.record, at: self.at })
    }

    /// What the record changes in the roster: who is paid, and whose face is forgotten.
    pub(crate) fn changes_to(&self, roster: &Roster) -> RosterDelta {
        let withdrawn = (self.kind == Kind::ConsentWithdrawn).then_some(self.beneficiary.as_ref()).flatten();
        let faceless = withdrawn
            .and_then(|id| roster.beneficiary(id).ok())
            .map(|known| Beneficiary { template: None, ..known.clone() });
        RosterDelta {
            paid: self.paid_mark().into_iter().collect(),
            beneficiaries: faceless.into_iter().collect(),
            ..RosterDelta::default()
        }
    }

    /// Whether the store knows this very record. A place in the chain doesn't tell: an attempt that failed
    /// before the store knew of it may have left a file for the same place.
    pub(crate) fn is_kept(store: &Store, seq: u64, record: RecordId) -> Result<bool, StoreError> {
        let kept: Option<Self> = store.get(Table::Day, &Self::key_of(seq))?;
        Ok(kept.is_some_and(|summary| summary.record == record))
    }

    pub(crate) fn key(&self) -> String {
        Self::key_of(self.seq)
    }

    /// The key of the record in this place of the chain.
    pub(crate) fn key_of(seq: u64) -> String {
        format!("{seq:010}")
    }
}
