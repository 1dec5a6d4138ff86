//! Photographs a statement from a camera's frames: guides until a page can be read, then takes the sharpest by itself.

use std::time::Duration;

use super::{PageHash, PageLimits, PageProblem, Seen, Statement, StatementError};
use crate::Frame;
use crate::steady::Steady;

/// The capture of one page: a state machine fed with frames. It keeps one frame at most, whatever it's fed with.
pub struct StatementCapture {
    limits: PageLimits,
    today: Vec<PageHash>,
    timing: CaptureTiming,
    started: Option<Duration>,
    last: Option<Duration>,
    size: (u32, u32),
    steady: Steady<PageAdvice>,
    good: Option<Good>,
    /// Whether the page that's before the camera was found to have been used.
    is_used: bool,
}

/// How long things take, by the frames' own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureTiming {
    /// The page must be good for so long, in which the sharpest frame is chosen.
    pub hold: Duration,
    /// Other advice must hold for so long before it's shown.
    pub steady: Duration,
    /// Frames farther apart than this have nothing to do with each other.
    pub gap: Duration,
    /// After so long without a page that's good, the capture ends.
    pub limit: Duration,
}

impl Default for CaptureTiming {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self { hold: ms(600), steady: ms(300), gap: ms(1500), limit: ms(90_000) }
    }
}

/// What to tell whoever holds the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageAdvice {
    /// What to mend.
    Mend(PageProblem),
    /// All is well; the sharpest frame is being chosen.
    HoldStill,
    /// A page was taken. Final.
    Done,
    /// It took too long. Final.
    TimedOut,
}

/// What a frame led to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageGuidance {
    /// What to tell.
    pub advice: PageAdvice,
    /// The page's corners in this frame, in pixels, clockwise from the one that's upper left in the frame.
    pub corners: Option<[[f32; 2]; 4]>,
    /// How much of the time for which the page must be good is over, 0 to 1.
    pub progress: f32,
}

/// Why a frame wasn't looked at. Nothing else changes by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageFrameError {
    /// Its time isn't after that of the frame before.
    #[error("the frame of {at:?} isn't later than the one of {last:?}")]
    OutOfOrder {
        /// Its time.
        at: Duration,
        /// The frame's before.
        last: Duration,
    },
    /// The capture is over.
    #[error("the capture is over")]
    Over,
}

/// A run of good frames, of which the sharpest is kept.
struct Good {
    since: Duration,
    frames: u32,
    best: Box<Best>,
}

struct Best {
    frame: Frame,
    seen: Seen,
}

/// A run has at least so many frames, however slowly they come.
const MIN_FRAMES: u32 = 3;

impl PageAdvice {
    /// Its stable name, in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mend(problem) => problem.code(),
            Self::HoldStill => "hold_still",
            Self::Done => "done",
            Self::TimedOut => "timed_out",
        }
    }

    /// Whether the capture ends with it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::TimedOut)
    }
}

impl StatementCapture {
    /// A new capture; `today` are the hashes of the pages that aren't to be used again.
    pub fn new(limits: PageLimits, today: Vec<PageHash>) -> Self {
        Self::with_timing(limits, today, CaptureTiming::default())
    }

    /// As [`new`](StatementCapture::new), with other times.
    pub fn with_timing(limits: PageLimits, today: Vec<PageHash>, timing: CaptureTiming) -> Self {
        Self {
            limits,
            today,
            timing,
            started: None,
            last: None,
            size: (0, 0),
            steady: Steady::new(PageAdvice::Mend(PageProblem::NoPage), timing.steady),
            good: None,
            is_used: false,
        }
    }

    /// Takes the next frame, and its time by the camera's clock. Frames may be left out, and change their size.
    pub fn push(&mut self, frame: &Frame, at: Duration) -> Result<PageGuidance, PageFrameError> {
        if self.steady.shown().is_final() {
            return Err(PageFrameError::Over);
        }
        if let Some(last) = self.last.filter(|last| at <= *last) {
            return Err(PageFrameError::OutOfOrder { at, last });
        }
        let is_first = self.last.is_none();
        let size = (frame.width(), frame.height());
        if self.last.is_some_and(|last| at.saturating_sub(last) > self.timing.gap) || size != self.size {
            (self.good, self.size) = (None, size);
        }
        self.last = Some(at);
        let started = *self.started.get_or_insert(at);

        let (corners, judged) = match Seen::look(frame) {
            Ok(seen) => (Some(seen.corners()), seen.problem(&self.limits).map_or(Ok(seen), Err)),
            Err(unseen) => (unseen.corners, Err(unseen.problem)),
        };
        let advice = match judged {
            Ok(seen) => self.good(frame, seen, at),
            Err(problem) => {
                (self.good, self.is_used) = (None, false);
                PageAdvice::Mend(problem)
            }
        };
        if advice == PageAdvice::Done || is_first {
            self.steady.set(advice);
        } else if at.saturating_sub(started) >= self.timing.limit {
            self.steady.set(PageAdvice::TimedOut);
            self.good = None;
        } else {
            self.steady.settle(advice, at);
        }
        let held = self.good.as_ref().map_or(Duration::ZERO, |good| at.saturating_sub(good.since));
        let progress = (held.as_secs_f32() / self.timing.hold.as_secs_f32().max(1e-3)).min(1.0);
        Ok(PageGuidance { advice: self.steady.shown(), corners, progress })
    }

    /// The statement, once the advice is [`PageAdvice::Done`]; before, what's missing.
    pub fn finish(self) -> Result<Statement, StatementError> {
        match (self.steady.shown(), self.good) {
            (PageAdvice::Done, Some(good)) => good.best.seen.statement(&good.best.frame),
            (PageAdvice::Mend(problem), _) => Err(StatementError::Refused(problem)),
            _ => Err(StatementError::Unfinished),
        }
    }

    /// A frame in which all is well.
    fn good(&mut self, frame: &Frame, seen: Seen, at: Duration) -> PageAdvice {
        let good = match self.good.take() {
            None => Good { since: at, frames: 1, best: Box::new(Best { frame: frame.clone(), seen }) },
            Some(mut good) => {
                good.frames += 1;
                if seen.quality().edge_mm < good.best.seen.quality().edge_mm {
                    *good.best = Best { frame: frame.clone(), seen };
                }
                good
            }
        };
        let is_enough = good.frames >= MIN_FRAMES && at.saturating_sub(good.since) >= self.timing.hold;
        if is_enough {
            self.is_used = good.best.seen.is_among(&self.today);
        }
        if is_enough && self.is_used {
            return PageAdvice::Mend(PageProblem::AlreadyUsed);
        }
        self.good = Some(good);
        match (self.is_used, is_enough) {
            (true, _) => PageAdvice::Mend(PageProblem::AlreadyUsed),
            (false, true) => PageAdvice::Done,
            (false, false) => PageAdvice::HoldStill,
        }
    }
}
