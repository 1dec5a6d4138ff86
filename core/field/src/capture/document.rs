//! The document that shows whose face is taken down: photographed so that it can be read.

use saksi_face::{DOCUMENT_SIDE, DocumentFormat, Frame, judge_document};
use saksi_records::document::DocumentKind;
use serde::{Deserialize, Serialize};

use crate::capture::photo::Photo;
use crate::capture::source::CaptureError;

/// Of JPEG, 1 to 100.
const QUALITY: u8 = 75;

/// A document, photographed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPhoto<P = Photo> {
    /// What it is.
    pub kind: DocumentKind,
    /// The photo.
    pub photo: P,
}

impl DocumentPhoto {
    /// Takes a document from a picture: JPEG or PNG. One that can't be read is refused with what to mend; what is in it is
    /// for the officer and the supervisor to say.
    pub fn take(kind: DocumentKind, picture: &[u8]) -> Result<Self, CaptureError> {
        Ok(Self { kind, photo: readable(picture, format_of(kind))? })
    }
}

fn readable(picture: &[u8], format: DocumentFormat) -> Result<Photo, CaptureError> {
    let frame = Frame::decode(picture)?;
    match judge_document(&frame, format) {
        Some(problem) => Err(CaptureError::Document(problem)),
        None => Ok(Photo::new(frame.to_evidence_jpeg(DOCUMENT_SIDE, QUALITY)?)),
    }
}

fn format_of(kind: DocumentKind) -> DocumentFormat {
    match kind {
        DocumentKind::Ktp => DocumentFormat::Card,
        DocumentKind::FamilyCard | DocumentKind::VillageLetter => DocumentFormat::Sheet,
    }
}
