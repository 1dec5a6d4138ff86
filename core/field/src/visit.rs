//! One attempt to deliver, from the door to the record: a state machine that knows what is still missing.
//!
//! It does nothing itself: the handset feeds it what happened, and commits the [`Draft`] it ends in. A record's types
//! leave no way to write down less than its kind requires, and [`Visit::missing`] says what that is.

mod draft;
mod refusal;
mod saved;
mod taken;

use saksi_face::{Clearance, Decision, LivenessEvidence, LivenessMode, LivenessPolicy, Template};
use saksi_records::document::NoDocument;
use saksi_records::keys::random_bytes;
use saksi_records::nik::Nik;
use saksi_records::record::{
    Consent, ConsentWithdrawn, NotServed, NotServedReason, Place, Record, Refusal, Visit as Circumstances,
};
use saksi_records::wire::Approval;
use saksi_records::{BeneficiaryId, OfficerId, RoundId, Rupiah};

pub use self::draft::Draft;
pub use self::refusal::{LONGEST_NAME, LONGEST_REASON, Requirement, VisitError};
pub(crate) use self::saved::SavedVisit;
pub use self::saved::VisitSort;
pub use self::taken::{EnrolmentPhoto, ExceptionPhoto, Photo, ProxyDetails, ProxyPhoto, Recognition, StatementPhoto};
use crate::document::{DocumentPhoto, DocumentSteps};
use crate::proxies::ProxyCheck;

/// A visit to one beneficiary for one round.
#[derive(Debug)]
pub struct Visit {
    /// Tells this visit from others to the same person.
    serial: u64,
    circumstances: Circumstances,
    entitled: Entitled,
    liveness: LivenessPolicy,
    consent: Option<Consent>,
    sort: Sort,
}

/// Whom a visit is for, as the roster knows them.
#[derive(Debug, Clone)]
pub struct Entitled {
    /// The beneficiary.
    pub beneficiary: BeneficiaryId,
    /// The beneficiary's own number.
    pub nik: Nik,
    /// The beneficiary's face, where the roster has it.
    pub template: Option<Template>,
    /// What is to be paid.
    pub amount: Rupiah,
    /// The unpaid exception of this round that a supervisor approved, if one was.
    pub approval: Option<Approval>,
}

#[derive(Debug)]
enum Sort {
    InPerson {
        recognition: Option<Recognition>,
    },
    Proxy {
        photo: Option<ProxyPhoto>,
        statement: Option<StatementPhoto>,
        details: Option<ProxyDetails>,
        check: Box<ProxyCheck>,
    },
    Exception {
        photo: Option<ExceptionPhoto>,
        refusal: Option<Refusal>,
        reason: Option<String>,
        pays: bool,
    },
    ProxyException {
        photo: Option<ProxyPhoto>,
        statement: Option<StatementPhoto>,
        details: Option<ProxyDetails>,
        reason: Option<String>,
        check: Box<ProxyCheck>,
    },
    Enrolment {
        photo: Option<EnrolmentPhoto>,
        document: DocumentSteps,
    },
}

/// Where, when and by whom: what every visit starts from.
#[derive(Debug, Clone)]
pub struct Setting {
    /// For which round.
    pub round: RoundId,
    /// By whom.
    pub officer: OfficerId,
    /// Where, if the handset can tell.
    pub place: Option<Place>,
    /// What the programme asks for before a face counts as alive.
    pub liveness: LivenessPolicy,
}

impl Setting {
    /// The software that decides.
    pub(crate) const SOFTWARE: &str = concat!("saksi ", env!("CARGO_PKG_VERSION"));

    fn circumstances(self, beneficiary: BeneficiaryId) -> Circumstances {
        let Self { round, officer, place, .. } = self;
        let software = Self::SOFTWARE.to_owned();
        Circumstances { beneficiary, round, officer, place, software }
    }
}

impl Visit {
    /// The beneficiary stands there.
    pub fn in_person(setting: Setting, entitled: Entitled) -> Self {
        Self::new(setting, entitled, Sort::InPerson { recognition: None })
    }

