//! How each sort of visit begins, and what is complete at once.

use saksi_face::LivenessEvidence;
use saksi_records::record::{Circumstances, ConsentWithdrawn, Fix, NotServed, NotServedReason};
use saksi_records::wire::Policy;
use saksi_records::{BeneficiaryId, Record, RoundId};

use super::{Handset, Session};
use crate::capture::CapturedFace;
use crate::day::receipt::Summary;
use crate::day::used_pages::UsedPage;
use crate::error::FieldError;
use crate::visit::compare::Thresholds;
use crate::visit::paid_faces::PaidFaces;
use crate::visit::{Begun, Draft, SOFTWARE, Today, Visit, VisitError, VisitSort, is_reason};

/// A position that is older than this, in seconds, says nothing of where a visit is.
const STALE_S: u32 = 10 * 60;

impl Handset {
    /// Starts a visit at which the beneficiary stands there.
    pub fn visit_in_person(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.visit(VisitSort::InPerson, round, id)
    }

    /// Starts a visit at which a proxy stands there.
    pub fn visit_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.visit(VisitSort::Proxy, round, id)
    }

    /// Starts a visit at which the beneficiary stands there, and the face can't be matched, or mayn't be photographed. It
    /// pays where the programme's policy lets an officer, or a supervisor approved an earlier exception of this round.
    pub fn visit_exceptional(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.visit(VisitSort::Exception, round, id)
    }

    /// Starts a visit at which a proxy stands there who can't be cleared, for example too ill to be shown to be alive. It
    /// pays only where a supervisor approved an earlier one of the same proxy.
    pub fn visit_exceptional_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.visit(VisitSort::ProxyException, round, id)
    }

    /// Starts a visit that takes down the face of a beneficiary of whom the roster has none, for a supervisor to look at,
    /// with the document that shows whose face it is. Nothing is paid by it.
    pub fn visit_enrolment(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.visit(VisitSort::Enrolment, round, id)
    }

    /// Starts a visit of any sort.
    pub fn visit(&self, sort: VisitSort, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.require_room()?;
        let (place, at, policy) = (self.place(), self.rule_time(), self.policy());
        self.with_session(|session| {
            let today = self.today(session, &policy, round, id)?;
            Ok(Visit::begin(sort, Begun { session: session.id, at }, place, today)?)
        })
    }

    /// Writes down that a beneficiary withdraws consent, and forgets the face on this handset.
    pub fn consent_withdrawn(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Summary, FieldError> {
        self.write_at_once(|session, place| {
            session.roster.entitlement(round, id)?;
            let visit = session.circumstances(round, id, place);
            Ok(Draft::of(Record::ConsentWithdrawn(ConsentWithdrawn { visit })))
        })
    }

    /// Writes down that nobody could be paid.
    pub fn not_served(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
    ) -> Result<Summary, FieldError> {
        self.write_not_served(round, id, reason, None)
    }

    /// Writes down that nobody could be paid, after a capture that came to nothing; [`NotServedReason::CaptureGivenUp`]
    /// is a reason only here.
    pub fn not_served_after(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
        capture: &CapturedFace,
    ) -> Result<Summary, FieldError> {
        self.write_not_served(round, id, reason, Some(capture.liveness().clone()))
    }

    /// What is known of a beneficiary in a round: by it a visit's steps are judged, and again its record.
    pub(super) fn today(
        &self,
        session: &Session,
        policy: &Policy,
        round: &RoundId,
        id: &BeneficiaryId,
    ) -> Result<Today, FieldError> {
        let roster = &session.roster;
        let (amount, beneficiary) = (roster.entitlement(round, id)?, roster.beneficiary(id)?);
        let thresholds = Thresholds::of(policy);
        let among = |faces| thresholds.among(&self.engine, faces);
        Ok(Today {
            round: round.clone(),
            beneficiary: id.clone(),
            nik: beneficiary.nik.clone(),
            template: roster.template(id)?,
            amount,
            paid: roster.paid(round, id).cloned(),
            approval: roster.approval(round, id).cloned(),
            officer: session.officer.clone(),
            liveness: policy.liveness,
            consent_version: policy.consent_version.clone(),
            exceptions_pay: policy.exceptions_pay,
            used_pages: UsedPage::all(&session.store)?,
            proxies: self.proxy_check(session),
            paid_faces: PaidFaces::of(&session.store, round, self.engine.model(), among)?,
        })
    }

    /// Where the handset is, by a fix that is fresh.
    pub(crate) fn place(&self) -> Option<Fix> {
        self.platform.location.last_fix().filter(|fix| fix.age_s.is_none_or(|age| age <= STALE_S))
    }

    fn write_not_served(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
        liveness: Option<LivenessEvidence>,
    ) -> Result<Summary, FieldError> {
        is_reason(reason, liveness.as_ref())?;
        self.write_at_once(|session, place| {
            session.roster.entitlement(round, id)?;
            if let Some(mark) = session.roster.paid(round, id) {
                return Err(VisitError::AlreadyPaid(mark.clone()).into());
            }
            let visit = session.circumstances(round, id, place);
            Ok(Draft::of(Record::NotServed(NotServed { visit, reason, liveness })))
        })
    }
}

impl Session {
    fn circumstances(&self, round: &RoundId, id: &BeneficiaryId, place: Option<Fix>) -> Circumstances {
        let (round, beneficiary, officer) = (round.clone(), id.clone(), self.officer.clone());
        Circumstances { beneficiary, round, officer, place, software: SOFTWARE.to_owned() }
    }
}
