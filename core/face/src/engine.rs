//! The engine: from a frame to a template, with models whose hashes were checked.

use std::io;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::embedder::EmbedError;
use crate::orientation::{Orientation, upright};
use crate::resize::shrunk;
use crate::{
    AlignedFace, DEFAULT_WORKING_SIZE, Detector, Embedder, Face, Frame, Manifest, ManifestError, MatchSettings, Model,
    ModelFileError, ModelId, NetworkError, Quality, Template, Thresholds, align, choose,
};

/// Below this many pixels from eye to eye a face is too small to be matched: the recogniser looks at 35, and a crop
/// blown up by more than two shows nothing to tell people apart by.
pub const MIN_INTER_EYE: f32 = 16.0;

/// Detector and recogniser. Share it behind an `Arc`: all methods take `&self` and may run at once.
pub struct Engine {
    detector: Detector,
    embedder: Embedder,
    matching: MatchSettings,
}

/// What a frame showed.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The face that counts.
    pub face: Face,
    /// Other faces of at least half its area. Empty from [`Engine::analyze`], which refuses them.
    pub other_large_faces: Vec<Face>,
    /// How well the face can be seen.
    pub quality: Quality,
    /// The face as numbers.
    pub template: Template,
    /// How long each step took.
    pub timings: Timings,
}

/// How long each step took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Timings {
    /// Scaling the frame down and finding faces.
    pub detect: f64,
    /// Looking at the face again, for its landmarks.
    pub close_up: f64,
    /// Cutting the face out.
    pub align: f64,
    /// Measuring its quality.
    pub quality: f64,
    /// Making the template.
    pub embed: f64,
}

/// Why a frame gave no template.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FaceError {
    /// Nobody to be seen.
    #[error("no face found")]
    NoFace,
    /// More than one face of about the same size.
    #[error("{} large faces found: only one person may be in the picture", others.len() + 1)]
    SeveralFaces {
        /// The face that would have counted.
        face: Face,
        /// The others.
        others: Vec<Face>,
    },
    /// Too few pixels to tell people apart by.
    #[error("the face is too small: {inter_eye:.0} pixels between the eyes, at least {minimum:.0} are needed")]
    TooSmall {
        /// Pixels between the eyes, by [`Face::inter_eye`].
        inter_eye: f32,
        /// [`MIN_INTER_EYE`].
        minimum: f32,
    },
    /// Tilted too far for a photo by which somebody is to be known again.
    #[error("the head is tilted by {roll:.0} degrees: hold it upright")]
    NotUpright {
        /// By [`Quality::head_pose_roll`].
        roll: f32,
    },
    /// The network failed, or what it put out isn't a template.
    #[error("the face could not be processed: {0}")]
    Failed(String),
}

/// Why the models can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The manifest lacks a model.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file couldn't be read.
    #[error("model file {file} can't be read: {reason}")]
    Read {
        /// File name.
        file: String,
        /// What reading it said.
        reason: io::Error,
    },
    /// A file isn't the one the manifest means.
    #[error(transparent)]
    File(#[from] ModelFileError),
    /// The right file, which the network loader refuses.
    #[error("model file {file}: {reason}")]
    Network {
        /// File name.
        file: String,
        /// What the loader said.
        reason: NetworkError,
    },
}

impl Engine {
    /// Loads the manifest's detector and recogniser. `read` gets a file name and gives the bytes; their length and
    /// SHA-256 are checked before anything else looks at them.
    pub fn load(
        manifest: &Manifest,
        mut read: impl FnMut(&str) -> Result<Vec<u8>, io::Error>,
    ) -> Result<Self, ModelError> {
        let mut checked = |model: &Model| {
            let bytes = read(&model.file).map_err(|reason| ModelError::Read { file: model.file.clone(), reason })?;
            model.verify(&bytes)?;
            Ok::<_, ModelError>(bytes)
        };
        let refused = |model: &Model| {
            let file = model.file.clone();
            move |reason| ModelError::Network { file, reason }
        };
        let (model, settings) = manifest.detector()?;
        let detector =
            Detector::load(&checked(model)?, settings.clone(), DEFAULT_WORKING_SIZE).map_err(refused(model))?;
        let (model, matching) = manifest.embedder()?;
        let dimension = model.output.values.ok_or(ManifestError::Role("number of an embedder's output values"))?;
        let (id, centre) = (model.id.clone(), model.output.centre.clone());
        let embedder =
            Embedder::load(&checked(model)?, model.arithmetic, id, dimension, centre).map_err(refused(model))?;
        Ok(Self { detector, embedder, matching: matching.clone() })
    }

