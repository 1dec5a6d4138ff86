//! One expression asked for: eyes closed or the mouth opened for a moment, and back again, by a head that holds still.

use std::time::Duration;

use super::challenge::{FRAMES_IN_A_ROW, REACTION, jumped, milliseconds};
use super::parallax::{Landmarks, Parallax};
use crate::{Challenge, ChallengeEvidence, ChallengeResult, Expression};

/// Watches eyes and mouth from the prompt on.
pub(super) struct ExpressionWatch {
    challenge: Challenge,
    asked: Duration,
    until: Duration,
    straight: Landmarks,
    /// Of the face that looked straight, right before the prompt.
    before: Expression,
    last: Option<(Duration, Parallax)>,
    /// How far it went at most, and how the head stood then.
    peak: (f32, Parallax),
    similarity: Option<f32>,
    unlike: u8,
    /// Frames in a row that show the expression asked for, or the other one.
    in_a_row: [u8; 2],
    /// It was shown by the same face; what's missing is the way back.
    shown: bool,
}

/// Eyes are closed where each is open by no more than this share of what it was: closed ones measure 0.4 to 0.7 of open
/// ones, and while nothing moves they vary by some 0.04.
const CLOSED: f32 = 0.75;

/// The mouth is open where the gap of the lips grew by this, in distances of the outer corners of the eyes. Talking
/// stays below it mostly.
const OPENED: f32 = 0.10;

/// Back again is half of the way, so that what's measured anew at each frame doesn't flicker between the two.
const BACK: f32 = 0.5;

/// A head that moved further than this against how it looked straight isn't measured: its eyes look narrower from above.
const STILL: f32 = 0.12;
const STILL_SHAPE: [f32; 2] = [0.85, 1.18];

impl ExpressionWatch {
    /// Asks at a moment, of a face that looked so before.
    pub fn new(
        challenge: Challenge,
        asked: Duration,
        within: Duration,
        straight: Landmarks,
        before: Expression,
    ) -> Self {
        let until = asked.saturating_add(within);
        let peak = (0.0, Parallax { nose: [0.0; 2], narrowing: 1.0, nearer: 1.0 });
        let (last, similarity) = (None, None);
        let (unlike, in_a_row, shown) = (0, [0; 2], false);
        Self { challenge, asked, until, straight, before, last, peak, similarity, unlike, in_a_row, shown }
    }

    /// Whether this view may be one that answers, so that its template is needed.
    pub fn may_answer(&self, landmarks: &Landmarks, expression: Option<&Expression>) -> bool {
        self.seen(landmarks, expression)
            .is_some_and(|(_, [asked, _])| if self.shown { asked <= BACK } else { asked >= 1.0 })
    }

    /// Takes a frame; `alike` is the cosine between its face and the one that looked straight, where it was asked for.
    /// The result once there is one.
    pub fn take(
        &mut self,
        at: Duration,
        landmarks: &Landmarks,
        expression: Option<&Expression>,
        alike: Option<f32>,
        same: f32,
    ) -> Option<ChallengeResult> {
        let Some(view) = Parallax::between(&self.straight, landmarks) else { return self.wait(at) };
        if jumped(self.last.as_ref(), at, &view) {
            return Some(ChallengeResult::Cut);
        }
        self.last = Some((at, view));
        let Some((view, [asked, other])) = self.seen(landmarks, expression) else {
            self.in_a_row = [0; 2];
            return self.wait(at);
        };
        if asked > self.peak.0 {
            self.peak = (asked, view);
        }
        for (frames, there) in self.in_a_row.iter_mut().zip([asked >= 1.0, other >= 1.0 && asked < BACK]) {
            *frames = if there { frames.saturating_add(1) } else { 0 };
        }
        if let Some(alike) = alike {
            self.similarity = Some(alike);
            self.unlike = if alike < same { self.unlike.saturating_add(1) } else { 0 };
            if self.unlike > FRAMES_IN_A_ROW {
                return Some(ChallengeResult::FaceChanged);
            }
        }
        let [there, other] = self.in_a_row.map(|frames| frames >= FRAMES_IN_A_ROW);
        let same_face = alike.is_some_and(|alike| alike >= same);
        if there && !self.shown && at < self.asked + REACTION {
            return Some(ChallengeResult::Early);
        }
        if self.shown && asked <= BACK && same_face {
            return Some(ChallengeResult::Passed);
        }
        if other {
            return Some(ChallengeResult::WrongMotion);
        }
        self.shown |= there && same_face;
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
        let (far, view) = self.peak;
        ChallengeEvidence {
            challenge: self.challenge,
            result,
            asked_ms: ms(self.asked),
            ended_ms: ms(at),
            nose: view.nose,
            depth: None,
            nearer: view.nearer,
            similarity: self.similarity,
            expression: Some(far),
        }
    }

