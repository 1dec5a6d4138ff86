//! Finds the sheet in a frame: four straight edges, lighter inside, that hold together.

use super::lines::{Gradient, INWARDS, Line};
use super::luma::{Luma, quantile};
use super::quad::{Point, Quad};
use super::refine::{fit, refined};

/// The sheet is sought with the frame's longer side at about this many pixels.
const WORKING_SIDE: usize = 320;

/// Its corners are refined in no more than this many.
const REFINING_SIDE: usize = 1600;

/// A sheet covers at least this share of the frame.
const MIN_AREA: f32 = 0.06;

/// Sides are refined within so many working pixels.
const REACH: f32 = 3.5;

/// Of a sheet's side, at least this share is to be seen, and of all four together this.
const MIN_SIDE: f32 = 0.4;
const MIN_SIDES: f32 = 0.62;

/// What is seen of a sheet that goes on beyond the frame counts for so much.
const BEYOND: f32 = 0.5;

/// A sheet in a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    /// Its corners, in pixels of the frame; from the one that is upper left in the frame.
    pub(super) corners: Quad,
    /// Whether some of it is outside the frame. Then the corners are where it meets the edge, and not exact.
    pub(super) is_cut_off: bool,
}

/// A line that may be a side, with how well it's seen along it.
struct Candidate {
    line: Line,
    /// Whether it's the frame's own edge: where a sheet may be cut off.
    is_border: bool,
    first: i32,
    /// How much of an edge is seen from the line's first pixel on, summed up.
    seen: Vec<f32>,
}

/// The sheet that's seen best, if there is any.
pub(super) fn find(luma: &Luma) -> Option<Sheet> {
    let factor = luma.width.max(luma.height).div_ceil(WORKING_SIDE);
    if luma.width.min(luma.height) / factor < 32 {
        return None;
    }
    let small = luma.shrunk(factor);
    let gradient = Gradient::of(&small);
    let floor = gradient.floor();
    let mut candidates = gradient.lines().map(|lines| {
        let fitted = lines.iter().map(|line| fit(&gradient, line));
        fitted.map(|line| Candidate::new(line, &small, &gradient, floor)).collect::<Vec<_>>()
    });
    for (candidates, border) in candidates.iter_mut().zip(borders(&small)) {
        candidates.push(border);
    }
    let found = best(&candidates, &small)?;
    let scaled = found.corners.scaled(factor as f32);
    if found.is_cut_off && !is_even(&small, &found.corners) {
        return None;
    }
    if found.is_cut_off {
        return Some(Sheet { corners: scaled, is_cut_off: true });
    }
    let coarse = luma.width.max(luma.height).div_ceil(REFINING_SIDE);
    let corners = if coarse == 1 {
        refined(luma, &scaled, REACH * factor as f32, floor)?
    } else {
        let reach = REACH * factor as f32 / coarse as f32;
        refined(&luma.shrunk(coarse), &scaled.scaled(1.0 / coarse as f32), reach, floor)?.scaled(coarse as f32)
    };
    let [width, height] = [luma.width as f32, luma.height as f32];
    let is_outside = |[x, y]: Point| x < 1.0 || y < 1.0 || x > width - 1.0 || y > height - 1.0;
    let is_cut_off = corners.0.iter().any(|corner| is_outside(*corner));
    corners.is_sheet_like().then_some(Sheet { corners, is_cut_off })
}

/// Whether most of a sheet is about as light as its lightest parts, as paper is and faces aren't.
fn is_even(luma: &Luma, corners: &Quad) -> bool {
    const PLACES: usize = 24;
    let perspective = corners.perspective();
    let place = |i: usize| [(i % PLACES) as f32 + 0.5, (i / PLACES) as f32 + 0.5].map(|at| at / PLACES as f32);
    let mut levels: Vec<f32> =
        (0..PLACES * PLACES).map(|i| perspective.at(place(i))).map(|[x, y]| luma.at(x, y)).collect();
    let light = quantile(&mut levels, 0.8);
    levels.iter().filter(|level| **level > 0.75 * light).count() * 5 > levels.len() * 3
}

impl Candidate {
    fn new(line: Line, luma: &Luma, gradient: &Gradient, floor: f32) -> Self {
        let reach = (luma.width + luma.height) as i32;
        let [nx, ny] = line.normal;
        let at = |t: i32, away: f32| {
            let [dx, dy] = line.along();
            let d = line.distance + away;
            [nx * d + dx * t as f32, ny * d + dy * t as f32]
        };
        let is_inside = |[x, y]: Point| x > 0.0 && y > 0.0 && x < luma.width as f32 && y < luma.height as f32;
        let level = |p: Point| luma.at(p[0], p[1]);
        let seen = |t: i32| {
            let slope = |away: f32| {
                let [x, y] = at(t, away);
                let [x, y] = [(x.max(0.0) as usize).min(luma.width - 1), (y.max(0.0) as usize).min(luma.height - 1)];
                let [gx, gy] = gradient.values[y * gradient.width + x];
                gx * nx + gy * ny
            };
            if !is_inside(at(t, 0.0)) {
                return 0.0;
            }
            let edge = slope(-1.0).max(slope(0.0)).max(slope(1.0));
            // An edge of paper is a step up to something even, not a line or one thread of a pattern.
            let step = level(at(t, 2.5)).min(level(at(t, 5.0))) - level(at(t, -2.0));
            (edge / (1.5 * floor)).min(step / (2.5 * floor)).clamp(0.0, 1.0)
        };
        let sums = (-reach..reach).scan(0.0, |sum, t| {
            *sum += seen(t);
            Some(*sum)
        });
        Self { line, is_border: false, first: -reach, seen: sums.collect() }
    }

