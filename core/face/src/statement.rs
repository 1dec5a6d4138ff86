//! The statement page: from a photo of a signed letter to an upright page that a reviewer can read, or the reason why not.
//!
//! [`judge`] looks at one photo; [`StatementCapture`] at a camera's frames. The way is the same: find the sheet, cut it
//! out, measure how well it can be read, and compare it with the day's other pages.

mod capture;
mod document;
mod find;
mod ink;
mod legibility;
mod limits;
mod lines;
mod luma;
mod page;
mod quad;
mod refine;

use jpeg_encoder::{ColorType, Encoder, PixelDensity};

pub use capture::{CaptureTiming, PageAdvice, PageFrameError, PageGuidance, StatementCapture};
pub use document::{DOCUMENT_SIDE, DocumentFormat, DocumentProblem, DocumentQuality, judge_document};
pub use ink::{PageHash, PageHashError, SAME_PAGE};
pub use legibility::PageQuality;
pub use limits::{PageLimits, PageProblem};
pub use page::Paper;

use crate::photo::first_within;
use crate::{EncodeError, Frame};
use find::Sheet;
use legibility::{Reading, read};
use luma::Luma;
use page::Page;
use quad::Quad;

/// Neither of a statement's two pictures is longer than this, in bytes.
pub const MAX_STATEMENT_BYTES: usize = 400_000;

/// The longer side of the photo as it's kept, in pixels.
const PHOTO_SIDE: u32 = 1600;

/// A statement that can be read.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The page upright, straight and evenly lit, as greyscale JPEG of at most [`MAX_STATEMENT_BYTES`]; its density is in
    /// the header.
    pub page: Vec<u8>,
    /// The photo it was cut from, as JPEG of at most as many. Nothing but pixels is in it.
    pub photo: Vec<u8>,
    /// The page's corners in the photo given, in pixels, clockwise from the page's own upper left.
    pub corners: [[f32; 2]; 4],
    /// The paper, by its proportions. An A5 sheet has those of A4, and then all measures are of an A4 sheet.
    pub paper: Paper,
    /// What it was judged by.
    pub quality: PageQuality,
    /// To know the page again.
    pub hash: PageHash,
}

/// Why there's no statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The page must be photographed anew, or another page.
    #[error("the statement can't be used: {}", .0.code())]
    Refused(PageProblem),
    /// The capture ended without a page.
    #[error("no page was taken")]
    Unfinished,
    /// It couldn't be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Judges one photo. A picture that is all page, as a scanner makes it, is one too, where nothing is written up to its edge.
///
/// Gives the statement, or the first thing to be mended. `today` are the hashes of the pages that aren't to be used again.
pub fn judge(photo: &Frame, limits: &PageLimits, today: &[PageHash]) -> Result<Statement, StatementError> {
    let seen = Seen::look(photo).or_else(|unseen| Seen::scan(photo).ok_or(StatementError::Refused(unseen.problem)))?;
    if let Some(problem) = seen.problem(limits) {
        return Err(StatementError::Refused(problem));
    }
    if seen.is_among(today) {
        return Err(StatementError::Refused(PageProblem::AlreadyUsed));
    }
    seen.statement(photo)
}

/// A page that was found, cut out and measured.
struct Seen {
    corners: Quad,
    page: Page,
    reading: Reading,
    /// Quarter turns by which the page stands in the frame.
    turns: usize,
}

/// Why no page was measured.
struct Unseen {
    problem: PageProblem,
    corners: Option<[[f32; 2]; 4]>,
}

impl Seen {
    /// Finds the page and measures it.
    fn look(frame: &Frame) -> Result<Self, Unseen> {
        let luma = Luma::of(frame);
        let unseen = |problem, corners| Unseen { problem, corners };
        let sheet = find::find(&luma)
            .ok_or(unseen(if is_dark(&luma) { PageProblem::TooDark } else { PageProblem::NoPage }, None))?;
        let Sheet { corners, is_cut_off } = sheet;
        if is_cut_off {
            return Err(unseen(PageProblem::WholePage, Some(corners.0)));
        }
        Self::measure(&luma, corners).ok_or(unseen(PageProblem::NoPage, Some(corners.0)))
    }

