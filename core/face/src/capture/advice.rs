//! Advice: one thing at a time that an officer or a person can do better, shown steadily.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Observation, Seen};
use crate::{Challenge, QualityLimits};

/// What to show. The names, in snake case, are stable: apps turn them into text, voice or arrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Nobody to be seen.
    NoFace,
    /// More than one large face: only one person may be in the picture.
    SeveralFaces,
    /// The face is too small.
    Closer,
    /// It's too large.
    Further,
    /// It isn't in the middle.
    Centre,
    /// It's turned aside.
    LookStraight,
    /// It's tilted, lying or upside down: the head or the phone is to be held upright.
    Upright,
    /// Too little light on the face.
    TooDark,
    /// Too much light on the face.
    TooBright,
    /// The light is behind the person.
    Backlit,
    /// It's blurred, or it moves.
    HoldStill,
    /// Something covers eyes or mouth. It's told for a while only, as it may be a mistake.
    Uncover,
    /// All is well: a moment more.
    Ready,
    /// [`Challenge::TurnLeft`].
    TurnLeft,
    /// [`Challenge::TurnRight`].
    TurnRight,
    /// [`Challenge::CircleLeft`]: the officer moves the camera around the face.
    CircleLeft,
    /// [`Challenge::CircleRight`], likewise.
    CircleRight,
    /// [`Challenge::ComeNearer`].
    ComeNearer,
    /// [`Challenge::CloseEyes`].
    CloseEyes,
    /// [`Challenge::OpenMouth`].
    OpenMouth,
    /// All that the policy asks for is there.
    Done,
    /// Time is up.
    TimedOut,
    /// The person wasn't shown to be live: a supervisor looks, or it ends here.
    NotConfirmed,
    /// Given up, with a reason.
    GivenUp,
}

impl Advice {
    /// The code, as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoFace => "no_face",
            Self::SeveralFaces => "several_faces",
            Self::Closer => "closer",
            Self::Further => "further",
            Self::Centre => "centre",
            Self::LookStraight => "look_straight",
            Self::Upright => "upright",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::Backlit => "backlit",
            Self::HoldStill => "hold_still",
            Self::Uncover => "uncover",
            Self::Ready => "ready",
            Self::TurnLeft => "turn_left",
            Self::TurnRight => "turn_right",
            Self::CircleLeft => "circle_left",
            Self::CircleRight => "circle_right",
            Self::ComeNearer => "come_nearer",
            Self::CloseEyes => "close_eyes",
            Self::OpenMouth => "open_mouth",
            Self::Done => "done",
            Self::TimedOut => "timed_out",
            Self::NotConfirmed => "not_confirmed",
            Self::GivenUp => "given_up",
        }
    }
}

impl From<Challenge> for Advice {
    fn from(challenge: Challenge) -> Self {
        match challenge {
            Challenge::TurnLeft => Self::TurnLeft,
            Challenge::TurnRight => Self::TurnRight,
            Challenge::CircleLeft => Self::CircleLeft,
            Challenge::CircleRight => Self::CircleRight,
            Challenge::ComeNearer => Self::ComeNearer,
            Challenge::CloseEyes => Self::CloseEyes,
            Challenge::OpenMouth => Self::OpenMouth,
        }
    }
}

/// What keeps a frame from being used, in the order in which it's worth mending; `None` for a good one. What is `shown`
/// already goes away only once it's well mended, so that a face at a limit doesn't make advice flicker.
pub(super) fn problem(observation: &Observation, limits: &QualityLimits, shown: Advice) -> Option<Advice> {
    let Some(seen) = observation.checked() else { return Some(Advice::NoFace) };
    if seen.several {
        return Some(Advice::SeveralFaces);
    }
    let Seen { face, quality, surroundings, .. } = seen;
    let (width, height) = (observation.width as f32, observation.height as f32);
    let [left, top, box_width, box_height] = face.bbox;
    let largest = (box_width / width).max(box_height / height);
    let aside = [(left + box_width / 2.0) / width, (top + box_height / 2.0) / height].map(|at| (at - 0.5).abs());
    let [darkest, brightest] = limits.luminance_mean;
    let backlight = if quality.luminance_mean < DIM { (surroundings - quality.luminance_mean).max(0.0) } else { 0.0 };
    // Each as a share of its limit: below 1 is a problem, and below the margin still one if it's shown.
    let judged = [
        // Before all else, as the rest is measured where eyes and mouth would be if it were upright.
        (limits.head_pose_roll / quality.head_pose_roll.abs(), Advice::Upright),
        (quality.inter_eye_distance / limits.inter_eye_distance, Advice::Closer),
        (LARGEST / largest, Advice::Further),
        (FARTHEST_ASIDE / aside[0].max(aside[1]), Advice::Centre),
        (BACKLIGHT / backlight, Advice::Backlit),
        (quality.luminance_mean / darkest, Advice::TooDark),
        (brightest / quality.luminance_mean, Advice::TooBright),
        (quality.contrast / limits.contrast, Advice::Backlit),
        (limits.head_pose_yaw / quality.head_pose_yaw.abs(), Advice::LookStraight),
        (quality.sharpness / limits.sharpness, Advice::HoldStill),
        (quality.eyes_visible / limits.eyes_visible, Advice::Uncover),
        (quality.mouth_occlusion_prevention / limits.mouth_occlusion_prevention, Advice::Uncover),
    ];
    judged.into_iter().find_map(|(share, advice)| {
        let enough = if advice == shown { MARGIN } else { 1.0 };
        (share < enough).then_some(advice)
    })
}

