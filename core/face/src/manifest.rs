//! The manifest: which model files belong to this build, how they're fed, and what their numbers mean.
//!
//! The file is `models/manifest.json`; it's compiled in, so that the hashes can't be changed beside the program.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::{Centre, FmrTable, ModelId, Thresholds};

/// The models of a build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format; 1.
    pub version: u32,
    /// One entry a file.
    pub models: Vec<Model>,
}

/// One model file, unmodified as its makers published it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Written into every template that it makes.
    pub id: ModelId,
    /// What it's for.
    pub role: Role,
    /// File name, without folders.
    pub file: String,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: String,
    /// Length of the file.
    pub bytes: u64,
    /// Whether the product works without it.
    pub optional: bool,
    /// SPDX name of the licence.
    pub licence: String,
    /// Where it comes from.
    pub source: Source,
    /// The model card beside the manifest.
    pub card: String,
    /// What it's computed in. Templates of one file in two arithmetics differ: each needs an id of its own.
    #[serde(default)]
    pub arithmetic: Arithmetic,
    /// What it's fed.
    pub input: Input,
    /// What it puts out.
    pub output: Output,
    /// How a detector's output is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detection: Option<DetectorSettings>,
    /// How a recogniser's similarities are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<MatchSettings>,
}

/// What a network is computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// f32 throughout.
    #[default]
    Float,
    /// 1 x 1 convolutions and dense layers multiply int8 by int8 and sum in i32: a pixel's channels are rounded to 127
    /// steps either way of its own largest value, an output's weights of their largest. All else is f32.
    Int8,
}

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Finds faces and their five landmarks.
    Detector,
    /// Turns an aligned face into a template.
    Embedder,
    /// Gives a signal whether a photo shows a live face.
    Liveness,
    /// Puts many points on a face, which show eyes and mouth open and close.
    Landmarks,
}

/// Where a file comes from: a Python package, or a project's own release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The project that trained or published it.
    pub project: String,
    /// The Python package that carries it, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The version of that package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The path of the file inside that package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// What a model is fed: a picture as f32, channels first (in a TensorFlow Lite file, last).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Order of the channels.
    pub colour: Colour,
    /// Lowest and highest value of a channel.
    pub range: [f32; 2],
    /// Width and height in pixels, where they're fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// Otherwise width and height are a multiple of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<u32>,
    /// How much larger than the face's box the crop is, where it isn't an aligned face or a whole frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop_scale: Option<f32>,
}

/// Order of the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

/// What a model puts out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// In words.
    pub meaning: String,
    /// How many values, where the number is fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<usize>,
    /// What is taken from a recogniser's unit vectors before they're compared; nothing, where it isn't given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<Centre>,
}

/// How a detector's output is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectorSettings {
    /// Faces below this score aren't reported; (0, 1).
    pub min_score: f32,
    /// Of two boxes that overlap by more than this share (intersection over union) the better one stays; (0, 1).
    pub max_overlap: f32,
    /// The face that counts is looked at once more for each of these, in a square of so many pixels a side: multiples
    /// of 32, up to 640. Its landmarks are the mean. None: those of the whole frame are kept, as OpenCV does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close_ups: Vec<u32>,
}

/// How a recogniser's similarities are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchSettings {
    /// Measured false match rates.
    pub fmr: FmrTable,
    /// What the table was measured on.
    pub measured_on: String,
    /// 1:1: the false match rate of a match.
    pub match_fmr: f64,
    /// 1:1: the false match rate from which a person has to look.
    pub review_fmr: f64,
    /// 1:N: how often somebody who isn't in the gallery may be matched.
    pub match_fpir: f64,
    /// 1:N: how often somebody who isn't in the gallery may be sent to review.
    pub review_fpir: f64,
    /// 1:N: by how much the first person's cosine has to be above the second's; 0 to 1. `docs/accuracy.md` has what it costs.
    pub match_margin: f32,
}

