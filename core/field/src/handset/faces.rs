//! The faces that a visit takes, each beside those that are known and the officer's own.

use saksi_face::Template;
use saksi_records::BeneficiaryId;
use saksi_records::record::Consent;

use crate::capture::source::{CaptureError, Face, Source};
use crate::error::FieldError;
use crate::handset::{Handset, Session};
use crate::roster::face_template::readable;
use crate::visit::compare::{Thresholds, identify, match_at, proxy, verify};
use crate::visit::proxy_limit::ProxyCheck;
use crate::visit::{EnrolmentPhoto, ExceptionPhoto, ProxyPhoto, Recognition, VisitError};

impl Handset {
    /// Searches a face among all on the roster (1:N). The person has consented to the photo.
    pub fn identify<'a>(&self, _consent: &Consent, from: impl Into<Source<'a>>) -> Result<Recognition, FieldError> {
        self.with_face(from, |session, like_officer, face| {
            not_the_officer(like_officer)?;
            Ok(identify(&self.engine, &session.roster, self.thresholds(), face)?)
        })
    }

    /// Compares a face with one beneficiary (1:1). The person has consented to the photo.
    pub fn verify<'a>(
        &self,
        _consent: &Consent,
        id: &BeneficiaryId,
        from: impl Into<Source<'a>>,
    ) -> Result<Recognition, FieldError> {
        self.with_session(|session| session.roster.beneficiary(id).map(|_| ()).map_err(FieldError::from))?;
        self.with_face(from, |session, like_officer, face| {
            not_the_officer(like_officer)?;
            Ok(verify(&self.engine, &session.roster, self.thresholds(), id, face)?)
        })
    }

    /// Takes a proxy's face, which nothing may cover. The proxy has consented to the photo.
    pub fn proxy_face<'a>(&self, _consent: &Consent, from: impl Into<Source<'a>>) -> Result<ProxyPhoto, FieldError> {
        self.with_face(from, |session, like_officer, face| {
            let photo = proxy(&self.engine, &session.roster, self.thresholds(), face.known_again()?)?;
            Ok(ProxyPhoto { like_officer, ..photo })
        })
    }

    /// Photographs somebody whose face can't be matched or wasn't shown to be alive, and compares it once more, where
    /// there is a face. The person has consented to the photo.
    pub fn exception_photo<'a>(
        &self,
        consent: &Consent,
        id: &BeneficiaryId,
        from: impl Into<Source<'a>>,
    ) -> Result<ExceptionPhoto, FieldError> {
        let from = from.into();
        match self.verify(consent, id, from) {
            Ok(Recognition { decision, face_match, photo, liveness, .. }) => {
                let (face_match, decision) = (Some(face_match), Some(decision));
                Ok(ExceptionPhoto { photo, face_match, decision, like_officer: false, liveness })
            }
            // The officer's own face may only seem to be: a supervisor looks.
            Err(FieldError::Visit(VisitError::IsOfficer)) => {
                let (photo, liveness) = from.unmatched()?;
                Ok(ExceptionPhoto { photo, face_match: None, decision: None, like_officer: true, liveness })
            }
            Err(FieldError::Capture(CaptureError::Face(_) | CaptureError::NoTemplate)) => {
                let (photo, liveness) = from.unmatched()?;
                Ok(ExceptionPhoto { photo, face_match: None, decision: None, like_officer: false, liveness })
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a face for the first time, which nothing may cover. The person has consented to the photo.
    pub fn enrolment_photo<'a>(
        &self,
        _consent: &Consent,
        from: impl Into<Source<'a>>,
    ) -> Result<EnrolmentPhoto, FieldError> {
        self.with_face(from, |_, like_officer, face| {
            let Face { photo, template, liveness, .. } = face.known_again()?;
            Ok(EnrolmentPhoto { photo, template, like_officer, liveness })
        })
    }

    /// What tells whether a proxy has collected for too many.
    pub(crate) fn proxy_check(&self, session: &Session) -> ProxyCheck {
        session.proxies.check(match_at(&self.engine, self.thresholds()), self.policy().proxy_limit)
    }

    /// Takes the one face that is there, and tells whether it is as like the officer's own as a match would be. Nothing is
    /// held up while it's looked for.
    fn with_face<'a, T>(
        &self,
        from: impl Into<Source<'a>>,
        act: impl FnOnce(&Session, bool, Face) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        let face = from.into().face(&self.engine)?;
        self.with_session(|session| {
            let own = session.own_face.as_ref().and_then(|own| readable(self.engine.model(), own.template()));
            let match_at = match_at(&self.engine, self.thresholds());
            let like = |own: Template| own.similarity(&face.template).is_ok_and(|similarity| similarity >= match_at);
            let like_officer = own.is_some_and(like);
            act(session, like_officer, face)
        })
    }

    fn thresholds(&self) -> Thresholds {
        Thresholds::of(&self.policy())
    }
}

/// Whoever holds the handset isn't paid by it.
fn not_the_officer(like_officer: bool) -> Result<(), VisitError> {
    if like_officer { Err(VisitError::IsOfficer) } else { Ok(()) }
}
