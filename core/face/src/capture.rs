//! The capture of a face with a camera: advice until it's well seen, the best frames, and whether somebody stands there.
//!
//! [`CaptureSession`] is a state machine without pixels, clock or randomness of its own: frames come in as
//! [`Observation`]s with their times, [`FaceGuidance`]s come out. `LiveCapture` feeds it from frames.

mod advice;
mod asked;
mod best;
mod challenge;
mod draws;
mod expressing;
mod latest;
mod observation;
mod outcome;
mod parallax;
mod track;

#[cfg(feature = "inference")]
mod live;

#[cfg(test)]
mod head;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::steady::Steady;
use crate::{
    Challenge, ChallengeEvidence, ChallengeResult, EndReason, Expression, GiveUp, LivenessMode, LivenessPolicy,
    ModelId, Moment, QualityLimits, Template, TemplateError,
};

pub use advice::Advice;
pub use latest::Latest;
#[cfg(feature = "inference")]
pub use live::{LiveCapture, LiveError};
pub use observation::{FaceGuidance, Observation, Seen, Wants};
pub use outcome::{Abandoned, Capture, Outcome};

use advice::{SETTLE, problem};
use asked::Asked;
use best::{Best, Shot};
use challenge::Watch;
use draws::Draws;
use expressing::ExpressionWatch;
use parallax::Landmarks;
use track::Track;

/// What a capture asks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapturePolicy {
    /// From where on a frame isn't good enough.
    pub limits: QualityLimits,
    /// How many good frames make the template; 1 to [`CapturePolicy::MAX_FRAMES`].
    pub frames: u8,
    /// The cosine from which on two frames show the same face: between those that stand for a false match rate of 1e-4 and of 1e-5.
    pub same_face: f32,
    /// How long a session lasts at most, in milliseconds from its first frame.
    pub time_ms: u32,
    /// Whether it has to be somebody alive.
    pub liveness: LivenessPolicy,
}