/// Why a manifest can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON, or not of this format.
    #[error("the model manifest can't be read: {0}")]
    Format(String),
    /// Written for another version of this program.
    #[error("the model manifest has version {0}; this program reads version 1")]
    Version(u32),
    /// An entry says something impossible.
    #[error("the model manifest's entry {id} is not valid: {reason}")]
    Entry {
        /// The entry.
        id: ModelId,
        /// What's wrong with it.
        reason: &'static str,
    },
    /// No entry, or more than one, where exactly one is needed.
    #[error("the model manifest needs exactly one {0}")]
    Role(&'static str),
}

/// Why a model file isn't the one that the manifest means.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelFileError {
    /// Another length: most likely cut off on its way.
    #[error("model file {file} is {actual} bytes long, not {expected}: it was cut off or is another file")]
    Length {
        /// File name.
        file: String,
        /// Bytes by the manifest.
        expected: u64,
        /// Bytes there are.
        actual: u64,
    },
    /// The right length, yet other bytes.
    #[error("model file {file} has SHA-256 {actual}, not {expected}: it is not the file this program was made for")]
    Hash {
        /// File name.
        file: String,
        /// By the manifest.
        expected: String,
        /// Of the bytes there are.
        actual: String,
    },
}

impl Manifest {
    /// The manifest this program was built with.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn bundled() -> Self {
        Self::parse(include_bytes!("../../../models/manifest.json")).expect("a test reads the bundled manifest")
    }

    /// Reads and checks a manifest.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(json).map_err(|e| ManifestError::Format(e.to_string()))?;
        if manifest.version != 1 {
            return Err(ManifestError::Version(manifest.version));
        }
        for model in &manifest.models {
            model.check().map_err(|reason| ManifestError::Entry { id: model.id.clone(), reason })?;
        }
        for (role, name) in [(Role::Detector, "detector"), (Role::Embedder, "embedder")] {
            if manifest.models.iter().filter(|m| m.role == role).count() != 1 {
                return Err(ManifestError::Role(name));
            }
        }
        Ok(manifest)
    }

    /// The detector and how its output is read.
    pub fn detector(&self) -> Result<(&Model, &DetectorSettings), ManifestError> {
        self.models.iter().find_map(|m| Some((m, m.detection.as_ref()?))).ok_or(ManifestError::Role("detector"))
    }

    /// The recogniser and how its similarities are read.
    pub fn embedder(&self) -> Result<(&Model, &MatchSettings), ManifestError> {
        self.models.iter().find_map(|m| Some((m, m.matching.as_ref()?))).ok_or(ManifestError::Role("embedder"))
    }
}

impl Model {
    /// Checks that `bytes` are this file: length first, then SHA-256.
    pub fn verify(&self, bytes: &[u8]) -> Result<(), ModelFileError> {
        if bytes.len() as u64 != self.bytes {
            let (expected, actual) = (self.bytes, bytes.len() as u64);
            return Err(ModelFileError::Length { file: self.file.clone(), expected, actual });
        }
        let actual = hex::encode(digest(&SHA256, bytes));
        if actual != self.sha256 {
            return Err(ModelFileError::Hash { file: self.file.clone(), expected: self.sha256.clone(), actual });
        }
        Ok(())
    }

