//! A portrait whose lids come down and whose jaw drops: the photo itself is bent, as no head of ours has muscles.

use saksi_face::{Advice, Frame};

use super::scene::Portrait;

/// How far the lids are down, 0 to 1, and how wide the mouth is open, in inter-eye distances.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Face {
    pub lids: f32,
    pub mouth: f32,
}

/// What a face does so long after a prompt for an expression, in seconds: it's there for half a second.
pub fn expression(prompt: Advice, since: f32) -> Face {
    let part = ((since - 0.35) / 0.2).clamp(0.0, 1.0) * ((1.25 - since) / 0.2).clamp(0.0, 1.0);
    match prompt {
        Advice::CloseEyes => Face { lids: 0.85 * part, mouth: 0.0 },
        Advice::OpenMouth => Face { lids: 0.0, mouth: 0.45 * part },
        _ => Face::default(),
    }
}

/// Eyes and mouth reach so far from their middle, in inter-eye distances: across, up and down.
const EYE: [f32; 3] = [0.27, 0.13, 0.10];
const MOUTH: f32 = 0.4;

/// From where above the eye the skin of the lid is drawn down; of low brows it takes some along.
const BROW: f32 = 0.30;

/// How far the jaw goes down below the mouth.
const JAW: f32 = 1.1;

/// The same portrait with another face.
pub fn with_face(portrait: &Portrait, face: Face) -> Portrait {
    let photo = &portrait.photo;
    let points = portrait.face.landmarks;
    let along = [points[1][0] - points[0][0], points[1][1] - points[0][1]];
    let eyes = along[0].hypot(along[1]);
    let along = along.map(|v| v / eyes);
    let mouth = [f32::midpoint(points[3][0], points[4][0]), f32::midpoint(points[3][1], points[4][1])];
    let relative = |place: [f32; 2], middle: [f32; 2]| {
        let (x, y) = ((place[0] - middle[0]) / eyes, (place[1] - middle[1]) / eyes);
        [x * along[0] + y * along[1], y * along[0] - x * along[1]]
    };
    let mut pixels = photo.pixels().to_vec();
    let width = photo.width() as usize;
    for i in 0..pixels.len() / 3 {
        let place = [(i % width) as f32, (i / width) as f32];
        let near = relative(place, mouth);
        if near[0].abs() > 2.0 || near[1].abs() > 2.0 {
            continue;
        }
        let (mut down, mut shade) = (0.0, 1.0_f32);
        for eye in &points[..2] {
            let (moved, lash) = lid(relative(place, *eye), face.lids);
            (down, shade) = (down + moved, shade * lash);
        }
        let (moved, inside) = jaw(near, face.mouth);
        down += moved;
        let from = [place[0] - down * eyes * along[1], place[1] + down * eyes * along[0]];
        for c in 0..3 {
            let skin = sampled(photo, from, c) * shade;
            pixels[3 * i + c] = (skin * (1.0 - inside) + [40.0, 15.0, 25.0][c] * inside) as u8;
        }
    }
    let photo = Frame::from_rgb(photo.width(), photo.height(), pixels).expect("as many pixels as before");
    Portrait { photo, face: portrait.face }
}

/// Where the skin at a place comes from, as a way down, and how dark the lashes make it.
fn lid([x, y]: [f32; 2], closed: f32) -> (f32, f32) {
    let [across, up, down] = EYE;
    let arc = (1.0 - (x / across).powi(2)).max(0.0).sqrt();
    let (brow, top) = (-BROW * arc, -up * arc);
    let edge = top + (down * arc - top) * closed;
    if arc == 0.0 || closed == 0.0 || y <= brow || y >= edge + 0.05 {
        return (0.0, 1.0);
    }
    let lash = 1.0 - 0.6 * (-((y - edge) / 0.02).powi(2)).exp() * (1.5 * arc).min(1.0);
    let part = ((y - brow) / (edge - brow)).min(1.0);
    let from = if y < edge { brow + part * (0.95 * top - brow) } else { y };
    (from - y, lash)
}

/// Where the skin at a place comes from, as a way down, and how much of the inside of the mouth is seen there.
fn jaw([x, y]: [f32; 2], open: f32) -> (f32, f32) {
    let gap = open * (1.0 - (x / MOUTH).powi(2)).max(0.0).sqrt();
    let drop = open * (1.0 - (x / (2.0 * MOUTH)).powi(2)).max(0.0);
    // A quarter of the gap is the upper lip's.
    let (upper, lower) = (-0.25 * gap, 0.75 * gap);
    if y > lower {
        let jaw = gap.max(drop * (y / MOUTH).clamp(0.0, 1.0));
        (-0.75 * jaw * (1.0 - y / JAW).max(0.0), 0.0)
    } else if y < upper {
        (0.25 * gap * (1.0 + y / 0.35).max(0.0), 0.0)
    } else {
        (0.0, if gap > 0.0 { 1.0 } else { 0.0 })
    }
}

fn sampled(photo: &Frame, place: [f32; 2], c: usize) -> f32 {
    let inside = |v: f32, side: u32| v.clamp(0.0, side as f32 - 1.001);
    let (x, y) = (inside(place[0], photo.width()), inside(place[1], photo.height()));
    let at = |x: usize, y: usize| f32::from(photo.pixels()[(y * photo.width() as usize + x) * 3 + c]);
    let (left, top) = (x as usize, y as usize);
    let (dx, dy) = (x - left as f32, y - top as f32);
    let upper = at(left, top) * (1.0 - dx) + at(left + 1, top) * dx;
    let lower = at(left, top + 1) * (1.0 - dx) + at(left + 1, top + 1) * dx;
    upper * (1.0 - dy) + lower * dy
}
