//! Layers one after the other, a few rows at a time, so that what is between them never leaves the nearest caches.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::{Layer, Rows, Size};

/// Layers of which each reads what the one before makes.
#[derive(Debug)]
pub(crate) struct Chain(Vec<Box<dyn Layer>>);

/// Values between the layers at once: 128 KiB, half of the second cache of a small phone's core.
const BETWEEN: usize = 32 * 1024;

/// A whole picture, as it comes to a chain.
#[derive(Clone, Copy)]
pub(crate) enum Picture<'a> {
    /// As a camera gives it.
    Bytes(&'a [u8]),
    /// As layers give it.
    Values(&'a [f32]),
}

impl Chain {
    /// At least one layer.
    pub fn new(layers: Vec<Box<dyn Layer>>) -> Self {
        Self(layers)
    }

    /// What its layers are called in a profile.
    pub fn name(&self) -> String {
        self.0.iter().map(|layer| layer.name()).collect::<Vec<_>>().join(", ")
    }

    /// The size it makes of `input`, or `None` where one of its layers can't take what it gets.
    pub fn output(&self, input: Size) -> Option<Size> {
        self.0.iter().try_fold(input, |size, layer| layer.output(size))
    }

    /// Writes all of `out`, which has [`Chain::output`]'s size.
    pub fn run(&self, input: Picture, size: Size, out: &mut [f32]) {
        if out.is_empty() {
            return;
        }
        let mut sizes = vec![size];
        for layer in &self.0 {
            let Some(size) = layer.output(sizes[sizes.len() - 1]) else { return };
            sizes.push(size);
        }
        let Some([height, width, channels]) = sizes.pop() else { return };
        if let Picture::Values(_) = input {
            sizes.remove(0);
        }
        let values: usize = sizes.iter().map(|size| size.iter().product::<usize>()).sum();
        let at_once = (BETWEEN * height / values.max(1)).max(1);
        let mut bands: Vec<Band> = sizes.iter().map(|size| Band { rows: 0..0, size: *size, values: vec![] }).collect();
        for (band, out) in out.chunks_mut(at_once * width * channels).enumerate() {
            let start = band * at_once;
            make(&self.0, &mut bands, (input, size), start..height.min(start + at_once), out);
        }
    }
}

/// What is there of what a layer makes, before the next layer reads it.
struct Band {
    rows: Range<usize>,
    size: Size,
    /// Those rows, and room that more of them once took.
    values: Vec<f32>,
}

impl Band {
    fn rows(&self) -> Rows<'_> {
        Rows { values: &self.values, first: self.rows.start, size: self.size }
    }

    /// Lets go of the rows above `rows`, makes room for those that aren't there, and says which they are and where.
    fn advance(&mut self, rows: &Range<usize>) -> (Range<usize>, &mut [f32]) {
        let length = self.size[1] * self.size[2];
        let kept = rows.start..self.rows.end;
        let left = kept.len() * length;
        if !kept.is_empty() {
            let from = (rows.start - self.rows.start) * length;
            self.values.copy_within(from..from + left, 0);
        }
        self.rows = rows.start..rows.end.max(rows.start + kept.len());
        let needed = self.rows.len() * length;
        if self.values.len() < needed {
            self.values.resize(needed, 0.0);
        }
        (rows.start + kept.len()..rows.end, &mut self.values[left..needed])
    }
}

/// Makes rows of what the last layer puts out. What was made for the rows above them is in the bands still.
fn make(layers: &[Box<dyn Layer>], bands: &mut [Band], input: (Picture, Size), rows: Range<usize>, out: &mut [f32]) {
    let (picture, size) = input;
    let Some((layer, before)) = layers.split_last() else {
        if let Picture::Bytes(bytes) = picture {
            Arch::new().dispatch(Unpack { bytes: &bytes[rows.start * size[1] * size[2]..], out });
        }
        return;
    };
    if let (Picture::Values(values), []) = (picture, before) {
        return layer.rows(Rows { values, first: 0, size }, rows, out);
    }
    let Some((band, bands)) = bands.split_last_mut() else { return };
    let seen = layer.sees(rows.clone());
    let (missing, room) = band.advance(&(seen.start..seen.end.min(band.size[0])));
    if !missing.is_empty() {
        make(before, bands, input, missing, room);
    }
    layer.rows(band.rows(), rows, out);
}

/// Bytes as values, with the widest vectors there are.
struct Unpack<'a> {
    bytes: &'a [u8],
    out: &'a mut [f32],
}

impl WithSimd for Unpack<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (value, byte) in self.out.iter_mut().zip(self.bytes) {
            *value = f32::from(*byte);
        }
    }
}
