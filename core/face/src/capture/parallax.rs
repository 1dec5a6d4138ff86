//! How the tip of a nose moves against the plane of eyes and mouth: what tells a head from a picture of one.
//!
//! Whatever way a flat picture is held, a camera sees it through a homography, and four points fix that: those of eyes
//! and mouth say where a flat nose would have to be (Hartley and Zisserman, *Multiple View Geometry*, 2nd ed., 2.3 and
//! 13.3: plane plus parallax). A real nose stands before them and moves on.

/// Five landmarks, in the order of [`Face::landmarks`](crate::Face::landmarks).
pub(super) type Landmarks = [[f32; 2]; 5];

/// Between two views of a face; lengths in inter-eye distances of the second, as if it faced the camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parallax {
    /// How far the nose is from where a flat one would be: towards the person's left, and down.
    pub nose: [f32; 2],
    /// By how much the face got narrower (below 1) or shorter (above 1).
    pub narrowing: f32,
    /// By how much it got larger.
    pub nearer: f32,
}

impl Parallax {
    /// From one view to another; `None` where four of the points don't span a plane.
    pub fn between(before: &Landmarks, now: &Landmarks) -> Option<Self> {
        let flat = carried(before, now)?;
        let (shape_before, shape) = (Shape::of(before)?, Shape::of(now)?);
        let (x, y) = (f64::from(now[2][0]) - flat[0], f64::from(now[2][1]) - flat[1]);
        let [along_x, along_y] = shape.along;
        let size = shape.size();
        let parallax = Self {
            nose: [(x * along_x + y * along_y) / size, (y * along_x - x * along_y) / size].map(|v| v as f32),
            narrowing: ((shape.across / shape.down) / (shape_before.across / shape_before.down)) as f32,
            nearer: (size / shape_before.size()) as f32,
        };
        let whole = parallax.nose.iter().chain([&parallax.narrowing, &parallax.nearer]).all(|v| v.is_finite());
        whole.then_some(parallax)
    }

    /// How far the nose moved in all.
    pub fn way(&self) -> f32 {
        self.nose[0].hypot(self.nose[1])
    }

    /// The depth of the nose before the plane, in inter-eye distances, if the change of shape came from a turn by the
    /// angle whose cosine it is; `None` for a change too small to tell from the detector's uncertainty. A head turned
    /// back to facing the camera gets wider instead, which is why only the lower bound means something.
    pub fn depth(&self) -> Option<f32> {
        let cosine = self.narrowing.min(1.0 / self.narrowing);
        (cosine < CERTAIN_TURN).then(|| self.way() / (1.0 - cosine * cosine).sqrt())
    }
}

/// A change of shape by less than this is within what the detector's landmarks vary.
const CERTAIN_TURN: f32 = 0.9;

/// Eyes and mouth of a view.
struct Shape {
    /// Direction from the person's right to their left.
    along: [f64; 2],
    /// Pixels from side to side: mean of eyes and mouth.
    across: f64,
    /// Pixels from eyes to mouth.
    down: f64,
}

impl Shape {
    fn of(points: &Landmarks) -> Option<Self> {
        let [right_eye, left_eye, _, right_mouth, left_mouth] = points.map(|p| p.map(f64::from));
        let minus = |a: [f64; 2], b: [f64; 2]| [a[0] - b[0], a[1] - b[1]];
        let (eyes, mouth) = (minus(left_eye, right_eye), minus(left_mouth, right_mouth));
        let sum = [eyes[0] + mouth[0], eyes[1] + mouth[1]];
        let across = sum[0].hypot(sum[1]) / 2.0;
        let (right, left) = (minus(right_mouth, right_eye), minus(left_mouth, left_eye));
        let down = (right[0] + left[0]).hypot(right[1] + left[1]) / 2.0;
        let seen = across > 1e-6 && down > 1e-6 && across.is_finite() && down.is_finite();
        seen.then(|| Self { along: [sum[0] / (2.0 * across), sum[1] / (2.0 * across)], across, down })
    }

    /// Pixels from eye to eye as if the face were turned to the camera: of a turned face the side that wasn't
    /// shortened tells.
    fn size(&self) -> f64 {
        (self.across * EYES_BY_ACROSS).max(self.down * EYES_BY_DOWN)
    }
}

/// Inter-eye distance by the mean width of eyes and mouth, and by the way from eyes to mouth; from the recogniser's
/// reference landmarks.
const EYES_BY_ACROSS: f64 = 1.094;
const EYES_BY_DOWN: f64 = 0.87;

