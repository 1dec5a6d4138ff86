//! SFace: turns an aligned face into a template.

use crate::network::{Network, NetworkError};
use crate::{AlignedFace, Arithmetic, Centre, ModelId, Template, TemplateError};

/// A recogniser that is fed 112 x 112 RGB.
pub struct Embedder {
    network: Network,
    model: ModelId,
    dimension: usize,
    centre: Option<Centre>,
}

/// Why a face couldn't be made a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// The network failed.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// What it put out has no direction.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// Height, width, channels.
const SIZE: [usize; 3] = [AlignedFace::SIDE, AlignedFace::SIDE, 3];

impl Embedder {
    /// Reads the network and makes it ready for one arithmetic; its templates carry `model`, have `dimension` values and,
    /// where it is given, are seen from `centre`.
    pub fn load(
        onnx: &[u8],
        arithmetic: Arithmetic,
        model: ModelId,
        dimension: usize,
        centre: Option<Centre>,
    ) -> Result<Self, NetworkError> {
        Ok(Self { network: Network::of_size(onnx, SIZE, arithmetic)?, model, dimension, centre })
    }

    /// The id in its templates.
    pub fn model(&self) -> &ModelId {
        &self.model
    }

    /// The template of an aligned face.
    pub fn embed(&self, face: &AlignedFace) -> Result<Template, EmbedError> {
        // Red, green and blue, 0 to 255: the network scales them itself.
        let mut outputs = self.network.run(SIZE, |input| input.copy_from_slice(face.pixels().as_flattened()))?;
        let values = outputs.pop().filter(|v| outputs.is_empty() && v.len() == self.dimension);
        let values =
            values.ok_or(NetworkError::Output("the recogniser has one output, as long as the manifest says"))?;
        let template = Template::new(self.model.clone(), values)?;
        match &self.centre {
            Some(centre) => Ok(centre.taken_from(&template)?),
            None => Ok(template),
        }
    }
}
