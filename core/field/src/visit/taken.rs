//! What is taken at a door: photos, faces that were compared, a letter, and who a proxy is.

use saksi_face::{Decision, LivenessEvidence, PageHash, QualityProblem, Template};
use saksi_records::BeneficiaryId;
use saksi_records::nik::Nik;
use saksi_records::phone::Phone;
use saksi_records::record::{FaceMatch, ProxyReason, Relation};

use super::VisitError;

/// A photo as evidence: an upright JPEG without EXIF.
#[derive(Clone, PartialEq, Eq, zeroize::ZeroizeOnDrop)]
pub struct Photo(Vec<u8>);

impl Photo {
    /// Takes what [`saksi_face::Frame::to_evidence_jpeg`] wrote; the bytes aren't looked at.
    pub fn new(jpeg: Vec<u8>) -> Self {
        Self(jpeg)
    }

    /// The JPEG's bytes.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({} bytes)", self.0.len())
    }
}

/// A face that was compared with the roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognition {
    /// Who it is most like.
    pub beneficiary: BeneficiaryId,
    /// Whether that is enough.
    pub decision: Decision,
    /// How it was compared.
    pub face_match: FaceMatch,
    /// What kept the face from being seen well, if anything.
    pub problems: Vec<QualityProblem>,
    /// The photo it was seen in.
    pub photo: Photo,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

impl Recognition {
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
#[derive(Debug, Clone)]
pub struct ProxyPhoto {
    /// The photo.
    pub photo: Photo,
    /// The face in it.
    pub template: Template,
    /// From which similarity a face is the beneficiary's.
    pub match_at: f32,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
    /// Who on the roster has this face, if anybody.
    pub listed_as: Option<BeneficiaryId>,
}

/// A beneficiary whose face can't be matched.
#[derive(Debug, Clone)]
pub struct ExceptionPhoto {
    /// The photo.
    pub photo: Photo,
    /// The comparison that failed, where there was a face to compare.
    pub face_match: Option<FaceMatch>,
    /// Whether it was a match after all.
    pub decision: Option<Decision>,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

/// A face taken down for the first time.
#[derive(Debug, Clone)]
pub struct EnrolmentPhoto {
    /// The photo.
    pub photo: Photo,
    /// The face in it.
    pub template: Template,
    /// What was seen of a life behind the face; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

/// A statement letter that can be read.
#[derive(Debug, Clone)]
pub struct StatementPhoto {
    /// The photo.
    pub photo: Photo,
    /// The page in it, upright and straight.
    pub page: Photo,
    /// To know the page again.
    pub hash: PageHash,
}

/// Who the proxy is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
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
