//! What is taken at a door: faces that were compared, who a proxy is, and photos, here or by the name of their file.
//!
//! `P` is a [`Photo`] while the visit is under way, and the name of its file in a visit that is kept.

use saksi_face::{Decision, LivenessEvidence, QualityProblem, Template};
use saksi_records::BeneficiaryId;
use saksi_records::nik::Nik;
use saksi_records::phone::Phone;
use saksi_records::record::{FaceMatch, ProxyReason, Relation};
use serde::{Deserialize, Serialize};

use super::VisitError;
use crate::capture::Photo;
use crate::roster::face_template;

/// A face that was compared with the roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recognition<P = Photo> {
    /// Who it is most like.
    pub beneficiary: BeneficiaryId,
    /// Whether that is enough.
    pub decision: Decision,
    /// How it was compared.
    pub face_match: FaceMatch,
    /// The face, as numbers.
    #[serde(with = "face_template")]
    pub template: Template,
    /// What kept the face from being seen well, if anything.
    pub problems: Vec<QualityProblem>,
    /// The photo it was seen in.
    pub photo: P,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

impl<P> Recognition<P> {
    /// Anything but a match is an error. Where it is none, nothing about `beneficiary` may be told: it is just whoever
    /// on the roster is least unlike.
    pub fn require_match(&self) -> Result<(), VisitError> {
        match self.decision {
            Decision::Match => Ok(()),
            Decision::Review | Decision::NoMatch => Err(VisitError::NotRecognised {
                decision: self.decision,
                similarity: self.face_match.similarity,
                required: self.face_match.match_at,
                problems: self.problems.clone(),
            }),
        }
    }
}

/// A proxy's face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProxyPhoto<P = Photo> {
    /// The photo.
    pub photo: P,
    /// The face in it.
    #[serde(with = "face_template")]
    pub template: Template,
    /// From which similarity a face is the beneficiary's.
    pub match_at: f32,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
    /// Who on the roster has this face, if anybody.
    pub listed_as: Option<BeneficiaryId>,
    /// Whether the face is as like the officer's own as a match would be.
    #[serde(default)]
    pub like_officer: bool,
}

/// A beneficiary whose face can't be matched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExceptionPhoto<P = Photo> {
    /// The photo.
    pub photo: P,
    /// The comparison that failed, where there was a face to compare.
    pub face_match: Option<FaceMatch>,
    /// Whether it was a match after all.
    pub decision: Option<Decision>,
    /// Whether the face is as like the officer's own as a match would be. Then nothing is paid before a supervisor looked.
    #[serde(default)]
    pub like_officer: bool,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

/// A face taken down for the first time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolmentPhoto<P = Photo> {
    /// The photo.
    pub photo: P,
    /// The face in it.
    #[serde(with = "face_template")]
    pub template: Template,
    /// Whether it is as like the officer's own as a match would be.
    #[serde(default)]
    pub like_officer: bool,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

/// Who the proxy is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyDetails {
    /// The proxy's name.
    pub name: String,
    /// The proxy's national number.
    pub nik: Nik,
    /// Where the proxy can be called, if anywhere.
    pub phone: Option<Phone>,
    /// What the proxy is to the beneficiary.
    pub relation: Relation,
    /// Why the beneficiary can't collect.
    pub reason: ProxyReason,
}
