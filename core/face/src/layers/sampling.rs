//! Halving and doubling a picture, taking channels out of it, and adding empty ones.

use std::ops::Range;

use pulp::Simd;

use super::{Layer, Rows, Size, Vectorised, widest};

/// The greatest of each 2 x 2 pixels; what's left over at the edge is dropped.
#[derive(Clone, Debug)]
pub(crate) struct MaxPool;

/// Each pixel four times.
#[derive(Clone, Debug)]
pub(crate) struct Upsample;

/// Some channels of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Channels(pub Range<usize>);

/// So many channels of zeros more.
#[derive(Clone, Debug)]
pub(crate) struct Widen(pub usize);

impl Layer for Widen {
    fn name(&self) -> &'static str {
        "Widen"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        (channels > 0).then_some([height, width, channels + self.0])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        rows
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let channels = input.size[2];
        for (pixel, out) in input.of(rows).chunks_exact(channels).zip(out.chunks_exact_mut(channels + self.0)) {
            out[..channels].copy_from_slice(pixel);
            out[channels..].fill(0.0);
        }
    }
}

impl Layer for Channels {
    fn name(&self) -> &'static str {
        "Channels"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        (self.0.end <= channels).then_some([height, width, self.0.len()])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        rows
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let pixels = input.of(rows).chunks_exact(input.size[2]);
        for (pixel, out) in pixels.zip(out.chunks_exact_mut(self.0.len())) {
            out.copy_from_slice(&pixel[self.0.clone()]);
        }
    }
}

impl Layer for MaxPool {
    fn name(&self) -> &'static str {
        "Max pool 2x2"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        Some([height / 2, width / 2, channels])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        2 * rows.start..2 * rows.end
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        widest(self, input, rows, out);
    }
}

impl Layer for Upsample {
    fn name(&self) -> &'static str {
        "Upsample 2x2"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        Some([height * 2, width * 2, channels])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        rows.start / 2..rows.end.div_ceil(2)
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let [_, width, channels] = input.size;
        for (y, out) in rows.zip(out.chunks_exact_mut(2 * width * channels)) {
            let row = input.of(y / 2..y / 2 + 1);
            for (pixel, out) in row.chunks_exact(channels).zip(out.chunks_exact_mut(2 * channels)) {
                out[..channels].copy_from_slice(pixel);
                out[channels..].copy_from_slice(pixel);
            }
        }
    }
}

impl Vectorised for MaxPool {
    #[inline(always)]
    fn rows_with<S: Simd>(&self, _: S, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let [_, width, channels] = input.size;
        let length = width * channels;
        let seen = input.of(self.sees(rows));
        for (rows, out) in seen.chunks_exact(2 * length).zip(out.chunks_exact_mut(width / 2 * channels)) {
            let (upper, lower) = rows.split_at(length);
            let pairs = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
            for ((upper, lower), out) in pairs.zip(out.chunks_exact_mut(channels)) {
                let (a, b) = upper.split_at(channels);
                let (c, d) = lower.split_at(channels);
                for ((((out, a), b), c), d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                    *out = greater(greater(*a, *b), greater(*c, *d));
                }
            }
        }
    }
}

/// One instruction, where `f32::max` takes several to treat what isn't a number.
#[inline(always)]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
