//! Which fault each error of the crates below is.

use saksi_face::{FaceError, ModelError};
use saksi_field::capture::CaptureError;
use saksi_field::keys::pin::{self, PinError};
use saksi_field::visit::{LONGEST_NAME, LONGEST_REASON};
use saksi_field::{
    CashError, FieldError, NetworkError, OutboxError, ROOM_FOR_A_VISIT, RosterError, StoreError, VaultError, VisitError,
};

use super::Fault;
use super::faults::{
    CaptureFault, CashFault, HandsetFault, NetworkFault, PinFault, RosterFault, StorageFault, VisitFault,
};

impl From<FieldError> for Fault {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::Locked => HandsetFault::Locked.into(),
            FieldError::Forbidden(state) => HandsetFault::Forbidden { state }.into(),
            FieldError::NotProvisioned => HandsetFault::NotProvisioned.into(),
            FieldError::AlreadyProvisioned => HandsetFault::AlreadyProvisioned.into(),
            FieldError::FolderInUse => HandsetFault::InUse.into(),
            FieldError::NotInQuarantine(record) => StorageFault::NotInQuarantine { record }.into(),
            FieldError::LowSpace { free } => {
                StorageFault::LowSpace { free_bytes: free, needed_bytes: ROOM_FOR_A_VISIT }.into()
            }
            FieldError::OwnFaceKnown => HandsetFault::OwnFaceKnown.into(),
            FieldError::Busy => HandsetFault::Busy.into(),
            FieldError::OutcomeUnknown { record } => VisitFault::OutcomeUnknown { record }.into(),
            FieldError::Vault(error) => error.into(),
            FieldError::Store(error) => error.into(),
            FieldError::Outbox(error) => error.into(),
            FieldError::Roster(error) => RosterFault::from(error).into(),
            FieldError::RosterFile(error) => RosterFault::BadRoster { reason: error.to_string() }.into(),
            FieldError::Portrait(error) => RosterFault::BadRoster { reason: error.to_string() }.into(),
            FieldError::Capture(error) => error.into(),
            FieldError::Visit(error) => VisitFault::from(error).into(),
            FieldError::Cash(error) => CashFault::from(error).into(),
            FieldError::Seal(error) => Self::Internal(error.to_string()),
            FieldError::Network(error) => error.into(),
        }
    }
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::CannotUnwrap => StorageFault::KeyLost.into(),
            VaultError::Unavailable(reason) => StorageFault::KeystoreFailed { reason }.into(),
            VaultError::Pin(PinError::Wrong) => PinFault::WrongPin.into(),
            VaultError::Pin(PinError::TooEasy) => PinFault::PinTooEasy.into(),
            VaultError::Pin(PinError::TooShort) => PinFault::PinTooShort { shortest: pin::SHORTEST as u32 }.into(),
            VaultError::Pin(error @ PinError::Damaged) => StorageFault::Damaged { reason: error.to_string() }.into(),
            VaultError::Wait { seconds } => PinFault::PinWait { seconds }.into(),
            VaultError::LockedOut => PinFault::LockedOut.into(),
            VaultError::Code(problem) => PinFault::CodeRefused { problem }.into(),
            VaultError::Erased => StorageFault::Erased.into(),
            VaultError::Io(error) => StorageFault::DiskFailed { reason: error.to_string() }.into(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse => HandsetFault::InUse.into(),
            StoreError::Damaged(reason) => StorageFault::Damaged { reason }.into(),
            StoreError::Io(reason) => StorageFault::DiskFailed { reason }.into(),
        }
    }
}

impl From<OutboxError> for Fault {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Io(error) => StorageFault::DiskFailed { reason: error.to_string() }.into(),
            OutboxError::Damaged { .. } => StorageFault::Damaged { reason: error.to_string() }.into(),
        }
    }
}

impl From<RosterError> for RosterFault {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::UnknownBeneficiary => Self::UnknownBeneficiary,
            RosterError::UnknownRound(round) => Self::UnknownRound { round },
            RosterError::NotEntitled(round) => Self::NotEntitled { round },
        }
    }
}

