//! One handset, as an app holds it.

use std::path::Path;
use std::sync::Arc;

use saksi_field::{
    Card, CashState, FieldError, Interrupted, OutboxCounts, Progress, Roster, RosterError, Space, Summary, VisitId,
};
use saksi_records::record::{Consent, NotServedReason};
use saksi_records::wire::Policy;
use saksi_records::{BeneficiaryId, OfficerId, Round, RoundId, Rupiah};

use crate::capture::{CapturedFace, FaceCapture, StatementCapture};
use crate::engine::FaceEngine;
use crate::error::SaksiError;
use crate::platform::Platform;
use crate::types::{Coordinates, HandsetInfo, ListedBeneficiary, Stop};
use crate::visit::{Recognition, Visit};

/// One handset: provisioned once, unlocked in the morning, and then visit after visit.
///
/// All methods may be called from any thread. Only one object may hold a folder; close it, and its visits, to let go.
#[derive(uniffi::Object)]
pub struct Handset(pub(crate) Arc<saksi_field::Handset>);

#[uniffi::export]
impl Handset {
    /// Registers a new handset with the text of a supervisor's ticket, and sets the first officer's PIN. Needs a
    /// connection; may be repeated with the same ticket, officer and PIN where the answer got lost. The handset is locked.
    ///
    /// In the folder of a handset whose keys were lost or destroyed it makes a new one, which sends what the old one had
    /// sealed.
    #[uniffi::constructor]
    pub fn provision(
        folder: &str,
        platform: Platform,
        engine: &FaceEngine,
        ticket: &str,
        label: &str,
        officer: &OfficerId,
        pin: &str,
    ) -> Result<Self, SaksiError> {
        let ticket = ticket.parse().map_err(SaksiError::invalid)?;
        let handset = saksi_field::Handset::provision(
            Path::new(folder),
            platform.into(),
            Arc::clone(&engine.engine),
            &ticket,
            label,
            officer,
            pin,
        )?;
        Ok(Self(Arc::new(handset.with_models(Arc::clone(&engine.models)))))
    }

    /// Makes a new handset that belongs to no programme, to practise with: no server hears of it, and nobody can ever open its
    /// records. Its roster comes from a file, by `importRoster`. It is locked.
    #[uniffi::constructor]
    pub fn practise(
        folder: &str,
        platform: Platform,
        engine: &FaceEngine,
        officer: &OfficerId,
        pin: &str,
    ) -> Result<Self, SaksiError> {
        let engine_of = Arc::clone(&engine.engine);
        let handset = saksi_field::Handset::practise(Path::new(folder), platform.into(), engine_of, officer, pin)?;
        Ok(Self(Arc::new(handset.with_models(Arc::clone(&engine.models)))))
    }

    /// Opens a provisioned handset. It is locked.
    #[uniffi::constructor]
    pub fn open(folder: &str, platform: Platform, engine: &FaceEngine) -> Result<Self, SaksiError> {
        let handset = saksi_field::Handset::open(Path::new(folder), platform.into(), Arc::clone(&engine.engine))?;
        Ok(Self(Arc::new(handset.with_models(Arc::clone(&engine.models)))))
    }

    /// Unlocks with the officer's PIN, ends what a crash left half done, and reads the roster. Takes a second.
    pub fn unlock(&self, officer: OfficerId, pin: &str) -> Result<(), SaksiError> {
        Ok(self.0.unlock(officer, pin)?)
    }

    /// Forgets all that the PIN opened.
    pub fn lock(&self) {
        self.0.lock();
    }

    /// Whether `unlock` is needed.
    pub fn is_locked(&self) -> bool {
        self.0.is_locked()
    }

    /// This handset and its programme, as last heard.
    pub fn info(&self) -> HandsetInfo {
        HandsetInfo::new(self.0.programme(), self.0.missing_models())
    }

    /// What the programme wants, with the consent texts to read out.
    pub fn policy(&self) -> Policy {
        self.0.policy()
    }

    /// Imports a roster file (CSV) for a round: all of it, or nothing. Returns how many beneficiaries it has.
    pub fn import_roster(&self, round: Round, file: &[u8]) -> Result<u64, SaksiError> {
        Ok(self.0.import_roster(round, file)? as u64)
    }

    /// The rounds on this handset.
    pub fn rounds(&self) -> Result<Vec<Round>, SaksiError> {
        Ok(self.0.with_roster(|roster| roster.rounds().cloned().collect())?)
    }

