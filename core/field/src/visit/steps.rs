//! The steps of a visit as plain data, so that keeping a visit is writing them down and resuming it is taking them again.
//!
//! A new step is a variant here, its rule in [`super::rules`], and what becomes of it in [`super::draft`].

use saksi_face::Template;
use saksi_records::Nik;
use saksi_records::document::NoDocument;
use saksi_records::record::{Consent, Refusal};
use serde::{Deserialize, Serialize};

use super::taken::{EnrolmentPhoto, ExceptionPhoto, ProxyDetails, ProxyPhoto, Recognition};
use crate::capture::{DocumentPhoto, Photo, StatementPhoto};

/// What sort of visit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitSort {
    /// The beneficiary stands there.
    InPerson,
    /// A proxy stands there.
    Proxy,
    /// The face can't be matched, or mayn't be photographed.
    Exception,
    /// A proxy stands there who can't be cleared.
    ProxyException,
    /// A face is taken down for the first time.
    Enrolment,
}

/// One step of a visit. `P` is a [`Photo`], or the name of its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step<P = Photo> {
    /// The person agreed to be photographed.
    Consented {
        /// To which text.
        consent: Consent,
    },
    /// The beneficiary didn't agree to be photographed, and showed a document with the roster's number.
    Refused {
        /// What was said and shown.
        said: Refusal,
    },
    /// The beneficiary's face was compared.
    Recognised(Recognition<P>),
    /// The proxy was photographed.
    ProxyPhotographed(ProxyPhoto<P>),
    /// The statement letter was photographed.
    StatementPhotographed(StatementPhoto<P>),
    /// The proxy said who they are.
    ProxyNamed(ProxyDetails),
    /// The beneficiary whose face can't be matched, or wasn't shown to be alive, was photographed.
    ExceptionPhotographed(ExceptionPhoto<P>),
    /// The officer said why the face can't be matched, or the proxy can't be cleared.
    Explained {
        /// In the officer's words.
        why: String,
    },
    /// A face was taken down for the first time.
    Enrolled(EnrolmentPhoto<P>),
    /// The person's document was photographed.
    DocumentPhotographed(DocumentPhoto<P>),
    /// The officer read this number from the document.
    DocumentRead {
        /// The number.
        nik: Nik,
    },
    /// The person shows no document.
    WithoutDocument {
        /// Why not.
        reason: NoDocument,
    },
}

impl VisitSort {
    /// Whether a visit of this sort has such a step.
    pub(crate) fn has<P>(self, step: &Step<P>) -> bool {
        match step {
            Step::Consented { .. } => true,
            Step::Recognised(_) => self == Self::InPerson,
            Step::ProxyPhotographed(_) | Step::StatementPhotographed(_) | Step::ProxyNamed(_) => {
                matches!(self, Self::Proxy | Self::ProxyException)
            }
            Step::Refused { .. } | Step::ExceptionPhotographed(_) => self == Self::Exception,
            Step::Explained { .. } => matches!(self, Self::Exception | Self::ProxyException),
            Step::Enrolled(_)
            | Step::DocumentPhotographed(_)
            | Step::DocumentRead { .. }
            | Step::WithoutDocument { .. } => self == Self::Enrolment,
        }
    }
}

impl<P> Step<P> {
    /// The officer said why.
    pub fn explained(why: &str) -> Self {
        Self::Explained { why: why.trim().to_owned() }
    }

    /// Whether `before` is done with once this step is taken.
    pub(crate) fn contradicts(&self, before: &Self) -> bool {
        match self {
            Self::Consented { .. } => matches!(before, Self::Refused { .. }),
            // What was photographed before is forgotten.
            Self::Refused { .. } => matches!(before, Self::Consented { .. } | Self::ExceptionPhotographed(_)),
            Self::DocumentPhotographed(_) | Self::DocumentRead { .. } => {
                matches!(before, Self::WithoutDocument { .. })
            }
            Self::WithoutDocument { .. } => {
                matches!(before, Self::DocumentPhotographed(_) | Self::DocumentRead { .. })
            }
            _ => false,
        }
    }

