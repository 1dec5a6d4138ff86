//! Straight edges in a small picture, each with its lighter side: what may be the side of a sheet.

use std::f32::consts::{FRAC_PI_2, TAU};

use super::luma::{Luma, quantile};

/// A directed line: the points `p` with `p · normal = distance`; on its lighter side `p · normal` is greater.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) normal: [f32; 2],
    pub(super) distance: f32,
}

/// The four directions to which a sheet's inside may lie: down (from its upper side), left, up and right.
pub(super) const INWARDS: [[f32; 2]; 4] = [[0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]];

/// The gradient of a picture, in levels a pixel.
pub(super) struct Gradient {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<[f32; 2]>,
}

/// Lines are sought in steps of 3 degrees and 2 pixels.
const ANGLES: usize = 120;
const STEP: f32 = 2.0;

/// A side may be so far from upright or level, in radians: a sheet turned by 45 degrees still has one of each.
const MAX_TURN: f32 = 0.88;

/// An edge counts for no more than this, in levels a pixel, so that length outweighs contrast.
const STRONG: f32 = 12.0;

/// So many lines at most are given for each direction.
const LINES: usize = 14;

impl Gradient {
    /// By Sobel's operator; zero along the picture's edge.
    pub(super) fn of(luma: &Luma) -> Self {
        let (width, height) = (luma.width, luma.height);
        let mut values = vec![[0.0; 2]; width * height];
        for y in 1..height.max(1) - 1 {
            let row = |dy: usize| &luma.pixels[(y + dy - 1) * width..][..width];
            let (above, here, below) = (row(0), row(1), row(2));
            for x in 1..width.max(1) - 1 {
                let level = |row: &[u8], at: usize| i32::from(row[at]);
                let column = |at: usize| level(above, at) + 2 * level(here, at) + level(below, at);
                let line = |row: &[u8]| level(row, x - 1) + 2 * level(row, x) + level(row, x + 1);
                values[y * width + x] =
                    [(column(x + 1) - column(x - 1)) as f32 / 8.0, (line(below) - line(above)) as f32 / 8.0];
            }
        }
        Self { width, height, values }
    }

    /// What of the gradient is edge rather than noise or fine pattern: from here on, in levels a pixel.
    pub(super) fn floor(&self) -> f32 {
        let mut strengths: Vec<f32> = self.values.iter().step_by(7).map(|[x, y]| x.hypot(*y)).collect();
        (1.2 * quantile(&mut strengths, 0.5) + 1.5).min(7.0)
    }

    /// The strongest lines for each of [`INWARDS`], by Hough's transform over oriented edges.
    pub(super) fn lines(&self) -> [Vec<Line>; 4] {
        let floor = self.floor();
        let reach = (self.width as f32).hypot(self.height as f32);
        let rows = (2.0 * reach / STEP) as usize + 2;
        let normals: Vec<[f32; 2]> = (0..ANGLES).map(|at| direction(at as f32)).collect();
        let mut votes = vec![0.0_f32; ANGLES * rows];
        for (i, [dx, dy]) in self.values.iter().enumerate() {
            let strength = dx.hypot(*dy);
            if strength < floor {
                continue;
            }
            let (x, y) = ((i % self.width) as f32 + 0.5, (i / self.width) as f32 + 0.5);
            let angle = dy.atan2(*dx).rem_euclid(TAU) / TAU * ANGLES as f32;
            for offset in [ANGLES - 2, ANGLES - 1, 0, 1, 2] {
                let at = (angle.round() as usize + offset) % ANGLES;
                let distance = x * normals[at][0] + y * normals[at][1];
                votes[at * rows + ((distance + reach) / STEP) as usize] += strength.min(STRONG);
            }
        }
        INWARDS.map(|inward| {
            let within = |at: usize| {
                let [x, y] = normals[at];
                x * inward[0] + y * inward[1] >= MAX_TURN.cos()
            };
            peaks(&votes, rows, &within)
                .into_iter()
                .map(|(at, row)| Line { normal: normals[at], distance: (row as f32 + 0.5) * STEP - reach })
                .collect()
        })
    }
}

impl Line {
    /// Where two lines cross; `None` where they're nearly parallel.
    pub(super) fn crossing(&self, other: &Self) -> Option<[f32; 2]> {
        let [a, b] = [self.normal, other.normal];
        let determinant = a[0] * b[1] - a[1] * b[0];
        (determinant.abs() > 0.3).then(|| {
            let x = (self.distance * b[1] - other.distance * a[1]) / determinant;
            let y = (other.distance * a[0] - self.distance * b[0]) / determinant;
            [x, y]
        })
    }

    /// The unit vector along it: with its lighter side to the right.
    pub(super) fn along(&self) -> [f32; 2] {
        [self.normal[1], -self.normal[0]]
    }
}

fn direction(at: f32) -> [f32; 2] {
    let angle = at / ANGLES as f32 * 4.0 * FRAC_PI_2;
    [angle.cos(), angle.sin()]
}

/// The best bins that no neighbour within two steps exceeds, as angle and row.
fn peaks(votes: &[f32], rows: usize, within: &dyn Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for at in (0..ANGLES).filter(|at| within(*at)) {
        for row in 2..rows - 2 {
            let vote = votes[at * rows + row];
            if vote < 10.0 * STRONG {
                continue;
            }
            let is_peak = (0..5).all(|da| {
                let other = (at + ANGLES + da - 2) % ANGLES;
                (row - 2..=row + 2).all(|r| {
                    let rival = votes[other * rows + r];
                    vote.total_cmp(&rival).then((other, r).cmp(&(at, row))).is_ge()
                })
            });
            if is_peak {
                found.push((vote, at, row));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(LINES).map(|(_, at, row)| (at, row)).collect()
}
