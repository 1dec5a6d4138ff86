//! How each sort of visit begins, and those that are complete at once.

use saksi_records::record::NotServedReason;
use saksi_records::{BeneficiaryId, RoundId};

use crate::day::Summary;
use crate::error::FieldError;
use crate::face_capture::CapturedFace;
use crate::handset::{Handset, Session};
use crate::visit::{Entitled, Setting, Visit, VisitError};

impl Handset {
    /// Starts a visit at which the beneficiary stands there.
    pub fn visit_in_person(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| Ok(Visit::in_person(setting, session.entitled(round, id)?)))
    }

    /// Starts a visit at which a proxy stands there.
    pub fn visit_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| {
            Ok(Visit::by_proxy(setting, session.entitled(round, id)?, self.proxy_check(session)))
        })
    }

    /// Starts a visit at which the beneficiary stands there, and the face can't be matched. It pays where the
    /// programme's policy lets an officer, or a supervisor approved an earlier exception of this round.
    pub fn visit_exceptional(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        let pays = self.policy().exceptions_pay;
        self.begin(round, |setting, session| Ok(Visit::exceptional(setting, session.entitled(round, id)?, pays)))
    }

    /// Starts a visit at which a proxy stands there who can't be cleared. It pays only where a
    /// supervisor approved an earlier one.
    pub fn visit_exceptional_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| {
            Ok(Visit::exceptional_by_proxy(setting, session.entitled(round, id)?, self.proxy_check(session)))
        })
    }

    /// Starts a visit that takes down the face of a beneficiary of whom the roster has none.
    pub fn visit_enrolment(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| Ok(Visit::enrolment(setting, session.known(round, id)?)?))
    }

    /// Writes down that a beneficiary withdraws consent, and forgets the face on this handset.
    pub fn consent_withdrawn(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Summary, FieldError> {
        self.commit(self.begin(round, |setting, session| {
            let known = session.known(round, id)?;
            Ok(Visit::consent_withdrawn(setting, known.beneficiary))
        })?)
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
        self.write_not_served(round, id, reason, Some(capture))
    }

    fn write_not_served(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
        capture: Option<&CapturedFace>,
    ) -> Result<Summary, FieldError> {
        let liveness = capture.map(|capture| capture.liveness().clone());
        self.commit(self.begin(round, |setting, session| {
            let entitled = session.entitled(round, id)?;
            Ok(Visit::not_served(setting, entitled.beneficiary, reason, liveness)?)
        })?)
    }

    /// What every visit begins with: that there is room for it, and where, when and by whom it is.
    pub(crate) fn begin<T>(
        &self,
        round: &RoundId,
        start: impl FnOnce(Setting, &Session) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        self.require_room()?;
        let (place, liveness) = (self.platform.location.last_fix(), self.policy().liveness);
        self.with_session(|session| {
            start(Setting { round: round.clone(), officer: session.officer.clone(), place, liveness }, session)
        })
    }
}

impl Session {
    /// Somebody who is to be paid, and isn't yet.
    fn entitled(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Entitled, FieldError> {
        match self.roster.paid(round, id) {
            Some(mark) => Err(VisitError::AlreadyPaid(mark.clone()).into()),
            None => self.known(round, id),
        }
    }

    /// Somebody on the roster of a round, paid or not.
    fn known(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Entitled, FieldError> {
        let amount = self.roster.entitlement(round, id)?;
        let beneficiary = self.roster.beneficiary(id)?;
        Ok(Entitled {
            beneficiary: id.clone(),
            nik: beneficiary.nik.clone(),
            template: self.roster.template(id)?,
            amount,
            approval: self.roster.approval(round, id).cloned(),
        })
    }
}
