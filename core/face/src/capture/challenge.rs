//! One movement asked for at one moment, and what the face does afterwards.

use std::time::Duration;

use super::parallax::{Landmarks, Parallax};
use crate::{Challenge, ChallengeEvidence, ChallengeResult};

/// Watches a face from the prompt on.
pub(super) struct Watch {
    challenge: Challenge,
    asked: Duration,
    until: Duration,
    straight: Landmarks,
    last: Option<(Duration, Parallax)>,
    peak: Parallax,
    similarity: Option<f32>,
    /// Answers in a row that show another face.
    unlike: u8,
    /// Frames in a row that show the movement asked for, or another one.
    in_a_row: [u8; 2],
    /// Since when it's something flat that turned.
    flat: Option<Duration>,
}

/// What a frame shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Asked,
    Other,
    Flat,
    Nothing,
}

/// Nobody answers sooner: the shortest human reaction to something seen is about 150 ms.
pub(super) const REACTION: Duration = Duration::from_millis(150);

/// One frame alone may be the detector's mistake, or blurred.
pub(super) const FRAMES_IN_A_ROW: u8 = 2;

/// What's flat for less than this may be a mistake too: two frames of ten a second are as far apart, and a fast camera
/// makes more of them.
const FLAT_FOR: Duration = Duration::from_millis(90);

/// How far the nose has to move, in inter-eye distances: what a turn of the head by 20 to 30 degrees shows. What the
/// detector makes of a page turned by up to 50 degrees is below 0.09.
const WAY: f32 = 0.15;

/// How much nearer the face has to come, as a factor.
const NEARER: f32 = 1.25;

/// Noses stand 0.3 to 0.5 inter-eye distances before the plane of eyes and mouth, and the detector makes less of it.
const LEAST_DEPTH: f32 = 0.22;

/// No head moves its nose faster, in inter-eye distances a second.
const FASTEST: f32 = 3.0;

impl Watch {
    /// Asks for a movement at a moment, of the face that looks `straight` then.
    pub fn new(challenge: Challenge, asked: Duration, within: Duration, straight: Landmarks) -> Self {
        let peak = Parallax { nose: [0.0; 2], narrowing: 1.0, nearer: 1.0 };
        let until = asked.saturating_add(within);
        let (last, similarity, flat) = (None, None, None);
        Self { challenge, asked, until, straight, last, peak, similarity, unlike: 0, in_a_row: [0; 2], flat }
    }

    /// Whether this view may be the one that answers, so that its template is needed.
    pub fn may_answer(&self, landmarks: &Landmarks) -> bool {
        Parallax::between(&self.straight, landmarks).is_some_and(|seen| self.shown(&seen) == Shown::Asked)
    }

    /// Takes a frame; `alike` is the cosine between its face and the one that looked straight, where it was asked for.
    /// The result once there is one.
    pub fn take(
        &mut self,
        at: Duration,
        landmarks: &Landmarks,
        alike: Option<f32>,
        same: f32,
    ) -> Option<ChallengeResult> {
        let Some(seen) = Parallax::between(&self.straight, landmarks) else { return self.wait(at) };
        if jumped(self.last.as_ref(), at, &seen) {
            return Some(ChallengeResult::Cut);
        }
        self.last = Some((at, seen));
        let shown = self.shown(&seen);
        if self.towards(&seen) >= self.towards(&self.peak) || shown != Shown::Nothing {
            self.peak = seen;
        }
        for (frames, kind) in self.in_a_row.iter_mut().zip([Shown::Asked, Shown::Other]) {
            *frames = if shown == kind { frames.saturating_add(1) } else { 0 };
        }
        self.flat = self.flat.filter(|_| shown == Shown::Flat).or((shown == Shown::Flat).then_some(at));
        if shown == Shown::Asked
            && let Some(alike) = alike
        {
            self.similarity = Some(alike);
            self.unlike = if alike < same { self.unlike.saturating_add(1) } else { 0 };
            if self.unlike > FRAMES_IN_A_ROW {
                return Some(ChallengeResult::FaceChanged);
            }
        }
        let [asked, other] = self.in_a_row.map(|frames| frames >= FRAMES_IN_A_ROW);
        if asked && at < self.asked + REACTION {
            return Some(ChallengeResult::Early);
        }
        if asked && alike.is_some_and(|alike| alike >= same) {
            return Some(ChallengeResult::Passed);
        }
        if other {
            return Some(ChallengeResult::WrongMotion);
        }
        if self.flat.is_some_and(|since| at.saturating_sub(since) >= FLAT_FOR) {
            return Some(ChallengeResult::Flat);
        }
        self.wait(at)
    }

