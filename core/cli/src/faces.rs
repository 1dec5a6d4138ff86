//! What a visit's face is taken from in the terminal: a single picture, or a camera's frames.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use saksi_field::capture::Source;
use saksi_field::text::{Language, Told as _};
use saksi_field::{CapturedFace, Handset};
use saksi_records::record::Consent;

use crate::capture::frames;

/// How many frames a second a folder or a film is taken to have.
const FRAMES_A_SECOND: f64 = 10.0;

/// A face for a visit.
pub enum Taken {
    /// A single picture's bytes: enough where the programme doesn't require somebody alive.
    Picture(Vec<u8>),
    /// A capture from frames.
    Capture(CapturedFace),
}

impl Taken {
    /// Takes it from a JPEG or PNG, or from a folder of frames or a motion-JPEG file, and tells on stderr what the person
    /// would be told. Frames that end before the capture does are an error.
    pub fn read(path: &Path, handset: &Handset, consent: &Consent, language: Language) -> Result<Self> {
        let film = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("mjpeg"));
        if !path.is_dir() && !film {
            return Ok(Self::Picture(fs::read(path).with_context(|| path.display().to_string())?));
        }
        let mut capture = handset.face_capture(consent)?;
        let mut shown = None;
        for frame in frames::read(path, FRAMES_A_SECOND)? {
            let (at, frame) = frame?;
            let step = capture.step(&frame, at).map_err(saksi_field::FieldError::from)?;
            if shown.replace(step.advice) != Some(step.advice) {
                eprintln!("{:6.2} s  {}", at.as_secs_f64(), step.advice.tell(language));
            }
            if step.over {
                break;
            }
        }
        if !capture.over() {
            bail!("the frames in {} end before the capture does", path.display());
        }
        Ok(Self::Capture(capture.finish().map_err(saksi_field::FieldError::from)?))
    }

    /// As the handset takes it.
    pub fn source(&self) -> Source<'_> {
        match self {
            Self::Picture(picture) => picture.into(),
            Self::Capture(capture) => capture.into(),
        }
    }
}