    /// Takes the whole picture for a page, if its edge is blank.
    fn scan(frame: &Frame) -> Option<Self> {
        let luma = Luma::of(frame);
        let (width, height) = (luma.width as f32, luma.height as f32);
        let seen = Self::measure(&luma, Quad([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))?;
        let Luma { width, height, pixels } = &seen.page.luma;
        let rim = width / 60 + 1;
        let is_rim = |i: usize| {
            let (x, y) = (i % width, i / width);
            x < rim || y < rim || x >= width - rim || y >= height - rim
        };
        let lightest = f32::from(*pixels.iter().max()?);
        let is_blank = pixels.iter().enumerate().all(|(i, level)| !is_rim(i) || f32::from(*level) > 0.8 * lightest);
        is_blank.then_some(seen)
    }

    fn measure(luma: &Luma, found: Quad) -> Option<Self> {
        let proportions = found.proportions((luma.width, luma.height));
        let paper = Paper::of_proportions(proportions)?;
        let turns = usize::from(proportions < 1.0);
        let corners = found.turned(turns);
        let page = Page::rectified(luma, &corners, paper);
        let mut reading = read(&page);
        let (least, most) = corners.dpi(paper);
        let [[x0, y0], [x1, y1], ..] = corners.0;
        let angle = (y1 - y0).atan2(x1 - x0).to_degrees().rem_euclid(90.0);
        reading.quality =
            PageQuality { dpi: least, evenness: least / most, turn: angle.min(90.0 - angle), ..reading.quality };
        Some(Self { corners, page, reading, turns })
    }

    fn quality(&self) -> &PageQuality {
        &self.reading.quality
    }

    /// From the one that's upper left in the frame.
    fn corners(&self) -> [[f32; 2]; 4] {
        self.corners.turned(4 - self.turns).0
    }

    /// The first thing to mend.
    fn problem(&self, limits: &PageLimits) -> Option<PageProblem> {
        self.quality().problems(limits).first().copied()
    }

    fn hash(&self) -> PageHash {
        PageHash::of(&ink::ink(&self.page, &self.reading), self.page.luma.width)
    }

    fn is_among(&self, today: &[PageHash]) -> bool {
        !today.is_empty() && {
            let hash = self.hash();
            today.iter().any(|used| used.similarity(&hash) >= SAME_PAGE)
        }
    }

    /// Writes both pictures.
    fn statement(self, photo: &Frame) -> Result<Statement, StatementError> {
        let Self { corners, mut page, reading, .. } = self;
        let ink = ink::ink(&page, &reading);
        let hash = PageHash::of(&ink, page.luma.width);
        let is_upside_down = ink::is_upside_down(&ink, page.luma.width);
        even_out(&mut page, &reading);
        let (page, corners) = if is_upside_down { (page.upside_down(), corners.turned(2)) } else { (page, corners) };
        Ok(Statement {
            page: first_within(
                MAX_STATEMENT_BYTES,
                [88, 80, 70, 60, 45, 30].into_iter().map(|quality| page_jpeg(&page, quality)),
            )?,
            photo: photo.to_jpeg_within(PHOTO_SIDE, MAX_STATEMENT_BYTES)?,
            corners: corners.0,
            paper: page.paper,
            quality: reading.quality,
            hash,
        })
    }
}

/// Whether nothing in a frame is bright enough to be paper in any light that's enough.
fn is_dark(luma: &Luma) -> bool {
    let bright = luma.pixels.iter().step_by(17).filter(|level| **level > 45).count();
    bright * 17 * 50 < luma.pixels.len()
}

/// Lights paper everywhere as where it's lit best, so that what is written in a shadow can be read beside what isn't.
fn even_out(page: &mut Page, reading: &Reading) {
    const PAPER: f32 = 235.0;
    for y in 0..page.luma.height {
        let paper = reading.paper_in_row(y, page);
        let row = &mut page.luma.pixels[y * page.luma.width..][..page.luma.width];
        for (level, paper) in row.iter_mut().zip(paper) {
            *level = (f32::from(*level) * PAPER / paper + 0.5) as u8;
        }
    }
}

fn page_jpeg(page: &Page, quality: u8) -> Result<Vec<u8>, EncodeError> {
    let side = |pixels: usize| u16::try_from(pixels).map_err(|e| EncodeError::new(&e));
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_density(PixelDensity::dpi(page.dpi.round() as u16));
    encoder
        .encode(&page.luma.pixels, side(page.luma.width)?, side(page.luma.height)?, ColorType::Luma)
        .map_err(|e| EncodeError::new(&e))?;
    Ok(jpeg)
}
