//! The 3 x 3 convolution of each channel by itself.

use std::ops::Range;

use pulp::Simd;

use super::{Finish, Layer, Size, Vectorised, Vectors, sloped, store, widest};

/// Each channel filtered by its own 3 x 3 weights, zeros around the picture.
#[derive(Clone, Debug)]
pub(crate) struct Depthwise {
    channels: usize,
    stride: usize,
    /// For each vector of channels its nine vectors of weights, row by row.
    taps: Vec<f32>,
    finish: Finish,
}

impl Depthwise {
    /// `weights` are nine for each channel, row by row; as many channels as `finish` has. `stride` is 1 or 2.
    pub fn new(weights: &[f32], stride: usize, finish: Finish) -> Self {
        let Vectors { lanes, .. } = Vectors::here();
        let channels = finish.bias.len();
        let padded = channels.next_multiple_of(lanes);
        let mut taps = vec![0.0; padded * 9];
        for (channel, weights) in weights.chunks_exact(9).enumerate() {
            for (tap, weight) in weights.iter().enumerate() {
                taps[(channel / lanes * 9 + tap) * lanes + channel % lanes] = *weight;
            }
        }
        Self { channels, stride, taps, finish: finish.padded(padded) }
    }

    /// Filters so many rows of what comes out.
    #[inline(always)]
    pub fn rows<S: Simd>(&self, simd: S, input: &[f32], size: Size, rows: Range<usize>, out: &mut [f32]) {
        if self.stride == 1 {
            self.rows_by::<S, 1>(simd, input, size, rows, out);
        } else {
            self.rows_by::<S, 2>(simd, input, size, rows, out);
        }
    }

    #[inline(always)]
    fn rows_by<S: Simd, const STRIDE: usize>(
        &self,
        simd: S,
        input: &[f32],
        [height, width, channels]: Size,
        rows: Range<usize>,
        out: &mut [f32],
    ) {
        let length = width * channels;
        let outside = vec![0.0; length];
        for (y, out) in rows.zip(out.chunks_exact_mut(width.div_ceil(STRIDE) * channels)) {
            // Row y of what comes out looks at rows y * STRIDE - 1 to y * STRIDE + 1.
            let mut seen = [&outside[..]; 3];
            for (dy, row) in seen.iter_mut().enumerate() {
                if let Some(at) = (y * STRIDE + dy).checked_sub(1).filter(|at| *at < height) {
                    *row = &input[at * length..][..length];
                }
            }
            self.row::<S, STRIDE>(simd, seen, out);
        }
    }

    /// Vector by vector of the channels, along the row: each column is read once and stays for as long as it's seen.
    #[inline(always)]
    fn row<S: Simd, const STRIDE: usize>(&self, simd: S, seen: [&[f32]; 3], out: &mut [f32]) {
        let (taps, _) = S::as_simd_f32s(&self.taps);
        let (taps, _) = taps.as_chunks::<9>();
        let (bias, _) = S::as_simd_f32s(&self.finish.bias);
        let (slopes, _) = S::as_simd_f32s(&self.finish.slopes);
        for (v, ((taps, bias), slope)) in taps.iter().zip(bias).zip(slopes).enumerate() {
            let first = v * S::F32_LANES;
            let lanes = S::F32_LANES.min(self.channels - first);
            let mut columns = Columns::<S> { simd, rows: seen, at: first, step: self.channels, lanes };
            let outside = [simd.splat_f32s(0.0); 3];
            let (mut left, mut middle, mut right);
            (middle, right) = (outside, if STRIDE == 1 { columns.next() } else { outside });
            for out in out[first..].chunks_mut(self.channels) {
                if STRIDE == 1 {
                    (left, middle, right) = (middle, right, columns.next());
                } else {
                    left = right;
                    middle = columns.next();
                    right = columns.next();
                }
                let mut sum = *bias;
                for dy in 0..3 {
                    sum = simd.mul_add_f32s(left[dy], taps[dy * 3], sum);
                    sum = simd.mul_add_f32s(middle[dy], taps[dy * 3 + 1], sum);
                    sum = simd.mul_add_f32s(right[dy], taps[dy * 3 + 2], sum);
                }
                store(simd, &mut out[..lanes], sloped(simd, sum, *slope));
            }
        }
    }
}

impl Layer for Depthwise {
    fn name(&self) -> &'static str {
        "Depthwise"
    }

    fn output(&self, [height, width, channels]: Size) -> Option<Size> {
        let fits = channels == self.channels;
        fits.then_some([height.div_ceil(self.stride), width.div_ceil(self.stride), channels])
    }

    fn run(&self, input: &[f32], size: Size, out: &mut [f32]) {
        widest(self, input, size, out);
    }
}

impl Vectorised for Depthwise {
    #[inline(always)]
    fn run_with<S: Simd>(&self, simd: S, input: &[f32], size: Size, out: &mut [f32]) {
        self.rows(simd, input, size, 0..size[0].div_ceil(self.stride), out);
    }
}

/// Some channels of three rows, column by column; zeros where the picture has ended.
struct Columns<'a, S: Simd> {
    simd: S,
    rows: [&'a [f32]; 3],
    at: usize,
    step: usize,
    lanes: usize,
}

impl<S: Simd> Columns<'_, S> {
    #[inline(always)]
    fn next(&mut self) -> [S::f32s; 3] {
        let Self { simd, rows: [upper, here, lower], at, step, lanes } = *self;
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
