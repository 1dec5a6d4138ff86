//! Kernels for x86-64: VNNI in vectors of 512 and of 256 bits, and AVX2.

use std::arch::x86_64::{__m256i, __m512i};

use pulp::x86::{V3, V4};
use pulp::{NullaryFnOnce, f32x8, f32x16};

use super::FOUR;
pub(super) use super::instructions::{Avx512Vnni, AvxVnni};
use super::tiles::Dots;

/// Four codes of a row in each lane.
type Four = [i8; FOUR];

impl Dots for Avx512Vnni {
    type Simd = V4;
    type Inputs = Four;
    type Weights = __m512i;
    type Ready = __m512i;
    type Sums = __m512i;
    const OFFSET: u8 = 128;

    #[inline(always)]
    fn simd(self) -> V4 {
        self.base()
    }

    #[inline(always)]
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
        self.vectorize(run)
    }

    #[inline(always)]
    fn begin(self, at: i32) -> __m512i {
        self.base().avx512f._mm512_set1_epi32(at)
    }

    #[inline(always)]
    fn ready(self, inputs: Four) -> __m512i {
        self.base().avx512f._mm512_set1_epi32(pulp::cast(inputs))
    }

    #[inline(always)]
    fn add(self, sums: __m512i, weights: __m512i, inputs: __m512i) -> __m512i {
        self.add_products(sums, weights, inputs)
    }

    #[inline(always)]
    fn values(self, sums: __m512i) -> f32x16 {
        pulp::cast(self.base().avx512f._mm512_cvtepi32_ps(sums))
    }
}

impl Dots for AvxVnni {
    type Simd = V3;
    type Inputs = Four;
    type Weights = __m256i;
    type Ready = __m256i;
    type Sums = __m256i;
    const OFFSET: u8 = 128;

    #[inline(always)]
    fn simd(self) -> V3 {
        self.base()
    }

    #[inline(always)]
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
        self.vectorize(run)
    }

    #[inline(always)]
    fn begin(self, at: i32) -> __m256i {
        self.base().avx._mm256_set1_epi32(at)
    }

    #[inline(always)]
    fn ready(self, inputs: Four) -> __m256i {
        self.base().avx._mm256_set1_epi32(pulp::cast(inputs))
    }

    #[inline(always)]
    fn add(self, sums: __m256i, weights: __m256i, inputs: __m256i) -> __m256i {
        self.add_products(sums, weights, inputs)
    }

    #[inline(always)]
    fn values(self, sums: __m256i) -> f32x8 {
        pulp::cast(self.base().avx._mm256_cvtepi32_ps(sums))
    }
}

/// Without instructions for it: products of bytes are summed in pairs in i16, and those in pairs in i32.
#[derive(Clone, Copy)]
pub(super) struct Avx2(V3);

impl Avx2 {
    pub(super) fn try_new() -> Option<Self> {
        V3::try_new().map(Self)
    }
}

impl Dots for Avx2 {
    type Simd = V3;
    type Inputs = Four;
    type Weights = __m256i;
    /// The codes, and their absolute values: one of two factors has to be without a sign.
    type Ready = [__m256i; 2];
    type Sums = __m256i;

    #[inline(always)]
    fn simd(self) -> V3 {
        self.0
    }

    #[inline(always)]
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
        self.0.vectorize(run)
    }

    #[inline(always)]
    fn begin(self, at: i32) -> __m256i {
        self.0.avx._mm256_set1_epi32(at)
    }

    #[inline(always)]
    fn ready(self, inputs: Four) -> [__m256i; 2] {
        let inputs = self.0.avx._mm256_set1_epi32(pulp::cast(inputs));
        [inputs, self.0.avx2._mm256_abs_epi8(inputs)]
    }

    #[inline(always)]
    fn add(self, sums: __m256i, weights: __m256i, [inputs, absolute]: [__m256i; 2]) -> __m256i {
        let Self(V3 { avx, avx2, .. }) = self;
        let signed = avx2._mm256_sign_epi8(weights, inputs);
        let pairs = avx2._mm256_maddubs_epi16(absolute, signed);
        avx2._mm256_add_epi32(sums, avx2._mm256_madd_epi16(pairs, avx._mm256_set1_epi16(1)))
    }

    #[inline(always)]
    fn values(self, sums: __m256i) -> f32x8 {
        pulp::cast(self.0.avx._mm256_cvtepi32_ps(sums))
    }
}
