//! How a supervisor lets an officer in again: a handset's recovery secret, sealed to the programme, and the codes made of it.
//!
//! A handset locks its root key under a random secret, beside the officers' PINs, and deposits that secret with the
//! programme: HPKE under `info` "saksi recovery 1", with the secret's id as associated data. The office opens a deposit to
//! make an [`UnlockCode`]: a JWS ([`crate::jws::typ::CODE`]) of the server's key, which works without a connection. The
//! secret alone opens nothing: what it locks lies in the handset, wrapped by its keystore.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::{CodeId, HandsetId, KeyId, OfficerId, RecoveryId, base64_bytes};
use crate::keys::{KeyError, ProgrammeKey, ProgrammePublicKey, random_bytes};

const HPKE_INFO: &[u8] = b"saksi recovery 1";

/// 256 random bits that open a handset's recovery slot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct RecoverySecret(#[serde(with = "base64_bytes")] [u8; 32]);

impl RecoverySecret {
    /// A new one.
    pub fn generate() -> Self {
        Self(random_bytes())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for RecoverySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySecret")
    }
}

/// A recovery secret as it lies with the server: only the programme's key opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposit {
    /// Which secret.
    pub id: RecoveryId,
    /// The programme key it is sealed to.
    pub programme_key: KeyId,
    /// The encapsulated HPKE key.
    #[serde(with = "base64_bytes")]
    pub encapped: [u8; 32],
    /// The ciphertext: 48 bytes.
    #[serde(with = "base64_bytes")]
    pub sealed: Vec<u8>,
}

impl Deposit {
    /// Seals a secret to the programme.
    pub fn seal(id: RecoveryId, secret: &RecoverySecret, programme: &ProgrammePublicKey) -> Result<Self, KeyError> {
        let (encapped, sealed) = programme.seal(HPKE_INFO, id.to_string().as_bytes(), secret.as_bytes())?;
        Ok(Self { id, programme_key: programme.id(), encapped, sealed })
    }

    /// Opens it with the programme's key.
    pub fn open(&self, programme: &ProgrammeKey) -> Result<RecoverySecret, KeyError> {
        let secret = programme.open(HPKE_INFO, self.id.to_string().as_bytes(), &self.encapped, &self.sealed)?;
        secret.as_slice().try_into().map(RecoverySecret).map_err(|_| KeyError::Malformed)
    }
}

/// A supervisor's code: what one handset is to do, once, before it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockCode {
    /// The code's own id: a handset takes each once.
    pub code: CodeId,
    /// For which handset.
    pub handset: HandsetId,
    /// Until when.
    pub expires: Timestamp,
    /// What for.
    #[serde(flatten)]
    pub action: CodeAction,
}

/// What a code is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum CodeAction {
    /// An officer, known or new, sets a PIN.
    Admit {
        /// Who.
        officer: OfficerId,
        /// Which recovery slot opens.
        recovery: RecoveryId,
        /// With which secret.
        secret: RecoverySecret,
    },
    /// All key slots are destroyed at once. What is sealed can still be sent.
    Erase,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deposit_opens_for_the_programme_only_and_under_its_own_id_only() {
        let (programme, other) = (ProgrammeKey::generate(), ProgrammeKey::generate());
        let secret = RecoverySecret::generate();
        let deposit = Deposit::seal(RecoveryId::new(), &secret, programme.public()).expect("sealed");
        assert_eq!(deposit.open(&programme), Ok(secret));
        assert_eq!(deposit.open(&other), Err(KeyError::CannotOpen));
        assert_eq!(Deposit { id: RecoveryId::new(), ..deposit }.open(&programme), Err(KeyError::CannotOpen));
    }

    #[test]
    fn no_code_shows_its_secret_when_it_is_printed() {
        let secret = RecoverySecret([0xab; 32]);
        let officer = "PTG-07".parse().expect("an id");
        let printed = format!("{:?}", CodeAction::Admit { officer, recovery: RecoveryId::new(), secret });
        assert!(!printed.contains("171") && !printed.contains("ab, "), "{printed}");
    }
}
