//! A contact sheet of a capture: each frame with what was said of it, as one HTML file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saksi_face::Frame;

/// The longer side of a frame on the sheet, in pixels, and its JPEG quality.
const THUMBNAIL: (u32, u8) = (240, 70);

/// The sheet, to which frames are added.
#[derive(Default)]
pub struct Trace(String);

impl Trace {
    /// Adds a frame, what the person was told, and lines that say why.
    pub fn add(&mut self, at: Duration, frame: &Frame, told: &str, why: &[String]) -> Result<()> {
        let picture = STANDARD.encode(frame.to_evidence_jpeg(THUMBNAIL.0, THUMBNAIL.1)?);
        writeln!(
            self.0,
            "<figure><img alt='' src='data:image/jpeg;base64,{picture}'><figcaption><b>{:.2} s: {}</b><br>{}\
             </figcaption></figure>",
            at.as_secs_f64(),
            escaped(told),
            why.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>"),
        )?;
        Ok(())
    }

    /// Writes the sheet.
    pub fn write(&self, path: &Path, title: &str) -> Result<()> {
        let page = format!(
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>{0}</title><style>\
             body{{font:13px system-ui,sans-serif;display:grid;gap:12px;\
             grid-template-columns:repeat(auto-fill,minmax(240px,1fr))}}\
             h1{{grid-column:1/-1}}figure{{margin:0}}img{{max-width:100%}}</style><h1>{0}</h1>\n{1}</html>\n",
            escaped(title),
            self.0
        );
        fs::write(path, page).with_context(|| path.display().to_string())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
