//! The list the officer walks with, in memory while the handset is unlocked: who, how much, and whose face.

use std::collections::{BTreeMap, HashMap};

use ring::hmac;
use saksi_face::{Gallery, ModelId, Template};
use saksi_names::Query;
use saksi_records::wire::{Approval, PaidMark, RosterDelta};
use saksi_records::{Beneficiary, BeneficiaryId, Digest, Entitlement, FaceTemplate, Nik, Round, RoundId, Rupiah};
use serde::{Deserialize, Serialize};

use crate::keys::seal;
use crate::roster::face_template::readable;
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
    paid: BTreeMap<(RoundId, BeneficiaryId), Paid>,
    /// The same by person, whatever number they are on the roster under.
    paid_persons: HashMap<(RoundId, Digest), BeneficiaryId>,
    persons: hmac::Key,
    approvals: BTreeMap<(RoundId, BeneficiaryId), Approval>,
    gallery: Gallery<BeneficiaryId>,
}

/// That somebody was paid, as the store keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Paid {
    #[serde(flatten)]
    mark: PaidMark,
    /// A keyed hash of the NIK: enough to know the person again under another number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<Digest>,
}

impl From<PaidMark> for Paid {
    fn from(mark: PaidMark) -> Self {
        Self { mark, person: None }
    }
}

impl Roster {
    /// Reads the roster from the store. Only templates of `model` can be searched. `persons` keys the tags by which a person
    /// is known to be paid after leaving the roster.
    pub(crate) fn load(store: &Store, model: &ModelId, persons: &[u8; 32]) -> Result<Self, StoreError> {
        let mut roster = Self {
            model: model.clone(),
            rounds: BTreeMap::new(),
            beneficiaries: BTreeMap::new(),
            entitlements: BTreeMap::new(),
            paid: BTreeMap::new(),
            paid_persons: HashMap::new(),
            persons: hmac::Key::new(hmac::HMAC_SHA256, persons),
            approvals: BTreeMap::new(),
            gallery: Gallery::new(),
        };
        roster.take(RosterDelta {
            rounds: values(store.all(Table::Round)?),
            beneficiaries: values(store.all(Table::Beneficiary)?),
            entitlements: values(store.all(Table::Entitlement)?),
            approvals: values(store.all(Table::Approval)?),
            ..RosterDelta::default()
        });
        for paid in values(store.all::<Paid>(Table::Paid)?) {
            roster.remember(paid);
        }
        Ok(roster)
    }

    /// What a delta changes in the store. [`Self::take`] does the same in memory, once that is on disk.
    pub(crate) fn changes(&self, delta: &RosterDelta) -> Changes {
        let mut changes = Changes::default();
        for round in &delta.rounds {
            changes.put(Table::Round, round.id.as_str(), round);
        }
        // Who has left is forgotten, but for having been paid.
        for id in &delta.removed {
            changes.remove(Table::Beneficiary, id.as_str());
            for (round, _) in self.entitlements.keys().filter(|(_, of)| of == id) {
                changes.remove(Table::Entitlement, key(round, id));
            }
            for (round, _) in self.approvals.keys().filter(|(_, of)| of == id) {
                changes.remove(Table::Approval, key(round, id));
            }
            for ((round, _), paid) in self.paid.iter().filter(|((_, of), _)| of == id) {
                changes.put(Table::Paid, key(round, id), &self.known_by_person(paid, delta));
            }
        }
        for beneficiary in &delta.beneficiaries {
            changes.put(Table::Beneficiary, beneficiary.id.as_str(), beneficiary);
        }
        for entitlement in &delta.entitlements {
            changes.put(Table::Entitlement, key(&entitlement.round, &entitlement.beneficiary), entitlement);
        }
        for mark in &delta.paid {
            let paid = self.known_by_person(&mark.clone().into(), delta);
            changes.put(Table::Paid, key(&mark.round, &mark.beneficiary), &paid);
        }
        for approval in &delta.approvals {
            changes.put(Table::Approval, key(&approval.round, &approval.beneficiary), approval);
        }
        changes
    }

    pub(crate) fn take(&mut self, delta: RosterDelta) {
        let marks: Vec<Paid> = self
            .paid
            .values()
            .filter(|paid| delta.removed.contains(&paid.mark.beneficiary))
            .cloned()
            .chain(delta.paid.iter().cloned().map(Paid::from))
            .map(|paid| self.known_by_person(&paid, &delta))
            .collect();
        for paid in marks {
            self.remember(paid);
        }
        for id in &delta.removed {
            self.beneficiaries.remove(id);
            self.gallery.remove(id);
            self.entitlements.retain(|(_, of), _| of != id);
            self.approvals.retain(|(_, of), _| of != id);
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

    /// By which record a beneficiary was paid in a round, if so: under this number, or under another as the same person.
    pub fn paid(&self, round: &RoundId, id: &BeneficiaryId) -> Option<&PaidMark> {
        let paid = self.paid.get(&(round.clone(), id.clone())).or_else(|| {
            let tag = self.person(&self.beneficiaries.get(id)?.nik);
            let under = self.paid_persons.get(&(round.clone(), tag))?;
            self.paid.get(&(round.clone(), under.clone()))
        });
        paid.map(|paid| &paid.mark)
    }

    /// The exception of a beneficiary in a round that a supervisor approved and nothing has paid since, if there is one.
    pub fn approval(&self, round: &RoundId, id: &BeneficiaryId) -> Option<&Approval> {
        let key = (round.clone(), id.clone());
        self.approvals.get(&key).filter(|_| self.paid(round, id).is_none())
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
        let near = self
            .beneficiaries
            .values()
            .filter_map(|it| Some((query.nearness(&format!("{} {} {}", it.id, it.name, it.address))?, it)));
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

    fn remember(&mut self, paid: Paid) {
        let PaidMark { round, beneficiary, .. } = &paid.mark;
        if let Some(person) = paid.person {
            self.paid_persons.insert((round.clone(), person), beneficiary.clone());
        }
        self.paid.insert((round.clone(), beneficiary.clone()), paid);
    }

    /// With the tag of the person, where the roster knows, or is about to know, who that is.
    fn known_by_person(&self, paid: &Paid, delta: &RosterDelta) -> Paid {
        let id = &paid.mark.beneficiary;
        let known = self.beneficiaries.get(id).or_else(|| delta.beneficiaries.iter().find(|it| it.id == *id));
        let nik = known.map(|known| &known.nik).or(paid.mark.nik.as_ref());
        let person = nik.map(|nik| self.person(nik)).or(paid.person);
        // The number itself isn't kept.
        Paid { person, mark: PaidMark { nik: None, ..paid.mark.clone() } }
    }

    fn person(&self, nik: &Nik) -> Digest {
        seal::tag(&self.persons, nik.reveal().as_bytes())
    }

    fn readable(&self, written: &FaceTemplate) -> Option<Template> {
        readable(&self.model, written)
    }
}

fn key(round: &RoundId, beneficiary: &BeneficiaryId) -> String {
    // A space can't be in either.
    format!("{round} {beneficiary}")
}

fn values<T>(rows: Vec<(String, T)>) -> Vec<T> {
    rows.into_iter().map(|(_, value)| value).collect()
}
