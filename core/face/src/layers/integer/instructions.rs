//! The instructions that multiply bytes and sum the products, which nothing safe leads to: all `unsafe` code there is
//! (docs/adr/0033-the-recogniser-in-integers.md).
//!
//! A value of one of these types is the proof that its instructions are there: it's made only once the processor was asked.

#![expect(unsafe_code, reason = "neither the standard library nor pulp has a safe way to these instructions")]
#![expect(clippy::unused_self, reason = "it is the proof that the instructions are there")]

#[cfg(target_arch = "aarch64")]
pub(super) use arm::DotProduct;
#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx512Vnni, AvxVnni};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::is_x86_feature_detected;
    use std::arch::x86_64::{__m256i, __m512i, _mm256_dpbusd_avx_epi32, _mm512_dpbusd_epi32};

    use pulp::NullaryFnOnce;
    use pulp::x86::{V3, V4};

    /// VNNI in vectors of 512 bits: since Ice Lake and Zen 4.
    #[derive(Clone, Copy)]
    pub struct Avx512Vnni(V4);

    impl Avx512Vnni {
        pub fn try_new() -> Option<Self> {
            V4::try_new().filter(|_| is_x86_feature_detected!("avx512vnni")).map(Self)
        }

        /// The other instructions that are there.
        #[inline(always)]
        pub fn base(self) -> V4 {
            self.0
        }

        /// Runs something that is compiled for these instructions.
        #[inline(always)]
        pub fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
            #[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vnni")]
            fn here<F: NullaryFnOnce>(run: F) -> F::Output {
                run.call()
            }

            // SAFETY: `self` is made where AVX512-VNNI is there, and V4, which has the others.
            unsafe { here(run) }
        }

        /// Adds to each i32 the products of four weights from 0 to 255 with four inputs from -128 to 127.
        #[inline(always)]
        pub fn add_products(self, sums: __m512i, weights: __m512i, inputs: __m512i) -> __m512i {
            // SAFETY: `self` is made where AVX512-VNNI is there, which is all that it needs.
            unsafe { _mm512_dpbusd_epi32(sums, weights, inputs) }
        }
    }

    /// VNNI in vectors of 256 bits, where there are no larger ones: since Alder Lake.
    #[derive(Clone, Copy)]
    pub struct AvxVnni(V3);

    impl AvxVnni {
        pub fn try_new() -> Option<Self> {
            V3::try_new().filter(|_| is_x86_feature_detected!("avxvnni")).map(Self)
        }

        /// The other instructions that are there.
        #[inline(always)]
        pub fn base(self) -> V3 {
            self.0
        }

        /// Runs something that is compiled for these instructions.
        #[inline(always)]
        pub fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
            #[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt,popcnt,avxvnni")]
            fn here<F: NullaryFnOnce>(run: F) -> F::Output {
                run.call()
            }

            // SAFETY: `self` is made where AVX-VNNI is there, and V3, which has the others.
            unsafe { here(run) }
        }

        /// As [`Avx512Vnni::add_products`].
        #[inline(always)]
        pub fn add_products(self, sums: __m256i, weights: __m256i, inputs: __m256i) -> __m256i {
            // SAFETY: `self` is made where AVX-VNNI is there, which is all that it needs.
            unsafe { _mm256_dpbusd_avx_epi32(sums, weights, inputs) }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use std::arch::aarch64::{int8x16_t, int32x4_t};
    use std::arch::{asm, is_aarch64_feature_detected};

    use pulp::NullaryFnOnce;
    use pulp::aarch64::Neon;

    /// SDOT: since Cortex-A55 and -A75.
    #[derive(Clone, Copy)]
    pub struct DotProduct(Neon);

    impl DotProduct {
        pub fn try_new() -> Option<Self> {
            Neon::try_new().filter(|_| is_aarch64_feature_detected!("dotprod")).map(Self)
        }

        /// The other instructions that are there.
        #[inline(always)]
        pub fn base(self) -> Neon {
            self.0
        }

        /// Runs something that is compiled for these instructions.
        #[inline(always)]
        pub fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
            #[target_feature(enable = "neon,dotprod")]
            fn here<F: NullaryFnOnce>(run: F) -> F::Output {
                run.call()
            }

            // SAFETY: `self` is made where SDOT is there, and NEON.
            unsafe { here(run) }
        }

        /// Adds to each i32 the products of four weights with four inputs, the same for all; each from -128 to 127.
        #[inline(always)]
        pub fn add_products(self, mut sums: int32x4_t, weights: int8x16_t, inputs: f32) -> int32x4_t {
            // SAFETY: `self` is made where SDOT is there, which reads and writes these registers and nothing else.
            unsafe {
                asm!(
                    "sdot {sums:v}.4s, {weights:v}.16b, {inputs:v}.4b[0]",
                    sums = inout(vreg) sums,
                    weights = in(vreg) weights,
                    inputs = in(vreg) inputs,
                    options(pure, nomem, nostack, preserves_flags),
                );
            }
            sums
        }
    }
}
