//! What a page is known by, as it is written down: the text of its hash.

use saksi_face::PageHash;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(hash: &PageHash, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(hash)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PageHash, D::Error> {
    String::deserialize(from)?.parse().map_err(|_| D::Error::custom("not the hash of a page"))
}
