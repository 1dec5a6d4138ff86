//! From a photo, or a capture with the camera, to what a visit needs: a template with its photo, or a statement page.

use saksi_face::{
    Decision, EncodeError, Engine, FaceError, Frame, FrameError, LivenessEvidence, PageHash, PageLimits, PageProblem,
    Quality, QualityLimits, Statement, StatementError, Template, TemplateError, judge,
};
use saksi_records::BeneficiaryId;
use saksi_records::record::FaceMatch;

use crate::face_capture::CapturedFace;
use crate::roster::Roster;
use crate::visit::{Photo, ProxyPhoto, Recognition, StatementPhoto};

/// Why a photo can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// It is no picture.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// It shows no face, or not just one.
    #[error(transparent)]
    Face(#[from] FaceError),
    /// The statement can't be read, or isn't one.
    #[error("the statement photo can't be used: {}", .0.code())]
    Page(PageProblem),
    /// The roster has no face for this beneficiary.
    #[error("the roster has no photo of this beneficiary that can be compared")]
    NoTemplate,
    /// Nobody on the roster has a face to search for.
    #[error("nobody on the roster has a photo that can be searched")]
    EmptyGallery,
    /// The template can't be compared.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The photo can't be written as a JPEG.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A camera's frame isn't later than the one before it. The capture is as it was.
    #[error("a frame isn't later than the one before it")]
    FrameOrder,
    /// A camera's frames have another size or turn than at first. The capture is as it was; it takes frames as they were, or
    /// a new one is begun.
    #[error("the frames have another size or turn than at first")]
    FrameChanged,
    /// The capture isn't over, or was finished before.
    #[error("the capture isn't over, or was finished before")]
    Unfinished,
    /// A fault ended the capture.
    #[error("the capture has stopped by a fault")]
    Stopped,
}

/// Where a face comes from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// A single picture: JPEG or PNG.
    Picture(&'a [u8]),
    /// A capture with the camera, which also tells whether somebody stands there.
    Capture(&'a CapturedFace),
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Source<'a> {
    fn from(picture: &'a T) -> Self {
        Self::Picture(picture.as_ref())
    }
}

impl<'a> From<&'a CapturedFace> for Source<'a> {
    fn from(capture: &'a CapturedFace) -> Self {
        Self::Capture(capture)
    }
}

impl Source<'_> {
    /// The one face in it.
    pub(crate) fn face(self, engine: &Engine) -> Result<Face, CaptureError> {
        match self {
            Self::Picture(picture) => face(engine, picture),
            Self::Capture(capture) => capture.face().cloned().ok_or(FaceError::NoFace.into()),
        }
    }

    /// The photo and what was seen of a life in it; there need not be a face in it that can be told.
    pub(crate) fn unmatched(self) -> Result<(Photo, Option<LivenessEvidence>), CaptureError> {
        match self {
            Self::Picture(picture) => Ok((Photo::new(Frame::decode(picture)?.to_face_jpeg()?), None)),
            Self::Capture(capture) => {
                let photo = capture.photo().cloned().ok_or(FaceError::NoFace)?;
                Ok((photo, Some(capture.liveness().clone())))
            }
        }
    }
}

/// One face, photographed.
#[derive(Debug, Clone)]
pub struct Face {
    /// The face as numbers.
    pub template: Template,
    /// How well it can be seen.
    pub quality: Quality,
    /// The photo as evidence.
    pub photo: Photo,
    /// What was seen of a life behind it; `None` of a single picture.
    pub liveness: Option<LivenessEvidence>,
}

/// Takes the one face out of a photo (JPEG or PNG).
pub fn face(engine: &Engine, picture: &[u8]) -> Result<Face, CaptureError> {
    let frame = Frame::decode(picture)?;
    let analysis = engine.analyze(&frame)?;
    let photo = Photo::new(frame.to_face_jpeg()?);
    Ok(Face { template: analysis.template, quality: analysis.quality, photo, liveness: None })
}

/// Takes a statement page out of a photo (JPEG or PNG); `used` are those that can't be used again.
pub fn statement(picture: &[u8], used: &[PageHash]) -> Result<StatementPhoto, CaptureError> {
    page(judge(&Frame::decode(picture)?, &PageLimits::default(), used))
}