/// Why a frame can't be taken. The session is as it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RefusedFrame {
    /// Not later than the frame before: the camera's frames are mixed up, or its clock.
    #[error("a frame of {at:?} came after one of {last:?}")]
    NotLater {
        /// Of this frame.
        at: Duration,
        /// Of the one before.
        last: Duration,
    },
    /// A frame without width or height.
    #[error("a frame of {width} x {height} pixels shows nothing")]
    Size {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// The template isn't of the model that made the others.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// One capture, from the first frame to an [`Outcome`].
pub struct CaptureSession {
    policy: CapturePolicy,
    passive_models: Vec<ModelId>,
    /// The model that sees expressions, where there is one.
    landmark_model: Option<ModelId>,
    draws: Draws,
    clock: Option<Clock>,
    frames_seen: u32,
    steady: Steady<Advice>,
    /// Since when something seems to cover the face.
    covered: Option<Duration>,
    track: Track,
    best: Best,
    /// Good frames of the face looking straight, right before a prompt.
    straight: Vec<Straight>,
    scores: Vec<f32>,
    stage: Stage,
    passed: usize,
    /// How many of those passed show depth.
    passed_deep: usize,
    failed: usize,
    restarts: u32,
    challenges: Vec<ChallengeEvidence>,
}

struct Clock {
    start: Duration,
    last: Duration,
    size: (u32, u32),
}

/// A good frame of a face that looks straight.
struct Straight {
    at: Duration,
    landmarks: Landmarks,
    expression: Option<Expression>,
}

enum Stage {
    /// Until enough good frames show the face looking straight.
    Framing,
    Asked(Asked),
    Ended(Box<Outcome>),
}

/// Frames of a straight look older than this may show another pose than the prompt found.
const STRAIGHT_FOR: Duration = Duration::from_millis(1500);

/// Nobody is kept from being seen by a mistake about what covers them for longer than this.
const UNCOVER_FOR: Duration = Duration::from_secs(5);

/// More restarts than this are no accident.
const MAX_RESTARTS: u32 = 4;

/// More passive scores change the mean little.
const MAX_SCORES: usize = 8;

impl CapturePolicy {
    /// More frames than this of one moment add nothing.
    pub const MAX_FRAMES: u8 = 5;

    fn frames(&self) -> usize {
        self.frames.clamp(1, Self::MAX_FRAMES).into()
    }

    /// A movement is measured from a straight look, so less yaw is let through than without one.
    fn limits(&self) -> QualityLimits {
        let asked = self.liveness.challenges() + self.liveness.expressions();
        let yaw = if asked == 0 { f32::INFINITY } else { 15.0 };
        QualityLimits { head_pose_yaw: self.limits.head_pose_yaw.min(yaw), ..self.limits }
    }
}

impl Default for CapturePolicy {
    fn default() -> Self {
        let (limits, liveness) = (QualityLimits::default(), LivenessPolicy::default());
        Self { limits, frames: 3, same_face: 0.38, time_ms: 30_000, liveness }
    }
}

impl CaptureSession {
    /// Begins. `random` comes from the platform's random source, so that nobody foresees the challenges;
    /// `passive_models` are those that give [`Observation::passive`], none where there are none.
    pub fn new(policy: CapturePolicy, random: [u8; 32], passive_models: Vec<ModelId>) -> Self {
        Self {
            policy,
            passive_models,
            landmark_model: None,
            draws: Draws::new(random),
            clock: None,
            frames_seen: 0,
            steady: Steady::new(Advice::NoFace, SETTLE),
            covered: None,
            track: Track::default(),
            best: Best::default(),
            straight: Vec::new(),
            scores: Vec::new(),
            stage: Stage::Framing,
            passed: 0,
            passed_deep: 0,
            failed: 0,
            restarts: 0,
            challenges: Vec::new(),
        }
    }

    /// The model that gives [`Observation::expression`], if there is one: then expressions are asked for, too.
    #[must_use]
    pub fn seeing_expressions(self, landmark_model: Option<ModelId>) -> Self {
        Self { landmark_model, ..self }
    }

    /// What the next frame needs beyond its face, of which `seen` is known already.
    pub fn wants(&self, observation: &Observation) -> Wants {
        let Some(seen) = observation.checked() else { return Wants::default() };
        let measured = observation.expression.as_ref();
        let (template, expression) = match &self.stage {
            Stage::Framing => {
                let (good, expression) = (self.problem(observation).is_none(), self.expression_comes());
                (good && (!expression || measured.is_some()), good && expression)
            }
            Stage::Asked(asked) => {
                (!seen.several && asked.may_answer(seen, measured), matches!(asked, Asked::Expression(_)))
            }
            Stage::Ended(_) => (false, false),
        };
        let asked = self.policy.liveness.mode != LivenessMode::Off && !self.passive_models.is_empty();
        let few = self.scores.len() < self.policy.frames();
        let passive = template && asked && few && matches!(self.stage, Stage::Framing);
        Wants { template, passive, expression }
    }

    /// Takes a frame. After the end it gives the last step again, as cameras still deliver.
    pub fn observe(&mut self, observation: &Observation) -> Result<FaceGuidance, RefusedFrame> {
        if self.over() {
            return Ok(self.step(&Kept::default()));
        }
        self.tick(observation)?;
        let at = observation.at;
        let kept = if at.saturating_sub(self.start()) >= Duration::from_millis(self.policy.time_ms.into()) {
            self.time_out(at);
            Kept::default()
        } else if matches!(self.stage, Stage::Asked(_)) {
            self.watch(observation)?
        } else {
            self.frame(observation)?
        };
        Ok(self.step(&kept))
    }

    /// The person can't do what is asked: the officer then moves the camera around them; where that isn't possible either
    /// (called again), an expression is asked for where it can be seen, or coming nearer. Neither shows depth, so that a
    /// supervisor looks. Who can't show an expression is asked for the other one. What isn't answered in time leads there
    /// by itself.
    pub fn cannot_move(&mut self) {
        match &self.stage {
            Stage::Asked(asked) => self.draws.ask_less(asked.challenge()),
            // Who can't, before anything is asked for, can't move.
            _ if !self.expression_comes() => self.draws.ask_less(Challenge::TurnLeft),
            _ => (),
        }
        if let Stage::Asked(watch) = &self.stage
            && let Some(clock) = &self.clock
        {
            let at = clock.last;
            self.challenges.push(watch.evidence(ChallengeResult::CannotMove, at, clock.start));
            self.draws.keep();
            self.back_to_framing();
        }
    }

    /// Ends it with a reason.
    pub fn give_up(&mut self, reason: GiveUp) {
        if !self.over() {
            let at = self.clock.as_ref().map_or(Duration::ZERO, |clock| clock.last);
            self.abandon(at, EndReason::GivenUp(reason), Advice::GivenUp);
        }
    }

    /// What it came to, once it's over.
    pub fn outcome(&self) -> Option<&Outcome> {
        if let Stage::Ended(outcome) = &self.stage { Some(outcome) } else { None }
    }

    /// What it came to, once it's over.
    pub fn into_outcome(self) -> Option<Outcome> {
        if let Stage::Ended(outcome) = self.stage { Some(*outcome) } else { None }
    }

    /// Whether it's over.
    pub fn over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }
}

