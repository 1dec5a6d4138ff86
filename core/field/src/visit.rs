//! One attempt to deliver, from the door to the record: a list of steps that knows what is still missing.
//!
//! It does nothing itself: the handset tells it what happened, and writes down the [`Draft`] it ends in. A record's types
//! leave no way to write down less than its kind requires, and [`Visit::missing`] says what that is.

pub(crate) mod compare;
mod draft;
pub(crate) mod first_photo;
pub(crate) mod interrupted;
pub(crate) mod officer_face;
pub(crate) mod paid_faces;
pub(crate) mod proxy_limit;
mod refusal;
mod rules;
mod saved;
mod steps;
mod taken;

use std::fmt;
use std::mem::discriminant;
use std::str::FromStr;

use saksi_records::document::NoDocument;
use saksi_records::keys::random_bytes;
use saksi_records::record::{Circumstances, Consent, Fix, Refusal};
use saksi_records::{BeneficiaryId, Nik, OfficerId, RoundId, Rupiah};
use serde::{Deserialize, Serialize};

pub use self::draft::Draft;
pub use self::refusal::{LONGEST_NAME, LONGEST_REASON, Requirement, VisitError};
pub(crate) use self::rules::is_reason;
pub use self::rules::{RESUMABLE, Today};
pub(crate) use self::saved::SavedVisit;
pub use self::steps::{Step, VisitSort};
pub use self::taken::{EnrolmentPhoto, ExceptionPhoto, ProxyDetails, ProxyPhoto, Recognition};
use crate::capture::{DocumentPhoto, StatementPhoto};
use crate::disk::rule_clock::RuleTime;

/// The software that decides.
pub(crate) const SOFTWARE: &str = concat!("saksi ", env!("CARGO_PKG_VERSION"));

/// Tells one visit from others to the same person, also after it was cut short and resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct VisitId(u64);

impl fmt::Display for VisitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for VisitId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 16 && text.bytes().all(|it| it.is_ascii_hexdigit());
        let id = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        id.map(Self).ok_or("not the id of a visit: 16 hexadecimal digits")
    }
}

impl From<VisitId> for String {
    fn from(id: VisitId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for VisitId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Tells one time that the handset was unlocked from others. Locking ends all visits of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionId(u64);

impl SessionId {
    pub(crate) fn new() -> Self {
        Self(u64::from_be_bytes(random_bytes()))
    }
}

/// A visit to one beneficiary for one round.
#[derive(Debug)]
pub struct Visit {
    id: VisitId,
    sort: VisitSort,
    place: Option<Fix>,
    begun: Begun,
    today: Today,
    /// In the order in which they were first taken; one of each sort.
    steps: Vec<Step>,
}

/// In which session, and when, a visit began.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) session: SessionId,
    pub(crate) at: RuleTime,
}

impl Visit {
    /// Begins one, if it may begin.
    pub(crate) fn begin(sort: VisitSort, begun: Begun, place: Option<Fix>, today: Today) -> Result<Self, VisitError> {
        today.admits(sort)?;
        let id = VisitId(u64::from_be_bytes(random_bytes()));
        Ok(Self { id, sort, place, begun, today, steps: Vec::new() })
    }

    /// Which visit it is.
    pub fn id(&self) -> VisitId {
        self.id
    }

    /// What sort of visit.
    pub fn sort(&self) -> VisitSort {
        self.sort
    }

    /// For whom.
    pub fn beneficiary(&self) -> &BeneficiaryId {
        &self.today.beneficiary
    }

    /// For which round.
    pub fn round(&self) -> &RoundId {
        &self.today.round
    }

    /// By whom.
    pub fn officer(&self) -> &OfficerId {
        &self.today.officer
    }

    /// How much is to be paid.
    pub fn amount(&self) -> Rupiah {
        self.today.amount
    }

    /// Takes a step. On an error the visit is as it was.
    pub fn take(&mut self, step: impl Into<Step>) -> Result<(), VisitError> {
        let step = step.into();
        self.today.judge(self.sort, self.consent().ok(), &step)?;
        self.steps.retain(|before| !step.contradicts(before));
        // In the place of the one before it: consent that is given again still comes before the photo.
        match self.steps.iter_mut().find(|before| discriminant(*before) == discriminant(&step)) {
            Some(before) => *before = step,
            None => self.steps.push(step),
        }
        Ok(())
    }

    /// What was agreed to: without it, no face may be photographed.
    pub fn consent(&self) -> Result<&Consent, VisitError> {
        self.find(|step| if let Step::Consented { consent } = step { Some(consent) } else { None })
            .ok_or(VisitError::ConsentFirst)
    }

