//! The loop that all kernels share: rows in codes times panels of weights, some rows and some columns at a time.

use std::fmt;

use pulp::bytemuck::{Pod, Zeroable, cast_slice_mut, pod_read_unaligned};
use pulp::{NullaryFnOnce, Simd};

use super::{Codes, FOUR, LARGEST, code, inverse, largest};
use crate::layers::{Finish, Weights, sloped, store};

/// What an instruction set has for sums of products of bytes. A value of such a type is the proof that the processor has
/// it. An implementation's functions must be `#[inline(always)]`: only so are they compiled for it.
pub(super) trait Dots: Copy + Send + Sync {
    /// Vectors of f32 that go with it.
    type Simd: Simd;
    /// The codes of a row that are taken at once: four, or twice four.
    type Inputs: Pod;
    /// Their weights for as many outputs as a vector has values: the first four of each output, one output after the
    /// other, then the next four of each.
    type Weights: Pod + Send + Sync;
    /// Inputs as they are multiplied.
    type Ready: Copy;
    /// Sums in i32, for as many outputs.
    type Sums: Copy;
    /// What is added to each weight's code, where the instructions want them without a sign: 128, or else 0.
    const OFFSET: u8 = 0;

    fn simd(self) -> Self::Simd;

    /// Runs something that is compiled for this instruction set.
    fn vectorize<F: NullaryFnOnce>(self, run: F) -> F::Output;

    /// Sums that all begin at a number.
    fn begin(self, at: i32) -> Self::Sums;

    fn ready(self, inputs: Self::Inputs) -> Self::Ready;

    /// Adds inputs times weights.
    fn add(self, sums: Self::Sums, weights: Self::Weights, inputs: Self::Ready) -> Self::Sums;

    /// The nearest values to sums.
    fn values(self, sums: Self::Sums) -> F32s<Self>;
}

/// A vector of values.
type F32s<D> = <<D as Dots>::Simd as Simd>::f32s;

/// Rows times a matrix, by one kernel.
pub(super) trait Products: fmt::Debug + Send + Sync {
    /// Multiplies rows that lie one after the other, and writes what comes of each to `out`, as many as it has room for.
    fn multiply(&self, rows: &[f32], out: &mut [f32]);
}

/// A matrix in panels, each of `V` vectors of columns. `R` rows are multiplied with a panel at a time: as many sums as
/// stay in registers beside what they are made of.
pub(super) struct Panels<D: Dots, const R: usize, const V: usize> {
    dots: D,
    /// Panel by panel the weights of all inputs, some inputs after the other. Columns and inputs beyond the last are zeros.
    weights: Vec<D::Weights>,
    /// Of each column what its sums are multiplied with, and what becomes of them then.
    scales: Vec<f32>,
    finish: Finish,
    inputs: usize,
    outputs: usize,
}

/// Rows in codes, each filled up with zeros.
struct CodedRows<I> {
    codes: Vec<I>,
    /// Of each row what its sums begin at, and what they are scaled by.
    each: Vec<(i32, f32)>,
}

impl<D: Dots, const R: usize, const V: usize> Panels<D, R, V> {
    const LANES: usize = D::Simd::F32_LANES;
    const COLUMNS: usize = V * Self::LANES;
    const AT_ONCE: usize = size_of::<D::Inputs>();

    pub(super) fn new(dots: D, rows: &Weights, finish: Finish) -> Self {
        let outputs = finish.bias.len();
        let (inputs, padded) = (rows.len() / outputs, outputs.next_multiple_of(Self::COLUMNS));
        let mut weights = Vec::with_capacity(padded / Self::LANES * inputs.div_ceil(Self::AT_ONCE));
        let mut scales = Vec::with_capacity(padded);
        let mut bytes = vec![0_u8; size_of::<D::Weights>()];
        for panel in (0..outputs).step_by(Self::COLUMNS) {
            let codes = Codes::of(rows, inputs, panel..outputs.min(panel + Self::COLUMNS));
            for start in (0..inputs).step_by(Self::AT_ONCE) {
                for first in (0..Self::COLUMNS).step_by(Self::LANES) {
                    for (at, into) in bytes.chunks_exact_mut(FOUR).enumerate() {
                        let four = codes.four(first + at % Self::LANES, start + at / Self::LANES * FOUR);
                        for (into, code) in into.iter_mut().zip(four) {
                            *into = code.cast_unsigned().wrapping_add(D::OFFSET);
                        }
                    }
                    weights.push(pod_read_unaligned(&bytes));
                }
            }
            scales.extend(codes.scales);
        }
        scales.resize(padded, 0.0);
        Self { dots, weights, scales, finish: finish.padded(padded), inputs, outputs }
    }

