//! Captures with the camera: frames in, advice out, and at the end a face or a letter for a visit.
//!
//! The camera's thread calls `yuv` or `packed` for each frame and closes its image when that returns: the bytes are only
//! lent. The call turns the frame upright and returns at once; a thread of the capture's own works on the latest frame, and
//! one that it hasn't begun with is replaced. Frames of one capture come from one thread, and all calls may be made from
//! any. `cannotMove`, `giveUp` and `finish` wait for the frame that is being worked on, so not from the main thread.

use std::time::Duration;

use saksi_face::{CameraImage, Clearance, FaceGuidance, FrameError, GiveUp, LivenessVerdict, PageGuidance, Plane};
use saksi_field::capture::CaptureError;
use saksi_field::capture::Feed;
use saksi_field::text::{Language, Told};

use crate::error::SaksiError;

/// A face that is being taken with the camera: `Handset.faceCapture` begins it.
#[derive(uniffi::Object)]
pub struct FaceCapture(pub(crate) Feed<saksi_field::FaceCapture>);

/// A statement letter that is being taken with the camera: `Handset.statementCapture` begins it.
#[derive(uniffi::Object)]
pub struct StatementCapture(pub(crate) Feed<saksi_field::StatementCapture>);

/// How a capture of a face ended, for a visit to judge.
#[derive(uniffi::Object)]
pub struct CapturedFace(pub(crate) saksi_field::CapturedFace);

/// A statement letter that was taken, for a visit.
#[derive(uniffi::Object)]
pub struct CapturedStatement(pub(crate) saksi_field::capture::StatementPhoto);

/// How a camera's image lies in memory, how it's turned, and when it was taken.
#[derive(Debug, Clone, uniffi::Record)]
pub struct FrameLayout {
    /// Pixels across, as the camera delivers them.
    pub width: u32,
    /// Pixels down, likewise.
    pub height: u32,
    /// Bytes from a row of the first plane to the next.
    pub row_stride: u32,
    /// Bytes from a row of the second and third plane to the next; 0 where there are none.
    pub chroma_row_stride: u32,
    /// Bytes from a sample of the second and third plane to the next, 1 to 4; 0 where there are none.
    pub chroma_pixel_stride: u32,
    /// By how many degrees it has to be turned clockwise to be upright: 0, 90, 180 or 270.
    pub turn_degrees: u32,
    /// Whether left and right are changed, once it's upright.
    pub mirrored: bool,
    /// When it was taken, in nanoseconds by the camera's clock, which only goes forward.
    pub time_ns: u64,
}

/// What a plane of pixels holds.
#[derive(Debug, Clone, Copy, uniffi::Enum)]
pub enum PixelFormat {
    /// Rows of Y, then rows of V and U by turns.
    Nv21,
    /// Rows of Y, then rows of U and V by turns.
    Nv12,
    /// Four bytes a pixel: red, green, blue, and one that's ignored.
    Rgba,
    /// Four bytes a pixel: blue, green, red, and one that's ignored.
    Bgra,
}

/// Where a capture stands after the last frame that was worked on.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CaptureStep {
    /// The one thing to show, for programs: it stays as it is.
    pub code: String,
    /// The same for people, in Indonesian.
    pub text_id: String,
    /// And in English.
    pub text_en: String,
    /// How much is done, 0 to 1.
    pub progress: f32,
    /// Whether it's over: `finish` has what came of it.
    pub over: bool,
}

/// What was seen of a life behind a face.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Alive {
    /// What the checks came to.
    pub verdict: LivenessVerdict,
    /// What may follow, by the policy the capture began with. A visit asks the policy of its own day.
    pub clearance: Clearance,
    /// Captures that were begun before it and led to no record.
    pub failed_before: u32,
}

#[uniffi::export]
impl FaceCapture {
    /// A frame of three planes: Android's `YUV_420_888`; or iOS's bi-planar YUV with its second plane twice, from its first
    /// byte on and from its second.
    pub fn yuv(&self, y: &[u8], u: &[u8], v: &[u8], layout: &FrameLayout) -> Result<CaptureStep, SaksiError> {
        Ok(told(self.0.frame(&layout.planes(y, u, v)?, layout.time())?))
    }

    /// A frame of one plane.
    pub fn packed(&self, pixels: &[u8], format: PixelFormat, layout: &FrameLayout) -> Result<CaptureStep, SaksiError> {
        Ok(told(self.0.frame(&layout.plane(pixels, format)?, layout.time())?))
    }

