//! What is asked for right now: a movement or an expression.

use std::time::Duration;

use super::Seen;
use super::challenge::Watch;
use super::expressing::ExpressionWatch;
use crate::{Challenge, ChallengeEvidence, ChallengeResult, Expression};

/// Watches the answer to one challenge.
pub(super) enum Asked {
    Movement(Watch),
    Expression(ExpressionWatch),
}

impl Asked {
    pub fn challenge(&self) -> Challenge {
        match self {
            Self::Movement(watch) => watch.challenge(),
            Self::Expression(watch) => watch.challenge(),
        }
    }

    /// As [`Watch::may_answer`].
    pub fn may_answer(&self, seen: &Seen, expression: Option<&Expression>) -> bool {
        match self {
            Self::Movement(watch) => watch.may_answer(&seen.face.landmarks),
            Self::Expression(watch) => watch.may_answer(&seen.face.landmarks, expression),
        }
    }

    /// As [`Watch::take`].
    pub fn take(
        &mut self,
        at: Duration,
        seen: &Seen,
        expression: Option<&Expression>,
        alike: Option<f32>,
        same: f32,
    ) -> Option<ChallengeResult> {
        match self {
            Self::Movement(watch) => watch.take(at, &seen.face.landmarks, alike, same),
            Self::Expression(watch) => watch.take(at, &seen.face.landmarks, expression, alike, same),
        }
    }

    /// As [`Watch::wait`].
    pub fn wait(&self, at: Duration) -> Option<ChallengeResult> {
        match self {
            Self::Movement(watch) => watch.wait(at),
            Self::Expression(watch) => watch.wait(at),
        }
    }

    /// As [`Watch::evidence`].
    pub fn evidence(&self, result: ChallengeResult, at: Duration, start: Duration) -> ChallengeEvidence {
        match self {
            Self::Movement(watch) => watch.evidence(result, at, start),
            Self::Expression(watch) => watch.evidence(result, at, start),
        }
    }
}