    /// A proxy stands there; `check` knows those who collected before.
    pub fn by_proxy(setting: Setting, entitled: Entitled, check: ProxyCheck) -> Self {
        Self::new(
            setting,
            entitled,
            Sort::Proxy { photo: None, statement: None, details: None, check: Box::new(check) },
        )
    }

    /// The beneficiary stands there, and the face can't be matched, or mayn't be photographed. `pays`: the programme lets an officer
    /// pay then; where a supervisor approved an earlier exception, it pays all the same.
    pub fn exceptional(setting: Setting, entitled: Entitled, pays: bool) -> Self {
        Self::new(setting, entitled, Sort::Exception { photo: None, refusal: None, reason: None, pays })
    }

    /// A proxy stands there who can't be cleared, for example too ill to be shown to be alive: written down with both
    /// photos and the officer's reason, for a supervisor to look at. It pays only where a supervisor approved an earlier one
    /// of the same proxy.
    pub fn exceptional_by_proxy(setting: Setting, entitled: Entitled, check: ProxyCheck) -> Self {
        let check = Box::new(check);
        let sort = Sort::ProxyException { photo: None, statement: None, details: None, reason: None, check };
        Self::new(setting, entitled, sort)
    }

    /// The beneficiary stands there, and the roster has no face to compare: takes it down for the first time, for a
    /// supervisor to look at, with the document that shows whose face it is. Nothing is paid by it.
    pub fn enrolment(setting: Setting, entitled: Entitled) -> Result<Self, VisitError> {
        if entitled.template.is_some() {
            return Err(VisitError::AlreadyEnrolled);
        }
        Ok(Self::new(setting, entitled, Sort::Enrolment { photo: None, document: DocumentSteps::default() }))
    }

    /// The beneficiary doesn't want their face to be kept any longer: complete at once.
    pub fn consent_withdrawn(setting: Setting, beneficiary: BeneficiaryId) -> Draft {
        let visit = setting.circumstances(beneficiary);
        Draft { record: Record::ConsentWithdrawn(ConsentWithdrawn { visit }), photos: Vec::new(), page: None }
    }

    /// Nobody could be paid: complete at once. `liveness`: of a capture that came to nothing before, without which none
    /// was given up.
    pub fn not_served(
        setting: Setting,
        beneficiary: BeneficiaryId,
        reason: NotServedReason,
        liveness: Option<LivenessEvidence>,
    ) -> Result<Draft, VisitError> {
        let given_up = liveness.as_ref().is_some_and(|seen| seen.ended.is_some());
        if reason == NotServedReason::CaptureGivenUp && !given_up {
            return Err(VisitError::NotGivenUp);
        }
        let visit = setting.circumstances(beneficiary);
        Ok(Draft { record: Record::NotServed(NotServed { visit, reason, liveness }), photos: Vec::new(), page: None })
    }

    fn new(setting: Setting, entitled: Entitled, sort: Sort) -> Self {
        let liveness = setting.liveness;
        let circumstances = setting.circumstances(entitled.beneficiary.clone());
        let serial = u64::from_be_bytes(random_bytes());
        Self { serial, circumstances, entitled, liveness, consent: None, sort }
    }

    /// For whom.
    pub fn beneficiary(&self) -> &BeneficiaryId {
        &self.entitled.beneficiary
    }

    /// For which round.
    pub fn round(&self) -> &RoundId {
        &self.circumstances.round
    }

    /// How much is to be paid.
    pub fn amount(&self) -> Rupiah {
        self.entitled.amount
    }

    /// The person agreed to be photographed.
    pub fn consented(&mut self, consent: Consent) {
        if let Sort::Exception { refusal, .. } = &mut self.sort {
            *refusal = None;
        }
        self.consent = Some(consent);
    }

