//! Liveness, measured: simulated attacks against simulated heads, and passive scores of real photos.
//!
//! `SAKSI_LIVENESS_TRIES` says how often each attack is tried (2 without it). The tables of `docs/liveness.md` are what
//! these tests print.

mod expressions;
mod face;
mod looking_up;
mod scene;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use saksi_face::{
    Advice, CapturePolicy, Challenge, ChallengeEvidence, ChallengeResult, Clearance, Engine, LiveCapture,
    LivenessEvidence, LivenessModels, LivenessPolicy, LivenessVerdict, Outcome, PassiveLow,
};

use crate::common;
use face::{Face, expression, with_face};
use scene::{Finish, Noise, PROMPTS, Portrait, Pose, Shape, add, movement, portrait, render};

/// What stands or is held before the camera.
#[derive(Clone, Copy, PartialEq)]
enum Show {
    /// A head that does what is asked.
    Live,
    /// A head whose officer moves the camera instead.
    LiveCircled,
    /// A printed page, held by hand, still.
    PrintStill,
    /// The same, turned and tilted as a head would be.
    PrintTurned,
    PrintBent,
    /// The same, with holes through which somebody's eyes are seen to close.
    PrintBentBlinking,
    PrintHoles,
    ScreenTurned,
    /// A film of a head that makes one of the movements and one of the expressions, on a screen; which ones, the film knows.
    Replay,
    /// A page with one person until the prompt, then another's head.
    Swap,
    /// A head that doesn't turn, until something gentler is asked for by itself.
    LiveStiff,
    /// A head that doesn't close its eyes.
    LiveStaring,
    /// The film, stopped while another movement or expression is asked for.
    ReplayStopped,
}

const SHOWS: [(Show, &str); 13] = [
    (Show::Live, "simulated head, does what is asked"),
    (Show::LiveCircled, "simulated head, camera moved around it"),
    (Show::LiveStiff, "simulated head that doesn't turn"),
    (Show::LiveStaring, "simulated head that doesn't close its eyes"),
    (Show::PrintStill, "printed page, held still"),
    (Show::PrintTurned, "printed page, turned and tilted as asked"),
    (Show::PrintBent, "printed page, bent and turned"),
    (Show::PrintBentBlinking, "the same, with holes to close one's eyes behind"),
    (Show::PrintHoles, "printed page with holes for the eyes, turned"),
    (Show::ScreenTurned, "photo on a phone screen, turned"),
    (Show::Replay, "film of a head on a screen, one movement, one expression"),
    (Show::ReplayStopped, "the same, stopped while another is asked for"),
    (Show::Swap, "one person's page, then another's head"),
];

struct Stage<'a> {
    engine: &'a Arc<Engine>,
    models: &'a Arc<LivenessModels>,
    people: &'a [Portrait],
}

struct End {
    captured: bool,
    evidence: LivenessEvidence,
    took: Duration,
}

