//! Numbers from outside: never infinite, so that what was read can be written again.

use serde::de::{Deserialize, Deserializer, Error};

/// One number or several.
pub(crate) trait Numbers {
    /// Whether none of them is infinite or no number.
    fn all_finite(&self) -> bool;
}

impl Numbers for f32 {
    fn all_finite(&self) -> bool {
        self.is_finite()
    }
}

impl Numbers for Option<f32> {
    fn all_finite(&self) -> bool {
        self.is_none_or(f32::is_finite)
    }
}

impl Numbers for [f32; 2] {
    fn all_finite(&self) -> bool {
        self.iter().copied().all(f32::is_finite)
    }
}

impl Numbers for Vec<f32> {
    fn all_finite(&self) -> bool {
        self.iter().copied().all(f32::is_finite)
    }
}

/// For `#[serde(deserialize_with)]`.
pub(crate) fn finite<'de, D: Deserializer<'de>, T: Deserialize<'de> + Numbers>(from: D) -> Result<T, D::Error> {
    let numbers = T::deserialize(from)?;
    if numbers.all_finite() { Ok(numbers) } else { Err(Error::custom("a number out of range")) }
}
