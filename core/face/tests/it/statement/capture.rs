//! The capture from a camera's frames: it guides, takes a page by itself, and bears whatever it's fed with.

use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;
use saksi_face::{
    CaptureTiming, Frame, PageAdvice, PageFrameError, PageHash, PageLimits, PageProblem, StatementCapture,
    StatementError,
};

use PageAdvice::{Done, HoldStill, Mend};

use super::letter::{Filling, Letter};
use super::photo::Shot;

const SMALL: Shot = Shot {
    size: (720, 1280),
    fill: 0.92,
    tilt: [0.0; 2],
    turn: 0.0,
    moved: [0.0; 2],
    ground: super::photo::Ground::Wood,
    light: 1.0,
    shadow: 0.0,
    penumbra: 0.04,
    glare: 0.0,
    blur: 0.6,
    motion: 0.0,
    noise: 2.0,
    seed: 1,
};

/// No page, one too far, two good ones of which the second is sharper, one that's cut off, and one of another size.
static FRAMES: LazyLock<[Frame; 6]> = LazyLock::new(|| {
    let letter = Letter::statement(&Filling::default());
    let of = |shot: Shot| shot.of(&letter);
    [
        SMALL.of_nothing(),
        of(Shot { fill: 0.5, ..SMALL }),
        of(Shot { blur: 0.9, ..SMALL }),
        of(SMALL),
        of(Shot { moved: [0.3, 0.0], ..SMALL }),
        of(Shot { size: (960, 1280), ..SMALL }),
    ]
});

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn new(today: Vec<PageHash>) -> StatementCapture {
    StatementCapture::new(PageLimits::default(), today)
}

/// Feeds frames 100 ms apart until the capture ends; gives the advice in its order, each once.
fn run(capture: &mut StatementCapture, frames: &[usize]) -> Vec<PageAdvice> {
    let mut shown: Vec<PageAdvice> = Vec::new();
    for (frame, at) in frames.iter().zip(1..) {
        let guidance = capture.push(&FRAMES[*frame], ms(at * 100)).expect("in order");
        if shown.last() != Some(&guidance.advice) {
            shown.push(guidance.advice);
        }
        if guidance.advice.is_final() {
            break;
        }
    }
    shown
}

#[test]
fn it_guides_to_a_page_and_takes_the_sharpest_frame() {
    let frames = [[0; 6], [4; 6], [1; 6], [2; 6]].concat();
    let frames = [frames, vec![3, 2, 2, 2]].concat();
    let mut capture = new(Vec::new());
    let advice = [PageProblem::NoPage, PageProblem::WholePage, PageProblem::Closer].map(Mend);
    assert_eq!(run(&mut capture, &frames), [advice.as_slice(), &[HoldStill, Done]].concat());
    assert_eq!(capture.push(&FRAMES[0], ms(9000)), Err(PageFrameError::Over));
    let taken = capture.finish().expect("done");
    let sharpest = saksi_face::judge(&FRAMES[3], &PageLimits::default(), &[]).expect("good");
    assert_eq!((taken.page, taken.photo), (sharpest.page, sharpest.photo));

    let mut capture = new(vec![taken.hash]);
    assert_eq!(run(&mut capture, &[3; 30]), [HoldStill, Mend(PageProblem::AlreadyUsed)]);
    assert!(matches!(capture.finish(), Err(StatementError::Refused(PageProblem::AlreadyUsed))));
}

#[test]
fn one_odd_frame_changes_no_advice_and_starts_the_choice_anew() {
    let mut capture = new(Vec::new());
    assert_eq!(run(&mut capture, &[3, 3, 3, 0, 3, 3, 3, 4, 3, 3, 3]), [HoldStill]);
    let mut capture = new(Vec::new());
    assert_eq!(run(&mut capture, &[3, 3, 5, 3, 3, 5, 3, 3, 5]), [HoldStill], "of changing size");
    assert!(matches!(capture.finish(), Err(StatementError::Unfinished)));
}

#[test]
fn frames_out_of_order_are_errors_and_change_nothing() {
    let mut capture = new(Vec::new());
    capture.push(&FRAMES[3], ms(1000)).expect("the first");
    for at in [1000, 999, 0] {
        let expected = PageFrameError::OutOfOrder { at: ms(at), last: ms(1000) };
        assert_eq!(capture.push(&FRAMES[0], ms(at)), Err(expected));
    }
    let held = [1300, 1700].map(|at| capture.push(&FRAMES[3], ms(at)).expect("later").advice);
    assert_eq!(held, [HoldStill, Done]);
}

#[test]
fn thousands_of_frames_without_a_page_end_by_themselves() {
    let tiny = Frame::from_rgb(64, 48, vec![90; 64 * 48 * 3]).expect("all pixels given");
    let mut capture = new(Vec::new());
    let ended = (0..5000).map(|n| capture.push(&tiny, ms(n * 33))).position(|g| g.is_ok_and(|g| g.advice.is_final()));
    let limit = CaptureTiming::default().limit;
    assert!(ended.is_some_and(|n| ms(n as u64 * 33) >= limit && ms(n as u64 * 33) < limit + ms(100)));
    assert!(matches!(capture.finish(), Err(StatementError::Unfinished)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn advice_never_flickers_and_only_a_run_of_good_frames_ends_it(
        steps in prop::collection::vec((0_usize..6, 20_u64..400), 1..40),
    ) {
        let mut capture = new(Vec::new());
        let timing = CaptureTiming::default();
        let (mut at, mut good_since) = (0, None);
        let mut shown: Option<(PageAdvice, u64)> = None;
        for (frame, later) in steps {
            at += later;
            let guidance = capture.push(&FRAMES[frame], ms(at)).expect("in order");
            good_since = if matches!(frame, 2 | 3 | 5) { good_since.or(Some(at)) } else { None };
            if let Some((advice, since)) = shown && advice != guidance.advice {
                prop_assert!(guidance.advice.is_final() || ms(at - since) >= timing.steady, "{advice:?} too short");
            }
            if shown.is_none_or(|(advice, _)| advice != guidance.advice) {
                shown = Some((guidance.advice, at));
            }
            if guidance.advice == Done {
                prop_assert!(good_since.is_some_and(|since| ms(at - since) >= timing.hold));
                prop_assert!(capture.finish().is_ok());
                break;
            }
        }
    }
}
