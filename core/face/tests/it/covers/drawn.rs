//! Covers painted over the face in a photo: masks, hands and glasses, in flat colours with the face's own light and shade.

use std::time::Duration;

use saksi_face::{Engine, Frame};

/// A cover in a face's own measure: from the middle of the eyes, in inter-eye distances to the right, and in ways from
/// eyes to mouth down.
enum Outline {
    Polygon(&'static [[f32; 2]]),
    /// Centre and radii.
    Ellipses(&'static [[f32; 4]]),
}

pub struct Cover {
    pub name: &'static str,
    outline: Outline,
    /// Red, green and blue; `None` for the skin's own.
    colour: Option<[f32; 3]>,
    opaque: f32,
    pattern: fn(f32, f32) -> f32,
}

const MASK: Outline = Outline::Polygon(&[
    [-1.0, 0.3],
    [-0.5, 0.32],
    [0.0, 0.22],
    [0.5, 0.32],
    [1.0, 0.3],
    [0.9, 0.95],
    [0.55, 1.45],
    [0.0, 1.6],
    [-0.55, 1.45],
    [-0.9, 0.95],
]);
const GLASSES: Outline = Outline::Ellipses(&[[-0.5, 0.03, 0.4, 0.27], [0.5, 0.03, 0.4, 0.27], [0.0, -0.07, 0.2, 0.05]]);
const HAND_ON_MOUTH: Outline = Outline::Ellipses(&[[0.0, 0.98, 0.85, 0.38]]);
const HAND_ON_EYES: Outline = Outline::Ellipses(&[[0.0, 0.0, 1.0, 0.3]]);

pub const COVERS: [Cover; 12] = [
    mask("mask, blue", [130.0, 180.0, 205.0]),
    mask("mask, white", [225.0; 3]),
    mask("mask, grey", [130.0; 3]),
    mask("mask, black", [35.0; 3]),
    mask("mask, red", [170.0, 50.0, 50.0]),
    mask("mask, beige", [205.0, 180.0, 150.0]),
    Cover { pattern: batik, ..mask("mask, batik", [170.0, 120.0, 90.0]) },
    Cover { colour: None, pattern: fingers, outline: HAND_ON_MOUTH, ..mask("hand over the mouth", [0.0; 3]) },
    glasses("glasses, black", [20.0, 22.0, 25.0], 0.95),
    glasses("glasses, brown", [70.0, 45.0, 30.0], 0.85),
    glasses("glasses, pale", [40.0; 3], 0.6),
    Cover { colour: None, pattern: fingers, outline: HAND_ON_EYES, ..mask("hand over the eyes", [0.0; 3]) },
];

const fn mask(name: &'static str, colour: [f32; 3]) -> Cover {
    Cover { name, outline: MASK, colour: Some(colour), opaque: 1.0, pattern: pleats }
}

const fn glasses(name: &'static str, colour: [f32; 3], opaque: f32) -> Cover {
    Cover { name, outline: GLASSES, colour: Some(colour), opaque, pattern: |_, _| 1.0 }
}

fn pleats(_: f32, y: f32) -> f32 {
    1.0 + 0.06 * (y / 2.7).sin()
}

fn batik(x: f32, y: f32) -> f32 {
    1.0 + 0.35 * ((x / 3.1 + y / 7.0).sin() * (y / 3.7).sin()).signum()
}

fn fingers(x: f32, y: f32) -> f32 {
    if ((x + 0.15 * y) / 6.0).sin().abs() < 0.15 { 0.82 } else { 1.0 }
}

/// The photo with the cover painted over the face that counts; `None` where there's none.
pub fn put_on(engine: &Engine, cover: &Cover, photo: &Frame) -> Option<Frame> {
    let [right, left, _, mouth_right, mouth_left] =
        engine.look(photo, Duration::ZERO).expect("runs").seen?.face.landmarks;
    let middle = |a: [f32; 2], b: [f32; 2]| [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])];
    let (eyes, mouth) = (middle(right, left), middle(mouth_right, mouth_left));
    let along = [left[0] - right[0], left[1] - right[1]];
    let apart = along[0].hypot(along[1]);
    let down = ((mouth[1] - eyes[1]) * along[0] - (mouth[0] - eyes[0]) * along[1]) / apart;
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    // The face's own measure of a pixel.
    let place = |x: usize, y: usize| {
        let (x, y) = (x as f32 - eyes[0], y as f32 - eyes[1]);
        let [ax, ay] = along.map(|v| v / apart);
        [(x * ax + y * ay) / apart, (y * ax - x * ay) / down.max(0.5 * apart)]
    };
    let pixel = |x: usize, y: usize| -> [f32; 3] {
        std::array::from_fn(|c| f32::from(photo.pixels()[(y * width + x) * 3 + c]))
    };
    let grey = |x: usize, y: usize| pixel(x, y).iter().sum::<f32>() / 3.0;
    let inside: Vec<[usize; 2]> = (0..width * height)
        .map(|i| [i % width, i / width])
        .filter(|[x, y]| within(&cover.outline, place(*x, *y)))
        .collect();
    let light = inside.iter().map(|[x, y]| grey(*x, *y)).sum::<f32>() / inside.len().max(1) as f32;
    let cheek = (0..width * height).map(|i| [i % width, i / width]).filter(|[x, y]| {
        let [across, down] = place(*x, *y);
        (0.45..0.75).contains(&across.abs()) && (0.4..0.65).contains(&down)
    });
    let skin = cheek.fold([0.0_f32; 4], |sum, [x, y]| {
        let [r, g, b] = pixel(x, y);
        [sum[0] + r, sum[1] + g, sum[2] + b, sum[3] + 1.0]
    });
    let colour = cover.colour.map_or([skin[0], skin[1], skin[2]].map(|v| 0.95 * v / skin[3].max(1.0)), |colour| {
        colour.map(|v| v * (light / 130.0).clamp(0.5, 1.15))
    });
    let mut pixels = photo.pixels().to_vec();
    let mut noise = 12_345_u32;
    for [x, y] in inside {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // The face's own light and shade, without its features.
        let around = [-9_i32, -3, 3, 9].map(|step| {
            let near = |v: usize, side: usize| (v as i32 + step).clamp(0, side as i32 - 1) as usize;
            grey(near(x, width), y) + grey(x, near(y, height))
        });
        let shade = 1.0 + 0.6 * (around.iter().sum::<f32>() / 8.0 / light.max(1.0) - 1.0);
        let grain = ((noise >> 24) as f32 / 128.0 - 1.0) * 6.0;
        for (c, own) in pixel(x, y).into_iter().enumerate() {
            let painted = colour[c] * shade * (cover.pattern)(x as f32, y as f32) + grain;
            pixels[(y * width + x) * 3 + c] =
                (own * (1.0 - cover.opaque) + painted * cover.opaque).clamp(0.0, 255.0) as u8;
        }
    }
    Frame::from_rgb(photo.width(), photo.height(), pixels).ok()
}

fn within(outline: &Outline, [x, y]: [f32; 2]) -> bool {
    match outline {
        Outline::Ellipses(ellipses) => {
            ellipses.iter().any(|[cx, cy, rx, ry]| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0)
        }
        Outline::Polygon(corners) => {
            let next = corners.iter().cycle().skip(1);
            let crossed = corners
                .iter()
                .zip(next)
                .filter(|([ax, ay], [bx, by])| (*ay > y) != (*by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax);
            crossed.count() % 2 == 1
        }
    }
}
