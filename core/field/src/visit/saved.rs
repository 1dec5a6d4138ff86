//! A visit under way as plain data, with its photos by the names of their files.
//!
//! Its steps are taken again by the visit's own rules, so that what a visit requires can't be got round by writing it down.
//! A step that is refused by then, or can't be read, is missing again.

use saksi_face::ModelId;
use saksi_records::record::Fix;
use saksi_records::{BeneficiaryId, OfficerId, RoundId};
use serde::{Deserialize, Serialize};

use super::{Step, Visit, VisitId, VisitSort};
use crate::capture::Photo;

/// A visit under way.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedVisit {
    #[serde(rename = "serial")]
    pub(crate) id: VisitId,
    pub(crate) sort: VisitSort,
    pub(crate) beneficiary: BeneficiaryId,
    pub(crate) round: RoundId,
    pub(crate) officer: OfficerId,
    place: Option<Fix>,
    taken: Vec<Step<String>>,
}

impl Visit {
    /// What was taken so far; `put` takes a photo and gives the name under which it will be found again.
    pub(crate) fn save(&self, put: &mut dyn FnMut(&Photo) -> String) -> SavedVisit {
        let by_name = |step: &Step| step.clone().with_photos(&mut |photo| Some(put(&photo)));
        SavedVisit {
            id: self.id,
            sort: self.sort,
            beneficiary: self.beneficiary().clone(),
            round: self.round().clone(),
            officer: self.officer().clone(),
            place: self.place.clone(),
            taken: self.steps.iter().filter_map(by_name).collect(),
        }
    }

    /// Takes again what was taken, in a visit that has just begun anew.
    pub(crate) fn take_again(&mut self, saved: SavedVisit, model: &ModelId, get: &dyn Fn(&str) -> Option<Photo>) {
        self.id = saved.id;
        self.place = saved.place;
        let readable = |step: &Step<String>| step.template().is_none_or(|template| template.model() == model);
        let steps = saved.taken.into_iter().filter(readable);
        for step in steps.filter_map(|step| step.with_photos(&mut |name| get(&name))) {
            if let Err(refused) = self.take(step) {
                tracing::info!(%refused, "a step of an interrupted visit has to be taken again");
            }
        }
    }
}

#[cfg(test)]
mod tests;
