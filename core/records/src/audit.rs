//! The audit log of a handset: what was done with it, one line for each event, chained, signed, and sealed to the programme.
//!
//! A line is a JWS ([`crate::jws::typ::AUDIT`]) of the handset's transport key, which a locked handset has too, without
//! the line's end. Its claims are an [`Entry`]: the place in the log, the SHA-256 of the line before, and the event,
//! sealed with HPKE to the programme under `info` "saksi audit 1" with `HANDSET SEQ` as associated data. So anybody can
//! prove that a log is whole, and only the programme can read it.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::chain::ChainHead;
use crate::id::{CodeId, Digest, HandsetId, KeyId, OfficerId, RecordId, RoundId, base64_bytes};
use crate::jws::{self, JwsError, typ};
use crate::keys::{HandsetKey, KeyError, ProgrammeKey, ProgrammePublicKey, VerifyingKey};
use crate::number::whole;
use crate::time::TimeEvidence;

const HPKE_INFO: &[u8] = b"saksi audit 1";

/// What was done with a handset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was registered.
    Provisioned,
    /// An officer unlocked it.
    Unlocked {
        /// Who, as they said.
        officer: OfficerId,
    },
    /// A PIN was wrong.
    PinFailed {
        /// Whose, as they said.
        officer: OfficerId,
        /// How many more may be, before this officer is locked out.
        left: u32,
    },
    /// Too many wrong PINs: the officer's key slot was destroyed.
    LockedOut {
        /// Whose.
        officer: OfficerId,
    },
    /// An officer was given a new key slot and PIN by a code.
    Admitted {
        /// Who.
        officer: OfficerId,
        /// By which code.
        code: CodeId,
    },
    /// An officer set another PIN.
    PinChanged {
        /// Whose.
        officer: OfficerId,
    },
    /// An officer's key slot was destroyed, as the programme no longer lists them.
    Removed {
        /// Whose.
        officer: OfficerId,
    },
    /// An officer's own face was taken down.
    OfficerFaceTaken {
        /// Whose.
        officer: OfficerId,
    },
    /// It was locked.
    Locked {
        /// By the officer, by the programme, or for want of use.
        by: By,
    },
    /// Its key slots were destroyed.
    Erased {
        /// By the programme, or by a supervisor's code.
        by: By,
    },
    /// A handset that had lost its keys was provisioned again, and carries what it had sealed before.
    Adopted {
        /// How many records were waiting.
        #[serde(deserialize_with = "whole")]
        records: u64,
    },
    /// A roster file was imported on the handset.
    RosterImported {
        /// For which round.
        round: RoundId,
        /// How many people.
        #[serde(deserialize_with = "whole")]
        rows: u64,
    },
    /// Changes to the roster came from the server.
    RosterApplied {
        /// How far.
        #[serde(deserialize_with = "whole")]
        cursor: u64,
        /// How many.
        #[serde(deserialize_with = "whole")]
        changes: u64,
    },
    /// An officer decided where the software wouldn't.
    Overridden {
        /// In which record.
        record: RecordId,
    },
    /// Sealed records were copied out of the handset.
    Exported {
        /// How many.
        #[serde(deserialize_with = "whole")]
        records: u64,
    },
    /// Records that the server has were removed, as the programme's policy says.
    Retained {
        /// All from the beginning of the chain up to this one.
        #[serde(deserialize_with = "whole")]
        through_seq: u64,
    },
    /// The store was damaged, and put aside.
    StorePutAside,
    /// The log had lost its end: the handset remembers more lines.
    LogCut {
        /// How many there should have been, at least.
        #[serde(deserialize_with = "whole")]
        expected: u64,
    },
}

/// Who, or what, did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The officer.
    Officer,
    /// The programme's server.
    Programme,
    /// A supervisor's code.
    Code,
    /// Nobody: it wasn't used for a while.
    Idle,
}

/// What a line seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// When.
    pub at: TimeEvidence,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// One line, as anybody can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose log.
    pub handset: HandsetId,
    /// Its place, from 1.
    #[serde(deserialize_with = "whole")]
    pub seq: u64,
    /// The SHA-256 of the line before; zeros for the first.
    pub prev: Digest,
    /// The programme key it is sealed to.
    pub programme_key: KeyId,
    /// The encapsulated HPKE key.
    #[serde(with = "base64_bytes")]
    pub encapped: [u8; 32],
    /// The ciphertext.
    #[serde(with = "base64_bytes")]
    pub sealed: Vec<u8>,
}

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// A line isn't what the handset signed.
    #[error("line {line} of the audit log: {reason}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// How.
        reason: JwsError,
    },
    /// A line of another handset.
    #[error("line {line} of the audit log is handset {found}'s")]
    OtherHandset {
        /// Which, from 1.
        line: u64,
        /// Whose.
        found: HandsetId,
    },
    /// A line is missing, doubled, moved or belongs to another past.
    #[error("line {line} of the audit log doesn't follow the one before")]
    Chain {
        /// Which, from 1.
        line: u64,
    },
    /// The last line has no end: the power failed while it was written.
    #[error("the audit log's last line is incomplete")]
    Unfinished,
    /// Sealed to another key, or altered.
    #[error("an event of the audit log can't be opened: {0}")]
    Sealed(#[from] KeyError),
    /// What was sealed is no event.
    #[error("an event of the audit log has an unknown form")]
    Event,
}

/// The next line of a log, without its end, and the head after it.
pub fn write(
    handset: HandsetId,
    head: &ChainHead,
    logged: &Logged,
    programme: &ProgrammePublicKey,
    signer: &HandsetKey,
) -> Result<(String, ChainHead), KeyError> {
    let seq = head.seq + 1;
    let (encapped, sealed) = programme.seal(HPKE_INFO, &aad(handset, seq), &to_json(logged))?;
    let entry = Entry { handset, seq, prev: head.digest, programme_key: programme.id(), encapped, sealed };
    let line = jws::sign(signer, typ::AUDIT, &entry);
    let digest = Digest::of(line.as_bytes());
    Ok((line, ChainHead { seq, digest }))
}

/// Verifies a log from its first line on, and returns its entries.
pub fn verify(handset: HandsetId, key: &VerifyingKey, log: &str) -> Result<Vec<Entry>, AuditError> {
    let mut head = ChainHead::START;
    let mut entries = Vec::new();
    let Some(whole) = log.strip_suffix('\n') else {
        return if log.is_empty() { Ok(entries) } else { Err(AuditError::Unfinished) };
    };
    for text in whole.split('\n') {
        let line = head.seq + 1;
        let entry: Entry = jws::verify(key, typ::AUDIT, text).map_err(|reason| AuditError::Line { line, reason })?;
        if entry.handset != handset {
            return Err(AuditError::OtherHandset { line, found: entry.handset });
        }
        if entry.seq != line || entry.prev != head.digest {
            return Err(AuditError::Chain { line });
        }
        head = ChainHead { seq: line, digest: Digest::of(text.as_bytes()) };
        entries.push(entry);
    }
    Ok(entries)
}

impl Entry {
    /// Opens the event with the programme's key.
    pub fn open(&self, programme: &ProgrammeKey) -> Result<Logged, AuditError> {
        let json = programme.open(HPKE_INFO, &aad(self.handset, self.seq), &self.encapped, &self.sealed)?;
        serde_json::from_slice(&json).map_err(|_| AuditError::Event)
    }
}

fn to_json(logged: &Logged) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(serde_json::to_vec(logged).expect("an event is plain data"))
}

fn aad(handset: HandsetId, seq: u64) -> Vec<u8> {
    format!("{handset} {seq}").into_bytes()
}