    #[inline(always)]
    fn coded(&self, rows: &[f32]) -> CodedRows<D::Inputs> {
        let (count, steps) = (rows.len() / self.inputs, self.inputs.div_ceil(Self::AT_ONCE));
        let mut codes = vec![D::Inputs::zeroed(); count * steps];
        let mut each = Vec::with_capacity(count);
        for (row, codes) in rows.chunks_exact(self.inputs).zip(codes.chunks_exact_mut(steps)) {
            let codes = cast_slice_mut::<_, i8>(codes);
            let scale = largest(row) / LARGEST;
            let inverse = inverse(scale);
            for (into, value) in codes.iter_mut().zip(row) {
                *into = code(*value, inverse);
            }
            let mut sum = 0;
            if D::OFFSET > 0 {
                for code in &*codes {
                    sum += i32::from(*code);
                }
            }
            // Takes away what the weights' offset will have added.
            each.push((-sum * i32::from(D::OFFSET), scale));
        }
        CodedRows { codes, each }
    }

    #[inline(always)]
    fn multiply_here(&self, rows: &[f32], out: &mut [f32]) {
        let rows = self.coded(rows);
        let count = rows.each.len();
        let panel = self.inputs.div_ceil(Self::AT_ONCE) * V;
        // One place for all tiles, so that it's filled with zeros once.
        let none = self.dots.simd().splat_f32s(0.0);
        let (mut tile, mut single) = ([[none; V]; R], [[none; V]]);
        for (weights, start) in self.weights.chunks_exact(panel).zip((0..self.outputs).step_by(Self::COLUMNS)) {
            let weights = weights.as_chunks::<V>().0;
            if count < R {
                for row in 0..count {
                    self.sum(weights, &rows, row, &mut single);
                    self.finish(&single, &rows, row, start, out);
                }
                continue;
            }
            for row in (0..count).step_by(R) {
                // Some of the last tile's rows are done a second time, which takes less than one by one.
                let row = row.min(count - R);
                self.sum(weights, &rows, row, &mut tile);
                self.finish(&tile, &rows, row, start, out);
            }
        }
    }

    /// As many rows from `first` on as there are sums, times one panel. The sums have a place in memory only at the end, as
    /// in [`Matrix`](crate::layers::Matrix).
    #[inline(always)]
    fn sum<const ROWS: usize>(
        &self,
        weights: &[[D::Weights; V]],
        rows: &CodedRows<D::Inputs>,
        first: usize,
        into: &mut [[F32s<D>; V]; ROWS],
    ) {
        let dots = self.dots;
        let mut sums = [[dots.begin(0); V]; ROWS];
        let mut codes = [&rows.codes[..0]; ROWS];
        for r in 0..ROWS {
            codes[r] = &rows.codes[(first + r) * weights.len()..][..weights.len()];
            sums[r] = [dots.begin(rows.each[first + r].0); V];
        }
        for i in 0..weights.len() {
            let weights = weights[i];
            for r in 0..ROWS {
                let inputs = dots.ready(codes[r][i]);
                for v in 0..V {
                    sums[r][v] = dots.add(sums[r][v], weights[v], inputs);
                }
            }
        }
        for r in 0..ROWS {
            for v in 0..V {
                into[r][v] = dots.values(sums[r][v]);
            }
        }
    }

    /// Writes what becomes of the sums of so many rows, in the columns from `start` on.
    #[inline(always)]
    fn finish<const ROWS: usize>(
        &self,
        sums: &[[F32s<D>; V]; ROWS],
        rows: &CodedRows<D::Inputs>,
        first: usize,
        start: usize,
        out: &mut [f32],
    ) {
        let simd = self.dots.simd();
        let scales = &D::Simd::as_simd_f32s(&self.scales[start..]).0[..V];
        let bias = &D::Simd::as_simd_f32s(&self.finish.bias[start..]).0[..V];
        let slopes = &D::Simd::as_simd_f32s(&self.finish.slopes[start..]).0[..V];
        let each = sums.iter().zip(&rows.each[first..]).zip(out[first * self.outputs..].chunks_exact_mut(self.outputs));
        for ((sums, (_, scale)), out) in each {
            let scale = simd.splat_f32s(*scale);
            let mut values = [scale; V];
            for v in 0..V {
                let value = simd.mul_add_f32s(sums[v], simd.mul_f32s(scale, scales[v]), bias[v]);
                values[v] = sloped(simd, value, slopes[v]);
            }
            let columns = start..self.outputs.min(start + Self::COLUMNS);
            match D::Simd::as_mut_simd_f32s(&mut out[columns.clone()]).0.as_chunks_mut::<V>().0 {
                [all] => *all = values,
                _ => {
                    for (value, out) in values.into_iter().zip(out[columns].chunks_mut(Self::LANES)) {
                        store(simd, out, value);
                    }
                }
            }
        }
    }
}

impl<D: Dots, const R: usize, const V: usize> Products for Panels<D, R, V> {
    fn multiply(&self, rows: &[f32], out: &mut [f32]) {
        struct Run<'a, D: Dots, const R: usize, const V: usize>(&'a Panels<D, R, V>, &'a [f32], &'a mut [f32]);

        impl<D: Dots, const R: usize, const V: usize> NullaryFnOnce for Run<'_, D, R, V> {
            type Output = ();

            #[inline(always)]
            fn call(self) {
                self.0.multiply_here(self.1, self.2);
            }
        }

        self.dots.vectorize(Run(self, rows, out));
    }
}

impl<D: Dots, const R: usize, const V: usize> fmt::Debug for Panels<D, R, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in vectors of {}", std::any::type_name::<D>(), Self::LANES)
    }
}