    /// How far a round has come on this handset.
    pub fn progress(&self, round: &RoundId) -> Result<Progress, SaksiError> {
        Ok(self.0.progress(round)?)
    }

    /// Those of a round who are still to be visited, or weren't at home, in walking order: from a place, or the last fix, or
    /// the first house.
    pub fn route(&self, round: &RoundId, from: Option<Coordinates>) -> Result<Vec<Stop>, SaksiError> {
        let from = from.map(saksi_records::Coordinates::try_from).transpose()?;
        Ok(self.0.route(round, from)?.into_iter().map(Stop::from).collect())
    }

    /// All that this handset knows of one beneficiary: what is due in each round, what was written down, what to look out for.
    pub fn card(&self, id: &BeneficiaryId) -> Result<Card, SaksiError> {
        Ok(self.0.card(id)?)
    }

    /// One beneficiary.
    pub fn beneficiary(&self, round: &RoundId, id: &BeneficiaryId) -> Result<ListedBeneficiary, SaksiError> {
        self.read(|roster| ListedBeneficiary::read(roster, round, id))
    }

    /// Beneficiaries in whose number, name or address all the words are, in any spelling and with a letter or two wrong,
    /// the nearest first; all of them without words.
    pub fn find(&self, round: &RoundId, words: &str) -> Result<Vec<ListedBeneficiary>, SaksiError> {
        self.read(|roster| {
            roster.find(words).into_iter().map(|found| ListedBeneficiary::read(roster, round, &found.id)).collect()
        })
    }

    /// Begins to take a face with the camera, as the programme's policy asks. It's counted until a record comes of it, so
    /// that trying until it passes shows.
    pub fn face_capture(&self, consent: &Consent) -> Result<FaceCapture, SaksiError> {
        Ok(FaceCapture(self.0.face_capture(consent)?.feed()))
    }

    /// Begins to take a statement letter with the camera.
    pub fn statement_capture(&self) -> Result<StatementCapture, SaksiError> {
        Ok(StatementCapture(self.0.statement_capture()?.feed()))
    }

    /// Searches a captured face among all on the roster (1:N).
    pub fn identify_captured(&self, consent: &Consent, face: &CapturedFace) -> Result<Recognition, SaksiError> {
        Ok(Recognition(self.0.identify(consent, &face.0)?))
    }

    /// Compares a captured face with one beneficiary (1:1).
    pub fn verify_captured(
        &self,
        consent: &Consent,
        id: &BeneficiaryId,
        face: &CapturedFace,
    ) -> Result<Recognition, SaksiError> {
        Ok(Recognition(self.0.verify(consent, id, &face.0)?))
    }

    /// Searches the face of a single picture among all on the roster (1:N). Where the programme requires somebody alive, no
    /// visit takes it.
    pub fn identify(&self, consent: &Consent, picture: &[u8]) -> Result<Recognition, SaksiError> {
        Ok(Recognition(self.0.identify(consent, picture)?))
    }

    /// Compares the face of a single picture with one beneficiary (1:1), likewise.
    pub fn verify(&self, consent: &Consent, id: &BeneficiaryId, picture: &[u8]) -> Result<Recognition, SaksiError> {
        Ok(Recognition(self.0.verify(consent, id, picture)?))
    }

