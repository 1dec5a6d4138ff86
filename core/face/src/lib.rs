//! Pixels to decision: finds the face in a photo, makes a template of it, and compares templates.
//!
//! The way through is `Frame -> Detector -> Face -> Quality, align -> Embedder -> Template -> Decision`, and
//! [`Engine`] walks it. Nothing here does I/O: the caller hands over the bytes of photos and models.
//! With a camera, [`CaptureSession`] says when a face is well seen and whether somebody stands there.
//!
//! Features: `inference` (the default) has everything; `pictures` leaves out the networks; with neither, only
//! [`Template`], [`Thresholds`], [`Gallery`] and [`Manifest`] remain, which is what a server searches with.

mod centre;
mod decision;
mod enrolment;
mod gallery;
mod manifest;
mod template;

#[cfg(feature = "pictures")]
mod align;
#[cfg(feature = "pictures")]
mod camera;
#[cfg(feature = "pictures")]
mod capture;
#[cfg(feature = "pictures")]
mod choose;
#[cfg(feature = "pictures")]
mod codec;
#[cfg(feature = "pictures")]
mod expression;
#[cfg(feature = "pictures")]
mod frame;
#[cfg(feature = "pictures")]
mod occlusion;
#[cfg(feature = "pictures")]
mod orientation;
#[cfg(feature = "pictures")]
mod photo;
#[cfg(feature = "pictures")]
mod portrait;
#[cfg(feature = "pictures")]
mod quality;
#[cfg(feature = "pictures")]
mod resize;
#[cfg(feature = "pictures")]
mod statement;
#[cfg(feature = "pictures")]
mod steady;

#[cfg(feature = "inference")]
mod detector;
#[cfg(feature = "inference")]
mod embedder;
#[cfg(feature = "inference")]
mod engine;
#[cfg(feature = "inference")]
mod layers;
#[cfg(feature = "inference")]
mod mesh;
#[cfg(feature = "inference")]
mod models;
#[cfg(feature = "inference")]
mod network;
#[cfg(feature = "inference")]
mod passive;

pub use centre::Centre;
pub use decision::{Decision, FmrPoint, FmrTable, Thresholds, ThresholdsError};
pub use enrolment::{EnrolmentError, enrolled};
pub use gallery::{Candidate, Gallery};
pub use manifest::{
    Arithmetic, Colour, DetectorSettings, Input, Manifest, ManifestError, MatchSettings, Model, ModelFileError, Output,
    Role, Source,
};
pub use saksi_liveness::{
    Challenge, ChallengeEvidence, ChallengeResult, Clearance, EndReason, EvidenceFrame, GiveUp, LivenessChecks,
    LivenessEvidence, LivenessMode, LivenessPolicy, LivenessReason, LivenessVerdict, Moment, PassiveEvidence,
    PassiveLow,
};
pub use template::{ModelId, Template, TemplateError};

#[cfg(feature = "pictures")]
pub use align::{AlignedFace, align};
#[cfg(feature = "pictures")]
pub use camera::{CameraImage, Framing, Plane};
#[cfg(feature = "pictures")]
pub use capture::{
    Abandoned, Advice, Capture, CapturePolicy, CaptureSession, FaceGuidance, Latest, Observation, Outcome,
    RefusedFrame, Seen, Wants,
};
#[cfg(feature = "pictures")]
pub use choose::{Choice, Face, choose};
#[cfg(feature = "pictures")]
pub use expression::Expression;
#[cfg(feature = "pictures")]
pub use frame::{Frame, FrameError, MAX_FRAME_PIXELS, MAX_PIXELS, MAX_SIDE};
#[cfg(feature = "pictures")]
pub use photo::{EncodeError, MAX_FACE_BYTES};
#[cfg(feature = "pictures")]
pub use portrait::MAX_PORTRAIT_BYTES;
#[cfg(feature = "pictures")]
pub use quality::{Covered, Quality, QualityLimits, QualityProblem};
#[cfg(feature = "pictures")]
pub use statement::{
    CaptureTiming, DOCUMENT_SIDE, DocumentFormat, DocumentProblem, DocumentQuality, MAX_STATEMENT_BYTES, PageAdvice,
    PageFrameError, PageGuidance, PageHash, PageHashError, PageLimits, PageProblem, PageQuality, Paper, SAME_PAGE,
    Statement, StatementCapture, StatementError, judge, judge_document,
};

#[cfg(feature = "inference")]
pub use capture::{LiveCapture, LiveError};
#[cfg(feature = "inference")]
pub use detector::{DEFAULT_WORKING_SIZE, Detector};
#[cfg(feature = "inference")]
pub use embedder::Embedder;
#[cfg(feature = "inference")]
pub use engine::{Analysis, Engine, FaceError, MIN_INTER_EYE, ModelError, Timings};
#[cfg(feature = "inference")]
pub use mesh::FaceMesh;
#[cfg(feature = "inference")]
pub use models::LivenessModels;
#[cfg(feature = "inference")]
pub use network::NetworkError;
#[cfg(feature = "inference")]
pub use passive::Passive;
