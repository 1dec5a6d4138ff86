//! How far the eyes and the mouth of a face are open.
//!
//! Of an eye the height by the width is taken (Soukupová and Čech, *Real-Time Eye Blink Detection using Facial Landmarks*,
//! 2016), of the mouth the gap between the lips.

/// How far eyes and mouth are open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expression {
    /// Height by width of the person's right and left eye: mostly 0.18 to 0.36 open, half of that closed.
    pub eyes: [f32; 2],
    /// From lip to lip, by the distance of the outer corners of the eyes: 0 closed, 0.3 wide open.
    pub mouth: f32,
}

/// Points of MediaPipe's face mesh, of each eye: outer corner, two of the upper lid, inner corner, two of the lower lid.
#[cfg(feature = "inference")]
const EYES: [[usize; 6]; 2] = [[33, 160, 158, 133, 153, 144], [263, 387, 385, 362, 380, 373]];

/// The middle of the upper and the lower lip's inner edge.
#[cfg(feature = "inference")]
const LIPS: [usize; 2] = [13, 14];

impl Expression {
    /// From the 468 points of a face mesh; `None` where they have no extent or there are fewer.
    #[cfg(feature = "inference")]
    pub(crate) fn of(points: &[[f32; 3]]) -> Option<Self> {
        if points.len() <= EYES.as_flattened().iter().chain(&LIPS).copied().max()? {
            return None;
        }
        let between = |a: usize, b: usize| {
            let ([ax, ay, _], [bx, by, _]) = (points[a], points[b]);
            (ax - bx).hypot(ay - by)
        };
        let eyes = EYES.map(|[outer, upper_outer, upper_inner, inner, lower_inner, lower_outer]| {
            f32::midpoint(between(upper_outer, lower_outer), between(upper_inner, lower_inner)) / between(outer, inner)
        });
        let expression = Self { eyes, mouth: between(LIPS[0], LIPS[1]) / between(EYES[0][0], EYES[1][0]) };
        expression.is_finite().then_some(expression)
    }

    /// The mean of several; `None` of none.
    pub(crate) fn mean(of: impl IntoIterator<Item = Self>) -> Option<Self> {
        let (mut sum, mut count) = (Self { eyes: [0.0; 2], mouth: 0.0 }, 0.0_f32);
        for one in of {
            sum.eyes = [sum.eyes[0] + one.eyes[0], sum.eyes[1] + one.eyes[1]];
            (sum.mouth, count) = (sum.mouth + one.mouth, count + 1.0);
        }
        (count > 0.0).then(|| Self { eyes: sum.eyes.map(|sum| sum / count), mouth: sum.mouth / count })
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.eyes.iter().chain([&self.mouth]).all(|v| v.is_finite())
    }
}