/// What of a frame is kept.
#[derive(Default)]
struct Kept {
    best: bool,
    small: Option<Moment>,
}

impl CaptureSession {
    fn tick(&mut self, observation: &Observation) -> Result<(), RefusedFrame> {
        let Observation { at, width, height, .. } = *observation;
        if width == 0 || height == 0 {
            return Err(RefusedFrame::Size { width, height });
        }
        let size = (width, height);
        let clock = self.clock.get_or_insert(Clock { start: at, last: at, size });
        if self.frames_seen > 0 && at <= clock.last {
            return Err(RefusedFrame::NotLater { at, last: clock.last });
        }
        if let Some(template) = &observation.template
            && let Some(shot) = self.best.first()
        {
            shot.template.similarity(template)?;
        }
        if clock.size != size {
            self.track.break_off();
        }
        (clock.last, clock.size) = (at, size);
        self.frames_seen = self.frames_seen.saturating_add(1);
        Ok(())
    }

    fn problem(&self, observation: &Observation) -> Option<Advice> {
        let problem = problem(observation, &self.policy.limits(), self.steady.shown());
        let insists = self.covered.is_none_or(|since| observation.at.saturating_sub(since) < UNCOVER_FOR);
        problem
            .filter(|problem| *problem != Advice::Uncover || insists)
            .or_else(|| self.track.is_fast(observation).then_some(Advice::HoldStill))
    }

    /// A frame while the face is to look straight.
    fn frame(&mut self, observation: &Observation) -> Result<Kept, RefusedFrame> {
        let at = observation.at;
        let problem = self.problem(observation);
        self.track.follow(observation);
        if problem == Some(Advice::Uncover) {
            self.covered.get_or_insert(at);
        }
        self.steady.settle(problem.unwrap_or(Advice::Ready), at);
        let (None, Some(seen), Some(template)) = (problem, observation.checked(), &observation.template) else {
            return Ok(Kept::default());
        };
        let expression = observation.expression.filter(Expression::is_finite);
        if self.expression_comes() && expression.is_none() {
            return Ok(Kept::default());
        }
        if self.alike(template)?.is_some_and(|alike| alike < self.policy.same_face) {
            self.forget_face();
            (self.passed, self.passed_deep) = (0, 0);
            self.restarts = self.restarts.saturating_add(1);
        }
        let best = self.best.add(Shot { at, quality: seen.quality, template: template.clone() });
        if let Some(score) = observation.passive.filter(|score| score.is_finite() && self.scores.len() < MAX_SCORES) {
            self.scores.push(score.clamp(0.0, 1.0));
        }
        self.straight.retain(|straight| at.saturating_sub(straight.at) <= STRAIGHT_FOR);
        self.straight.push(Straight { at, landmarks: seen.face.landmarks, expression });
        if self.straight.len() > self.policy.frames() {
            self.straight.remove(0);
        }
        let small = (self.enough() && !self.checked()).then_some(Moment::Straight);
        if self.enough() {
            if self.checked() { self.conclude(at) } else { self.ask(at) }
        } else if self.restarts > MAX_RESTARTS {
            self.conclude(at);
        }
        Ok(Kept { best, small })
    }

