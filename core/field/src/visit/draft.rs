//! What a complete visit becomes: a record, by the sort of visit, and the photos that belong to it.

use saksi_face::PageHash;
use saksi_records::nik::Nik;
use saksi_records::record::{
    Enrolment, Exception, InPerson, Proxy, ProxyCollection, Record, Refusal, Visit as Circumstances,
};
use saksi_records::{BlobRole, RecordId};

use super::{Photo, ProxyDetails, ProxyPhoto, Recognition, Sort, StatementPhoto, Visit, VisitError};
use crate::proxies::ProxyCheck;
use crate::roster::written;

/// A complete visit: a record and its photos, to be committed.
#[derive(Debug)]
pub struct Draft {
    /// What happened.
    pub record: Record,
    /// What was photographed.
    pub photos: Vec<(BlobRole, Photo)>,
    /// The statement page that is used up by it.
    pub page: Option<PageHash>,
}

impl Visit {
    /// The record, if nothing is missing. An incomplete visit is left as it is.
    pub fn finish(&self) -> Result<Draft, VisitError> {
        let incomplete = || VisitError::Incomplete(self.missing());
        if let Sort::Exception { refusal: Some(refusal), reason, .. } = &self.sort {
            let reason = reason.clone().ok_or_else(incomplete)?;
            return Ok(self.without_photo(refusal.clone(), reason));
        }
        let consent = self.consent.clone().ok_or_else(incomplete)?;
        let (visit, amount) = (self.circumstances.clone(), self.entitled.amount);
        match &self.sort {
            Sort::InPerson { recognition } => {
                let Recognition { face_match, photo, liveness, .. } = recognition.clone().ok_or_else(incomplete)?;
                Ok(Draft {
                    record: Record::InPerson(InPerson { visit, consent, face_match, liveness, amount }),
                    photos: vec![(BlobRole::Beneficiary, photo)],
                    page: None,
                })
            }
            Sort::Proxy { photo, statement, details, check } => {
                let (Some(face), Some(statement), Some(details)) = (photo, statement, details) else {
                    return Err(incomplete());
                };
                let (proxy, liveness) = (self.proxy(face, details, check)?, face.liveness.clone());
                Ok(Draft {
                    record: Record::Proxy(ProxyCollection { visit, consent, proxy, liveness, amount }),
                    photos: proxy_photos(face, statement),
                    page: Some(statement.hash.clone()),
                })
            }
            Sort::Exception { photo, reason, pays, .. } => {
                let (Some(taken), Some(reason)) = (photo, reason.clone()) else { return Err(incomplete()) };
                let (face_match, liveness) = (taken.face_match.clone(), taken.liveness.clone());
                let refused = self.require_alive(liveness.as_ref()) == Err(VisitError::LivenessRefused);
                let approval = self.approval(None).filter(|_| !refused);
                let paid = ((*pays || approval.is_some()) && !refused).then_some(amount);
                Ok(Draft {
                    record: Record::Exception(Exception {
                        visit,
                        reason,
                        face_match,
                        liveness,
                        proxy: None,
                        refusal: None,
                        paid,
                        approval,
                    }),
                    photos: vec![(BlobRole::Beneficiary, taken.photo.clone())],
                    page: None,
                })
            }
            Sort::ProxyException { photo, statement, details, reason, check } => {
                let (Some(face), Some(statement), Some(details), Some(reason)) =
                    (photo, statement, details, reason.clone())
                else {
                    return Err(incomplete());
                };
                let (proxy, liveness) = (Some(self.proxy(face, details, check)?), face.liveness.clone());
                let refused = self.require_alive(liveness.as_ref()) == Err(VisitError::LivenessRefused);
                let approval = self.approval(Some(&details.nik)).filter(|_| !refused);
                let paid = approval.map(|_| amount);
                let exception =
                    Exception { visit, reason, face_match: None, liveness, proxy, refusal: None, paid, approval };
                Ok(Draft {
                    record: Record::Exception(exception),
                    photos: proxy_photos(face, statement),
                    // As long as nothing is paid on a letter it isn't used up.
                    page: paid.map(|_| statement.hash.clone()),
                })
            }
            Sort::Enrolment { photo, document } => {
                let taken = photo.as_ref().ok_or_else(incomplete)?;
                let (document, shown) = document.done().ok_or_else(incomplete)?;
                let (template, liveness) = (written(&taken.template), taken.liveness.clone());
                let photos = [(BlobRole::Beneficiary, taken.photo.clone())];
                Ok(Draft {
                    record: Record::Enrolment(Enrolment {
                        visit,
                        consent,
                        template,
                        portrait: None,
                        document,
                        liveness,
                    }),
                    photos: photos.into_iter().chain(shown.map(|photo| (BlobRole::Document, photo))).collect(),
                    page: None,
                })
            }
        }
    }

    /// The approved exception that lets this one pay, if there is one: a proxy's the same proxy's, the beneficiary's the
    /// beneficiary's.
    fn approval(&self, proxy: Option<&Nik>) -> Option<RecordId> {
        let approved = self.entitled.approval.as_ref().filter(|approval| approval.proxy.as_ref() == proxy);
        approved.map(|approval| approval.record)
    }

    /// An exception of somebody who refused: it pays only where a supervisor approved an earlier one.
    fn without_photo(&self, refusal: Refusal, reason: String) -> Draft {
        let approval = self.approval(None);
        let exception = Exception {
            visit: self.circumstances.clone(),
            reason,
            face_match: None,
            liveness: None,
            proxy: None,
            refusal: Some(refusal),
            paid: approval.map(|_| self.entitled.amount),
            approval,
        };
        Draft { record: Record::Exception(exception), photos: Vec::new(), page: None }
    }

    fn proxy(&self, face: &ProxyPhoto, details: &ProxyDetails, check: &ProxyCheck) -> Result<Proxy, VisitError> {
        let ProxyDetails { name, nik, phone, relation, reason } = details.clone();
        let Circumstances { round, beneficiary, .. } = &self.circumstances;
        let earlier = check.earlier(round, beneficiary, Some(&face.template), Some(&nik))?;
        let (template, listed_as) = (written(&face.template), face.listed_as.clone());
        Ok(Proxy { name, nik, phone, relation, reason, template, earlier, listed_as })
    }
}

fn proxy_photos(face: &ProxyPhoto, statement: &StatementPhoto) -> Vec<(BlobRole, Photo)> {
    vec![
        (BlobRole::Proxy, face.photo.clone()),
        (BlobRole::Statement, statement.photo.clone()),
        (BlobRole::StatementPage, statement.page.clone()),
    ]
}
