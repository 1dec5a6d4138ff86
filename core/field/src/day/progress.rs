//! How far a round has come on this handset: how it stands with each who is entitled, and the sums of it.

use std::collections::{BTreeMap, BTreeSet};

use saksi_records::record::NotServedReason;
use saksi_records::{BeneficiaryId, Kind, RecordId, RoundId, Rupiah};
use serde::{Deserialize, Serialize};

use crate::day::receipt::Summary;
use crate::roster::list::Roster;
use crate::store::{Store, StoreError, Table};

/// How it stands with somebody who is entitled in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody was there yet, or nothing came of it that ends it.
    ToVisit,
    /// Paid by this handset.
    PaidHere,
    /// Paid by another handset, or by a record that this one has forgotten.
    PaidElsewhere,
    /// Written down as an exception that didn't pay: a supervisor looks.
    Exception,
    /// Nobody at home.
    Absent,
    /// Moved away.
    Moved,
    /// Deceased.
    Deceased,
    /// Refused the aid.
    Refused,
}

/// How far a round has come on this handset. Each who is entitled counts in one of the numbers after that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How many are entitled.
    pub entitled: u64,
    /// How many of them are paid by this handset.
    pub paid_here: u64,
    /// How many by others.
    pub paid_elsewhere: u64,
    /// How many wait for a supervisor.
    pub exceptions: u64,
    /// How many weren't at home.
    pub absent: u64,
    /// How many have moved away.
    pub moved: u64,
    /// How many are deceased.
    pub deceased: u64,
    /// How many refused the aid.
    pub refused: u64,
    /// How many are still to be visited.
    pub to_visit: u64,
    /// How much they are entitled to.
    pub amount: Rupiah,
    /// How much of it is paid.
    pub amount_paid: Rupiah,
    /// How much is still to be paid to those who are to be visited or weren't at home.
    pub amount_to_pay: Rupiah,
    /// How many beneficiaries can be found by face, of whatever round.
    pub with_face: u64,
}

impl Progress {
    /// How many are paid, by whichever handset.
    pub fn paid(&self) -> u64 {
        self.paid_here + self.paid_elsewhere
    }
}

/// All who are entitled in a round, and how it stands with them.
pub(crate) struct Standings<'a> {
    round: &'a RoundId,
    roster: &'a Roster,
    here: BTreeSet<RecordId>,
    /// What came last of those who weren't paid.
    last: BTreeMap<BeneficiaryId, Standing>,
}

impl<'a> Standings<'a> {
    pub(crate) fn read(round: &'a RoundId, roster: &'a Roster, store: &Store) -> Result<Self, StoreError> {
        let day = store.all::<Summary>(Table::Day)?;
        Ok(Self::of(round, roster, day.iter().map(|(_, summary)| summary)))
    }

    pub(crate) fn of<'s>(round: &'a RoundId, roster: &'a Roster, day: impl IntoIterator<Item = &'s Summary>) -> Self {
        let (mut here, mut last) = (BTreeSet::new(), BTreeMap::new());
        for summary in day.into_iter().filter(|summary| summary.round == *round) {
            here.insert(summary.record);
            let standing = match (summary.kind, summary.not_served) {
                (Kind::Exception, _) if summary.amount.is_none() => Standing::Exception,
                (Kind::NotServed, reason) => match reason.unwrap_or(NotServedReason::Absent) {
                    NotServedReason::Absent => Standing::Absent,
                    NotServedReason::Moved => Standing::Moved,
                    NotServedReason::Deceased => Standing::Deceased,
                    NotServedReason::Refused => Standing::Refused,
                    // Whoever couldn't be seen well is still to be paid, in this way or another.
                    NotServedReason::CaptureGivenUp => continue,
                },
                _ => continue,
            };
            if let Some(id) = &summary.beneficiary {
                last.insert(id.clone(), standing);
            }
        }
        Self { round, roster, here, last }
    }

    /// How it stands with one.
    pub(crate) fn standing(&self, id: &BeneficiaryId) -> Standing {
        match self.roster.paid(self.round, id) {
            Some(mark) if self.here.contains(&mark.record) => Standing::PaidHere,
            Some(_) => Standing::PaidElsewhere,
            // What a supervisor approved is to be paid now.
            None => match self.last.get(id) {
                Some(Standing::Exception) if self.roster.approval(self.round, id).is_some() => Standing::ToVisit,
                last => last.copied().unwrap_or(Standing::ToVisit),
            },
        }
    }

    /// Everybody, by number.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'a BeneficiaryId, Rupiah, Standing)> {
        self.roster.entitled(self.round).map(|(id, amount)| (id, amount, self.standing(id)))
    }

    pub(crate) fn progress(&self) -> Progress {
        let mut progress = Progress { with_face: self.roster.gallery().len() as u64, ..Progress::default() };
        for (_, Rupiah(amount), standing) in self.all() {
            progress.entitled += 1;
            progress.amount.0 += amount;
            let count = match standing {
                Standing::ToVisit => &mut progress.to_visit,
                Standing::PaidHere => &mut progress.paid_here,
                Standing::PaidElsewhere => &mut progress.paid_elsewhere,
                Standing::Exception => &mut progress.exceptions,
                Standing::Absent => &mut progress.absent,
                Standing::Moved => &mut progress.moved,
                Standing::Deceased => &mut progress.deceased,
                Standing::Refused => &mut progress.refused,
            };
            *count += 1;
            match standing {
                Standing::PaidHere | Standing::PaidElsewhere => progress.amount_paid.0 += amount,
                Standing::ToVisit | Standing::Absent => progress.amount_to_pay.0 += amount,
                _ => {}
            }
        }
        progress
    }
}
