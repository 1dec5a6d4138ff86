//! The optional models that tell a living face: each is there or not, and the checks are the better the more there are.

use std::io;

use crate::layers::Size;
use crate::network::Network;
use crate::{FaceMesh, Manifest, Model, ModelError, Passive};

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

/// The network of one of them, checked as [`Engine::load`](crate::Engine::load) does; `None` where its file isn't there.
pub(crate) fn optional(
    model: &Model,
    size: Size,
    read: impl FnOnce(&str) -> Result<Vec<u8>, io::Error>,
) -> Result<Option<Network>, ModelError> {
    let file = || model.file.clone();
    let bytes = match read(&model.file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(reason) => return Err(ModelError::Read { file: file(), reason }),
    };
    model.verify(&bytes)?;
    Network::of_size(&bytes, size).map(Some).map_err(|reason| ModelError::Network { file: file(), reason })
}
