//! The evidence: what was asked for, what was seen, and what it came to.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::number::finite;
use crate::{Clearance, LivenessMode};

/// A movement that is asked for. Looking up isn't among them, as the detector's landmarks move too little with it, and a
/// blink is too short for ten frames a second (`docs/liveness.md` has the measurements).
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
    /// Both eyes closed for a moment, and open again: no picture does, though it shows no depth.
    CloseEyes,
    /// The mouth opened for a moment, and closed again, likewise.
    OpenMouth,
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
    /// Which checks were asked for, and which models were there for them. Records of before don't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<LivenessChecks>,
    /// From the first frame to the last, in milliseconds.
    pub duration_ms: u32,
    /// Frames seen.
    pub frames_seen: u32,
    /// How often another face came, or the film broke off.
    pub restarts: u32,
    /// Why the capture ended without a face that may be used; `None` where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndReason>,
    /// Captures that were begun on the handset before this one, since its last record with evidence, and led to none: so
    /// that trying until it passes shows.
    #[serde(default)]
    pub failed_before: u32,
    /// A few small pictures: of the face looking straight and of each answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<EvidenceFrame>,
}

/// Which checks were asked for, and which models were there for them: a check whose model is missing isn't made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LivenessChecks {
    /// How many movements the policy asks for.
    pub movements: u8,
    /// How many expressions it asks for. Without a landmark model none is.
    pub expressions: u8,
    /// Whether it insists on passive models.
    pub passive_required: bool,
    /// The ids of the optional models that the handset had.
    pub models: Vec<String>,
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
    #[serde(deserialize_with = "finite")]
    pub nose: [f32; 2],
    /// The depth of the nose that follows from it, in inter-eye distances; `None` where too little moved to tell.
    #[serde(deserialize_with = "finite")]
    pub depth: Option<f32>,
    /// How much nearer the face came, as a factor.
    #[serde(deserialize_with = "finite")]
    pub nearer: f32,
    /// The cosine between the face that answered and the one that looked straight.
    #[serde(deserialize_with = "finite")]
    pub similarity: Option<f32>,
    /// How far the eyes closed or the mouth opened at most, by what was asked for: from 1 on it's all. `None` where that
    /// wasn't asked for.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "finite")]
    pub expression: Option<f32>,
}

/// Passive scores of several frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassiveEvidence {
    /// The models that gave them.
    pub models: Vec<String>,
    /// Each frame's, in order.
    #[serde(deserialize_with = "finite")]
    pub scores: Vec<f32>,
    /// Their mean.
    #[serde(deserialize_with = "finite")]
    pub mean: f32,
}

/// A small picture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Why a capture ended without a face that may be used. The names, in snake case, are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Time was up.
    TimedOut,
    /// The person wasn't shown to be live.
    NotConfirmed,
    /// The officer gave up.
    GivenUp(GiveUp),
}

/// Why an officer gave up. The names, in snake case, are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiveUp {
    /// The person is too old or too ill for it.
    PersonUnable,
    /// The person doesn't want to.
    PersonRefused,
    /// Too dark, or too bright, and no better place.
    BadLight,
    /// The camera doesn't do what it should.
    CameraTrouble,
    /// Begun by mistake.
    Cancelled,
}

// Numbers are finite where they were read; `finite` sees to those that were measured.
impl Eq for LivenessEvidence {}
impl Eq for ChallengeEvidence {}
impl Eq for PassiveEvidence {}

impl LivenessEvidence {
    /// The same without measures that are no numbers, which JSON couldn't say.
    #[must_use]
    pub fn finite(mut self) -> Self {
        let or_zero = |number: f32| if number.is_finite() { number } else { 0.0 };
        for it in &mut self.challenges {
            it.nose = it.nose.map(or_zero);
            it.nearer = or_zero(it.nearer);
            it.depth = it.depth.filter(|depth| depth.is_finite());
            it.similarity = it.similarity.filter(|similarity| similarity.is_finite());
            it.expression = it.expression.filter(|expression| expression.is_finite());
        }
        if let Some(passive) = &mut self.passive {
            passive.scores.iter_mut().for_each(|score| *score = or_zero(*score));
            passive.mean = or_zero(passive.mean);
        }
        self
    }
}

impl Challenge {
    /// Those that show depth and that most people can do.
    pub const USUAL: [Self; 2] = [Self::TurnLeft, Self::TurnRight];

    /// For somebody who can't move the head: the officer moves the camera. They show the same depth.
    pub const AROUND: [Self; 2] = [Self::CircleLeft, Self::CircleRight];

    /// What a face does without moving.
    pub const EXPRESSIONS: [Self; 2] = [Self::CloseEyes, Self::OpenMouth];

    /// Whether it's one of [`Challenge::EXPRESSIONS`].
    pub fn is_expression(self) -> bool {
        Self::EXPRESSIONS.contains(&self)
    }

    /// Whether only something with the depth of a head can answer it.
    pub fn shows_depth(self) -> bool {
        self != Self::ComeNearer && !self.is_expression()
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
                expression: None,
            }],
            passive: Some(PassiveEvidence { models: vec!["m".into()], scores: vec![0.25, 0.5], mean: 0.375 }),
            checks: Some(LivenessChecks {
                movements: 1,
                expressions: 1,
                passive_required: false,
                models: vec!["m".into()],
            }),
            duration_ms: 1100,
            frames_seen: 12,
            restarts: 0,
            ended: Some(EndReason::GivenUp(GiveUp::PersonUnable)),
            failed_before: 2,
            frames: vec![EvidenceFrame { at_ms: 300, moment: Moment::Straight, jpeg: vec![1, 2, 3] }],
        };
        let golden = include_str!("../tests/golden/evidence.json");
        assert_eq!(serde_json::from_str::<LivenessEvidence>(golden).expect("our own format"), evidence);
        let read: serde_json::Value = serde_json::from_str(golden).expect("JSON");
        assert_eq!(serde_json::to_value(&evidence).expect("plain data"), read);
    }

    #[test]
    fn evidence_of_before_the_checks_were_named_is_still_read() {
        let now: LivenessEvidence =
            serde_json::from_str(include_str!("../tests/golden/evidence.json")).expect("our own format");
        let before = include_str!("../tests/golden/evidence-without-checks.json");
        let read: LivenessEvidence = serde_json::from_str(before).expect("the format before");
        assert_eq!(read, LivenessEvidence { checks: None, ..now });
        let json: serde_json::Value = serde_json::from_str(before).expect("JSON");
        assert_eq!(serde_json::to_value(&read).expect("plain data"), json);
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

    #[test]
    fn numbers_that_are_none_are_neither_written_nor_read() {
        let golden = include_str!("../tests/golden/evidence.json");
        let evidence: LivenessEvidence = serde_json::from_str(golden).expect("our own format");
        let mut measured = evidence.clone();
        measured.challenges[0].nearer = f32::NAN;
        measured.challenges[0].depth = Some(f32::INFINITY);
        let written = serde_json::to_string(&measured.finite()).expect("plain data");
        let read: LivenessEvidence = serde_json::from_str(&written).expect("numbers");
        assert_eq!((read.challenges[0].nearer, read.challenges[0].depth), (0.0, None));
        assert!(serde_json::from_str::<LivenessEvidence>(&golden.replace("0.375", "1e39")).is_err());
    }
}
