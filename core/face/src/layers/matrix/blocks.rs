//! A matrix whose weights stay in a byte each until they are multiplied.

use pulp::Simd;

use super::{Lie, Matrix, Panel, TILE_ROWS, Vectors, WIDEST, in_panels, panels_of};
use crate::layers::Blocks;

/// Of each panel block after block: the codes input by input, and a zero and a scale for each column.
#[derive(Clone, Debug)]
pub(super) struct BlockPanels {
    codes: Vec<i8>,
    zeros: Vec<f32>,
    scales: Vec<f32>,
    length: usize,
}

/// So many weights as values at once: 32 KiB, which the nearest cache holds beside a tile's rows.
const NEAREST: usize = 8 * 1024;

impl BlockPanels {
    pub(super) fn new(blocks: &Blocks, inputs: usize, outputs: usize) -> Self {
        let Blocks { codes, zeros, scales, length } = blocks;
        let zeros: Vec<f32> = zeros.iter().map(|zero| f32::from(*zero)).collect();
        Self {
            codes: in_panels(codes, inputs, outputs),
            zeros: in_panels(&zeros, inputs / length, outputs),
            scales: in_panels(scales, inputs / length, outputs),
            length: *length,
        }
    }
}

impl Matrix {
    /// [`Matrix::multiply`] for rows that lie one after the other.
    #[inline(always)]
    pub(super) fn multiply_blocks<S: Simd>(&self, simd: S, panels: &BlockPanels, rows: &[f32], out: &mut [f32]) {
        let BlockPanels { codes, zeros, scales, length } = panels;
        let mut left = Left { codes, zeros, scales, length: *length };
        let count = out.len() / self.outputs;
        let mut room = Room {
            values: vec![0.0; NEAREST.max(length * WIDEST * S::F32_LANES)],
            sums: vec![0.0; count.next_multiple_of(TILE_ROWS) * WIDEST * S::F32_LANES],
        };
        for Panel { start, width } in panels_of(self.outputs, Vectors::of::<S>()) {
            let panel = left.take(self.inputs * width * S::F32_LANES);
            match width {
                4 => self.through_blocks::<S, 4>(simd, panel, start, rows, &mut room, out),
                2 => self.through_blocks::<S, 2>(simd, panel, start, rows, &mut room, out),
                _ => self.through_blocks::<S, 1>(simd, panel, start, rows, &mut room, out),
            }
        }
    }

    #[inline(always)]
    fn through_blocks<S: Simd, const V: usize>(
        &self,
        simd: S,
        panel: Left,
        start: usize,
        rows: &[f32],
        room: &mut Room,
        out: &mut [f32],
    ) {
        if out.len() / self.outputs < TILE_ROWS {
            self.blocks_by_tiles::<S, V, 1>(simd, panel, start, rows, room, out);
        } else {
            self.blocks_by_tiles::<S, V, TILE_ROWS>(simd, panel, start, rows, room, out);
        }
    }

    /// Some inputs after the other, so that their weights stay in the nearest cache once they are values, until all rows
    /// have been multiplied with them. What has come of each tile so far lies beside it.
    #[inline(always)]
    fn blocks_by_tiles<S: Simd, const V: usize, const R: usize>(
        &self,
        simd: S,
        mut panel: Left,
        start: usize,
        rows: &[f32],
        room: &mut Room,
        out: &mut [f32],
    ) {
        let columns = V * S::F32_LANES;
        let at_once = (NEAREST / (panel.length * columns)).max(1) * panel.length;
        let count = out.len() / self.outputs;
        // Some of the last tile's rows are done a second time, which takes less than one by one.
        let first = |tile: usize| (tile * R).min(count - R);
        let tiles = S::as_mut_simd_f32s(&mut room.sums).0.as_chunks_mut::<V>().0.as_chunks_mut::<R>().0;
        let tiles = &mut tiles[..count.div_ceil(R)];
        tiles.fill([[simd.splat_f32s(0.0); V]; R]);
        for from in (0..self.inputs).step_by(at_once) {
            let length = at_once.min(self.inputs - from);
            let values = &mut room.values[..length * columns];
            panel.take(length * columns).unfold::<S, V>(simd, values);
            let columns = self.columns::<S, V>(values, start);
            for (tile, so_far) in tiles.iter_mut().enumerate() {
                let mut sums = [[simd.splat_f32s(0.0); V]; R];
                columns.sum(simd, [&rows[from..]], Lie { step: self.inputs, length }, first(tile), &mut sums);
                for r in 0..R {
                    for v in 0..V {
                        so_far[r][v] = simd.add_f32s(so_far[r][v], sums[r][v]);
                    }
                }
            }
        }
        let columns = self.columns::<S, V>(&[], start);
        for (tile, sums) in tiles.iter().enumerate() {
            columns.finish(simd, first(tile), sums, out);
        }
    }
}

/// Of one panel or several, what is left to take.
#[derive(Clone, Copy)]
struct Left<'a> {
    codes: &'a [i8],
    zeros: &'a [f32],
    scales: &'a [f32],
    length: usize,
}

impl Left<'_> {
    /// Takes so many codes from the front: whole blocks.
    #[inline(always)]
    fn take(&mut self, codes: usize) -> Self {
        let blocks = codes / self.length;
        let taken = Self {
            codes: &self.codes[..codes],
            zeros: &self.zeros[..blocks],
            scales: &self.scales[..blocks],
            length: self.length,
        };
        self.codes = &self.codes[codes..];
        self.zeros = &self.zeros[blocks..];
        self.scales = &self.scales[blocks..];
        taken
    }

    /// Its weights as values, of a panel that is `V` vectors wide.
    #[inline(always)]
    fn unfold<S: Simd, const V: usize>(self, simd: S, values: &mut [f32]) {
        let columns = V * S::F32_LANES;
        let blocks = self.codes.chunks_exact(self.length * columns).zip(values.chunks_exact_mut(self.length * columns));
        let each = S::as_simd_f32s(self.zeros)
            .0
            .as_chunks::<V>()
            .0
            .iter()
            .zip(S::as_simd_f32s(self.scales).0.as_chunks::<V>().0);
        for ((codes, values), (zeros, scales)) in blocks.zip(each) {
            // In two loops, each of which the compiler makes vectors of; in one it shuffles bytes.
            for (value, code) in values.iter_mut().zip(codes) {
                *value = f32::from(*code);
            }
            for row in S::as_mut_simd_f32s(values).0.as_chunks_mut::<V>().0 {
                for v in 0..V {
                    row[v] = simd.mul_f32s(simd.sub_f32s(row[v], zeros[v]), scales[v]);
                }
            }
        }
    }
}

/// Where a matrix in blocks is multiplied; the same for all of its panels.
struct Room {
    /// Weights, as values.
    values: Vec<f32>,
    /// What has come of each tile so far.
    sums: Vec<f32>,
}
