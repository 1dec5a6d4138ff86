//! Each channel times a factor, where no convolution is near that could take it in.

use pulp::{Arch, Simd, WithSimd};

use super::{Finish, Layer, Size};

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

    fn run(&self, input: &[f32], _: Size, out: &mut [f32]) {
        Arch::new().dispatch(Run { layer: self, input, out });
    }
}

struct Run<'a> {
    layer: &'a Scale,
    input: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Scale { factors, finish } = self.layer;
        let channels = factors.len();
        for (pixel, out) in self.input.chunks_exact(channels).zip(self.out.chunks_exact_mut(channels)) {
            let channel = factors.iter().zip(&finish.bias).zip(&finish.slopes);
            for ((out, value), ((factor, bias), slope)) in out.iter_mut().zip(pixel).zip(channel) {
                let value = value * factor + bias;
                *out = if value > 0.0 { value } else { value * slope };
            }
        }
    }
}
