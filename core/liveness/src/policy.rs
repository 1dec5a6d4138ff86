//! The policy: whether the checks are made, how strictly, and what follows.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{LivenessVerdict, number::finite};

/// What a programme asks for before a face counts as that of somebody who stands there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LivenessPolicy {
    /// Whether the checks are made, and whether they decide.
    pub mode: LivenessMode,
    /// How many movements are asked for, one after another; 0 to [`LivenessPolicy::MAX_CHALLENGES`].
    pub challenges: u8,
    /// How many expressions are asked for after that, where the handset has the model that sees them; 0 to
    /// [`LivenessPolicy::MAX_CHALLENGES`].
    pub expressions: u8,
    /// How often a movement may be got wrong or not come before somebody else has to look; 1 to
    /// [`LivenessPolicy::MAX_TRIES`]. After a wrong movement a new one is drawn, which is another guess for a replayed
    /// film; after none something gentler to the same side is asked for. What was flat, or another face, gets no
    /// second try.
    pub tries: u8,
    /// How long a person has for one movement, in milliseconds.
    pub answer_within_ms: u32,
    /// Where the mean passive score is below this, 0 to 1, the face is suspected to be a picture.
    #[serde(deserialize_with = "finite")]
    pub passive_live_at: f32,
    /// What follows from that.
    pub passive_low: PassiveLow,
    /// Whether a handset without the passive models sends everybody to the supervisor.
    pub passive_required: bool,
}

/// Whether the checks are made, and whether they decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LivenessMode {
    /// Made, and what fails is blocked or goes to a supervisor.
    #[default]
    Required,
    /// Made and written down, without consequences: to learn how a programme's own people fare.
    Recorded,
    /// Not made.
    Off,
}

/// What follows from a low passive score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassiveLow {
    /// It's written down.
    Record,
    /// A supervisor looks.
    #[default]
    Supervisor,
    /// It's taken for a picture.
    Block,
}

/// What may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clearance {
    /// Nothing stands in the way.
    Cleared,
    /// A supervisor decides.
    Supervisor,
    /// It ends here.
    Blocked,
}

impl LivenessPolicy {
    /// More movements in a row than this nobody should be asked for.
    pub const MAX_CHALLENGES: u8 = 3;

    /// More tries than this help only a film.
    pub const MAX_TRIES: u8 = 4;

    /// Nothing is checked.
    pub fn off() -> Self {
        Self { mode: LivenessMode::Off, ..Self::default() }
    }

    /// What may follow from a verdict.
    pub fn clearance(&self, verdict: LivenessVerdict) -> Clearance {
        match (self.mode, verdict) {
            (LivenessMode::Off | LivenessMode::Recorded, _) | (_, LivenessVerdict::Live) => Clearance::Cleared,
            (_, LivenessVerdict::Spoof) => Clearance::Blocked,
            (_, LivenessVerdict::Review | LivenessVerdict::Unchecked) => Clearance::Supervisor,
        }
    }

    /// The number of movements that is really asked for.
    pub fn challenges(&self) -> usize {
        if self.mode == LivenessMode::Off { 0 } else { self.challenges.min(Self::MAX_CHALLENGES).into() }
    }

    /// The number of expressions that is really asked for, where they can be seen.
    pub fn expressions(&self) -> usize {
        if self.mode == LivenessMode::Off { 0 } else { self.expressions.min(Self::MAX_CHALLENGES).into() }
    }

    /// The number of tries that is really given.
    pub fn tries(&self) -> usize {
        self.tries.clamp(1, Self::MAX_TRIES).into()
    }

    /// How long a person has for one movement.
    pub fn answer_within(&self) -> Duration {
        Duration::from_millis(self.answer_within_ms.into())
    }
}

impl Default for LivenessPolicy {
    fn default() -> Self {
        Self {
            mode: LivenessMode::Required,
            challenges: 1,
            expressions: 1,
            tries: 2,
            answer_within_ms: 6000,
            passive_live_at: 0.3,
            passive_low: PassiveLow::Supervisor,
            passive_required: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_shown_to_be_live_is_cleared_where_it_is_required() {
        use Clearance::{Blocked, Cleared, Supervisor};
        use LivenessVerdict::{Live, Review, Spoof, Unchecked};
        let clearance = |mode| {
            let policy = LivenessPolicy { mode, ..LivenessPolicy::default() };
            [Live, Review, Unchecked, Spoof].map(|verdict| policy.clearance(verdict))
        };
        assert_eq!(clearance(LivenessMode::Required), [Cleared, Supervisor, Supervisor, Blocked]);
        assert_eq!(clearance(LivenessMode::Recorded), [Cleared; 4]);
        assert_eq!(clearance(LivenessMode::Off), [Cleared; 4]);
    }
}
