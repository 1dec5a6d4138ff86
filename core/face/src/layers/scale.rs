//! Each channel times a factor, where no convolution is near that could take it in.

use pulp::Simd;

use super::{Finish, Layer, Size, Vectorised, widest};

/// v * factor, then as [`Finish`] says.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    factors: Vec<f32>,
    finish: Finish,
}

impl Scale {
    /// One factor a channel, as many as `finish` has.
    pub fn new(factors: Vec<f32>, finish: Finish) -> Self {
        Self { factors, finish }
    }
}

impl Layer for Scale {
    fn name(&self) -> &'static str {
        "Scale"
    }

    fn output(&self, input: Size) -> Option<Size> {
        (input[2] == self.factors.len()).then_some(input)
    }

    fn run(&self, input: &[f32], size: Size, out: &mut [f32]) {
        widest(self, input, size, out);
    }
}

impl Vectorised for Scale {
    #[inline(always)]
    fn run_with<S: Simd>(&self, _: S, input: &[f32], [_, _, channels]: Size, out: &mut [f32]) {
        let Self { factors, finish } = self;
        for (pixel, out) in input.chunks_exact(channels).zip(out.chunks_exact_mut(channels)) {
            let channel = factors.iter().zip(&finish.bias).zip(&finish.slopes);
            for ((out, value), ((factor, bias), slope)) in out.iter_mut().zip(pixel).zip(channel) {
                let value = value * factor + bias;
                *out = if value > 0.0 { value } else { value * slope };
            }
        }
    }
}
