//! Templates in half a byte per value: what a search reads of everybody, to tell whom it has to look at more closely.

use pulp::{Arch, Simd, WithSimd};
use zeroize::Zeroizing;

use super::codes::quantise;
use super::rows::Rows;
use crate::template::NORM_TOLERANCE;

/// So many templates are looked at at once. What is noted of so many stays in the nearest cache.
pub(super) const BLOCK: usize = 256;

/// So many bounds are compared with the threshold at once, as most groups have none that reaches it.
const GROUP: usize = 16;

/// Rows are padded to whole chunks of so many bytes, so that the inner loops have no rest.
const CHUNK: usize = 64;

/// A chunk's values: one in the lower half of each byte, and one in each upper half.
const VALUES: usize = 2 * CHUNK;

/// Codes of the probe are from -127 to 127.
const PROBE_STEPS: f32 = 127.0;

/// For each template a code from 0 to 15 of each value, the size of a step between them, and how far that is from the
/// template. A code stands for the middle of its step, so 7 and 8 are half a step below and above zero.
#[derive(Clone)]
pub(super) struct Nibbles {
    codes: Rows<u8>,
    steps: Rows<f32>,
    /// The lengths of the differences between the templates and what their codes stand for.
    errors: Rows<f32>,
}

/// What is searched for, prepared for [`Nibbles::add_promising`].
pub(super) struct Probe {
    /// For each chunk those that meet lower halves, and those that meet upper ones.
    codes: Zeroizing<Vec<[[i8; CHUNK]; 2]>>,
    step: f32,
    /// By how much products are too large, as a template's codes begin at 0 and not at -7.5.
    excess: f32,
    /// The length of the vector that its codes stand for.
    length: f32,
    /// By how much its own rounding, and that of f32 arithmetic, can change a similarity.
    allowance: f32,
}

impl Nibbles {
    /// No templates yet, of `dimension` values each.
    pub(super) fn new(dimension: usize) -> Self {
        Self { codes: Rows::new(dimension.div_ceil(VALUES) * CHUNK), steps: Rows::new(1), errors: Rows::new(1) }
    }

    /// Bytes for each template.
    pub(super) fn bytes(&self) -> usize {
        self.codes.width() + 2 * size_of::<f32>()
    }

    /// Adds a template behind the others.
    pub(super) fn push(&mut self, values: &[f32]) {
        let (codes, step, error) = template_codes(values);
        self.codes.push(&codes);
        self.steps.push(&[step]);
        self.errors.push(&[error]);
    }

    /// Writes a template over another.
    pub(super) fn replace(&mut self, at: usize, values: &[f32]) {
        let (codes, step, error) = template_codes(values);
        self.codes.replace(at, &codes);
        self.steps.replace(at, &[step]);
        self.errors.replace(at, &[error]);
    }

    /// Takes a template out and moves the last one into its place.
    pub(super) fn swap_remove(&mut self, at: usize) {
        self.codes.swap_remove(at);
        self.steps.swap_remove(at);
        self.errors.swap_remove(at);
    }

    /// Makes room for so many templates more.
    pub(super) fn reserve(&mut self, templates: usize) {
        self.codes.reserve(templates);
        self.steps.reserve(templates);
        self.errors.reserve(templates);
    }

    /// Appends the rows, of [`BLOCK`] or less from `start` on, whose similarity to the probe may reach the threshold, each
    /// with a bound that [`template::dot`] can't exceed.
    ///
    /// Let q and v be the vectors, and q' and v' what their codes stand for. Then q·v = q'·v' + q'·(v - v') + (q - q')·v.
    /// The first term is exact in whole numbers, and the others are at most the products of the lengths (Cauchy-Schwarz).
    ///
    /// [`template::dot`]: crate::template::dot
    pub(super) fn add_promising(&self, probe: &Probe, start: usize, threshold: f32, promising: &mut Vec<(f32, usize)>) {
        let count = BLOCK.min(self.steps.len() - start);
        let mut products = [0; BLOCK];
        let (codes, _) = self.codes.rows(start, count).as_chunks();
        multiply(&probe.codes, codes, &mut products[..count]);
        let (steps, errors) = (self.steps.rows(start, count), self.errors.rows(start, count));
        Arch::new().dispatch(Choice {
            probe,
            products: &products[..count],
            steps,
            errors,
            start,
            threshold,
            promising,
        });
    }
}

