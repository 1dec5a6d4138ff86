//! What a visit's face and letter are taken from in the terminal: a single picture, or a camera's frames.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use saksi_face::{Frame, GiveUp};
use saksi_field::capture::StatementPhoto;
use saksi_field::capture::{CaptureError, Source};
use saksi_field::text::{Language, Told};
use saksi_field::{CapturedFace, FaceCapture, FieldError, Handset};
use saksi_records::record::Consent;

use crate::capture::frames;

/// How many frames a second a folder or a film is taken to have.
const FRAMES_A_SECOND: f64 = 10.0;

/// A face for a visit.
pub enum Taken {
    /// A single picture's bytes: enough where the programme doesn't require somebody alive.
    Picture(Vec<u8>),
    /// A capture from frames.
    Capture(Box<CapturedFace>),
}

impl Taken {
    /// Takes it from a JPEG or PNG, or from a folder of frames or a motion-JPEG file, and tells on stderr what the person
    /// would be told. Frames that end before the capture does are an error.
    pub fn read(path: &Path, handset: &Handset, consent: &Consent, language: Language) -> Result<Self> {
        if !is_frames(path) {
            return Ok(Self::Picture(picture(path)?));
        }
        let capture = begun(path, handset, consent, language)?;
        if !capture.over() {
            let path = path.display();
            bail!(
                "the frames in {path} end before the capture does: begin again, or write it down with\n\
                 saksi visit not-served --reason capture-given-up --after {path} --give-up WHY --consent --beneficiary ID"
            );
        }
        Ok(Self::Capture(Box::new(capture.finish().map_err(FieldError::from)?)))
    }

    /// As the handset takes it.
    pub fn source(&self) -> Source<'_> {
        match self {
            Self::Picture(picture) => picture.into(),
            Self::Capture(capture) => capture.as_ref().into(),
        }
    }
}

/// A capture that an officer gives up where its frames end, unless it ended before. One that took the face is none to be
/// written down.
pub fn given_up(
    path: &Path,
    why: GiveUp,
    handset: &Handset,
    consent: &Consent,
    language: Language,
) -> Result<CapturedFace> {
    let mut capture = begun(path, handset, consent, language)?;
    capture.give_up(why);
    Ok(capture.finish().map_err(FieldError::from)?)
}

/// A capture that has seen all of the frames.
fn begun(path: &Path, handset: &Handset, consent: &Consent, language: Language) -> Result<FaceCapture> {
    let mut capture = handset.face_capture(consent)?;
    feed(path, language, |frame, at| {
        let step = capture.step(frame, at)?;
        Ok((step.advice, step.over))
    })?;
    Ok(capture)
}

/// Takes a statement letter, likewise.
pub fn statement(path: &Path, handset: &Handset, language: Language) -> Result<StatementPhoto> {
    if !is_frames(path) {
        return Ok(handset.statement_page(&picture(path)?)?);
    }
    let mut capture = handset.statement_capture()?;
    feed(path, language, |frame, at| {
        let guidance = capture.step(frame, at)?;
        Ok((guidance.advice, guidance.advice.is_final()))
    })?;
    Ok(capture.finish().map_err(FieldError::from)?)
}

/// Gives frames to a capture until it's over, and tells each new advice.
fn feed<A: Told + PartialEq + Copy>(
    path: &Path,
    language: Language,
    mut step: impl FnMut(&Frame, Duration) -> Result<(A, bool), CaptureError>,
) -> Result<()> {
    let mut shown = None;
    for frame in frames::read(path, FRAMES_A_SECOND)? {
        let (at, frame) = frame?;
        let (advice, over) = step(&frame, at).map_err(FieldError::from)?;
        if shown.replace(advice) != Some(advice) {
            eprintln!("{:6.2} s  {}", at.as_secs_f64(), advice.tell(language));
        }
        if over {
            break;
        }
    }
    Ok(())
}

fn is_frames(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("mjpeg"))
}

fn picture(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}
