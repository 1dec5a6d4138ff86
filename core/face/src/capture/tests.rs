//! The session from outside: what it promises for any sequence of frames.

mod expressions;
mod gentler;

use std::time::Duration;

use proptest::prelude::*;

use super::head::{FLAT, HEAD, Head, view};
use super::*;
use crate::{Challenge, Clearance, Face, LivenessReason, LivenessVerdict, Quality};

const MS: fn(u64) -> Duration = Duration::from_millis;

pub(super) fn good() -> Quality {
    Quality {
        inter_eye_distance: 80.0,
        head_pose_yaw: 0.0,
        head_pose_roll: 0.0,
        sharpness: 400.0,
        luminance_mean: 0.5,
        contrast: 0.2,
        eyes_visible: 1.0,
        mouth_occlusion_prevention: 1.0,
    }
}

/// Somebody's template, by an angle: the same below 1, others from 1.5 on.
pub(super) fn template(somebody: f32) -> Template {
    Template::new(ModelId::new("m"), vec![somebody.cos(), somebody.sin()]).expect("a direction")
}

/// A good frame of a head that looks straight.
pub(super) fn observation(at: Duration) -> Observation {
    seen(at, &HEAD, [0.0, 0.0, 8.0])
}

fn seen(at: Duration, head: &Head, [yaw, pitch, distance]: [f32; 3]) -> Observation {
    let landmarks = view(head, yaw, pitch, distance);
    let width = 150.0 * 8.0 / distance;
    let face = Face { bbox: [240.0 - width / 2.0, 320.0 - width * 0.6, width, width * 1.2], landmarks, score: 0.9 };
    let quality = Quality { head_pose_yaw: yaw, ..good() };
    let seen = Seen { face, quality, several: false, surroundings: 0.5 };
    Observation {
        at,
        width: 480,
        height: 640,
        seen: Some(seen),
        template: Some(template(0.0)),
        passive: Some(0.9),
        expression: None,
    }
}

fn session(policy: CapturePolicy, random: u8) -> CaptureSession {
    CaptureSession::new(policy, [random; 32], vec![ModelId::new("passive")])
}

/// What somebody shows who looks straight and, half a second after a prompt, does what is asked.
struct Actor {
    head: Head,
    prompt: Option<(Advice, Duration)>,
}

impl Actor {
    fn new(head: Head) -> Self {
        Self { head, prompt: None }
    }

    fn frame(&mut self, at: Duration, advice: Advice) -> Observation {
        if self.prompt.is_none_or(|(prompt, _)| prompt != advice) {
            self.prompt = Some((advice, at));
        }
        let since = self.prompt.map_or(0.0, |(_, since)| at.saturating_sub(since).as_secs_f32());
        let part = ((since - 0.25) / 0.4).clamp(0.0, 1.0);
        let pose = match advice {
            Advice::TurnLeft | Advice::CircleLeft => [30.0 * part, 0.0, 8.0],
            Advice::TurnRight | Advice::CircleRight => [-30.0 * part, 0.0, 8.0],
            Advice::ComeNearer => [0.0, 0.0, 8.0 - 3.0 * part],
            _ => [0.0, 0.0, 8.0],
        };
        seen(at, &self.head, pose)
    }

    /// Ten frames a second until it ends; how long it took.
    fn play(&mut self, session: &mut CaptureSession) -> Duration {
        let mut advice = Advice::NoFace;
        for frame in 0..2000 {
            let at = MS(100 * frame);
            let step = session.observe(&self.frame(at, advice)).expect("frames in order");
            advice = step.advice;
            if step.over {
                return at;
            }
        }
        panic!("a session ends");
    }
}

fn with(liveness: LivenessPolicy) -> CapturePolicy {
    CapturePolicy { liveness, ..CapturePolicy::default() }
}

fn captured(session: CaptureSession) -> Capture {
    match session.into_outcome().expect("over") {
        Outcome::Captured(capture) => capture,
        Outcome::Abandoned(abandoned) => panic!("{abandoned:?}"),
    }
}

fn abandoned(session: CaptureSession) -> Abandoned {
    match session.into_outcome().expect("over") {
        Outcome::Captured(capture) => panic!("{capture:?}"),
        Outcome::Abandoned(abandoned) => abandoned,
    }
}

