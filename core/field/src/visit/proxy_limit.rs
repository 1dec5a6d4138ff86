//! The proxies seen on this handset, so that one who collects for many shows at the door.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use saksi_face::{ModelId, Template};
use saksi_records::record::Record;
use saksi_records::{BeneficiaryId, Digest, FaceTemplate, Nik, RoundId};
use serde::{Deserialize, Serialize};

use crate::keys::seal;
use crate::roster::face_template::readable;
use crate::store::{Store, StoreError, Table};
use crate::visit::VisitError;

/// A proxy is remembered for so long: longer than a round is paid out.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(45 * 24);

/// One collection by a proxy.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SeenProxy {
    at: Timestamp,
    round: RoundId,
    /// For whom.
    beneficiary: BeneficiaryId,
    /// A keyed hash of the NIK: enough to know it again.
    tag: Digest,
    template: FaceTemplate,
}

/// All collections by proxies that this handset remembers. Clones share them.
#[derive(Clone)]
pub(crate) struct SeenProxies {
    tags: hmac::Key,
    model: ModelId,
    seen: Vec<Arc<(SeenProxy, Option<Template>)>>,
}

/// What tells whether a proxy has collected for too many: those seen before, and the programme's limit.
#[derive(Clone)]
pub struct ProxyCheck {
    seen: SeenProxies,
    /// From which similarity two faces are one proxy's.
    match_at: f32,
    /// For how many beneficiaries of a round one proxy may collect.
    limit: u32,
}

impl SeenProxies {
    /// Reads them from the store. Only faces of `model` can be compared.
    pub(crate) fn load(store: &Store, key: &[u8; 32], model: &ModelId) -> Result<Self, StoreError> {
        let tags = hmac::Key::new(hmac::HMAC_SHA256, key);
        let mut known = Self { tags, model: model.clone(), seen: Vec::new() };
        store.all(Table::Proxy)?.into_iter().for_each(|(_, seen)| known.add(seen));
        Ok(known)
    }

    /// None seen.
    #[cfg(test)]
    pub(crate) fn none(model: &ModelId) -> Self {
        Self { tags: hmac::Key::new(hmac::HMAC_SHA256, &[0; 32]), model: model.clone(), seen: Vec::new() }
    }

    /// Forgets those of old, by the time that the server last told.
    pub(crate) fn forget_old(store: &Store, now: Timestamp) -> Result<(), StoreError> {
        store.forget(Table::Proxy, |seen: &SeenProxy| now.duration_since(seen.at) > REMEMBERED)
    }

    /// What is remembered of a record; nothing where no proxy collected.
    pub(crate) fn of(&self, record: &Record, at: Timestamp) -> Option<SeenProxy> {
        let (visit, proxy) = record.paid_proxy()?;
        Some(SeenProxy {
            at,
            round: visit.round.clone(),
            beneficiary: visit.beneficiary.clone(),
            tag: self.tag(&proxy.nik),
            template: proxy.template.clone(),
        })
    }

    pub(crate) fn add(&mut self, seen: SeenProxy) {
        let face = readable(&self.model, &seen.template);
        self.seen.push(Arc::new((seen, face)));
    }

    pub(crate) fn check(&self, match_at: f32, limit: u32) -> ProxyCheck {
        ProxyCheck { seen: self.clone(), match_at, limit }
    }

    fn tag(&self, nik: &Nik) -> Digest {
        seal::tag(&self.tags, nik.reveal().as_bytes())
    }
}

impl ProxyCheck {
    /// For how many other beneficiaries of the round the proxy with this face or NIK has collected; an error where one
    /// more would be above the limit.
    pub(crate) fn earlier(
        &self,
        round: &RoundId,
        beneficiary: &BeneficiaryId,
        face: Option<&Template>,
        nik: Option<&Nik>,
    ) -> Result<u32, VisitError> {
        let earlier = self.others(round, beneficiary, face, nik.map(|nik| self.seen.tag(nik)));
        if earlier < self.limit { Ok(earlier) } else { Err(VisitError::ProxyLimit { earlier, limit: self.limit }) }
    }

    fn others(
        &self,
        round: &RoundId,
        beneficiary: &BeneficiaryId,
        face: Option<&Template>,
        tag: Option<Digest>,
    ) -> u32 {
        let alike = |other: &Template| {
            face.is_some_and(|face| face.similarity(other).is_ok_and(|similarity| similarity >= self.match_at))
        };
        let others: BTreeSet<&BeneficiaryId> = self
            .seen
            .seen
            .iter()
            .filter(|known| known.0.round == *round && known.0.beneficiary != *beneficiary)
            .filter(|known| Some(known.0.tag) == tag || known.1.as_ref().is_some_and(alike))
            .map(|known| &known.0.beneficiary)
            .collect();
        others.len() as u32
    }

    /// The rounds in which proxies collected for somebody, and for how many others each has collected in it.
    pub(crate) fn proxies_of(&self, beneficiary: &BeneficiaryId) -> Vec<(RoundId, u32)> {
        let of_theirs = self.seen.seen.iter().filter(|known| known.0.beneficiary == *beneficiary);
        of_theirs
            .map(|known| {
                let (seen, face) = &**known;
                let others = self.others(&seen.round, beneficiary, face.as_ref(), Some(seen.tag));
                (seen.round.clone(), others)
            })
            .collect()
    }

    /// Nobody was seen.
    #[cfg(test)]
    pub(crate) fn of_nobody(model: &ModelId, limit: u32) -> Self {
        let tags = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        Self { seen: SeenProxies { tags, model: model.clone(), seen: Vec::new() }, match_at: 0.9, limit }
    }
}

impl fmt::Debug for ProxyCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyCheck({} seen, limit {})", self.seen.seen.len(), self.limit)
    }
}
