//! The one gate: everything that must hold for a step to be taken and for a record to be written.
//!
//! [`Today`] is what the handset knows at that moment. A visit's own steps are judged by what was known when it began, so
//! that the officer hears of a refusal at once. The commit judges all of them again, by the same rules and by what is known
//! then, under the lock that nothing comes between. So no rule has a second place.

use jiff::SignedDuration;
use saksi_face::{Clearance, Decision, LivenessEvidence, LivenessMode, LivenessPolicy, PageHash, SAME_PAGE, Template};
use saksi_records::record::{Consent, NotServedReason};
use saksi_records::wire::{Approval, PaidMark};
use saksi_records::{BeneficiaryId, Nik, OfficerId, RoundId, Rupiah};

use super::paid_faces::PaidFaces;
use super::proxy_limit::ProxyCheck;
use super::refusal::{LONGEST_NAME, LONGEST_REASON, VisitError};
use super::steps::{Step, VisitSort};
use super::taken::{ProxyDetails, ProxyPhoto, Recognition};

/// For so long after its beginning a visit can be resumed and committed: a call, a change of batteries and a restart fit in.
/// Whoever stands at the door after that has to be asked and seen again.
pub const RESUMABLE: SignedDuration = SignedDuration::from_mins(30);

/// The languages of the programme's consent texts.
const LANGUAGES: [&str; 2] = ["id", "en"];

/// What the handset knows of one beneficiary in one round, and of what it may do, at one moment.
#[derive(Debug, Clone)]
pub struct Today {
    /// For which round.
    pub round: RoundId,
    /// The beneficiary, who is on the roster and entitled.
    pub beneficiary: BeneficiaryId,
    /// The beneficiary's own number.
    pub nik: Nik,
    /// The beneficiary's face, where the roster has it.
    pub template: Option<Template>,
    /// What is to be paid.
    pub amount: Rupiah,
    /// The payment that was made for this person already, under this number or another with the same NIK.
    pub paid: Option<PaidMark>,
    /// The unpaid exception of this round that a supervisor approved, if one was.
    pub approval: Option<Approval>,
    /// Who is at work.
    pub officer: OfficerId,
    /// What the programme asks for before a face counts as alive.
    pub liveness: LivenessPolicy,
    /// The version of the consent text that is read out.
    pub consent_version: String,
    /// Whether an officer may pay somebody whose face can't be matched.
    pub exceptions_pay: bool,
    /// Letters that were used.
    pub used_pages: Vec<PageHash>,
    /// Who has collected for others.
    pub proxies: ProxyCheck,
    /// The faces that were paid in this round.
    pub paid_faces: PaidFaces,
}

impl Today {
    /// Whether a visit of this sort may begin, or be written down.
    pub(crate) fn admits(&self, sort: VisitSort) -> Result<(), VisitError> {
        match (sort, &self.paid) {
            (VisitSort::Enrolment, _) if self.template.is_some() => Err(VisitError::AlreadyEnrolled),
            (VisitSort::Enrolment, _) | (_, None) => Ok(()),
            (_, Some(mark)) => Err(VisitError::AlreadyPaid(mark.clone())),
        }
    }

    /// Whether a visit of this sort takes a step after those before it.
    pub(crate) fn judge(&self, sort: VisitSort, consent: Option<&Consent>, step: &Step) -> Result<(), VisitError> {
        if shows_a_face(step) && consent.is_none() {
            return Err(VisitError::ConsentFirst);
        }
        if !sort.has(step) {
            return Err(VisitError::NotThisSort);
        }
        match step {
            Step::Consented { consent } => self.knows_text(&consent.text_version, &consent.language),
            Step::Refused { said } => {
                self.knows_text(&said.text_version, &said.language)?;
                if said.document.nik == self.nik { Ok(()) } else { Err(VisitError::OtherNik) }
            }
            Step::Recognised(seen) => self.recognised(seen),
            Step::ProxyPhotographed(taken) => self.proxy_photographed(sort, taken),
            Step::StatementPhotographed(taken) => self.letter_is_new(&taken.hash),
            Step::ProxyNamed(named) => self.proxy_named(named),
            Step::ExceptionPhotographed(taken) => match self.require_alive(taken.liveness.as_ref()) {
                Err(VisitError::NotShownAlive) => Err(VisitError::NotShownAlive),
                Ok(()) if taken.decision == Some(Decision::Match) && !taken.like_officer => Err(VisitError::Recognised),
                _ => Ok(()),
            },
            Step::Explained { why } => {
                let letters = why.trim().chars().count();
                if (1..=LONGEST_REASON).contains(&letters) { Ok(()) } else { Err(VisitError::Reason) }
            }
            // Where it isn't surely somebody alive it's taken down all the same: a supervisor looks at every first photo.
            Step::Enrolled(taken) => match self.require_alive(taken.liveness.as_ref()) {
                Err(error @ (VisitError::NotShownAlive | VisitError::LivenessRefused)) => Err(error),
                _ => Ok(()),
            },
            Step::DocumentRead { nik } => {
                if *nik == self.nik {
                    Ok(())
                } else {
                    Err(VisitError::OtherNik)
                }
            }
            Step::DocumentPhotographed(_) | Step::WithoutDocument { .. } => Ok(()),
        }
    }

