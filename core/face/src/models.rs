//! The optional models that tell a living face: each is there or not, and the checks are the better the more there are.

use std::io;

use crate::{FaceMesh, Manifest, ModelError, Passive};

/// The optional models of a manifest. The default has none.
#[derive(Default)]
pub struct LivenessModels {
    /// Whether a frame looks like a print or a screen.
    pub passive: Option<Passive>,
    /// How far eyes and mouth are open.
    pub mesh: Option<FaceMesh>,
}

impl LivenessModels {
    /// Loads those that are there, as [`Engine::load`](crate::Engine::load) does.
    pub fn load(
        manifest: &Manifest,
        mut read: impl FnMut(&str) -> Result<Vec<u8>, io::Error>,
    ) -> Result<Self, ModelError> {
        Ok(Self { passive: Passive::load(manifest, &mut read)?, mesh: FaceMesh::load(manifest, &mut read)? })
    }
}
