//! How well a page can be read: measured in fields of 5 mm, as a reviewer's eye goes over it.

use serde::{Deserialize, Serialize};

use super::luma::quantile;
use super::page::Page;

/// Measured components of how well a statement can be read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageQuality {
    /// Pixels of the photo for an inch of the sheet, where and along the direction in which they are fewest.
    pub dpi: f32,
    /// The same by where they are most, 0 to 1: low when the sheet is seen obliquely.
    pub evenness: f32,
    /// Degrees that the sheet is turned in the frame, 0 to 45, from the nearest of its four upright positions.
    pub turn: f32,
    /// Level of the paper, 0 to 1: the median over the page.
    pub paper: f32,
    /// Level of the darkest twentieth of the paper by that of the brightest tenth, 0 to 1: low in a shadow.
    pub shading: f32,
    /// Share of the page, 0 to 1, that shines so that nothing on it can be seen.
    pub glare: f32,
    /// How much darker than the paper writing is, 0 to 1: the median of fields with writing.
    pub contrast: f32,
    /// Millimetres over which the edge of a stroke goes from paper to ink, along the worse of the two axes: great when
    /// it's blurred or moved. The median of fields with writing, in the worst of eight parts of the page.
    pub edge_mm: f32,
    /// How steep those edges are: how much darker than the paper writing is, in standard deviations of the paper's noise,
    /// for a millimetre of an edge. Low when it's dark, and when faint writing isn't sharp.
    pub clarity: f32,
    /// Fields of 5 x 5 mm with anything on them.
    pub marked_fields: u32,
    /// Fields of 5 x 5 mm with strokes of writing on paper.
    pub written_fields: u32,
}

/// What is measured in the page itself.
pub(super) struct Reading {
    /// The level of the paper in each field, as if nothing were written on it.
    pub(super) paper: Vec<f32>,
    /// Fields in a row.
    pub(super) across: usize,
    /// Fields with strokes of writing on paper.
    pub(super) strokes: Vec<Stroke>,
    /// Column and row of fields that shine.
    pub(super) shining: Vec<[usize; 2]>,
    /// Standard deviation of the paper's noise, in levels.
    pub(super) noise: f32,
    pub(super) quality: PageQuality,
}

/// What is written in a field.
#[derive(Clone, Copy)]
pub(super) struct Stroke {
    /// Its column and row.
    pub(super) at: [usize; 2],
    /// How much darker than the paper it is, in levels.
    pub(super) contrast: f32,
    /// Pixels over which its edge goes from paper to ink.
    pub(super) edge: f32,
}

impl Reading {
    /// The level of the paper at each pixel of a row: between the middles of fields by their distance.
    pub(super) fn paper_in_row(&self, y: usize, page: &Page) -> Vec<f32> {
        let down = self.paper.len() / self.across.max(1);
        let side = field_side(page) as f32;
        // The two fields between whose middles a pixel lies, and how near it is to the second.
        let between = |at: usize, count: usize| {
            let place = ((at as f32 + 0.5) / side - 0.5).clamp(0.0, (count - 1) as f32);
            (place as usize, (place as usize + 1).min(count - 1), place.fract())
        };
        let (above, below, share) = between(y, down);
        let (above, below) = (&self.paper[above * self.across..], &self.paper[below * self.across..]);
        let column = |x: usize| above[x] + (below[x] - above[x]) * share;
        (0..page.luma.width)
            .map(|x| {
                let (left, right, share) = between(x, self.across);
                let (left, right) = (column(left), column(right));
                (left + (right - left) * share).max(1.0)
            })
            .collect()
    }
}

/// A side of a field, in inches.
const FIELD: f32 = 5.0 / 25.4;

/// Paper at this level or above has lost what was on it.
const SATURATED: f32 = 250.0;

/// One field: levels below which a share of it lies, and how steep it is.
#[derive(Clone, Copy, Default)]
struct Field {
    dark: f32,
    middle: f32,
    light: f32,
    /// The steepest slopes across and down, the less steep of both, in levels a pixel.
    slope: f32,
    /// Mean difference of neighbours, in levels.
    rough: f32,
}

/// A field with something on it.
#[derive(Clone, Copy)]
struct Mark {
    /// Its number, row by row.
    at: usize,
    field: Field,
    paper: f32,
    /// Levels between the paper and what's on it.
    contrast: f32,
}

impl Mark {
    /// Pixels from paper to ink.
    fn edge(&self) -> f32 {
        self.contrast / self.field.slope.max(0.5)
    }
}

