//! A photo as it goes into the evidence.

/// A photo as evidence: an upright JPEG without EXIF.
#[derive(Clone, PartialEq, Eq, zeroize::ZeroizeOnDrop)]
pub struct Photo(Vec<u8>);

impl Photo {
    /// Takes what [`saksi_face::Frame::to_evidence_jpeg`] wrote; the bytes aren't looked at.
    pub fn new(jpeg: Vec<u8>) -> Self {
        Self(jpeg)
    }

    /// The JPEG's bytes.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({} bytes)", self.0.len())
    }
}
