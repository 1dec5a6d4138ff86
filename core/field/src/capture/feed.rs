//! Between a phone's camera and a capture: the camera hands over a frame and never waits, a thread of its own does the work.
//!
//! A frame is turned upright and scaled down on the camera's thread, as its memory is only lent. It then waits in a place
//! for one, where a newer frame takes its turn, so that what is worked on is always of now.

use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use saksi_face::{CameraImage, Frame, Framing, Latest};

use crate::capture::source::CaptureError;
use crate::disk::mutex::lock;

/// What is fed with frames, one after the other, until it's over.
pub trait Guided: Send + Sized + 'static {
    /// Where it stands after a frame.
    type Step: Clone + Send;
    /// What comes of it.
    type Taken;

    /// Where it stands before the first frame.
    const BEGIN: Self::Step;

    /// The longer side of the frames that are worked on, in pixels: larger ones are scaled down.
    const LONGER_SIDE: u32;

    /// Takes one upright frame, and its time by the camera's clock.
    fn work(&mut self, frame: &Frame, at: Duration) -> Result<Self::Step, CaptureError>;

    /// Whether nothing more comes after this step.
    fn is_over(step: &Self::Step) -> bool;

    /// What came of it.
    fn finish(self) -> Result<Self::Taken, CaptureError>;
}

/// A capture that a camera feeds. Its thread ends with it.
pub struct Feed<C: Guided> {
    entry: Mutex<Entry>,
    shared: Arc<Shared<C>>,
    worker: JoinHandle<()>,
}

/// What the camera's thread keeps of the frames before.
#[derive(Default)]
struct Entry {
    last: Option<Duration>,
    framing: Option<Framing>,
}

struct Shared<C: Guided> {
    waiting: Latest<(Frame, Duration)>,
    /// Memory to be used again.
    spare: Mutex<Option<Frame>>,
    /// Held while a frame is worked on; `None` once it's finished.
    capture: Mutex<Option<C>>,
    shown: Mutex<Shown<C::Step>>,
}

struct Shown<S> {
    step: S,
    /// Why the last frame couldn't be worked on.
    failed: Option<CaptureError>,
}

impl<C: Guided> Feed<C> {
    /// Starts the thread that works.
    pub(crate) fn new(capture: C) -> Self {
        let shared = Arc::new(Shared {
            waiting: Latest::new(),
            spare: Mutex::new(None),
            capture: Mutex::new(Some(capture)),
            shown: Mutex::new(Shown { step: C::BEGIN, failed: None }),
        });
        let works = Arc::clone(&shared);
        Self { entry: Mutex::default(), shared, worker: thread::spawn(move || works.work()) }
    }

    /// Takes a camera's image, and its time by the camera's clock. Returns at once with where the capture stands after the
    /// last frame that was worked on. An error is of this image, or of an earlier one that couldn't be worked on; the
    /// capture goes on with the next. One of another size than the first, or turned or mirrored otherwise, is refused: a
    /// turned picture would pass for a movement. After the end images are let go.
    pub fn frame(&self, image: &CameraImage<'_>, at: Duration) -> Result<C::Step, CaptureError> {
        let step = self.step()?;
        if C::is_over(&step) {
            return Ok(step);
        }
        let mut entry = lock(&self.entry);
        let framing = image.framing();
        if entry.last.is_some_and(|last| at <= last) {
            return Err(CaptureError::FrameOrder);
        }
        if entry.framing.is_some_and(|first| first != framing) {
            return Err(CaptureError::FrameChanged);
        }
        (entry.last, entry.framing) = (Some(at), Some(framing));
        let spare = lock(&self.shared.spare).take();
        let frame = match spare {
            Some(mut frame) => {
                image.upright_into(C::LONGER_SIDE, &mut frame);
                frame
            }
            None => image.upright(C::LONGER_SIDE),
        };
        if let Some((replaced, _)) = self.shared.waiting.put((frame, at)) {
            *lock(&self.shared.spare) = Some(replaced);
        }
        Ok(step)
    }

    /// Where it stands after the last frame that was worked on. Doesn't wait.
    pub fn step(&self) -> Result<C::Step, CaptureError> {
        let mut shown = lock(&self.shared.shown);
        if let Some(error) = shown.failed.take() {
            return Err(error);
        }
        if self.worker.is_finished() && !C::is_over(&shown.step) {
            return Err(CaptureError::Stopped);
        }
        Ok(shown.step.clone())
    }

    /// What came of it, once it's over; once. Before that it's an error, and goes on.
    pub fn finish(&self) -> Result<C::Taken, CaptureError> {
        let mut capture = lock(&self.shared.capture);
        if !C::is_over(&lock(&self.shared.shown).step) {
            return Err(CaptureError::Unfinished);
        }
        self.shared.waiting.close();
        capture.take().ok_or(CaptureError::Unfinished)?.finish()
    }

    /// Changes the capture, and what is shown of it, between two frames.
    pub(crate) fn change(&self, change: impl FnOnce(&mut C, &mut C::Step)) {
        if let Some(capture) = &mut *lock(&self.shared.capture) {
            change(capture, &mut lock(&self.shared.shown).step);
        }
    }
}

impl<C: Guided> Drop for Feed<C> {
    fn drop(&mut self) {
        self.shared.waiting.close();
    }
}

impl<C: Guided> Shared<C> {
    fn work(&self) {
        while let Some((frame, at)) = self.waiting.take() {
            let mut capture = lock(&self.capture);
            let Some(working) = &mut *capture else { return };
            let worked = working.work(&frame, at);
            let mut shown = lock(&self.shown);
            match worked {
                Ok(step) => shown.step = step,
                Err(error) => shown.failed = Some(error),
            }
            let over = C::is_over(&shown.step);
            drop((shown, capture));
            if over {
                self.waiting.close();
            }
            *lock(&self.spare) = Some(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A capture that takes any frame, and never ends.
    struct Endless;

    impl Guided for Endless {
        type Step = u32;
        type Taken = ();

        const BEGIN: u32 = 0;
        const LONGER_SIDE: u32 = 64;

        fn work(&mut self, frame: &Frame, _at: Duration) -> Result<u32, CaptureError> {
            Ok(frame.width())
        }

        fn is_over(_step: &u32) -> bool {
            false
        }

        fn finish(self) -> Result<(), CaptureError> {
            Ok(())
        }
    }

    #[test]
    fn frames_turned_or_mirrored_otherwise_than_the_first_are_refused_and_the_capture_goes_on() {
        let bytes = vec![90; 80 * 64 * 4];
        let of = |width, height, degrees, mirrored| {
            let image = CameraImage::rgba(width, height, &bytes, width as usize * 4).expect("all of it is there");
            image.turned(degrees, mirrored).expect("a turn")
        };
        let first = of(80, 64, 90, true);
        let feed = Feed::new(Endless);
        let mut time = 0;
        let mut give = |image: &CameraImage<'_>| {
            time += 100;
            feed.frame(image, Duration::from_millis(time))
        };
        give(&first).expect("the first");
        for (width, height, degrees, mirrored) in
            [(80, 64, 90, false), (80, 64, 270, true), (80, 64, 0, true), (64, 80, 0, false), (64, 64, 90, true)]
        {
            let refused = give(&of(width, height, degrees, mirrored));
            assert!(matches!(refused, Err(CaptureError::FrameChanged)), "{width} x {height}, {degrees}, {mirrored}");
            give(&first).expect("as the first");
        }
    }
}