    /// Pixels of an edge that are seen between two places along the line.
    fn seen(&self, from: f32, to: f32) -> f32 {
        if self.is_border {
            return 0.0;
        }
        let sum = |t: f32| self.seen[((t as i32 - self.first).max(0) as usize).min(self.seen.len() - 1)];
        sum(to) - sum(from)
    }
}

/// The frame's edges, in the order of [`INWARDS`].
fn borders(luma: &Luma) -> [Candidate; 4] {
    let distances = [0.0, -(luma.width as f32), -(luma.height as f32), 0.0];
    [0, 1, 2, 3].map(|i| Candidate {
        line: Line { normal: INWARDS[i], distance: distances[i] },
        is_border: true,
        first: 0,
        seen: Vec::new(),
    })
}

/// The four lines that hold together best: what is seen of their sides less what isn't.
fn best(candidates: &[Vec<Candidate>; 4], luma: &Luma) -> Option<Sheet> {
    let [upper, right, lower, left] = candidates;
    let frame = (luma.width * luma.height) as f32;
    let shortest = luma.width.min(luma.height) as f32 * 0.15;
    let crossings = |a: &[Candidate], b: &[Candidate]| -> Vec<Vec<Option<Point>>> {
        a.iter().map(|a| b.iter().map(|b| a.line.crossing(&b.line)).collect()).collect()
    };
    let (upper_left, upper_right) = (crossings(upper, left), crossings(upper, right));
    let (lower_left, lower_right) = (crossings(lower, left), crossings(lower, right));
    let side = |candidate: &Candidate, from: Point, to: Point| {
        let [dx, dy] = candidate.line.along();
        let (from, to) = (from[0] * dx + from[1] * dy, to[0] * dx + to[1] * dy);
        (candidate.seen(from, to), to - from)
    };
    let mut best: Option<(f32, Sheet)> = None;
    for (u, upper) in upper.iter().enumerate() {
        for (l, left) in left.iter().enumerate() {
            let Some(a) = upper_left[u][l] else { continue };
            for (r, right) in right.iter().enumerate() {
                let Some(b) = upper_right[u][r] else { continue };
                let first = side(upper, a, b);
                if first.1 < shortest || (!upper.is_border && first.0 < MIN_SIDE * first.1) {
                    continue;
                }
                for (d, lower) in lower.iter().enumerate() {
                    let (Some(c), Some(e)) = (lower_right[d][r], lower_left[d][l]) else { continue };
                    let lines = [upper, right, lower, left];
                    let sides = [first, side(right, b, c), side(lower, c, e), side(left, e, a)];
                    let Some(score) = score(&lines, &sides, shortest) else { continue };
                    if best.as_ref().is_some_and(|(rival, _)| *rival >= score) {
                        continue;
                    }
                    let corners = Quad([a, b, c, e]);
                    if corners.is_sheet_like() && corners.area() >= MIN_AREA * frame {
                        let is_cut_off = lines.iter().any(|line| line.is_border);
                        best = Some((score, Sheet { corners, is_cut_off }));
                    }
                }
            }
        }
    }
    best.map(|(_, sheet)| sheet)
}

/// Pixels seen less pixels not seen; `None` for what is no sheet. The frame's edge counts as neither, and a sheet that
/// goes on beyond it must be clearly better than one that doesn't.
fn score(lines: &[&Candidate; 4], sides: &[(f32, f32); 4], shortest: f32) -> Option<f32> {
    let real = || lines.iter().zip(sides).filter(|(line, _)| !line.is_border).map(|(_, side)| *side);
    let (seen, length) = real().fold((0.0, 0.0), |(s, l), (seen, length)| (s + seen, l + length));
    let is_corner = |i: usize| !lines[i].is_border && !lines[(i + 1) % 4].is_border;
    let is_plain = sides.iter().all(|(_, length)| *length >= shortest)
        && real().all(|(seen, length)| seen >= MIN_SIDE * length)
        && (0..4).any(is_corner)
        && seen >= MIN_SIDES * length;
    let weight = if real().count() == 4 { 1.0 } else { BEYOND };
    is_plain.then_some(weight * (2.0 * seen - length))
}
