//! A face template as it is written down: bytes and the model that made them.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::id::base64_bytes;

/// A face embedding, opaque here: little-endian `f32`s. Only templates of the same model can be compared.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct FaceTemplate {
    /// The model that made it.
    pub model: String,
    /// The embedding.
    #[serde(with = "base64_bytes")]
    pub data: Vec<u8>,
}

impl fmt::Debug for FaceTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaceTemplate({}, {} bytes)", self.model, self.data.len())
    }
}
