//! A face beside those that are known: searched among all on the roster (1:N), compared with one of them (1:1), and told
//! from the officer's own.

use saksi_face::{Decision, Engine, QualityLimits};
use saksi_records::BeneficiaryId;
use saksi_records::record::{Consent, FaceMatch};
use saksi_records::wire::Policy;

use crate::capture::{CaptureError, Face, Source};
use crate::error::FieldError;
use crate::handset::{Handset, Session};
use crate::proxies::ProxyCheck;
use crate::roster::{Roster, readable};
use crate::visit::{EnrolmentPhoto, ExceptionPhoto, ProxyPhoto, Recognition, VisitError};

impl Handset {
    /// Searches a face among all on the roster (1:N). The person has consented to the photo.
    pub fn identify<'a>(&self, _consent: &Consent, from: impl Into<Source<'a>>) -> Result<Recognition, FieldError> {
        self.with_face(from, |session, face| Ok(identify(&self.engine, &session.roster, self.thresholds(), face)?))
    }

    /// Compares a face with one beneficiary (1:1). The person has consented to the photo.
    pub fn verify<'a>(
        &self,
        _consent: &Consent,
        id: &BeneficiaryId,
        from: impl Into<Source<'a>>,
    ) -> Result<Recognition, FieldError> {
        self.with_session(|session| session.roster.beneficiary(id).map(|_| ()).map_err(FieldError::from))?;
        self.with_face(from, |session, face| Ok(verify(&self.engine, &session.roster, self.thresholds(), id, face)?))
    }

    /// Takes a proxy's face, which nothing may cover. The proxy has consented to the photo.
    pub fn proxy_face<'a>(&self, _consent: &Consent, from: impl Into<Source<'a>>) -> Result<ProxyPhoto, FieldError> {
        self.with_face(from, |session, face| {
            Ok(proxy(&self.engine, &session.roster, self.thresholds(), face.known_again()?)?)
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
                Ok(ExceptionPhoto { photo, face_match: Some(face_match), decision: Some(decision), liveness })
            }
            Err(FieldError::Capture(CaptureError::Face(_) | CaptureError::NoTemplate)) => {
                let (photo, liveness) = from.unmatched()?;
                Ok(ExceptionPhoto { photo, face_match: None, decision: None, liveness })
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
        self.with_face(from, |_, face| {
            let Face { photo, template, liveness, .. } = face.known_again()?;
            Ok(EnrolmentPhoto { photo, template, liveness })
        })
    }

    /// What tells whether a proxy has collected for too many.
    pub(crate) fn proxy_check(&self, session: &Session) -> ProxyCheck {
        session.proxies.check(match_at(&self.engine, self.thresholds()), self.policy().proxy_limit)
    }

    /// Takes the one face that is there, which mustn't be the officer's own. Nothing is held up while it's looked for.
    fn with_face<'a, T>(
        &self,
        from: impl Into<Source<'a>>,
        act: impl FnOnce(&Session, Face) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        let face = from.into().face(&self.engine)?;
        self.with_session(|session| {
            let own = session.own_face.as_ref().and_then(|own| readable(self.engine.model(), own.template()));
            let match_at = match_at(&self.engine, self.thresholds());
            if own.is_some_and(|own| own.similarity(&face.template).is_ok_and(|similarity| similarity >= match_at)) {
                return Err(VisitError::IsOfficer.into());
            }
            act(session, face)
        })
    }

    fn thresholds(&self) -> Thresholds {
        let Policy { match_at, review_at, .. } = self.policy();
        Thresholds { match_at, review_at }
    }
}

/// The thresholds that a programme sets instead of the model's own.
#[derive(Clone, Copy)]
struct Thresholds {
    match_at: Option<f32>,
    review_at: Option<f32>,
}

impl Thresholds {
    fn over(self, own: saksi_face::Thresholds) -> saksi_face::Thresholds {
        let match_at = self.match_at.unwrap_or(own.match_at);
        let review_at = self.review_at.unwrap_or(own.review_at).min(match_at);
        saksi_face::Thresholds { match_at, review_at, ..own }
    }
}

/// Compares a face with one beneficiary (1:1).
fn verify(
    engine: &Engine,
    roster: &Roster,
    policy: Thresholds,
    id: &BeneficiaryId,
    face: Face,
) -> Result<Recognition, CaptureError> {
    let enrolled = roster.template(id).ok().flatten().ok_or(CaptureError::NoTemplate)?;
    let similarity = enrolled.similarity(&face.template)?;
    let thresholds = policy.over(engine.thresholds());
    let decision = thresholds.decide(similarity);
    Ok(recognition(id.clone(), decision, similarity, thresholds.match_at, 1, face))
}

/// Searches a face among all on the roster (1:N). Where two people are nearly as alike, neither is a match.
fn identify(engine: &Engine, roster: &Roster, policy: Thresholds, face: Face) -> Result<Recognition, CaptureError> {
    let gallery = roster.gallery();
    let thresholds = policy.over(engine.thresholds_for_gallery(gallery.len()));
    let candidates = gallery.search(&face.template, 2)?;
    let best = candidates.first().ok_or(CaptureError::EmptyGallery)?;
    let next = candidates.get(1).map(|next| next.similarity);
    let decision = thresholds.decide_search(best.similarity, next, engine.match_margin());
    let searched = gallery.len() as u32;
    Ok(recognition(best.key.clone(), decision, best.similarity, thresholds.match_at, searched, face))
}

/// From which similarity two faces are one person's.
fn match_at(engine: &Engine, policy: Thresholds) -> f32 {
    policy.over(engine.thresholds()).match_at
}

/// A proxy's face, with the similarity from which it would be the beneficiary's own, and who else on the roster has it.
fn proxy(engine: &Engine, roster: &Roster, policy: Thresholds, face: Face) -> Result<ProxyPhoto, CaptureError> {
    let gallery = roster.gallery();
    let threshold = policy.over(engine.thresholds_for_gallery(gallery.len())).match_at;
    let nearest = gallery.search(&face.template, 1)?.pop().filter(|nearest| nearest.similarity >= threshold);
    let (match_at, listed_as) = (match_at(engine, policy), nearest.map(|it| it.key));
    Ok(ProxyPhoto { photo: face.photo, template: face.template, match_at, listed_as, liveness: face.liveness })
}

fn recognition(
    beneficiary: BeneficiaryId,
    decision: Decision,
    similarity: f32,
    match_at: f32,
    searched: u32,
    face: Face,
) -> Recognition {
    let model = face.template.model().to_string();
    Recognition {
        beneficiary,
        decision,
        face_match: FaceMatch { searched, similarity, match_at, model },
        problems: face.quality.problems(&QualityLimits::default()),
        photo: face.photo,
        liveness: face.liveness,
    }
}