    /// The beneficiary didn't agree to be photographed, and showed a document with the roster's number: an exception without
    /// a photo. What was photographed before is forgotten.
    pub fn refused(&mut self, said: Refusal) -> Result<(), VisitError> {
        let Sort::Exception { photo, refusal, .. } = &mut self.sort else { return Err(VisitError::NotThisSort) };
        if said.document.nik != self.entitled.nik {
            return Err(VisitError::OtherNik);
        }
        (*photo, *refusal, self.consent) = (None, Some(said), None);
        Ok(())
    }

    /// What was agreed to: without it, no face may be photographed.
    pub fn consent(&self) -> Result<&Consent, VisitError> {
        self.consent.as_ref().ok_or(VisitError::ConsentFirst)
    }

    /// The beneficiary's face was compared.
    pub fn recognised(&mut self, seen: Recognition) -> Result<(), VisitError> {
        self.consent()?;
        let alive = self.require_alive(seen.liveness.as_ref());
        let Sort::InPerson { recognition } = &mut self.sort else { return Err(VisitError::NotThisSort) };
        if seen.beneficiary != self.entitled.beneficiary {
            return Err(VisitError::OtherBeneficiary);
        }
        seen.require_match()?;
        alive?;
        *recognition = Some(seen);
        Ok(())
    }

    /// The proxy was photographed. Who isn't surely alive can only be written down as an exception.
    pub fn proxy_photographed(&mut self, taken: ProxyPhoto) -> Result<(), VisitError> {
        self.consent()?;
        let alive = match (&self.sort, self.require_alive(taken.liveness.as_ref())) {
            (Sort::ProxyException { .. }, Err(VisitError::LivenessUnsure | VisitError::LivenessRefused)) => Ok(()),
            (_, alive) => alive,
        };
        let (Sort::Proxy { photo, check, .. } | Sort::ProxyException { photo, check, .. }) = &mut self.sort else {
            return Err(VisitError::NotThisSort);
        };
        if taken.listed_as.as_ref() == Some(&self.entitled.beneficiary) {
            return Err(VisitError::ProxyIsBeneficiary);
        }
        if let Some(own) = &self.entitled.template
            && own.similarity(&taken.template).is_ok_and(|similarity| similarity >= taken.match_at)
        {
            return Err(VisitError::ProxyIsBeneficiary);
        }
        alive?;
        check.earlier(&self.circumstances.round, &self.entitled.beneficiary, Some(&taken.template), None)?;
        *photo = Some(taken);
        Ok(())
    }

    /// The statement letter was photographed.
    pub fn statement_photographed(&mut self, taken: StatementPhoto) -> Result<(), VisitError> {
        let (Sort::Proxy { statement, .. } | Sort::ProxyException { statement, .. }) = &mut self.sort else {
            return Err(VisitError::NotThisSort);
        };
        *statement = Some(taken);
        Ok(())
    }