    /// The same engine with another working size: the longer side, in pixels, to which frames are scaled down before
    /// faces are looked for. Smaller is faster and finds only larger faces.
    #[must_use]
    pub fn with_working_size(mut self, pixels: u32) -> Self {
        self.detector.set_working_size(pixels);
        self
    }

    /// The longer side, in pixels, to which frames are scaled down.
    pub fn working_size(&self) -> u32 {
        self.detector.working_size()
    }

    /// The id in this engine's templates.
    pub fn model(&self) -> &ModelId {
        self.embedder.model()
    }

    /// Thresholds for one claimed identity (1:1).
    pub fn thresholds(&self) -> Thresholds {
        self.matching.verification()
    }

    /// Thresholds for a search among `size` people (1:N): the more people, the more alike a match has to be.
    pub fn thresholds_for_gallery(&self, size: usize) -> Thresholds {
        self.matching.identification(size)
    }

    /// By how much the first of a search (1:N) has to be more alike than the second, to be a match.
    pub fn match_margin(&self) -> f32 {
        self.matching.match_margin
    }

    /// All faces in a frame, the surest first.
    pub fn detect(&self, frame: &Frame) -> Result<Vec<Face>, FaceError> {
        Ok(self.detector.detect(frame)?)
    }

    /// The capture of one person: exactly one large face, large enough.
    pub fn analyze(&self, frame: &Frame) -> Result<Analysis, FaceError> {
        self.run(frame, true)
    }

    /// As [`Engine::analyze`], of a picture that may lie on its side or stand on its head: it's turned by quarters until the
    /// face is upright, and comes back so.
    pub fn analyze_upright(&self, frame: Frame) -> Result<(Analysis, Frame), FaceError> {
        let turn = self.turn(&frame)?;
        let frame = upright(frame, turn);
        Ok((self.analyze(&frame)?, frame))
    }

    /// The face that counts even where others are as large. For photos that weren't taken by an officer, such as
    /// those of a test set; a capture goes through [`Engine::analyze`].
    pub fn analyze_foremost(&self, frame: &Frame) -> Result<Analysis, FaceError> {
        self.run(frame, false)
    }

    /// The template of a face found in this frame.
    pub fn embed(&self, frame: &Frame, face: &Face) -> Result<Template, FaceError> {
        Ok(self.embedder.embed(&aligned(frame, face)?)?)
    }

    /// The quality of a face found in this frame.
    pub fn quality(&self, frame: &Frame, face: &Face) -> Result<Quality, FaceError> {
        Ok(Quality::measure(face, &aligned(frame, face)?))
    }

    /// The template of a face found in this frame, looked at once more as [`Engine::analyze`] does.
    pub fn embed_close_up(&self, frame: &Frame, face: &Face) -> Result<Template, FaceError> {
        self.embed(frame, &self.detector.close_up(frame, face)?)
    }

    /// By how many degrees the head is tilted; see [`Detector::roll`].
    pub(crate) fn roll(&self, frame: &Frame, face: &Face) -> Result<f32, FaceError> {
        Ok(self.detector.roll(frame, face)?)
    }

    /// See [`Detector::lying`].
    pub(crate) fn lying(&self, frame: &Frame) -> Result<Option<Face>, FaceError> {
        Ok(self.detector.lying(frame)?)
    }

