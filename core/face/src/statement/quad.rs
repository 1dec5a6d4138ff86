//! Four corners of a sheet in a frame, and the perspective between them and the sheet itself.

use super::Paper;

/// A point, in pixels from the frame's left and upper edge.
pub(super) type Point = [f32; 2];

/// Corners clockwise from the sheet's upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quad(pub(super) [Point; 4]);

/// In longer sides of the frame: 27 mm on film of 36 mm.
const FOCAL_LENGTH: f32 = 0.75;

/// Maps the unit square (upper left, upper right, lower right, lower left) onto a quadrilateral.
/// Source: P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3.
#[derive(Clone, Copy)]
pub(super) struct Perspective {
    x: [f32; 3],
    y: [f32; 3],
    w: [f32; 2],
}

impl Quad {
    /// Each coordinate times `factor`.
    pub(super) fn scaled(&self, factor: f32) -> Self {
        Self(self.0.map(|[x, y]| [x * factor, y * factor]))
    }

    /// The corners named anew, so that what was the `turns`-th becomes the upper left.
    pub(super) fn turned(&self, turns: usize) -> Self {
        let mut corners = self.0;
        corners.rotate_left(turns % 4);
        Self(corners)
    }

    /// Square pixels; negative where the corners run anticlockwise.
    pub(super) fn area(&self) -> f32 {
        let next = |i: usize| self.0[(i + 1) % 4];
        (0..4).map(|i| self.0[i][0] * next(i)[1] - next(i)[0] * self.0[i][1]).sum::<f32>() / 2.0
    }

    /// Whether each corner turns clockwise by 40 to 140 degrees: a sheet seen from anywhere useful.
    pub(super) fn is_sheet_like(&self) -> bool {
        (0..4).all(|i| {
            let (before, at, after) = (self.0[(i + 3) % 4], self.0[i], self.0[(i + 1) % 4]);
            let (a, b) = (minus(at, before), minus(after, at));
            let lengths = length(a) * length(b);
            let cross = a[0] * b[1] - a[1] * b[0];
            lengths > 1.0 && cross / lengths > 0.64
        })
    }

