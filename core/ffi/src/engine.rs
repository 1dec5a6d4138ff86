//! The face models, loaded once and shared by all handsets of a process.

use std::path::Path;
use std::sync::Arc;

use saksi_face::{Engine, Manifest};

use crate::error::SaksiError;

/// The face models. Loading takes a second and some fifty megabytes; do it once, off the main thread.
#[derive(uniffi::Object)]
pub struct FaceEngine(pub(crate) Arc<Engine>);

#[uniffi::export]
impl FaceEngine {
    /// Loads the models from a folder. Only the files that this library was built for are accepted.
    #[uniffi::constructor]
    pub fn load(folder: &str) -> Result<Self, SaksiError> {
        let read = |file: &str| std::fs::read(Path::new(folder).join(file));
        Ok(Self(Arc::new(Engine::load(&Manifest::bundled(), read)?)))
    }

    /// The id of the model that makes templates.
    pub fn model(&self) -> String {
        self.0.model().to_string()
    }
}
