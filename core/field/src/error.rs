//! Everything that can go wrong on a handset, by who can do something about it. No personal data in any text.

use saksi_records::roster_file::RosterFileError;
use saksi_records::wire::HandsetState;
use saksi_records::{EnvelopeError, PortraitError, RecordId};

use crate::capture::source::CaptureError;
use crate::day::cash::CashError;
use crate::disk::folder::FolderError;
use crate::disk::mutex::Busy;
use crate::disk::room::ROOM_FOR_A_VISIT;
use crate::evidence::archive::OutboxError;
use crate::keys::code::CodeError;
use crate::keys::vault::VaultError;
use crate::roster::list::RosterError;
use crate::store::StoreError;
use crate::sync::client::NetworkError;
use crate::sync::delivery::DeliveryError;
use crate::visit::VisitError;

/// What can go wrong on a handset.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// The handset is locked; the PIN opens it.
    #[error("the handset is locked: unlock it with the PIN")]
    Locked,
    /// The programme locked it or had it erased.
    #[error("the programme has set this handset to {0:?}: ask the supervisor")]
    Forbidden(HandsetState),
    /// It was never provisioned.
    #[error("this handset is not provisioned: scan the supervisor's code first")]
    NotProvisioned,
    /// It was provisioned before.
    #[error("this handset is provisioned already")]
    AlreadyProvisioned,
    /// Another program, or another object of this one, has the handset's folder open.
    #[error("another program works with this handset: wait until it is done, or close it")]
    FolderInUse,
    /// This record isn't in quarantine.
    #[error("record {0} is not in quarantine")]
    NotInQuarantine(RecordId),
    /// Too little room is left on the disk to begin a visit.
    #[error("too little room on the disk for a visit: {} MB left, {} needed", free / 1_000_000, ROOM_FOR_A_VISIT / 1_000_000)]
    LowSpace {
        /// Bytes left.
        free: u64,
    },
    /// Something else uses the handset, and doesn't end: a keystore or clock that calls back, say.
    #[error("the handset is busy: try again")]
    Busy,
    /// The disk failed in the very moment at which a record counts. The handset has locked itself.
    #[error("it isn't known whether the record was written: unlock, and look before anything is paid out")]
    OutcomeUnknown {
        /// The record that may have been written.
        record: RecordId,
    },
    /// The officer's own face was taken before.
    #[error("this officer's own face was taken before: it can be taken again after a new admission")]
    OwnFaceKnown,
    /// A secret can't be had.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sealed files can't be used.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The roster can't answer.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// A roster file can't be imported.
    #[error("the roster file can't be imported: {0}")]
    RosterFile(#[from] RosterFileError),
    /// A portrait that came with the roster can't be shown; nothing of that part of the roster is taken.
    #[error("the roster's next part isn't taken: {0}")]
    Portrait(#[from] PortraitError),
    /// A photo can't be used.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// A visit doesn't take a step.
    #[error(transparent)]
    Visit(#[from] VisitError),
    /// Cash can't be written down so.
    #[error(transparent)]
    Cash(#[from] CashError),
    /// A record can't be sealed.
    #[error("the record can't be sealed: {0}")]
    Seal(#[from] EnvelopeError),
    /// The server can't be reached, or says no.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl From<DeliveryError> for FieldError {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Network(error) => error.into(),
            DeliveryError::Outbox(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for FieldError {
    fn from(error: std::io::Error) -> Self {
        Self::Outbox(OutboxError::Io(error))
    }
}

impl From<FolderError> for FieldError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::InUse => Self::FolderInUse,
            FolderError::Io(error) => error.into(),
        }
    }
}

impl From<Busy> for FieldError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<CodeError> for FieldError {
    fn from(error: CodeError) -> Self {
        Self::Vault(error.into())
    }
}
