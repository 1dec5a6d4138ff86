//! A supervisor's unlock code: what it is for, why one isn't taken, and how one that waits is kept in memory.

use jiff::Timestamp;
use saksi_records::{CodeId, OfficerId};

/// Why a code isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a code of the programme's server.
    #[error("this is no unlock code of the programme")]
    NotACode,
    /// For another handset.
    #[error("this unlock code is for another handset")]
    OtherHandset,
    /// Too old.
    #[error("this unlock code is out of date: ask the supervisor for a new one")]
    Expired,
    /// Used before.
    #[error("this unlock code was used before: ask the supervisor for a new one")]
    Taken,
    /// Made of a secret that the handset no longer has.
    #[error("this unlock code doesn't fit the handset any more: sync, and ask the supervisor for a new one")]
    Outdated,
    /// It admits where it should erase, or the other way round.
    #[error("this unlock code is for something else")]
    OtherAction,
    /// The server gave none for this officer.
    #[error("no unlock code for this officer has come from the server: sync, or ask the supervisor for one")]
    NoneWaiting,
}

/// What a code is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodePurpose {
    /// This officer sets a PIN.
    Admit {
        /// Who.
        officer: OfficerId,
    },
    /// The handset destroys its key slots.
    Erase,
}

/// A code to admit an officer that came from the server. It holds a secret that opens the root key, so it's kept wrapped by
/// the keystore, in memory too.
#[derive(Debug)]
pub(crate) struct WaitingCode {
    pub(crate) officer: OfficerId,
    pub(crate) id: CodeId,
    pub(crate) expires: Timestamp,
    pub(crate) wrapped: Vec<u8>,
}