    /// Starts a visit at which the beneficiary stands there.
    pub fn visit_in_person(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, SaksiError> {
        Ok(Visit::new(&self.0, self.0.visit_in_person(round, id)?))
    }

    /// Starts a visit at which a proxy stands there.
    pub fn visit_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, SaksiError> {
        Ok(Visit::new(&self.0, self.0.visit_by_proxy(round, id)?))
    }

    /// Starts a visit at which the beneficiary stands there, and the face can't be matched. Whether it pays,
    /// `Policy.exceptionsPay` says, or a supervisor's approval of an earlier one (`ListedBeneficiary.exceptionApproved`).
    pub fn visit_exceptional(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, SaksiError> {
        Ok(Visit::new(&self.0, self.0.visit_exceptional(round, id)?))
    }

    /// Starts a visit at which a proxy stands there who can't be cleared, for example too ill to be shown to be alive. It
    /// needs all that a proxy's visit needs and a reason, and pays only where a supervisor approved an earlier one.
    pub fn visit_exceptional_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, SaksiError> {
        Ok(Visit::new(&self.0, self.0.visit_exceptional_by_proxy(round, id)?))
    }

    /// Starts a visit that takes down the face of a beneficiary of whom the roster has none. It pays nothing.
    pub fn visit_enrolment(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, SaksiError> {
        Ok(Visit::new(&self.0, self.0.visit_enrolment(round, id)?))
    }

    /// The visits that this officer was in when a crash, a call or an empty battery cut them short, and that can be resumed:
    /// for half an hour from their beginning. The latest first.
    pub fn interrupted(&self) -> Result<Vec<Interrupted>, SaksiError> {
        Ok(self.0.interrupted()?)
    }

    /// Goes on with one. `missing` says what has to be taken (again): each step has to hold by today's policy. Nothing where
    /// there is no such visit any more. An error where such a visit may not begin any more, as when it was paid elsewhere.
    pub fn resume(&self, visit: VisitId) -> Result<Option<Arc<Visit>>, SaksiError> {
        let resumed = self.0.resume(visit)?;
        Ok(resumed.map(|visit| Arc::new(Visit::new(&self.0, visit))))
    }

    /// Removes what was taken at one. Returns whether there was one.
    pub fn discard_interrupted(&self, visit: VisitId) -> Result<bool, SaksiError> {
        Ok(self.0.discard_interrupted(visit)?)
    }

    /// What a visit led to, if it was written down on this handset and is still remembered: for whoever had `OutcomeUnknown`.
    pub fn written(&self, visit: VisitId) -> Result<Option<Summary>, SaksiError> {
        Ok(self.0.written(visit)?)
    }

    /// Writes down that a beneficiary withdraws consent, and forgets the face on this handset.
    pub fn consent_withdrawn(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Summary, SaksiError> {
        Ok(self.0.consent_withdrawn(round, id)?)
    }

    /// Writes down that nobody could be paid.
    pub fn not_served(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
    ) -> Result<Summary, SaksiError> {
        Ok(self.0.not_served(round, id, reason)?)
    }

    /// Writes down that nobody could be paid, after a capture that came to nothing, with what it saw.
    pub fn not_served_after(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
        face: &CapturedFace,
    ) -> Result<Summary, SaksiError> {
        Ok(self.0.not_served_after(round, id, reason, &face.0)?)
    }

    /// The account of the officer who is at work, since it was last closed.
    pub fn cash(&self, round: &RoundId) -> Result<CashState, SaksiError> {
        Ok(self.0.cash(round)?)
    }

    /// Writes down that the officer received cash.
    pub fn cash_received(&self, round: &RoundId, amount: Rupiah) -> Result<Summary, SaksiError> {
        Ok(self.0.cash_received(round, amount)?)
    }

    /// Writes down that the officer gave cash back.
    pub fn cash_returned(&self, round: &RoundId, amount: Rupiah) -> Result<Summary, SaksiError> {
        Ok(self.0.cash_returned(round, amount)?)
    }

    /// Closes the officer's account. One that doesn't balance requires a reason.
    pub fn cash_closed(&self, round: &RoundId, reason: Option<String>) -> Result<Summary, SaksiError> {
        Ok(self.0.cash_closed(round, Some(&reason.unwrap_or_default()))?)
    }

    /// What was written down on this handset, in order.
    pub fn day(&self) -> Result<Vec<Summary>, SaksiError> {
        Ok(self.0.day()?)
    }

    /// How much of the disk the handset takes, and how much of that is needed.
    pub fn space(&self) -> Result<Space, SaksiError> {
        Ok(self.0.space()?)
    }

    /// Gives back room on the disk where there is much to be had, and tells whether there was. For when the handset is
    /// idle: it takes a moment, in which nothing else can be done.
    pub fn tidy(&self) -> Result<bool, SaksiError> {
        Ok(self.0.tidy()?)
    }

    /// How many records wait, are sent, and are in quarantine. Works while locked.
    pub fn outbox_counts(&self) -> Result<OutboxCounts, SaksiError> {
        Ok(self.0.outbox_counts()?)
    }
}

impl Handset {
    fn read<T>(&self, read: impl FnOnce(&Roster) -> Result<T, RosterError>) -> Result<T, SaksiError> {
        Ok(self.0.with_roster(read)?.map_err(FieldError::from)?)
    }
}
