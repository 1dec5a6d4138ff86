//! The weights of a matrix as they come from a file: values, or a byte each.

use std::borrow::Cow;
use std::ops::Range;

/// 64 KiB of values, which a small phone's caches still hold beside what they are multiplied with.
pub(crate) const FEW: usize = 16 * 1024;

/// One row for each output.
#[derive(Clone, Debug)]
pub(crate) enum Weights {
    Values(Vec<f32>),
    Blocks(Blocks),
}

/// Weights in a byte each: w = (code - zero) * scale, of each block of a row by its own zero and scale. A quarter of the
/// values, so that many need not all be values at once.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    pub codes: Vec<i8>,
    /// One for each block, row by row.
    pub zeros: Vec<i8>,
    /// One for each block, row by row.
    pub scales: Vec<f32>,
    /// Codes in a block; a row has whole ones.
    pub length: usize,
}

impl Weights {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Values(values) => values.len(),
            Self::Blocks(blocks) => blocks.codes.len(),
        }
    }

    /// Multiplies each row by a factor of its own.
    pub fn scale(&mut self, factors: &[f32]) {
        let values = match self {
            Self::Values(values) => values,
            Self::Blocks(blocks) => &mut blocks.scales,
        };
        let length = values.len() / factors.len().max(1);
        for (row, factor) in values.chunks_exact_mut(length.max(1)).zip(factors) {
            for value in row {
                *value *= factor;
            }
        }
    }

    /// Adds the rows of others, as values.
    pub fn extend(&mut self, more: Self) {
        let mut values = std::mem::replace(self, Self::Values(Vec::new())).into_values();
        values.extend(more.into_values());
        *self = Self::Values(values);
    }

    /// Some of them as values: whole blocks.
    pub fn values_of(&self, range: Range<usize>) -> Cow<'_, [f32]> {
        match self {
            Self::Values(values) => Cow::Borrowed(&values[range]),
            Self::Blocks(blocks) => Cow::Owned(blocks.values_of(range)),
        }
    }

    /// As values, whatever they were before.
    pub fn into_values(self) -> Vec<f32> {
        match self {
            Self::Values(values) => values,
            Self::Blocks(blocks) => blocks.values_of(0..blocks.codes.len()),
        }
    }
}

impl Blocks {
    fn values_of(&self, range: Range<usize>) -> Vec<f32> {
        let of = range.start / self.length..range.end / self.length;
        let blocks = self.codes[range].chunks(self.length).zip(self.zeros[of.clone()].iter().zip(&self.scales[of]));
        let unfolded = |code: &i8, zero: &i8, scale: &f32| (f32::from(*code) - f32::from(*zero)) * scale;
        blocks.flat_map(|(codes, (zero, scale))| codes.iter().map(move |code| unfolded(code, zero, scale))).collect()
    }
}
