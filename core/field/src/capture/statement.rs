//! The statement letter of a visit: from a single picture, or taken with the camera, guided until it can be read.

use std::time::Duration;

use saksi_face::{Frame, PageAdvice, PageFrameError, PageGuidance, PageProblem};

use crate::capture::feed::{Feed, Guided};
use crate::capture::source::StatementPhoto;
use crate::capture::source::{self, CaptureError};

/// The capture of one letter. Frames go in one by one; [`StatementCapture::feed`] takes them from a camera's thread.
pub struct StatementCapture {
    capture: saksi_face::StatementCapture,
    shown: PageGuidance,
}

impl StatementCapture {
    pub(crate) fn new(capture: saksi_face::StatementCapture) -> Self {
        Self { capture, shown: Self::BEGIN }
    }

    /// Works on one upright frame, taken at a time of the camera's clock. On an error the capture is as it was.
    pub fn step(&mut self, frame: &Frame, at: Duration) -> Result<PageGuidance, CaptureError> {
        match self.capture.push(frame, at) {
            Ok(guidance) => self.shown = guidance,
            Err(PageFrameError::OutOfOrder { .. }) => return Err(CaptureError::FrameOrder),
            // Cameras still deliver after the end.
            Err(PageFrameError::Over) => {}
        }
        Ok(self.shown)
    }

    /// Hands it to a camera.
    pub fn feed(self) -> Feed<Self> {
        Feed::new(self)
    }

    /// The letter, once it was taken; before, what's missing.
    pub fn finish(self) -> Result<StatementPhoto, CaptureError> {
        source::page(self.capture.finish())
    }
}

impl Guided for StatementCapture {
    type Step = PageGuidance;
    type Taken = StatementPhoto;

    const BEGIN: PageGuidance =
        PageGuidance { advice: PageAdvice::Mend(PageProblem::NoPage), corners: None, progress: 0.0 };

    // Small handwriting is read at a hundred pixels an inch or more.
    const LONGER_SIDE: u32 = 1920;

    fn work(&mut self, frame: &Frame, at: Duration) -> Result<PageGuidance, CaptureError> {
        self.step(frame, at)
    }

    fn is_over(step: &PageGuidance) -> bool {
        step.advice.is_final()
    }

    fn finish(self) -> Result<StatementPhoto, CaptureError> {
        self.finish()
    }
}
