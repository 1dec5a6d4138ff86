//! Numbers from outside, kept to what any reader of JSON and any database can hold.

use serde::de::{Deserialize, Deserializer, Error};

/// The largest whole number that every JSON reader keeps exactly (RFC 7493, section 2.2). It fits an SQL `BIGINT` too.
pub(crate) const MAX_SAFE: u64 = (1 << 53) - 1;

/// A whole number that isn't above [`MAX_SAFE`]: for `#[serde(deserialize_with)]`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(from)?;
    if number > MAX_SAFE { Err(Error::custom("a whole number above 2^53 - 1")) } else { Ok(number) }
}

/// A number that isn't infinite, as `1e39` would be: for `#[serde(deserialize_with)]`.
pub(crate) fn finite<'de, D: Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    let number = f32::deserialize(from)?;
    if number.is_finite() { Ok(number) } else { Err(Error::custom("a number out of range")) }
}
