//! The officer's cash, written down.

use crate::day::cash::{CashError, CashState, Movement, checked};
use crate::day::receipt::Summary;
use crate::error::FieldError;
use crate::handset::{Handset, Session};
use crate::store::{StoreError, Table};
use crate::visit::{Draft, LONGEST_REASON, SOFTWARE};
use saksi_records::cash::{Cash, CashCount, CashStep};
use saksi_records::{Record, RoundId, Rupiah};

impl Handset {
    /// The account of the officer who is at work.
    pub fn cash(&self, round: &RoundId) -> Result<CashState, FieldError> {
        self.with_session(|session| {
            session.roster.round(round)?;
            Ok(session.cash(round)?)
        })
    }

    /// Writes down that the officer received cash.
    pub fn cash_received(&self, round: &RoundId, amount: Rupiah) -> Result<Summary, FieldError> {
        self.cash_step(round, CashStep::Received { amount: checked(amount)? })
    }

    /// Writes down that the officer gave cash back.
    pub fn cash_returned(&self, round: &RoundId, amount: Rupiah) -> Result<Summary, FieldError> {
        self.cash_step(round, CashStep::Returned { amount: checked(amount)? })
    }

    /// Closes the officer's account. One that doesn't balance requires a reason.
    pub fn cash_closed(&self, round: &RoundId, reason: Option<&str>) -> Result<Summary, FieldError> {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
        if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
            return Err(CashError::Reason.into());
        }
        self.write_cash(round, |session| session.counted(round, reason).map(CashStep::Closed))
    }

    fn cash_step(&self, round: &RoundId, step: CashStep) -> Result<Summary, FieldError> {
        self.write_cash(round, |_| Ok(step))
    }

    fn write_cash(
        &self,
        round: &RoundId,
        step: impl FnOnce(&Session) -> Result<CashStep, FieldError>,
    ) -> Result<Summary, FieldError> {
        self.write_at_once(|session, place| {
            session.roster.round(round)?;
            let (round, officer, software) = (round.clone(), session.officer.clone(), SOFTWARE.to_owned());
            let step = step(session)?;
            Ok(Draft::of(Record::Cash(Cash { round, officer, place, software, step })))
        })
    }
}

impl Session {
    fn cash(&self, round: &RoundId) -> Result<CashState, StoreError> {
        let mut state = CashState::default();
        for (_, movement) in self.store.all::<Movement>(Table::Cash)? {
            if movement.round == *round && movement.officer == self.officer {
                state = state.after(movement.what);
            }
        }
        Ok(state)
    }

    /// The figures of an account that is closed.
    fn counted(&self, round: &RoundId, reason: Option<String>) -> Result<CashCount, FieldError> {
        let CashState { received, payments, paid, returned, difference } = self.cash(round)?;
        let reason = reason.filter(|_| difference != 0);
        if difference != 0 && reason.is_none() {
            return Err(CashError::Differs { difference }.into());
        }
        Ok(CashCount { received, payments, paid, returned, reason })
    }
}
