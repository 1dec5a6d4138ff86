//! From a photo, or a capture with the camera, to what a visit needs: a template with its photo, or a statement page.

use saksi_face::{
    Covered, DocumentProblem, EncodeError, Engine, FaceError, Frame, FrameError, LivenessEvidence, PageHash,
    PageLimits, PageProblem, Quality, QualityLimits, Statement, StatementError, Template, TemplateError, judge,
};

use serde::{Deserialize, Serialize};

use crate::capture::face::CapturedFace;
use crate::capture::page_hash;
use crate::capture::photo::Photo;

/// Why a photo can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// It is no picture.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// It shows no face, or not just one.
    #[error(transparent)]
    Face(#[from] FaceError),
    /// Something covers a face that is to be known again.
    #[error("{}", take_off(*.0))]
    Covered(Covered),
    /// The statement can't be read, or isn't one.
    #[error("the statement photo can't be used: {}", .0.code())]
    Page(PageProblem),
    /// The document can't be read.
    #[error("the document photo can't be used: {}", .0.code())]
    Document(DocumentProblem),
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

fn take_off(covered: Covered) -> &'static str {
    match covered {
        Covered::Eyes => "the eyes are covered: take off dark glasses, and open the visor",
        Covered::Mouth => "the mouth is covered: take off the mask, or what else covers it",
        Covered::EyesAndMouth => "the face is covered: take off what covers eyes and mouth",
    }
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

/// A statement letter that can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementPhoto<P = Photo> {
    /// The photo.
    pub photo: P,
    /// The page in it, upright and straight.
    pub page: P,
    /// To know the page again.
    #[serde(with = "page_hash")]
    pub hash: PageHash,
}

impl Face {
    /// The face, if it's upright, and neither eyes nor mouth are covered. Whoever is photographed for the first time, or in
    /// somebody's place, has to be known again by the photo.
    pub(crate) fn known_again(self) -> Result<Self, CaptureError> {
        let limits = QualityLimits::default();
        let roll = self.quality.head_pose_roll;
        if roll.abs() >= limits.head_pose_roll {
            return Err(FaceError::NotUpright { roll }.into());
        }
        match self.quality.covered(&limits) {
            Some(covered) => Err(CaptureError::Covered(covered)),
            None => Ok(self),
        }
    }
}

/// Takes the one face out of a photo (JPEG or PNG), which is turned upright by it.
pub fn face(engine: &Engine, picture: &[u8]) -> Result<Face, CaptureError> {
    let (analysis, frame) = engine.analyze_upright(Frame::decode(picture)?)?;
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
