//! Rows times a matrix: where a network spends nine tenths of its time.

use pulp::Simd;

use super::{Finish, Vectors, sloped, store};

/// A matrix laid out for the processor it runs on: in panels of as many columns as one tile has, input by input.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    inputs: usize,
    outputs: usize,
    /// Panel by panel.
    weights: Vec<f32>,
    finish: Finish,
}

/// A tile is so many rows by two or four vectors: as many sums as stay in 32 registers beside what they are made of
/// (by up to two where there are 16).
const TILE_ROWS: usize = 6;

/// Vectors in the widest tile.
const WIDEST: usize = 4;

/// Rows of a tile that is one vector wide: fewer sums than this would wait for each other.
const NARROW_TILE_ROWS: usize = 12;

impl Matrix {
    /// `weights` are rows of `inputs` values, one row an output, as many as `finish` has.
    pub fn new(weights: &[f32], inputs: usize, finish: Finish) -> Self {
        let outputs = finish.bias.len();
        let padded = outputs.next_multiple_of(Vectors::here().lanes);
        Self { inputs, outputs, weights: in_panels(weights, inputs, outputs), finish: finish.padded(padded) }
    }

    /// Values of a row that goes in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Values of a row that comes out.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Multiplies rows that lie in `runs` as `lie` says, and writes what comes of each to `out`, as many as it has room for.
    #[inline(always)]
    pub fn multiply<S: Simd, const N: usize>(&self, simd: S, runs: [&[f32]; N], lie: Lie, out: &mut [f32]) {
        let mut weights = &*self.weights;
        for Panel { start, width } in panels_of(self.outputs, Vectors::of::<S>()) {
            let (panel, rest) = weights.split_at(self.inputs * width * S::F32_LANES);
            weights = rest;
            match width {
                4 => self.through::<S, N, 4, TILE_ROWS>(simd, panel, start, runs, lie, out),
                2 => self.through::<S, N, 2, TILE_ROWS>(simd, panel, start, runs, lie, out),
                _ => self.through::<S, N, 1, NARROW_TILE_ROWS>(simd, panel, start, runs, lie, out),
            }
        }
    }

    #[inline(always)]
    fn columns<'a, S: Simd, const V: usize>(&'a self, values: &'a [f32], start: usize) -> Columns<'a, S, V> {
        Columns {
            weights: S::as_simd_f32s(values).0.as_chunks::<V>().0,
            bias: &S::as_simd_f32s(&self.finish.bias[start..]).0[..V],
            slopes: &S::as_simd_f32s(&self.finish.slopes[start..]).0[..V],
            start,
            outputs: self.outputs,
        }
    }

    #[inline(always)]
    fn through<S: Simd, const N: usize, const V: usize, const R: usize>(
        &self,
        simd: S,
        panel: &[f32],
        start: usize,
        runs: [&[f32]; N],
        lie: Lie,
        out: &mut [f32],
    ) {
        let columns = self.columns::<S, V>(panel, start);
        let rows = out.len() / self.outputs;
        if rows < R {
            let mut sums = [[simd.splat_f32s(0.0); V]];
            for row in 0..rows {
                columns.tile(simd, runs, lie, row, &mut sums, out);
            }
            return;
        }
        // One place for all tiles, so that it's filled with zeros once.
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        let mut row = 0;
        while row < rows {
            // Some of the last tile's rows are done a second time, which takes less than one by one.
            row = row.min(rows - R);
            columns.tile(simd, runs, lie, row, &mut sums, out);
            row += R;
        }
    }
}

/// How the rows that a matrix multiplies lie in memory: each begins `step` values after the one before, in every run,
/// and has `length` values of each run.
#[derive(Clone, Copy)]
pub(crate) struct Lie {
    pub step: usize,
    pub length: usize,
}

/// Some columns of the matrix, with what finishes them.
struct Columns<'a, S: Simd, const V: usize> {
    weights: &'a [[S::f32s; V]],
    bias: &'a [S::f32s],
    slopes: &'a [S::f32s],
    start: usize,
    outputs: usize,
}

impl<S: Simd, const V: usize> Columns<'_, S, V> {
    /// As many rows from `first` on as there are `sums`.
    #[inline(always)]
    fn tile<const N: usize, const R: usize>(
        &self,
        simd: S,
        runs: [&[f32]; N],
        lie: Lie,
        first: usize,
        sums: &mut [[S::f32s; V]; R],
        out: &mut [f32],
    ) {
        self.sum(simd, runs, lie, first, sums);
        self.finish(simd, first, sums, out);
    }

    /// Writes what comes of as many rows from `first` on.
    #[inline(always)]
    fn finish<const R: usize>(&self, simd: S, first: usize, sums: &[[S::f32s; V]; R], out: &mut [f32]) {
        for (sums, row) in sums.iter().zip(out[first * self.outputs..].chunks_exact_mut(self.outputs)) {
            let mut row = &mut row[self.start..];
            for v in 0..V {
                let value = sloped(simd, simd.add_f32s(sums[v], self.bias[v]), self.slopes[v]);
                let (now, later) = row.split_at_mut(S::F32_LANES.min(row.len()));
                store(simd, now, value);
                row = later;
            }
        }
    }

    /// The sums have a place in memory only at the end, so that they stay in registers until then: the compiler keeps
    /// no array there that is also looked at by an index which it doesn't know.
    #[inline(always)]
    fn sum<const N: usize, const R: usize>(
        &self,
        simd: S,
        runs: [&[f32]; N],
        Lie { step, length }: Lie,
        first: usize,
        into: &mut [[S::f32s; V]; R],
    ) {
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        for n in 0..N {
            let weights = &self.weights[n * length..][..length];
            let mut rows = [&runs[n][..0]; R];
            for r in 0..R {
                rows[r] = &runs[n][(first + r) * step..][..length];
            }
            for i in 0..length {
                let weights = weights[i];
                for r in 0..R {
                    let value = simd.splat_f32s(rows[r][i]);
                    for v in 0..V {
                        sums[r][v] = simd.mul_add_f32s(value, weights[v], sums[r][v]);
                    }
                }
            }
        }
        for r in 0..R {
            for v in 0..V {
                into[r][v] = sums[r][v];
            }
        }
    }
}

/// Rows of `inputs` values, one row an output, in panels: input by input, and of each the columns' values. Columns beyond
/// the last are zeros.
fn in_panels(rows: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let vectors = Vectors::here();
    let mut panels = Vec::with_capacity(outputs.next_multiple_of(vectors.lanes) * inputs);
    for Panel { start, width } in panels_of(outputs, vectors) {
        for i in 0..inputs {
            let columns = start..start + width * vectors.lanes;
            panels.extend(columns.map(|o| if o < outputs { rows[o * inputs + i] } else { 0.0 }));
        }
    }
    panels
}

struct Panel {
    /// First column.
    start: usize,
    /// In vectors: 4, 2 or 1.
    width: usize,
}

/// The panels of a matrix with so many columns, widest first; only the last may reach beyond them.
#[inline(always)]
fn panels_of(columns: usize, vectors: Vectors) -> impl Iterator<Item = Panel> {
    let widest = if vectors.registers >= 32 { WIDEST } else { 2 };
    let mut start = 0;
    std::iter::from_fn(move || {
        let left = columns.checked_sub(start)?.div_ceil(vectors.lanes);
        let width = [4, 2, 1].into_iter().find(|width| *width <= left.min(widest))?;
        let panel = Panel { start, width };
        start += width * vectors.lanes;
        Some(panel)
    })
}
