//! A telephone number, as ITU-T E.164 writes it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A telephone number: `+`, the country's code and the rest, 8 to 15 digits together. It's read as people write it, with
/// spaces, hyphens, dots or brackets; a number that begins with 0 is Indonesian.
///
/// It is personal data: `Debug` and `Display` show only the last three digits.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// A text is no telephone number. It isn't repeated here, as it may be somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number has 8 to 15 digits, and begins with 0 or + and the country's code")]
pub struct PhoneError;

impl Phone {
    /// All of it: for sealing and for calling, never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let written: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
        let national = written.strip_prefix('0').map(|rest| format!("62{rest}"));
        let digits = national.as_deref().or_else(|| written.strip_prefix('+')).ok_or(PhoneError)?;
        let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        if plain && (8..=15).contains(&digits.len()) { Ok(Self(format!("+{digits}"))) } else { Err(PhoneError) }
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "***{}", &self.0[self.0.len() - 3..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them_and_shown_to_nobody() {
        for written in ["0812-3456-7890", "+62 812 3456 7890", "(0812) 3456.7890"] {
            let phone: Phone = written.parse().expect(written);
            assert_eq!(phone.reveal(), "+6281234567890");
            assert_eq!(format!("{phone} {phone:?}"), "***890 Phone(***890)");
        }
        assert_eq!("+60 12-345 6789".parse::<Phone>().expect("Malaysian").reveal(), "+60123456789");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for wrong in
            ["", "812345678", "0812", "+0812345678", "++62812345678", "0812345678901234", "0812x345678", "٠٨١٢٣٤٥٦٧٨"]
        {
            assert_eq!(wrong.parse::<Phone>(), Err(PhoneError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_written_as_it_is_read(text in "[-+0-9 ().x]{0,24}") {
            if let Ok(phone) = text.parse::<Phone>() {
                prop_assert_eq!(phone.reveal().parse::<Phone>(), Ok(phone.clone()));
                let json = serde_json::to_string(&phone).expect("plain data");
                prop_assert_eq!(serde_json::from_str::<Phone>(&json).expect("its own"), phone);
            }
        }
    }
}