    /// The face that was taken down, where the step has one.
    pub(crate) fn template(&self) -> Option<&Template> {
        match self {
            Self::Recognised(it) => Some(&it.template),
            Self::ProxyPhotographed(it) => Some(&it.template),
            Self::Enrolled(it) => Some(&it.template),
            _ => None,
        }
    }

    /// The same with other photos; `None` where `each` has none.
    pub(crate) fn with_photos<Q>(self, each: &mut dyn FnMut(P) -> Option<Q>) -> Option<Step<Q>> {
        Some(match self {
            Self::Consented { consent } => Step::Consented { consent },
            Self::Refused { said } => Step::Refused { said },
            Self::Recognised(it) => {
                let Recognition { beneficiary, decision, face_match, template, problems, photo, liveness } = it;
                let photo = each(photo)?;
                Step::Recognised(Recognition { beneficiary, decision, face_match, template, problems, photo, liveness })
            }
            Self::ProxyPhotographed(it) => {
                let ProxyPhoto { photo, template, match_at, liveness, listed_as, like_officer } = it;
                let photo = each(photo)?;
                Step::ProxyPhotographed(ProxyPhoto { photo, template, match_at, liveness, listed_as, like_officer })
            }
            Self::StatementPhotographed(StatementPhoto { photo, page, hash }) => {
                Step::StatementPhotographed(StatementPhoto { photo: each(photo)?, page: each(page)?, hash })
            }
            Self::ProxyNamed(details) => Step::ProxyNamed(details),
            Self::ExceptionPhotographed(it) => {
                let ExceptionPhoto { photo, face_match, decision, like_officer, liveness } = it;
                let photo = each(photo)?;
                Step::ExceptionPhotographed(ExceptionPhoto { photo, face_match, decision, like_officer, liveness })
            }
            Self::Explained { why } => Step::Explained { why },
            Self::Enrolled(EnrolmentPhoto { photo, template, like_officer, liveness }) => {
                Step::Enrolled(EnrolmentPhoto { photo: each(photo)?, template, like_officer, liveness })
            }
            Self::DocumentPhotographed(DocumentPhoto { kind, photo }) => {
                Step::DocumentPhotographed(DocumentPhoto { kind, photo: each(photo)? })
            }
            Self::DocumentRead { nik } => Step::DocumentRead { nik },
            Self::WithoutDocument { reason } => Step::WithoutDocument { reason },
        })
    }
}

impl From<Consent> for Step {
    fn from(consent: Consent) -> Self {
        Self::Consented { consent }
    }
}

impl From<Refusal> for Step {
    fn from(said: Refusal) -> Self {
        Self::Refused { said }
    }
}

impl From<Recognition> for Step {
    fn from(seen: Recognition) -> Self {
        Self::Recognised(seen)
    }
}

impl From<ProxyPhoto> for Step {
    fn from(taken: ProxyPhoto) -> Self {
        Self::ProxyPhotographed(taken)
    }
}

impl From<StatementPhoto> for Step {
    fn from(taken: StatementPhoto) -> Self {
        Self::StatementPhotographed(taken)
    }
}

impl From<ProxyDetails> for Step {
    fn from(named: ProxyDetails) -> Self {
        Self::ProxyNamed(named)
    }
}

impl From<ExceptionPhoto> for Step {
    fn from(taken: ExceptionPhoto) -> Self {
        Self::ExceptionPhotographed(taken)
    }
}

impl From<EnrolmentPhoto> for Step {
    fn from(taken: EnrolmentPhoto) -> Self {
        Self::Enrolled(taken)
    }
}

impl From<DocumentPhoto> for Step {
    fn from(taken: DocumentPhoto) -> Self {
        Self::DocumentPhotographed(taken)
    }
}

impl From<Nik> for Step {
    fn from(nik: Nik) -> Self {
        Self::DocumentRead { nik }
    }
}

impl From<NoDocument> for Step {
    fn from(reason: NoDocument) -> Self {
        Self::WithoutDocument { reason }
    }
}