    /// A frame after a prompt.
    fn watch(&mut self, observation: &Observation) -> Result<Kept, RefusedFrame> {
        let at = observation.at;
        let alike = observation.template.as_ref().map(|template| self.alike(template)).transpose()?.flatten();
        let torn = self.track.is_torn(observation);
        self.track.follow(observation);
        let Stage::Asked(watch) = &mut self.stage else { return Ok(Kept::default()) };
        let result = match observation.checked() {
            _ if torn => Some(ChallengeResult::Cut),
            Some(seen) if !seen.several => {
                watch.take(at, seen, observation.expression.as_ref(), alike, self.policy.same_face)
            }
            _ => watch.wait(at),
        };
        let Some(result) = result else { return Ok(Kept::default()) };
        let start = self.clock.as_ref().map_or(at, |clock| clock.start);
        let asked = watch.challenge();
        self.challenges.push(watch.evidence(result, at, start));
        self.back_to_framing();
        match result {
            ChallengeResult::Passed => {
                self.passed += 1;
                self.passed_deep += usize::from(asked.shows_depth());
            }
            ChallengeResult::Cut => {
                self.draws.keep();
                self.restarts = self.restarts.saturating_add(1);
            }
            // Perhaps the person can't.
            ChallengeResult::Late => {
                self.draws.ask_less(asked);
                self.draws.keep();
                self.failed += 1;
            }
            // No accident of a person's: another try would only be another chance.
            ChallengeResult::Flat | ChallengeResult::FaceChanged => self.failed = self.policy.liveness.tries(),
            _ => self.failed += 1,
        }
        if result == ChallengeResult::FaceChanged {
            self.forget_face();
        }
        if self.checked() {
            self.conclude(at);
        }
        let small = if result == ChallengeResult::Passed { Moment::Answer } else { Moment::Failed };
        Ok(Kept { best: false, small: Some(small) })
    }

    /// Whether no more challenges come.
    fn checked(&self) -> bool {
        let tried = self.failed >= self.policy.liveness.tries() || self.restarts > MAX_RESTARTS;
        self.passed >= self.needed() || tried
    }

    fn enough(&self) -> bool {
        self.straight.len().min(self.best.len()) >= self.policy.frames()
    }

    /// How many challenges have to be passed: movements first, then expressions.
    fn needed(&self) -> usize {
        let liveness = &self.policy.liveness;
        liveness.challenges() + if self.landmark_model.is_some() { liveness.expressions() } else { 0 }
    }

    /// Whether the next challenge is an expression: its turn has come, or no movement can be asked for.
    fn expression_comes(&self) -> bool {
        let expected = self.landmark_model.is_some() && self.passed < self.needed();
        expected && (self.passed >= self.policy.liveness.challenges() || !self.draws.moves())
    }

    fn ask(&mut self, at: Duration) {
        let challenge = if self.expression_comes() { self.draws.expression() } else { self.draws.movement() };
        let (straight, within) = (mean(&self.straight), self.policy.liveness.answer_within());
        let before = Expression::mean(self.straight.iter().filter_map(|straight| straight.expression));
        self.stage = Stage::Asked(match before.filter(|_| challenge.is_expression()) {
            Some(before) => Asked::Expression(ExpressionWatch::new(challenge, at, within, straight, before)),
            None => Asked::Movement(Watch::new(challenge, at, within, straight)),
        });
        self.steady.set(challenge.into());
    }

    fn back_to_framing(&mut self) {
        self.straight.clear();
        self.stage = Stage::Framing;
        self.steady.set(Advice::LookStraight);
    }

    fn forget_face(&mut self) {
        self.best.clear();
        self.straight.clear();
        self.scores.clear();
    }

    /// The cosine to the best frame so far; `None` without one.
    fn alike(&self, template: &Template) -> Result<Option<f32>, RefusedFrame> {
        Ok(self.best.first().map(|shot| shot.template.similarity(template)).transpose()?)
    }

    fn start(&self) -> Duration {
        self.clock.as_ref().map_or(Duration::ZERO, |clock| clock.start)
    }

    fn step(&self, kept: &Kept) -> FaceGuidance {
        let part = self.straight.len().min(self.best.len()) as f32 / self.policy.frames() as f32;
        let parts = (self.needed() + 1) as f32;
        let progress = match &self.stage {
            Stage::Framing => (self.passed as f32 + part.min(1.0)) / parts,
            Stage::Asked(_) => (self.passed + 1) as f32 / parts,
            Stage::Ended(_) => 1.0,
        };
        let advice = self.steady.shown();
        let progress = progress.clamp(0.0, 1.0);
        FaceGuidance { advice, progress, keep_best: kept.best, keep_small: kept.small, over: self.over() }
    }
}

/// The mean view, in pixels. They were taken within [`STRAIGHT_FOR`] of a face that hardly moved.
fn mean(views: &[Straight]) -> Landmarks {
    let count = views.len().max(1) as f32;
    std::array::from_fn(|point| {
        std::array::from_fn(|axis| views.iter().map(|view| view.landmarks[point][axis]).sum::<f32>() / count)
    })
}
