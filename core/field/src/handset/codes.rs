//! A supervisor's unlock code, checked before it does anything: whose signature, for which handset, until when.

use crate::error::FieldError;
use crate::handset::Handset;
use crate::keys::code::{CodeError, CodePurpose};
use saksi_records::jws::{self, typ};
use saksi_records::{CodeAction, UnlockCode};

impl Handset {
    /// What a code is for, if this handset would take it now. Works while locked.
    pub fn read_code(&self, text: &str) -> Result<CodePurpose, FieldError> {
        Ok(match self.checked_code(text)?.action {
            CodeAction::Admit { officer, .. } => CodePurpose::Admit { officer },
            CodeAction::Erase => CodePurpose::Erase,
        })
    }

    /// The code, if the programme's server signed it for this handset, it hasn't expired by any of the clocks, and it
    /// wasn't taken before.
    pub(crate) fn checked_code(&self, text: &str) -> Result<UnlockCode, FieldError> {
        let programme = self.programme();
        let code: UnlockCode =
            jws::verify(&programme.server_key, typ::CODE, text.trim()).map_err(|_| CodeError::NotACode)?;
        if code.handset != programme.handset {
            return Err(CodeError::OtherHandset.into());
        }
        if code.expires <= self.rule_time().latest() {
            return Err(CodeError::Expired.into());
        }
        if self.vault.has_taken(&*self.platform.keystore, code.code)? {
            return Err(CodeError::Taken.into());
        }
        Ok(code)
    }
}
