//! The layers of convolutional networks, written for one thread and the widest vectors the processor has.
//!
//! All of them take and give pictures channels last: row by row, pixel by pixel, and of each pixel all channels. So a
//! pixel's channels fill vectors, whatever the picture's width, and one pixel times a matrix is a 1 x 1 convolution.
//! The processor is asked at run time what it has (AVX-512, AVX2 or NEON; else plain arithmetic), by the crate `pulp`.

mod convolution;
mod depthwise;
mod matrix;
mod sampling;
mod scale;

use std::fmt::Debug;

use pulp::Simd;

pub(crate) use convolution::{Convolution, Gather};
pub(crate) use depthwise::Depthwise;
pub(crate) use matrix::Matrix;
pub(crate) use sampling::{MaxPool, Upsample};
pub(crate) use scale::Scale;

/// Height, width, channels.
pub(crate) type Size = [usize; 3];

/// One step of a network.
pub(crate) trait Layer: Debug + Send + Sync {
    /// What it's called in a profile.
    fn name(&self) -> &'static str;

    /// The size it makes of `input`, or `None` where it can't take that.
    fn output(&self, input: Size) -> Option<Size>;

    /// Writes all of `out`, which has [`Layer::output`]'s size.
    fn run(&self, input: &[f32], size: Size, out: &mut [f32]);
}

/// What becomes of a channel's sum v: v + bias, and of that, what is negative times a slope. Slope 1 changes nothing,
/// 0 is ReLU, anything else PReLU.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finish {
    pub bias: Vec<f32>,
    pub slopes: Vec<f32>,
}

impl Finish {
    /// Adds nothing, changes nothing.
    pub fn none(channels: usize) -> Self {
        Self { bias: vec![0.0; channels], slopes: vec![1.0; channels] }
    }

    fn padded(mut self, channels: usize) -> Self {
        self.bias.resize(channels, 0.0);
        self.slopes.resize(channels, 1.0);
        self
    }
}

#[inline(always)]
fn sloped<S: Simd>(simd: S, value: S::f32s, slope: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    simd.mul_add_f32s(slope, simd.min_f32s(value, zero), simd.max_f32s(value, zero))
}
