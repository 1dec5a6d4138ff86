//! What goes into a session by frame, and what comes out.

use std::time::Duration;

use super::Advice;
use crate::{Expression, Face, Moment, Quality, Template};

/// What one frame showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// When the camera took it, by a clock that only goes forward.
    pub at: Duration,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// The face that counts; `None` where there's nobody.
    pub seen: Option<Seen>,
    /// Its template, where [`Wants::template`] asked for it.
    pub template: Option<Template>,
    /// Its passive liveness score, 0 (a picture) to 1 (live), where [`Wants::passive`] asked for it.
    pub passive: Option<f32>,
    /// How far its eyes and mouth are open, where [`Wants::expression`] asked for it and it could be seen.
    pub expression: Option<Expression>,
}

/// A face in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// In pixels of the frame.
    pub face: Face,
    /// How well it can be seen.
    pub quality: Quality,
    /// Whether others are about as large.
    pub several: bool,
    /// Mean luminance around it, 0 to 1.
    pub surroundings: f32,
}

/// What a session needs to know of a frame beyond the face in it. All are dear, so they're asked for by frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// The face's template.
    pub template: bool,
    /// Its passive liveness score.
    pub passive: bool,
    /// How far its eyes and mouth are open. Once that's known, [`CaptureSession::wants`](crate::CaptureSession::wants) is
    /// asked again, as the rest depends on it.
    pub expression: bool,
}

/// Where a session stands after a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceGuidance {
    /// The one thing to show.
    pub advice: Advice,
    /// How much is done, 0 to 1.
    pub progress: f32,
    /// Whether this frame is the best so far: the photo to keep, in place of the one kept before.
    pub keep_best: bool,
    /// Whether a small picture of this frame belongs to the evidence.
    pub keep_small: Option<Moment>,
    /// Whether it's over: [`CaptureSession::outcome`](crate::CaptureSession::outcome) has the rest.
    pub over: bool,
}

impl Observation {
    /// What was seen, if all of it are numbers.
    pub(super) fn checked(&self) -> Option<&Seen> {
        let seen = self.seen.as_ref()?;
        let Quality {
            inter_eye_distance,
            head_pose_yaw,
            head_pose_roll,
            sharpness,
            luminance_mean,
            contrast,
            eyes_visible,
            mouth_occlusion_prevention,
        } = seen.quality;
        let pose = [inter_eye_distance, head_pose_yaw, head_pose_roll];
        let light = [sharpness, luminance_mean, contrast, eyes_visible, mouth_occlusion_prevention];
        let numbers = seen.face.bbox.iter().chain(seen.face.landmarks.as_flattened()).chain(&pose).chain(&light);
        let sized = seen.face.bbox[2] > 0.0 && seen.face.bbox[3] > 0.0;
        (sized && seen.surroundings.is_finite() && numbers.copied().all(f32::is_finite)).then_some(seen)
    }
}