impl Probe {
    /// Prepares the values of a template.
    pub(super) fn new(values: &[f32]) -> Self {
        let (codes, step) = quantise(values, PROBE_STEPS, VALUES);
        let sum: i32 = codes.iter().map(|code| i32::from(*code)).sum();
        let meant = || codes.iter().map(|code| f64::from(*code) * f64::from(step));
        let error = length(values.iter().zip(meant()).map(|(value, meant)| f64::from(*value) - meant));
        let (pairs, _) = codes.as_chunks::<CHUNK>().0.as_chunks::<2>();
        // `template::dot` rounds a sum at most d / 8 + 10 times, by half an epsilon of at most 1.6; the bound is rounded 10
        // times, by half an epsilon of at most 8 (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). This
        // is more than both.
        let arithmetic = (values.len() as f32 / 8.0 + 64.0) * f32::EPSILON;
        Self {
            step,
            excess: 7.5 * sum as f32,
            length: length(meant()),
            allowance: error * (1.0 + NORM_TOLERANCE as f32) + arithmetic,
            codes: Zeroizing::new(pairs.iter().map(|pair| pair.map(|half| half.map(|code| code as i8))).collect()),
        }
    }
}

/// What [`Nibbles::add_promising`] does with the products, compiled for each kind of processor.
struct Choice<'a> {
    probe: &'a Probe,
    products: &'a [i32],
    steps: &'a [f32],
    errors: &'a [f32],
    start: usize,
    threshold: f32,
    promising: &'a mut Vec<(f32, usize)>,
}

impl WithSimd for Choice<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { probe, products, steps, errors, start, threshold, promising } = self;
        let mut bounds = [f32::NEG_INFINITY; BLOCK];
        for (((bound, product), step), error) in bounds.iter_mut().zip(products).zip(steps).zip(errors) {
            // Both are exact: less than 2^24.
            let product = *product as f32 - probe.excess;
            *bound = step * product * probe.step + error * probe.length + probe.allowance;
        }
        // Nothing below jumps by what a single bound is: it can't be foretold.
        let (mut found, mut count) = ([0; BLOCK], 0);
        for (start, group) in (0..).step_by(GROUP).zip(bounds.as_chunks::<GROUP>().0) {
            let mut any = false;
            for bound in group {
                any |= *bound >= threshold;
            }
            if any {
                for (at, bound) in (start..).zip(group) {
                    found[count] = at;
                    count += usize::from(*bound >= threshold && at < products.len());
                }
            }
        }
        for at in &found[..count] {
            promising.push((bounds[*at], start + at));
        }
    }
}

/// The inner product of the probe's codes with each template's.
fn multiply(probe: &[[[i8; CHUNK]; 2]], codes: &[[u8; CHUNK]], products: &mut [i32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return Simd::vectorize(simd, Avx2 { simd, probe, codes, products });
    }
    Arch::new().dispatch(Portable { probe, codes, products });
}

/// [`multiply`] as the compiler finds instructions for it.
struct Portable<'a> {
    probe: &'a [[[i8; CHUNK]; 2]],
    codes: &'a [[u8; CHUNK]],
    products: &'a mut [i32],
}

impl WithSimd for Portable<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { probe, codes, products } = self;
        for (product, row) in products.iter_mut().zip(codes.chunks_exact(probe.len())) {
            let mut sums = [0; CHUNK / 2];
            for (halves, row) in probe.iter().zip(row) {
                for (half, codes) in halves.iter().zip([row.map(|byte| byte & 15), row.map(|byte| byte >> 4)]) {
                    for (x, y) in half.as_chunks().0.iter().zip(codes.as_chunks().0) {
                        let (x, y): (&[i8; CHUNK / 2], &[u8; CHUNK / 2]) = (x, y);
                        for lane in 0..sums.len() {
                            sums[lane] += i32::from(x[lane]) * i32::from(y[lane]);
                        }
                    }
                }
            }
            *product = sums.iter().sum();
        }
    }
}

/// [`multiply`] in instructions that the compiler doesn't find: twice as fast, and with that as fast as memory.
#[cfg(target_arch = "x86_64")]
struct Avx2<'a> {
    simd: pulp::x86::V3,
    probe: &'a [[[i8; CHUNK]; 2]],
    codes: &'a [[u8; CHUNK]],
    products: &'a mut [i32],
}

#[cfg(target_arch = "x86_64")]
impl WithSimd for Avx2<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { simd, probe, codes, products } = self;
        let pulp::x86::V3 { sse2, avx2, .. } = simd;
        let row = |at: usize| &codes[at * probe.len()..][..probe.len()];
        // Four rows at once, from four places, so that memory is read ahead in all of them: a third faster in large galleries.
        let quarter = products.len() / 4;
        for at in 0..quarter {
            let (a, b) = (sums(simd, probe, row(at)), sums(simd, probe, row(at + quarter)));
            let (c, d) = (sums(simd, probe, row(at + 2 * quarter)), sums(simd, probe, row(at + 3 * quarter)));
            let halves = avx2._mm256_hadd_epi32(avx2._mm256_hadd_epi32(a, b), avx2._mm256_hadd_epi32(c, d));
            let [low, high] = pulp::cast(halves);
            let four: [i32; 4] = pulp::cast(sse2._mm_add_epi32(low, high));
            for (place, product) in four.iter().enumerate() {
                products[at + place * quarter] = *product;
            }
        }
        for (at, product) in products.iter_mut().enumerate().skip(4 * quarter) {
            let sums: [i32; 8] = pulp::cast(sums(simd, probe, row(at)));
            *product = sums.iter().sum();
        }
    }
}

