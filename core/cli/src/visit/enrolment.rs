//! `saksi visit enrolment`: a first photo, and the document that shows whose face it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use saksi_field::capture::DocumentPhoto;
use saksi_field::visit::Visit;
use saksi_field::{FieldError, Handset};
use saksi_records::Nik;
use saksi_records::document::{DocumentKind, NoDocument};

use super::Whom;
use crate::faces::Taken;
use crate::handset::HandsetArgs;

/// A first photo. It isn't written without the document or a reason; what is left out can follow with `saksi visit resume`.
#[derive(Args)]
pub struct EnrolmentArgs {
    #[command(flatten)]
    whom: Whom,
    /// The photo of the face: JPEG or PNG; or a camera's frames: a folder of them, or a motion-JPEG file, at 10 a second
    #[arg(long, value_name = "FILE|DIR")]
    photo: PathBuf,
    #[command(flatten)]
    document: DocumentArgs,
    /// The person has heard the consent text and agrees
    #[arg(long, required = true)]
    consent: bool,
}

/// The document that shows whose face it is, or why there is none.
#[derive(Args)]
pub struct DocumentArgs {
    /// The photo of the person's document: JPEG or PNG
    #[arg(long, value_name = "FILE", requires = "document_kind")]
    document: Option<PathBuf>,
    /// What the document is
    #[arg(long, requires = "document")]
    document_kind: Option<KindArg>,
    /// The NIK, as it is read from the document
    #[arg(long)]
    nik: Option<Nik>,
    /// Why the person shows no document
    #[arg(long, value_name = "REASON", conflicts_with_all = ["document", "nik"])]
    no_document: Option<NoDocumentArg>,
}

/// What a document is.
#[derive(Clone, Copy, ValueEnum)]
pub enum KindArg {
    Ktp,
    FamilyCard,
    VillageLetter,
}

#[derive(Clone, Copy, ValueEnum)]
enum NoDocumentArg {
    NeverIssued,
    Lost,
    InProcess,
    Elsewhere,
}

impl EnrolmentArgs {
    /// The visit, as far as what was given leads.
    pub fn visit(&self, handset: &Handset, on: &HandsetArgs) -> Result<Visit> {
        let mut visit = handset.visit_enrolment(&self.whom.round.of(handset)?, &self.whom.beneficiary)?;
        visit.take(on.consent(handset)).map_err(FieldError::from)?;
        self.document.take(&mut visit, handset)?;
        take_face(&self.photo, &mut visit, handset, on)?;
        Ok(visit)
    }
}

impl DocumentArgs {
    /// Takes what was given.
    pub fn take(&self, visit: &mut Visit, handset: &Handset) -> Result<()> {
        if let Some(nik) = &self.nik {
            visit.take(nik.clone()).map_err(FieldError::from)?;
        }
        if let (Some(file), Some(kind)) = (&self.document, self.document_kind) {
            let picture = fs::read(file).with_context(|| file.display().to_string())?;
            let taken = DocumentPhoto::take(kind.into(), &picture).map_err(FieldError::from)?;
            visit.take(taken).map_err(FieldError::from)?;
        }
        if let Some(reason) = self.no_document {
            visit.take(NoDocument::from(reason)).map_err(FieldError::from)?;
        }
        handset.keep_anyway(visit);
        Ok(())
    }
}

/// Takes the face.
pub fn take_face(photo: &Path, visit: &mut Visit, handset: &Handset, on: &HandsetArgs) -> Result<()> {
    let consent = visit.consent().map_err(FieldError::from)?.clone();
    let taken = Taken::read(photo, handset, &consent, on.language())?;
    visit.take(handset.enrolment_photo(&consent, taken.source())?).map_err(FieldError::from)?;
    handset.keep_anyway(visit);
    Ok(())
}

impl From<KindArg> for DocumentKind {
    fn from(arg: KindArg) -> Self {
        match arg {
            KindArg::Ktp => Self::Ktp,
            KindArg::FamilyCard => Self::FamilyCard,
            KindArg::VillageLetter => Self::VillageLetter,
        }
    }
}

impl From<NoDocumentArg> for NoDocument {
    fn from(arg: NoDocumentArg) -> Self {
        match arg {
            NoDocumentArg::NeverIssued => Self::NeverIssued,
            NoDocumentArg::Lost => Self::Lost,
            NoDocumentArg::InProcess => Self::InProcess,
            NoDocumentArg::Elsewhere => Self::Elsewhere,
        }
    }
}
