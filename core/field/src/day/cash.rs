//! The officer's cash: what was received, what the records paid, what was returned, and whether that adds up.

use std::collections::{BTreeMap, BTreeSet};

use saksi_records::cash::{Cash, CashStep};
use saksi_records::{OfficerId, Record, RoundId, Rupiah};
use serde::{Deserialize, Serialize};

use crate::store::{Changes, Store, StoreError, Table};
use crate::visit::LONGEST_REASON;

/// Why cash isn't written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CashError {
    /// Nothing, or more than there is.
    #[error("the amount must be more than nothing")]
    Amount,
    /// The account doesn't balance, and no reason is given.
    #[error("the account doesn't balance: {difference} rupiah are left over; give back what is left, or say why")]
    Differs {
        /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
        difference: i64,
    },
    /// The reason is too long.
    #[error("the reason must have at most {LONGEST_REASON} characters")]
    Reason,
}

/// An officer's account of a round on this handset, since it was last closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashState {
    /// What was received.
    pub received: Rupiah,
    /// How many records paid.
    pub payments: u64,
    /// What they paid.
    pub paid: Rupiah,
    /// What was returned.
    pub returned: Rupiah,
    /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
    pub difference: i64,
}

/// What a record does to its officer's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Movement {
    pub(crate) round: RoundId,
    pub(crate) officer: OfficerId,
    #[serde(flatten)]
    pub(crate) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", content = "amount", rename_all = "snake_case")]
pub(crate) enum What {
    Received(Rupiah),
    Paid(Rupiah),
    Returned(Rupiah),
    Closed,
}

impl CashState {
    pub(crate) fn after(mut self, what: What) -> Self {
        match what {
            What::Received(amount) => self.received = [self.received, amount].into_iter().sum(),
            What::Returned(amount) => self.returned = [self.returned, amount].into_iter().sum(),
            What::Paid(amount) => {
                self.paid = [self.paid, amount].into_iter().sum();
                self.payments += 1;
            }
            What::Closed => return Self::default(),
        }
        self.difference = self.received.0 as i64 - self.paid.0 as i64 - self.returned.0 as i64;
        self
    }
}

impl Movement {
    /// What a record does to an account, if anything.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let what = match record {
            Record::Cash(Cash { step: CashStep::Received { amount }, .. }) => What::Received(*amount),
            Record::Cash(Cash { step: CashStep::Returned { amount }, .. }) => What::Returned(*amount),
            Record::Cash(Cash { step: CashStep::Closed(_), .. }) => What::Closed,
            paying => What::Paid(paying.paid()?),
        };
        Some(Self { round: record.round().clone(), officer: record.officer().clone(), what })
    }

    /// The keys of what belongs to accounts that are open: where cash was received or returned since they were last closed.
    pub(crate) fn of_open_accounts(store: &Store) -> Result<BTreeSet<String>, StoreError> {
        let mut accounts: BTreeMap<(RoundId, OfficerId), (bool, Vec<String>)> = BTreeMap::new();
        for (key, Self { round, officer, what }) in store.all::<Self>(Table::Cash)? {
            let (open, keys) = accounts.entry((round, officer)).or_default();
            match what {
                What::Closed => (*open, *keys) = (false, Vec::new()),
                What::Paid(_) => keys.push(key),
                What::Received(_) | What::Returned(_) => {
                    *open = true;
                    keys.push(key);
                }
            }
        }
        Ok(accounts.into_values().filter(|(open, _)| *open).flat_map(|(_, keys)| keys).collect())
    }

    /// Forgets what belongs to accounts that were closed.
    pub(crate) fn forget_closed(store: &Store) -> Result<(), StoreError> {
        let mut changes = Changes::default();
        let movements = store.all::<Self>(Table::Cash)?;
        for (at, (key, movement)) in movements.iter().enumerate() {
            let closes = |later: &Self| {
                later.what == What::Closed && (&later.round, &later.officer) == (&movement.round, &movement.officer)
            };
            if movements[at..].iter().any(|(_, later)| closes(later)) {
                changes.remove(Table::Cash, key.clone());
            }
        }
        if changes.is_empty() { Ok(()) } else { store.apply(&changes) }
    }
}

pub(crate) fn checked(amount: Rupiah) -> Result<Rupiah, CashError> {
    if amount == Rupiah(0) || amount > Rupiah::MAX { Err(CashError::Amount) } else { Ok(amount) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn what() -> impl Strategy<Value = What> {
        let amount = || (1..=Rupiah::MAX.0 / 1000).prop_map(Rupiah);
        prop_oneof![amount().prop_map(What::Received), amount().prop_map(What::Paid), amount().prop_map(What::Returned)]
    }

    proptest! {
        #[test]
        fn an_account_in_any_order_comes_to_what_went_in_less_what_went_out(
            (movements, shuffled) in prop::collection::vec(what(), 0..30)
                .prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle()))
        ) {
            let state = movements.iter().fold(CashState::default(), |state, what| state.after(*what));
            let again = shuffled.iter().fold(CashState::default(), |state, what| state.after(*what));
            prop_assert_eq!(state, again);
            let signed: i64 = movements.iter().map(|what| match what {
                What::Received(amount) => amount.0 as i64,
                What::Paid(amount) | What::Returned(amount) => -(amount.0 as i64),
                What::Closed => 0,
            }).sum();
            prop_assert_eq!(state.difference, signed);
            prop_assert_eq!(state.after(What::Closed), CashState::default());
        }
    }
}
