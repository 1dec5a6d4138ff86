//! A scan that ends in a payment, in five calls: begin, frames until it's over, recognise, confirm, commit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use saksi_face::GiveUp;
use saksi_field::visit::Requirement;
use saksi_field::{FieldError, Summary, VisitError, VisitSort};
use saksi_records::record::Consent;
use saksi_records::{BeneficiaryId, RoundId, Rupiah};

use crate::capture::{CaptureStep, FaceCapture, FrameLayout, PixelFormat};
use crate::error::SaksiError;
use crate::handset::Handset;
use crate::types::ListedBeneficiary;
use crate::visit::{Likeness, Recognition, Visit};

/// A face that is taken, recognised and paid: `Handset.scan` begins it.
#[derive(uniffi::Object)]
pub struct ScanSession {
    handset: Arc<saksi_field::Handset>,
    round: RoundId,
    whom: Option<BeneficiaryId>,
    consent: Consent,
    capture: FaceCapture,
    found: Mutex<Option<(Recognition, Visit)>>,
}

/// Who was recognised, and what is to be paid. Personal data: for the screen, never for a log.
#[derive(uniffi::Record)]
pub struct Found {
    /// Who.
    pub person: ListedBeneficiary,
    /// Whether the face is surely theirs. Only a match can be confirmed.
    pub likeness: Likeness,
    /// In which round.
    pub round: RoundId,
    /// How much is to be paid, in rupiah.
    pub amount: Rupiah,
    /// What sort of visit it is.
    pub sort: VisitSort,
}

#[uniffi::export]
impl Handset {
    /// Begins to scan somebody who stands there and agreed to it: one beneficiary (1:1), or whoever it is (1:N).
    pub fn scan(
        &self,
        round: RoundId,
        whom: Option<BeneficiaryId>,
        consent: Consent,
    ) -> Result<ScanSession, SaksiError> {
        let (capture, handset) = (self.face_capture(&consent)?, Arc::clone(&self.0));
        Ok(ScanSession { handset, round, whom, consent, capture, found: Mutex::default() })
    }
}

#[uniffi::export]
impl ScanSession {
    /// A frame of three planes, as for a `FaceCapture`.
    pub fn yuv(&self, y: &[u8], u: &[u8], v: &[u8], layout: &FrameLayout) -> Result<CaptureStep, SaksiError> {
        self.capture.yuv(y, u, v, layout)
    }

    /// A frame of one plane.
    pub fn packed(&self, pixels: &[u8], format: PixelFormat, layout: &FrameLayout) -> Result<CaptureStep, SaksiError> {
        self.capture.packed(pixels, format, layout)
    }

    /// The person can't do what is asked: something else is asked for.
    pub fn cannot_move(&self) {
        self.capture.cannot_move();
    }

    /// Ends the capture with a reason.
    pub fn give_up(&self, reason: GiveUp) {
        self.capture.give_up(reason);
    }

    /// Whose face it is, once the frames are over, with what is to be paid. Begins the visit: an error where nothing may be paid
    /// to that person, and then another scan has to begin.
    pub fn recognise(&self) -> Result<Found, SaksiError> {
        let mut found = self.found();
        if found.is_none() {
            *found = Some(self.look()?);
        }
        let (seen, visit) = found.as_ref().ok_or_else(missing)?;
        let person = |roster: &saksi_field::Roster| ListedBeneficiary::read(roster, &self.round, &visit.beneficiary());
        let person = self.handset.with_roster(person)?.map_err(FieldError::from)?;
        let (likeness, round) = (seen.likeness(), visit.round());
        Ok(Found { person, likeness, round, amount: visit.amount(), sort: visit.sort() })
    }

    /// The officer confirmed who it is, and how much: consent and face go into the visit, and are judged there.
    pub fn confirm(&self) -> Result<(), SaksiError> {
        let found = self.found();
        let (seen, visit) = found.as_ref().ok_or_else(missing)?;
        visit.consented(self.consent.clone())?;
        visit.recognised(seen)
    }

    /// Writes the record down, as `Visit.commit` does. Without `confirm` the visit is incomplete.
    pub fn commit(&self) -> Result<Summary, SaksiError> {
        self.found().as_ref().ok_or_else(missing)?.1.commit()
    }
}

impl ScanSession {
    fn look(&self) -> Result<(Recognition, Visit), SaksiError> {
        let face = self.capture.finish()?.0;
        let seen = match &self.whom {
            Some(whom) => self.handset.verify(&self.consent, whom, &face)?,
            None => self.handset.identify(&self.consent, &face)?,
        };
        let visit = self.handset.visit_in_person(&self.round, &seen.beneficiary)?;
        Ok((Recognition(seen), Visit::new(&self.handset, visit)))
    }

    fn found(&self) -> MutexGuard<'_, Option<(Recognition, Visit)>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody was recognised yet.
fn missing() -> SaksiError {
    VisitError::Incomplete(vec![Requirement::Face]).into()
}
