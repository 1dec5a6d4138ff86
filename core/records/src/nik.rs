//! The Indonesian national identity number (NIK), checked for its structure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A well-formed NIK: 16 digits, being six of the place (province 11 to 99), six of the birth date as DDMMYY (a woman's
/// day is increased by 40), and a serial number from 0001.
///
/// It is personal data: `Debug` and `Display` show only the last four digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nik(String);

/// Why a text is no NIK. It doesn't repeat the text, which may be somebody's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NikError {
    /// Not 16 digits.
    #[error("a NIK has 16 digits")]
    Length,
    /// The first two digits are no province.
    #[error("the NIK's first two digits name no province")]
    Place,
    /// The digits 7 to 12 are no date.
    #[error("the NIK's digits 7 to 12 are no date of birth")]
    Date,
    /// The last four digits are 0000.
    #[error("the NIK's serial number is 0000")]
    Serial,
}

impl Nik {
    /// All 16 digits: for sealing and for matching, never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nik {
    type Err = NikError;

    fn from_str(text: &str) -> Result<Self, NikError> {
        let text = text.trim();
        if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NikError::Length);
        }
        let number = |range: std::ops::Range<usize>| text[range].bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        if number(0..2) < 11 {
            return Err(NikError::Place);
        }
        let (day, month) = (number(6..8), number(8..10));
        let day = if day > 40 { day - 40 } else { day };
        let days = match month {
            // The century isn't written, so 29 February is always possible.
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if day == 0 || day > days {
            return Err(NikError::Date);
        }
        if number(12..16) == 0 {
            return Err(NikError::Serial);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Nik {
    type Error = NikError;

    fn try_from(text: String) -> Result<Self, NikError> {
        text.parse()
    }
}

impl From<Nik> for String {
    fn from(nik: Nik) -> Self {
        nik.0
    }
}

impl fmt::Display for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "************{}", &self.0[12..])
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_and_date_are_checked() {
        assert!("3273014107650003".parse::<Nik>().is_ok(), "a woman born on 1 July");
        for (bad, why) in [
            ("327301410765000", NikError::Length),
            ("32730141076500O3", NikError::Length),
            ("0973014107650003", NikError::Place),
            ("3273013213650003", NikError::Date),
            ("3273017113650003", NikError::Date),
            ("3273013002650003", NikError::Date),
            ("3273014007650003", NikError::Date),
            ("3273014107650000", NikError::Serial),
        ] {
            assert_eq!(bad.parse::<Nik>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_nik_in_a_log_shows_four_digits() {
        let nik: Nik = "3273014107650003".parse().expect("well-formed");
        assert_eq!(format!("{nik} {nik:?}"), "************0003 ************0003");
    }
}
