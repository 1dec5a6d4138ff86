//! Money: whole rupiah, never a fraction.

use std::fmt;
use std::iter::Sum;

use serde::{Deserialize, Serialize};

use crate::number::{MAX_SAFE, whole};

/// An amount in whole rupiah, at most [`Rupiah::MAX`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rupiah(#[serde(deserialize_with = "whole")] pub u64);

impl Rupiah {
    /// The largest amount that can be written down and read again.
    pub const MAX: Self = Self(MAX_SAFE);
}

impl fmt::Display for Rupiah {
    /// As Indonesians write it: `Rp 300.000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        f.write_str("Rp ")?;
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl Sum for Rupiah {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::Rupiah;

    #[test]
    fn rupiah_are_written_with_points_between_thousands() {
        for (amount, text) in [(0, "Rp 0"), (999, "Rp 999"), (1000, "Rp 1.000"), (300_000, "Rp 300.000")] {
            assert_eq!(Rupiah(amount).to_string(), text);
        }
        assert_eq!(Rupiah(1_234_567).to_string(), "Rp 1.234.567");
    }
}
