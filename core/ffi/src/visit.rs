//! A visit under way, and the face it begins with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use saksi_face::{Decision, QualityProblem};
use saksi_field::capture::DocumentPhoto;
use saksi_field::visit::{ProxyDetails, Requirement, Step};
use saksi_field::{Handset, Summary, VisitId, VisitSort};
use saksi_records::document::{DocumentKind, NoDocument};
use saksi_records::record::{Consent, Refusal};
use saksi_records::{BeneficiaryId, Nik, RoundId, Rupiah};

use crate::capture::{CapturedFace, CapturedStatement};
use crate::error::SaksiError;

/// A face that was compared with the roster, with the photo that becomes the evidence.
#[derive(uniffi::Object)]
pub struct Recognition(pub(crate) saksi_field::visit::Recognition);

/// Whom a face is most like, and whether that is enough.
#[derive(Debug, uniffi::Record)]
pub struct Likeness {
    /// Who it is most like.
    pub beneficiary: BeneficiaryId,
    /// Whether that is enough. Only a match may be paid.
    pub decision: Decision,
    /// Cosine similarity, -1 to 1.
    pub similarity: f32,
    /// The similarity from which it is a match.
    pub required: f32,
    /// How many faces were searched; 1 for a comparison with one beneficiary.
    pub searched: u32,
    /// What kept the face from being seen well, if anything.
    pub problems: Vec<QualityProblem>,
}

#[uniffi::export]
impl Recognition {
    /// Whom the face is most like, and whether that is enough.
    pub fn likeness(&self) -> Likeness {
        let face = &self.0.face_match;
        Likeness {
            beneficiary: self.0.beneficiary.clone(),
            decision: self.0.decision,
            similarity: face.similarity,
            required: face.match_at,
            searched: face.searched,
            problems: self.0.problems.clone(),
        }
    }

    /// The photo as it goes into the evidence: an upright JPEG without EXIF.
    pub fn photo(&self) -> Vec<u8> {
        self.0.photo.jpeg().to_vec()
    }
}

/// A visit to one beneficiary for one round, under way. No record is written down before `commit`; what was taken so far is kept
/// sealed after each step, for `Handset.resume` after a crash.
#[derive(uniffi::Object)]
pub struct Visit {
    handset: Arc<Handset>,
    visit: Mutex<saksi_field::Visit>,
}

#[uniffi::export]
impl Visit {
    /// The person who stands there agreed to be photographed. Comes before any photo.
    pub fn consented(&self, consent: Consent) -> Result<(), SaksiError> {
        self.take(consent)
    }

    /// The beneficiary didn't agree to be photographed, and showed a document with the roster's number, which isn't
    /// photographed: an exception without a photo. Only for `Handset.visitExceptional`. It pays only where a supervisor
    /// approved an earlier one.
    pub fn refused(&self, refusal: Refusal) -> Result<(), SaksiError> {
        self.take(refusal)
    }

    /// The beneficiary was recognised.
    pub fn recognised(&self, seen: &Recognition) -> Result<(), SaksiError> {
        self.take(seen.0.clone())
    }

    /// The proxy was photographed.
    pub fn proxy_photographed(&self, picture: &[u8]) -> Result<(), SaksiError> {
        let (consent, _) = self.consented_for()?;
        let taken = self.handset.proxy_face(&consent, picture)?;
        self.take(taken)
    }

    /// The proxy's face was taken with the camera.
    pub fn proxy_captured(&self, face: &CapturedFace) -> Result<(), SaksiError> {
        let (consent, _) = self.consented_for()?;
        let taken = self.handset.proxy_face(&consent, &face.0)?;
        self.take(taken)
    }

    /// The statement letter was taken with the camera.
    pub fn statement_captured(&self, letter: &CapturedStatement) -> Result<(), SaksiError> {
        self.take(letter.0.clone())
    }

    /// The statement letter was photographed.
    pub fn statement_photographed(&self, picture: &[u8]) -> Result<(), SaksiError> {
        let taken = self.handset.statement_page(picture)?;
        self.take(taken)
    }

    /// The proxy said who they are.
    pub fn proxy_named(&self, proxy: ProxyDetails) -> Result<(), SaksiError> {
        self.take(proxy)
    }

    /// The beneficiary whose face can't be matched was photographed. An error where it can be matched after all.
    pub fn exception_photographed(&self, picture: &[u8]) -> Result<(), SaksiError> {
        let (consent, id) = self.consented_for()?;
        let taken = self.handset.exception_photo(&consent, &id, picture)?;
        self.take(taken)
    }

