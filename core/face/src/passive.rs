//! Passive liveness: whether a face in a single frame looks like a print or a screen.
//!
//! MiniFASNet of Minivision's *Silent-Face-Anti-Spoofing*, as its authors feed it: the face's box enlarged, moved into
//! the frame, brought to 80 x 80 without smoothing, blue-green-red from 0 to 255. The softmax of all models is averaged.

use std::io;

use crate::models::optional;
use crate::network::{Network, NetworkError};
use crate::{Face, Frame, Manifest, ModelError, ModelId, Role};

/// The liveness models of a manifest.
pub struct Passive {
    models: Vec<One>,
}

struct One {
    id: ModelId,
    network: Network,
    /// How much larger than the face's box the crop is.
    scale: f32,
}

/// Width and height of what the networks are fed.
const SIDE: usize = 80;

/// Which of the three logits stands for a live face.
const LIVE: usize = 1;

impl Passive {
    /// Loads the manifest's liveness models, as [`Engine::load`](crate::Engine::load) does; `None` where it has none or
    /// one of them isn't there, as they're optional.
    pub fn load(
        manifest: &Manifest,
        mut read: impl FnMut(&str) -> Result<Vec<u8>, io::Error>,
    ) -> Result<Option<Self>, ModelError> {
        let mut models = Vec::new();
        for model in manifest.models.iter().filter(|model| model.role == Role::Liveness) {
            let Some(network) = optional(model, [SIDE, SIDE, 3], &mut read)? else { return Ok(None) };
            models.push(One { id: model.id.clone(), network, scale: model.input.crop_scale.unwrap_or(1.0) });
        }
        Ok((!models.is_empty()).then_some(Self { models }))
    }

    /// The models' ids, in order.
    pub fn models(&self) -> Vec<ModelId> {
        self.models.iter().map(|one| one.id.clone()).collect()
    }

    /// How likely a face in this frame is live, 0 (a picture) to 1.
    pub fn score(&self, frame: &Frame, face: &Face) -> Result<f32, NetworkError> {
        let mut sum = 0.0;
        for one in &self.models {
            sum += softmax(one.logits(frame, face)?)[LIVE];
        }
        Ok(sum / self.models.len() as f32)
    }
}

impl One {
    fn logits(&self, frame: &Frame, face: &Face) -> Result<[f32; 3], NetworkError> {
        let area = enlarged(face.bbox, self.scale, [frame.width() as f32, frame.height() as f32]);
        let outputs = self.network.run([SIDE, SIDE, 3], |input| fill(input, frame, area))?;
        let logits = outputs.first().and_then(|values| <[f32; 3]>::try_from(values.as_slice()).ok());
        logits
            .filter(|logits| logits.iter().all(|v| v.is_finite()))
            .ok_or(NetworkError::Output("a liveness model puts out three numbers"))
    }
}

/// The box enlarged about its middle and moved into the frame, no larger than the frame in its shorter extent: first and
/// last column, first and last row.
fn enlarged([left, top, width, height]: [f32; 4], scale: f32, [frame_width, frame_height]: [f32; 2]) -> [usize; 4] {
    let (width, height) = (width.max(1.0), height.max(1.0));
    let scale = scale.min((frame_height - 1.0) / height).min((frame_width - 1.0) / width);
    let along = |start: f32, extent: f32, side: f32| {
        let from = start + extent / 2.0 - extent * scale / 2.0;
        let from = from.min(side - 1.0 - extent * scale).max(0.0);
        let to = (from + extent * scale).min(side - 1.0);
        [from as usize, to as usize]
    };
    let ([first, last], [upper, lower]) = (along(left, width, frame_width), along(top, height, frame_height));
    [first, last, upper, lower]
}

/// Blue, green and red of 80 x 80 places in an area, between the four nearest pixels, rounded as pixels are.
fn fill(input: &mut [u8], frame: &Frame, [first, last, upper, lower]: [usize; 4]) {
    let pixels = frame.rgb();
    let (across, down) = (places(first, last), places(upper, lower));
    for (row, (above, below, dy)) in input.as_chunks_mut::<3>().0.chunks_exact_mut(SIDE).zip(&down) {
        for (values, (left, right, dx)) in row.iter_mut().zip(&across) {
            let at = |x: usize, y: usize| pixels[y * frame.width() as usize + x];
            let corners = [at(*left, *above), at(*right, *above), at(*left, *below), at(*right, *below)];
            *values = [2, 1, 0].map(|channel| {
                let [a, b, c, d] = corners.map(|pixel| f32::from(pixel[channel]));
                let (top, bottom) = (a + (b - a) * dx, c + (d - c) * dx);
                (top + (bottom - top) * dy).round() as u8
            });
        }
    }
}

