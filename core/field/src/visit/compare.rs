//! A face beside those that are known: searched among all on the roster (1:N), or compared with one of them (1:1).

use saksi_face::{Decision, Engine, QualityLimits};
use saksi_records::BeneficiaryId;
use saksi_records::record::FaceMatch;
use saksi_records::wire::Policy;

use crate::capture::source::{CaptureError, Face};
use crate::roster::list::Roster;
use crate::visit::{ProxyPhoto, Recognition};

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
pub(crate) fn verify(
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
pub(crate) fn identify(
    engine: &Engine,
    roster: &Roster,
    policy: Thresholds,
    face: Face,
) -> Result<Recognition, CaptureError> {
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
pub(crate) fn match_at(engine: &Engine, policy: Thresholds) -> f32 {
    policy.over(engine.thresholds()).match_at
}

/// A proxy's face, with the similarity from which it would be the beneficiary's own, and who else on the roster has it.
pub(crate) fn proxy(
    engine: &Engine,
    roster: &Roster,
    policy: Thresholds,
    face: Face,
) -> Result<ProxyPhoto, CaptureError> {
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
