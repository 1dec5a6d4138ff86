//! Expressions, where a model sees them: asked for after a movement, and in its place for somebody who can't move.

use super::*;
use crate::Expression;

const PLAIN: Expression = Expression { eyes: [0.27, 0.25], mouth: 0.03 };

/// Ten frames a second of a head that does only what `does` says, until it ends; how long it took.
fn play(session: &mut CaptureSession, does: impl Fn(Advice) -> bool) -> Duration {
    let mut actor = Actor::new(HEAD);
    let (mut advice, mut shown, mut since) = (Advice::NoFace, Advice::NoFace, 0);
    for frame in 0..600 {
        let at = 100 * frame;
        if advice != shown {
            (shown, since) = (advice, at);
        }
        let asked = if does(advice) { advice } else { Advice::Ready };
        let mut observation = actor.frame(MS(at), asked);
        let there = (300..800).contains(&(at - since));
        observation.expression = Some(match asked {
            Advice::CloseEyes if there => Expression { eyes: [0.13, 0.12], ..PLAIN },
            Advice::OpenMouth if there => Expression { mouth: 0.3, ..PLAIN },
            _ => PLAIN,
        });
        let wants = session.wants(&observation);
        assert!(wants.template || !wants.expression || session.challenges.len() == session.passed + session.failed);
        advice = session.observe(&observation).expect("in order").advice;
        if session.over() {
            return MS(at);
        }
    }
    panic!("a session ends");
}

fn seeing(liveness: LivenessPolicy, random: u8) -> CaptureSession {
    session(with(liveness), random).seeing_expressions(Some(ModelId::new("landmarks")))
}

fn asked(liveness: &crate::LivenessEvidence) -> Vec<(Challenge, ChallengeResult)> {
    liveness.challenges.iter().map(|it| (it.challenge, it.result)).collect()
}

#[test]
fn a_movement_and_an_expression_are_asked_for_and_take_less_than_three_seconds() {
    for (random, expected) in
        [(0, [Challenge::TurnLeft, Challenge::CloseEyes]), (1, [Challenge::TurnRight, Challenge::OpenMouth])]
    {
        let mut session = seeing(LivenessPolicy::default(), random);
        let took = play(&mut session, |_| true);
        assert!(took < MS(3000), "{took:?}");
        let liveness = captured(session).liveness;
        assert_eq!(asked(&liveness), expected.map(|it| (it, ChallengeResult::Passed)));
        assert_eq!(liveness.verdict, LivenessVerdict::Live);
        assert!(liveness.challenges[1].expression.is_some_and(|far| far >= 1.0));
    }
}

#[test]
fn what_only_moves_is_not_cleared() {
    for random in 0..2 {
        let mut session = seeing(LivenessPolicy::default(), random);
        play(&mut session, |advice| !matches!(advice, Advice::CloseEyes | Advice::OpenMouth));
        let liveness = abandoned(session).liveness;
        assert_eq!(
            (liveness.clearance, liveness.reasons.clone()),
            (Clearance::Supervisor, vec![LivenessReason::NoAnswer])
        );
        // Each was asked for.
        let both: Vec<_> = liveness.challenges[1..].iter().map(|it| it.challenge).collect();
        assert!(both.len() == 2 && both[0] != both[1] && both.iter().all(|it| it.is_expression()), "{both:?}");
    }
}

#[test]
fn who_cannot_show_one_expression_shows_the_other() {
    for (can, random) in [(Advice::CloseEyes, 1), (Advice::OpenMouth, 0)] {
        let mut session = seeing(LivenessPolicy::default(), random);
        play(&mut session, |advice| !matches!(advice, Advice::CloseEyes | Advice::OpenMouth) || advice == can);
        let liveness = captured(session).liveness;
        let results: Vec<_> = liveness.challenges.iter().map(|it| it.result).collect();
        assert_eq!(results, [ChallengeResult::Passed, ChallengeResult::Late, ChallengeResult::Passed]);
        assert_eq!(liveness.verdict, LivenessVerdict::Live);
    }
}

#[test]
fn who_can_neither_turn_nor_be_circled_shows_an_expression_and_a_supervisor_looks() {
    let mut session = seeing(LivenessPolicy::default(), 0);
    session.cannot_move();
    session.cannot_move();
    play(&mut session, |_| true);
    let liveness = abandoned(session).liveness;
    assert!(liveness.challenges.iter().all(|it| it.challenge.is_expression() && it.result == ChallengeResult::Passed));
    assert_eq!((liveness.clearance, liveness.reasons), (Clearance::Supervisor, vec![LivenessReason::DepthNotShown]));
}

#[test]
fn who_can_show_neither_comes_nearer_and_a_supervisor_looks() {
    let mut session = seeing(LivenessPolicy { tries: 4, ..LivenessPolicy::default() }, 0);
    play(&mut session, |advice| !matches!(advice, Advice::CloseEyes | Advice::OpenMouth));
    let liveness = abandoned(session).liveness;
    assert_eq!(liveness.challenges.last().map(|it| it.challenge), Some(Challenge::ComeNearer));
    assert_eq!((liveness.clearance, liveness.reasons), (Clearance::Supervisor, vec![LivenessReason::DepthNotShown]));
}

#[test]
fn without_the_model_or_where_the_policy_asks_for_none_it_is_the_movement_alone() {
    let none = LivenessPolicy { expressions: 0, ..LivenessPolicy::default() };
    for mut session in [session(CapturePolicy::default(), 0), seeing(none, 0)] {
        play(&mut session, |_| true);
        assert_eq!(asked(&captured(session).liveness), [(Challenge::TurnLeft, ChallengeResult::Passed)]);
    }
}