    /// Whether a face counts as somebody's who stands there, by the policy of today and not by the one it was taken under.
    pub(crate) fn require_alive(&self, shown: Option<&LivenessEvidence>) -> Result<(), VisitError> {
        if self.liveness.mode != LivenessMode::Required {
            return Ok(());
        }
        match shown.map(|shown| self.liveness.clearance(shown.verdict)) {
            Some(Clearance::Cleared) => Ok(()),
            Some(Clearance::Supervisor) => Err(VisitError::LivenessUnsure),
            Some(Clearance::Blocked) => Err(VisitError::LivenessRefused),
            None => Err(VisitError::NotShownAlive),
        }
    }

    fn knows_text(&self, version: &str, language: &str) -> Result<(), VisitError> {
        let known = version == self.consent_version && LANGUAGES.contains(&language);
        if known { Ok(()) } else { Err(VisitError::UnknownConsentText) }
    }

    fn recognised(&self, seen: &Recognition) -> Result<(), VisitError> {
        if seen.beneficiary != self.beneficiary {
            return Err(VisitError::OtherBeneficiary);
        }
        seen.require_match()?;
        let own = self.template.as_ref().and_then(|own| own.similarity(&seen.template).ok()).unwrap_or(-1.0);
        let required = seen.face_match.match_at;
        if own < required {
            // The roster has another face by now, or none.
            let (decision, problems) = (Decision::NoMatch, Vec::new());
            return Err(VisitError::NotRecognised { decision, similarity: own, required, problems });
        }
        self.require_alive(seen.liveness.as_ref())?;
        if self.paid_faces.has_under_another_number(&seen.template, own, &self.beneficiary) {
            return Err(VisitError::FacePaid);
        }
        Ok(())
    }

    /// Who isn't surely alive can only be written down as an exception.
    fn proxy_photographed(&self, sort: VisitSort, taken: &ProxyPhoto) -> Result<(), VisitError> {
        let alive = match (sort, self.require_alive(taken.liveness.as_ref())) {
            (VisitSort::ProxyException, Err(VisitError::LivenessUnsure | VisitError::LivenessRefused)) => Ok(()),
            (_, alive) => alive,
        };
        if taken.like_officer && sort == VisitSort::Proxy {
            return Err(VisitError::IsOfficer);
        }
        let own = self.template.as_ref().and_then(|own| own.similarity(&taken.template).ok());
        if taken.listed_as.as_ref() == Some(&self.beneficiary) || own.is_some_and(|own| own >= taken.match_at) {
            return Err(VisitError::ProxyIsBeneficiary);
        }
        alive?;
        self.proxies.earlier(&self.round, &self.beneficiary, Some(&taken.template), None).map(drop)
    }

    fn letter_is_new(&self, page: &PageHash) -> Result<(), VisitError> {
        let used = self.used_pages.iter().any(|used| used.similarity(page) >= SAME_PAGE);
        if used { Err(VisitError::LetterUsed) } else { Ok(()) }
    }

    fn proxy_named(&self, named: &ProxyDetails) -> Result<(), VisitError> {
        let letters = named.name.trim().chars().count();
        if !(1..=LONGEST_NAME).contains(&letters) {
            return Err(VisitError::ProxyName);
        }
        if named.nik == self.nik {
            return Err(VisitError::ProxyNikIsBeneficiary);
        }
        self.proxies.earlier(&self.round, &self.beneficiary, None, Some(&named.nik)).map(drop)
    }
}

/// Whether this may be the reason for which nobody was served: a capture was given up only where one was.
pub(crate) fn is_reason(reason: NotServedReason, seen: Option<&LivenessEvidence>) -> Result<(), VisitError> {
    let given_up = seen.is_some_and(|seen| seen.ended.is_some());
    if reason == NotServedReason::CaptureGivenUp && !given_up { Err(VisitError::NotGivenUp) } else { Ok(()) }
}

fn shows_a_face(step: &Step) -> bool {
    matches!(
        step,
        Step::Recognised(_) | Step::ProxyPhotographed(_) | Step::ExceptionPhotographed(_) | Step::Enrolled(_)
    )
}
