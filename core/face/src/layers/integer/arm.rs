//! Kernels for ARM64: with the dot product instruction, which phones have since about 2018, and without.

use std::arch::aarch64::{int8x16_t, int32x4_t};

use pulp::aarch64::Neon;
use pulp::{NullaryFnOnce, f32x4};

use super::FOUR;
pub(super) use super::instructions::DotProduct;
use super::tiles::Dots;

impl Dots for DotProduct {
    type Simd = Neon;
    type Inputs = [i8; FOUR];
    type Weights = int8x16_t;
    /// Four codes, as what fills the first lane of a vector: the instruction takes them from there for all outputs.
    type Ready = f32;
    type Sums = int32x4_t;

    #[inline(always)]
    fn simd(self) -> Neon {
        self.base()
    }

    #[inline(always)]
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
        self.vectorize(run)
    }

    #[inline(always)]
    fn begin(self, at: i32) -> int32x4_t {
        self.base().neon.vdupq_n_s32(at)
    }

    #[inline(always)]
    fn ready(self, inputs: Self::Inputs) -> f32 {
        pulp::cast(inputs)
    }

    #[inline(always)]
    fn add(self, sums: int32x4_t, weights: int8x16_t, inputs: f32) -> int32x4_t {
        self.add_products(sums, weights, inputs)
    }

    #[inline(always)]
    fn values(self, sums: int32x4_t) -> f32x4 {
        pulp::cast(self.base().neon.vcvtq_f32_s32(sums))
    }
}

/// Without it: two products of bytes make an i16, and of those pairs are added to i32.
#[derive(Clone, Copy)]
pub(super) struct Widening(Neon);

impl Widening {
    pub(super) fn try_new() -> Option<Self> {
        Neon::try_new().map(Self)
    }
}

impl Dots for Widening {
    type Simd = Neon;
    type Inputs = [[i8; FOUR]; 2];
    /// Four outputs' weights for the first four codes, and for the next.
    type Weights = [int8x16_t; 2];
    type Ready = [int8x16_t; 2];
    /// Two sums for each output, to be added at the end: those of the first two outputs, and of the others.
    type Sums = [int32x4_t; 2];

    #[inline(always)]
    fn simd(self) -> Neon {
        self.0
    }

    #[inline(always)]
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
        self.0.vectorize(run)
    }

    #[inline(always)]
    fn begin(self, at: i32) -> [int32x4_t; 2] {
        [pulp::cast([at, 0, at, 0]); 2]
    }

    #[inline(always)]
    fn ready(self, inputs: Self::Inputs) -> [int8x16_t; 2] {
        inputs.map(|four| pulp::cast(self.0.neon.vdupq_n_s32(pulp::cast(four))))
    }

    #[inline(always)]
    fn add(self, [low, high]: [int32x4_t; 2], weights: [int8x16_t; 2], inputs: [int8x16_t; 2]) -> [int32x4_t; 2] {
        let Self(Neon { neon, .. }) = self;
        let first = neon.vmull_s8(neon.vget_low_s8(weights[0]), neon.vget_low_s8(inputs[0]));
        let first = neon.vmlal_s8(first, neon.vget_low_s8(weights[1]), neon.vget_low_s8(inputs[1]));
        let others = neon.vmull_high_s8(weights[0], inputs[0]);
        let others = neon.vmlal_high_s8(others, weights[1], inputs[1]);
        [neon.vpadalq_s16(low, first), neon.vpadalq_s16(high, others)]
    }

    #[inline(always)]
    fn values(self, [low, high]: [int32x4_t; 2]) -> f32x4 {
        let Self(Neon { neon, .. }) = self;
        pulp::cast(neon.vcvtq_f32_s32(neon.vpaddq_s32(low, high)))
    }
}
