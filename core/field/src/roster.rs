//! The list the officer walks with, in memory while the handset is unlocked: who, how much, and whose face.

use std::collections::BTreeMap;

use saksi_face::{Gallery, ModelId, Template};
use saksi_records::wire::{Approval, PaidMark, RosterDelta};
use saksi_records::{Beneficiary, BeneficiaryId, Entitlement, FaceTemplate, Kind, Round, RoundId, Rupiah};

use crate::day::Summary;
use crate::search::Query;
use crate::store::{Changes, Store, StoreError, Table};

/// Why the roster can't answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// There is no such beneficiary here.
    #[error("no beneficiary with this number is on this handset's roster")]
    UnknownBeneficiary,
    /// There is no such round here.
    #[error("round {0} is not on this handset; sync to fetch it")]
    UnknownRound(RoundId),
    /// This beneficiary gets nothing in this round.
    #[error("this beneficiary has no entitlement in round {0}")]
    NotEntitled(RoundId),
}

/// The roster of one handset.
pub struct Roster {
    model: ModelId,
    rounds: BTreeMap<RoundId, Round>,
    beneficiaries: BTreeMap<BeneficiaryId, Beneficiary>,
    entitlements: BTreeMap<(RoundId, BeneficiaryId), Rupiah>,
    paid: BTreeMap<(RoundId, BeneficiaryId), PaidMark>,
    approvals: BTreeMap<(RoundId, BeneficiaryId), Approval>,
    gallery: Gallery<BeneficiaryId>,
}

impl Roster {
    /// Reads the roster from the store. Only templates of `model` can be searched.
    pub(crate) fn load(store: &Store, model: &ModelId) -> Result<Self, StoreError> {
        let mut roster = Self {
            model: model.clone(),
            rounds: BTreeMap::new(),
            beneficiaries: BTreeMap::new(),
            entitlements: BTreeMap::new(),
            paid: BTreeMap::new(),
            approvals: BTreeMap::new(),
            gallery: Gallery::new(),
        };
        roster.take(RosterDelta {
            rounds: values(store.all(Table::Round)?),
            beneficiaries: values(store.all(Table::Beneficiary)?),
            entitlements: values(store.all(Table::Entitlement)?),
            paid: values(store.all(Table::Paid)?),
            approvals: values(store.all(Table::Approval)?),
            ..RosterDelta::default()
        });
        Ok(roster)
    }

    /// What a delta changes in the store. [`Self::take`] does the same in memory, once that is on disk.
    pub(crate) fn changes(delta: &RosterDelta) -> Changes {
        let mut changes = Changes::default();
        for round in &delta.rounds {
            changes.put(Table::Round, round.id.as_str(), round);
        }
        for beneficiary in &delta.beneficiaries {
            changes.put(Table::Beneficiary, beneficiary.id.as_str(), beneficiary);
        }
        for entitlement in &delta.entitlements {
            changes.put(Table::Entitlement, key(&entitlement.round, &entitlement.beneficiary), entitlement);
        }
        for id in &delta.removed {
            changes.remove(Table::Beneficiary, id.as_str());
        }
        for mark in &delta.paid {
            changes.put(Table::Paid, key(&mark.round, &mark.beneficiary), mark);
        }
        for approval in &delta.approvals {
            changes.put(Table::Approval, key(&approval.round, &approval.beneficiary), approval);
        }
        changes
    }

    /// What a record changes here: who is paid, and whose face is forgotten.
    pub(crate) fn after(&self, record: &Summary) -> RosterDelta {
        let withdrawn = (record.kind == Kind::ConsentWithdrawn).then_some(record.beneficiary.as_ref()).flatten();
        let faceless = withdrawn
            .and_then(|id| self.beneficiaries.get(id))
            .map(|known| Beneficiary { template: None, ..known.clone() });
        RosterDelta {
            paid: record.paid_mark().into_iter().collect(),
            beneficiaries: faceless.into_iter().collect(),
            ..RosterDelta::default()
        }
    }