    /// How the head stands, and how much of the expression asked for and of the other one is there: from 1 on it's all.
    fn seen(&self, landmarks: &Landmarks, expression: Option<&Expression>) -> Option<(Parallax, [f32; 2])> {
        let view = Parallax::between(&self.straight, landmarks)?;
        let [least, most] = STILL_SHAPE;
        let still = view.way() <= STILL && (least..=most).contains(&view.narrowing);
        let now = expression.filter(|expression| still && expression.is_finite())?;
        let open = [0, 1].map(|eye| now.eyes[eye] / self.before.eyes[eye].max(f32::EPSILON));
        let closed = (1.0 - open[0].max(open[1])) / (1.0 - CLOSED);
        let opened = (now.mouth - self.before.mouth) / OPENED;
        Some((view, if self.challenge == Challenge::CloseEyes { [closed, opened] } else { [opened, closed] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::head::{HEAD, view};

    const MS: fn(u64) -> Duration = Duration::from_millis;

    const BEFORE: Expression = Expression { eyes: [0.28, 0.3], mouth: 0.02 };
    const CLOSED_EYES: Expression = Expression { eyes: [0.16, 0.15], mouth: 0.02 };
    const OPEN_MOUTH: Expression = Expression { eyes: [0.27, 0.31], mouth: 0.25 };

    fn watch(challenge: Challenge) -> ExpressionWatch {
        ExpressionWatch::new(challenge, MS(0), MS(3000), view(&HEAD, 0.0, 0.0, 8.0), BEFORE)
    }

    /// Ten frames a second: what's seen at each, from 100 ms after the prompt on, and then the face as it was.
    fn play(mut watch: ExpressionWatch, seen: &[(Expression, f32, f32)]) -> (ChallengeResult, u64) {
        for n in 1..60 {
            let (expression, yaw, alike) = seen.get(n as usize - 1).copied().unwrap_or((BEFORE, 0.0, 0.8));
            let landmarks = view(&HEAD, yaw, 0.0, 8.0);
            let alike = watch.may_answer(&landmarks, Some(&expression)).then_some(alike);
            if let Some(result) = watch.take(MS(100 * n), &landmarks, Some(&expression), alike, 0.5) {
                return (result, 100 * n);
            }
        }
        panic!("it ends");
    }

    fn still(expressions: &[Expression]) -> Vec<(Expression, f32, f32)> {
        expressions.iter().map(|expression| (*expression, 0.0, 0.8)).collect()
    }

    #[test]
    fn there_and_back_passes_and_only_there_does_not() {
        use Challenge::{CloseEyes, OpenMouth};
        for (challenge, shown, other) in [(CloseEyes, CLOSED_EYES, OPEN_MOUTH), (OpenMouth, OPEN_MOUTH, CLOSED_EYES)] {
            let short = still(&[BEFORE, BEFORE, shown, shown]);
            assert_eq!(play(watch(challenge), &short), (ChallengeResult::Passed, 500));
            // A single frame may be a mistake of the landmarks.
            assert_eq!(play(watch(challenge), &still(&[BEFORE, shown])).0, ChallengeResult::Late);
            assert_eq!(play(watch(challenge), &still(&[shown; 60])).0, ChallengeResult::Late);
            assert_eq!(play(watch(challenge), &still(&[BEFORE, other, other])), (ChallengeResult::WrongMotion, 300));
            assert_eq!(play(watch(challenge), &[]).0, ChallengeResult::Late);
        }
    }

    #[test]
    fn one_eye_is_not_both_and_a_little_is_not_all() {
        for eyes in [[0.15, 0.3], [0.28, 0.15], [0.24, 0.26]] {
            let seen = still(&[Expression { eyes, ..BEFORE }; 10]);
            assert_eq!(play(watch(Challenge::CloseEyes), &seen).0, ChallengeResult::Late);
        }
        let talking = still(&[Expression { mouth: 0.08, ..BEFORE }; 10]);
        assert_eq!(play(watch(Challenge::OpenMouth), &talking).0, ChallengeResult::Late);
    }

    #[test]
    fn a_head_that_moves_meanwhile_another_face_and_a_foreknown_answer_do_not_pass() {
        let turned = [(CLOSED_EYES, 25.0, 0.8); 10];
        let slowly = [(BEFORE, 8.0, 0.8), (BEFORE, 16.0, 0.8), turned[0], turned[1], turned[2]];
        assert_eq!(play(watch(Challenge::CloseEyes), &slowly).0, ChallengeResult::Late);
        let other = [(CLOSED_EYES, 0.0, 0.1); 10];
        assert_eq!(play(watch(Challenge::CloseEyes), &other), (ChallengeResult::FaceChanged, 300));
        // The eyes of another face, and then another face: it has to be the same one that opens them again.
        let swapped: Vec<_> = std::iter::repeat_n((CLOSED_EYES, 0.0, 0.8), 3).chain([(BEFORE, 0.0, 0.1); 9]).collect();
        assert_eq!(play(watch(Challenge::CloseEyes), &swapped).0, ChallengeResult::FaceChanged);
        let mut early = watch(Challenge::OpenMouth);
        let landmarks = view(&HEAD, 0.0, 0.0, 8.0);
        assert_eq!(early.take(MS(40), &landmarks, Some(&OPEN_MOUTH), Some(0.9), 0.5), None);
        assert_eq!(early.take(MS(80), &landmarks, Some(&OPEN_MOUTH), Some(0.9), 0.5), Some(ChallengeResult::Early));
    }

    #[test]
    fn what_the_model_does_not_see_is_no_answer() {
        let mut watch = watch(Challenge::CloseEyes);
        let landmarks = view(&HEAD, 0.0, 0.0, 8.0);
        assert!(!watch.may_answer(&landmarks, None));
        let strange = Expression { eyes: [f32::NAN; 2], mouth: 0.0 };
        for (n, seen) in [None, Some(&strange)].into_iter().cycle().take(25).enumerate() {
            assert_eq!(watch.take(MS(100 * (n as u64 + 1)), &landmarks, seen, None, 0.5), None);
        }
        assert_eq!(watch.take(MS(3000), &landmarks, None, None, 0.5), Some(ChallengeResult::Late));
    }
}
