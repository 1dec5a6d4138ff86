//! A convolution: the values that belong to a pixel, times a matrix.

use std::ops::Range;

use pulp::Simd;

use super::matrix::Lie;
use super::{Layer, Matrix, Rows, Size, Vectorised, widest};

/// Any convolution that isn't depthwise.
#[derive(Clone, Debug)]
pub(crate) struct Convolution {
    view: View,
    matrix: Matrix,
}

/// What belongs to a pixel.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View {
    /// The pixel itself: a 1 x 1 convolution.
    Pixel,
    /// Its 3 x 3 neighbourhood, row by row, zeros around the picture; every pixel (1) or every other (2). `lead` as in
    /// [`Depthwise::new`](super::Depthwise::new).
    Patch { channels: usize, stride: usize, lead: usize },
    /// The whole picture: one row of all its values, channel by channel.
    Whole,
}

impl Convolution {
    /// A matrix of as many inputs as `view` brings together.
    pub fn new(view: View, matrix: Matrix) -> Self {
        Self { view, matrix }
    }
}

impl Layer for Convolution {
    fn name(&self) -> &'static str {
        match self.view {
            View::Pixel => "Convolution 1x1",
            View::Patch { .. } => "Convolution 3x3",
            View::Whole => "Dense",
        }
    }

    fn output(&self, input: Size) -> Option<Size> {
        let [height, width, channels] = input;
        let [height, width, inputs] = match self.view {
            View::Pixel => input,
            View::Patch { channels: expected, stride, lead } => {
                let fits = channels == expected && leads(input, stride, lead);
                fits.then_some([height.div_ceil(stride), width.div_ceil(stride), 9 * channels])?
            }
            View::Whole => [1, 1, height * width * channels],
        };
        (inputs == self.matrix.inputs()).then_some([height, width, self.matrix.outputs()])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        match self.view {
            View::Pixel => rows,
            View::Patch { stride, lead, .. } => around(rows, stride, lead),
            View::Whole => 0..usize::MAX,
        }
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        widest(self, input, rows, out);
    }
}

impl Vectorised for Convolution {
    #[inline(always)]
    fn rows_with<S: Simd>(&self, simd: S, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let Self { view, matrix } = self;
        let inputs = matrix.inputs();
        match *view {
            View::Pixel => matrix.multiply(simd, [input.of(rows)], Lie { step: inputs, length: inputs }, out),
            View::Whole => {
                let values = channel_by_channel(input.values, input.size[2]);
                matrix.multiply(simd, [&values], Lie { step: inputs, length: inputs }, out);
            }
            View::Patch { channels, stride, lead } => {
                let width = input.size[1];
                let mut padded = vec![0.0; 3 * (width + 2) * channels];
                for (y, out) in rows.zip(out.chunks_exact_mut(width.div_ceil(stride) * matrix.outputs())) {
                    for (dy, padded) in padded.chunks_exact_mut((width + 2) * channels).enumerate() {
                        let inner = &mut padded[lead * channels..][..width * channels];
                        match input.row(y * stride + dy, lead) {
                            Some(row) => inner.copy_from_slice(row),
                            None => inner.fill(0.0),
                        }
                    }
                    let (upper, others) = padded.split_at((width + 2) * channels);
                    let (here, lower) = others.split_at((width + 2) * channels);
                    let lie = Lie { step: stride * channels, length: 3 * channels };
                    matrix.multiply(simd, [upper, here, lower], lie, out);
                }
            }
        }
    }
}

/// A picture's values, all of the first channel before those of the second.
#[inline(always)]
pub(super) fn channel_by_channel(picture: &[f32], channels: usize) -> Vec<f32> {
    /// Of so many channels at once, as that's what one fetch from memory brings.
    const TOGETHER: usize = 16;
    let pixels = picture.len() / channels;
    let mut values = vec![0.0; picture.len()];
    for (group, places) in values.chunks_mut(TOGETHER * pixels).enumerate() {
        for (at, pixel) in picture.chunks_exact(channels).enumerate() {
            for (place, value) in places[at..].iter_mut().step_by(pixels).zip(&pixel[group * TOGETHER..]) {
                *place = *value;
            }
        }
    }
    values
}

/// The rows that 3 x 3 neighbourhoods of these reach.
pub(super) fn around(rows: Range<usize>, stride: usize, lead: usize) -> Range<usize> {
    (rows.start * stride).saturating_sub(lead)..(rows.end * stride + 3 - lead).saturating_sub(stride)
}

/// Whether a picture can be looked at so: without a row before it, only where it's halved and nothing is left over.
pub(super) fn leads([height, width, _]: Size, stride: usize, lead: usize) -> bool {
    lead == 1 || (lead == 0 && stride == 2 && height.is_multiple_of(2) && width.is_multiple_of(2))
}