/// Measures a page; density and position in the frame are the caller's to fill in.
pub(super) fn read(page: &Page) -> Reading {
    let side = field_side(page);
    let (across, fields) = fields(page, side);
    let mut rough: Vec<f32> = fields.iter().map(|field| field.rough).collect();
    // Neighbours of independent noise differ by 1.13 of its standard deviation, on average.
    let noise = (quantile(&mut rough, 0.15) / 1.13).max(0.7);
    let paper = paper(&fields, across);
    let mut sorted = paper.clone();
    let [darkest, middle, brightest] = [0.05, 0.5, 0.9].map(|share| quantile(&mut sorted, share));
    let marks = |field: &Field, paper: f32| paper - field.dark > (0.08 * paper).max(4.0 + 4.0 * noise);
    let places = fields.iter().zip(&paper).enumerate();
    let marked: Vec<Mark> = places
        .filter(|(_, (field, paper))| marks(field, **paper))
        .map(|(at, (field, paper))| Mark { at, field: *field, paper: *paper, contrast: paper - field.dark })
        .collect();
    let is_written = |mark: &&Mark| mark.paper - mark.field.middle < 0.35 * mark.contrast;
    let written: Vec<Mark> = marked.iter().filter(is_written).copied().collect();
    let counted = if written.len() * 2 >= marked.len() { &written } else { &marked };
    let mut contrasts: Vec<f32> = counted.iter().map(|mark| mark.contrast / mark.paper.max(1.0)).collect();
    let mut levels: Vec<f32> = counted.iter().map(|mark| mark.contrast).collect();
    let is_glare = |field: &Field| field.dark >= SATURATED && middle < SATURATED - 5.0;
    let place = |at: usize| [at % across, at / across];
    let shining: Vec<[usize; 2]> =
        fields.iter().enumerate().filter(|(_, field)| is_glare(field)).map(|(at, _)| place(at)).collect();
    let stroke = |mark: &Mark| Stroke { at: place(mark.at), contrast: mark.contrast, edge: mark.edge() };
    let strokes = written.iter().map(stroke).collect();
    let edge_mm = edge(counted, across, fields.len() / across.max(1)) / page.dpi * 25.4;
    let quality = PageQuality {
        dpi: 0.0,
        evenness: 0.0,
        turn: 0.0,
        paper: middle / 255.0,
        shading: darkest / brightest.max(1.0),
        glare: shining.len() as f32 / fields.len().max(1) as f32,
        contrast: quantile(&mut contrasts, 0.5),
        edge_mm,
        clarity: quantile(&mut levels, 0.5) / noise / edge_mm.max(0.01),
        marked_fields: marked.len() as u32,
        written_fields: written.len() as u32,
    };
    Reading { paper, across, strokes, shining, noise, quality }
}

/// Pixels over which strokes' edges go from paper to ink: the median in the worst of two by four parts of the page, of
/// those with enough to tell.
fn edge(marks: &[Mark], across: usize, down: usize) -> f32 {
    const ENOUGH: usize = 24;
    let mut parts: [Vec<f32>; 8] = Default::default();
    for mark in marks {
        let (x, y) = (mark.at % across, mark.at / across);
        parts[2 * (y * 4 / down) + x * 2 / across].push(mark.edge());
    }
    let told = parts.iter_mut().filter(|part| part.len() >= ENOUGH).map(|part| quantile(part, 0.5));
    told.max_by(f32::total_cmp).unwrap_or_else(|| quantile(&mut parts.concat(), 0.5))
}

/// In pixels.
fn field_side(page: &Page) -> usize {
    ((page.dpi * FIELD).round() as usize).max(4)
}

/// Every whole field of a page, row by row, and how many are in a row.
fn fields(page: &Page, side: usize) -> (usize, Vec<Field>) {
    let luma = &page.luma;
    let (across, down) = (luma.width / side, luma.height / side);
    let mut fields = Vec::with_capacity(across * down);
    for row in 0..down {
        for column in 0..across {
            let (mut levels, mut right, mut below) = ([0_u32; 256], [0_u32; 256], [0_u32; 256]);
            let mut rough = 0;
            // A pixel is left at each end, so that it has neighbours; the sheet's own edge isn't read.
            for y in row * side + 1..(row + 1) * side - 1 {
                let at = y * luma.width + column * side;
                let line = |offset: usize| &luma.pixels[offset..offset + side];
                let (above, here, under) = (line(at - luma.width), line(at), line(at + luma.width));
                for x in 1..side - 1 {
                    levels[usize::from(here[x])] += 1;
                    right[usize::from(here[x + 1].abs_diff(here[x - 1]))] += 1;
                    below[usize::from(under[x].abs_diff(above[x]))] += 1;
                    rough += u32::from(here[x].abs_diff(here[x - 1]));
                }
            }
            let count = ((side - 2) * (side - 2)) as u32;
            let share = |histogram: &[u32; 256], share: f32| {
                let wanted = (count as f32 * share) as u32;
                let mut sum = 0;
                let reached = histogram.iter().position(|n| {
                    sum += n;
                    sum > wanted
                });
                reached.unwrap_or(255) as f32
            };
            fields.push(Field {
                dark: share(&levels, 0.03),
                middle: share(&levels, 0.5),
                light: share(&levels, 0.85),
                slope: share(&right, 0.99).min(share(&below, 0.99)) / 2.0,
                rough: rough as f32 / count as f32,
            });
        }
    }
    (across, fields)
}

/// The lightest of each field's neighbourhood, shrunk again so that shadows keep their place, and evened out: paper shines
/// through between strokes and lines.
fn paper(fields: &[Field], across: usize) -> Vec<f32> {
    let light: Vec<f32> = fields.iter().map(|field| field.light).collect();
    let lightest = neighbourhood(&light, across, |near| near.iter().copied().fold(0.0, f32::max));
    let closed = neighbourhood(&lightest, across, |near| near.iter().copied().fold(255.0, f32::min));
    neighbourhood(&closed, across, |near| near.iter().sum::<f32>() / near.len().max(1) as f32)
}

/// Something of each field and its eight neighbours.
fn neighbourhood(values: &[f32], across: usize, of: impl Fn(&[f32]) -> f32) -> Vec<f32> {
    let down = values.len() / across.max(1);
    let mut near = Vec::with_capacity(9);
    let mut result = Vec::with_capacity(values.len());
    for y in 0..down {
        for x in 0..across {
            near.clear();
            for row in y.saturating_sub(1)..(y + 2).min(down) {
                near.extend_from_slice(&values[row * across + x.saturating_sub(1)..row * across + (x + 2).min(across)]);
            }
            result.push(of(&near));
        }
    }
    result
}
