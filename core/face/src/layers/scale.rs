//! Each channel times a factor, where no convolution is near that could take it in.

use std::ops::Range;

use pulp::Simd;

use super::{Finish, Layer, Rows, Size, Vectorised, widest};

/// v * factor, then as [`Finish`] says.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    channels: usize,
    /// For several pixels, so that they fill vectors: one after the other, as in a picture.
    factors: Vec<f32>,
    finish: Finish,
}

impl Scale {
    /// One factor a channel, as many as `finish` has.
    pub fn new(factors: &[f32], finish: &Finish) -> Self {
        let channels = factors.len();
        let times = 64_usize.div_ceil(channels.max(1));
        let finish = Finish { bias: finish.bias.repeat(times), slopes: finish.slopes.repeat(times) };
        Self { channels, factors: factors.repeat(times), finish }
    }
}

impl Layer for Scale {
    fn name(&self) -> &'static str {
        "Scale"
    }

    fn output(&self, input: Size) -> Option<Size> {
        (input[2] == self.channels).then_some(input)
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        rows
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        widest(self, input, rows, out);
    }
}

impl Vectorised for Scale {
    #[inline(always)]
    fn rows_with<S: Simd>(&self, _: S, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        let Self { factors, finish, .. } = self;
        for (pixels, out) in input.of(rows).chunks(factors.len()).zip(out.chunks_mut(factors.len())) {
            let channel = factors.iter().zip(&finish.bias).zip(&finish.slopes);
            for ((out, value), ((factor, bias), slope)) in out.iter_mut().zip(pixels).zip(channel) {
                let value = value * factor + bias;
                *out = if value > 0.0 { value } else { value * slope };
            }
        }
    }
}
