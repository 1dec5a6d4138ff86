//! Puts lines onto the edges they were found at, to a fraction of a pixel.

use super::lines::{Gradient, Line};
use super::luma::Luma;
use super::quad::{Point, Quad, length, minus};

/// So many places along a side are looked at.
const PLACES: usize = 72;

/// Edges within so many pixels of a line count as its own.
const NEAR: f32 = 1.5;

/// The least share of a side's places that show its edge.
const MIN_SHARE: f32 = 0.35;

/// A line of Hough's transform, put onto the edges near it.
pub(super) fn fit(gradient: &Gradient, line: &Line) -> Line {
    let mut line = *line;
    for reach in [3_i32, 2] {
        let ([nx, ny], [dx, dy]) = (line.normal, line.along());
        let extent = (gradient.width + gradient.height) as i32;
        let points: Vec<(Point, f32)> = (-extent..extent)
            .step_by(2)
            .filter_map(|t| {
                let place = |away: i32| {
                    let d = line.distance + away as f32;
                    [nx * d + dx * t as f32, ny * d + dy * t as f32]
                };
                let strength = |away: i32| {
                    let [x, y] = place(away);
                    let is_inside = x >= 0.0 && y >= 0.0 && x < gradient.width as f32 && y < gradient.height as f32;
                    let [gx, gy] =
                        if is_inside { gradient.values[y as usize * gradient.width + x as usize] } else { [0.0; 2] };
                    gx * nx + gy * ny
                };
                let best = (-reach..=reach).max_by(|a, b| strength(*a).total_cmp(&strength(*b)))?;
                let strength = strength(best).min(12.0);
                (strength > 2.0).then(|| (place(best), strength))
            })
            .collect();
        line = regression(&points, &line).unwrap_or(line);
    }
    line
}

/// The corners where the sides' edges cross, which lie within `reach` pixels of where they were found; `None` where
/// a side has no edge after all.
pub(super) fn refined(luma: &Luma, quad: &Quad, reach: f32, floor: f32) -> Option<Quad> {
    let mut quad = *quad;
    for reach in [reach.max(3.0), 3.0] {
        let mut sides = [Line { normal: [0.0; 2], distance: 0.0 }; 4];
        for (i, side) in sides.iter_mut().enumerate() {
            *side = edge(luma, quad.0[i], quad.0[(i + 1) % 4], reach, floor)?;
        }
        for i in 0..4 {
            quad.0[i] = sides[(i + 3) % 4].crossing(&sides[i])?;
        }
    }
    Some(quad)
}

/// The edge near the line from one point to another, lighter on its right.
fn edge(luma: &Luma, from: Point, to: Point, reach: f32, floor: f32) -> Option<Line> {
    let along = minus(to, from);
    let size = length(along).max(1.0);
    let [dx, dy] = along.map(|v| v / size);
    let normal = [-dy, dx];
    let steps = (2.0 * reach).ceil() as usize + 1;
    let mut levels = vec![0.0_f32; steps + 3];
    let mut points = Vec::with_capacity(PLACES);
    for place in 0..PLACES {
        let t = 0.03 + 0.94 * place as f32 / (PLACES - 1) as f32;
        let middle = [from[0] + along[0] * t, from[1] + along[1] * t];
        for (i, level) in levels.iter_mut().enumerate() {
            let away = i as f32 - 1.0 - reach;
            let [x, y] = [middle[0] + normal[0] * away, middle[1] + normal[1] * away];
            // The mean of three along the edge: less noise, no less sharp across it.
            *level = (luma.at(x - 1.5 * dx, y - 1.5 * dy) + luma.at(x, y) + luma.at(x + 1.5 * dx, y + 1.5 * dy)) / 3.0;
        }
        let slope = |i: usize| (levels[i + 2] - levels[i]) / 2.0;
        let Some(best) = (0..=steps).max_by(|a, b| slope(*a).total_cmp(&slope(*b))) else { continue };
        if slope(best) < floor / 2.0 {
            continue;
        }
        let (before, at, after) = (slope(best.saturating_sub(1)), slope(best), slope((best + 1).min(steps)));
        let bend = before - 2.0 * at + after;
        let shift = if bend < -1e-3 { ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5) } else { 0.0 };
        let away = best as f32 + shift - reach;
        points.push(([middle[0] + normal[0] * away, middle[1] + normal[1] * away], at.min(12.0)));
    }
    let start = Line { normal, distance: from[0] * normal[0] + from[1] * normal[1] };
    let line = regression(&points, &start)?;
    let near = points.iter().filter(|(p, _)| off(&line, *p).abs() <= NEAR).count();
    (near as f32 >= MIN_SHARE * PLACES as f32).then_some(line)
}

/// The line through most of the weighted points: least squares, in which what lies off loses its weight (Tukey's biweight).
fn regression(points: &[(Point, f32)], start: &Line) -> Option<Line> {
    let mut line = median_line(points, start)?;
    for scale in [6.0, 3.0, 2.0 * NEAR, 2.0 * NEAR, 2.0 * NEAR] {
        let weight = |(p, w): &(Point, f32)| {
            let share = (off(&line, *p) / scale).powi(2);
            if share < 1.0 { w * (1.0 - share).powi(2) } else { 0.0 }
        };
        let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
        for point in points {
            let w = weight(point);
            (sum, x, y) = (sum + w, x + w * point.0[0], y + w * point.0[1]);
        }
        if sum < 1.0 {
            return None;
        }
        (x, y) = (x / sum, y / sum);
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let (w, [px, py]) = (weight(point), minus(point.0, [x, y]));
            (xx, xy, yy) = (xx + w * px * px, xy + w * px * py, yy + w * py * py);
        }
        // The normal is the direction of least spread.
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let mut normal = [-angle.sin(), angle.cos()];
        if normal[0] * start.normal[0] + normal[1] * start.normal[1] < 0.0 {
            normal = normal.map(|v| -v);
        }
        line = Line { normal, distance: normal[0] * x + normal[1] * y };
    }
    Some(line)
}

/// The start line, moved and turned to go through the medians of the points' two halves.
fn median_line(points: &[(Point, f32)], start: &Line) -> Option<Line> {
    if points.len() < 8 {
        return None;
    }
    let half = |points: &[(Point, f32)]| {
        let mut offs: Vec<f32> = points.iter().map(|(p, _)| off(start, *p)).collect();
        let away = super::luma::quantile(&mut offs, 0.5);
        let [x, y] = points[points.len() / 2].0;
        let own = off(start, [x, y]);
        [x + start.normal[0] * (away - own), y + start.normal[1] * (away - own)]
    };
    let (first, second) = points.split_at(points.len() / 2);
    let (a, b) = (half(first), half(second));
    let [dx, dy] = minus(b, a);
    let size = length([dx, dy]);
    if size < 1.0 {
        return None;
    }
    let mut normal = [-dy / size, dx / size];
    if normal[0] * start.normal[0] + normal[1] * start.normal[1] < 0.0 {
        normal = normal.map(|v| -v);
    }
    Some(Line { normal, distance: normal[0] * a[0] + normal[1] * a[1] })
}

fn off(line: &Line, [x, y]: Point) -> f32 {
    x * line.normal[0] + y * line.normal[1] - line.distance
}
