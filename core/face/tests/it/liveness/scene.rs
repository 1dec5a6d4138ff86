//! What a camera sees of a portrait that stands for a head, or lies on a page or a screen: simulated, from one photo.
//!
//! A head is the photo laid over an ellipsoid with a nose. That is no real head: ears, hair and the light on them turn
//! with it, and nothing behind the outline ever shows. It has the depth that the checks look for, and no more.

use saksi_face::{Advice, Engine, Face, Frame};

/// What is before the camera, in inter-eye distances from the middle between eyes and mouth: x to the right of the
/// picture, y down, z to the camera.
#[derive(Clone, Copy)]
pub enum Shape {
    Head,
    Flat,
    /// A page bent around an upright cylinder of this radius.
    Bent(f32),
    /// A page with holes for the eyes, which are this far behind it.
    Holes(f32),
}

/// What it's made of.
#[derive(Clone, Copy, PartialEq)]
pub enum Finish {
    Skin,
    Print,
    /// Pixels that beat with the camera's, and a lamp's reflection.
    Screen,
}

/// How it's held.
#[derive(Clone, Copy, Default)]
pub struct Pose {
    /// Degrees: to the right of the picture (the person's left), up, clockwise.
    pub turn: [f32; 3],
    /// Inter-eye distances: right, down, nearer.
    pub shift: [f32; 3],
}

/// A photo and where its face is.
pub struct Portrait {
    pub photo: Frame,
    pub face: Face,
}

pub const SIZE: [u32; 2] = [480, 640];

const FOCAL: f32 = 640.0;
const DISTANCE: f32 = 7.0;

/// Cells across and down, over the part of the photo around the face.
const CELLS: usize = 72;
const REACH: [f32; 4] = [-2.1, 2.1, -2.2, 2.4];

#[derive(Clone, Copy)]
struct Corner {
    screen: [f32; 2],
    /// One by the distance, and the photo's place by the distance.
    inverse: f32,
    place: [f32; 2],
}

/// What a person is asked for.
pub const PROMPTS: [Advice; 7] = [
    Advice::TurnLeft,
    Advice::TurnRight,
    Advice::CircleLeft,
    Advice::CircleRight,
    Advice::ComeNearer,
    Advice::CloseEyes,
    Advice::OpenMouth,
];

/// What answers it: degrees to the side and up, and how much nearer.
pub fn movement(prompt: Advice) -> [f32; 3] {
    match prompt {
        Advice::TurnLeft | Advice::CircleLeft => [28.0, 2.0, 0.0],
        Advice::TurnRight | Advice::CircleRight => [-28.0, 2.0, 0.0],
        Advice::ComeNearer => [0.0, 0.0, 2.2],
        _ => [0.0; 3],
    }
}

/// Moves a head by a part of that.
pub fn add(pose: &mut Pose, [yaw, pitch, nearer]: [f32; 3], part: f32) {
    pose.turn[0] += yaw * part;
    pose.turn[1] += pitch * part;
    pose.shift[2] += nearer * part;
}

/// A photo with the face in it, where there is one.
pub fn portrait(engine: &Engine, photo: Frame) -> Option<Portrait> {
    let faces = engine.detect(&photo).expect("the detector runs");
    let face = saksi_face::choose(&faces, photo.width(), photo.height())?.face;
    Some(Portrait { photo, face })
}

/// A frame of it; `seed` makes the camera's noise.
pub fn render(portrait: &Portrait, shape: Shape, finish: Finish, pose: Pose, seed: u32) -> Frame {
    let [width, height] = SIZE.map(|side| side as usize);
    let mut noise = Noise(seed.wrapping_mul(747_796_405).wrapping_add(1));
    let mut pixels: Vec<[f32; 3]> = (0..width * height)
        .map(|i| {
            let grey = 90.0 + 50.0 * (i / width) as f32 / height as f32 + 12.0 * ((i % width) as f32 / 40.0).sin();
            [grey, grey * 1.02, grey * 0.95]
        })
        .collect();
    let mut nearest = vec![0.0_f32; width * height];
    let corners = corners(portrait, shape, pose);
    let row = CELLS + 1;
    for cell in 0..CELLS * CELLS {
        let at = cell / CELLS * row + cell % CELLS;
        for triangle in [[at, at + 1, at + row], [at + 1, at + row + 1, at + row]] {
            let triangle = triangle.map(|i| corners[i]);
            draw(triangle, &mut nearest, |i, place| pixels[i] = colour(portrait, finish, place));
        }
    }
    let bytes = pixels.iter().flatten().map(|v| (v + noise.next() * 6.0).clamp(0.0, 255.0) as u8).collect();
    Frame::from_rgb(SIZE[0], SIZE[1], bytes).expect("all pixels drawn")
}

fn corners(portrait: &Portrait, shape: Shape, pose: Pose) -> Vec<Corner> {
    let points = portrait.face.landmarks;
    let mean = |axis: usize| (points[0][axis] + points[1][axis] + points[3][axis] + points[4][axis]) / 4.0;
    let (middle, along) = ([mean(0), mean(1)], [points[1][0] - points[0][0], points[1][1] - points[0][1]]);
    let [(sin_yaw, cos_yaw), (sin_pitch, cos_pitch), (sin_roll, cos_roll)] =
        pose.turn.map(|degrees| degrees.to_radians().sin_cos());
    let [left, right, top, bottom] = REACH;
    let row = CELLS + 1;
    (0..row * row)
        .map(|i| {
            let x = left + (right - left) * (i % row) as f32 / CELLS as f32;
            let y = top + (bottom - top) * (i / row) as f32 / CELLS as f32;
            let place = [middle[0] + x * along[0] - y * along[1], middle[1] + x * along[1] + y * along[0]];
            let [x, y, z] = stand(shape, x, y);
            let (x, z) = (x * cos_yaw + z * sin_yaw, z * cos_yaw - x * sin_yaw);
            let (y, z) = (y * cos_pitch - z * sin_pitch, z * cos_pitch + y * sin_pitch);
            let (x, y) = (x * cos_roll - y * sin_roll, x * sin_roll + y * cos_roll);
            let inverse = 1.0 / (DISTANCE - pose.shift[2] - z).max(0.5);
            let screen = [
                SIZE[0] as f32 / 2.0 + FOCAL * (x + pose.shift[0]) * inverse,
                SIZE[1] as f32 / 2.0 + FOCAL * (y + pose.shift[1]) * inverse,
            ];
            Corner { screen, inverse, place: place.map(|v| v * inverse) }
        })
        .collect()
}

