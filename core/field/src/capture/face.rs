//! The face of a visit, taken with the camera: guided until it's well seen, and shown to be somebody's who stands there.

use std::time::Duration;

use saksi_face::{
    Advice, EndReason, Engine, FaceGuidance, Frame, GiveUp, LiveCapture, LiveError, LivenessEvidence, Outcome,
    RefusedFrame,
};
use std::sync::Arc;

use crate::capture::feed::{Feed, Guided};
use crate::capture::photo::Photo;
use crate::capture::source::{CaptureError, Face};
use crate::store::{Changes, Table};

/// How many captures were begun since the last record with evidence of one.
pub(crate) const BEGUN: &str = "captures begun";

/// One capture of one person. Frames go in one by one; [`FaceCapture::feed`] takes them from a camera's thread.
pub struct FaceCapture {
    engine: Arc<Engine>,
    capture: LiveCapture,
    failed_before: u32,
    /// Where none was good enough, this is what there was to see.
    last: Option<Frame>,
}

/// How a capture ended: the face where it could be seen, and what was seen of a life behind it.
#[derive(Debug, Clone)]
pub struct CapturedFace {
    face: Option<Face>,
    photo: Option<Photo>,
    liveness: LivenessEvidence,
}

/// A record has come of what was begun.
pub(crate) fn forget_begun(changes: &mut Changes) {
    changes.remove(Table::Meta, BEGUN);
}

impl FaceCapture {
    pub(crate) fn new(engine: Arc<Engine>, capture: LiveCapture, failed_before: u32) -> Self {
        Self { engine, capture, failed_before, last: None }
    }

    /// Works on one upright frame, taken at a time of the camera's clock. On an error the capture is as it was.
    pub fn step(&mut self, frame: &Frame, at: Duration) -> Result<FaceGuidance, CaptureError> {
        let step = self.capture.step(frame, at).map_err(refused)?;
        if !step.over {
            self.last = Some(frame.clone());
        }
        Ok(step)
    }

    /// The person can't do what is asked: something else is asked for.
    pub fn cannot_move(&mut self) {
        self.capture.cannot_move();
    }

    /// Ends it with a reason.
    pub fn give_up(&mut self, reason: GiveUp) {
        self.capture.give_up(reason);
    }

    /// Whether it's over.
    pub fn over(&self) -> bool {
        self.capture.over()
    }

    /// Hands it to a camera.
    pub fn feed(self) -> Feed<Self> {
        Feed::new(self)
    }

    /// What it came to, once it's over. Of somebody who refused, or of a capture begun by mistake, no picture is kept.
    pub fn finish(self) -> Result<CapturedFace, CaptureError> {
        let (outcome, best) = self.capture.finish().ok_or(CaptureError::Unfinished)?;
        match outcome {
            Outcome::Captured(taken) => {
                let liveness = LivenessEvidence { failed_before: self.failed_before, ..taken.liveness };
                let photo = Photo::new(best.ok_or(CaptureError::Unfinished)?.to_face_jpeg()?);
                let (template, quality) = (taken.template, taken.quality);
                let face = Face { template, quality, photo: photo.clone(), liveness: Some(liveness.clone()) };
                Ok(CapturedFace { face: Some(face), photo: Some(photo), liveness })
            }
            Outcome::Abandoned(ended) => {
                let mut liveness = LivenessEvidence { failed_before: self.failed_before, ..ended.liveness };
                if let EndReason::GivenUp(GiveUp::PersonRefused | GiveUp::Cancelled) = ended.reason {
                    liveness.frames.clear();
                    return Ok(CapturedFace { face: None, photo: None, liveness });
                }
                let seen = best.as_ref().and_then(|frame| self.engine.analyze(frame).ok());
                let frame = best.or(self.last);
                let photo = frame.map(|frame| frame.to_face_jpeg()).transpose()?.map(Photo::new);
                let face = seen.zip(photo.clone()).map(|(seen, photo)| Face {
                    template: seen.template,
                    quality: seen.quality,
                    photo,
                    liveness: Some(liveness.clone()),
                });
                Ok(CapturedFace { face, photo, liveness })
            }
        }
    }
}

impl CapturedFace {
    /// What was seen of a life behind it, and why it ended without a face that may be used, if it did.
    pub fn liveness(&self) -> &LivenessEvidence {
        &self.liveness
    }

    /// The best photo, or else the last frame.
    pub fn photo(&self) -> Option<&Photo> {
        self.photo.as_ref()
    }

    /// The face. A visit in person also asks whether it was shown to be alive.
    pub(crate) fn face(&self) -> Option<&Face> {
        self.face.as_ref()
    }
}

impl Guided for FaceCapture {
    type Step = FaceGuidance;
    type Taken = CapturedFace;

    const BEGIN: FaceGuidance =
        FaceGuidance { advice: Advice::NoFace, progress: 0.0, keep_best: false, keep_small: None, over: false };

    // More shows no more of a face at arm's length.
    const LONGER_SIDE: u32 = 1280;

    fn work(&mut self, frame: &Frame, at: Duration) -> Result<FaceGuidance, CaptureError> {
        self.step(frame, at)
    }

    fn is_over(step: &FaceGuidance) -> bool {
        step.over
    }

    fn finish(self) -> Result<CapturedFace, CaptureError> {
        self.finish()
    }
}

impl Feed<FaceCapture> {
    /// As [`FaceCapture::cannot_move`]. Waits for the frame that is being worked on.
    pub fn cannot_move(&self) {
        self.change(|capture, _| capture.cannot_move());
    }

    /// As [`FaceCapture::give_up`]. Waits for the frame that is being worked on.
    pub fn give_up(&self, reason: GiveUp) {
        self.change(|capture, shown| {
            if !capture.over() {
                capture.give_up(reason);
                *shown = FaceGuidance { advice: Advice::GivenUp, progress: 1.0, over: true, ..FaceCapture::BEGIN };
            }
        });
    }
}

fn refused(error: LiveError) -> CaptureError {
    match error {
        LiveError::Face(error) => error.into(),
        LiveError::Encode(error) => error.into(),
        LiveError::Capture(RefusedFrame::Template(error)) => error.into(),
        LiveError::Capture(RefusedFrame::NotLater { .. }) => CaptureError::FrameOrder,
        LiveError::Capture(RefusedFrame::Size { .. }) => CaptureError::FrameChanged,
    }
}
