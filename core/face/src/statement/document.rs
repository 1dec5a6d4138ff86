//! Whether a photo of an identity document can be read at the office: its card or sheet isn't sought, what is written in the
//! picture is measured.
//!
//! A statement is cut out and compared, a document only looked at. So a card on whatever it lies on will do, and all it takes
//! is that the most of what looks like writing is large, lit and sharp.

use serde::{Deserialize, Serialize};

use super::Luma;
use super::legibility::{Stroke, read};
use super::luma::quantile;
use super::page::{Page, Paper};
use crate::Frame;
use crate::resize::shrunk;

/// A document's photo is kept in no more than this on its longer side, in pixels, and judged as it is kept.
pub const DOCUMENT_SIDE: u32 = 1600;

/// What is photographed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// ISO/IEC 7810 ID-1, as bank cards: 85.6 x 54 mm.
    Card,
    /// A sheet of A4 or folio.
    Sheet,
}

/// What keeps a photo from being one of a document that can be read. The names, in snake case, are stable: apps turn them
/// into advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentProblem {
    /// Too little light: turn to it.
    TooDark,
    /// Too few pixels, or too small in the picture: come closer.
    Closer,
    /// Something shines on it: tilt it away from the light.
    Glare,
    /// Not sharp: hold still, and clean the lens.
    Blurred,
    /// Nothing is written in the picture.
    NoDocument,
}

impl DocumentProblem {
    /// Its stable name, in snake case.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooDark => "too_dark",
            Self::Closer => "closer",
            Self::Glare => "glare",
            Self::Blurred => "blurred",
            Self::NoDocument => "no_document",
        }
    }
}

/// What is measured in a document's photo. Millimetres are of a picture that is as wide as a hurried officer's: where the
/// document fills it more, they are fewer on the document itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DocumentQuality {
    /// Pixels of the picture for an inch of the document.
    pub dpi: f32,
    /// Level of the lightest of what is written on, 0 to 1.
    pub paper: f32,
    /// The longer side of what is written on by the picture's, 0 to 1.
    pub extent: f32,
    /// Share of what is written on that shines so that nothing can be seen, 0 to 1.
    pub glare: f32,
    /// Millimetres over which the edge of a stroke goes from paper to ink: the median.
    pub edge_mm: f32,
    /// How steep those edges are: darkness of the ink in standard deviations of the noise, for a millimetre.
    pub clarity: f32,
    /// Fields with strokes of writing, of 1,000 to 2,000 in the picture.
    pub written_fields: u32,
}

/// From where on a component of [`DocumentQuality`] is a problem, on any document. What they stand on is in
/// `docs/statement.md`.
const PAPER: f32 = 0.2;
const EXTENT: f32 = 0.35;
const GLARE: f32 = 0.01;
const WRITTEN_FIELDS: u32 = 40;
/// Where the paper is lighter than this, more light doesn't help.
const BRIGHT: f32 = 0.3;
/// What is written is on fields at least so light by the lightest.
const LIGHT: f32 = 0.6;
/// And at least so dark by what's darkest.
const STRONG: f32 = 0.4;

/// What depends on how large a document and its letters are.
struct Scale {
    /// Millimetres that the longer side of a picture shows where the document fills some three quarters of it.
    shown_mm: f32,
    /// How large its letters are, by those of a statement.
    letters: f32,
    /// The smallest density.
    dpi: f32,
    /// The widest edge of a stroke, in millimetres.
    edge_mm: f32,
    /// The smallest clarity.
    clarity: f32,
}

impl DocumentFormat {
    fn scale(self) -> Scale {
        match self {
            Self::Card => Scale { shown_mm: 115.0, letters: 0.5, dpi: 160.0, edge_mm: 0.34, clarity: 40.0 },
            Self::Sheet => Scale { shown_mm: 380.0, letters: 1.0, dpi: 67.0, edge_mm: 1.35, clarity: 20.0 },
        }
    }
}

