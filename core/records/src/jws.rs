//! Signed statements between handset and server: JWS compact serialisation (RFC 7515) with EdDSA (RFC 8037).
//!
//! Any JOSE library can make and check them. The `typ` keeps one sort of statement from passing for another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::keys::{HandsetKey, VerifyingKey};

/// What sort of statement: the `typ` of the protected header.
pub mod typ {
    /// A request's authorisation by a handset ([`crate::wire::TokenClaims`]).
    pub const TOKEN: &str = "saksi-token+jwt";
    /// A server's receipt for an envelope ([`crate::wire::Receipt`]).
    pub const RECEIPT: &str = "saksi-receipt+jwt";
    /// A handset's request to be registered ([`crate::wire::Registration`]).
    pub const REGISTRATION: &str = "saksi-registration+jwt";
    /// The server's word to a handset ([`crate::wire::Registered`], [`crate::wire::HandsetStatus`]).
    pub const STATUS: &str = "saksi-status+jwt";
}

/// Why a statement isn't believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three base64url parts with an EdDSA header.
    #[error("not a signed statement")]
    Malformed,
    /// A statement of another sort.
    #[error("a signed statement of another sort")]
    OtherType,
    /// Not signed by this key.
    #[error("the statement's signature doesn't fit")]
    BadSignature,
}

#[derive(Serialize, Deserialize)]
struct Protected {
    alg: String,
    typ: String,
}

/// Signs claims.
pub fn sign<T: Serialize>(key: &HandsetKey, typ: &str, claims: &T) -> String {
    let protected = Protected { alg: "EdDSA".into(), typ: typ.into() };
    let mut statement = encode(&protected);
    statement.push('.');
    statement.push_str(&encode(claims));
    let signature = key.sign(statement.as_bytes());
    statement.push('.');
    statement.push_str(&BASE64.encode(signature));
    statement
}

/// Returns the claims, if this key signed them as this sort of statement.
pub fn verify<T: DeserializeOwned>(key: &VerifyingKey, typ: &str, statement: &str) -> Result<T, JwsError> {
    let (signed, signature) = statement.rsplit_once('.').ok_or(JwsError::Malformed)?;
    let (protected, _) = signed.split_once('.').ok_or(JwsError::Malformed)?;
    let protected: Protected = decode(protected)?;
    if protected.alg != "EdDSA" {
        return Err(JwsError::Malformed);
    }
    if protected.typ != typ {
        return Err(JwsError::OtherType);
    }
    let signature = BASE64.decode(signature).map_err(|_| JwsError::Malformed)?;
    key.verify(signed.as_bytes(), &signature).map_err(|_| JwsError::BadSignature)?;
    peek(statement)
}

/// Returns the claims *unverified*: only to find out whose key to verify them with.
pub fn peek<T: DeserializeOwned>(statement: &str) -> Result<T, JwsError> {
    decode(statement.split('.').nth(1).ok_or(JwsError::Malformed)?)
}

fn encode<T: Serialize>(value: &T) -> String {
    BASE64.encode(serde_json::to_vec(value).expect("claims are plain data"))
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, JwsError> {
    let bytes = BASE64.decode(part).map_err(|_| JwsError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JwsError::Malformed)
}
