//! The cash an officer carries: received, returned, and counted in the end.

use serde::{Deserialize, Serialize};

use crate::id::{OfficerId, RoundId};
use crate::money::Rupiah;
use crate::number::whole;
use crate::record::Fix;

/// Something that happened to an officer's cash, other than paying it out. No blob is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cash {
    /// Of which round.
    pub round: RoundId,
    /// Whose cash.
    pub officer: OfficerId,
    /// Where, if the handset could tell.
    pub place: Option<Fix>,
    /// The software that wrote it down.
    pub software: String,
    /// What happened.
    pub step: CashStep,
}

/// What happened to an officer's cash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum CashStep {
    /// The officer received some to pay out.
    Received {
        /// How much.
        amount: Rupiah,
    },
    /// The officer gave back what wasn't paid out.
    Returned {
        /// How much.
        amount: Rupiah,
    },
    /// The officer's account was closed; the next one begins with nothing.
    Closed(CashCount),
}

/// An officer's account since the last one. It balances, or says why not: no other can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Count")]
pub struct CashCount {
    /// What was received, in all.
    pub received: Rupiah,
    /// How many records paid.
    pub payments: u64,
    /// What they paid, in all.
    pub paid: Rupiah,
    /// What was returned, in all.
    pub returned: Rupiah,
    /// Why it doesn't balance, in the officer's words.
    pub reason: Option<String>,
}

impl CashCount {
    /// What was received and is neither paid nor returned, in rupiah; negative: more was paid and returned than received.
    pub fn difference(&self) -> i64 {
        // Amounts are below 2^53, so no sum of three leaves the range.
        self.received.0 as i64 - self.paid.0 as i64 - self.returned.0 as i64
    }
}

/// An account as it is written, before it is known to balance.
#[derive(Deserialize)]
struct Count {
    received: Rupiah,
    #[serde(deserialize_with = "whole")]
    payments: u64,
    paid: Rupiah,
    returned: Rupiah,
    reason: Option<String>,
}

impl TryFrom<Count> for CashCount {
    type Error = &'static str;

    fn try_from(it: Count) -> Result<Self, Self::Error> {
        let Count { received, payments, paid, returned, reason } = it;
        let count = Self { received, payments, paid, returned, reason };
        let explained = count.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
        if count.difference() == 0 || explained {
            Ok(count)
        } else {
            Err("an account that doesn't balance, and no reason")
        }
    }
}
