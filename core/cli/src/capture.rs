//! `saksi capture`: a camera's frames from a folder or a file, guided and taken as on a handset.

mod face;
pub mod frames;
mod statement;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use saksi_face::Frame;
use saksi_field::text::Language;
use serde_json::{Value, json};

use crate::Common;
use trace::Trace;

/// Takes a picture from a camera's frames, and says what the person who holds the camera would be told.
#[derive(Subcommand)]
pub enum Command {
    /// A living person's face
    ///
    /// With liveness required, movements are asked for at random, which frames that were taken before can only answer by
    /// chance: --liveness recorded goes on without the answer, and says so in the evidence.
    Face {
        #[command(flatten)]
        session: Session,
        /// What is asked of the person
        #[arg(long, value_enum, default_value_t = Liveness::Required)]
        liveness: Liveness,
    },
    /// The page of a statement letter
    Statement(Session),
}

/// What every capture is given.
#[derive(Args)]
pub struct Session {
    /// A folder of JPEG or PNG frames, taken in the order of their names, or a motion-JPEG file
    #[arg(value_name = "DIR|VIDEO.mjpeg")]
    frames: PathBuf,
    /// Frames a second
    #[arg(long, default_value_t = 10.0, value_parser = positive)]
    fps: f64,
    /// Folder to write the result to; made where it isn't there
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write an HTML page that shows each frame with what was said of it, and why. It holds the frames themselves
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

/// How far a person has to be shown to be alive.
#[derive(Clone, Copy, ValueEnum)]
pub enum Liveness {
    /// Nobody passes without
    Required,
    /// It is checked and written down, and stops nobody
    Recorded,
    /// It isn't checked
    Off,
}

/// What came of a frame.
struct Heard {
    /// The advice's stable name.
    code: &'static str,
    /// What the person is told.
    told: String,
    /// Lines that say why.
    why: Vec<String>,
    over: bool,
}

/// Feeds frames to a capture until it's over. Prints what is told whenever it changes, and writes the trace; gives what was
/// said, with the times.
fn feed(
    session: &Session,
    title: &str,
    common: &Common,
    mut step: impl FnMut(&Frame, Duration) -> Result<Heard>,
) -> Result<Vec<Value>> {
    let (mut trace, mut said, mut last) = (Trace::default(), Vec::new(), "");
    for frame in frames::read(&session.frames, session.fps)? {
        let (at, frame) = frame?;
        let Heard { code, told, why, over } = step(&frame, at)?;
        if last != code {
            last = code;
            said.push(json!({ "at": at.as_secs_f64(), "advice": code }));
            if !common.json {
                println!("{:6.2} s  {told}", at.as_secs_f64());
            }
        }
        if session.trace.is_some() {
            trace.add(at, &frame, &told, &why)?;
        }
        if over {
            break;
        }
    }
    if let Some(path) = &session.trace {
        trace.write(path, title)?;
    }
    Ok(said)
}

pub fn run(command: &Command, language: Language, common: &Common) -> Result<ExitCode> {
    match command {
        Command::Face { session, liveness } => face::run(session, *liveness, language, common),
        Command::Statement(session) => statement::run(session, language, common),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let fps: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    (fps > 0.0 && fps <= 1000.0).then_some(fps).ok_or_else(|| "must be above 0, and at most 1000".to_owned())
}
