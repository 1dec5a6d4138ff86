//! How well a face can be seen: measured components, judged by whoever holds the policy.

use serde::{Deserialize, Serialize};

use crate::{AlignedFace, Face, occlusion};

/// Measured components of a face's quality, named as in ISO/IEC 29794-5 where it has them. Raw measures in the units
/// given here, not that standard's 0 to 100 scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Pixels between the eyes in the frame, as if the head faced the camera ([`Face::inter_eye`]).
    pub inter_eye_distance: f32,
    /// Degrees that the head is turned to the side, -90 to 90; positive when the nose points to the right of the
    /// picture. An estimate from five landmarks: good to tell frontal from turned.
    pub head_pose_yaw: f32,
    /// Degrees that the head is tilted, -180 to 180; positive clockwise in the picture. By the landmarks, which hardly tell;
    /// by what the detector is surest of where a single picture or a camera's frame is looked at.
    pub head_pose_roll: f32,
    /// Variance of the Laplacian of the aligned face's luminance (0 to 255): low when blurred.
    pub sharpness: f32,
    /// Mean luminance of the aligned face, 0 to 1.
    pub luminance_mean: f32,
    /// Standard deviation of that luminance, 0 to 0.5: low when flat or hazy.
    pub contrast: f32,
    /// How well the eyes can be seen, 0 or more: low under dark glasses or a hand.
    pub eyes_visible: f32,
    /// How well the mouth can be seen, mostly -1 to 4: low under a mask or a hand.
    pub mouth_occlusion_prevention: f32,
}

/// What keeps a face from being seen well. The names, in snake case, are stable: apps turn them into advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualityProblem {
    /// Too few pixels: come closer.
    TooFar,
    /// Too little light: turn to it.
    TooDark,
    /// Too much light: step into the shade.
    TooBright,
    /// Hazy, or the light is behind: wipe the lens, turn around.
    Flat,
    /// Not sharp: hold still.
    Blurred,
    /// Turned to the side: look straight.
    TurnedAside,
    /// Tilted, lying or upside down: hold the head, or the phone, upright.
    Tilted,
    /// Something covers eyes or mouth: take it off.
    Covered,
}

/// Which features of a face are covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
    /// By dark glasses, a visor or a hand.
    Eyes,
    /// By a mask, a cloth or a hand.
    Mouth,
    /// Both.
    EyesAndMouth,
}

/// From where on a component of [`Quality`] is a problem. The default for yaw is where the error-versus-discard curve in
/// `docs/accuracy.md` ends to fall; the others lie at the edge of that data, which has nothing worse to judge by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QualityLimits {
    /// The smallest inter-eye distance, in pixels.
    pub inter_eye_distance: f32,
    /// The greatest yaw to either side, in degrees.
    pub head_pose_yaw: f32,
    /// The greatest roll to either side, in degrees.
    pub head_pose_roll: f32,
    /// The smallest sharpness.
    pub sharpness: f32,
    /// The smallest and the greatest mean luminance.
    pub luminance_mean: [f32; 2],
    /// The smallest contrast.
    pub contrast: f32,
    /// The smallest [`Quality::eyes_visible`].
    pub eyes_visible: f32,
    /// The smallest [`Quality::mouth_occlusion_prevention`].
    pub mouth_occlusion_prevention: f32,
}

impl Default for QualityLimits {
    fn default() -> Self {
        Self {
            inter_eye_distance: 24.0,
            head_pose_yaw: 30.0,
            head_pose_roll: 30.0,
            sharpness: 40.0,
            luminance_mean: [0.2, 0.8],
            contrast: 0.08,
            eyes_visible: 0.32,
            mouth_occlusion_prevention: 0.195,
        }
    }
}

/// How far the tip of the nose stands before the eyes, in inter-eye distances; a mean of adult faces.
const NOSE_DEPTH: f32 = 0.5;

