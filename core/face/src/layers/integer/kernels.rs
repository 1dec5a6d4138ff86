//! Which kernels there are, and the plain loop.

use std::sync::Arc;

use pulp::{NullaryFnOnce, Scalar};

use super::FOUR;
use super::tiles::{Dots, Panels, Products};
use crate::layers::{Finish, Weights};

/// Lays a matrix out for one instruction set: one row of weights for each output, as many as are finished.
pub(super) type Kernel = Box<dyn Fn(&Weights, Finish) -> Arc<dyn Products>>;

/// Those that this processor has, the fastest first. The last is the plain loop, which all have.
pub(super) fn available() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        use super::x86::{Avx2, Avx512Vnni, AvxVnni};
        kernels.extend(Avx512Vnni::try_new().map(kernel::<_, 6, 4>));
        kernels.extend(AvxVnni::try_new().map(kernel::<_, 6, 2>));
        kernels.extend(Avx2::try_new().map(kernel::<_, 4, 2>));
    }
    #[cfg(target_arch = "aarch64")]
    {
        use super::arm::{DotProduct, Widening};
        kernels.extend(DotProduct::try_new().map(kernel::<_, 6, 4>));
        kernels.extend(Widening::try_new().map(kernel::<_, 3, 2>));
    }
    kernels.push(kernel::<_, 2, 4>(Plain));
    kernels
}

pub(super) fn fastest() -> Kernel {
    available().swap_remove(0)
}

fn kernel<D: Dots + 'static, const R: usize, const V: usize>(dots: D) -> Kernel {
    Box::new(move |weights, finish| Arc::new(Panels::<D, R, V>::new(dots, weights, finish)))
}

/// No instruction set in particular.
#[derive(Clone, Copy)]
struct Plain;

impl Dots for Plain {
    type Simd = Scalar;
    type Inputs = [i8; FOUR];
    type Weights = [i8; FOUR];
    type Ready = [i8; FOUR];
    type Sums = i32;

    #[inline(always)]
    fn simd(self) -> Scalar {
        Scalar::new()
    }

    #[inline(always)]
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output {
        run.call()
    }

    #[inline(always)]
    fn begin(self, at: i32) -> i32 {
        at
    }

    #[inline(always)]
    fn ready(self, inputs: [i8; FOUR]) -> [i8; FOUR] {
        inputs
    }

    #[inline(always)]
    fn add(self, mut sum: i32, weights: [i8; FOUR], inputs: [i8; FOUR]) -> i32 {
        for (weight, input) in weights.into_iter().zip(inputs) {
            sum += i32::from(weight) * i32::from(input);
        }
        sum
    }

    #[inline(always)]
    fn values(self, sum: i32) -> f32 {
        sum as f32
    }
}