/// Where the homography that carries eyes and mouth of `before` to those of `now` carries the nose.
///
/// The fourth point and the nose are written as weighted sums of the three others; what stays the same under a
/// homography is the nose's weights divided by the fourth point's.
fn carried(before: &Landmarks, now: &Landmarks) -> Option<[f64; 2]> {
    let corners = |points: &Landmarks| [points[0], points[1], points[4]];
    let (fourth_before, nose_before) = (weights(corners(before), before[3])?, weights(corners(before), before[2])?);
    let fourth = weights(corners(now), now[3])?;
    // The fourth on a line through two others. The nose may be on one: it's where the diagonals of most faces cross.
    if fourth_before.iter().chain(&fourth).any(|weight| weight.abs() < 1e-3) {
        return None;
    }
    let carried: [f64; 3] = std::array::from_fn(|i| nose_before[i] / fourth_before[i] * fourth[i]);
    let sum: f64 = carried.iter().sum();
    let at = |axis: usize| {
        carried.iter().zip(corners(now)).map(|(weight, corner)| weight * f64::from(corner[axis])).sum::<f64>() / sum
    };
    let point = [at(0), at(1)];
    point.iter().all(|v| v.is_finite()).then_some(point)
}

/// A point as a weighted sum of a triangle's corners, the weights adding up to 1.
fn weights(corners: [[f32; 2]; 3], point: [f32; 2]) -> Option<[f64; 3]> {
    let area = |[a, b, c]: [[f32; 2]; 3]| {
        let from_a = |p: [f32; 2]| [f64::from(p[0]) - f64::from(a[0]), f64::from(p[1]) - f64::from(a[1])];
        let (b, c) = (from_a(b), from_a(c));
        b[0] * c[1] - b[1] * c[0]
    };
    let [a, b, c] = corners;
    let whole = area(corners);
    let weights = [area([point, b, c]), area([a, point, c]), area([a, b, point])].map(|part| part / whole);
    // Three corners in a line.
    weights.iter().all(|w| w.is_finite()).then_some(weights)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::head::{FLAT, HEAD, view};

    #[test]
    fn a_head_that_turns_shows_its_nose() {
        let before = view(&HEAD, 0.0, 0.0, 8.0);
        let seen = |yaw, pitch| Parallax::between(&before, &view(&HEAD, yaw, pitch, 8.0)).expect("a face");
        assert!(seen(25.0, 0.0).nose[0] > 0.15 && seen(-25.0, 0.0).nose[0] < -0.15);
        assert!(seen(0.0, 25.0).nose[1] < -0.15 && seen(0.0, -25.0).nose[1] > 0.15);
        assert!((seen(35.0, 0.0).depth().expect("turned") - 0.45).abs() < 0.1);
        let nearer = Parallax::between(&before, &view(&HEAD, 0.0, 0.0, 5.0)).expect("a face");
        assert!(nearer.nearer > 1.4 && nearer.way() < 0.05);
    }

    #[test]
    fn a_nose_where_the_diagonals_cross_is_seen_to_move() {
        let mut head = HEAD;
        // From 8 away, a nose of this depth is seen at 0.57 / 9, where they do.
        head[2][1] = 0.57 / 9.0 * (8.0 - head[2][2]) / 8.0;
        let seen = |yaw| Parallax::between(&view(&head, 0.0, 0.0, 8.0), &view(&head, yaw, 0.0, 8.0));
        assert!(seen(25.0).expect("a face").nose[0] > 0.15 && seen(-25.0).expect("a face").nose[0] < -0.15);
    }

    #[test]
    fn points_in_a_line_have_no_plane() {
        let line = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]];
        assert_eq!(Parallax::between(&line, &line), None);
        assert_eq!(Parallax::between(&view(&HEAD, 0.0, 0.0, 8.0), &[[f32::NAN; 2]; 5]), None);
    }

    proptest! {
        #[test]
        fn however_a_flat_picture_is_held_its_nose_stays(
            (yaw, pitch) in (-60.0_f32..60.0, -60.0_f32..60.0),
            distance in 3.0_f32..20.0,
        ) {
            let before = view(&FLAT, 0.0, 0.0, 8.0);
            let now = view(&FLAT, yaw, pitch, distance);
            prop_assert!(Parallax::between(&before, &now).expect("a face").way() < 1e-3);
        }

        #[test]
        fn any_points_give_numbers_or_nothing(points in prop::array::uniform5(prop::array::uniform2(any::<f32>()))) {
            let head = view(&HEAD, 0.0, 0.0, 8.0);
            for pair in [(&head, &points), (&points, &head)] {
                if let Some(seen) = Parallax::between(pair.0, pair.1) {
                    prop_assert!(seen.way().is_finite() && seen.depth().is_none_or(f32::is_finite));
                }
            }
        }
    }
}
