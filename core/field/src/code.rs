//! A supervisor's unlock code, checked before it does anything: whose signature, for which handset, until when.

use saksi_records::jws::{self, typ};
use saksi_records::{CodeAction, OfficerId, UnlockCode};

use crate::error::FieldError;
use crate::handset::Handset;

/// Why a code isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a code of the programme's server.
    #[error("this is no unlock code of the programme")]
    NotACode,
    /// For another handset.
    #[error("this unlock code is for another handset")]
    OtherHandset,
    /// Too old.
    #[error("this unlock code is out of date: ask the supervisor for a new one")]
    Expired,
    /// Used before.
    #[error("this unlock code was used before: ask the supervisor for a new one")]
    Taken,
    /// Made of a secret that the handset no longer has.
    #[error("this unlock code doesn't fit the handset any more: sync, and ask the supervisor for a new one")]
    Outdated,
    /// It admits where it should erase, or the other way round.
    #[error("this unlock code is for something else")]
    OtherAction,
    /// The server gave none for this officer.
    #[error("no unlock code for this officer has come from the server: sync, or ask the supervisor for one")]
    NoneWaiting,
}

/// What a code is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodePurpose {
    /// This officer sets a PIN.
    Admit {
        /// Who.
        officer: OfficerId,
    },
    /// The handset destroys its key slots.
    Erase,
}

impl Handset {
    /// What a code is for, if this handset would take it now. Works while locked.
    pub fn read_code(&self, text: &str) -> Result<CodePurpose, FieldError> {
        Ok(match self.checked_code(text)?.action {
            CodeAction::Admit { officer, .. } => CodePurpose::Admit { officer },
            CodeAction::Erase => CodePurpose::Erase,
        })
    }

    /// The code, if the programme's server signed it for this handset, it hasn't expired by the best of the clocks, and it
    /// wasn't taken before.
    pub(crate) fn checked_code(&self, text: &str) -> Result<UnlockCode, FieldError> {
        let programme = self.programme();
        let code: UnlockCode =
            jws::verify(&programme.server_key, typ::CODE, text.trim()).map_err(|_| CodeError::NotACode)?;
        if code.handset != programme.handset {
            return Err(CodeError::OtherHandset.into());
        }
        if code.expires <= self.time().best() {
            return Err(CodeError::Expired.into());
        }
        if self.vault.has_taken(&*self.platform.keystore, code.code)? {
            return Err(CodeError::Taken.into());
        }
        Ok(code)
    }
}

impl From<CodeError> for FieldError {
    fn from(error: CodeError) -> Self {
        Self::Vault(error.into())
    }
}