    fn check(&self) -> Result<(), &'static str> {
        let plain_name = !self.file.is_empty() && !self.file.contains(['/', '\\']) && !self.file.starts_with('.');
        let hash = self.sha256.len() == 64 && self.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let share = |v: f32| v > 0.0 && v < 1.0;
        let rate = |v: f64| v > 0.0 && v < 1.0;
        if !plain_name {
            return Err("the file name must not lead into another folder");
        }
        if !hash {
            return Err("sha256 must be 64 lower-case hex digits");
        }
        if (self.role == Role::Detector) != self.detection.is_some() {
            return Err("a detector, and nothing else, has detection settings");
        }
        if (self.role == Role::Embedder) != self.matching.is_some() {
            return Err("an embedder, and nothing else, has match settings");
        }
        if self.role == Role::Embedder && (self.input.size.is_none() || self.output.values.is_none()) {
            return Err("an embedder's input size and number of output values must be given");
        }
        if let Some(centre) = &self.output.centre
            && (self.role != Role::Embedder || self.output.values != Some(centre.dimension()))
        {
            return Err("a centre is an embedder's, and as long as its output");
        }
        if let Some(detection) = &self.detection {
            if !share(detection.min_score) || !share(detection.max_overlap) {
                return Err("min_score and max_overlap must lie between 0 and 1");
            }
            if !detection.close_ups.iter().all(|side| side % 32 == 0 && (32..=640).contains(side)) {
                return Err("the sides of close-ups must be multiples of 32, from 32 to 640");
            }
        }
        let rates = |m: &MatchSettings| {
            [m.match_fmr, m.review_fmr, m.match_fpir, m.review_fpir].into_iter().all(rate)
                && m.match_fmr <= m.review_fmr
                && m.match_fpir <= m.review_fpir
        };
        if self.matching.as_ref().is_some_and(|m| !rates(m)) {
            return Err("match rates must lie between 0 and 1, and be no larger than the review rates");
        }
        if self.matching.as_ref().is_some_and(|m| !(0.0..=1.0).contains(&m.match_margin)) {
            return Err("match_margin must lie between 0 and 1");
        }
        Ok(())
    }
}

impl MatchSettings {
    /// Thresholds for one claimed identity (1:1).
    pub fn verification(&self) -> Thresholds {
        self.fmr.verification(self.match_fmr, self.review_fmr)
    }

    /// Thresholds for a search among `size` people (1:N).
    pub fn identification(&self, size: usize) -> Thresholds {
        self.fmr.identification(self.match_fpir, self.review_fpir, self.verification(), size)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn changed(change: impl FnOnce(&mut Value)) -> Result<Manifest, ManifestError> {
        let mut json = serde_json::to_value(Manifest::bundled()).expect("plain data");
        change(&mut json);
        Manifest::parse(json.to_string().as_bytes())
    }

    #[test]
    fn the_bundled_manifest_gives_the_documented_thresholds() {
        let manifest = Manifest::bundled();
        let (_, matching) = manifest.embedder().expect("checked");
        let thresholds = matching.verification();
        assert!((thresholds.match_at - 0.35).abs() < 1e-6);
        assert!((thresholds.review_at - 0.289).abs() < 1e-6);
        assert!(matching.identification(10_000).match_at > thresholds.match_at);
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        assert_eq!(changed(|_| ()).expect("unchanged"), Manifest::bundled());
    }

    #[test]
    fn impossible_entries_are_refused_by_name() {
        let entry = |result: Result<Manifest, ManifestError>| matches!(result, Err(ManifestError::Entry { .. }));
        assert!(entry(changed(|m| m["models"][0]["file"] = json!("../x.onnx"))));
        assert!(entry(changed(|m| m["models"][0]["sha256"] = json!("ABC"))));
        assert!(entry(changed(|m| m["models"][0]["detection"]["min_score"] = json!(1.5))));
        assert!(entry(changed(|m| m["models"][0]["detection"]["close_ups"] = json!([100]))));
        assert!(entry(changed(|m| m["models"][1]["matching"]["match_fmr"] = json!(0.5))));
        assert!(entry(changed(|m| m["models"][1]["output"]["centre"] = json!("AAAAPw=="))));
        assert!(matches!(changed(|m| m["version"] = json!(2)), Err(ManifestError::Version(2))));
        assert!(matches!(changed(|m| m["models"] = json!([])), Err(ManifestError::Role("detector"))));
        assert!(matches!(changed(|m| m["new"] = json!(1)), Err(ManifestError::Format(_))));
        assert!(matches!(Manifest::parse(b""), Err(ManifestError::Format(_))));
    }

    #[test]
    fn a_file_that_is_not_the_one_meant_is_named() {
        let manifest = Manifest::bundled();
        let model = &manifest.models[0];
        let short = model.verify(b"onnx").expect_err("too short");
        let wrong = model.verify(&vec![0; model.bytes as usize]).expect_err("wrong bytes");
        assert!(matches!(short, ModelFileError::Length { .. }) && short.to_string().contains(&model.file));
        assert!(matches!(wrong, ModelFileError::Hash { .. }) && wrong.to_string().contains(&model.file));
    }
}
