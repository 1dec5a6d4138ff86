//! Turns, scales and moves a face so that its landmarks come to where the recogniser was taught to look.

use crate::Frame;

/// A face cut out upright, 112 x 112.
#[derive(Clone, PartialEq, Eq)]
pub struct AlignedFace {
    pixels: Vec<[u8; 3]>,
}

/// Where SFace expects right eye, left eye, nose, right and left corner of the mouth (as seen by the viewer: left to
/// right), in pixels of the 112 x 112 crop. From ArcFace's reference landmarks.
const REFERENCE: [[f32; 2]; 5] =
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];

/// Cuts out the face whose five landmarks (in pixels of the frame) are given: the similarity transform that brings
/// them nearest to the reference, in the least-squares sense (Umeyama 1991), sampled bilinearly; black beyond the
/// frame. `None` where the landmarks have no extent or aren't numbers.
pub fn align(frame: &Frame, landmarks: &[[f32; 2]; 5]) -> Option<AlignedFace> {
    let to_frame = Similarity::between(&REFERENCE, landmarks)?;
    let source = Source { pixels: frame.rgb(), width: frame.width().into(), height: frame.height().into() };
    let side = AlignedFace::SIDE;
    let pixels =
        (0..side * side).map(|i| source.bilinear(to_frame.apply((i % side) as f64, (i / side) as f64))).collect();
    Some(AlignedFace { pixels })
}

/// A square around a face, turned upright and brought to `side` x `side` pixels, row by row, black beyond the frame. It's
/// `wide` times as wide as the eyes of the face are apart, seen from the front. `None` as for [`align`].
#[cfg(feature = "inference")]
pub(crate) fn square<'a>(
    frame: &'a Frame,
    landmarks: &[[f32; 2]; 5],
    wide: f64,
    side: usize,
) -> Option<impl Iterator<Item = [u8; 3]> + 'a> {
    let between = |a: usize, b: usize| {
        let point = |axis: usize| f64::midpoint(landmarks[a][axis].into(), landmarks[b][axis].into());
        [point(0), point(1)]
    };
    let (eyes, mouth) = (between(0, 1), between(3, 4));
    let (right, left) = (between(0, 3), between(1, 4));
    let down = (mouth[0] - eyes[0]).hypot(mouth[1] - eyes[1]);
    let across = (left[0] - right[0]).hypot(left[1] - right[1]);
    // Of a turned or raised face the side that wasn't shortened tells how large it is.
    let extent = (across * EYES_BY_ACROSS).max(down * EYES_BY_DOWN);
    let [x, y] = [0, 1].map(|axis| f64::from(landmarks[1][axis]) - f64::from(landmarks[0][axis]));
    let scale = wide * extent / side as f64;
    let (a, b) = (x / x.hypot(y) * scale, y / x.hypot(y) * scale);
    let (middle, first) = ([f64::midpoint(eyes[0], mouth[0]), f64::midpoint(eyes[1], mouth[1])], side as f64 / 2.0);
    let to_frame = Similarity { a, b, e: middle[0] - (a - b) * first, f: middle[1] - (a + b) * first };
    let numbers = [to_frame.a, to_frame.b, to_frame.e, to_frame.f];
    if !(numbers.iter().all(|v| v.is_finite()) && scale > 1e-6) {
        return None;
    }
    let source = Source { pixels: frame.rgb(), width: frame.width().into(), height: frame.height().into() };
    Some((0..side * side).map(move |i| source.bilinear(to_frame.apply((i % side) as f64, (i / side) as f64))))
}

/// The middle of a frame turned clockwise by so many degrees and cut to `side` x `side` pixels, at the same scale.
#[cfg(feature = "inference")]
pub(crate) fn turned_back(frame: &Frame, degrees: f32, side: u32) -> Frame {
    let (b, a) = f64::from(degrees).to_radians().sin_cos();
    let middle = [frame.width(), frame.height()].map(|length| f64::from(length - 1) / 2.0);
    let half = f64::from(side - 1) / 2.0;
    let to_frame = Similarity { a, b, e: middle[0] - (a - b) * half, f: middle[1] - (a + b) * half };
    let source = Source { pixels: frame.rgb(), width: frame.width().into(), height: frame.height().into() };
    let places = (0..side * side).map(|i| to_frame.apply((i % side).into(), (i / side).into()));
    let pixels = places.flat_map(|place| source.bilinear(place)).collect();
    Frame::from_rgb(side, side, pixels).expect("all pixels are there")
}

/// The distance of the eyes by the mean width of eyes and mouth, and by the way from eyes to mouth; from the reference.
#[cfg(feature = "inference")]
const EYES_BY_ACROSS: f64 = 1.094;
#[cfg(feature = "inference")]
const EYES_BY_DOWN: f64 = 0.87;

impl AlignedFace {
    /// Width and height, in pixels.
    pub const SIDE: usize = 112;

    /// Takes 112 x 112 RGB pixels that were aligned elsewhere; `None` for another number of them.
    pub fn from_rgb(pixels: &[u8]) -> Option<Self> {
        let (pixels, rest) = pixels.as_chunks::<3>();
        (rest.is_empty() && pixels.len() == Self::SIDE * Self::SIDE).then(|| Self { pixels: pixels.to_vec() })
    }

