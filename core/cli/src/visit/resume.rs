//! `saksi visit resume`: a visit that was cut short, or of which something was missing, goes on.

use anyhow::{Context, Result, bail};
use clap::Args;
use saksi_field::text::Language;
use saksi_field::visit::Visit;
use saksi_field::{Handset, Interrupted, Summary, VisitSort};
use saksi_records::BeneficiaryId;

use super::enrolment::{self, DocumentArgs};
use super::proxy::PhotoArgs;
use crate::handset::HandsetArgs;

/// What was missing; each in place of what was taken before.
#[derive(Args)]
pub struct ResumeArgs {
    /// Whose visit; without it, the one that was begun last
    #[arg(long, value_name = "ID")]
    beneficiary: Option<BeneficiaryId>,
    #[command(flatten)]
    photos: PhotoArgs,
    #[command(flatten)]
    document: DocumentArgs,
}

impl ResumeArgs {
    /// The visit, as far as what was taken then and is given now leads.
    pub fn visit(&self, handset: &Handset, on: &HandsetArgs) -> Result<Visit> {
        let nothing = "no visit of this officer was cut short, or it began more than half an hour ago";
        let latest = latest(handset, self.beneficiary.as_ref())?.context(nothing)?;
        let mut visit = handset.resume(latest.visit)?.context(nothing)?;
        match latest.sort {
            VisitSort::Proxy | VisitSort::ProxyException => self.photos.take(&mut visit, handset, on)?,
            VisitSort::Enrolment => {
                self.document.take(&mut visit, handset)?;
                if let Some(photo) = self.photos.photo() {
                    enrolment::take_face(photo, &mut visit, handset, on)?;
                }
            }
            // The terminal takes these at one go.
            VisitSort::InPerson | VisitSort::Exception => {
                bail!("begin this visit again: `saksi visit discard`, and then anew")
            }
        }
        Ok(visit)
    }
}

/// The visit of this officer that was cut short last, to anybody or to this beneficiary.
pub fn latest(handset: &Handset, to: Option<&BeneficiaryId>) -> Result<Option<Interrupted>> {
    let mut kept = handset.interrupted()?.into_iter();
    Ok(kept.find(|kept| to.is_none_or(|id| kept.beneficiary == *id)))
}

/// Commits a visit; where something is missing, says how it goes on.
pub fn commit(handset: &Handset, visit: &Visit, language: Language) -> Result<Summary> {
    if !visit.missing().is_empty() {
        eprintln!(
            "{}",
            language.pick("disimpan: `saksi visit resume` melanjutkan", "kept: `saksi visit resume` goes on")
        );
    }
    Ok(handset.commit(visit)?)
}
