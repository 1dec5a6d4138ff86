//! What follows a movement that isn't answered: something gentler, to the same side, within the same tries.

use super::*;

/// Ten frames a second of somebody who does only what `does` says, until it ends.
fn play(session: &mut CaptureSession, head: Head, does: impl Fn(Advice) -> bool) {
    let mut actor = Actor::new(head);
    let (mut advice, mut at) = (Advice::NoFace, 0);
    while !session.over() {
        let asked = if does(advice) { advice } else { Advice::Ready };
        advice = session.observe(&actor.frame(MS(at), asked)).expect("in order").advice;
        at += 100;
        assert!(at < 60_000, "a session ends");
    }
}

fn asked(liveness: &crate::LivenessEvidence) -> Vec<(Challenge, ChallengeResult)> {
    liveness.challenges.iter().map(|it| (it.challenge, it.result)).collect()
}

fn is_left(challenge: Challenge) -> bool {
    matches!(challenge, Challenge::TurnLeft | Challenge::CircleLeft)
}

#[test]
fn who_does_not_turn_is_circled_without_anybody_saying_so() {
    use ChallengeResult::{Late, Passed};
    for (random, turn, circle) in
        [(0, Challenge::TurnLeft, Challenge::CircleLeft), (1, Challenge::TurnRight, Challenge::CircleRight)]
    {
        let mut session = session(CapturePolicy::default(), random);
        play(&mut session, HEAD, |advice| matches!(advice, Advice::CircleLeft | Advice::CircleRight));
        let liveness = captured(session).liveness;
        assert_eq!(asked(&liveness), [(turn, Late), (circle, Passed)]);
        assert_eq!((liveness.verdict, liveness.reasons), (LivenessVerdict::Live, vec![]));
    }
    // Nor is more than that asked of them for what's still to come.
    let twice = with(LivenessPolicy { challenges: 2, ..LivenessPolicy::default() });
    let mut session = session(twice, 0);
    play(&mut session, HEAD, |advice| matches!(advice, Advice::CircleLeft | Advice::CircleRight));
    let liveness = captured(session).liveness;
    assert!(liveness.challenges[1..].iter().all(|it| Challenge::AROUND.contains(&it.challenge)), "{liveness:?}");
}

#[test]
fn who_only_comes_nearer_goes_to_a_supervisor_and_no_try_is_given_beyond_the_policy_s() {
    use ChallengeResult::{Late, Passed};
    let end = |tries, does: fn(Advice) -> bool| {
        let mut session = session(with(LivenessPolicy { tries, ..LivenessPolicy::default() }), 0);
        play(&mut session, HEAD, does);
        let end = abandoned(session);
        assert_eq!(end.liveness.clearance, Clearance::Supervisor);
        (asked(&end.liveness), end.liveness.reasons)
    };
    let (turn, circle) = ((Challenge::TurnLeft, Late), (Challenge::CircleLeft, Late));
    let nearer = |advice| advice == Advice::ComeNearer;
    let come = (Challenge::ComeNearer, Passed);
    assert_eq!(end(3, nearer), (vec![turn, circle, come], vec![LivenessReason::DepthNotShown]));
    assert_eq!(end(2, nearer), (vec![turn, circle], vec![LivenessReason::NoAnswer]));
    assert_eq!(end(1, nearer), (vec![turn], vec![LivenessReason::NoAnswer]));
}

#[test]
fn a_page_that_waits_for_something_gentler_is_taken_for_a_page_at_once() {
    for random in 0..2 {
        let policy = with(LivenessPolicy { tries: LivenessPolicy::MAX_TRIES, ..LivenessPolicy::default() });
        let mut session = session(policy, random);
        play(&mut session, FLAT, |advice| matches!(advice, Advice::CircleLeft | Advice::CircleRight));
        let end = abandoned(session);
        let results: Vec<_> = end.liveness.challenges.iter().map(|it| it.result).collect();
        assert_eq!(results, [ChallengeResult::Late, ChallengeResult::Flat]);
        assert_eq!(end.liveness.clearance, Clearance::Blocked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Or else a film of one movement would wait, or its officer press, until that movement is asked for.
    #[test]
    fn neither_waiting_nor_the_button_buys_the_other_side(
        random in any::<[u8; 32]>(),
        tries in 1..=LivenessPolicy::MAX_TRIES,
        pressed in prop::collection::vec(prop::bool::weighted(0.01), 400),
    ) {
        let policy = with(LivenessPolicy { tries, ..LivenessPolicy::default() });
        let mut session = CaptureSession::new(policy, random, vec![]);
        for (frame, pressed) in (0_u64..).zip(pressed) {
            session.observe(&observation(MS(100 * frame))).expect("in order");
            if pressed {
                session.cannot_move();
            }
        }
        let asked = asked(&abandoned(session).liveness);
        let sides: Vec<_> = asked.iter().filter(|(it, _)| it.shows_depth()).map(|(it, _)| is_left(*it)).collect();
        prop_assert!(sides.windows(2).all(|pair| pair[0] == pair[1]), "{asked:?}");
        prop_assert!(asked.iter().filter(|(_, result)| *result == ChallengeResult::Late).count() <= usize::from(tries));
    }
}