    /// `[r, g, b]`, rows from the top.
    pub fn pixels(&self) -> &[[u8; 3]] {
        &self.pixels
    }
}

/// x' = a x - b y + e, y' = b x + a y + f.
struct Similarity {
    a: f64,
    b: f64,
    e: f64,
    f: f64,
}

impl Similarity {
    /// The inverse of the least-squares transform of `landmarks` onto `reference`: from the crop into the frame.
    fn between(reference: &[[f32; 2]; 5], landmarks: &[[f32; 2]; 5]) -> Option<Self> {
        let mean = |points: &[[f32; 2]; 5], axis: usize| points.iter().map(|p| f64::from(p[axis])).sum::<f64>() / 5.0;
        let (lx, ly) = (mean(landmarks, 0), mean(landmarks, 1));
        let (rx, ry) = (mean(reference, 0), mean(reference, 1));
        let (mut along, mut across, mut extent) = (0.0, 0.0, 0.0);
        for (l, r) in landmarks.iter().zip(reference) {
            let (x, y) = (f64::from(l[0]) - lx, f64::from(l[1]) - ly);
            let (u, v) = (f64::from(r[0]) - rx, f64::from(r[1]) - ry);
            along += x * u + y * v;
            across += x * v - y * u;
            extent += x * x + y * y;
        }
        // Onto the reference: scale and turn by (along, across) / extent. Its inverse divides by the squared length.
        let squared = along * along + across * across;
        if !(extent.is_finite() && squared.is_finite() && extent > 1e-9 && squared > 1e-9) {
            return None;
        }
        let (a, b) = (along * extent / squared, -across * extent / squared);
        Some(Self { a, b, e: lx - (a * rx - b * ry), f: ly - (b * rx + a * ry) })
    }

    fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        (self.a * x - self.b * y + self.e, self.b * x + self.a * y + self.f)
    }
}

struct Source<'a> {
    pixels: &'a [[u8; 3]],
    width: i64,
    height: i64,
}

impl Source<'_> {
    fn bilinear(&self, (x, y): (f64, f64)) -> [u8; 3] {
        let (left, top) = (floor(x), floor(y));
        let (fx, fy) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let (right, bottom) = (left.saturating_add(1), top.saturating_add(1));
        let corners = [self.at(left, top), self.at(right, top), self.at(left, bottom), self.at(right, bottom)];
        std::array::from_fn(|channel| {
            let [upper_left, upper_right, lower_left, lower_right] = corners.map(|p| f32::from(p[channel]));
            let upper = upper_left + (upper_right - upper_left) * fx;
            let lower = lower_left + (lower_right - lower_left) * fx;
            // To the nearest, as it's never negative.
            (upper + (lower - upper) * fy + 0.5) as u8
        })
    }

    fn at(&self, x: i64, y: i64) -> [u8; 3] {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        if inside { self.pixels[(y * self.width + x) as usize] } else { [0; 3] }
    }
}

/// `f64::floor` is a call on processors that aren't sure to have an instruction for it. The cast saturates, so a place far
/// outside is still outside.
fn floor(value: f64) -> i64 {
    let towards_zero = value as i64;
    if value < towards_zero as f64 { towards_zero.saturating_sub(1) } else { towards_zero }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(side: u32) -> Frame {
        let pixels = (0..side * side * 3).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        Frame::from_rgb(side, side, pixels).expect("all pixels given")
    }

    #[test]
    fn a_face_already_in_place_stays_as_it_is() {
        let frame = noise(112);
        let aligned = align(&frame, &REFERENCE).expect("landmarks with extent");
        assert_eq!(aligned.pixels(), frame.rgb());
    }

    #[test]
    fn a_turned_and_scaled_face_comes_into_place() {
        // Landmarks turned by a quarter and twice as large: crop pixel (x, y) lies at (240 - 2y, 2x).
        let frame = noise(260);
        let landmarks = REFERENCE.map(|[x, y]| [240.0 - 2.0 * y, 2.0 * x]);
        let aligned = align(&frame, &landmarks).expect("landmarks with extent");
        for (x, y) in [(0, 0), (10, 3), (100, 57), (111, 111)] {
            assert_eq!(aligned.pixels()[y * 112 + x], frame.rgb()[2 * x * 260 + 240 - 2 * y]);
        }
    }

    #[test]
    fn beyond_the_frame_it_is_black() {
        let frame = Frame::from_rgb(1, 1, vec![255; 3]).expect("one pixel");
        let aligned = align(&frame, &REFERENCE).expect("landmarks with extent");
        assert_eq!(aligned.pixels()[0], [255; 3]);
        assert_eq!(aligned.pixels()[5000], [0; 3]);
    }

    #[test]
    fn landmarks_without_extent_are_no_face() {
        let frame = noise(8);
        assert!(align(&frame, &[[3.0, 3.0]; 5]).is_none());
        assert!(align(&frame, &[[f32::NAN, 3.0]; 5]).is_none());
        assert!(align(&frame, &[[f32::INFINITY, 3.0]; 5]).is_none());
    }
}
