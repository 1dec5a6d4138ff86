//! The chain of one handset's envelopes: each links to the one before, so that a missing, doubled or foreign one shows.

use serde::{Deserialize, Serialize};

use crate::envelope::Envelope;
use crate::id::{Digest, HandsetId};
use crate::keys::VerifyingKey;

/// What is wrong with an envelope's place in its chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// It was written by another handset.
    #[error("written by handset {found}, not {expected}")]
    WrongHandset {
        /// Whose chain this is.
        expected: HandsetId,
        /// Who wrote it.
        found: HandsetId,
    },
    /// The handset's key didn't sign it.
    #[error("envelope {seq}: the signature doesn't fit")]
    BadSignature {
        /// Its place.
        seq: u64,
    },
    /// Envelopes are missing before it.
    #[error("envelopes {expected} to {} are missing", found - 1)]
    Gap {
        /// The first that is missing.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// The very same envelope again.
    #[error("envelope {seq} was there already")]
    Replay {
        /// Its place.
        seq: u64,
    },
    /// Another envelope in the same place, or one that continues another past: two handsets write with one key, or a
    /// backup was restored.
    #[error("envelope {seq} belongs to another past")]
    Fork {
        /// Its place.
        seq: u64,
    },
}

/// The end of a chain so far. Starts as [`ChainHead::START`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// How many envelopes there are.
    pub seq: u64,
    /// The SHA-256 of the last.
    pub digest: Digest,
}

impl ChainHead {
    /// Before the first envelope.
    pub const START: Self = Self { seq: 0, digest: Digest::ZERO };

    /// Checks that an envelope is the next one, and returns the head after it.
    ///
    /// `earlier` tells the digest of an envelope that this chain has already, by its place: it makes the difference
    /// between a replay and a fork.
    pub fn link(
        &self,
        handset: HandsetId,
        key: &VerifyingKey,
        envelope: &Envelope,
        earlier: impl FnOnce(u64) -> Option<Digest>,
    ) -> Result<Self, ChainError> {
        let header = envelope.header();
        let seq = header.seq;
        if header.handset != handset {
            return Err(ChainError::WrongHandset { expected: handset, found: header.handset });
        }
        envelope.verify(key).map_err(|_| ChainError::BadSignature { seq })?;
        let digest = envelope.digest();
        if seq <= self.seq {
            return Err(if earlier(seq) == Some(digest) {
                ChainError::Replay { seq }
            } else {
                ChainError::Fork { seq }
            });
        }
        if seq > self.seq + 1 {
            return Err(ChainError::Gap { expected: self.seq + 1, found: seq });
        }
        if header.prev != self.digest {
            return Err(ChainError::Fork { seq });
        }
        Ok(Self { seq, digest })
    }
}

/// Verifies a run of envelopes from the first on. Returns the head, or the first that doesn't fit and what is wrong.
pub fn verify_run<'a>(
    handset: HandsetId,
    key: &VerifyingKey,
    run: impl IntoIterator<Item = &'a Envelope>,
) -> Result<ChainHead, ChainError> {
    let mut digests = Vec::new();
    let mut head = ChainHead::START;
    for envelope in run {
        let earlier = |seq: u64| digests.get(usize::try_from(seq).ok()?.checked_sub(1)?).copied();
        head = head.link(handset, key, envelope, earlier)?;
        digests.push(head.digest);
    }
    Ok(head)
}