#[test]
fn good_frames_end_within_two_seconds_of_their_own_clock() {
    for random in 0..3 {
        let mut session = session(CapturePolicy::default(), random);
        let took = Actor::new(HEAD).play(&mut session);
        assert!(took < MS(2000), "{took:?}");
        let capture = captured(session);
        assert_eq!(capture.liveness.verdict, LivenessVerdict::Live);
        assert_eq!(capture.liveness.passive.expect("asked for").scores.len(), 3);
        assert!((capture.template.similarity(&template(0.0)).expect("one model") - 1.0).abs() < 1e-5);
    }
    let mut without = session(with(LivenessPolicy::off()), 0);
    assert!(Actor::new(HEAD).play(&mut without) < MS(500));
    assert_eq!(captured(without).liveness.verdict, LivenessVerdict::Unchecked);
}

#[test]
fn a_picture_is_not_cleared_where_liveness_is_required() {
    for random in 0..3 {
        let mut session = session(CapturePolicy::default(), random);
        Actor::new(FLAT).play(&mut session);
        let abandoned = abandoned(session);
        assert_eq!(abandoned.reason, EndReason::NotConfirmed);
        assert_ne!(abandoned.liveness.clearance, Clearance::Cleared);
        assert!(!abandoned.liveness.challenges.is_empty());
        assert!(abandoned.best.is_some());
    }
}

#[test]
fn where_it_is_only_recorded_a_picture_is_written_down_and_goes_through() {
    let policy = with(LivenessPolicy { mode: LivenessMode::Recorded, ..LivenessPolicy::default() });
    let mut session = session(policy, 1);
    Actor::new(FLAT).play(&mut session);
    let liveness = captured(session).liveness;
    assert_ne!(liveness.verdict, LivenessVerdict::Live);
    assert_eq!(liveness.clearance, Clearance::Cleared);
}

#[test]
fn who_cannot_turn_is_circled_and_who_cannot_be_circled_comes_nearer_for_review() {
    let straight_until_asked = |session: &mut CaptureSession| {
        let mut actor = Actor::new(HEAD);
        (0..10).for_each(|frame| {
            session.observe(&actor.frame(MS(100 * frame), Advice::Ready)).expect("in order");
        });
    };
    let later = |session: &mut CaptureSession| {
        let mut actor = Actor::new(HEAD);
        let mut advice = Advice::Ready;
        for frame in 10..100 {
            let step = session.observe(&actor.frame(MS(100 * frame), advice)).expect("in order");
            advice = step.advice;
        }
    };
    let mut circled = session(CapturePolicy::default(), 1);
    straight_until_asked(&mut circled);
    circled.cannot_move();
    later(&mut circled);
    let capture = captured(circled);
    let results: Vec<_> = capture.liveness.challenges.iter().map(|c| (c.challenge, c.result)).collect();
    assert_eq!(results[0].1, ChallengeResult::CannotMove);
    assert_eq!(results[1], (Challenge::CircleRight, ChallengeResult::Passed));

    let mut still = session(CapturePolicy::default(), 1);
    straight_until_asked(&mut still);
    still.cannot_move();
    still.cannot_move();
    later(&mut still);
    let end = abandoned(still);
    assert_eq!(end.liveness.reasons, [LivenessReason::DepthNotShown]);
    assert_eq!(end.liveness.clearance, Clearance::Supervisor);
}

#[test]
fn a_low_passive_score_has_the_consequence_that_the_policy_says() {
    use crate::PassiveLow::{Block, Record, Supervisor};
    let ends = |passive_low, score: f32| {
        let mut session = session(with(LivenessPolicy { passive_low, ..LivenessPolicy::default() }), 0);
        let mut actor = Actor::new(HEAD);
        let mut advice = Advice::NoFace;
        for frame in 0..100 {
            let observation = Observation { passive: Some(score), ..actor.frame(MS(100 * frame), advice) };
            advice = session.observe(&observation).expect("in order").advice;
        }
        match session.into_outcome().expect("over") {
            Outcome::Captured(capture) => capture.liveness.clearance,
            Outcome::Abandoned(abandoned) => abandoned.liveness.clearance,
        }
    };
    assert_eq!(ends(Supervisor, 0.1), Clearance::Supervisor);
    assert_eq!(ends(Block, 0.1), Clearance::Blocked);
    assert_eq!(ends(Record, 0.1), Clearance::Cleared);
    assert_eq!(ends(Block, 0.9), Clearance::Cleared);
}

