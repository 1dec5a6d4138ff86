//! Who works with a handset: how each officer stands, how one is let in, and how all are shut out.

use jiff::Timestamp;
use saksi_records::audit::{By, Event};
use saksi_records::wire::AssignedOfficer;
use saksi_records::{CodeAction, CodeId, OfficerId};

use crate::disk::mutex::lock;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::keys::code::{CodeError, WaitingCode};
use crate::keys::vault::{Admission, VaultError};

/// For what a code that waits is wrapped.
const WAITING: &str = "saksi waiting code";

/// An officer of this handset, as a list shows them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Officer {
    /// Who.
    pub id: OfficerId,
    /// What people call them, as the server last said; may be empty.
    pub name: String,
    /// Whether there is a PIN to be tried.
    pub state: OfficerState,
    /// How many more PINs may be wrong before the officer is locked out.
    pub attempts_left: u32,
    /// A code for this officer came from the server: a new PIN can be set.
    pub code_waiting: bool,
}

/// Whether an officer can unlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficerState {
    /// With the PIN.
    Ready,
    /// Too many PINs were wrong: a supervisor's code is needed.
    LockedOut,
    /// Known to the office, but never admitted here: a supervisor's code is needed.
    NotAdmitted,
}

impl Handset {
    /// Those who have a key slot here, and those whom the office has assigned besides. Works while locked.
    pub fn officers(&self) -> Result<Vec<Officer>, FieldError> {
        let assigned = self.programme().status.officers;
        let standings = self.vault.slot_states(&*self.platform.keystore)?;
        let waiting = self.waiting_officers();
        let name = |id: &OfficerId| assigned.iter().find(|it| it.id == *id).map(|it| it.name.clone());
        let officer = |id: &OfficerId, state, attempts_left| Officer {
            id: id.clone(),
            name: name(id).unwrap_or_default(),
            state,
            attempts_left,
            code_waiting: waiting.contains(id),
        };
        let here = standings.iter().map(|it| match it.attempts_left {
            0 => officer(&it.officer, OfficerState::LockedOut, 0),
            left => officer(&it.officer, OfficerState::Ready, left),
        });
        let others = assigned.iter().filter(|it| standings.iter().all(|here| here.officer != it.id));
        Ok(here.chain(others.map(|it| officer(&it.id, OfficerState::NotAdmitted, 0))).collect())
    }

    /// Takes a supervisor's code, and gives its officer, known or new, a key slot with this PIN. Works while locked and
    /// without a connection. A PIN that is too short leaves the code as good as before.
    pub fn admit(&self, code: &str, pin: &str) -> Result<OfficerId, FieldError> {
        let code = self.checked_code(code)?;
        let CodeAction::Admit { officer, recovery, secret } = &code.action else {
            return Err(CodeError::OtherAction.into());
        };
        let office = self.programme().status.programme_key;
        let admission = Admission { code: code.code, officer, recovery: *recovery, secret };
        self.vault.admit(&*self.platform.keystore, &office, admission, pin)?;
        self.log_anyway(Event::Admitted { officer: officer.clone(), code: code.code });
        Ok(officer.clone())
    }

    /// The same with a code that came from the server at the last sync since the app's start.
    pub fn admit_waiting(&self, officer: &OfficerId, pin: &str) -> Result<(), FieldError> {
        let (taken, now) = (self.taken_codes()?, self.rule_time().latest());
        let wrapped = lock(&self.codes)
            .iter()
            .find(|code| code.officer == *officer && is_waiting(code, &taken, now))
            .map(|code| code.wrapped.clone());
        let code = self.platform.keystore.unwrap(WAITING, &wrapped.ok_or(CodeError::NoneWaiting)?)?;
        let code = std::str::from_utf8(&code).map_err(|_| CodeError::NotACode)?;
        self.admit(code, pin).map(drop)
    }

    /// Sets another PIN for an officer who knows the one before. Works while locked, and counts as an attempt to unlock;
    /// a new PIN that is too short counts as none.
    pub fn change_pin(&self, officer: &OfficerId, old: &str, new: &str) -> Result<(), FieldError> {
        self.require_active()?;
        self.with_attempt(officer, |clock| {
            self.vault.change_pin(&*self.platform.keystore, clock, officer, (old, new))
        })?;
        self.log_anyway(Event::PinChanged { officer: officer.clone() });
        Ok(())
    }

    /// Takes a supervisor's code, and destroys all key slots: nothing here can ever be read again, and what is sealed can
    /// still be sent. Works while locked and without a connection.
    pub fn erase(&self, code: &str) -> Result<(), FieldError> {
        if self.checked_code(code)?.action != CodeAction::Erase {
            return Err(CodeError::OtherAction.into());
        }
        self.close(&mut *self.session()?);
        if self.vault.erase()? {
            self.log_anyway(Event::Erased { by: By::Code });
        }
        Ok(())
    }

    /// How many wrong PINs in a row are left before this officer is locked out. Works while locked.
    pub fn pin_attempts_left(&self, officer: &OfficerId) -> Result<u32, FieldError> {
        Ok(self.vault.attempts_left(&*self.platform.keystore, officer)?)
    }

    /// Destroys the slots of those whom the server no longer lists. A server that lists nobody says nothing.
    pub(crate) fn remove_unlisted(&self, listed: &[AssignedOfficer]) -> Result<(), VaultError> {
        if listed.is_empty() {
            return Ok(());
        }
        let listed: Vec<OfficerId> = listed.iter().map(|officer| officer.id.clone()).collect();
        for officer in self.vault.keep_only(&*self.platform.keystore, &listed)? {
            if let Ok(mut session) = self.session()
                && session.as_ref().is_some_and(|session| session.officer == officer)
            {
                self.close(&mut session);
            }
            self.log_anyway(Event::Removed { officer });
        }
        Ok(())
    }

    /// Wraps a code that came from the server, if it admits an officer here.
    pub(crate) fn waiting_code(&self, code: &str) -> Option<WaitingCode> {
        let checked = self.checked_code(code).ok()?;
        let CodeAction::Admit { officer, .. } = checked.action else { return None };
        match self.platform.keystore.wrap(WAITING, code.as_bytes()) {
            Ok(wrapped) => Some(WaitingCode { officer, id: checked.code, expires: checked.expires, wrapped }),
            Err(error) => {
                tracing::warn!(%error, "a code from the server can't be kept; it comes again with the next sync");
                None
            }
        }
    }

    fn waiting_officers(&self) -> Vec<OfficerId> {
        let (taken, now) = (self.taken_codes().unwrap_or_default(), self.rule_time().latest());
        let codes = lock(&self.codes);
        codes.iter().filter(|code| is_waiting(code, &taken, now)).map(|code| code.officer.clone()).collect()
    }

    fn taken_codes(&self) -> Result<Vec<CodeId>, VaultError> {
        self.vault.taken(&*self.platform.keystore)
    }
}

/// Whether a code can still be taken.
fn is_waiting(code: &WaitingCode, taken: &[CodeId], now: Timestamp) -> bool {
    code.expires > now && !taken.contains(&code.id)
}
