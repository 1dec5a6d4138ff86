//! `saksi visit exception`: a face that can't be matched, or mayn't be photographed.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use saksi_field::visit::Step;
use saksi_field::visit::Visit;
use saksi_field::{FieldError, Handset};
use saksi_records::Nik;
use saksi_records::document::Document;
use saksi_records::record::{Consent, Refusal};

use super::Whom;
use super::enrolment::KindArg;
use crate::faces::Taken;
use crate::handset::HandsetArgs;

/// An exception: with a photo, or the refusal of one.
#[derive(Args)]
pub struct ExceptionArgs {
    #[command(flatten)]
    whom: Whom,
    /// The photo of the person: JPEG or PNG; or a camera's frames: a folder of them, or a motion-JPEG file, at 10 a second
    #[arg(long, value_name = "FILE|DIR", required_unless_present = "refused", requires = "consent")]
    photo: Option<PathBuf>,
    /// Why the face can't be matched, or how the person is known
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The person has heard the consent text and agrees
    #[arg(long, conflicts_with = "refused")]
    consent: bool,
    /// The person has heard the consent text and doesn't agree; the document says who it is
    #[arg(long, requires_all = ["document_kind", "nik"], conflicts_with = "photo")]
    refused: bool,
    /// What document was shown
    #[arg(long, requires = "refused")]
    document_kind: Option<KindArg>,
    /// The NIK, as it is read from the document
    #[arg(long, requires = "refused")]
    nik: Option<Nik>,
}

impl ExceptionArgs {
    /// The visit.
    pub fn visit(&self, handset: &Handset, on: &HandsetArgs) -> Result<Visit> {
        let consent = on.consent(handset);
        let mut visit = handset.visit_exceptional(&self.whom.round.of(handset)?, &self.whom.beneficiary)?;
        visit.take(Step::explained(&self.reason)).map_err(FieldError::from)?;
        if let (Some(kind), Some(nik)) = (self.document_kind, &self.nik) {
            let Consent { text_version, language } = consent;
            let document = Document { kind: kind.into(), nik: nik.clone() };
            visit.take(Refusal { text_version, language, document }).map_err(FieldError::from)?;
            return Ok(visit);
        }
        let photo = self.photo.as_ref().context("a photo is required")?;
        visit.take(consent.clone()).map_err(FieldError::from)?;
        let taken = Taken::read(photo, handset, &consent, on.language())?;
        let taken = handset.exception_photo(&consent, &self.whom.beneficiary, taken.source())?;
        visit.take(taken).map_err(FieldError::from)?;
        Ok(visit)
    }
}