impl DocumentQuality {
    /// Measures a photo.
    pub fn of(photo: &Frame, format: DocumentFormat) -> Self {
        let smaller = shrunk(photo, DOCUMENT_SIDE);
        let luma = Luma::of(smaller.as_ref().unwrap_or(photo));
        let (width, height) = (luma.width, luma.height);
        let scale = format.scale();
        let dpi = width.max(height) as f32 / scale.shown_mm * 25.4;
        // Fields are to be as large by the letters as they are on a statement.
        let page = Page { luma, paper: Paper::A4, dpi: dpi * scale.letters };
        let reading = read(&page);
        let (across, down) = (reading.across.max(1), reading.paper.len() / reading.across.max(1));
        // What the document lies on may have a pattern too, but darker or fainter.
        let light = LIGHT * quantile(&mut reading.paper.clone(), 0.97);
        let is_light = |[x, y]: [usize; 2]| reading.paper[y * across + x] >= light;
        let mut strokes: Vec<Stroke> = reading.strokes.iter().filter(|stroke| is_light(stroke.at)).copied().collect();
        let contrasts = |strokes: &[Stroke]| strokes.iter().map(|stroke| stroke.contrast).collect::<Vec<_>>();
        let strong = STRONG * quantile(&mut contrasts(&strokes), 0.9);
        strokes.retain(|stroke| stroke.contrast >= strong);
        let [left, right] = most_of(strokes.iter().map(|stroke| stroke.at[0]));
        let [top, bottom] = most_of(strokes.iter().map(|stroke| stroke.at[1]));
        let is_written_on = |[x, y]: [usize; 2]| (left..=right).contains(&x) && (top..=bottom).contains(&y);
        let (wide, high) = (right + 1 - left, bottom + 1 - top);
        let places = (0..reading.paper.len()).map(|i| [i % across, i / across]);
        let mut paper: Vec<f32> = places
            .zip(&reading.paper)
            .filter(|(at, _)| is_light(*at) && (strokes.is_empty() || is_written_on(*at)))
            .map(|(_, level)| *level)
            .collect();
        let mut edges: Vec<f32> = strokes.iter().map(|stroke| stroke.edge).collect();
        let edge_mm = quantile(&mut edges, 0.5) / dpi * 25.4;
        Self {
            dpi,
            paper: quantile(&mut paper, 0.8) / 255.0,
            extent: wide.max(high) as f32 / across.max(down) as f32,
            glare: reading.shining.iter().filter(|at| is_written_on(**at)).count() as f32 / (wide * high) as f32,
            edge_mm,
            clarity: quantile(&mut contrasts(&strokes), 0.5) / reading.noise / edge_mm.max(0.01),
            written_fields: strokes.len() as u32,
        }
    }

    /// The first thing to mend.
    pub fn problem(&self, format: DocumentFormat) -> Option<DocumentProblem> {
        let scale = format.scale();
        let is_written = self.written_fields >= WRITTEN_FIELDS;
        let is_unclear = is_written && (self.edge_mm > scale.edge_mm || self.clarity < scale.clarity);
        let judged = [
            (self.paper < PAPER || (is_unclear && self.paper < BRIGHT), DocumentProblem::TooDark),
            (self.dpi < scale.dpi || (is_written && self.extent < EXTENT), DocumentProblem::Closer),
            (self.glare > GLARE, DocumentProblem::Glare),
            (is_unclear, DocumentProblem::Blurred),
            (!is_written, DocumentProblem::NoDocument),
        ];
        judged.into_iter().find_map(|(is_problem, problem)| is_problem.then_some(problem))
    }
}

/// The first thing to be mended in a photo of a document, if there is any.
pub fn judge_document(photo: &Frame, format: DocumentFormat) -> Option<DocumentProblem> {
    DocumentQuality::of(photo, format).problem(format)
}

/// Where all but the outermost twentieths of some places lie.
fn most_of(places: impl Iterator<Item = usize>) -> [usize; 2] {
    let mut places: Vec<f32> = places.map(|place| place as f32).collect();
    [0.05, 0.95].map(|share| quantile(&mut places, share) as usize)
}
