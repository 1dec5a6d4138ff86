//! What a complete visit becomes: a record, by the sort of visit, and the photos that belong to it.

use saksi_face::{PageHash, Template};
use saksi_records::document::{Document, DocumentCheck};
use saksi_records::nik::Nik;
use saksi_records::record::{Circumstances, Enrolment, Exception, InPerson, Proxy, ProxyCollection, Record};
use saksi_records::{BlobRole, RecordId};

use super::{ProxyDetails, ProxyPhoto, Recognition, Visit, VisitError, VisitId, VisitSort};
use crate::capture::{DocumentPhoto, Photo, StatementPhoto};
use crate::roster::face_template::written;

/// A record with its photos, and what the handset remembers of it.
#[derive(Debug)]
pub struct Draft {
    /// What happened.
    pub record: Record,
    /// What was photographed.
    pub photos: Vec<(BlobRole, Photo)>,
    /// The statement page that is used up by it.
    pub page: Option<PageHash>,
    /// The face that is paid by it, where the beneficiary stood there.
    pub face: Option<Template>,
    /// The visit it ends, where it's more than a note.
    pub visit: Option<VisitId>,
}

impl Draft {
    /// A record without photos that no visit led to.
    pub(crate) fn of(record: Record) -> Self {
        Self { record, photos: Vec::new(), page: None, face: None, visit: None }
    }
}

