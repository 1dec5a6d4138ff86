//! The 3 x 3 convolution of each channel by itself.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::{Finish, Layer, Size, sloped};

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
        Arch::new().dispatch(Pack { weights, stride, finish })
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
        let outside = vec![0.0; length.max(3 * channels)];
        let mut edge = [vec![0.0; 3 * channels], vec![0.0; 3 * channels], vec![0.0; 3 * channels]];
        let out_width = width.div_ceil(STRIDE);
        // Pixels of which all nine neighbours are in the picture.
        let inner = 1..(width - 1).div_ceil(STRIDE).max(1);
        for (y, out) in rows.zip(out.chunks_exact_mut(out_width * channels)) {
            // Row y of what comes out looks at rows y * STRIDE - 1 to y * STRIDE + 1.
            let mut seen = [&outside[..length]; 3];
            for (dy, row) in seen.iter_mut().enumerate() {
                if let Some(at) = (y * STRIDE + dy).checked_sub(1).filter(|at| *at < height) {
                    *row = &input[at * length..][..length];
                }
            }
            let mut x = 0;
            while x < out_width {
                let out = &mut out[x * channels..];
                if !inner.contains(&x) {
                    for (edge, row) in edge.iter_mut().zip(seen) {
                        neighbours(row, x * STRIDE, channels, edge);
                    }
                    self.strip::<S, STRIDE, 1>(simd, [&edge[0], &edge[1], &edge[2]], &mut out[..channels]);
                    x += 1;
                    continue;
                }
                let from = (x * STRIDE - 1) * channels;
                let windows = [&seen[0][from..], &seen[1][from..], &seen[2][from..]];
                if x + STRIP <= inner.end {
                    self.strip::<S, STRIDE, STRIP>(simd, windows, &mut out[..STRIP * channels]);
                    x += STRIP;
                } else {
                    self.strip::<S, STRIDE, 1>(simd, windows, &mut out[..channels]);
                    x += 1;
                }
            }
        }
    }

    /// X pixels side by side, from three rows that begin with the first one's left neighbours.
    #[inline(always)]
    fn strip<S: Simd, const STRIDE: usize, const X: usize>(&self, simd: S, rows: [&[f32]; 3], out: &mut [f32]) {
        let channels = self.channels;
        let (taps, _) = S::as_simd_f32s(&self.taps);
        let (taps, _) = taps.as_chunks::<9>();
        let (bias, _) = S::as_simd_f32s(&self.finish.bias);
        let (slopes, _) = S::as_simd_f32s(&self.finish.slopes);
        for (((c, taps), bias), slope) in (0..channels).step_by(S::F32_LANES).zip(taps).zip(bias).zip(slopes) {
            let whole = c + S::F32_LANES <= channels;
            let mut sums = [*bias; X];
            for dy in 0..3 {
                for dx in 0..3 {
                    for x in 0..X {
                        let at = (x * STRIDE + dx) * channels + c;
                        let value = if whole {
                            S::as_simd_f32s(&rows[dy][at..at + S::F32_LANES]).0[0]
                        } else {
                            simd.partial_load_f32s(&rows[dy][at..at - c + channels])
                        };
                        sums[x] = simd.mul_add_f32s(value, taps[dy * 3 + dx], sums[x]);
                    }
                }
            }
            for x in 0..X {
                let at = x * channels + c;
                let value = sloped(simd, sums[x], *slope);
                if whole {
                    S::as_mut_simd_f32s(&mut out[at..at + S::F32_LANES]).0[0] = value;
                } else {
                    simd.partial_store_f32s(&mut out[at..at - c + channels], value);
                }
            }
        }
    }
}

/// Pixels at once: what they see overlaps, and their weights are read once.
const STRIP: usize = 4;

/// A pixel between its neighbours, zero where the picture ends.
fn neighbours(row: &[f32], x: usize, channels: usize, into: &mut [f32]) {
    for (dx, into) in into.chunks_exact_mut(channels).enumerate() {
        match (x + dx).checked_sub(1).and_then(|at| row.get(at * channels..(at + 1) * channels)) {
            Some(pixel) => into.copy_from_slice(pixel),
            None => into.fill(0.0),
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
        Arch::new().dispatch(Run { layer: self, input, size, out });
    }
}

struct Run<'a> {
    layer: &'a Depthwise,
    input: &'a [f32],
    size: Size,
    out: &'a mut [f32],
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = 0..self.size[0].div_ceil(self.layer.stride);
        self.layer.rows(simd, self.input, self.size, rows, self.out);
    }
}

struct Pack<'a> {
    weights: &'a [f32],
    stride: usize,
    finish: Finish,
}

impl WithSimd for Pack<'_> {
    type Output = Depthwise;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Depthwise {
        let channels = self.finish.bias.len();
        let padded = channels.next_multiple_of(S::F32_LANES);
        let mut taps = vec![0.0; padded * 9];
        for (channel, weights) in self.weights.chunks_exact(9).enumerate() {
            let (vector, lane) = (channel / S::F32_LANES, channel % S::F32_LANES);
            for (tap, weight) in weights.iter().enumerate() {
                taps[(vector * 9 + tap) * S::F32_LANES + lane] = *weight;
            }
        }
        Depthwise { channels, stride: self.stride, taps, finish: self.finish.padded(padded) }
    }
}