impl Quality {
    /// Measures a face and the crop that was aligned from it.
    pub fn measure(face: &Face, aligned: &AlignedFace) -> Self {
        let (yaw, roll) = pose(face);
        let luminance: Vec<f32> = aligned.pixels().iter().copied().map(luminance).collect();
        let (mean, variance) = mean_and_variance(&luminance);
        Self {
            inter_eye_distance: face.inter_eye(),
            head_pose_yaw: yaw,
            head_pose_roll: roll,
            sharpness: mean_and_variance(&laplacian(&luminance)).1,
            luminance_mean: mean / 255.0,
            contrast: variance.sqrt() / 255.0,
            eyes_visible: occlusion::eyes_visible(aligned),
            mouth_occlusion_prevention: occlusion::mouth_visible(aligned),
        }
    }
}

impl Quality {
    /// What is beyond the limits, in the order in which it's worth mending.
    pub fn problems(&self, limits: &QualityLimits) -> Vec<QualityProblem> {
        let [darkest, brightest] = limits.luminance_mean;
        let judged = [
            (self.inter_eye_distance < limits.inter_eye_distance, QualityProblem::TooFar),
            (self.luminance_mean < darkest, QualityProblem::TooDark),
            (self.luminance_mean > brightest, QualityProblem::TooBright),
            (self.contrast < limits.contrast, QualityProblem::Flat),
            (self.sharpness < limits.sharpness, QualityProblem::Blurred),
            (self.head_pose_roll.abs() >= limits.head_pose_roll, QualityProblem::Tilted),
            (self.head_pose_yaw.abs() > limits.head_pose_yaw, QualityProblem::TurnedAside),
            (self.covered(limits).is_some(), QualityProblem::Covered),
        ];
        judged.into_iter().filter_map(|(is_problem, problem)| is_problem.then_some(problem)).collect()
    }

    /// What of the face is covered, if anything.
    pub fn covered(&self, limits: &QualityLimits) -> Option<Covered> {
        let eyes = self.eyes_visible < limits.eyes_visible;
        let mouth = self.mouth_occlusion_prevention < limits.mouth_occlusion_prevention;
        match (eyes, mouth) {
            (true, true) => Some(Covered::EyesAndMouth),
            (true, false) => Some(Covered::Eyes),
            (false, true) => Some(Covered::Mouth),
            (false, false) => None,
        }
    }
}