    /// The proxy said who they are.
    pub fn proxy_named(&mut self, named: ProxyDetails) -> Result<(), VisitError> {
        let (Sort::Proxy { details, check, .. } | Sort::ProxyException { details, check, .. }) = &mut self.sort else {
            return Err(VisitError::NotThisSort);
        };
        let name = named.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(VisitError::ProxyName);
        }
        if named.nik == self.entitled.nik {
            return Err(VisitError::ProxyNikIsBeneficiary);
        }
        check.earlier(&self.circumstances.round, &self.entitled.beneficiary, None, Some(&named.nik))?;
        *details = Some(ProxyDetails { name, ..named });
        Ok(())
    }

    /// The beneficiary whose face can't be matched, or wasn't shown to be alive, was photographed.
    pub fn exception_photographed(&mut self, taken: ExceptionPhoto) -> Result<(), VisitError> {
        self.consent()?;
        let alive = self.require_alive(taken.liveness.as_ref());
        let Sort::Exception { photo, .. } = &mut self.sort else { return Err(VisitError::NotThisSort) };
        match alive {
            Err(VisitError::NotShownAlive) => return Err(VisitError::NotShownAlive),
            Ok(()) if taken.decision == Some(Decision::Match) => return Err(VisitError::Recognised),
            _ => *photo = Some(taken),
        }
        Ok(())
    }

    /// The officer said why the face can't be matched, or the proxy can't be cleared.
    pub fn explained(&mut self, why: &str) -> Result<(), VisitError> {
        let (Sort::Exception { reason, .. } | Sort::ProxyException { reason, .. }) = &mut self.sort else {
            return Err(VisitError::NotThisSort);
        };
        let why = why.trim();
        if why.is_empty() || why.chars().count() > LONGEST_REASON {
            return Err(VisitError::Reason);
        }
        *reason = Some(why.to_owned());
        Ok(())
    }

    /// A face was taken down for the first time. Where it isn't surely somebody's alive it's taken down all the same, as a
    /// supervisor looks at every first photo.
    pub fn enrolled(&mut self, taken: EnrolmentPhoto) -> Result<(), VisitError> {
        self.consent()?;
        let alive = self.require_alive(taken.liveness.as_ref());
        let Sort::Enrolment { photo, .. } = &mut self.sort else { return Err(VisitError::NotThisSort) };
        if let Err(error @ (VisitError::NotShownAlive | VisitError::LivenessRefused)) = alive {
            return Err(error);
        }
        *photo = Some(taken);
        Ok(())
    }

    /// The person's document was photographed.
    pub fn document_photographed(&mut self, taken: DocumentPhoto) -> Result<(), VisitError> {
        self.document()?.photographed(taken);
        Ok(())
    }

    /// The officer read this number from the document.
    pub fn document_read(&mut self, nik: &Nik) -> Result<(), VisitError> {
        let roster = self.entitled.nik.clone();
        self.document()?.read(nik, &roster)
    }

    /// The person shows no document.
    pub fn without_document(&mut self, reason: NoDocument) -> Result<(), VisitError> {
        self.document()?.none(reason);
        Ok(())
    }

    /// What the record still requires. Nothing: [`Self::finish`] gives a draft.
    pub fn missing(&self) -> Vec<Requirement> {
        let needs = |missing: bool, what: Requirement| missing.then_some(what);
        let consent = needs(self.consent.is_none(), Requirement::Consent);
        let rest = match &self.sort {
            Sort::InPerson { recognition } => vec![needs(recognition.is_none(), Requirement::Face)],
            Sort::Proxy { photo, statement, details, .. } => vec![
                needs(photo.is_none(), Requirement::ProxyPhoto),
                needs(statement.is_none(), Requirement::StatementPhoto),
                needs(details.is_none(), Requirement::ProxyDetails),
            ],
            Sort::Exception { refusal: Some(_), reason, .. } => {
                return needs(reason.is_none(), Requirement::Reason).into_iter().collect();
            }
            Sort::Exception { photo, reason, .. } => {
                vec![needs(photo.is_none(), Requirement::Photo), needs(reason.is_none(), Requirement::Reason)]
            }
            Sort::ProxyException { photo, statement, details, reason, .. } => vec![
                needs(photo.is_none(), Requirement::ProxyPhoto),
                needs(statement.is_none(), Requirement::StatementPhoto),
                needs(details.is_none(), Requirement::ProxyDetails),
                needs(reason.is_none(), Requirement::Reason),
            ],
            Sort::Enrolment { photo, document } => {
                [needs(photo.is_none(), Requirement::Face)].into_iter().chain(document.missing()).collect()
            }
        };
        consent.into_iter().chain(rest.into_iter().flatten()).collect()
    }
}

impl Visit {
    fn document(&mut self) -> Result<&mut DocumentSteps, VisitError> {
        let Sort::Enrolment { document, .. } = &mut self.sort else { return Err(VisitError::NotThisSort) };
        Ok(document)
    }

    /// Whether a face counts as somebody's who stands there, by the policy of today and not by the one it was taken under.
    fn require_alive(&self, shown: Option<&LivenessEvidence>) -> Result<(), VisitError> {
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
}

#[cfg(test)]
mod tests;