pub(crate) fn page(judged: Result<Statement, StatementError>) -> Result<StatementPhoto, CaptureError> {
    match judged {
        Ok(taken) => {
            Ok(StatementPhoto { photo: Photo::new(taken.photo), page: Photo::new(taken.page), hash: taken.hash })
        }
        Err(StatementError::Refused(problem)) => Err(CaptureError::Page(problem)),
        Err(StatementError::Unfinished) => Err(CaptureError::Page(PageProblem::NoPage)),
        Err(StatementError::Encode(error)) => Err(error.into()),
    }
}

/// The thresholds that a programme sets instead of the model's own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Thresholds {
    pub(crate) match_at: Option<f32>,
    pub(crate) review_at: Option<f32>,
}

impl Thresholds {
    fn over(self, own: saksi_face::Thresholds) -> saksi_face::Thresholds {
        let match_at = self.match_at.unwrap_or(own.match_at);
        let review_at = self.review_at.unwrap_or(own.review_at).min(match_at);
        saksi_face::Thresholds { match_at, review_at, ..own }
    }
}

/// Compares a face with one beneficiary (1:1).
pub(crate) fn verify(
    engine: &Engine,
    roster: &Roster,
    policy: Thresholds,
    id: &BeneficiaryId,
    face: Face,
) -> Result<Recognition, CaptureError> {
    let enrolled = roster.template(id).ok().flatten().ok_or(CaptureError::NoTemplate)?;
    let similarity = enrolled.similarity(&face.template)?;
    let thresholds = policy.over(engine.thresholds());
    let decision = thresholds.decide(similarity);
    Ok(recognition(id.clone(), decision, similarity, thresholds.match_at, 1, face))
}

/// Searches a face among all on the roster (1:N). Where two people are alike enough, neither is a match.
pub(crate) fn identify(
    engine: &Engine,
    roster: &Roster,
    policy: Thresholds,
    face: Face,
) -> Result<Recognition, CaptureError> {
    let gallery = roster.gallery();
    let thresholds = policy.over(engine.thresholds_for_gallery(gallery.len()));
    let candidates = gallery.search(&face.template, 2)?;
    let best = candidates.first().ok_or(CaptureError::EmptyGallery)?;
    let rival = candidates.get(1).is_some_and(|second| second.similarity >= thresholds.match_at);
    let decision = match thresholds.decide(best.similarity) {
        Decision::Match if rival => Decision::Review,
        decision => decision,
    };
    let searched = gallery.len() as u32;
    Ok(recognition(best.key.clone(), decision, best.similarity, thresholds.match_at, searched, face))
}

/// Whether a face is surely this person's.
pub(crate) fn is_same(engine: &Engine, policy: Thresholds, known: &Template, face: &Face) -> bool {
    known.similarity(&face.template).is_ok_and(|similarity| similarity >= match_at(engine, policy))
}

/// From which similarity two faces are one person's.
pub(crate) fn match_at(engine: &Engine, policy: Thresholds) -> f32 {
    policy.over(engine.thresholds()).match_at
}

/// A proxy's face, with the similarity from which it would be the beneficiary's own, and who else on the roster has it.
pub(crate) fn proxy(
    engine: &Engine,
    roster: &Roster,
    policy: Thresholds,
    face: Face,
) -> Result<ProxyPhoto, CaptureError> {
    let gallery = roster.gallery();
    let threshold = policy.over(engine.thresholds_for_gallery(gallery.len())).match_at;
    let nearest = gallery.search(&face.template, 1)?.pop().filter(|nearest| nearest.similarity >= threshold);
    let (match_at, listed_as) = (match_at(engine, policy), nearest.map(|it| it.key));
    Ok(ProxyPhoto { photo: face.photo, template: face.template, match_at, listed_as, liveness: face.liveness })
}

fn recognition(
    beneficiary: BeneficiaryId,
    decision: Decision,
    similarity: f32,
    match_at: f32,
    searched: u32,
    face: Face,
) -> Recognition {
    let model = face.template.model().to_string();
    Recognition {
        beneficiary,
        decision,
        face_match: FaceMatch { searched, similarity, match_at, model },
        problems: face.quality.problems(&QualityLimits::default()),
        photo: face.photo,
        liveness: face.liveness,
    }
}
