//! A face beside those that are known: searched among all on the roster (1:N), compared with one of them (1:1), and told
//! from the officer's own.

use saksi_face::{Decision, Engine, QualityLimits, Template};
use saksi_records::BeneficiaryId;
use saksi_records::record::{Consent, FaceMatch};
use saksi_records::wire::Policy;

use crate::capture::source::{CaptureError, Face, Source};
use crate::error::FieldError;
use crate::handset::{Handset, Session};
use crate::roster::face_template::readable;
use crate::roster::list::Roster;
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

/// The thresholds that a programme sets instead of the model's own.
#[derive(Clone, Copy)]
pub(crate) struct Thresholds {
    match_at: Option<f32>,
    review_at: Option<f32>,
}

impl Thresholds {
    pub(crate) fn of(policy: &Policy) -> Self {
        Self { match_at: policy.match_at, review_at: policy.review_at }
    }

    /// From which similarity a face is one of so many.
    pub(crate) fn among(self, engine: &Engine, faces: usize) -> f32 {
        self.over(engine.thresholds_for_gallery(faces)).match_at
    }

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
    let Face { photo, template, liveness, .. } = face;
    Ok(ProxyPhoto { photo, template, match_at, listed_as, like_officer: false, liveness })
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
        template: face.template,
        problems: face.quality.problems(&QualityLimits::default()),
        photo: face.photo,
        liveness: face.liveness,
    }
}
