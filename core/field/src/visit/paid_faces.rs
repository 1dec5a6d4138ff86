//! The faces that were paid in person on this handset, so that one face isn't paid under two numbers of a round.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use saksi_face::{ModelId, Template};
use saksi_records::{BeneficiaryId, FaceTemplate, RoundId};
use serde::{Deserialize, Serialize};

use crate::roster::face_template::{readable, written};
use crate::store::{Changes, Store, StoreError, Table};

/// A face is remembered for so long: longer than a round is paid out.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(45 * 24);

/// One face that was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PaidFace {
    at: Timestamp,
    round: RoundId,
    beneficiary: BeneficiaryId,
    template: FaceTemplate,
}

/// The faces that were paid in one round. Clones share them.
#[derive(Debug, Clone)]
pub struct PaidFaces {
    faces: Arc<[(BeneficiaryId, Template)]>,
    /// From which similarity two faces are one person's.
    match_at: f32,
}

impl PaidFace {
    pub(crate) fn new(at: Timestamp, round: &RoundId, beneficiary: &BeneficiaryId, face: &Template) -> Self {
        Self { at, round: round.clone(), beneficiary: beneficiary.clone(), template: written(face) }
    }

    /// Forgets those of old, by the time that the server last told.
    pub(crate) fn forget_old(store: &Store, now: Timestamp) -> Result<(), StoreError> {
        store.forget(Table::PaidFace, |face: &Self| now.duration_since(face.at) > REMEMBERED)
    }

    /// Forgets the face of somebody who doesn't want it to be kept.
    pub(crate) fn forget_of(store: &Store, gone: &BeneficiaryId, changes: &mut Changes) -> Result<(), StoreError> {
        for (key, _) in store.all::<Self>(Table::PaidFace)?.into_iter().filter(|(_, face)| face.beneficiary == *gone) {
            changes.remove(Table::PaidFace, key);
        }
        Ok(())
    }
}

impl PaidFaces {
    /// Those of a round that `model` made.
    pub(crate) fn of(
        store: &Store,
        round: &RoundId,
        model: &ModelId,
        match_at: impl FnOnce(usize) -> f32,
    ) -> Result<Self, StoreError> {
        let all = store.all::<PaidFace>(Table::PaidFace)?.into_iter().filter(|(_, face)| face.round == *round);
        let faces: Arc<[(BeneficiaryId, Template)]> =
            all.filter_map(|(_, face)| Some((face.beneficiary, readable(model, &face.template)?))).collect();
        let match_at = match_at(faces.len());
        Ok(Self { faces, match_at })
    }

    /// None.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self { faces: Arc::new([]), match_at: 0.9 }
    }

    /// Whether this face was paid as somebody else's. It must be as like as a search among those who were paid requires. It
    /// must also be at least as like as it is to the roster's own face of `beneficiary`: people who just look alike aren't
    /// refused.
    pub(crate) fn has_under_another_number(&self, face: &Template, own: f32, beneficiary: &BeneficiaryId) -> bool {
        let others = self.faces.iter().filter(|(id, _)| id != beneficiary);
        others
            .filter_map(|(_, paid)| paid.similarity(face).ok())
            .any(|similarity| similarity >= self.match_at && similarity >= own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(angle: f32) -> Template {
        Template::new(ModelId::new("m"), vec![angle.cos(), angle.sin()]).expect("a direction")
    }

    #[test]
    fn a_face_that_was_paid_is_known_under_another_number_and_a_lookalike_is_not_refused() {
        let (a, b): (BeneficiaryId, BeneficiaryId) = ("A".parse().expect("an id"), "B".parse().expect("an id"));
        let paid = PaidFaces { faces: Arc::new([(a.clone(), template(0.0))]), match_at: 0.4 };
        assert!(paid.has_under_another_number(&template(0.1), 0.5, &b), "more like who was paid than like its own");
        assert!(
            !paid.has_under_another_number(&template(0.1), 0.5, &a),
            "the same number is the paid mark's to refuse"
        );
        assert!(!paid.has_under_another_number(&template(1.0), 0.9, &b), "alike, and still more like its own");
        assert!(!paid.has_under_another_number(&template(1.5), 0.0, &b), "not alike");
    }
}