    /// Where it stands. Doesn't wait.
    pub fn step(&self) -> Result<CaptureStep, SaksiError> {
        Ok(told(self.0.step()?))
    }

    /// The person can't do what is asked: something else is asked for.
    pub fn cannot_move(&self) {
        self.0.cannot_move();
    }

    /// Ends it with a reason, which goes into the evidence.
    pub fn give_up(&self, reason: GiveUp) {
        self.0.give_up(reason);
    }

    /// What came of it, once it's over; once.
    pub fn finish(&self) -> Result<CapturedFace, SaksiError> {
        Ok(CapturedFace(self.0.finish()?))
    }
}

#[uniffi::export]
impl StatementCapture {
    /// A frame of three planes, as for a face.
    pub fn yuv(&self, y: &[u8], u: &[u8], v: &[u8], layout: &FrameLayout) -> Result<CaptureStep, SaksiError> {
        Ok(page(&self.0.frame(&layout.planes(y, u, v)?, layout.time())?))
    }

    /// A frame of one plane.
    pub fn packed(&self, pixels: &[u8], format: PixelFormat, layout: &FrameLayout) -> Result<CaptureStep, SaksiError> {
        Ok(page(&self.0.frame(&layout.plane(pixels, format)?, layout.time())?))
    }

    /// Where it stands. Doesn't wait.
    pub fn step(&self) -> Result<CaptureStep, SaksiError> {
        Ok(page(&self.0.step()?))
    }

    /// The letter, once it's over; once.
    pub fn finish(&self) -> Result<CapturedStatement, SaksiError> {
        Ok(CapturedStatement(self.0.finish()?))
    }
}

#[uniffi::export]
impl CapturedFace {
    /// What was seen of a life behind it.
    pub fn alive(&self) -> Alive {
        let seen = self.0.liveness();
        Alive { verdict: seen.verdict, clearance: seen.clearance, failed_before: seen.failed_before }
    }

    /// The photo as it goes into the evidence; none where there was nothing to see, or the person refused.
    pub fn photo(&self) -> Option<Vec<u8>> {
        self.0.photo().map(|photo| photo.jpeg().to_vec())
    }
}

impl FrameLayout {
    fn time(&self) -> Duration {
        Duration::from_nanos(self.time_ns)
    }

    fn planes<'a>(&self, y: &'a [u8], u: &'a [u8], v: &'a [u8]) -> Result<CameraImage<'a>, SaksiError> {
        let chroma = |bytes| Plane {
            bytes,
            row_stride: self.chroma_row_stride as usize,
            pixel_stride: self.chroma_pixel_stride as usize,
        };
        let y = Plane { bytes: y, row_stride: self.row_stride as usize, pixel_stride: 1 };
        self.upright(CameraImage::yuv_420_888(self.width, self.height, y, chroma(u), chroma(v)))
    }

    fn plane<'a>(&self, pixels: &'a [u8], format: PixelFormat) -> Result<CameraImage<'a>, SaksiError> {
        let image = match format {
            PixelFormat::Nv21 => CameraImage::nv21,
            PixelFormat::Nv12 => CameraImage::nv12,
            PixelFormat::Rgba => CameraImage::rgba,
            PixelFormat::Bgra => CameraImage::bgra,
        };
        self.upright(image(self.width, self.height, pixels, self.row_stride as usize))
    }

    fn upright<'a>(&self, image: Result<CameraImage<'a>, FrameError>) -> Result<CameraImage<'a>, SaksiError> {
        let turned = image.and_then(|image| image.turned(self.turn_degrees, self.mirrored));
        Ok(turned.map_err(CaptureError::from)?)
    }
}

fn told(step: FaceGuidance) -> CaptureStep {
    said(step.advice.code(), &step.advice, step.progress, step.over)
}

fn page(guidance: &PageGuidance) -> CaptureStep {
    said(guidance.advice.code(), &guidance.advice, guidance.progress, guidance.advice.is_final())
}

fn said(code: &str, advice: &impl Told, progress: f32, over: bool) -> CaptureStep {
    let (text_id, text_en) = (advice.tell(Language::Id), advice.tell(Language::En));
    CaptureStep { code: code.to_owned(), text_id, text_en, progress, over }
}
