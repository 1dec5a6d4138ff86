//! The supervisor's ticket: where the server is, how to know it, and a token that admits one handset. As JSON, and as the
//! short text of a QR code.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::keys::{ProgrammePublicKey, VerifyingKey};

/// What the text of a QR code begins with.
const CODE: &str = "SAKSI1:";
/// The authority's digest and both keys.
const FIXED: usize = 3 * 32;
const DIGEST: &str = "sha256:";

/// What a supervisor gives to a new handset.
///
/// [`Ticket::to_code`] writes it for a QR code, and [`str::parse`] reads what it wrote. That text is `SAKSI1:`, then in
/// base45 (RFC 9285): the SHA-256 of the authority's certificate, the server's key and the programme's key, 32 bytes
/// each; the token's length in a byte, and the token; and the server's address. Base45 takes the letters that a QR code
/// has a mode for, so that it comes to 49 modules a side and not to 93.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Always 1.
    pub saksi: u32,
    /// The server's address, such as `https://10.0.0.2:8443`.
    pub server: String,
    /// The only authority that may vouch for that address.
    pub ca: Authority,
    /// The key with which the server signs its word.
    pub server_key: VerifyingKey,
    /// The key to which records are sealed.
    pub programme_key: ProgrammePublicKey,
    /// Admits one handset, once.
    pub token: String,
}

/// A certificate authority, by its certificate or by that one's digest. In JSON: base64, or `sha256:` and hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Authority {
    /// Its certificate (DER).
    Certificate(Vec<u8>),
    /// The SHA-256 of its certificate, which is to be fetched from the server.
    Sha256(Digest),
}

/// Why a text is no ticket. It isn't repeated, since a ticket's token is secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket")]
pub struct NotATicket;

impl Ticket {
    /// The text of its QR code. `None` where the token has more than 255 bytes.
    pub fn to_code(&self) -> Option<String> {
        let mut bytes = Vec::with_capacity(FIXED + 1 + self.token.len() + self.server.len());
        bytes.extend_from_slice(self.ca.digest().as_bytes());
        bytes.extend_from_slice(self.server_key.as_bytes());
        bytes.extend_from_slice(self.programme_key.as_bytes());
        bytes.push(u8::try_from(self.token.len()).ok()?);
        bytes.extend_from_slice(self.token.as_bytes());
        bytes.extend_from_slice(self.server.as_bytes());
        Some(CODE.to_owned() + &base45::encode(&bytes))
    }
}

impl FromStr for Ticket {
    type Err = NotATicket;

    /// Reads its JSON, or the text of its QR code.
    fn from_str(text: &str) -> Result<Self, NotATicket> {
        // A line's end may have come with it. Other space is base45's.
        let text = text.trim_end_matches(['\r', '\n']);
        match text.strip_prefix(CODE) {
            Some(code) => decode(code).ok_or(NotATicket),
            None => serde_json::from_str(text).map_err(|_| NotATicket),
        }
    }
}

fn decode(code: &str) -> Option<Ticket> {
    let bytes = base45::decode(code).ok()?;
    let (fixed, rest) = bytes.split_at_checked(FIXED)?;
    let [ca, server_key, programme_key] = [0, 1, 2].map(|i| <[u8; 32]>::try_from(&fixed[i * 32..(i + 1) * 32]).ok());
    let (length, rest) = rest.split_first()?;
    let (token, server) = rest.split_at_checked(usize::from(*length))?;
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let ticket = Ticket {
        saksi: 1,
        server: text(server)?,
        ca: Authority::Sha256(Digest::from(ca?)),
        server_key: VerifyingKey::from_bytes(server_key?),
        programme_key: ProgrammePublicKey::from_bytes(programme_key?).ok()?,
        token: text(token)?,
    };
    // Base45 has more than one way to write some bytes.
    (ticket.to_code()? == CODE.to_owned() + code).then_some(ticket)
}

impl Authority {
    /// The SHA-256 of its certificate.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Certificate(der) => Digest::of(der),
            Self::Sha256(digest) => *digest,
        }
    }

    /// Its certificate (DER), where the ticket has it.
    pub fn certificate(&self) -> Option<&[u8]> {
        match self {
            Self::Certificate(der) => Some(der),
            Self::Sha256(_) => None,
        }
    }
}

impl From<Authority> for String {
    fn from(authority: Authority) -> Self {
        match authority {
            Authority::Certificate(der) => BASE64.encode(der),
            Authority::Sha256(digest) => format!("{DIGEST}{digest}"),
        }
    }
}

impl TryFrom<String> for Authority {
    type Error = NotATicket;

    fn try_from(text: String) -> Result<Self, NotATicket> {
        match text.strip_prefix(DIGEST) {
            Some(digest) => digest.parse().map(Self::Sha256).map_err(|_| NotATicket),
            None => BASE64.decode(text).map(Self::Certificate).map_err(|_| NotATicket),
        }
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{DIGEST}{}", self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_ticket_is_refused_without_a_panic() {
        for text in ["", "{}", "SAKSI1:", "SAKSI1:AB", "SAKSI1:::::", "SAKSI2:ABC", "SAKSI1:\u{1F600}"] {
            assert_eq!(text.parse::<Ticket>(), Err(NotATicket), "{text}");
        }
    }
}