    pub(crate) fn take(&mut self, delta: RosterDelta) {
        for id in &delta.removed {
            self.beneficiaries.remove(id);
            self.gallery.remove(id);
        }
        for round in delta.rounds {
            self.rounds.insert(round.id.clone(), round);
        }
        for beneficiary in delta.beneficiaries {
            self.gallery.remove(&beneficiary.id);
            if let Some(template) = beneficiary.template.as_ref().and_then(|written| self.readable(written)) {
                // Only a template of another model is refused, and `readable` has sorted those out.
                self.gallery.insert(beneficiary.id.clone(), &template).ok();
            }
            self.beneficiaries.insert(beneficiary.id.clone(), beneficiary);
        }
        for Entitlement { beneficiary, round, amount } in delta.entitlements {
            self.entitlements.insert((round, beneficiary), amount);
        }
        for mark in delta.paid {
            self.paid.insert((mark.round.clone(), mark.beneficiary.clone()), mark);
        }
        for approval in delta.approvals {
            self.approvals.insert((approval.round.clone(), approval.beneficiary.clone()), approval);
        }
    }

    /// The rounds, by name.
    pub fn rounds(&self) -> impl Iterator<Item = &Round> {
        self.rounds.values()
    }

    /// One round.
    pub fn round(&self, id: &RoundId) -> Result<&Round, RosterError> {
        self.rounds.get(id).ok_or_else(|| RosterError::UnknownRound(id.clone()))
    }

    /// All beneficiaries, by number.
    pub fn beneficiaries(&self) -> impl Iterator<Item = &Beneficiary> {
        self.beneficiaries.values()
    }

    /// One beneficiary.
    pub fn beneficiary(&self, id: &BeneficiaryId) -> Result<&Beneficiary, RosterError> {
        self.beneficiaries.get(id).ok_or(RosterError::UnknownBeneficiary)
    }

    /// What a beneficiary is to be paid in a round.
    pub fn entitlement(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Rupiah, RosterError> {
        self.round(round)?;
        self.beneficiary(id)?;
        let key = (round.clone(), id.clone());
        self.entitlements.get(&key).copied().ok_or_else(|| RosterError::NotEntitled(round.clone()))
    }

    /// By which record a beneficiary was paid in a round, if so.
    pub fn paid(&self, round: &RoundId, id: &BeneficiaryId) -> Option<&PaidMark> {
        self.paid.get(&(round.clone(), id.clone()))
    }

    /// The exception of a beneficiary in a round that a supervisor approved and nothing has paid since, if there is one.
    pub fn approval(&self, round: &RoundId, id: &BeneficiaryId) -> Option<&Approval> {
        let key = (round.clone(), id.clone());
        self.approvals.get(&key).filter(|_| !self.paid.contains_key(&key))
    }

    /// A beneficiary's template, where there is one of the model in use.
    pub fn template(&self, id: &BeneficiaryId) -> Result<Option<Template>, RosterError> {
        Ok(self.beneficiary(id)?.template.as_ref().and_then(|written| self.readable(written)))
    }

    /// The faces to search.
    pub fn gallery(&self) -> &Gallery<BeneficiaryId> {
        &self.gallery
    }

    /// Beneficiaries in whose number, name or address all the words are, as they were typed, in another spelling
    /// (Soeharto, Suharto), or with a letter or two wrong; the nearest first, then by number.
    pub fn find(&self, words: &str) -> Vec<&Beneficiary> {
        let query = Query::new(words);
        let near = self.beneficiaries.values().filter_map(|it| Some((query.nearness(it)?, it)));
        let mut found: Vec<_> = near.collect();
        found.sort_by_key(|(nearness, _)| *nearness);
        found.into_iter().map(|(_, beneficiary)| beneficiary).collect()
    }

    /// Who is entitled in a round, and to how much, by number.
    pub fn entitled(&self, round: &RoundId) -> impl Iterator<Item = (&BeneficiaryId, Rupiah)> {
        let known =
            self.entitlements.iter().filter(move |((of, id), _)| of == round && self.beneficiaries.contains_key(id));
        known.map(|((_, id), amount)| (id, *amount))
    }

    fn readable(&self, written: &FaceTemplate) -> Option<Template> {
        readable(&self.model, written)
    }
}

/// A template that was written down, where it is one of `model`.
pub(crate) fn readable(model: &ModelId, written: &FaceTemplate) -> Option<Template> {
    (written.model == model.as_str()).then(|| Template::from_bytes(model.clone(), &written.data).ok()).flatten()
}

/// A template as it is written down.
pub(crate) fn written(template: &Template) -> FaceTemplate {
    FaceTemplate { model: template.model().to_string(), data: template.to_bytes().to_vec() }
}

fn key(round: &RoundId, beneficiary: &BeneficiaryId) -> String {
    // A space can't be in either.
    format!("{round} {beneficiary}")
}

fn values<T>(rows: Vec<(String, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, value)| value).collect()
}