impl From<CaptureError> for Fault {
    fn from(error: CaptureError) -> Self {
        match error {
            CaptureError::Frame(error) => CaptureFault::BadPicture { reason: error.to_string() }.into(),
            CaptureError::Face(FaceError::NoFace) => CaptureFault::NoFace.into(),
            CaptureError::Face(FaceError::SeveralFaces { others, .. }) => {
                CaptureFault::SeveralFaces { count: others.len() as u32 + 1 }.into()
            }
            CaptureError::Face(FaceError::TooSmall { inter_eye, minimum }) => {
                CaptureFault::FaceTooSmall { inter_eye, minimum }.into()
            }
            CaptureError::Face(FaceError::NotUpright { roll }) => CaptureFault::FaceNotUpright { degrees: roll }.into(),
            CaptureError::Face(FaceError::Failed(reason)) => Self::Internal(reason),
            CaptureError::Covered(covered) => CaptureFault::FaceCovered { covered }.into(),
            CaptureError::Page(problem) => CaptureFault::PageRefused { problem }.into(),
            CaptureError::Document(problem) => CaptureFault::DocumentRefused { problem }.into(),
            CaptureError::NoTemplate => RosterFault::NoEnrolledFace.into(),
            CaptureError::EmptyGallery => RosterFault::NobodyToSearch.into(),
            CaptureError::Template(error) => Self::Internal(error.to_string()),
            CaptureError::Encode(error) => Self::Internal(error.to_string()),
            CaptureError::FrameOrder => CaptureFault::FrameOrder.into(),
            CaptureError::FrameChanged => CaptureFault::FrameChanged.into(),
            CaptureError::Unfinished => CaptureFault::CaptureUnfinished.into(),
            CaptureError::Stopped => Self::Internal(error.to_string()),
        }
    }
}

impl From<VisitError> for VisitFault {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::ConsentFirst => Self::ConsentFirst,
            VisitError::Incomplete(missing) => Self::Incomplete { missing },
            VisitError::NotRecognised { decision, similarity, required, problems } => {
                Self::NotRecognised { decision, similarity, required, problems }
            }
            VisitError::NotShownAlive => Self::NotShownAlive,
            VisitError::LivenessUnsure => Self::LivenessUnsure,
            VisitError::LivenessRefused => Self::LivenessRefused,
            VisitError::OtherBeneficiary => Self::OtherBeneficiary,
            VisitError::AlreadyPaid(mark) => Self::AlreadyPaid { round: mark.round, record: mark.record, at: mark.at },
            VisitError::ProxyIsBeneficiary => Self::ProxyIsBeneficiary,
            VisitError::IsOfficer => Self::IsOfficer,
            VisitError::ProxyNikIsBeneficiary => Self::ProxyNikIsBeneficiary,
            VisitError::ProxyName => Self::ProxyName { longest: LONGEST_NAME as u32 },
            VisitError::ProxyLimit { earlier, limit } => Self::ProxyLimit { earlier, limit },
            VisitError::Recognised => Self::Recognised,
            VisitError::Reason => Self::BadReason { longest: LONGEST_REASON as u32 },
            VisitError::NotGivenUp => Self::NotGivenUp,
            VisitError::AlreadyEnrolled => Self::AlreadyEnrolled,
            VisitError::OtherNik => Self::OtherNik,
            VisitError::UnknownConsentText => Self::UnknownConsentText,
            VisitError::FacePaid => Self::FacePaid,
            VisitError::LetterUsed => Self::LetterUsed,
            VisitError::OtherOfficer => Self::OtherOfficer,
            VisitError::SessionOver => Self::SessionOver,
            VisitError::TooOld => Self::TooOld,
            VisitError::AlreadyWritten => Self::AlreadyWritten,
            VisitError::SyncFirst => Self::SyncFirst,
            VisitError::OtherAmount { told, now } => Self::OtherAmount { told, now },
            VisitError::NotThisSort => Self::NotThisSort,
        }
    }
}

impl From<CashError> for CashFault {
    fn from(error: CashError) -> Self {
        match error {
            CashError::Amount => Self::CashAmount,
            CashError::Differs { difference } => Self::CashDiffers { difference },
            CashError::Reason => Self::BadReason { longest: LONGEST_REASON as u32 },
        }
    }
}

impl From<NetworkError> for Fault {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::Offline(reason) => NetworkFault::Offline { reason }.into(),
            NetworkError::NotOurServer(reason) => NetworkFault::NotOurServer { reason }.into(),
            NetworkError::Refused(problem, status) => {
                NetworkFault::Refused { problem: problem.error, reason: problem.message, status }.into()
            }
            NetworkError::Ticket(reason) => HandsetFault::BadTicket { reason }.into(),
            NetworkError::Blob(error) => StorageFault::DiskFailed { reason: error.to_string() }.into(),
            NetworkError::Cancelled => NetworkFault::Cancelled.into(),
        }
    }
}

impl From<ModelError> for Fault {
    fn from(error: ModelError) -> Self {
        HandsetFault::BadModels { reason: error.to_string() }.into()
    }
}
