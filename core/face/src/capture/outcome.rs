//! How a capture ends: with a face that may be used, or with the reason why not.

use std::time::Duration;

use super::challenge::milliseconds;
use super::{Advice, CaptureSession, MAX_RESTARTS, Stage};
use crate::{
    Challenge, ChallengeResult, Clearance, EndReason, LivenessChecks, LivenessEvidence, LivenessMode, LivenessReason,
    LivenessVerdict, PassiveEvidence, PassiveLow, Quality, Template,
};

/// How a capture ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With all that the policy asks for.
    Captured(Capture),
    /// Without.
    Abandoned(Abandoned),
}

/// A face that may be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// When the best frame was taken.
    pub best_at: Duration,
    /// Its quality.
    pub quality: Quality,
    /// The template of the best frames together.
    pub template: Template,
    /// What was seen of a life behind it.
    pub liveness: LivenessEvidence,
}

/// A capture that came to nothing, for the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Abandoned {
    /// Why it ended.
    pub reason: EndReason,
    /// When the best frame was taken, and its quality; `None` if none was good enough.
    pub best: Option<(Duration, Quality)>,
    /// What was seen of a life behind it.
    pub liveness: LivenessEvidence,
}

impl CaptureSession {
    /// The checks are over, whatever came of them.
    pub(super) fn conclude(&mut self, at: Duration) {
        let evidence = self.evidence(at, true);
        if evidence.clearance != Clearance::Cleared {
            self.abandon(at, EndReason::NotConfirmed, Advice::NotConfirmed);
        } else if self.best.len() >= self.policy.frames() {
            self.capture(at, evidence);
        }
        // Otherwise another face came, and its frames aren't enough yet.
    }

    pub(super) fn time_out(&mut self, at: Duration) {
        let recorded = self.policy.liveness.mode == LivenessMode::Recorded;
        if recorded && self.best.len() >= self.policy.frames() {
            let evidence = self.evidence(at, false);
            self.capture(at, evidence);
        } else {
            self.abandon(at, EndReason::TimedOut, Advice::TimedOut);
        }
    }

    pub(super) fn abandon(&mut self, at: Duration, reason: EndReason, advice: Advice) {
        let liveness = LivenessEvidence { ended: Some(reason), ..self.evidence(at, reason == EndReason::NotConfirmed) };
        let best = self.best.first().map(|shot| (shot.at, shot.quality));
        self.end(Outcome::Abandoned(Abandoned { reason, best, liveness }), advice);
    }

    fn capture(&mut self, at: Duration, liveness: LivenessEvidence) {
        match (self.best.first(), self.best.fused()) {
            (Some(shot), Some(Ok(template))) => {
                let (best_at, quality) = (shot.at, shot.quality);
                self.end(Outcome::Captured(Capture { best_at, quality, template, liveness }), Advice::Done);
            }
            // Templates that are each the other's opposite, which the same face can't give.
            _ => self.abandon(at, EndReason::NotConfirmed, Advice::NotConfirmed),
        }
    }

    fn end(&mut self, outcome: Outcome, advice: Advice) {
        self.straight.clear();
        self.stage = Stage::Ended(Box::new(outcome));
        self.steady.set(advice);
    }

    fn evidence(&self, at: Duration, finished: bool) -> LivenessEvidence {
        let liveness = &self.policy.liveness;
        let mut challenges = self.challenges.clone();
        let start = self.start();
        if let Stage::Asked(watch) = &self.stage {
            challenges.push(watch.evidence(ChallengeResult::Unanswered, at, start));
        }
        let passive = self.passive();
        let reasons =
            if liveness.mode == LivenessMode::Off { Vec::new() } else { self.reasons(finished, passive.as_ref()) };
        let picture = |reason: &LivenessReason| match reason {
            LivenessReason::Flat | LivenessReason::FaceChanged => true,
            LivenessReason::PassiveLow => liveness.passive_low == PassiveLow::Block,
            _ => false,
        };
        let verdict = match liveness.mode {
            LivenessMode::Off => LivenessVerdict::Unchecked,
            _ if reasons.is_empty() => LivenessVerdict::Live,
            _ if reasons.iter().any(picture) => LivenessVerdict::Spoof,
            _ => LivenessVerdict::Review,
        };
        LivenessEvidence {
            mode: liveness.mode,
            verdict,
            reasons,
            clearance: liveness.clearance(verdict),
            challenges,
            passive,
            checks: Some(self.checks()),
            duration_ms: milliseconds(at.saturating_sub(start)),
            frames_seen: self.frames_seen,
            restarts: self.restarts,
            ended: None,
            failed_before: 0,
            frames: Vec::new(),
        }
        .finite()
    }

    fn checks(&self) -> LivenessChecks {
        let liveness = &self.policy.liveness;
        LivenessChecks {
            movements: liveness.challenges() as u8,
            expressions: liveness.expressions() as u8,
            passive_required: liveness.passive_required,
            models: self.passive_models.iter().chain(&self.landmark_model).map(ToString::to_string).collect(),
        }
    }

    fn reasons(&self, finished: bool, passive: Option<&PassiveEvidence>) -> Vec<LivenessReason> {
        let liveness = &self.policy.liveness;
        let mut reasons = Vec::new();
        if self.passed < self.needed() {
            // What the last try was worth: an earlier slip that was mended isn't a reason.
            reasons.extend(self.challenges.last().and_then(|last| reason(last.result)));
            if reasons.is_empty() {
                let taking_turns = self.restarts > MAX_RESTARTS;
                reasons.push(if taking_turns { LivenessReason::FaceChanged } else { LivenessReason::NotFinished });
            }
        } else if !finished {
            reasons.push(LivenessReason::NotFinished);
        }
        let mut passed = self.challenges.iter().filter(|challenge| challenge.result == ChallengeResult::Passed);
        let resort = passed.any(|challenge| challenge.challenge == Challenge::ComeNearer);
        // An expression in place of a movement, for somebody who can't move: a page with holes for the eyes shows one, too.
        if resort || (self.passed >= self.needed() && self.passed_deep < liveness.challenges()) {
            reasons.push(LivenessReason::DepthNotShown);
        }
        match passive {
            Some(passive) if passive.mean < liveness.passive_live_at && liveness.passive_low != PassiveLow::Record => {
                reasons.push(LivenessReason::PassiveLow);
            }
            None if liveness.passive_required => reasons.push(LivenessReason::PassiveMissing),
            _ => (),
        }
        reasons
    }

    fn passive(&self) -> Option<PassiveEvidence> {
        let scores = self.scores.clone();
        let mean = scores.iter().sum::<f32>() / scores.len() as f32;
        (!scores.is_empty()).then(|| PassiveEvidence {
            models: self.passive_models.iter().map(ToString::to_string).collect(),
            scores,
            mean,
        })
    }
}

fn reason(result: ChallengeResult) -> Option<LivenessReason> {
    match result {
        ChallengeResult::Passed | ChallengeResult::CannotMove | ChallengeResult::Unanswered => None,
        ChallengeResult::Late => Some(LivenessReason::NoAnswer),
        ChallengeResult::Early | ChallengeResult::WrongMotion => Some(LivenessReason::WrongMotion),
        ChallengeResult::Flat => Some(LivenessReason::Flat),
        ChallengeResult::FaceChanged => Some(LivenessReason::FaceChanged),
        ChallengeResult::Cut => Some(LivenessReason::Cut),
    }
}
