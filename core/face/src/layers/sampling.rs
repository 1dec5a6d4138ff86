//! Halving and doubling a picture, and taking channels out of it.

use std::ops::Range;

use pulp::Simd;

use super::{Layer, Size, Vectorised, widest};

/// The greatest of each 2 x 2 pixels; what's left over at the edge is dropped.
#[derive(Clone, Debug)]
pub(crate) struct MaxPool;

/// Each pixel four times.
#[derive(Clone, Debug)]
pub(crate) struct Upsample;

/// Some channels of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Channels(pub Range<usize>);

impl Layer for Channels {
    fn name(&self) -> &'static str {
        "Channels"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        (self.0.end <= channels).then_some([height, width, self.0.len()])
    }

    fn run(&self, input: &[f32], [_, _, channels]: Size, out: &mut [f32]) {
        for (pixel, out) in input.chunks_exact(channels).zip(out.chunks_exact_mut(self.0.len())) {
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

    fn run(&self, input: &[f32], size: Size, out: &mut [f32]) {
        widest(self, input, size, out);
    }
}

impl Layer for Upsample {
    fn name(&self) -> &'static str {
        "Upsample 2x2"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        Some([height * 2, width * 2, channels])
    }

    fn run(&self, input: &[f32], [_, width, channels]: Size, out: &mut [f32]) {
        let length = width * channels;
        for (row, out) in input.chunks_exact(length).zip(out.chunks_exact_mut(4 * length)) {
            let (upper, lower) = out.split_at_mut(2 * length);
            for (pixel, out) in row.chunks_exact(channels).zip(upper.chunks_exact_mut(2 * channels)) {
                out[..channels].copy_from_slice(pixel);
                out[channels..].copy_from_slice(pixel);
            }
            lower.copy_from_slice(upper);
        }
    }
}

impl Vectorised for MaxPool {
    #[inline(always)]
    fn run_with<S: Simd>(&self, _: S, input: &[f32], [_, width, channels]: Size, out: &mut [f32]) {
        let length = width * channels;
        for (rows, out) in input.chunks_exact(2 * length).zip(out.chunks_exact_mut(width / 2 * channels)) {
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