/// Where a place of the photo stands in space.
fn stand(shape: Shape, x: f32, y: f32) -> [f32; 3] {
    // The eyes are half a way from eyes to mouth above the middle.
    let eyes = -0.57;
    match shape {
        Shape::Flat => [x, y, 0.0],
        Shape::Bent(radius) => [radius * (x / radius).sin(), y, radius * ((x / radius).cos() - 1.0)],
        Shape::Holes(depth) => {
            let hole = |side: f32| (x - side).abs() < 0.22 && (y - eyes).abs() < 0.13;
            [x, y, if hole(-0.5) || hole(0.5) { -depth } else { 0.0 }]
        }
        Shape::Head => {
            let y_face = y + 0.1;
            let round = (1.0 - (x / 1.25).powi(2) - (y_face / 1.75).powi(2)).max(0.0).sqrt() * 1.25;
            let bell = |dx: f32, dy: f32, wide: f32, high: f32| (-(dx / wide).powi(2) - (dy / high).powi(2)).exp();
            let nose = 0.27 * bell(x, y - 0.02, 0.17, 0.2) + 0.1 * bell(x, y + 0.3, 0.12, 0.3);
            [x, y, round + nose - 1.05]
        }
    }
}

/// Goes over the pixels of a triangle that nothing nearer covers, each with its place in the photo.
fn draw(triangle: [Corner; 3], nearest: &mut [f32], mut paint: impl FnMut(usize, [f32; 2])) {
    let corners = triangle.map(|corner| corner.screen);
    // Twice the area of a triangle, with the sign of the way around it.
    let area = |[a, b, c]: [[f32; 2]; 3]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let whole = area(corners);
    if whole.abs() < 1e-6 {
        return;
    }
    let range = |axis: usize| {
        let values = corners.map(|corner| corner[axis]);
        let from = values.into_iter().fold(f32::INFINITY, f32::min).floor().max(0.0);
        let to = values.into_iter().fold(f32::NEG_INFINITY, f32::max).ceil().min(SIZE[axis] as f32);
        from as usize..to.max(0.0) as usize
    };
    for y in range(1) {
        for x in range(0) {
            let weights: [f32; 3] = std::array::from_fn(|i| {
                let mut part = corners;
                part[i] = [x as f32, y as f32];
                area(part) / whole
            });
            if weights.iter().any(|weight| *weight < 0.0) {
                continue;
            }
            let mix = |of: fn(&Corner) -> f32| {
                weights.iter().zip(&triangle).map(|(weight, corner)| weight * of(corner)).sum::<f32>()
            };
            let inverse = mix(|corner| corner.inverse);
            let i = y * SIZE[0] as usize + x;
            if inverse > nearest[i] {
                nearest[i] = inverse;
                paint(i, [mix(|corner| corner.place[0]) / inverse, mix(|corner| corner.place[1]) / inverse]);
            }
        }
    }
}

fn colour(portrait: &Portrait, finish: Finish, place: [f32; 2]) -> [f32; 3] {
    let photo = &portrait.photo;
    let inside = |v: f32, side: u32| v.clamp(0.0, side as f32 - 1.001);
    let (x, y) = (inside(place[0], photo.width()), inside(place[1], photo.height()));
    let at = |x: usize, y: usize, c: usize| f32::from(photo.pixels()[(y * photo.width() as usize + x) * 3 + c]);
    let (left, top) = (x as usize, y as usize);
    let (dx, dy) = (x - left as f32, y - top as f32);
    let colour: [f32; 3] = std::array::from_fn(|c| {
        let upper = at(left, top, c) * (1.0 - dx) + at(left + 1, top, c) * dx;
        let lower = at(left, top + 1, c) * (1.0 - dx) + at(left + 1, top + 1, c) * dx;
        upper * (1.0 - dy) + lower * dy
    });
    let eyes = portrait.face.inter_eye();
    match finish {
        Finish::Skin => colour,
        Finish::Print => colour.map(|v| 30.0 + v * 0.75),
        Finish::Screen => {
            let pixel = [place[0], place[1]].map(|v| v / eyes * 110.0 * std::f32::consts::TAU);
            let [mx, my] = portrait.face.landmarks[0];
            let lamp = 120.0 * (-((place[0] - mx).powi(2) + (place[1] - my).powi(2)) / (0.6 * eyes).powi(2)).exp();
            std::array::from_fn(|c| {
                let grid = 1.0 + 0.18 * (pixel[0] + c as f32 * 2.1).sin() + 0.1 * pixel[1].sin();
                colour[c] * [0.95, 1.0, 1.12][c] * grid + lamp
            })
        }
    }
}

/// Numbers from -0.5 to 0.5, always the same for a seed.
pub struct Noise(pub u32);

impl Noise {
    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 24) as f32 - 0.5
    }
}
