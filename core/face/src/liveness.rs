//! Liveness: what a programme asks for, and the evidence of it that goes into a record.
//!
//! Plain data without pixels or networks, so that a server reads what a handset wrote. `docs/liveness.md` says what the
//! checks show and what they don't.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ModelId;

/// What a programme asks for before a face counts as that of somebody who stands there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LivenessPolicy {
    /// Whether the checks are made, and whether they decide.
    pub mode: LivenessMode,
    /// How many movements are asked for, one after another; 0 to [`LivenessPolicy::MAX_CHALLENGES`].
    pub challenges: u8,
    /// How often a movement may be got wrong or not come before somebody else has to look; 1 to
    /// [`LivenessPolicy::MAX_TRIES`]. Each try draws a new movement, so each is another guess for a
    /// replayed film. What was flat, or another face, gets no second try.
    pub tries: u8,
    /// How long a person has for one movement, in milliseconds.
    pub answer_within_ms: u32,
    /// Where the mean passive score is below this, 0 to 1, the face is suspected to be a picture.
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

/// A movement that is asked for. Blinking or opening the mouth isn't among them, as five landmarks don't show it, nor is
/// looking up, as the detector's landmarks move too little with it (`docs/liveness.md` has the measurement).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Challenge {
    /// The head to the person's own left.
    TurnLeft,
    /// The head to the person's own right.
    TurnRight,
    /// The camera around a head that can't turn, so that it sees what a turn to the left would show.
    CircleLeft,
    /// The same, as a turn to the right.
    CircleRight,
    /// Closer to the camera, or the camera closer: answers the prompt, and shows no depth.
    ComeNearer,
}

/// How a challenge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeResult {
    /// The movement asked for, by the same face, with the depth of a head.
    Passed,
    /// Nothing that was asked for came in time.
    Late,
    /// Sooner than a person can answer.
    Early,
    /// Another movement.
    WrongMotion,
    /// What turned was flat, or nearly.
    Flat,
    /// Another face than before.
    FaceChanged,
    /// The film breaks off: a gap, or a jump no head makes.
    Cut,
    /// The person can't do this one; another was asked for.
    CannotMove,
    /// The session ended first.
    Unanswered,
}

/// What the checks came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LivenessVerdict {
    /// All that was asked for was shown.
    Live,
    /// Not shown; somebody has to look.
    Review,
    /// Signs of a picture or of a second face.
    Spoof,
    /// Nothing was asked for.
    Unchecked,
}

/// Why a verdict isn't [`LivenessVerdict::Live`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LivenessReason {
    /// No movement came in time.
    NoAnswer,
    /// Other movements than those asked for.
    WrongMotion,
    /// What moved was flat.
    Flat,
    /// Faces took turns.
    FaceChanged,
    /// The film broke off too often.
    Cut,
    /// Only a challenge that shows no depth was answered.
    DepthNotShown,
    /// Texture like that of a print or a screen.
    PassiveLow,
    /// The passive models are missing, and the policy wants them.
    PassiveMissing,
    /// The session ended before the checks did.
    NotFinished,
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

/// What the checks saw, for the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LivenessEvidence {
    /// What the policy asked for.
    pub mode: LivenessMode,
    /// What came of it.
    pub verdict: LivenessVerdict,
    /// Why it isn't live; empty where it is.
    pub reasons: Vec<LivenessReason>,
    /// What may follow, by the policy.
    pub clearance: Clearance,
    /// Each movement asked for, in order.
    pub challenges: Vec<ChallengeEvidence>,
    /// Mean passive score, 0 (a picture) to 1 (live); `None` where the models are missing or weren't asked.
    pub passive: Option<PassiveEvidence>,
    /// From the first frame to the last, in milliseconds.
    pub duration_ms: u32,
    /// Frames seen.
    pub frames_seen: u32,
    /// How often another face came, or the film broke off.
    pub restarts: u32,
    /// A few small pictures: of the face looking straight and of each answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<EvidenceFrame>,
}