impl Visit {
    /// The record, if nothing is missing. An incomplete visit is left as it is.
    pub fn finish(&self) -> Result<Draft, VisitError> {
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(VisitError::Incomplete(missing));
        }
        let draft = match self.sort {
            VisitSort::InPerson => self.in_person(),
            VisitSort::Proxy => self.proxy_collection()?,
            VisitSort::Exception => self.exception(),
            VisitSort::ProxyException => self.proxy_exception()?,
            VisitSort::Enrolment => self.enrolment(),
        };
        draft.ok_or_else(|| VisitError::Incomplete(self.missing()))
    }

    fn in_person(&self) -> Option<Draft> {
        let Recognition { face_match, template, photo, liveness, .. } = self.recognition()?.clone();
        let (visit, consent, amount) = (self.circumstances(), self.consent().ok()?.clone(), self.amount());
        let record = Record::InPerson(InPerson { visit, consent, face_match, liveness, amount });
        Some(self.draft(record, vec![(BlobRole::Beneficiary, photo)], None, Some(template)))
    }

    fn proxy_collection(&self) -> Result<Option<Draft>, VisitError> {
        let Some((face, statement, proxy)) = self.proxy()? else { return Ok(None) };
        let (visit, consent, amount) = (self.circumstances(), self.consent()?.clone(), self.amount());
        let liveness = face.liveness.clone();
        let record = Record::Proxy(ProxyCollection { visit, consent, proxy, liveness, amount });
        Ok(Some(self.draft(record, proxy_photos(face, statement), Some(statement.hash.clone()), None)))
    }

    /// The beneficiary stood there, and wasn't matched, or refused the photo.
    fn exception(&self) -> Option<Draft> {
        let approval = self.approval(None);
        let (visit, reason) = (self.circumstances(), self.reason()?.to_owned());
        let empty = Exception {
            visit,
            reason,
            face_match: None,
            liveness: None,
            like_officer: false,
            proxy: None,
            refusal: None,
            paid: approval.map(|_| self.amount()),
            approval,
        };
        if let Some(refusal) = self.refusal() {
            // It pays only where a supervisor approved an earlier one.
            let record = Record::Exception(Exception { refusal: Some(refusal.clone()), ..empty });
            return Some(self.draft(record, Vec::new(), None, None));
        }
        let taken = self.exception_photo()?;
        let blocked = self.today.require_alive(taken.liveness.as_ref()) == Err(VisitError::LivenessRefused);
        let approval = approval.filter(|_| !blocked);
        let pays = self.today.exceptions_pay && !taken.like_officer;
        let paid = ((pays || approval.is_some()) && !blocked).then_some(self.amount());
        let (face_match, liveness) = (taken.face_match.clone(), taken.liveness.clone());
        let like_officer = taken.like_officer;
        let record = Record::Exception(Exception { face_match, liveness, like_officer, paid, approval, ..empty });
        Some(self.draft(record, vec![(BlobRole::Beneficiary, taken.photo.clone())], None, None))
    }

    fn proxy_exception(&self) -> Result<Option<Draft>, VisitError> {
        let Some((face, statement, proxy)) = self.proxy()? else { return Ok(None) };
        let Some(reason) = self.reason().map(str::to_owned) else { return Ok(None) };
        let (visit, liveness) = (self.circumstances(), face.liveness.clone());
        let blocked = self.today.require_alive(liveness.as_ref()) == Err(VisitError::LivenessRefused);
        let approval = self.approval(Some(&proxy.nik)).filter(|_| !blocked);
        let paid = approval.map(|_| self.amount());
        let record = Record::Exception(Exception {
            visit,
            reason,
            face_match: None,
            liveness,
            like_officer: face.like_officer,
            proxy: Some(proxy),
            refusal: None,
            paid,
            approval,
        });
        // As long as nothing is paid on a letter it isn't used up.
        Ok(Some(self.draft(record, proxy_photos(face, statement), paid.map(|_| statement.hash.clone()), None)))
    }

    fn enrolment(&self) -> Option<Draft> {
        let taken = self.first_photo()?;
        let (visit, consent) = (self.circumstances(), self.consent().ok()?.clone());
        let (template, liveness) = (written(&taken.template), taken.liveness.clone());
        let mut photos = vec![(BlobRole::Beneficiary, taken.photo.clone())];
        let document = if let Some(reason) = self.without_document() {
            DocumentCheck::Missing(reason)
        } else {
            let DocumentPhoto { kind, photo } = self.document_photo()?.clone();
            photos.push((BlobRole::Document, photo));
            DocumentCheck::Seen(Document { kind, nik: self.document_nik()?.clone() })
        };
        let (portrait, like_officer) = (None, taken.like_officer);
        let record =
            Record::Enrolment(Enrolment { visit, consent, template, portrait, document, like_officer, liveness });
        Some(self.draft(record, photos, None, None))
    }

    fn draft(
        &self,
        record: Record,
        photos: Vec<(BlobRole, Photo)>,
        page: Option<PageHash>,
        face: Option<Template>,
    ) -> Draft {
        Draft { record, photos, page, face, visit: Some(self.id) }
    }

    /// The approved exception that lets this one pay, if there is one: a proxy's the same proxy's, the beneficiary's the
    /// beneficiary's.
    fn approval(&self, proxy: Option<&Nik>) -> Option<RecordId> {
        let approved = self.today.approval.as_ref().filter(|approval| approval.proxy.as_ref() == proxy);
        approved.map(|approval| approval.record)
    }

    fn proxy(&self) -> Result<Option<(&ProxyPhoto, &StatementPhoto, Proxy)>, VisitError> {
        let (Some(face), Some(statement), Some(details)) = (self.proxy_photo(), self.statement(), self.proxy_details())
        else {
            return Ok(None);
        };
        let ProxyDetails { name, nik, phone, relation, reason } = details.clone();
        let name = name.trim().to_owned();
        let Circumstances { round, beneficiary, .. } = self.circumstances();
        let earlier = self.today.proxies.earlier(&round, &beneficiary, Some(&face.template), Some(&nik))?;
        let (template, listed_as) = (written(&face.template), face.listed_as.clone());
        let proxy = Proxy { name, nik, phone, relation, reason, template, earlier, listed_as };
        Ok(Some((face, statement, proxy)))
    }
}

fn proxy_photos(face: &ProxyPhoto, statement: &StatementPhoto) -> Vec<(BlobRole, Photo)> {
    vec![
        (BlobRole::Proxy, face.photo.clone()),
        (BlobRole::Statement, statement.photo.clone()),
        (BlobRole::StatementPage, statement.page.clone()),
    ]
}