    /// Height by width of the sheet itself, in a camera whose middle is the frame's.
    ///
    /// Where the sheet is tilted about both axes, its perspective tells the focal length and with it the proportions
    /// (Z. Zhang and L.-W. He, "Whiteboard scanning and image enhancement", 2007, section 3.3). Where not, the focal
    /// length matters little, and that of phones' main cameras will do.
    pub(super) fn proportions(&self, (width, height): (usize, usize)) -> f32 {
        let centre = [width as f32 / 2.0, height as f32 / 2.0];
        let scale = width.max(height) as f32;
        let [m1, m2, m4, m3] = self.0.map(|p| minus(p, centre).map(|v| v / scale)).map(|[x, y]| [x, y, 1.0]);
        let k2 = dot(cross(m1, m4), m3) / dot(cross(m2, m4), m3);
        let k3 = dot(cross(m1, m4), m2) / dot(cross(m3, m4), m2);
        let n2 = [0, 1, 2].map(|i| k2 * m2[i] - m1[i]);
        let n3 = [0, 1, 2].map(|i| k3 * m3[i] - m1[i]);
        let solved = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2]);
        let is_tilted = n2[2].abs().min(n3[2].abs()) > 0.1;
        let focal_squared = if is_tilted && (0.3..1.5).contains(&solved) { solved } else { FOCAL_LENGTH.powi(2) };
        let metric = |n: [f32; 3]| (n[0] * n[0] + n[1] * n[1]) / focal_squared + n[2] * n[2];
        (metric(n3) / metric(n2)).sqrt()
    }

    /// The perspective from the unit square.
    pub(super) fn perspective(&self) -> Perspective {
        let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = self.0;
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
        let determinant = dx1 * dy2 - dx2 * dy1;
        let g = (sx * dy2 - dx2 * sy) / determinant;
        let h = (dx1 * sy - sx * dy1) / determinant;
        Perspective {
            x: [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            y: [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            w: [g, h],
        }
    }

    /// Pixels of the frame for an inch of the sheet, where and along the direction in which they are fewest, and where
    /// most.
    pub(super) fn dpi(&self, paper: Paper) -> (f32, f32) {
        let perspective = self.perspective();
        let [width, height] = paper.inches();
        let places = [[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98], [0.5, 0.5]];
        let densities = places.map(|place| perspective.density(place, [width, height]));
        densities.iter().fold((f32::MAX, 0.0), |(low, high), (least, most)| (low.min(*least), high.max(*most)))
    }
}

impl Perspective {
    /// Where a place of the unit square is in the frame.
    pub(super) fn at(&self, [u, v]: Point) -> Point {
        let w = self.w[0] * u + self.w[1] * v + 1.0;
        [(self.x[0] * u + self.x[1] * v + self.x[2]) / w, (self.y[0] * u + self.y[1] * v + self.y[2]) / w]
    }

    /// The singular values, smaller first, of its derivative there, for a rectangle of that size.
    fn density(&self, place: Point, [width, height]: [f32; 2]) -> (f32, f32) {
        let depth = self.w[0] * place[0] + self.w[1] * place[1] + 1.0;
        let [x, y] = self.at(place);
        let along =
            |axis: usize| [(self.x[axis] - x * self.w[axis]) / depth, (self.y[axis] - y * self.w[axis]) / depth];
        let (a, b) = (along(0).map(|d| d / width), along(1).map(|d| d / height));
        let trace = a[0] * a[0] + a[1] * a[1] + b[0] * b[0] + b[1] * b[1];
        let determinant = (a[0] * b[1] - a[1] * b[0]).abs();
        let root = (trace * trace - 4.0 * determinant * determinant).max(0.0).sqrt();
        (((trace - root) / 2.0).max(0.0).sqrt(), f32::midpoint(trace, root).sqrt())
    }
}

pub(super) fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn length([x, y]: Point) -> f32 {
    x.hypot(y)
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An A4 sheet before a camera of focal length `f` (in pixels of a 1000 x 1000 frame), turned about both axes.
    fn seen(f: f32, about_x: f32, about_y: f32) -> Quad {
        let corner = |x: f32, y: f32| {
            let (y, z) = (y * about_x.cos(), y * about_x.sin());
            let (x, z) = (x * about_y.cos() + z * about_y.sin(), z * about_y.cos() - x * about_y.sin() + 450.0);
            [500.0 + f * x / z, 500.0 + f * y / z]
        };
        Quad([corner(-105.0, -148.5), corner(105.0, -148.5), corner(105.0, 148.5), corner(-105.0, 148.5)])
    }

    #[test]
    fn the_unit_square_maps_onto_the_corners() {
        let quad = seen(900.0, 0.3, -0.2);
        for (corner, at) in quad.0.into_iter().zip([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) {
            assert!(length(minus(quad.perspective().at(at), corner)) < 0.01);
        }
        assert!(quad.is_sheet_like() && quad.area() > 0.0);
        assert!(!Quad([quad.0[3], quad.0[2], quad.0[1], quad.0[0]]).is_sheet_like());
    }

    #[test]
    fn proportions_are_those_of_the_sheet_however_it_is_seen() {
        for (about_x, about_y) in [(0.0, 0.0), (0.1, 0.0), (0.35, 0.3), (-0.3, 0.4), (0.02, 0.2)] {
            let found = seen(900.0, about_x, about_y).proportions((1000, 1000));
            assert!((found / 1.414 - 1.0).abs() < 0.04, "{found} at {about_x}, {about_y}");
        }
    }

    #[test]
    fn density_is_pixels_by_inch() {
        let quad = Quad([[0.0, 0.0], [827.0, 0.0], [827.0, 1169.0], [0.0, 1169.0]]);
        let (low, high) = quad.dpi(Paper::A4);
        assert!((low - 100.0).abs() < 0.5 && (high - 100.0).abs() < 0.5);
        let (low, high) = seen(900.0, 0.6, 0.0).dpi(Paper::A4);
        assert!(low < 0.85 * high);
    }
}