/// For each of 80 places from one pixel to another: the two pixels it's between, and how far it is from the first.
fn places(first: usize, last: usize) -> Vec<(usize, usize, f32)> {
    let count = last - first + 1;
    let step = count as f32 / SIDE as f32;
    let place = |i: usize| {
        let at = ((i as f32 + 0.5) * step - 0.5).clamp(0.0, (count - 1) as f32);
        let before = at as usize;
        (first + before, first + (before + 1).min(count - 1), at - before as f32)
    };
    (0..SIDE).map(place).collect()
}

fn softmax(logits: [f32; 3]) -> [f32; 3] {
    let greatest = logits.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let powers = logits.map(|v| (v - greatest).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|v| v / sum)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    /// What onnxruntime puts out for the same synthetic frames: `tests/golden/minifasnet.py` writes it.
    #[derive(Deserialize)]
    struct Reference {
        size: [u32; 2],
        seed: u32,
        #[serde(rename = "box")]
        bbox: [f32; 4],
        logits: std::collections::HashMap<String, [f32; 3]>,
    }

    fn synthetic([width, height]: [u32; 2], seed: u32) -> Frame {
        let value = |x: u32, y: u32, c: u32| {
            let wave = (x * (3 + c) + y * (5 - c) + seed * 31) % 256;
            let cell = ((x / 9) * (y / 7) + seed + c) % 5 * 20;
            u32::midpoint(wave, cell) as u8
        };
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| (0..3).map(move |c| value(x, y, c))));
        Frame::from_rgb(width, height, pixels.collect()).expect("all pixels given")
    }

    #[test]
    fn logits_are_those_of_onnxruntime() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        let loaded = Passive::load(&Manifest::bundled(), |file| std::fs::read(folder.join(file))).expect("right files");
        let Some(passive) = loaded else {
            let _ = writeln!(io::stderr(), "SKIPPED: no liveness models (get them with `cargo xtask models --from`)");
            return;
        };
        let references: Vec<Reference> =
            serde_json::from_str(include_str!("../tests/golden/minifasnet.json")).expect("the script's format");
        let mut worst = [0.0_f32; 2];
        for reference in &references {
            let frame = synthetic(reference.size, reference.seed);
            let face = Face { bbox: reference.bbox, landmarks: [[0.0; 2]; 5], score: 1.0 };
            let resized = usize::from(reference.size != [80, 80]);
            for one in &passive.models {
                let logits = one.logits(&frame, &face).expect("runs");
                for (ours, theirs) in logits.iter().zip(reference.logits[one.id.as_str()]) {
                    worst[resized] = worst[resized].max((ours - theirs).abs());
                }
            }
        }
        eprintln!("logits within {:.6} of onnxruntime's, resized frames within {:.3}", worst[0], worst[1]);
        // OpenCV rounds its weights when it resizes, so that a pixel of these harsh patterns may be a level off.
        assert!(worst[0] < 1e-3 && worst[1] < 0.15);
    }

    #[test]
    fn models_that_are_missing_are_no_error_and_wrong_ones_are() {
        let manifest = Manifest::bundled();
        assert!(matches!(Passive::load(&manifest, |_| Err(io::ErrorKind::NotFound.into())), Ok(None)));
        assert!(matches!(Passive::load(&manifest, |_| Ok(vec![1])), Err(ModelError::File(_))));
        let locked = Passive::load(&manifest, |_| Err(io::ErrorKind::PermissionDenied.into()));
        assert!(matches!(locked, Err(ModelError::Read { .. })));
    }

    proptest! {
        #[test]
        fn any_box_gives_an_area_of_the_frame(
            bbox in prop::array::uniform4(-1e5_f32..1e5),
            side in prop::array::uniform2(1_u16..3000),
            scale in 1.0_f32..5.0,
        ) {
            let [width, height] = side.map(f32::from);
            let [first, last, upper, lower] = enlarged(bbox, scale, [width, height]);
            prop_assert!(first <= last && last < side[0].into());
            prop_assert!(upper <= lower && lower < side[1].into());
            prop_assert!(places(first, last).iter().all(|(a, b, _)| *a >= first && a <= b && *b <= last));
        }
    }
}
