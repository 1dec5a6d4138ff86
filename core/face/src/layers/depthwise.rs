//! The 3 x 3 convolution of each channel by itself.

use std::ops::Range;

use pulp::Simd;

use super::convolution::{around, leads};
use super::{Finish, Layer, Rows, Size, Vectorised, Vectors, sloped, store, widest};

/// Each channel filtered by its own 3 x 3 weights, zeros around the picture.
#[derive(Clone, Debug)]
pub(crate) struct Depthwise {
    channels: usize,
    stride: usize,
    lead: usize,
    /// For each vector of channels its nine vectors of weights, row by row.
    taps: Vec<f32>,
    finish: Finish,
}

impl Depthwise {
    /// `weights` are nine for each channel, row by row; as many channels as `finish` has. `stride` is 1 or 2. `lead` is how
    /// many rows and columns of zeros come before the picture: 1, or 0 where one of even sides is halved and the zeros come
    /// after it, as TensorFlow has it.
    pub fn new(weights: &[f32], stride: usize, lead: usize, finish: Finish) -> Self {
        let Vectors { lanes, .. } = Vectors::here();
        let channels = finish.bias.len();
        let padded = channels.next_multiple_of(lanes);
        let mut taps = vec![0.0; padded * 9];
        for (channel, weights) in weights.chunks_exact(9).enumerate() {
            for (tap, weight) in weights.iter().enumerate() {
                taps[(channel / lanes * 9 + tap) * lanes + channel % lanes] = *weight;
            }
        }
        Self { channels, stride, lead, taps, finish: finish.padded(padded) }
    }

    #[inline(always)]
    fn rows_by<S: Simd, const STRIDE: usize>(&self, simd: S, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let [height, width, channels] = input.size;
        let inside = rows.start > 0 && rows.end * STRIDE < height;
        let outside = vec![0.0; if inside { 0 } else { width * channels }];
        for (y, out) in rows.zip(out.chunks_exact_mut(width.div_ceil(STRIDE) * channels)) {
            let mut seen = [&outside[..]; 3];
            for dy in 0..3 {
                if let Some(row) = input.row(y * STRIDE + dy, self.lead) {
                    seen[dy] = row;
                }
            }
            self.row::<S, STRIDE>(simd, seen, out);
        }
    }

    /// Vector by vector of the channels, along the row.
    #[inline(always)]
    fn row<S: Simd, const STRIDE: usize>(&self, simd: S, seen: [&[f32]; 3], out: &mut [f32]) {
        for v in 0..self.channels.div_ceil(S::F32_LANES) {
            if (v + 1) * S::F32_LANES <= self.channels {
                self.vector::<S, STRIDE, true>(simd, v, seen, out);
            } else {
                self.vector::<S, STRIDE, false>(simd, v, seen, out);
            }
        }
    }

    /// One vector of channels, all of it `WHOLE` or not: each column is read once and stays for as long as it's seen.
    #[inline(always)]
    fn vector<S: Simd, const STRIDE: usize, const WHOLE: bool>(
        &self,
        simd: S,
        v: usize,
        seen: [&[f32]; 3],
        out: &mut [f32],
    ) {
        let taps = S::as_simd_f32s(&self.taps).0.as_chunks::<9>().0[v];
        let bias = S::as_simd_f32s(&self.finish.bias).0[v];
        let slope = S::as_simd_f32s(&self.finish.slopes).0[v];
        let first = v * S::F32_LANES;
        let lanes = if WHOLE { S::F32_LANES } else { self.channels - first };
        let mut columns = Columns::<S, WHOLE> { simd, rows: seen, at: first, step: self.channels, lanes };
        let outside = [simd.splat_f32s(0.0); 3];
        let (mut left, mut middle, mut right);
        (middle, right) = (outside, if STRIDE == 1 || self.lead == 0 { columns.next() } else { outside });
        for out in out[first..].chunks_mut(self.channels) {
            if STRIDE == 1 {
                (left, middle, right) = (middle, right, columns.next());
            } else {
                left = right;
                middle = columns.next();
                right = columns.next();
            }
            let mut sum = bias;
            for dy in 0..3 {
                sum = simd.mul_add_f32s(left[dy], taps[dy * 3], sum);
                sum = simd.mul_add_f32s(middle[dy], taps[dy * 3 + 1], sum);
                sum = simd.mul_add_f32s(right[dy], taps[dy * 3 + 2], sum);
            }
            let lanes = if WHOLE { S::F32_LANES } else { lanes };
            store(simd, &mut out[..lanes], sloped(simd, sum, slope));
        }
    }
}

impl Layer for Depthwise {
    fn name(&self) -> &'static str {
        "Depthwise"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        let fits = channels == self.channels && leads([height, width, channels], self.stride, self.lead);
        fits.then_some([height.div_ceil(self.stride), width.div_ceil(self.stride), channels])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        around(rows, self.stride, self.lead)
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        widest(self, input, rows, out);
    }
}

impl Vectorised for Depthwise {
    #[inline(always)]
    fn rows_with<S: Simd>(&self, simd: S, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        if self.stride == 1 {
            self.rows_by::<S, 1>(simd, input, rows, out);
        } else {
            self.rows_by::<S, 2>(simd, input, rows, out);
        }
    }
}

/// Some channels of three rows, column by column; zeros where the picture has ended.
struct Columns<'a, S: Simd, const WHOLE: bool> {
    simd: S,
    rows: [&'a [f32]; 3],
    at: usize,
    step: usize,
    lanes: usize,
}

impl<S: Simd, const WHOLE: bool> Columns<'_, S, WHOLE> {
    #[inline(always)]
    fn next(&mut self) -> [S::f32s; 3] {
        let Self { simd, rows: [upper, here, lower], at, step, lanes } = *self;
        // A length that the compiler knows, where it's the same for every column.
        let lanes = if WHOLE { S::F32_LANES } else { lanes };
        self.at += step;
        match (upper.get(at..at + lanes), here.get(at..at + lanes), lower.get(at..at + lanes)) {
            (Some(upper), Some(here), Some(lower)) => [load(simd, upper), load(simd, here), load(simd, lower)],
            _ => [simd.splat_f32s(0.0); 3],
        }
    }
}

/// As many values as a vector has, or fewer and zeros.
#[inline(always)]
fn load<S: Simd>(simd: S, values: &[f32]) -> S::f32s {
    match S::as_simd_f32s(values).0 {
        [whole] => *whole,
        _ => simd.partial_load_f32s(values),
    }
}
