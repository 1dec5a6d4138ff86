//! What a handset forgets of records that the server has, when the programme's policy lets it.
//!
//! Only a record with the server's signed receipt is ever forgotten. Its age counts from the receipt to the time that the
//! server told last, so that the handset's clocks have no say. Envelopes go from the chain's beginning on, without gaps; the
//! receipt of the last that went stays behind as the tail, from which the rest is still proven to be a chain.

use std::io;

use saksi_records::jws::{self, typ};
use saksi_records::wire::Receipt;
use saksi_records::{ChainHead, HandsetId, VerifyingKey};

use crate::evidence::archive::Outbox;

/// Where a chain goes on from that has lost its beginning by the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing was removed.
    None,
    /// All up to this one, which the server had.
    After(ChainHead),
    /// It isn't the server's word of a record of this handset.
    Damaged,
}

impl Tail {
    /// Reads it from a handset's sealed records.
    pub(crate) fn of(outbox: &Outbox, handset: HandsetId, server: &VerifyingKey) -> io::Result<Self> {
        let Some(receipt) = outbox.tail()? else { return Ok(Self::None) };
        Ok(match jws::verify::<Receipt>(server, typ::RECEIPT, receipt.trim()) {
            Ok(it) if it.handset == handset => Self::After(ChainHead { seq: it.seq, digest: it.envelope }),
            _ => Self::Damaged,
        })
    }

    /// The head of the chain before what is left of it.
    pub(crate) fn head(self) -> ChainHead {
        if let Self::After(head) = self { head } else { ChainHead::START }
    }
}