impl Stage<'_> {
    /// One session of one show; `number` makes everything that is random in it.
    fn play(&self, show: Show, number: u32) -> End {
        let liveness =
            LivenessPolicy { answer_within_ms: 3000, passive_low: PassiveLow::Record, ..LivenessPolicy::default() };
        let policy = CapturePolicy { liveness, time_ms: 15_000, ..CapturePolicy::default() };
        let mut noise = Noise(number.wrapping_mul(2_654_435_761).wrapping_add(show as u32 * 977));
        (0..4).for_each(|_| _ = noise.next());
        let random = std::array::from_fn(|_| (noise.next() * 256.0 + 128.0) as u8);
        let mut capture = LiveCapture::new(self.engine.clone(), self.models.clone(), policy, random);
        let person = number as usize % self.people.len();
        // How far this attacker or person goes, how quickly, and what the film shows.
        let (far, quick, recorded) = (1.0 + 0.5 * noise.next(), 0.5 + 0.3 * noise.next(), (noise.next() + 0.5) * 1.999);
        let phases: [f32; 6] = std::array::from_fn(|_| noise.next() * std::f32::consts::TAU);
        let recorded_face = [Advice::CloseEyes, Advice::OpenMouth][((noise.next() + 0.5) * 1.999) as usize];
        let (mut advice, mut asked, mut at) = (Advice::NoFace, Duration::ZERO, Duration::ZERO);
        let mut circled = false;
        for frame in 0..200_u32 {
            at = Duration::from_millis(100 * u64::from(frame) + 500);
            let since = at.saturating_sub(asked).as_secs_f32();
            let part = ((since - 0.25) / quick).clamp(0.0, 1.0);
            let part = part * part * (3.0 - 2.0 * part) * far;
            // Whoever is still asked turns on.
            let part = part + 0.5 * ((since - 1.2) / 1.5).clamp(0.0, 1.0);
            let prompt = Some(advice).filter(|advice| PROMPTS.contains(advice));
            let hand = |i: usize| (at.as_secs_f32() * (1.7 + i as f32 * 0.6) + phases[i]).sin();
            let mut pose = Pose {
                turn: [hand(0) * 1.2, hand(1) * 1.2, hand(2) * 1.5],
                shift: [hand(3) * 0.05, hand(4) * 0.05, hand(5) * 0.08],
            };
            let (shape, finish, who) = match show {
                Show::Live | Show::LiveCircled | Show::LiveStiff | Show::LiveStaring => {
                    (Shape::Head, Finish::Skin, person)
                }
                Show::PrintStill | Show::PrintTurned | Show::Swap if prompt.is_none() || show != Show::Swap => {
                    (Shape::Flat, Finish::Print, person)
                }
                Show::PrintBent | Show::PrintBentBlinking => (Shape::Bent(1.4 + far * 0.6), Finish::Print, person),
                Show::PrintHoles => (Shape::Holes(0.12), Finish::Print, person),
                Show::ScreenTurned | Show::Replay | Show::ReplayStopped => (Shape::Flat, Finish::Screen, person),
                _ => (Shape::Head, Finish::Skin, (person + 1) % self.people.len()),
            };
            let reach = match (show, shape) {
                (Show::PrintStill | Show::Replay | Show::ReplayStopped, _) => 0.0,
                (Show::LiveStiff, _) if PROMPTS[..2].contains(&advice) => 0.0,
                (_, Shape::Head) => 1.0,
                // Flat things are turned farther: a nose has to come from somewhere.
                _ => 1.7,
            };
            if let Some(prompt) = prompt {
                add(&mut pose, movement(prompt), part * reach);
                if reach > 1.0 {
                    pose.turn[2] += 14.0 * part * hand(0);
                    pose.turn[1] += 12.0 * part * hand(1);
                }
            }
            // What the face does: a picture's only where there are holes in it.
            let does = match (show, prompt) {
                (Show::Live | Show::LiveCircled | Show::LiveStiff, Some(prompt)) => expression(prompt, since),
                (Show::LiveStaring, Some(Advice::OpenMouth)) => expression(Advice::OpenMouth, since),
                (Show::PrintBentBlinking, Some(Advice::CloseEyes)) => expression(Advice::CloseEyes, since),
                (Show::Replay, Some(Advice::CloseEyes | Advice::OpenMouth)) => expression(recorded_face, since),
                (Show::ReplayStopped, Some(prompt)) if prompt == recorded_face => expression(prompt, since),
                _ => Face::default(),
            };
            let changed = (does != Face::default()).then(|| with_face(&self.people[who], does));
            let person_seen = changed.as_ref().unwrap_or(&self.people[who]);
            let grain = number * 1000 + frame;
            let seen = if matches!(show, Show::Replay | Show::ReplayStopped) {
                let answers = [[Advice::TurnLeft, Advice::CircleLeft], [Advice::TurnRight, Advice::CircleRight]];
                let fitting = answers[recorded as usize];
                let mut filmed = Pose::default();
                let moves =
                    |prompt| PROMPTS[..5].contains(&prompt) && (show == Show::Replay || fitting.contains(&prompt));
                if prompt.is_some_and(moves) {
                    add(&mut filmed, movement(fitting[0]), part);
                }
                let picture = render(person_seen, Shape::Head, Finish::Skin, filmed, grain);
                let Some(screen) = portrait(self.engine, picture) else { continue };
                let middle = scene_middle(&screen);
                render(&middle, Shape::Flat, Finish::Screen, pose, grain)
            } else {
                render(person_seen, shape, finish, pose, grain)
            };
            let step = capture.step(&seen, at).expect("frames in order");
            if step.advice != advice {
                asked = at;
            }
            advice = step.advice;
            if show == Show::LiveCircled && !circled && PROMPTS[..2].contains(&advice) {
                capture.cannot_move();
                circled = true;
            }
            if step.over {
                break;
            }
        }
        let (outcome, best) = capture.finish().expect("a session ends");
        let (captured, evidence) = match outcome {
            Outcome::Captured(capture) => (true, capture.liveness),
            Outcome::Abandoned(abandoned) => (false, abandoned.liveness),
        };
        assert!(!captured || best.is_some());
        End { captured, evidence, took: at }
    }
}

/// A picture whose face is where the screen's middle is, whatever way the head in it looks.
fn scene_middle(screen: &Portrait) -> Portrait {
    let scale = 640.0 / 7.0;
    let [x, y] = scene::SIZE.map(|side| side as f32 / 2.0);
    let place = |[dx, dy]: [f32; 2]| [x + dx * scale, y + dy * scale];
    let landmarks = [[-0.5, -0.57], [0.5, -0.57], [0.0, 0.05], [-0.4, 0.57], [0.4, 0.57]].map(place);
    Portrait { photo: screen.photo.clone(), face: saksi_face::Face { landmarks, ..screen.face } }
}

