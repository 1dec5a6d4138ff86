//! The document that shows whose face is taken down: photographed, its number read and compared, or a reason for there
//! being none.

use saksi_face::{DOCUMENT_SIDE, DocumentFormat, Frame, judge_document};
use saksi_records::Nik;
use saksi_records::document::{Document, DocumentCheck, DocumentKind, NoDocument};

use crate::capture::CaptureError;
use crate::error::FieldError;
use crate::visit::{Photo, Requirement, VisitError};

/// Of JPEG, 1 to 100.
const QUALITY: u8 = 75;

/// A document, photographed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPhoto {
    /// What it is.
    pub kind: DocumentKind,
    /// The photo.
    pub photo: Photo,
}

impl DocumentPhoto {
    /// Takes a document from a picture: JPEG or PNG. One that can't be read is refused with what to mend; what is in it is
    /// for the officer and the supervisor to say.
    pub fn take(kind: DocumentKind, picture: &[u8]) -> Result<Self, FieldError> {
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

/// How far the check has come.
#[derive(Debug, Default)]
pub(crate) struct DocumentSteps {
    photo: Option<DocumentPhoto>,
    nik: Option<Nik>,
    none: Option<NoDocument>,
}

impl DocumentSteps {
    /// A document was photographed, so there is one.
    pub(crate) fn photographed(&mut self, taken: DocumentPhoto) {
        (self.photo, self.none) = (Some(taken), None);
    }

    /// The officer read a number from it. Another one than the roster's is forgotten at once.
    pub(crate) fn read(&mut self, nik: &Nik, roster: &Nik) -> Result<(), VisitError> {
        if nik != roster {
            return Err(VisitError::OtherNik);
        }
        (self.nik, self.none) = (Some(nik.clone()), None);
        Ok(())
    }

    /// There is no document.
    pub(crate) fn none(&mut self, reason: NoDocument) {
        *self = Self { none: Some(reason), ..Self::default() };
    }

    pub(crate) fn photo(&self) -> Option<&DocumentPhoto> {
        self.photo.as_ref()
    }

    pub(crate) fn nik(&self) -> Option<&Nik> {
        self.nik.as_ref()
    }

    pub(crate) fn without(&self) -> Option<NoDocument> {
        self.none
    }

    pub(crate) fn missing(&self) -> [Option<Requirement>; 2] {
        let needed = self.none.is_none();
        [
            (needed && self.photo.is_none()).then_some(Requirement::DocumentPhoto),
            (needed && self.nik.is_none()).then_some(Requirement::DocumentNik),
        ]
    }

    /// The check as it is written down, and its photo; `None` where something is missing.
    pub(crate) fn done(&self) -> Option<(DocumentCheck, Option<Photo>)> {
        if let Some(reason) = self.none {
            return Some((DocumentCheck::Missing(reason), None));
        }
        let DocumentPhoto { kind, photo } = self.photo.clone()?;
        Some((DocumentCheck::Seen(Document { kind, nik: self.nik.clone()? }), Some(photo)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nik(serial: u32) -> Nik {
        format!("327301410765{serial:04}").parse().expect("well-formed")
    }

    fn card() -> DocumentPhoto {
        DocumentPhoto { kind: DocumentKind::Ktp, photo: Photo::new(vec![1]) }
    }

    #[test]
    fn a_document_counts_once_its_photo_and_the_roster_s_number_are_there() {
        let mut steps = DocumentSteps::default();
        assert_eq!(steps.missing(), [Some(Requirement::DocumentPhoto), Some(Requirement::DocumentNik)]);
        steps.photographed(card());
        assert_eq!(steps.read(&nik(4), &nik(3)), Err(VisitError::OtherNik));
        assert_eq!((steps.missing(), steps.done()), ([None, Some(Requirement::DocumentNik)], None));
        steps.read(&nik(3), &nik(3)).expect("the roster's");
        let seen = DocumentCheck::Seen(Document { kind: DocumentKind::Ktp, nik: nik(3) });
        assert_eq!((steps.missing(), steps.done()), ([None, None], Some((seen, Some(Photo::new(vec![1]))))));
    }

    #[test]
    fn a_document_that_is_found_after_all_is_asked_for_and_one_that_is_not_there_leaves_no_photo() {
        let mut steps = DocumentSteps::default();
        steps.none(NoDocument::Lost);
        assert_eq!(
            (steps.missing(), steps.done()),
            ([None, None], Some((DocumentCheck::Missing(NoDocument::Lost), None)))
        );
        steps.photographed(card());
        assert_eq!((steps.missing(), steps.done()), ([None, Some(Requirement::DocumentNik)], None));
        steps.none(NoDocument::Elsewhere);
        assert_eq!(steps.done(), Some((DocumentCheck::Missing(NoDocument::Elsewhere), None)));
    }
}