    /// The turn by quarters that brings the face upright.
    fn turn(&self, frame: &Frame) -> Result<Orientation, FaceError> {
        let small = shrunk(frame, self.working_size()).unwrap_or_else(|| frame.clone());
        let counts = |frame: &Frame| Ok::<_, FaceError>(choose(&self.detect(frame)?, frame.width(), frame.height()));
        if let Some(choice) = counts(&small)? {
            return Ok(match self.roll(&small, &choice.face)? {
                45.0..135.0 => Orientation::TurnLeft,
                -135.0..-45.0 => Orientation::TurnRight,
                -45.0..45.0 => Orientation::Upright,
                _ => Orientation::Turn180,
            });
        }
        let mut surest = (0.0, Orientation::Upright);
        for turn in [Orientation::Turn180, Orientation::TurnRight, Orientation::TurnLeft] {
            if let Some(choice) = counts(&upright(small.clone(), turn))?
                && choice.face.score > surest.0
            {
                surest = (choice.face.score, turn);
            }
        }
        Ok(surest.1)
    }

    fn run(&self, frame: &Frame, alone: bool) -> Result<Analysis, FaceError> {
        let mut timings = Timings::default();
        let faces = timed(&mut timings.detect, || self.detector.detect(frame))?;
        let choice = choose(&faces, frame.width(), frame.height()).ok_or(FaceError::NoFace)?;
        let (face, others) = (choice.face, choice.other_large);
        if alone && !others.is_empty() {
            return Err(FaceError::SeveralFaces { face, others });
        }
        if face.inter_eye() < MIN_INTER_EYE {
            return Err(FaceError::TooSmall { inter_eye: face.inter_eye(), minimum: MIN_INTER_EYE });
        }
        let roll = if alone { Some(self.roll(frame, &face)?) } else { None };
        let face = timed(&mut timings.close_up, || self.detector.close_up(frame, &face))?;
        let aligned = timed(&mut timings.align, || aligned(frame, &face))?;
        let measured = timed(&mut timings.quality, || Quality::measure(&face, &aligned));
        let quality = Quality { head_pose_roll: roll.unwrap_or(measured.head_pose_roll), ..measured };
        let template = timed(&mut timings.embed, || self.embedder.embed(&aligned))?;
        Ok(Analysis { face, other_large_faces: others, quality, template, timings })
    }
}

fn aligned(frame: &Frame, face: &Face) -> Result<AlignedFace, FaceError> {
    align(frame, &face.landmarks).ok_or_else(|| FaceError::Failed("its landmarks have no extent".into()))
}

fn timed<T>(into: &mut f64, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = step();
    *into = milliseconds(start.elapsed());
    result
}

fn milliseconds(elapsed: Duration) -> f64 {
    elapsed.as_secs_f64() * 1000.0
}

impl From<NetworkError> for FaceError {
    fn from(error: NetworkError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<EmbedError> for FaceError {
    fn from(error: EmbedError) -> Self {
        Self::Failed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Engine>();
    }

    #[test]
    fn a_missing_or_wrong_model_file_is_named() {
        let manifest = Manifest::bundled();
        let file = &manifest.detector().expect("checked").0.file;
        let missing = Engine::load(&manifest, |_| Err(io::ErrorKind::NotFound.into())).err().expect("no file");
        let cut = Engine::load(&manifest, |_| Ok(vec![0; 10])).err().expect("10 bytes");
        assert!(matches!(missing, ModelError::Read { .. }) && missing.to_string().contains(file));
        assert!(matches!(cut, ModelError::File(ModelFileError::Length { .. })) && cut.to_string().contains(file));
    }

    #[test]
    fn a_file_the_loader_refuses_is_named() {
        let mut manifest = Manifest::bundled();
        let bytes = b"no network".to_vec();
        manifest.models[0].bytes = bytes.len() as u64;
        manifest.models[0].sha256 = hex::encode(ring::digest::digest(&ring::digest::SHA256, &bytes));
        let error = Engine::load(&manifest, |_| Ok(bytes.clone())).err().expect("not ONNX");
        assert!(matches!(error, ModelError::Network { .. }) && error.to_string().contains(&manifest.models[0].file));
    }
}
