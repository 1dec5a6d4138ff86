//! SFace: turns an aligned face into a template.

use crate::network::{Network, NetworkError};
use crate::{AlignedFace, ModelId, Template, TemplateError};

/// A recogniser that is fed 112 x 112 RGB.
pub struct Embedder {
    network: Network,
    model: ModelId,
    dimension: usize,
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

const SHAPE: [usize; 4] = [1, 3, AlignedFace::SIDE, AlignedFace::SIDE];

impl Embedder {
    /// Reads the network and makes it ready; its templates carry `model` and have `dimension` values.
    pub fn load(onnx: &[u8], model: ModelId, dimension: usize) -> Result<Self, NetworkError> {
        Ok(Self { network: Network::of_size(onnx, SHAPE)?, model, dimension })
    }

    /// The id in its templates.
    pub fn model(&self) -> &ModelId {
        &self.model
    }

    /// The template of an aligned face.
    pub fn embed(&self, face: &AlignedFace) -> Result<Template, EmbedError> {
        let mut outputs = self.network.run(SHAPE, |input| fill(input, face))?;
        let values = outputs.pop().filter(|v| outputs.is_empty() && v.len() == self.dimension);
        let values =
            values.ok_or(NetworkError::Output("the recogniser has one output, as long as the manifest says"))?;
        Ok(Template::new(self.model.clone(), values)?)
    }
}

/// Red, green and blue planes, 0 to 255; the network scales them itself.
fn fill(input: &mut [f32], face: &AlignedFace) {
    for (channel, plane) in input.chunks_exact_mut(AlignedFace::SIDE * AlignedFace::SIDE).enumerate() {
        for (value, pixel) in plane.iter_mut().zip(face.pixels()) {
            *value = f32::from(pixel[channel]);
        }
    }
}