#[test]
fn passive_models_that_are_missing_matter_only_where_they_are_required() {
    for (passive_required, cleared) in [(false, Clearance::Cleared), (true, Clearance::Supervisor)] {
        let policy = with(LivenessPolicy { passive_required, ..LivenessPolicy::default() });
        let mut session = CaptureSession::new(policy, [0; 32], vec![]);
        let mut actor = Actor::new(HEAD);
        let mut advice = Advice::NoFace;
        for frame in 0..100 {
            let observation = Observation { passive: None, ..actor.frame(MS(100 * frame), advice) };
            assert!(!session.wants(&observation).passive);
            advice = session.observe(&observation).expect("in order").advice;
        }
        let liveness = match session.into_outcome().expect("over") {
            Outcome::Captured(capture) => capture.liveness,
            Outcome::Abandoned(abandoned) => abandoned.liveness,
        };
        assert_eq!(liveness.clearance, cleared);
    }
}

#[test]
fn a_second_face_after_the_prompt_is_noticed_and_one_before_it_begins_anew() {
    let mut swapped = session(CapturePolicy::default(), 0);
    let mut actor = Actor::new(HEAD);
    let mut advice = Advice::NoFace;
    for frame in 0..200 {
        let asked = matches!(advice, Advice::TurnLeft | Advice::TurnRight);
        let who = template(if asked { 2.0 } else { 0.0 });
        let observation = Observation { template: Some(who), ..actor.frame(MS(100 * frame), advice) };
        advice = swapped.observe(&observation).expect("in order").advice;
    }
    let end = abandoned(swapped);
    assert_eq!(end.liveness.reasons, [LivenessReason::FaceChanged]);
    assert_eq!(end.liveness.clearance, Clearance::Blocked);

    let mut replaced = session(CapturePolicy::default(), 0);
    for (frame, who) in [(0, 0.0), (1, 0.0), (2, 2.0), (3, 2.0)] {
        let observation = Observation { template: Some(template(who)), ..observation(MS(100 * frame)) };
        assert!(!replaced.observe(&observation).expect("in order").over);
    }
    let mut actor = Actor::new(HEAD);
    let mut advice = Advice::Ready;
    for frame in 4..40 {
        let observation = Observation { template: Some(template(2.0)), ..actor.frame(MS(100 * frame), advice) };
        advice = replaced.observe(&observation).expect("in order").advice;
    }
    let capture = captured(replaced);
    assert_eq!(capture.liveness.restarts, 1);
    assert!(capture.template.similarity(&template(2.0)).expect("one model") > 0.999);
}

#[test]
fn a_film_that_breaks_off_is_asked_for_the_same_again_and_not_for_ever() {
    let mut session = session(CapturePolicy::default(), 0);
    let mut actor = Actor::new(HEAD);
    let (mut advice, mut prompts, mut at) = (Advice::NoFace, Vec::new(), 0);
    while !session.over() {
        at += if advice == Advice::TurnLeft { 1500 } else { 100 };
        let before = advice;
        advice = session.observe(&actor.frame(MS(at), Advice::Ready)).expect("in order").advice;
        if advice != before && Challenge::USUAL.map(Advice::from).contains(&advice) {
            prompts.push(advice);
        }
        assert!(at < 60_000);
    }
    let end = abandoned(session);
    assert!(prompts.len() > 1 && prompts.iter().all(|prompt| *prompt == prompts[0]), "{prompts:?}");
    assert_eq!(end.liveness.reasons, [LivenessReason::Cut]);
}

#[test]
fn what_covers_a_face_is_asked_away_for_a_while_and_then_keeps_nobody_out() {
    let mut session = session(with(LivenessPolicy::off()), 0);
    let mut shown = Vec::new();
    for frame in 0..100 {
        let mut observation = observation(MS(100 * frame));
        observation.seen.as_mut().expect("a face").quality.mouth_occlusion_prevention = 0.0;
        let step = session.observe(&observation).expect("in order");
        shown.push(step.advice);
        if step.over {
            break;
        }
    }
    let asked = shown.iter().filter(|advice| **advice == Advice::Uncover).count();
    assert!((45..=50).contains(&asked), "five seconds at ten frames a second: {shown:?}");
    assert_eq!(shown.last(), Some(&Advice::Done));
    assert!(shown.len() < 60, "{shown:?}");

    let mut bare = CaptureSession::new(with(LivenessPolicy::off()), [0; 32], vec![]);
    let step = (0..10).map(|frame| bare.observe(&observation(MS(100 * frame))).expect("in order")).last();
    assert_eq!(step.map(|step| step.advice), Some(Advice::Done), "nothing is asked of a bare face");
}

