//! Dense landmarks: MediaPipe's face mesh puts 468 points on a face that is cut out upright (Kartynnik et al., *Real-time
//! Facial Surface Geometry from Monocular Video on Mobile GPUs*, 2019).

use std::io;

use crate::align::square;
use crate::models::optional;
use crate::network::{Network, NetworkError};
use crate::{Expression, Face, Frame, Manifest, ModelError, ModelId, Role};

/// The landmark model of a manifest.
pub struct FaceMesh {
    id: ModelId,
    network: Network,
}

/// Width and height of what the network is fed.
const SIDE: usize = 192;

/// How many distances of the eyes the square is wide: one and a half times what the points take up, as MediaPipe has it.
const WIDE: f64 = 3.5;

/// Points, each of three coordinates.
const POINTS: usize = 468;

impl FaceMesh {
    /// Loads the manifest's landmark model, as [`Engine::load`](crate::Engine::load) does; `None` where it has none or it
    /// isn't there, as it's optional.
    pub fn load(
        manifest: &Manifest,
        read: impl FnOnce(&str) -> Result<Vec<u8>, io::Error>,
    ) -> Result<Option<Self>, ModelError> {
        let Some(model) = manifest.models.iter().find(|model| model.role == Role::Landmarks) else { return Ok(None) };
        let network = optional(model, [SIDE, SIDE, 3], read)?;
        Ok(network.map(|network| Self { id: model.id.clone(), network }))
    }

    /// The model's id.
    pub fn model(&self) -> &ModelId {
        &self.id
    }

    /// How far eyes and mouth of a face in this frame are open; `None` where the model sees no face there.
    pub fn expression(&self, frame: &Frame, face: &Face) -> Result<Option<Expression>, NetworkError> {
        let Some(pixels) = square(frame, &face.landmarks, WIDE, SIDE) else { return Ok(None) };
        let (points, face) = self.points(pixels)?;
        Ok(Expression::of(&points).filter(|_| face > 0.0))
    }

    /// The points, in pixels of the square, and the logit that it's a face.
    fn points(&self, pixels: impl Iterator<Item = [u8; 3]>) -> Result<(Vec<[f32; 3]>, f32), NetworkError> {
        let outputs = self.network.run([SIDE, SIDE, 3], |input| {
            for (values, pixel) in input.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                *values = pixel;
            }
        })?;
        let expected = NetworkError::Output("a landmark model puts out 468 points and one number");
        match &outputs[..] {
            [points, face] if points.len() == 3 * POINTS && face.len() == 1 => {
                Ok((points.as_chunks::<3>().0.to_vec(), face[0]))
            }
            _ => Err(expected),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use serde::Deserialize;

    use super::*;

    /// What TensorFlow Lite puts out for the same synthetic pictures: `tests/golden/facemesh.py` writes it.
    #[derive(Deserialize)]
    struct Reference {
        seed: usize,
        face: f32,
        /// Every ninth point.
        points: Vec<[f32; 3]>,
    }

    fn mesh() -> Option<FaceMesh> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        let mesh = FaceMesh::load(&Manifest::bundled(), |file| std::fs::read(folder.join(file))).expect("right file");
        if mesh.is_none() {
            let _ = writeln!(io::stderr(), "SKIPPED: no landmark model (get it with `cargo xtask models`)");
        }
        mesh
    }

    #[test]
    fn points_are_those_of_tensorflow_lite() {
        let Some(mesh) = mesh() else { return };
        let references: Vec<Reference> =
            serde_json::from_str(include_str!("../tests/golden/facemesh.json")).expect("the script's format");
        let mut worst = 0.0_f32;
        for reference in &references {
            let value = |i: usize, c: usize| {
                let (x, y) = (i % SIDE, i / SIDE);
                let wave = (x * (3 + c) + y * (5 - c) + reference.seed * 31) % 256;
                let cell = ((x / 9) * (y / 7) + reference.seed + c) % 5 * 20;
                usize::midpoint(wave, cell) as u8
            };
            let pixels = (0..SIDE * SIDE).map(|i| [0, 1, 2].map(|c| value(i, c)));
            let (points, face) = mesh.points(pixels).expect("runs");
            worst = worst.max((face - reference.face).abs());
            for (ours, theirs) in points.iter().step_by(9).zip(&reference.points) {
                for (ours, theirs) in ours.iter().zip(theirs) {
                    worst = worst.max((ours - theirs).abs());
                }
            }
        }
        eprintln!("points within {worst:.5} pixels of TensorFlow Lite's");
        assert!(!references.is_empty() && worst < 0.01);
    }

    #[test]
    fn a_model_that_is_missing_is_no_error_and_a_wrong_one_is() {
        let manifest = Manifest::bundled();
        assert!(matches!(FaceMesh::load(&manifest, |_| Err(io::ErrorKind::NotFound.into())), Ok(None)));
        assert!(matches!(FaceMesh::load(&manifest, |_| Ok(vec![1])), Err(ModelError::File(_))));
        let locked = FaceMesh::load(&manifest, |_| Err(io::ErrorKind::PermissionDenied.into()));
        assert!(matches!(locked, Err(ModelError::Read { .. })));
    }

    #[test]
    fn landmarks_without_extent_are_no_face() {
        let Some(mesh) = mesh() else { return };
        let frame = Frame::from_rgb(20, 20, vec![9; 1200]).expect("all pixels given");
        for landmarks in [[[3.0; 2]; 5], [[f32::NAN; 2]; 5], [[f32::INFINITY; 2]; 5]] {
            let face = Face { bbox: [0.0, 0.0, 20.0, 20.0], landmarks, score: 1.0 };
            assert_eq!(mesh.expression(&frame, &face).expect("runs"), None);
        }
    }
}