    /// What the record still requires. Nothing: it can be committed.
    pub fn missing(&self) -> Vec<Requirement> {
        let needs = |missing: bool, what: Requirement| missing.then_some(what);
        let proxy = || {
            [
                needs(self.proxy_photo().is_none(), Requirement::ProxyPhoto),
                needs(self.statement().is_none(), Requirement::StatementPhoto),
                needs(self.proxy_details().is_none(), Requirement::ProxyDetails),
            ]
        };
        let reason = || needs(self.reason().is_none(), Requirement::Reason);
        if self.refusal().is_some() {
            return reason().into_iter().collect();
        }
        let rest = match self.sort {
            VisitSort::InPerson => vec![needs(self.recognition().is_none(), Requirement::Face)],
            VisitSort::Proxy => proxy().to_vec(),
            VisitSort::ProxyException => [proxy().as_slice(), &[reason()]].concat(),
            VisitSort::Exception => vec![needs(self.exception_photo().is_none(), Requirement::Photo), reason()],
            VisitSort::Enrolment => {
                let shown = self.without_document().is_none();
                vec![
                    needs(self.first_photo().is_none(), Requirement::Face),
                    needs(shown && self.document_photo().is_none(), Requirement::DocumentPhoto),
                    needs(shown && self.document_nik().is_none(), Requirement::DocumentNik),
                ]
            }
        };
        let consent = needs(self.consent().is_err(), Requirement::Consent);
        consent.into_iter().chain(rest.into_iter().flatten()).collect()
    }

    /// The same visit, judged anew by what is known now: whose steps all still hold.
    pub(crate) fn judged_by(&self, today: Today) -> Result<Self, VisitError> {
        if today.officer != self.today.officer {
            return Err(VisitError::OtherOfficer);
        }
        if today.amount != self.today.amount {
            return Err(VisitError::OtherAmount { told: self.today.amount, now: today.amount });
        }
        let mut again = Self { id: self.id, ..Self::begin(self.sort, self.begun.clone(), self.place.clone(), today)? };
        for step in &self.steps {
            again.take(step.clone())?;
        }
        Ok(again)
    }

    /// In which session, and when, it began.
    pub(crate) fn begun(&self) -> &Begun {
        &self.begun
    }

    fn circumstances(&self) -> Circumstances {
        let Today { beneficiary, round, officer, .. } = self.today.clone();
        Circumstances { beneficiary, round, officer, place: self.place.clone(), software: SOFTWARE.to_owned() }
    }
}

/// What was taken so far, by step.
impl Visit {
    fn find<'a, T>(&'a self, of: impl Fn(&'a Step) -> Option<T>) -> Option<T> {
        self.steps.iter().find_map(of)
    }

    fn refusal(&self) -> Option<&Refusal> {
        self.find(|step| if let Step::Refused { said } = step { Some(said) } else { None })
    }

    fn recognition(&self) -> Option<&Recognition> {
        self.find(|step| if let Step::Recognised(it) = step { Some(it) } else { None })
    }

    fn proxy_photo(&self) -> Option<&ProxyPhoto> {
        self.find(|step| if let Step::ProxyPhotographed(it) = step { Some(it) } else { None })
    }

    fn statement(&self) -> Option<&StatementPhoto> {
        self.find(|step| if let Step::StatementPhotographed(it) = step { Some(it) } else { None })
    }

    fn proxy_details(&self) -> Option<&ProxyDetails> {
        self.find(|step| if let Step::ProxyNamed(it) = step { Some(it) } else { None })
    }

    fn exception_photo(&self) -> Option<&ExceptionPhoto> {
        self.find(|step| if let Step::ExceptionPhotographed(it) = step { Some(it) } else { None })
    }

    fn reason(&self) -> Option<&str> {
        self.find(|step| if let Step::Explained { why } = step { Some(why.trim()) } else { None })
    }

    fn first_photo(&self) -> Option<&EnrolmentPhoto> {
        self.find(|step| if let Step::Enrolled(it) = step { Some(it) } else { None })
    }

    fn document_photo(&self) -> Option<&DocumentPhoto> {
        self.find(|step| if let Step::DocumentPhotographed(it) = step { Some(it) } else { None })
    }

    fn document_nik(&self) -> Option<&Nik> {
        self.find(|step| if let Step::DocumentRead { nik } = step { Some(nik) } else { None })
    }

    fn without_document(&self) -> Option<NoDocument> {
        self.find(|step| if let Step::WithoutDocument { reason } = step { Some(*reason) } else { None })
    }
}

#[cfg(test)]
mod tests;