/// A face larger than this share of the frame loses its edges when it moves.
const LARGEST: f32 = 0.85;

/// How far from the middle its centre may be, as a share of the frame.
const FARTHEST_ASIDE: f32 = 0.25;

/// A face darker than this (0 to 1) before surroundings brighter by as much as [`BACKLIGHT`] is lit from behind.
const DIM: f32 = 0.35;
const BACKLIGHT: f32 = 0.3;

const MARGIN: f32 = 1.1;

/// How long another advice has to hold before it's shown.
pub(super) const SETTLE: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::tests::{good, observation};

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn problem_of(change: impl FnOnce(&mut Seen), shown: Advice) -> Option<Advice> {
        let mut observation = observation(MS(0));
        change(observation.seen.as_mut().expect("a face"));
        problem(&observation, &QualityLimits::default(), shown)
    }

    #[test]
    fn each_fault_has_its_advice_and_a_good_frame_none() {
        let of = |change: fn(&mut Seen)| problem_of(change, Advice::Ready);
        assert_eq!(of(|_| ()), None);
        assert_eq!(of(|s| s.several = true), Some(Advice::SeveralFaces));
        assert_eq!(of(|s| s.quality.inter_eye_distance = 20.0), Some(Advice::Closer));
        assert_eq!(of(|s| s.face.bbox = [20.0, 20.0, 450.0, 600.0]), Some(Advice::Further));
        assert_eq!(of(|s| s.face.bbox[0] = 300.0), Some(Advice::Centre));
        assert_eq!(of(|s| (s.quality.luminance_mean, s.surroundings) = (0.1, 0.2)), Some(Advice::TooDark));
        assert_eq!(of(|s| s.quality.luminance_mean = 0.9), Some(Advice::TooBright));
        assert_eq!(of(|s| (s.quality.luminance_mean, s.surroundings) = (0.25, 0.8)), Some(Advice::Backlit));
        assert_eq!(of(|s| s.quality.head_pose_yaw = -40.0), Some(Advice::LookStraight));
        for roll in [31.0, -31.0, 90.0, 179.0] {
            // What is upside down often seems turned aside as well.
            let tilted = |s: &mut Seen| (s.quality.head_pose_roll, s.quality.head_pose_yaw) = (roll, 40.0);
            assert_eq!(problem_of(tilted, Advice::Ready), Some(Advice::Upright), "{roll}");
        }
        assert_eq!(of(|s| s.quality.sharpness = 10.0), Some(Advice::HoldStill));
        assert_eq!(of(|s| s.quality.eyes_visible = 0.2), Some(Advice::Uncover));
        assert_eq!(of(|s| s.quality.mouth_occlusion_prevention = -0.1), Some(Advice::Uncover));
        let nobody = Observation { seen: None, ..observation(MS(0)) };
        assert_eq!(problem(&nobody, &QualityLimits::default(), Advice::Ready), Some(Advice::NoFace));
        assert!(good().inter_eye_distance > 24.0);
    }

    #[test]
    fn what_is_shown_has_to_be_well_mended() {
        let barely = |s: &mut Seen| s.quality.inter_eye_distance = 25.0;
        assert_eq!(problem_of(barely, Advice::Ready), None);
        assert_eq!(problem_of(barely, Advice::Closer), Some(Advice::Closer));
        assert_eq!(problem_of(|s| s.quality.inter_eye_distance = 27.0, Advice::Closer), None);
    }

    #[test]
    fn the_code_is_the_name_in_json() {
        for advice in [
            Advice::NoFace,
            Advice::Upright,
            Advice::ComeNearer,
            Advice::CloseEyes,
            Advice::OpenMouth,
            Advice::TimedOut,
        ] {
            assert_eq!(serde_json::to_value(advice).expect("a name"), advice.code());
        }
    }
}