/// Rec. 601, as for the Y of a JPEG.
pub(crate) fn luminance([r, g, b]: [u8; 3]) -> f32 {
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

/// Yaw and roll in degrees. The nose moves aside by its depth times sin(yaw) while the eyes come nearer by cos(yaw).
fn pose(face: &Face) -> (f32, f32) {
    let [[rx, ry], [lx, ly], [nx, ny], ..] = face.landmarks;
    let (dx, dy) = (lx - rx, ly - ry);
    let squared = (dx * dx + dy * dy).max(f32::EPSILON);
    let (from_middle_x, from_middle_y) = (nx - f32::midpoint(rx, lx), ny - f32::midpoint(ry, ly));
    let aside = (from_middle_x * dx + from_middle_y * dy) / squared;
    ((aside / NOSE_DEPTH).atan().to_degrees(), face.roll())
}

fn laplacian(values: &[f32]) -> Vec<f32> {
    let side = AlignedFace::SIDE;
    let inner = 1..side - 1;
    inner
        .clone()
        .flat_map(|y| inner.clone().map(move |x| y * side + x))
        .map(|i| values[i - 1] + values[i + 1] + values[i - side] + values[i + side] - 4.0 * values[i])
        .collect()
}

fn mean_and_variance(values: &[f32]) -> (f32, f32) {
    let count = values.len() as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    let variance = values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / count;
    (mean as f32, variance as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(landmarks: [[f32; 2]; 5]) -> Face {
        Face { bbox: [0.0, 0.0, 100.0, 100.0], landmarks, score: 0.9 }
    }

    fn crop(pixel: impl Fn(usize, usize) -> u8) -> AlignedFace {
        let side = AlignedFace::SIDE;
        let pixels: Vec<u8> = (0..side * side).flat_map(|i| [pixel(i % side, i / side); 3]).collect();
        AlignedFace::from_rgb(&pixels).expect("112 x 112")
    }

    #[test]
    fn pose_follows_the_landmarks() {
        let frontal = face([[30.0, 40.0], [70.0, 40.0], [50.0, 60.0], [35.0, 80.0], [65.0, 80.0]]);
        let turned = face([[30.0, 40.0], [70.0, 40.0], [65.0, 60.0], [35.0, 80.0], [65.0, 80.0]]);
        let tilted = face([[60.0, 30.0], [60.0, 70.0], [40.0, 50.0], [20.0, 35.0], [20.0, 65.0]]);
        let measure = |f: &Face| Quality::measure(f, &crop(|_, _| 0));
        let q = measure(&frontal);
        assert!(
            q.head_pose_yaw.abs() < 0.01 && q.head_pose_roll.abs() < 0.01 && (q.inter_eye_distance - 40.0).abs() < 0.01
        );
        assert!((30.0..45.0).contains(&measure(&turned).head_pose_yaw));
        let q = measure(&tilted);
        assert!(q.head_pose_yaw.abs() < 0.01 && (q.head_pose_roll - 90.0).abs() < 0.01);
    }

    #[test]
    fn blur_darkness_and_haze_show() {
        let f = face([[30.0, 40.0], [70.0, 40.0], [50.0, 60.0], [35.0, 80.0], [65.0, 80.0]]);
        let sharp = Quality::measure(&f, &crop(|x, y| if (x / 4 + y / 4) % 2 == 0 { 220 } else { 30 }));
        let soft = Quality::measure(&f, &crop(|x, _| (x * 2) as u8));
        let dark = Quality::measure(&f, &crop(|_, _| 10));
        assert!(sharp.sharpness > 100.0 * soft.sharpness.max(1.0));
        assert!(dark.luminance_mean < 0.05 && dark.contrast < 0.01);
        assert!((sharp.luminance_mean - 125.0 / 255.0).abs() < 0.01 && sharp.contrast > 0.3);
    }

    #[test]
    fn what_is_beyond_a_limit_is_named_and_nothing_else() {
        let limits = QualityLimits::default();
        let good = Quality {
            inter_eye_distance: 100.0,
            head_pose_yaw: 0.0,
            head_pose_roll: 0.0,
            sharpness: 1000.0,
            luminance_mean: 0.5,
            contrast: 0.2,
            eyes_visible: 1.0,
            mouth_occlusion_prevention: 1.0,
        };
        assert_eq!(good.problems(&limits), []);
        let night = Quality { luminance_mean: 0.01, contrast: 0.01, sharpness: 1.0, ..good };
        assert_eq!(night.problems(&limits), [QualityProblem::TooDark, QualityProblem::Flat, QualityProblem::Blurred]);
        let aside = Quality { head_pose_yaw: -80.0, head_pose_roll: 80.0, luminance_mean: 0.99, ..good };
        assert_eq!(
            aside.problems(&limits),
            [QualityProblem::TooBright, QualityProblem::Tilted, QualityProblem::TurnedAside]
        );
        assert_eq!(good.covered(&limits), None);
        for (eyes, mouth, covered) in
            [(0.1, 1.0, Covered::Eyes), (1.0, -0.1, Covered::Mouth), (0.1, -0.1, Covered::EyesAndMouth)]
        {
            let face = Quality { eyes_visible: eyes, mouth_occlusion_prevention: mouth, ..good };
            assert_eq!(face.covered(&limits), Some(covered));
            assert_eq!(face.problems(&limits), [QualityProblem::Covered]);
        }
        assert_eq!(Quality { inter_eye_distance: 1.0, ..good }.problems(&limits), [QualityProblem::TooFar]);
    }
}
