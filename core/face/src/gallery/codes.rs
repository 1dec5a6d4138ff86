//! Templates in a byte per value: what a search reads of whoever may be among the best, to tell whom it has to compare
//! exactly.

use pulp::{Arch, Simd, WithSimd};
use zeroize::Zeroizing;

use super::rows::Rows;
use crate::template::NORM_TOLERANCE;

/// Rows are padded with zeros to whole chunks, so that the inner loop has no rest.
const CHUNK: usize = 64;

/// How many sums the inner loop keeps side by side.
const LANES: usize = 32;

/// Codes of templates are from -127 to 127.
const TEMPLATE_STEPS: f32 = 127.0;

/// Codes of the probe are finer, which costs nothing, yet the products of 4,096 of them still add up in an `i32`.
const PROBE_STEPS: f32 = 4095.0;

/// For each template its values in whole steps, and the size of its step: 4 bytes more than (padded) values.
#[derive(Clone)]
pub(super) struct Codes {
    codes: Rows<i8>,
    steps: Rows<f32>,
}

/// What is searched for, prepared for [`Codes::bounds`].
pub(super) struct Probe {
    codes: Zeroizing<Vec<i16>>,
    step: f32,
    /// By how much a template's rounding can change the similarity, in steps of that template.
    rounding: f32,
    /// By how much all else can: the probe's own rounding, and that of f32 arithmetic.
    allowance: f32,
}

impl Codes {
    /// No templates yet, of `dimension` values each.
    pub(super) fn new(dimension: usize) -> Self {
        Self { codes: Rows::new(dimension.next_multiple_of(CHUNK)), steps: Rows::new(1) }
    }

    /// Adds a template behind the others.
    pub(super) fn push(&mut self, values: &[f32]) {
        let (codes, step) = template_codes(values);
        self.codes.push(&codes);
        self.steps.push(&[step]);
    }

    /// Writes a template over another.
    pub(super) fn replace(&mut self, at: usize, values: &[f32]) {
        let (codes, step) = template_codes(values);
        self.codes.replace(at, &codes);
        self.steps.replace(at, &[step]);
    }

    /// Takes a template out and moves the last one into its place.
    pub(super) fn swap_remove(&mut self, at: usize) {
        self.codes.swap_remove(at);
        self.steps.swap_remove(at);
    }

    /// Makes room for so many templates more.
    pub(super) fn reserve(&mut self, templates: usize) {
        self.codes.reserve(templates);
        self.steps.reserve(templates);
    }

    /// Writes to each row's number a similarity to the probe that [`template::dot`] of its template can't exceed.
    ///
    /// Let q and v be the vectors, and q' and v' what their codes stand for. Then q·v = q'·v' + q'·(v - v') + (q - q')·v.
    /// The first term is exact in whole numbers. The others are at most the products of the lengths (Cauchy-Schwarz),
    /// and a vector of d values lies at most √d / 2 steps from its codes.
    ///
    /// [`template::dot`]: crate::template::dot
    pub(super) fn bounds(&self, probe: &Probe, rows: &mut [(f32, usize)]) {
        Arch::new().dispatch(Bounds { probe, codes: self, rows });
    }
}

impl Probe {
    /// Prepares the values of a template.
    pub(super) fn new(values: &[f32]) -> Self {
        let (codes, step) = quantise(values, PROBE_STEPS, CHUNK);
        let dimension = values.len() as f32;
        // A little more than half, as codes are divided out in f32.
        let farthest = 0.501 * dimension.sqrt();
        let longest = 1.0 + NORM_TOLERANCE as f32;
        // `template::dot` rounds a sum at most d / 8 + 10 times, and the bound is rounded 8 times, each by half an epsilon
        // of at most 1.6 (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). This is more than both.
        let arithmetic = (dimension / 8.0 + 20.0) * f32::EPSILON;
        Self {
            codes,
            step,
            rounding: (longest + farthest * step) * farthest,
            allowance: farthest * step * longest + arithmetic,
        }
    }
}

/// The work of [`Codes::bounds`], compiled for each kind of processor.
struct Bounds<'a> {
    probe: &'a Probe,
    codes: &'a Codes,
    rows: &'a mut [(f32, usize)],
}

impl WithSimd for Bounds<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { probe, codes, rows } = self;
        for (bound, at) in rows {
            let product = dot(probe.codes.as_chunks().0, codes.codes.row(*at).as_chunks().0);
            *bound = codes.steps.row(*at)[0] * (product as f32 * probe.step + probe.rounding) + probe.allowance;
        }
    }
}

/// The inner product of codes. LLVM makes instructions that multiply and add at once (pmaddwd, smlal) of this form; of
/// most others that say the same it doesn't.
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
#[inline(always)]
fn dot(query: &[[i16; CHUNK]], row: &[[i8; CHUNK]]) -> i32 {
    let mut sums = [0; LANES];
    for (x, y) in query.iter().zip(row) {
        for (x, y) in x.as_chunks::<LANES>().0.iter().zip(y.as_chunks::<LANES>().0) {
            for lane in 0..LANES {
                sums[lane] += i32::from(x[lane]) * i32::from(y[lane]);
            }
        }
    }
    sums.iter().sum()
}

fn template_codes(values: &[f32]) -> (Zeroizing<Vec<i8>>, f32) {
    let (codes, step) = quantise(values, TEMPLATE_STEPS, CHUNK);
    (Zeroizing::new(codes.iter().map(|code| *code as i8).collect()), step)
}

/// The values in whole steps, padded with zeros to whole chunks, and the size of a step: the largest value has `steps` of
/// them.
pub(super) fn quantise(values: &[f32], steps: f32, chunk: usize) -> (Zeroizing<Vec<i16>>, f32) {
    let step = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())) / steps;
    let mut codes = Zeroizing::new(vec![0; values.len().next_multiple_of(chunk)]);
    for (code, value) in codes.iter_mut().zip(values) {
        *code = (value / step).round() as i16;
    }
    (codes, step)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{ModelId, Template, template};

    proptest! {
        #[test]
        fn a_bound_is_never_below_the_similarity_and_not_far_above(
            pairs in prop::collection::vec((-1.0_f32..1.0, -1.0_f32..1.0), 1..300),
        ) {
            let (one, other): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            prop_assume!([&one, &other].iter().all(|values| values.iter().any(|v| v.abs() > 1e-3)));
            let unit = |values| Template::new(ModelId::new("m"), values).expect("valid");
            let (one, other) = (unit(one), unit(other));
            let mut codes = Codes::new(other.values().len());
            codes.push(other.values());
            let similarity = template::dot(one.values(), other.values());
            let mut row = [(0.0, 0)];
            codes.bounds(&Probe::new(one.values()), &mut row);
            prop_assert!(row[0].0 >= similarity);
            prop_assert!(row[0].0 < similarity + 0.05);
        }
    }

    #[test]
    fn the_longest_templates_do_not_overflow() {
        let values = vec![1.0 / 64.0; Template::MAX_DIMENSION];
        let mut codes = Codes::new(values.len());
        codes.push(&values);
        let mut row = [(0.0, 0)];
        codes.bounds(&Probe::new(&values), &mut row);
        assert!((1.0..1.01).contains(&row[0].0), "{}", row[0].0);
    }
}
