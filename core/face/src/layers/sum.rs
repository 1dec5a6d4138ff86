//! The sum of two pictures.

use pulp::{Arch, Simd, WithSimd};

/// Adds to each value that of another picture of the same size.
pub(crate) fn add(to: &mut [f32], other: &[f32]) {
    Arch::new().dispatch(Add { to, other });
}

struct Add<'a> {
    to: &'a mut [f32],
    other: &'a [f32],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (to, other) in self.to.iter_mut().zip(self.other) {
            *to += other;
        }
    }
}