    /// The beneficiary whose face can't be matched, or wasn't shown to be alive, was before the camera. An error where it can
    /// be matched and is alive after all.
    pub fn exception_captured(&self, face: &CapturedFace) -> Result<(), SaksiError> {
        let (consent, id) = self.consented_for()?;
        let taken = self.handset.exception_photo(&consent, &id, &face.0)?;
        self.take(taken)
    }

    /// The officer said why the face can't be matched, or the proxy can't be cleared.
    pub fn explained(&self, why: &str) -> Result<(), SaksiError> {
        self.take(Step::explained(why))
    }

    /// The beneficiary's face was taken down for the first time.
    pub fn enrolled(&self, picture: &[u8]) -> Result<(), SaksiError> {
        let (consent, _) = self.consented_for()?;
        let taken = self.handset.enrolment_photo(&consent, picture)?;
        self.take(taken)
    }

    /// The beneficiary's face was taken with the camera for the first time.
    pub fn enrolment_captured(&self, face: &CapturedFace) -> Result<(), SaksiError> {
        let (consent, _) = self.consented_for()?;
        let taken = self.handset.enrolment_photo(&consent, &face.0)?;
        self.take(taken)
    }

    /// The document that shows whose face is taken down was photographed.
    pub fn document_photographed(&self, kind: DocumentKind, picture: &[u8]) -> Result<(), SaksiError> {
        let taken = DocumentPhoto::take(kind, picture)?;
        self.take(taken)
    }

    /// The officer read this number from the document. An error where it isn't the roster's.
    pub fn document_read(&self, nik: &Nik) -> Result<(), SaksiError> {
        self.take(nik.clone())
    }

    /// The person shows no document.
    pub fn without_document(&self, reason: NoDocument) -> Result<(), SaksiError> {
        self.take(reason)
    }

    /// What the record still requires. Nothing: it can be committed.
    pub fn missing(&self) -> Vec<Requirement> {
        self.visit().missing()
    }

    /// Gives the visit up: what was taken is removed, and can't be resumed.
    pub fn discard(&self) -> Result<(), SaksiError> {
        let visit = self.visit().id();
        self.handset.discard_interrupted(visit)?;
        Ok(())
    }

    /// Which visit it is; the same after it was resumed.
    pub fn id(&self) -> VisitId {
        self.visit().id()
    }

    /// What sort of visit.
    pub fn sort(&self) -> VisitSort {
        self.visit().sort()
    }

    /// For whom.
    pub fn beneficiary(&self) -> BeneficiaryId {
        self.visit().beneficiary().clone()
    }

    /// For which round.
    pub fn round(&self) -> RoundId {
        self.visit().round().clone()
    }

    /// How much is to be paid.
    pub fn amount(&self) -> Rupiah {
        self.visit().amount()
    }

    /// Writes the record down, sealed and signed, and returns when it is on disk for good. Only then may anything be paid
    /// out. The same visit again gives the same receipt. All that must hold is judged once more by what is known now, so an
    /// error may come of a step that was taken before.
    ///
    /// On `OutcomeUnknown` the disk failed in the very moment at which a record counts, and the handset locked itself: unlock,
    /// and ask `Handset.written`. On any other error nothing was written.
    pub fn commit(&self) -> Result<Summary, SaksiError> {
        Ok(self.handset.commit(&self.visit())?)
    }
}

impl Visit {
    pub(crate) fn new(handset: &Arc<Handset>, visit: saksi_field::Visit) -> Self {
        Self { handset: Arc::clone(handset), visit: Mutex::new(visit) }
    }

    /// Takes a step, and keeps it.
    fn take(&self, step: impl Into<Step>) -> Result<(), SaksiError> {
        let mut visit = self.visit();
        self.handset.require_open(&visit)?;
        visit.take(step)?;
        self.handset.keep_anyway(&visit);
        Ok(())
    }

    fn consented_for(&self) -> Result<(Consent, BeneficiaryId), SaksiError> {
        let visit = self.visit();
        Ok((visit.consent()?.clone(), visit.beneficiary().clone()))
    }

    /// No step leaves a visit half changed, so the lock of a thread that panicked is taken over.
    fn visit(&self) -> MutexGuard<'_, saksi_field::Visit> {
        self.visit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