fn people(engine: &Engine, folder: &Path) -> Vec<Portrait> {
    let names = ["obama.jpg", "biden.jpg", "astronaut.png"];
    let there = names.into_iter().filter(|name| folder.join(name).exists());
    there.map(|name| portrait(engine, common::photo(&folder.join(name))).expect("a face")).collect()
}

#[test]
fn what_is_flat_is_not_cleared_and_a_head_is() {
    let (Some(engine), Some(folder)) = (common::engine().map(Arc::new), common::portraits()) else { return };
    let models = Arc::new(common::liveness_models());
    let people = people(&engine, &folder);
    let stage = Stage { engine: &engine, models: &models, people: &people };
    let tries = std::env::var("SAKSI_LIVENESS_TRIES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_u32);
    eprintln!("| before the camera | sessions | cleared | of them asked again | mean seconds | mean passive score |");
    eprintln!("|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    let only = std::env::var("SAKSI_LIVENESS_ONLY").unwrap_or_default();
    for (show, name) in SHOWS.into_iter().filter(|(_, name)| name.contains(&only)) {
        let ends: Vec<End> = (0..tries).map(|number| stage.play(show, number)).collect();
        let cleared = ends.iter().filter(|end| end.captured).count();
        let once = |end: &End| end.evidence.challenges.iter().all(|it| it.result == ChallengeResult::Passed);
        let again = ends.iter().filter(|end| end.captured && !once(end)).count();
        let mean = |of: &dyn Fn(&End) -> Option<f32>| {
            let values: Vec<f32> = ends.iter().filter_map(of).collect();
            values.iter().sum::<f32>() / values.len() as f32
        };
        let seconds = mean(&|end| Some(end.took.as_secs_f32() - 0.5));
        let score = mean(&|end| end.evidence.passive.as_ref().map(|passive| passive.mean));
        eprintln!("| {name} | {tries} | {cleared} | {again} | {seconds:.1} | {score:.2} |");
        if std::env::var_os("SAKSI_LIVENESS_DETAILS").is_some() {
            for end in &ends {
                eprintln!("    {:?} {:?} {:?}", end.evidence.verdict, end.evidence.reasons, end.evidence.challenges);
            }
        }
        rows.push((show, cleared as u32, ends));
    }
    for (show, cleared, ends) in rows {
        for end in &ends {
            assert_eq!(end.captured, end.evidence.clearance == Clearance::Cleared);
            assert_eq!(end.captured, end.evidence.verdict == LivenessVerdict::Live);
            assert!(end.evidence.frames.len() <= 4);
        }
        match show {
            Show::Live | Show::LiveCircled => assert!(cleared * 10 >= tries * 9),
            // The longer a head is still, the more occasions the detector has to take it for a picture.
            Show::LiveStiff => assert!(cleared * 10 >= tries * 7),
            Show::LiveStaring => assert!(cleared * 10 >= tries * 8),
            // A film makes a movement of a head, and only that it's the one asked for is left to chance; a page bent as
            // round as a head has its depth. Both are for the passive part.
            Show::Replay | Show::PrintBentBlinking => (),
            Show::PrintBent => assert!(models.mesh.is_none() || cleared == 0),
            // Stopping it buys no guess of the other side.
            Show::ReplayStopped => {
                let left = |it: &ChallengeEvidence| matches!(it.challenge, Challenge::TurnLeft | Challenge::CircleLeft);
                let one_side = |asked: &[ChallengeEvidence]| {
                    let moves = asked.iter().filter(|it| !it.challenge.is_expression());
                    moves.map(left).all(|side| side == left(&asked[0]))
                };
                assert!(ends.iter().all(|end| one_side(&end.evidence.challenges)));
            }
            _ => assert!(cleared * 10 <= tries),
        }
    }
}

/// Not asked for: see `looking_up`.
#[test]
fn a_head_that_looks_up_is_not_told_from_a_page_that_is_tilted() {
    let (Some(engine), Some(folder)) = (common::engine().map(Arc::new), common::portraits()) else { return };
    let people = people(&engine, &folder);
    let changes = |shape, pitches: &[f32]| {
        let all = people.iter().flat_map(|person| pitches.iter().map(move |pitch| (person, *pitch)));
        all.filter_map(|(person, pitch)| looking_up::change(&engine, person, shape, pitch)).collect::<Vec<f32>>()
    };
    let heads = changes(Shape::Head, &[15.0, 20.0, 25.0, 30.0]);
    let pages = changes(Shape::Flat, &[20.0, -20.0, 35.0, -35.0, 50.0, -50.0]);
    eprintln!("looking up changes where the nose is by {heads:.3?}; tilting a page by {pages:.3?}");
    // Raising the head moves it up, below 0.
    let least = heads.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let most = pages.iter().copied().fold(f32::INFINITY, f32::min);
    assert!(least > most, "a limit between {least} and {most} would tell them apart: ask for it");
}

#[test]
fn passive_scores_tell_the_sample_attacks_from_the_live_sample() {
    let (Some(engine), Some(passive), Some(folder)) = (common::engine(), common::passive(), common::evaluation("pad"))
    else {
        return;
    };
    let score = |name: &str| {
        let sample = portrait(&engine, common::photo(&folder.join(name))).expect("a face");
        passive.score(&sample.photo, &sample.face).expect("runs")
    };
    let [live, one, two] = ["image_T1.jpg", "image_F1.jpg", "image_F2.jpg"].map(score);
    eprintln!("passive scores: live {live:.3}, spoofs {one:.3} and {two:.3}");
    let limit = LivenessPolicy::default().passive_live_at;
    assert!(live > limit && one < limit && two < limit);
}

/// How much a person's own photos differ, of which hardly any was taken with closed eyes.
#[test]
fn eyes_are_rarely_as_narrow_as_closed_ones_on_real_photos() {
    let (Some(engine), Some(folder)) = (common::engine(), common::evaluation("lfw-dev")) else { return };
    let Some(mesh) = common::liveness_models().mesh else { return };
    let wanted = std::env::var("SAKSI_LIVENESS_PHOTOS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let changes = expressions::variation(&engine, &mesh, &folder, wanted);
    for limit in [0.6, 0.7, 0.75, 0.8] {
        let below = changes.iter().filter(|[eyes, _]| *eyes < limit).count();
        eprintln!("of {} photos {below} have eyes open by less than {limit} of the person's median", changes.len());
    }
    for limit in [0.08, 0.10, 0.15] {
        let above = changes.iter().filter(|[_, mouth]| *mouth > limit).count();
        eprintln!("of {} photos {above} have a mouth open by {limit} more than the person's median", changes.len());
    }
    let closed = changes.iter().filter(|[eyes, _]| *eyes < 0.75).count();
    assert!(!changes.is_empty() && closed * 20 <= changes.len());
}

/// How many real people's plain photos a threshold would send to a supervisor.
#[test]
fn passive_scores_of_plain_photos() {
    let (Some(engine), Some(passive), Some(folder)) =
        (common::engine(), common::passive(), common::evaluation("lfw-dev"))
    else {
        return;
    };
    let mut names: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten().map(|e| e.path()).collect();
    names.sort();
    let photos = names.iter().filter_map(|person| {
        let name = person.file_name()?.to_str()?;
        Some(person.join(format!("{name}_0001.jpg"))).filter(|photo| photo.exists())
    });
    let wanted = std::env::var("SAKSI_LIVENESS_PHOTOS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let mut scores: Vec<f32> = photos
        .take(wanted)
        .filter_map(|path| portrait(&engine, common::photo(&path)))
        .map(|sample| passive.score(&sample.photo, &sample.face).expect("runs"))
        .collect();
    scores.sort_by(f32::total_cmp);
    for limit in [0.1, 0.3, 0.5, 0.7, 0.9] {
        let below = scores.partition_point(|score| *score < limit);
        eprintln!("passive scores of {} plain photos: {below} below {limit}", scores.len());
    }
    assert!(scores[scores.len() / 2] > 0.5, "more than half of plain photos look live");
}

/// Not asserted: what a step takes, with and without liveness, for a report.
#[test]
fn a_step_takes_what_it_takes() {
    let (Some(engine), Some(folder)) = (common::engine().map(Arc::new), common::portraits()) else { return };
    let models = Arc::new(common::liveness_models());
    let people = people(&engine, &folder);
    let frame = render(&people[0], Shape::Head, Finish::Skin, Pose::default(), 1);
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1000.0
    };
    let look = median((0..30).map(|_| time(&mut || drop(engine.look(&frame, Duration::ZERO)))).collect());
    if let (Some(mesh), Some(seen)) = (&models.mesh, engine.look(&frame, Duration::ZERO).expect("runs").seen) {
        let times = (0..30).map(|_| time(&mut || drop(mesh.expression(&frame, &seen.face)))).collect();
        eprintln!("how far eyes and mouth are open {:.1} ms", median(times));
    }
    let mut full = Vec::new();
    for _ in 0..15 {
        let mut capture = LiveCapture::new(engine.clone(), models.clone(), CapturePolicy::default(), [0; 32]);
        capture.step(&frame, Duration::ZERO).expect("the first");
        full.push(time(&mut || drop(capture.step(&frame, Duration::from_millis(100)))));
    }
    eprintln!("a frame of 480 x 640: guidance {look:.1} ms; with template and passive score {:.1} ms", median(full));
    assert!(look > 0.0);
}
