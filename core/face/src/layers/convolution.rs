//! A convolution: what belongs to a pixel is gathered in a row, and the rows are multiplied by a matrix.

use pulp::Simd;

use super::{Depthwise, Layer, Matrix, Size, Vectorised, widest};

/// Any convolution that isn't depthwise. It takes in a depthwise one before it and a 1 x 1 one after it, so that what is
/// between them never leaves the nearest cache.
#[derive(Clone, Debug)]
pub(crate) struct Convolution {
    gather: Gather,
    matrix: Matrix,
    then: Option<Matrix>,
}

/// What belongs to a pixel.
#[derive(Clone, Debug)]
pub(crate) enum Gather {
    /// The pixel itself: a 1 x 1 convolution.
    Pixel,
    /// Its 3 x 3 neighbourhood, row by row, zeros around the picture; every pixel (1) or every other (2).
    Patch { channels: usize, stride: usize },
    /// What a depthwise convolution makes of its neighbourhood.
    Filtered(Depthwise),
    /// The whole picture: one row of all its values.
    Whole,
}

/// Values gathered at once: 128 KiB, half of the second cache of a small phone's core.
const GATHERED: usize = 32 * 1024;

impl Convolution {
    /// A matrix of as many inputs as `gather` brings together; then perhaps another.
    pub fn new(gather: Gather, matrix: Matrix, then: Option<Matrix>) -> Self {
        Self { gather, matrix, then }
    }
}

impl Layer for Convolution {
    fn name(&self) -> &'static str {
        match self.gather {
            Gather::Pixel => "Convolution 1x1",
            Gather::Patch { .. } => "Convolution 3x3",
            Gather::Filtered(_) => "Depthwise, 1x1",
            Gather::Whole => "Dense",
        }
    }

    fn output(&self, input: Size) -> Option<Size> {
        let [height, width, channels] = input;
        let [height, width, inputs] = match &self.gather {
            Gather::Pixel => input,
            Gather::Patch { channels: expected, stride } => {
                (channels == *expected).then_some([height.div_ceil(*stride), width.div_ceil(*stride), 9 * channels])?
            }
            Gather::Filtered(depthwise) => depthwise.output(input)?,
            Gather::Whole => [1, 1, height * width * channels],
        };
        let last = self.then.as_ref().unwrap_or(&self.matrix);
        let fits = inputs == self.matrix.inputs() && (self.then.is_none() || last.inputs() == self.matrix.outputs());
        fits.then_some([height, width, last.outputs()])
    }

    fn run(&self, input: &[f32], size: Size, out: &mut [f32]) {
        widest(self, input, size, out);
    }
}

impl Vectorised for Convolution {
    #[inline(always)]
    fn run_with<S: Simd>(&self, simd: S, input: &[f32], size: Size, out: &mut [f32]) {
        let Self { gather, matrix, then } = self;
        let Some([height, width, outputs]) = self.output(size) else { return };
        let inputs = matrix.inputs();
        let at_once = (GATHERED / (width * inputs.max(matrix.outputs()))).clamp(1, height);
        let mut gathered = Vec::new();
        let mut between = Vec::new();
        for (block, out) in out.chunks_mut(at_once * width * outputs).enumerate() {
            let rows = block * at_once..height.min((block + 1) * at_once);
            let count = rows.len() * width;
            let seen = match gather {
                Gather::Pixel | Gather::Whole => &input[rows.start * width * inputs..][..count * inputs],
                Gather::Patch { stride, .. } => {
                    gathered.resize(count * inputs, 0.0);
                    for (y, gathered) in rows.zip(gathered.chunks_exact_mut(width * inputs)) {
                        patches(input, size, *stride, y, gathered);
                    }
                    &*gathered
                }
                Gather::Filtered(depthwise) => {
                    gathered.resize(count * inputs, 0.0);
                    depthwise.rows(simd, input, size, rows, &mut gathered);
                    &*gathered
                }
            };
            if let Some(then) = then {
                between.resize(count * matrix.outputs(), 0.0);
                matrix.multiply(simd, seen, &mut between);
                then.multiply(simd, &between, out);
            } else {
                matrix.multiply(simd, seen, out);
            }
        }
    }
}

/// The 3 x 3 neighbourhoods of a row of pixels.
#[inline(always)]
fn patches(input: &[f32], [height, width, channels]: Size, stride: usize, y: usize, gathered: &mut [f32]) {
    let length = 3 * channels;
    for dy in 0..3 {
        let Some(row) = (y * stride + dy).checked_sub(1).filter(|row| *row < height) else {
            gathered.chunks_exact_mut(3 * length).for_each(|patch| patch[dy * length..][..length].fill(0.0));
            continue;
        };
        let row = &input[row * width * channels..][..width * channels];
        for (x, patch) in gathered.chunks_exact_mut(3 * length).enumerate() {
            let to = &mut patch[dy * length..][..length];
            // In values: what is seen begins one pixel to the left, or here at the left edge.
            let here = x * stride * channels;
            let left = if x == 0 { channels } else { 0 };
            let from = &row[here + left - channels..];
            if left == 0
                && let (Ok(to), Some(from)) = (<&mut [f32; 9]>::try_from(&mut *to), from.first_chunk())
            {
                // Three colours, as in every first layer: a copy of known length.
                *to = *from;
            } else {
                let count = from.len().min(length - left);
                to.fill(0.0);
                to[left..left + count].copy_from_slice(&from[..count]);
            }
        }
    }
}
