//! The statement letter of a visit: from a single picture, or taken with the camera, guided until it can be read.

use std::time::Duration;

use saksi_face::{Frame, PageAdvice, PageFrameError, PageGuidance, PageLimits, PageProblem};

use crate::camera::{Feed, Guided};
use crate::capture::{self, CaptureError};
use crate::error::FieldError;
use crate::handset::Handset;
use crate::pages::UsedPage;
use crate::visit::StatementPhoto;

/// The capture of one letter. Frames go in one by one; [`StatementCapture::feed`] takes them from a camera's thread.
pub struct StatementCapture {
    capture: saksi_face::StatementCapture,
    shown: PageGuidance,
}

impl Handset {
    /// Takes a statement page from a picture: JPEG or PNG.
    pub fn statement_page(&self, picture: &[u8]) -> Result<StatementPhoto, FieldError> {
        Ok(capture::statement(picture, &self.with_session(|session| Ok(UsedPage::all(&session.store)?))?)?)
    }

    /// Begins to take a statement letter with the camera. Letters that were used before are known.
    pub fn statement_capture(&self) -> Result<StatementCapture, FieldError> {
        let used = self.with_session(|session| Ok(UsedPage::all(&session.store)?))?;
        let capture = saksi_face::StatementCapture::new(PageLimits::default(), used);
        Ok(StatementCapture { capture, shown: StatementCapture::BEGIN })
    }
}

impl StatementCapture {
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
        capture::page(self.capture.finish())
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
