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
    /// A line of a handset's audit log ([`crate::audit::Entry`]).
    pub const AUDIT: &str = "saksi-audit+jwt";
    /// A supervisor's code for one handset ([`crate::recovery::UnlockCode`]).
    pub const CODE: &str = "saksi-code+jwt";
    /// The server's word to a handset ([`crate::wire::Registered`], [`crate::wire::HandsetStatus`]).
    pub const STATUS: &str = "saksi-status+jwt";
    /// A page of a handset's roster ([`crate::wire::RosterPage`]).
    pub const ROSTER: &str = "saksi-roster+jwt";
    /// The server's word that it will never take an envelope ([`crate::wire::FinalProblem`]).
    pub const PROBLEM: &str = "saksi-problem+jwt";
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

// Another member than these could change what the statement means (`crit`, `b64`), so none is accepted.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Protected {
    alg: String,
    typ: String,
}

/// Signs claims.
pub fn sign<T: Serialize>(key: &HandsetKey, typ: &str, claims: &T) -> String {
    let protected = Protected { alg: "EdDSA".into(), typ: typ.into() };
    compact(key, &to_json(&protected), &to_json(claims))
}

/// Returns the claims, if this key signed them as this sort of statement.
pub fn verify<T: DeserializeOwned>(key: &VerifyingKey, typ: &str, statement: &str) -> Result<T, JwsError> {
    let [protected, claims, signature] = parts(statement)?;
    let protected: Protected = decode(protected)?;
    if protected.alg != "EdDSA" {
        return Err(JwsError::Malformed);
    }
    if protected.typ != typ {
        return Err(JwsError::OtherType);
    }
    let signed = &statement[..statement.len() - signature.len() - 1];
    let signature = BASE64.decode(signature).map_err(|_| JwsError::Malformed)?;
    key.verify(signed.as_bytes(), &signature).map_err(|_| JwsError::BadSignature)?;
    decode(claims)
}

/// Returns the claims *unverified*: only to find out whose key to verify them with.
pub fn peek<T: DeserializeOwned>(statement: &str) -> Result<T, JwsError> {
    decode(parts(statement)?[1])
}

fn compact(key: &HandsetKey, protected: &[u8], claims: &[u8]) -> String {
    let mut statement = format!("{}.{}", BASE64.encode(protected), BASE64.encode(claims));
    let signature = key.sign(statement.as_bytes());
    statement.push('.');
    BASE64.encode_string(signature, &mut statement);
    statement
}

fn parts(statement: &str) -> Result<[&str; 3], JwsError> {
    let mut parts = statement.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(protected), Some(claims), Some(signature), None) => Ok([protected, claims, signature]),
        _ => Err(JwsError::Malformed),
    }
}

fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("claims are plain data")
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, JwsError> {
    let bytes = BASE64.decode(part).map_err(|_| JwsError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JwsError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::base64_bytes;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Claim {
        #[serde(with = "base64_bytes")]
        of: Vec<u8>,
    }

    fn key() -> HandsetKey {
        // RFC 8037, appendix A.1.
        let seed = BASE64.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("base64url");
        HandsetKey::from_seed(seed.try_into().expect("32 bytes"))
    }

    #[test]
    fn signing_gives_the_bytes_of_rfc_8037() {
        // Appendices A.2 and A.4.
        let public = key().verifying_key();
        assert_eq!(BASE64.encode(public.as_bytes()), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(
            compact(&key(), br#"{"alg":"EdDSA"}"#, b"Example of Ed25519 signing"),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijc\
             NR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
    }

    #[test]
    fn only_the_same_sort_of_statement_by_the_same_key_is_believed() {
        let claim = Claim { of: vec![1, 2, 3] };
        let statement = sign(&key(), typ::RECEIPT, &claim);
        let public = key().verifying_key();
        assert_eq!(verify(&public, typ::RECEIPT, &statement), Ok(claim));
        assert_eq!(verify::<Claim>(&public, typ::STATUS, &statement), Err(JwsError::OtherType));
        let other = HandsetKey::from_seed([7; 32]).verifying_key();
        assert_eq!(verify::<Claim>(&other, typ::RECEIPT, &statement), Err(JwsError::BadSignature));
    }

    #[test]
    fn a_statement_that_asks_for_more_or_less_than_eddsa_is_refused_though_signed() {
        for protected in [
            r#"{"alg":"none","typ":"saksi-receipt+jwt"}"#,
            r#"{"alg":"HS256","typ":"saksi-receipt+jwt"}"#,
            r#"{"alg":"EdDSA","typ":"saksi-receipt+jwt","crit":["b64"],"b64":false}"#,
            r#"{"alg":"EdDSA","typ":"saksi-receipt+jwt","typ":"saksi-token+jwt"}"#,
            r#"{"alg":"EdDSA"}"#,
            "",
        ] {
            let statement = compact(&key(), protected.as_bytes(), br#"{"of":""}"#);
            let verified = verify::<Claim>(&key().verifying_key(), typ::RECEIPT, &statement);
            assert_eq!(verified, Err(JwsError::Malformed), "{protected}");
        }
    }

    #[test]
    fn three_parts_it_has_and_no_other_number() {
        let statement = sign(&key(), typ::RECEIPT, &Claim { of: vec![] });
        let public = key().verifying_key();
        for bad in [String::new(), ".".into(), "..".into(), format!("{statement}."), format!(".{statement}")] {
            assert_eq!(verify::<Claim>(&public, typ::RECEIPT, &bad), Err(JwsError::Malformed), "{bad}");
        }
    }
}
