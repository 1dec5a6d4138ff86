//! The face models, loaded once and shared by all handsets of a process.

use std::path::Path;
use std::sync::Arc;

use saksi_face::{Engine, LivenessModels, Manifest};

use crate::error::SaksiError;

/// The face models. Loading takes a second and some fifty megabytes; do it once, off the main thread.
#[derive(uniffi::Object)]
pub struct FaceEngine {
    pub(crate) engine: Arc<Engine>,
    pub(crate) models: Arc<LivenessModels>,
}

#[uniffi::export]
impl FaceEngine {
    /// Loads the models from a folder. Only the files that this library was built for are accepted; those that
    /// only tell a living face may be missing.
    #[uniffi::constructor]
    pub fn load(folder: &str) -> Result<Self, SaksiError> {
        let read = |file: &str| std::fs::read(Path::new(folder).join(file));
        let manifest = Manifest::bundled();
        let models = Arc::new(LivenessModels::load(&manifest, read)?);
        Ok(Self { engine: Arc::new(Engine::load(&manifest, read)?), models })
    }

    /// The files of optional models that weren't in the folder. The checks that need them aren't made: without
    /// `face_landmark.tflite` no expressions are asked for.
    pub fn missing_models(&self) -> Vec<String> {
        self.models.missing(&Manifest::bundled())
    }

    /// The id of the model that makes templates.
    pub fn model(&self) -> String {
        self.engine.model().to_string()
    }
}
