//! Where ink is on a page, whatever the light: for telling which way is up, and whether a page was seen before.

use std::fmt;
use std::str::FromStr;

use super::legibility::Reading;
use super::luma::quantile;
use super::page::Page;

/// Cells across and down a page: 3.3 x 3.3 mm on A4.
const ACROSS: usize = 64;
const DOWN: usize = 90;

/// Cells a side of what is compared by itself: a third of a line of writing.
const BLOCK: usize = 6;

/// By how dark writing on the page is: what's less dark isn't ink.
const FAINT: f32 = 0.3;

/// Most blocks of two photos of one form are at least so much alike.
const LIKE: f32 = 0.5;

/// Two pages are the same from this on, by [`PageHash::similarity`]; what it stands on is in `docs/statement.md`.
pub const SAME_PAGE: f32 = 0.74;

/// A perceptual hash of a page: how much ink is in each of 64 x 90 cells, in 16 steps, two to a byte. Not a picture, but
/// where lines of large handwriting run can be seen in it: keep it as close as the photo.
#[derive(Clone, PartialEq, Eq)]
pub struct PageHash(Box<[u8; PageHash::BYTES]>);

/// Why something isn't a page's hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a page's hash has {} bytes", PageHash::BYTES)]
pub struct PageHashError;

/// How much of each pixel is ink: 0 to 1 by how dark writing on the page is.
pub(super) fn ink(page: &Page, reading: &Reading) -> Vec<f32> {
    let contrast = reading.quality.contrast.max(0.01);
    let mut ink = Vec::with_capacity(page.luma.pixels.len());
    for (y, row) in page.luma.pixels.chunks_exact(page.luma.width).enumerate() {
        let paper = reading.paper_in_row(y, page);
        ink.extend(row.iter().zip(paper).map(|(level, paper)| {
            let dark = (1.0 - f32::from(*level) / paper) / contrast;
            ((dark - FAINT) / (1.0 - FAINT)).clamp(0.0, 1.0)
        }));
    }
    ink
}

/// Whether writing on the page stands on its head: in Latin script more goes up from a line (capitals, digits, b, d, k,
/// l, t) than down (g, j, p, y).
pub(super) fn is_upside_down(ink: &[f32], width: usize) -> bool {
    const STRIPS: usize = 4;
    let height = ink.len() / width;
    let (mut above, mut below) = (0.0, 0.0);
    for strip in 0..STRIPS {
        let columns = strip * width / STRIPS..(strip + 1) * width / STRIPS;
        let row = |y: usize| ink[y * width..][columns.clone()].iter().filter(|ink| **ink > 0.3).sum();
        let rows: Vec<f32> = (0..height).map(row).collect();
        let floor = 0.004 * columns.len() as f32;
        for line in rows.split(|ink| *ink < floor).filter(|line| (5..height / 20).contains(&line.len())) {
            // The body of a line, between its middle height and its base, has more than half of the most ink in a row.
            let most = line.iter().copied().fold(0.0, f32::max);
            let first = line.iter().position(|ink| 2.0 * ink >= most).unwrap_or(0);
            let last = line.iter().rposition(|ink| 2.0 * ink >= most).unwrap_or(0);
            above += line[..first].iter().sum::<f32>();
            below += line[last + 1..].iter().sum::<f32>();
        }
    }
    below > 1.2 * above
}

impl PageHash {
    /// Its length.
    pub const BYTES: usize = ACROSS * DOWN / 2;

