//! The one error of the apps: which fault it is, by domain, and what to tell the officer.

use saksi_face::ModelError;
use saksi_field::capture::CaptureError;
use saksi_field::text::Language;
use saksi_field::{CashError, FieldError, NetworkError, OutboxError, RosterError, StoreError, VaultError, VisitError};

mod faults;
mod from_below;

pub use faults::{
    CaptureFault, CashFault, HandsetFault, NetworkFault, PinFault, RosterFault, StorageFault, VisitFault,
};

/// Whatever can go wrong. An app shows `tell`, and acts on the fault; `code` names it for programs and stays as it is. None
/// of it is personal data.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum SaksiError {
    /// The officer doesn't get in.
    #[error("{fault}")]
    Pin {
        /// Why.
        fault: PinFault,
        /// For the officer.
        told: Told,
    },
    /// The handset as a whole isn't ready for it.
    #[error("{fault}")]
    Handset {
        /// Why.
        fault: HandsetFault,
        /// For the officer.
        told: Told,
    },
    /// What the handset keeps can't be used, or there is no room.
    #[error("{fault}")]
    Storage {
        /// Why.
        fault: StorageFault,
        /// For the officer.
        told: Told,
    },
    /// The roster doesn't have it, or can't take it.
    #[error("{fault}")]
    Roster {
        /// Why.
        fault: RosterFault,
        /// For the officer.
        told: Told,
    },
    /// The picture, or the capture's frames, can't be used.
    #[error("{fault}")]
    Capture {
        /// Why.
        fault: CaptureFault,
        /// For the officer.
        told: Told,
    },
    /// The visit takes no such step, or may not be written down.
    #[error("{fault}")]
    Visit {
        /// Why.
        fault: VisitFault,
        /// For the officer.
        told: Told,
    },
    /// Cash isn't written down.
    #[error("{fault}")]
    Cash {
        /// Why.
        fault: CashFault,
        /// For the officer.
        told: Told,
    },
    /// The server wasn't reached, or says no.
    #[error("{fault}")]
    Network {
        /// Why.
        fault: NetworkFault,
        /// For the officer.
        told: Told,
    },
    /// A text isn't the id, number or ticket that it was meant to be. It isn't repeated.
    #[error("invalid input: {reason}")]
    InvalidInput {
        /// What it should have been.
        reason: String,
        /// For the officer.
        told: Told,
    },
    /// A fault of this library.
    #[error("internal fault: {reason}")]
    Internal {
        /// For whoever repairs it.
        reason: String,
        /// For the officer.
        told: Told,
    },
}

/// What an officer is told: what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Told {
    /// In Indonesian.
    pub text_id: String,
    /// In English.
    pub text_en: String,
}

#[uniffi::export]
impl SaksiError {
    /// The fault, for programs: it stays as it is.
    pub fn code(&self) -> String {
        let code: &'static str = match self {
            Self::Pin { fault, .. } => fault.into(),
            Self::Handset { fault, .. } => fault.into(),
            Self::Storage { fault, .. } => fault.into(),
            Self::Roster { fault, .. } => fault.into(),
            Self::Capture { fault, .. } => fault.into(),
            Self::Visit { fault, .. } => fault.into(),
            Self::Cash { fault, .. } => fault.into(),
            Self::Network { fault, .. } => fault.into(),
            Self::InvalidInput { .. } => "invalid_input",
            Self::Internal { .. } => "internal",
        };
        code.to_owned()
    }

    /// What went wrong, in English, for a developer.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// What went wrong and what to do, for the officer.
    pub fn tell(&self, language: Language) -> String {
        let (Self::Pin { told, .. }
        | Self::Handset { told, .. }
        | Self::Storage { told, .. }
        | Self::Roster { told, .. }
        | Self::Capture { told, .. }
        | Self::Visit { told, .. }
        | Self::Cash { told, .. }
        | Self::Network { told, .. }
        | Self::InvalidInput { told, .. }
        | Self::Internal { told, .. }) = self;
        language.pick(&told.text_id, &told.text_en).clone()
    }
}

impl SaksiError {
    #[expect(clippy::needless_pass_by_value, reason = "it is what map_err calls")]
    pub(crate) fn invalid(rule: impl ToString) -> Self {
        let told =
            Told::new("Isian ini tidak dapat dipakai: periksa lagi.", "This can't be used: check it, and try again.");
        Self::InvalidInput { reason: rule.to_string(), told }
    }

    pub(crate) fn internal(fault: &impl ToString) -> Self {
        let told = Told::new(
            "Ada kesalahan di dalam aplikasi: coba lagi, dan laporkan kepada pengawas bila berulang.",
            "Something is wrong inside the app: try again, and tell the supervisor if it comes back.",
        );
        Fault::Internal(fault.to_string()).told(told)
    }
}

impl From<FieldError> for SaksiError {
    fn from(error: FieldError) -> Self {
        let told = Told::of(&error);
        Fault::from(error).told(told)
    }
}

impl From<ModelError> for SaksiError {
    fn from(error: ModelError) -> Self {
        let told = Told::new(
            "Model wajah di perangkat ini tidak dapat dipakai: pasang ulang aplikasi.",
            "The face models on this handset can't be used: install the app again.",
        );
        Fault::from(error).told(told)
    }
}

macro_rules! by_way_of_field_error {
    ($($below:ty),*) => {
        $(impl From<$below> for SaksiError {
            fn from(error: $below) -> Self {
                FieldError::from(error).into()
            }
        })*
    };
}

by_way_of_field_error!(
    VaultError,
    StoreError,
    OutboxError,
    RosterError,
    CaptureError,
    VisitError,
    CashError,
    NetworkError
);

/// A fault of any domain, before it's said what to tell.
enum Fault {
    Pin(PinFault),
    Handset(HandsetFault),
    Storage(StorageFault),
    Roster(RosterFault),
    Capture(CaptureFault),
    Visit(VisitFault),
    Cash(CashFault),
    Network(NetworkFault),
    Internal(String),
}

macro_rules! fault_of_a_domain {
    ($($domain:ident($fault:ty)),*) => {
        $(impl From<$fault> for Fault {
            fn from(fault: $fault) -> Self {
                Self::$domain(fault)
            }
        })*
    };
}

fault_of_a_domain!(
    Pin(PinFault),
    Handset(HandsetFault),
    Storage(StorageFault),
    Roster(RosterFault),
    Capture(CaptureFault),
    Visit(VisitFault),
    Cash(CashFault),
    Network(NetworkFault)
);

impl Fault {
    fn told(self, told: Told) -> SaksiError {
        match self {
            Self::Pin(fault) => SaksiError::Pin { fault, told },
            Self::Handset(fault) => SaksiError::Handset { fault, told },
            Self::Storage(fault) => SaksiError::Storage { fault, told },
            Self::Roster(fault) => SaksiError::Roster { fault, told },
            Self::Capture(fault) => SaksiError::Capture { fault, told },
            Self::Visit(fault) => SaksiError::Visit { fault, told },
            Self::Cash(fault) => SaksiError::Cash { fault, told },
            Self::Network(fault) => SaksiError::Network { fault, told },
            Self::Internal(reason) => SaksiError::Internal { reason, told },
        }
    }
}

impl Told {
    /// What something says of itself.
    pub(crate) fn of(what: &impl saksi_field::text::Told) -> Self {
        Self { text_id: what.tell(Language::Id), text_en: what.tell(Language::En) }
    }

    fn new(text_id: &str, text_en: &str) -> Self {
        Self { text_id: text_id.to_owned(), text_en: text_en.to_owned() }
    }
}
