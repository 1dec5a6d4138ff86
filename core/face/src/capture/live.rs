//! A capture fed with frames: does with pixels what [`CaptureSession`] asks for, and keeps the pictures.

use std::sync::Arc;
use std::time::Duration;

use super::{CapturePolicy, CaptureSession, FaceGuidance, GiveUp, Observation, Outcome, RefusedFrame, Seen};
use crate::quality::luminance;
use crate::{
    EncodeError, Engine, EvidenceFrame, Face, FaceError, Frame, LivenessModels, NetworkError, Passive, Quality, align,
    choose,
};

/// One capture of one person, from frames.
pub struct LiveCapture {
    engine: Arc<Engine>,
    models: Arc<LivenessModels>,
    session: CaptureSession,
    start: Option<Duration>,
    best: Option<(Duration, Frame)>,
    small: Vec<EvidenceFrame>,
}

/// Why a frame couldn't be worked on. The capture goes on with the next.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// A network failed.
    #[error(transparent)]
    Face(#[from] FaceError),
    /// The session refused it.
    #[error(transparent)]
    Capture(#[from] RefusedFrame),
    /// No small picture could be made of it.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Small pictures in a record.
const MAX_SMALL: usize = 4;

/// Their longer side, in pixels, and the quality of their JPEG: a few kilobytes each.
const SMALL: (u32, u8) = (240, 60);

/// They lie in the sealed record itself, so a busy picture is made smaller still.
const MAX_SMALL_BYTES: usize = 12_000;

/// Places across and down at which the light around a face is measured.
const SAMPLES: u32 = 24;

impl LiveCapture {
    /// Begins; `random` as for [`CaptureSession::new`].
    pub fn new(engine: Arc<Engine>, models: Arc<LivenessModels>, policy: CapturePolicy, random: [u8; 32]) -> Self {
        let passive = models.passive.as_ref().map(Passive::models).unwrap_or_default();
        let landmarks = models.mesh.as_ref().map(|mesh| mesh.model().clone());
        let session = CaptureSession::new(policy, random, passive).seeing_expressions(landmarks);
        Self { engine, models, session, start: None, best: None, small: Vec::new() }
    }

    /// Works on one upright frame, taken at a time of the camera's clock.
    pub fn step(&mut self, frame: &Frame, at: Duration) -> Result<FaceGuidance, LiveError> {
        let mut observation = self.engine.look(frame, at)?;
        let mut wants = self.session.wants(&observation);
        if wants.expression
            && let (Some(mesh), Some(seen)) = (&self.models.mesh, &observation.seen)
        {
            observation.expression = mesh.expression(frame, &seen.face).map_err(failed)?;
            wants = self.session.wants(&observation);
        }
        if wants.template
            && let Some(seen) = &observation.seen
        {
            observation.template = Some(self.engine.embed_close_up(frame, &seen.face)?);
        }
        if wants.passive
            && let (Some(passive), Some(seen)) = (&self.models.passive, &observation.seen)
        {
            observation.passive = Some(passive.score(frame, &seen.face).map_err(failed)?);
        }
        let step = self.session.observe(&observation)?;
        let start = *self.start.get_or_insert(at);
        if step.keep_best {
            self.best = Some((at, frame.clone()));
        }
        if let Some(moment) = step.keep_small {
            let mut jpeg = frame.to_evidence_jpeg(SMALL.0, SMALL.1)?;
            if jpeg.len() > MAX_SMALL_BYTES {
                jpeg = frame.to_evidence_jpeg(SMALL.0 / 2, SMALL.1)?;
            }
            let at_ms = super::challenge::milliseconds(at.saturating_sub(start));
            if self.small.len() == MAX_SMALL {
                self.small.remove(0);
            }
            self.small.push(EvidenceFrame { at_ms, moment, jpeg });
        }
        Ok(step)
    }

    /// As [`CaptureSession::cannot_move`].
    pub fn cannot_move(&mut self) {
        self.session.cannot_move();
    }

    /// As [`CaptureSession::give_up`].
    pub fn give_up(&mut self, reason: GiveUp) {
        self.session.give_up(reason);
    }

    /// Whether it's over.
    pub fn over(&self) -> bool {
        self.session.over()
    }

    /// What it came to, small pictures included, and the best frame; `None` before it's over.
    pub fn finish(self) -> Option<(Outcome, Option<Frame>)> {
        let mut outcome = self.session.into_outcome()?;
        let (best_at, liveness) = match &mut outcome {
            Outcome::Captured(capture) => (Some(capture.best_at), &mut capture.liveness),
            Outcome::Abandoned(abandoned) => (abandoned.best.map(|(at, _)| at), &mut abandoned.liveness),
        };
        liveness.frames = self.small;
        let best = self.best.filter(|(at, _)| Some(*at) == best_at).map(|(_, frame)| frame);
        Some((outcome, best))
    }
}

impl Engine {
    /// What one frame shows of the face that counts, without template, passive score and expression: what guidance takes.
    pub fn look(&self, frame: &Frame, at: Duration) -> Result<Observation, FaceError> {
        let (width, height) = (frame.width(), frame.height());
        let mut faces = self.detect(frame)?;
        if faces.is_empty() {
            faces.extend(self.lying(frame)?);
        }
        let choice = choose(&faces, width, height);
        let aligned = choice.as_ref().and_then(|choice| align(frame, &choice.face.landmarks));
        let seen = choice.zip(aligned).map(|(choice, aligned)| {
            let head_pose_roll = self.roll(frame, &choice.face)?;
            Ok::<_, FaceError>(Seen {
                quality: Quality { head_pose_roll, ..Quality::measure(&choice.face, &aligned) },
                several: !choice.other_large.is_empty(),
                surroundings: surroundings(frame, &choice.face),
                face: choice.face,
            })
        });
        let seen = seen.transpose()?;
        Ok(Observation { at, width, height, seen, template: None, passive: None, expression: None })
    }
}

/// Mean luminance outside the face's box, 0 to 1.
fn surroundings(frame: &Frame, face: &Face) -> f32 {
    let [left, top, width, height] = face.bbox;
    let places = (0..SAMPLES * SAMPLES).map(|i| {
        let place = |i: u32, side: u32| ((2 * u64::from(i) + 1) * u64::from(side) / u64::from(2 * SAMPLES)) as u32;
        (place(i % SAMPLES, frame.width()), place(i / SAMPLES, frame.height()))
    });
    let outside = places.filter(|(x, y)| {
        let (x, y) = (*x as f32, *y as f32);
        x < left || x > left + width || y < top || y > top + height
    });
    let pixels = frame.rgb();
    let (sum, count) = outside.fold((0.0, 0.0_f32), |(sum, count), (x, y)| {
        (sum + luminance(pixels[(y * frame.width() + x) as usize]), count + 1.0)
    });
    sum / count.max(1.0) / 255.0
}

fn failed(error: NetworkError) -> LiveError {
    FaceError::from(error).into()
}
