//! `saksi visit proxy`: who collects for whom, with both photos.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, ValueEnum};
use saksi_field::visit::Step;
use saksi_field::visit::{ProxyDetails, Visit};
use saksi_field::{FieldError, Handset};
use saksi_records::Phone;
use saksi_records::nik::Nik;
use saksi_records::record::{ProxyReason, Relation};

use super::Whom;
use crate::faces::{self, Taken};
use crate::handset::HandsetArgs;

/// A proxy's visit. It isn't written without both photos; one that is left out can follow with `saksi visit resume`.
#[derive(Args)]
pub struct ProxyArgs {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    photos: PhotoArgs,
    /// The proxy's name
    #[arg(long)]
    name: String,
    /// The proxy's NIK
    #[arg(long)]
    nik: Nik,
    /// Where the proxy can be called
    #[arg(long, value_name = "NUMBER")]
    phone: Option<Phone>,
    /// What the proxy is to the beneficiary
    #[arg(long)]
    relation: RelationArg,
    /// Why the beneficiary can't collect
    #[arg(long)]
    reason: ReasonArg,
    /// The proxy can't be cleared: nothing is paid, and a supervisor looks at it with this reason
    #[arg(long, value_name = "REASON")]
    unpaid: Option<String>,
    /// The proxy has heard the consent text and agrees
    #[arg(long, required = true)]
    consent: bool,
}

/// Both photos.
#[derive(Args)]
pub struct PhotoArgs {
    /// The photo of the proxy's face: JPEG or PNG; or a camera's frames
    #[arg(long, value_name = "FILE|DIR")]
    photo: Option<PathBuf>,
    /// The photo of the signed statement letter: JPEG or PNG; or a camera's frames
    #[arg(long, value_name = "FILE|DIR")]
    statement: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum RelationArg {
    Spouse,
    Child,
    Parent,
    Sibling,
    Relative,
    Neighbour,
    Official,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReasonArg {
    Ill,
    Frail,
    Disability,
    Away,
}

impl ProxyArgs {
    /// The visit, as far as what was given leads.
    pub fn visit(&self, handset: &Handset, on: &HandsetArgs) -> Result<Visit> {
        let (round, id) = (self.whom.round.of(handset)?, &self.whom.beneficiary);
        let mut visit = match &self.unpaid {
            None => handset.visit_by_proxy(&round, id)?,
            Some(reason) => {
                let mut visit = handset.visit_exceptional_by_proxy(&round, id)?;
                visit.take(Step::explained(reason)).map_err(FieldError::from)?;
                visit
            }
        };
        visit.take(on.consent(handset)).map_err(FieldError::from)?;
        let named = visit.take(ProxyDetails {
            name: self.name.clone(),
            nik: self.nik.clone(),
            phone: self.phone.clone(),
            relation: self.relation.into(),
            reason: self.reason.into(),
        });
        named.map_err(FieldError::from)?;
        handset.keep_anyway(&visit);
        self.photos.take(&mut visit, handset, on)?;
        Ok(visit)
    }
}

impl PhotoArgs {
    /// The photo of the face.
    pub fn photo(&self) -> Option<&Path> {
        self.photo.as_deref()
    }

    /// Takes those that were given.
    pub fn take(&self, visit: &mut Visit, handset: &Handset, on: &HandsetArgs) -> Result<()> {
        if let Some(file) = &self.photo {
            let consent = visit.consent().map_err(FieldError::from)?.clone();
            let taken = Taken::read(file, handset, &consent, on.language())?;
            let face = handset.proxy_face(&consent, taken.source())?;
            visit.take(face).map_err(FieldError::from)?;
            handset.keep_anyway(visit);
        }
        if let Some(file) = &self.statement {
            let page = faces::statement(file, handset, on.language())?;
            visit.take(page).map_err(FieldError::from)?;
            handset.keep_anyway(visit);
        }
        Ok(())
    }
}

impl From<RelationArg> for Relation {
    fn from(arg: RelationArg) -> Self {
        match arg {
            RelationArg::Spouse => Self::Spouse,
            RelationArg::Child => Self::Child,
            RelationArg::Parent => Self::Parent,
            RelationArg::Sibling => Self::Sibling,
            RelationArg::Relative => Self::Relative,
            RelationArg::Neighbour => Self::Neighbour,
            RelationArg::Official => Self::Official,
        }
    }
}

impl From<ReasonArg> for ProxyReason {
    fn from(arg: ReasonArg) -> Self {
        match arg {
            ReasonArg::Ill => Self::Ill,
            ReasonArg::Frail => Self::Frail,
            ReasonArg::Disability => Self::Disability,
            ReasonArg::Away => Self::Away,
        }
    }
}