/// One movement asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengeEvidence {
    /// What was asked for.
    pub challenge: Challenge,
    /// How it ended.
    pub result: ChallengeResult,
    /// When, in milliseconds from the first frame.
    pub asked_ms: u32,
    /// When it ended, likewise.
    pub ended_ms: u32,
    /// How far the tip of the nose moved against the plane of eyes and mouth, in inter-eye distances: to the person's
    /// left, and down.
    pub nose: [f32; 2],
    /// The depth of the nose that follows from it, in inter-eye distances; `None` where too little moved to tell.
    pub depth: Option<f32>,
    /// How much nearer the face came, as a factor.
    pub nearer: f32,
    /// The cosine between the face that answered and the one that looked straight.
    pub similarity: Option<f32>,
}

/// Passive scores of several frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassiveEvidence {
    /// The models that gave them.
    pub models: Vec<ModelId>,
    /// Each frame's, in order.
    pub scores: Vec<f32>,
    /// Their mean.
    pub mean: f32,
}

/// A small picture.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceFrame {
    /// Milliseconds from the first frame.
    pub at_ms: u32,
    /// What it shows.
    pub moment: Moment,
    /// JPEG; in JSON as base64.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub jpeg: Vec<u8>,
}

/// What a small picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The face looking straight.
    Straight,
    /// The answer to a challenge.
    Answer,
    /// The end of a challenge that wasn't passed.
    Failed,
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
            tries: 2,
            answer_within_ms: 6000,
            passive_live_at: 0.3,
            passive_low: PassiveLow::Supervisor,
            passive_required: false,
        }
    }
}

impl Challenge {
    /// Those that show depth and that most people can do.
    pub const USUAL: [Self; 2] = [Self::TurnLeft, Self::TurnRight];

    /// For somebody who can't move the head: the officer moves the camera. They show the same depth.
    pub const AROUND: [Self; 2] = [Self::CircleLeft, Self::CircleRight];

    /// Whether only something with the depth of a head can answer it.
    pub fn shows_depth(self) -> bool {
        self != Self::ComeNearer
    }
}

impl std::fmt::Debug for EvidenceFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EvidenceFrame({:?} at {} ms, {} bytes)", self.moment, self.at_ms, self.jpeg.len())
    }
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
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

    /// The format of records that exist: a change needs a new version of them.
    #[test]
    fn evidence_is_written_as_in_the_golden_file() {
        let evidence = LivenessEvidence {
            mode: LivenessMode::Required,
            verdict: LivenessVerdict::Review,
            reasons: vec![LivenessReason::PassiveLow],
            clearance: Clearance::Supervisor,
            challenges: vec![ChallengeEvidence {
                challenge: Challenge::TurnLeft,
                result: ChallengeResult::Passed,
                asked_ms: 300,
                ended_ms: 1100,
                nose: [0.25, 0.5],
                depth: Some(0.375),
                nearer: 1.0,
                similarity: None,
            }],
            passive: Some(PassiveEvidence { models: vec![ModelId::new("m")], scores: vec![0.25, 0.5], mean: 0.375 }),
            duration_ms: 1100,
            frames_seen: 12,
            restarts: 0,
            frames: vec![EvidenceFrame { at_ms: 300, moment: Moment::Straight, jpeg: vec![1, 2, 3] }],
        };
        let golden = include_str!("../tests/golden/liveness.json");
        assert_eq!(serde_json::from_str::<LivenessEvidence>(golden).expect("our own format"), evidence);
        let read: serde_json::Value = serde_json::from_str(golden).expect("JSON");
        assert_eq!(serde_json::to_value(&evidence).expect("plain data"), read);
    }

    #[test]
    fn debug_shows_no_picture() {
        let frame = EvidenceFrame { at_ms: 7, moment: Moment::Answer, jpeg: vec![1, 2, 3] };
        assert_eq!(format!("{frame:?}"), "EvidenceFrame(Answer at 7 ms, 3 bytes)");
    }

    #[test]
    fn a_picture_that_is_not_base64_is_refused() {
        let read = |jpeg: &str| {
            let json = format!(r#"{{"at_ms":1,"moment":"answer","jpeg":"{jpeg}"}}"#);
            serde_json::from_str::<EvidenceFrame>(&json)
        };
        assert_eq!(read("AQID").expect("base64").jpeg, [1, 2, 3]);
        assert!(read("AQI*").is_err());
    }
}
