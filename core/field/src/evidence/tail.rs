//! Where a chain resumes after retention removed its start: the server's receipt of the last record that went.
//!
//! The rest is still proven to be a chain from there.

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
