//! The code on a receipt: short enough to be read aloud, and made with a key that only the sealed record holds.
//!
//! Ten symbols of Crockford's base 32 are the first 50 bits of an HMAC-SHA256 over record, amount and beneficiary; the
//! eleventh checks the others, as a Reed-Solomon code over GF(32) with one check symbol does: any wrong symbol and any two
//! that changed places show.

use std::fmt;
use std::str::FromStr;

use ring::hmac;
use serde::{Deserialize, Serialize};
use zeroize::ZeroizeOnDrop;

use crate::id::{RecordId, base64_bytes};
use crate::keys::random_bytes;
use crate::record::Record;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DOMAIN: &[u8] = b"saksi receipt 1\0";
const SYMBOLS: usize = 10;

/// Makes the code of one record. It travels inside the sealed payload, so that the office can make it again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct ReceiptKey(#[serde(with = "base64_bytes")] [u8; 32]);

/// A code, as it stands on a receipt: `4K7Q-9WX2-RT5`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReceiptCode(String);

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not eleven letters and digits.
    #[error("a receipt's code has 11 letters and digits")]
    Length,
    /// A letter that no code has.
    #[error("a receipt's code has digits and letters, but no U")]
    Symbol,
    /// It was mistyped or misheard.
    #[error("this is not a receipt's code: one letter or digit is wrong, or two have changed places")]
    Check,
}

impl ReceiptKey {
    /// A key for one record.
    pub fn generate() -> Self {
        Self(random_bytes())
    }

    /// The code of a record.
    pub fn code(&self, id: RecordId, record: &Record) -> ReceiptCode {
        let amount = record.paid().map_or(0, |amount| amount.0).to_be_bytes();
        let whom = record.visit().map_or("", |visit| visit.beneficiary.as_str());
        let id = id.to_string();
        let message = [DOMAIN, id.as_bytes(), &amount, whom.as_bytes()].concat();
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), &message);
        let bits = mac.as_ref().iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let symbols: Vec<u8> = (0..SYMBOLS).map(|i| (bits >> (59 - 5 * i) & 31) as u8).collect();
        ReceiptCode::of(&symbols)
    }
}

impl fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptKey")
    }
}

impl ReceiptCode {
    /// The code without hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the receipt's QR code says.
    pub fn qr_text(&self) -> String {
        format!("SAKSI:{}", self.0)
    }

    fn of(symbols: &[u8]) -> Self {
        let check = times_x(remainder(symbols));
        Self(symbols.iter().chain([&check]).map(|symbol| char::from(ALPHABET[usize::from(symbol & 31)])).collect())
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..4], &self.0[4..8], &self.0[8..])
    }
}

impl FromStr for ReceiptCode {
    type Err = CodeError;

    /// Reads a code in any writing: small letters, hyphens and blanks anywhere, O for 0, I and L for 1, or as a QR code says it.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("SAKSI:").unwrap_or(&text);
        let mut symbols = Vec::with_capacity(SYMBOLS + 1);
        for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
            let letter = match letter {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let symbol = ALPHABET.iter().position(|it| char::from(*it) == letter).ok_or(CodeError::Symbol)?;
            symbols.push(symbol as u8);
        }
        if symbols.len() != SYMBOLS + 1 {
            return Err(CodeError::Length);
        }
        if remainder(&symbols) != 0 {
            return Err(CodeError::Check);
        }
        Ok(Self::of(&symbols[..SYMBOLS]))
    }
}

/// The symbols as a polynomial over GF(32), at x.
fn remainder(symbols: &[u8]) -> u8 {
    symbols.iter().fold(0, |sum, symbol| times_x(sum) ^ symbol)
}

/// Times x, modulo x^5 + x^2 + 1.
fn times_x(symbol: u8) -> u8 {
    let shifted = symbol << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code() -> impl Strategy<Value = ReceiptCode> {
        prop::collection::vec(0_u8..32, SYMBOLS).prop_map(|symbols| ReceiptCode::of(&symbols))
    }

    proptest! {
        #[test]
        fn a_code_is_read_in_any_writing(code in code()) {
            for written in [code.to_string(), code.to_string().to_lowercase(), code.qr_text(), code.0.replace('0', "o")] {
                prop_assert_eq!(written.parse::<ReceiptCode>(), Ok(code.clone()));
            }
        }

        #[test]
        fn one_wrong_symbol_and_two_that_changed_places_show(code in code(), at in 0..=SYMBOLS, to in 0..=SYMBOLS, other in 0_usize..32) {
            let mut wrong = code.0.clone().into_bytes();
            wrong[at] = ALPHABET[other];
            let wrong = String::from_utf8(wrong).expect("ASCII");
            prop_assert_eq!(wrong.parse::<ReceiptCode>().is_ok(), wrong == code.0);
            let mut swapped = code.0.clone().into_bytes();
            swapped.swap(at, to);
            let swapped = String::from_utf8(swapped).expect("ASCII");
            prop_assert_eq!(swapped.parse::<ReceiptCode>().is_ok(), swapped == code.0);
        }

        #[test]
        fn any_text_is_refused_or_read_without_a_panic(text in any::<String>()) {
            if let Ok(code) = text.parse::<ReceiptCode>() {
                prop_assert_eq!(code.to_string().parse(), Ok(code));
            }
        }
    }
}
