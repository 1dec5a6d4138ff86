//! The optional models that tell a living face: each is there or not, and the checks are the better the more there are.

use std::io;

use crate::layers::Size;
use crate::network::Network;
use crate::{FaceMesh, Manifest, Model, ModelError, Passive, Role};

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

impl LivenessModels {
    /// The files of those that aren't there: checks that can't be made. Of the passive models all count, or none.
    pub fn missing(&self, manifest: &Manifest) -> Vec<String> {
        let lacks = |model: &&Model| match model.role {
            Role::Liveness => self.passive.is_none(),
            Role::Landmarks => self.mesh.is_none(),
            Role::Detector | Role::Embedder => false,
        };
        manifest.models.iter().filter(lacks).map(|model| model.file.clone()).collect()
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
    let network = Network::of_size(&bytes, size, model.arithmetic);
    network.map(Some).map_err(|reason| ModelError::Network { file: file(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_are_missing_are_named() {
        let manifest = Manifest::bundled();
        let models =
            LivenessModels::load(&manifest, |_| Err(io::ErrorKind::NotFound.into())).expect("all are optional");
        let missing = models.missing(&manifest);
        assert_eq!(missing, ["MiniFASNetV2.onnx", "MiniFASNetV1SE.onnx", "face_landmark.tflite"]);
    }
}