    /// A frame without a face that could be judged.
    pub fn wait(&self, at: Duration) -> Option<ChallengeResult> {
        (at >= self.until).then_some(ChallengeResult::Late)
    }

    /// What was asked for.
    pub fn challenge(&self) -> Challenge {
        self.challenge
    }

    /// What goes into the record; `start` is the session's first frame.
    pub fn evidence(&self, result: ChallengeResult, at: Duration, start: Duration) -> ChallengeEvidence {
        let ms = |moment: Duration| milliseconds(moment.saturating_sub(start));
        ChallengeEvidence {
            challenge: self.challenge,
            result,
            asked_ms: ms(self.asked),
            ended_ms: ms(at),
            nose: self.peak.nose,
            depth: self.peak.depth(),
            nearer: self.peak.nearer,
            similarity: self.similarity,
            expression: None,
        }
    }

    fn shown(&self, seen: &Parallax) -> Shown {
        if self.challenge == Challenge::ComeNearer {
            return if self.towards(seen) >= 1.0 { Shown::Asked } else { Shown::Nothing };
        }
        if seen.depth().is_some_and(|depth| depth < LEAST_DEPTH) {
            return Shown::Flat;
        }
        let towards = self.towards(seen);
        if towards >= 1.0 {
            Shown::Asked
        } else if seen.way() >= WAY && towards < 0.5 {
            Shown::Other
        } else {
            Shown::Nothing
        }
    }

    /// How much of the movement asked for is there; from 1 on it's all.
    fn towards(&self, seen: &Parallax) -> f32 {
        match self.challenge {
            Challenge::TurnLeft | Challenge::CircleLeft => seen.nose[0] / WAY,
            Challenge::TurnRight | Challenge::CircleRight => -seen.nose[0] / WAY,
            Challenge::ComeNearer => (seen.nearer - 1.0) / (NEARER - 1.0),
            Challenge::CloseEyes | Challenge::OpenMouth => 0.0,
        }
    }
}

/// Whether no head gets from the view before to this one in that time.
pub(super) fn jumped(before: Option<&(Duration, Parallax)>, at: Duration, seen: &Parallax) -> bool {
    before.is_some_and(|(before, last)| {
        let way = (seen.nose[0] - last.nose[0]).hypot(seen.nose[1] - last.nose[1]);
        way > FASTEST * at.saturating_sub(*before).as_secs_f32().max(0.05)
    })
}

