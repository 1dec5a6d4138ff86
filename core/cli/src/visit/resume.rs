//! `saksi visit resume`: a visit that was cut short, or of which something was missing, goes on.

use anyhow::{Context, Result, bail};
use clap::Args;
use saksi_field::text::Language;
use saksi_field::visit::Visit;
use saksi_field::{FieldError, Handset, Summary, VisitError, VisitSort};

use super::enrolment::{self, DocumentArgs};
use super::proxy::PhotoArgs;
use crate::handset::HandsetArgs;

/// What was missing; each in place of what was taken before.
#[derive(Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    photos: PhotoArgs,
    #[command(flatten)]
    document: DocumentArgs,
}

impl ResumeArgs {
    /// The visit, as far as what was taken then and is given now leads.
    pub fn visit(&self, handset: &Handset, on: &HandsetArgs) -> Result<Visit> {
        let nothing = "no visit of this officer was cut short, or it began more than half an hour ago";
        let sort = handset.interrupted()?.context(nothing)?.sort;
        let mut visit = handset.resume()?.context(nothing)?;
        match sort {
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

/// Commits a visit; where something is missing, says how it goes on.
pub fn commit(handset: &Handset, visit: &Visit, language: Language) -> Result<Summary> {
    let finished = visit.finish();
    if let Err(VisitError::Incomplete(_)) = finished {
        eprintln!(
            "{}",
            language.pick("disimpan: `saksi visit resume` melanjutkan", "kept: `saksi visit resume` goes on")
        );
    }
    Ok(handset.commit(finished.map_err(FieldError::from)?)?)
}