#[test]
fn frames_out_of_order_or_of_no_size_are_refused_and_change_nothing() {
    let mut session = session(CapturePolicy::default(), 0);
    let first = session.observe(&observation(MS(500))).expect("the first");
    for at in [500, 499, 0] {
        let refused = session.observe(&observation(MS(at)));
        assert_eq!(refused, Err(RefusedFrame::NotLater { at: MS(at), last: MS(500) }));
    }
    let flat = Observation { width: 0, ..observation(MS(600)) };
    assert_eq!(session.observe(&flat), Err(RefusedFrame::Size { width: 0, height: 640 }));
    let foreign = Template::new(ModelId::new("other"), vec![1.0, 0.0]).expect("a direction");
    let foreign = Observation { template: Some(foreign), ..observation(MS(600)) };
    assert!(matches!(session.observe(&foreign), Err(RefusedFrame::Template(_))));
    let second = session.observe(&observation(MS(600))).expect("later");
    assert!(second.progress > first.progress);
}

#[test]
fn nobody_for_ten_thousand_frames_times_out_in_little_memory() {
    let mut session = session(CapturePolicy::default(), 0);
    for frame in 0..10_000 {
        let nobody = Observation { seen: None, template: None, passive: None, ..observation(MS(100 * frame)) };
        let step = session.observe(&nobody).expect("in order");
        assert_eq!(step.over, frame >= 300);
        assert_eq!(step.advice, if step.over { Advice::TimedOut } else { Advice::NoFace });
        assert!(bounded(&session));
    }
    let end = abandoned(session);
    assert_eq!((end.reason, end.best), (EndReason::TimedOut, None));
    assert_eq!(end.liveness.clearance, Clearance::Supervisor);
}

#[test]
fn giving_up_has_a_reason_that_can_be_recorded() {
    let mut session = session(CapturePolicy::default(), 0);
    session.observe(&observation(MS(0))).expect("the first");
    session.give_up(GiveUp::PersonUnable);
    session.give_up(GiveUp::Cancelled);
    let step = session.observe(&observation(MS(100))).expect("after the end");
    assert_eq!((step.advice, step.over), (Advice::GivenUp, true));
    let end = abandoned(session);
    assert_eq!(end.reason, EndReason::GivenUp(GiveUp::PersonUnable));
    assert_eq!(
        serde_json::to_value(end.reason).expect("plain data"),
        serde_json::json!({ "given_up": "person_unable" })
    );
    assert_eq!(end.liveness.clearance, Clearance::Supervisor);
}

fn bounded(session: &CaptureSession) -> bool {
    let frames = usize::from(CapturePolicy::MAX_FRAMES);
    session.best.len() <= frames
        && session.straight.len() <= frames
        && session.scores.len() <= MAX_SCORES
        && session.challenges.len() <= 16
}