/// Whole milliseconds, the largest number where there are more.
pub(super) fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::head::{FLAT, HEAD, Head, view};

    /// A movement over 600 ms at ten frames a second, from 300 ms after the prompt.
    fn answer(challenge: Challenge, head: &Head, [yaw, pitch, distance]: [f32; 3]) -> Option<ChallengeResult> {
        let mut watch = Watch::new(challenge, Duration::ZERO, Duration::from_secs(3), view(head, 0.0, 0.0, 8.0));
        (1..40).find_map(|frame| {
            let part = ((frame as f32 - 3.0) / 6.0).clamp(0.0, 1.0);
            let landmarks = view(head, yaw * part, pitch * part, 8.0 + (distance - 8.0) * part);
            let alike = watch.may_answer(&landmarks).then_some(0.8);
            watch.take(Duration::from_millis(100 * frame), &landmarks, alike, 0.5)
        })
    }

    #[test]
    fn a_head_answers_and_another_movement_or_none_does_not() {
        use Challenge::{CircleRight, ComeNearer, TurnLeft, TurnRight};
        use ChallengeResult::{Late, Passed, WrongMotion};
        for (challenge, pose, result) in [
            (TurnLeft, [28.0, 3.0, 8.0], Passed),
            (TurnRight, [-28.0, -3.0, 8.0], Passed),
            (CircleRight, [-28.0, 0.0, 7.5], Passed),
            (ComeNearer, [0.0, 0.0, 5.5], Passed),
            (TurnLeft, [-28.0, 0.0, 8.0], WrongMotion),
            (TurnRight, [0.0, 28.0, 8.0], WrongMotion),
            (TurnLeft, [5.0, 2.0, 8.0], Late),
            (ComeNearer, [0.0, 0.0, 7.5], Late),
        ] {
            assert_eq!(answer(challenge, &HEAD, pose), Some(result), "{challenge:?} {pose:?}");
        }
    }

    #[test]
    fn a_flat_picture_never_shows_depth() {
        for challenge in Challenge::USUAL {
            for pose in [[50.0, 0.0, 8.0], [-50.0, 20.0, 5.0], [30.0, 30.0, 6.0], [0.0, 50.0, 8.0], [0.0, 0.0, 4.0]] {
                let result = answer(challenge, &FLAT, pose).expect("it ends");
                assert!(matches!(result, ChallengeResult::Flat | ChallengeResult::Late), "{challenge:?} {result:?}");
            }
        }
    }

    #[test]
    fn what_looks_flat_for_a_moment_is_a_mistake_at_any_speed_of_the_camera() {
        let ms = Duration::from_millis;
        let (straight, tilted) = (view(&FLAT, 0.0, 0.0, 8.0), view(&FLAT, 40.0, 0.0, 8.0));
        let watch = || Watch::new(Challenge::TurnLeft, ms(0), ms(3000), straight);
        for (apart, frames) in [(100, 2), (33, 4), (16, 7)] {
            let mut watch = watch();
            let ended = (1..20).find(|n| watch.take(ms(300 + apart * n), &tilted, None, 0.5).is_some());
            assert_eq!(ended, Some(frames), "one every {apart} ms");
        }
        let mut watch = watch();
        for n in 0..80 {
            let landmarks = if n % 4 == 0 { &straight } else { &tilted };
            assert_eq!(watch.take(ms(300 + 33 * n), landmarks, None, 0.5), None);
        }
    }

    #[test]
    fn another_face_and_a_jump_and_a_foreknown_answer_are_told() {
        let straight = view(&HEAD, 0.0, 0.0, 8.0);
        let turned = view(&HEAD, 28.0, 0.0, 8.0);
        let half = view(&HEAD, 12.0, 0.0, 8.0);
        let ms = Duration::from_millis;
        let watch = || Watch::new(Challenge::TurnLeft, ms(0), ms(3000), straight);
        let mut jump = watch();
        assert_eq!(jump.take(ms(300), &straight, None, 0.5), None);
        assert_eq!(jump.take(ms(333), &turned, Some(0.9), 0.5), Some(ChallengeResult::Cut));
        let mut other = watch();
        assert_eq!(other.take(ms(300), &half, None, 0.5), None);
        assert_eq!(other.take(ms(400), &turned, Some(0.2), 0.5), None);
        assert_eq!(other.take(ms(500), &turned, Some(0.2), 0.5), None);
        assert_eq!(other.take(ms(600), &turned, Some(0.2), 0.5), Some(ChallengeResult::FaceChanged));
        let mut early = watch();
        assert_eq!(early.take(ms(40), &turned, Some(0.9), 0.5), None);
        assert_eq!(early.take(ms(80), &turned, Some(0.9), 0.5), Some(ChallengeResult::Early));
    }
}
