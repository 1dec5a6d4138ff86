//! Rows times a matrix: where a network spends nine tenths of its time.

use pulp::Simd;

use super::{Finish, Vectors, sloped, store};

/// A matrix laid out for the processor it runs on: in panels of as many columns as one tile has, input by input.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    inputs: usize,
    outputs: usize,
    panels: Vec<f32>,
    finish: Finish,
}

/// A tile is so many rows by up to four vectors: as many sums as stay in 32 registers beside what they are made of
/// (by up to two where there are 16).
const TILE_ROWS: usize = 6;

impl Matrix {
    /// `weights` are rows of `inputs` values, one row an output, as many as `finish` has.
    pub fn new(weights: &[f32], inputs: usize, finish: Finish) -> Self {
        let vectors = Vectors::here();
        let outputs = finish.bias.len();
        let padded = outputs.next_multiple_of(vectors.lanes);
        let mut panels = Vec::with_capacity(padded * inputs);
        for Panel { start, width } in panels_of(outputs, vectors) {
            for i in 0..inputs {
                let columns = start..start + width * vectors.lanes;
                panels.extend(columns.map(|o| if o < outputs { weights[o * inputs + i] } else { 0.0 }));
            }
        }
        Self { inputs, outputs, panels, finish: finish.padded(padded) }
    }

    /// Values of a row that goes in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Values of a row that comes out.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Multiplies each row of `rows` and writes it to `out`.
    #[inline(always)]
    pub fn multiply<S: Simd>(&self, simd: S, rows: &[f32], out: &mut [f32]) {
        let mut panels = &*self.panels;
        for Panel { start, width } in panels_of(self.outputs, Vectors::of::<S>()) {
            let (panel, rest) = panels.split_at(self.inputs * width * S::F32_LANES);
            panels = rest;
            match width {
                4 => self.through::<S, 4>(simd, panel, start, rows, out),
                2 => self.through::<S, 2>(simd, panel, start, rows, out),
                _ => self.through::<S, 1>(simd, panel, start, rows, out),
            }
        }
    }

    #[inline(always)]
    fn through<S: Simd, const V: usize>(&self, simd: S, panel: &[f32], start: usize, rows: &[f32], out: &mut [f32]) {
        let columns = Columns::<S, V> {
            weights: S::as_simd_f32s(panel).0.as_chunks::<V>().0,
            bias: &S::as_simd_f32s(&self.finish.bias[start..]).0[..V],
            slopes: &S::as_simd_f32s(&self.finish.slopes[start..]).0[..V],
            start,
            outputs: self.outputs,
        };
        let mut tiles = rows.chunks_exact(TILE_ROWS * self.inputs);
        let mut outs = out.chunks_exact_mut(TILE_ROWS * self.outputs);
        for (rows, out) in (&mut tiles).zip(&mut outs) {
            columns.tile::<TILE_ROWS>(simd, rows, self.inputs, out);
        }
        let last = tiles.remainder().chunks_exact(self.inputs);
        for (row, out) in last.zip(outs.into_remainder().chunks_exact_mut(self.outputs)) {
            columns.tile::<1>(simd, row, self.inputs, out);
        }
    }
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
    #[inline(always)]
    fn tile<const R: usize>(&self, simd: S, rows: &[f32], inputs: usize, out: &mut [f32]) {
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        self.sum(simd, rows, inputs, &mut sums);
        for (sums, row) in sums.iter().zip(out.chunks_exact_mut(self.outputs)) {
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
    fn sum<const R: usize>(&self, simd: S, rows: &[f32], inputs: usize, into: &mut [[S::f32s; V]; R]) {
        let rows: [&[f32]; R] = std::array::from_fn(|r| &rows[r * inputs..][..inputs]);
        let weights = &self.weights[..inputs];
        let mut sums = [[simd.splat_f32s(0.0); V]; R];
        for i in 0..inputs {
            let weights = weights[i];
            for r in 0..R {
                let value = simd.splat_f32s(rows[r][i]);
                for v in 0..V {
                    sums[r][v] = simd.mul_add_f32s(value, weights[v], sums[r][v]);
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

struct Panel {
    /// First column.
    start: usize,
    /// In vectors: 4, 2 or 1.
    width: usize,
}

/// The panels of a matrix with so many columns, widest first; only the last may reach beyond them.
#[inline(always)]
fn panels_of(columns: usize, vectors: Vectors) -> impl Iterator<Item = Panel> {
    let widest = if vectors.registers >= 32 { 4 } else { 2 };
    let mut start = 0;
    std::iter::from_fn(move || {
        let left = columns.checked_sub(start)?.div_ceil(vectors.lanes);
        let width = [4, 2, 1].into_iter().find(|width| *width <= left.min(widest))?;
        let panel = Panel { start, width };
        start += width * vectors.lanes;
        Some(panel)
    })
}
