//! What was taken at a visit so far, as plain data.
//!
//! It's taken again by the visit's own steps, so that what a visit requires can't be got round by writing it down. A step
//! that is refused by then is missing again.

use saksi_face::{Decision, LivenessEvidence, ModelId, PageHash, QualityProblem};
use saksi_records::document::{DocumentKind, NoDocument};
use saksi_records::record::{Consent, FaceMatch, Place, ProxyReason, Refusal, Relation};
use saksi_records::{BeneficiaryId, FaceTemplate, Nik, OfficerId, Phone, RoundId};
use serde::{Deserialize, Serialize};

use super::{
    EnrolmentPhoto, ExceptionPhoto, Photo, ProxyDetails, ProxyPhoto, Recognition, Sort, StatementPhoto, Visit,
    VisitError,
};
use crate::document::DocumentPhoto;
use crate::roster::{readable, written};

/// What sort of visit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitSort {
    /// The beneficiary stands there.
    InPerson,
    /// A proxy stands there.
    Proxy,
    /// The face can't be matched.
    Exception,
    /// A proxy stands there who can't be cleared.
    ProxyException,
    /// A face is taken down for the first time.
    Enrolment,
}

/// A visit under way. Photos lie elsewhere, by name.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedVisit {
    pub(crate) serial: u64,
    pub(crate) sort: VisitSort,
    pub(crate) beneficiary: BeneficiaryId,
    pub(crate) round: RoundId,
    pub(crate) officer: OfficerId,
    place: Option<Place>,
    taken: Vec<Taken>,
}

/// One step of a visit.
#[derive(Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Taken {
    Consented {
        consent: Consent,
    },
    Refused {
        said: Refusal,
    },
    Recognised {
        beneficiary: BeneficiaryId,
        decision: Decision,
        face_match: FaceMatch,
        problems: Vec<QualityProblem>,
        photo: String,
        liveness: Option<LivenessEvidence>,
    },
    ProxyPhotographed {
        photo: String,
        template: FaceTemplate,
        match_at: f32,
        liveness: Option<LivenessEvidence>,
        listed_as: Option<BeneficiaryId>,
    },
    StatementPhotographed {
        photo: String,
        page: String,
        hash: String,
    },
    ProxyNamed {
        name: String,
        nik: Nik,
        phone: Option<Phone>,
        relation: Relation,
        reason: ProxyReason,
    },
    ExceptionPhotographed {
        photo: String,
        face_match: Option<FaceMatch>,
        decision: Option<Decision>,
        liveness: Option<LivenessEvidence>,
    },
    Explained {
        why: String,
    },
    Enrolled {
        photo: String,
        template: FaceTemplate,
        liveness: Option<LivenessEvidence>,
    },
    DocumentPhotographed {
        kind: DocumentKind,
        photo: String,
    },
    DocumentRead {
        nik: Nik,
    },
    WithoutDocument {
        reason: NoDocument,
    },
}

impl Visit {
    /// What was taken so far; `put` takes a photo and gives the name under which it will be found again.
    pub(crate) fn save(&self, put: &mut dyn FnMut(&Photo) -> String) -> SavedVisit {
        let mut taken: Vec<Taken> =
            self.consent.iter().map(|consent| Taken::Consented { consent: consent.clone() }).collect();
        let sort = match &self.sort {
            Sort::InPerson { recognition } => {
                taken.extend(recognition.clone().map(|it| {
                    let Recognition { beneficiary, decision, face_match, problems, photo, liveness } = it;
                    let photo = put(&photo);
                    Taken::Recognised { beneficiary, decision, face_match, problems, photo, liveness }
                }));
                VisitSort::InPerson
            }
            Sort::Proxy { photo, statement, details, check: _ } => {
                taken.extend(of_proxy(photo.as_ref(), statement.as_ref(), details.as_ref(), put));
                VisitSort::Proxy
            }
            Sort::ProxyException { photo, statement, details, reason, check: _ } => {
                taken.extend(of_proxy(photo.as_ref(), statement.as_ref(), details.as_ref(), put));
                taken.extend(reason.clone().map(|why| Taken::Explained { why }));
                VisitSort::ProxyException
            }
            Sort::Exception { photo, refusal, reason, pays: _ } => {
                taken.extend(refusal.clone().map(|said| Taken::Refused { said }));
                taken.extend(photo.clone().map(|it| {
                    let ExceptionPhoto { photo, face_match, decision, liveness } = it;
                    Taken::ExceptionPhotographed { photo: put(&photo), face_match, decision, liveness }
                }));
                taken.extend(reason.clone().map(|why| Taken::Explained { why }));
                VisitSort::Exception
            }
            Sort::Enrolment { photo, document } => {
                taken.extend(photo.as_ref().map(|EnrolmentPhoto { photo, template, liveness }| Taken::Enrolled {
                    photo: put(photo),
                    template: written(template),
                    liveness: liveness.clone(),
                }));
                taken.extend(document.photo().map(|DocumentPhoto { kind, photo }| Taken::DocumentPhotographed {
                    kind: *kind,
                    photo: put(photo),
                }));
                taken.extend(document.nik().cloned().map(|nik| Taken::DocumentRead { nik }));
                taken.extend(document.without().map(|reason| Taken::WithoutDocument { reason }));
                VisitSort::Enrolment
            }
        };
        let (beneficiary, round) = (self.circumstances.beneficiary.clone(), self.circumstances.round.clone());
        let (officer, place) = (self.circumstances.officer.clone(), self.circumstances.place.clone());
        SavedVisit { serial: self.serial, sort, beneficiary, round, officer, place, taken }
    }