    /// From what [`PageHash::as_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PageHashError> {
        let bytes: [u8; Self::BYTES] = bytes.try_into().map_err(|_| PageHashError)?;
        Ok(Self(Box::new(bytes)))
    }

    /// The cells row by row, two to a byte, the left one in the upper half.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// How alike two pages are, 0 to 1: how much of the ink is common to both in the blocks of cells where they are least
    /// alike (the worst hundredth left out), by how much it is in the middle one. So copies of one form that are filled in
    /// differently aren't alike, though most of them is the same; and blur, which takes ink away everywhere, counts little.
    /// A page turned by half is the same page.
    pub fn similarity(&self, other: &Self) -> f32 {
        let (ours, theirs) = (self.cells(), other.cells());
        let turned: Vec<f32> = theirs.iter().rev().copied().collect();
        alike(&ours, &theirs).max(alike(&ours, &turned))
    }

    pub(super) fn of(ink: &[f32], width: usize) -> Self {
        let height = ink.len() / width;
        let mut sums = vec![0.0_f32; ACROSS * DOWN];
        for (y, row) in ink.chunks_exact(width).enumerate() {
            let cells = &mut sums[(y * DOWN / height) * ACROSS..][..ACROSS];
            for (x, ink) in row.iter().enumerate() {
                cells[x * ACROSS / width] += ink;
            }
        }
        let scale = (ACROSS * DOWN) as f32 / ink.len() as f32;
        // A cell full of writing is two fifths ink; steps are finer where there's less.
        let step = |ink: f32| ((ink * scale * 2.5).clamp(0.0, 1.0).sqrt() * 15.0).round() as u8;
        let mut bytes = [0; Self::BYTES];
        for (byte, pair) in bytes.iter_mut().zip(sums.as_chunks::<2>().0) {
            *byte = step(pair[0]) << 4 | step(pair[1]);
        }
        Self(Box::new(bytes))
    }

    fn cells(&self) -> Vec<f32> {
        let level = |step: u8| (f32::from(step) / 15.0).powi(2);
        self.0.iter().flat_map(|byte| [level(byte >> 4), level(byte & 15)]).collect()
    }
}

impl fmt::Debug for PageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageHash(…)")
    }
}

/// In hexadecimal.
impl fmt::Display for PageHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl FromStr for PageHash {
    type Err = PageHashError;

    fn from_str(text: &str) -> Result<Self, PageHashError> {
        hex::decode(text).map_err(|_| PageHashError).and_then(|bytes| Self::from_bytes(&bytes))
    }
}

/// See [`PageHash::similarity`].
fn alike(a: &[f32], b: &[f32]) -> f32 {
    let mut blocks = Vec::new();
    // Blocks overlap by half, so that what is filled in doesn't fall between two.
    for top in (1..DOWN - BLOCK).step_by(BLOCK / 2) {
        for left in (1..ACROSS - BLOCK).step_by(BLOCK / 2) {
            if let Some(alike) = block_alike(a, b, left, top) {
                blocks.push(alike);
            }
        }
    }
    if blocks.len() < 8 {
        return 0.0;
    }
    let middle = quantile(&mut blocks, 0.5);
    if middle < LIKE { 0.0 } else { (quantile(&mut blocks, 0.01) / middle).min(1.0) }
}

/// How much of two blocks' ink is in the same cells, with one of them moved by up to a cell; `None` where there's little.
fn block_alike(a: &[f32], b: &[f32], left: usize, top: usize) -> Option<f32> {
    const LITTLE: f32 = 0.06 * (BLOCK * BLOCK) as f32;
    let mut best = 0.0_f32;
    // Not moved at all comes first, and says whether there's enough ink.
    for (dy, dx) in [(1, 1), (0, 1), (1, 0), (1, 2), (2, 1), (0, 0), (0, 2), (2, 0), (2, 2)] {
        let (mut common, mut all) = (0.0, 0.0);
        for row in 0..BLOCK {
            let ours = &a[(top + row) * ACROSS + left..][..BLOCK];
            let theirs = &b[(top + row + dy - 1) * ACROSS + left + dx - 1..][..BLOCK];
            for (a, b) in ours.iter().zip(theirs) {
                common += a.min(*b);
                all += a.max(*b);
            }
        }
        if (dy, dx) == (1, 1) && all < LITTLE {
            return None;
        }
        best = best.max(common / all.max(LITTLE));
    }
    Some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The format that a handset's store keeps: a change needs a new one.
    #[test]
    fn cells_are_written_row_by_row_in_sixteen_steps_two_to_a_byte() {
        // One pixel a cell: two fifths of ink and more is all there is; 0.36 of that is 0.6 of the steps, its root.
        let mut ink = vec![0.0; ACROSS * DOWN];
        (ink[0], ink[1], ink[ACROSS + 2]) = (0.4, 0.144, 1.0);
        let hash = PageHash::of(&ink, ACROSS);
        let mut bytes = vec![0; PageHash::BYTES];
        (bytes[0], bytes[ACROSS / 2 + 1]) = (0xf9, 0xf0);
        assert_eq!(hash.as_bytes(), bytes);
        assert_eq!(hash.to_string(), hex::encode(&bytes));
    }
}