/// Eight numbers that add up to a row's product.
#[cfg(target_arch = "x86_64")]
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
#[inline(always)]
fn sums(simd: pulp::x86::V3, probe: &[[[i8; CHUNK]; 2]], row: &[[u8; CHUNK]]) -> std::arch::x86_64::__m256i {
    let pulp::x86::V3 { avx, avx2, .. } = simd;
    let (lower, ones) = (avx._mm256_set1_epi8(15), avx._mm256_set1_epi16(1));
    let mut sums = avx._mm256_setzero_si256();
    for (halves, bytes) in probe.iter().zip(row) {
        let [q0, q1, q2, q3] = pulp::cast(*halves);
        let [x, y] = pulp::cast(*bytes);
        let one = avx2._mm256_maddubs_epi16(avx2._mm256_and_si256(x, lower), q0);
        let two = avx2._mm256_maddubs_epi16(avx2._mm256_and_si256(y, lower), q1);
        let three = avx2._mm256_maddubs_epi16(avx2._mm256_and_si256(avx2._mm256_srli_epi16::<4>(x), lower), q2);
        let four = avx2._mm256_maddubs_epi16(avx2._mm256_and_si256(avx2._mm256_srli_epi16::<4>(y), lower), q3);
        // Each is two products of at most 15 * 127, so that eight of these fit 16 bits.
        let pairs = avx2._mm256_add_epi16(avx2._mm256_add_epi16(one, two), avx2._mm256_add_epi16(three, four));
        sums = avx2._mm256_add_epi32(sums, avx2._mm256_madd_epi16(pairs, ones));
    }
    sums
}

/// A template's codes, the size of their step, and how far they are from the template.
fn template_codes(values: &[f32]) -> (Zeroizing<Vec<u8>>, f32, f32) {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let step = largest / 8.0;
    let mut codes = Zeroizing::new(vec![0; values.len().next_multiple_of(VALUES)]);
    for (code, value) in codes.iter_mut().zip(values) {
        *code = (value / step + 8.0).clamp(0.0, 15.0) as u8;
    }
    let meant = codes.iter().map(|code| (f64::from(*code) - 7.5) * f64::from(step));
    let error = length(values.iter().zip(meant).map(|(value, meant)| f64::from(*value) - meant));
    let (pairs, _) = codes.as_chunks::<CHUNK>().0.as_chunks::<2>();
    let bytes =
        pairs.iter().flat_map(|[lower, upper]| lower.iter().zip(upper)).map(|(lower, upper)| lower | upper << 4);
    (Zeroizing::new(bytes.collect()), step, error)
}

fn length(values: impl Iterator<Item = f64>) -> f32 {
    values.map(|value| value * value).sum::<f64>().sqrt() as f32
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
            let mut nibbles = Nibbles::new(other.values().len());
            nibbles.push(other.values());
            let similarity = template::dot(one.values(), other.values());
            let mut promising = Vec::new();
            nibbles.add_promising(&Probe::new(one.values()), 0, similarity, &mut promising);
            prop_assert!(matches!(*promising, [(bound, 0)] if (similarity..similarity + 0.5).contains(&bound)));
        }

        #[test]
        fn every_processor_multiplies_alike(
            chunks in 1_usize..4,
            rows in 0_usize..11,
            seed in prop::collection::vec(any::<u8>(), 3 * 13 * CHUNK),
        ) {
            let (bytes, _) = seed.as_chunks::<CHUNK>();
            let (probe, codes) = bytes.split_at(2 * chunks);
            let signed = |half: &[u8; CHUNK]| half.map(|code| (code as i8).max(-127));
            let probe: Vec<_> = probe.as_chunks().0.iter().map(|[one, two]| [signed(one), signed(two)]).collect();
            let codes = &codes[..rows * chunks];
            let [mut fast, mut portable] = [vec![0; rows], vec![0; rows]];
            multiply(&probe, codes, &mut fast);
            Arch::new().dispatch(Portable { probe: &probe, codes, products: &mut portable });
            prop_assert_eq!(fast, portable);
        }
    }

    #[test]
    fn the_longest_templates_do_not_overflow() {
        let values = vec![1.0 / 64.0; Template::MAX_DIMENSION];
        let mut nibbles = Nibbles::new(values.len());
        nibbles.push(&values);
        let mut promising = Vec::new();
        nibbles.add_promising(&Probe::new(&values), 0, 1.0, &mut promising);
        assert!(matches!(*promising, [(bound, 0)] if bound < 1.2), "{promising:?}");
    }
}