    /// Takes again what was taken, in a visit that has just begun anew. What is refused by now, or can't be read, is missing.
    pub(crate) fn take_again(&mut self, saved: SavedVisit, model: &ModelId, get: &dyn Fn(&str) -> Option<Photo>) {
        self.serial = saved.serial;
        self.circumstances.place = saved.place;
        for step in saved.taken {
            if let Some(Err(refused)) = self.step(step, model, get) {
                tracing::info!(%refused, "a step of an interrupted visit has to be taken again");
            }
        }
    }

    /// `None`: something of it can't be read.
    fn step(
        &mut self,
        step: Taken,
        model: &ModelId,
        get: &dyn Fn(&str) -> Option<Photo>,
    ) -> Option<Result<(), VisitError>> {
        Some(match step {
            Taken::Consented { consent } => {
                self.consented(consent);
                Ok(())
            }
            Taken::Refused { said } => self.refused(said),
            Taken::Recognised { beneficiary, decision, face_match, problems, photo, liveness } => {
                let photo = get(&photo)?;
                self.recognised(Recognition { beneficiary, decision, face_match, problems, photo, liveness })
            }
            Taken::ProxyPhotographed { photo, template, match_at, liveness, listed_as } => {
                let (photo, template) = (get(&photo)?, readable(model, &template)?);
                self.proxy_photographed(ProxyPhoto { photo, template, match_at, liveness, listed_as })
            }
            Taken::StatementPhotographed { photo, page, hash } => {
                let hash: PageHash = hash.parse().ok()?;
                self.statement_photographed(StatementPhoto { photo: get(&photo)?, page: get(&page)?, hash })
            }
            Taken::ProxyNamed { name, nik, phone, relation, reason } => {
                self.proxy_named(ProxyDetails { name, nik, phone, relation, reason })
            }
            Taken::ExceptionPhotographed { photo, face_match, decision, liveness } => {
                let photo = get(&photo)?;
                self.exception_photographed(ExceptionPhoto { photo, face_match, decision, liveness })
            }
            Taken::Explained { why } => self.explained(&why),
            Taken::Enrolled { photo, template, liveness } => {
                let (photo, template) = (get(&photo)?, readable(model, &template)?);
                self.enrolled(EnrolmentPhoto { photo, template, liveness })
            }
            Taken::DocumentPhotographed { kind, photo } => {
                self.document_photographed(DocumentPhoto { kind, photo: get(&photo)? })
            }
            Taken::DocumentRead { nik } => self.document_read(&nik),
            Taken::WithoutDocument { reason } => self.without_document(reason),
        })
    }
}

/// What was taken of a proxy.
fn of_proxy(
    photo: Option<&ProxyPhoto>,
    statement: Option<&StatementPhoto>,
    details: Option<&ProxyDetails>,
    put: &mut dyn FnMut(&Photo) -> String,
) -> impl Iterator<Item = Taken> {
    let named = details.cloned().map(|ProxyDetails { name, nik, phone, relation, reason }| Taken::ProxyNamed {
        name,
        nik,
        phone,
        relation,
        reason,
    });
    let photographed = photo.cloned().map(|it| {
        let ProxyPhoto { photo, template, match_at, liveness, listed_as } = it;
        let (photo, template) = (put(&photo), written(&template));
        Taken::ProxyPhotographed { photo, template, match_at, liveness, listed_as }
    });
    let letter = statement.map(|StatementPhoto { photo, page, hash }| {
        let (photo, page, hash) = (put(photo), put(page), hash.to_string());
        Taken::StatementPhotographed { photo, page, hash }
    });
    [named, photographed, letter].into_iter().flatten()
}

#[cfg(test)]
mod tests;