prop_compose! {
    /// Anything a frame may show, good ones among it.
    fn any_observation()(
        gap in prop_oneof![4 => Just(100_i64), 1 => -200_i64..3000],
        size in prop_oneof![8 => Just((480, 640)), 1 => (0_u32..2000, 0_u32..2000)],
        pose in (-40.0_f32..40.0, -30.0_f32..30.0, 5.0_f32..9.0),
        straight in prop::bool::weighted(0.6),
        flat in prop::bool::weighted(0.2),
        nobody in prop::bool::weighted(0.1),
        several in prop::bool::weighted(0.05),
        nonsense in prop::option::weighted(0.05, any::<f32>()),
        who in prop::option::weighted(0.9, prop_oneof![9 => Just(0.0_f32), 1 => 0.0_f32..3.0]),
        passive in prop::option::of(any::<f32>()),
        expression in prop::option::weighted(0.9, (0.1_f32..0.3, 0.0_f32..0.3)),
    ) -> (i64, Observation) {
        let pose = if straight { [0.0, 0.0, 8.0] } else { [pose.0, pose.1, pose.2] };
        let mut observation = seen(Duration::ZERO, if flat { &FLAT } else { &HEAD }, pose);
        (observation.width, observation.height) = size;
        (observation.template, observation.passive) = (who.map(template), passive);
        if let Some(seen) = &mut observation.seen {
            seen.several = several;
            if let Some(nonsense) = nonsense {
                seen.face.landmarks[3][1] = nonsense;
                seen.quality.sharpness = nonsense;
                seen.face.bbox[2] = nonsense;
            }
        }
        observation.expression = expression.map(|(eyes, mouth)| Expression { eyes: [eyes; 2], mouth });
        if nobody {
            observation.seen = None;
        }
        (gap, observation)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_comes_nothing_is_done_that_the_policy_did_not_get(
        random in any::<[u8; 32]>(),
        mode in prop_oneof![Just(LivenessMode::Required), Just(LivenessMode::Recorded), Just(LivenessMode::Off)],
        (challenges, expressions, tries, frames) in (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>()),
        seeing in any::<bool>(),
        frames_seen in prop::collection::vec(any_observation(), 1..120),
        unable in prop::option::of(0_usize..100),
    ) {
        let liveness = LivenessPolicy { mode, challenges, expressions, tries, ..LivenessPolicy::default() };
        let policy = CapturePolicy { frames, ..with(liveness) };
        let mut session = CaptureSession::new(policy, random, vec![ModelId::new("passive")])
            .seeing_expressions(seeing.then(|| ModelId::new("landmarks")));
        let (mut at, mut last) = (1_000_i64, None);
        for (index, (gap, mut observation)) in frames_seen.into_iter().enumerate() {
            observation.at = MS(at.saturating_add(gap).max(0) as u64);
            let over = session.over();
            if unable == Some(index) {
                session.cannot_move();
            }
            let wants = session.wants(&observation);
            prop_assert!(!wants.passive || wants.template);
            prop_assert!(!wants.expression || seeing);
            match session.observe(&observation) {
                Ok(step) => {
                    prop_assert!((0.0..=1.0).contains(&step.progress));
                    prop_assert_eq!(step.over, session.outcome().is_some());
                    if over {
                        prop_assert_eq!(Some(step.advice), last);
                    } else {
                        prop_assert!(observation.at > MS(at as u64) || last.is_none());
                        at = observation.at.as_millis() as i64;
                    }
                    last = Some(step.advice);
                }
                Err(RefusedFrame::NotLater { .. }) => prop_assert!(observation.at <= MS(at as u64)),
                Err(RefusedFrame::Size { width, height }) => prop_assert!(width == 0 || height == 0),
                Err(RefusedFrame::Template(_)) => prop_assert!(false, "all of one model"),
            }
            prop_assert!(bounded(&session));
        }
        if let Some(Outcome::Captured(capture)) = session.outcome() {
            prop_assert_eq!(last, Some(Advice::Done));
            let evidence = &capture.liveness;
            prop_assert_eq!(evidence.clearance, Clearance::Cleared);
            if mode == LivenessMode::Required {
                prop_assert_eq!(evidence.verdict, LivenessVerdict::Live);
                let passed = evidence.challenges.iter().filter(|c| c.result == ChallengeResult::Passed);
                let passed: Vec<_> = passed.collect();
                prop_assert!(passed.len() >= policy.liveness.challenges());
                let expressions = passed.iter().filter(|c| c.challenge.is_expression()).count();
                prop_assert!(!seeing || expressions >= policy.liveness.expressions());
                prop_assert!(policy.liveness.challenges() == 0 || passed.iter().any(|c| c.challenge.shows_depth()));
                prop_assert!(passed.iter().all(|c| c.similarity.is_some_and(|s| s >= policy.same_face)));
            }
        } else {
            prop_assert_ne!(last, Some(Advice::Done));
        }
        let json = serde_json::to_string(&session.outcome().map(|outcome| match outcome {
            Outcome::Captured(capture) => capture.liveness.clone(),
            Outcome::Abandoned(abandoned) => abandoned.liveness.clone(),
        })).expect("plain data");
        prop_assert!(!json.contains("NaN"));
    }
}
