//! A found face, and which of several is the one that counts.

use serde::{Deserialize, Serialize};

/// A face that the detector found, in pixels of the frame; may reach beyond its edges.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// Left, top, width, height.
    #[serde(rename = "box")]
    pub bbox: [f32; 4],
    /// The person's right eye, left eye, tip of the nose, right and left corner of the mouth; each `[x, y]`.
    pub landmarks: [[f32; 2]; 5],
    /// How sure the detector is, 0 to 1.
    pub score: f32,
}

impl Face {
    /// Square pixels of the box.
    pub fn area(&self) -> f32 {
        self.bbox[2] * self.bbox[3]
    }

    /// Pixels from eye to eye, as if the head faced the camera: what limits how much a recogniser can see. In a
    /// profile the eyes come together while the way down to the mouth stays, so the larger of the two measures counts.
    pub fn inter_eye(&self) -> f32 {
        let [[rx, ry], [lx, ly], _, [mrx, mry], [mlx, mly]] = self.landmarks;
        let eyes = (lx - rx).hypot(ly - ry);
        let down = f32::hypot(
            f32::midpoint(mrx, mlx) - f32::midpoint(rx, lx),
            f32::midpoint(mry, mly) - f32::midpoint(ry, ly),
        );
        eyes.max(down * EYES_BY_DOWN)
    }

    /// Degrees that the line of the eyes is tilted, positive clockwise, as the landmarks have it.
    pub(crate) fn roll(&self) -> f32 {
        let [[rx, ry], [lx, ly], ..] = self.landmarks;
        (ly - ry).atan2(lx - rx).to_degrees()
    }

    /// The face in pixels of another size: `[across, down]` of them by pixel of this frame.
    #[must_use]
    pub fn scaled(&self, [across, down]: [f32; 2]) -> Self {
        let [left, top, width, height] = self.bbox;
        Self {
            bbox: [left * across, top * down, width * across, height * down],
            landmarks: self.landmarks.map(|[x, y]| [x * across, y * down]),
            score: self.score,
        }
    }

    /// The face where the frame's corner lies at `[x, y]`.
    #[cfg(feature = "inference")]
    #[must_use]
    pub(crate) fn moved(&self, [x, y]: [f32; 2]) -> Self {
        let [left, top, width, height] = self.bbox;
        Self {
            bbox: [left + x, top + y, width, height],
            landmarks: self.landmarks.map(|[px, py]| [px + x, py + y]),
            score: self.score,
        }
    }

    fn centre(&self) -> (f32, f32) {
        (self.bbox[0] + self.bbox[2] / 2.0, self.bbox[1] + self.bbox[3] / 2.0)
    }
}

/// From eye to eye, by the way from between the eyes to the middle of the mouth: a mean of frontal faces, taken from
/// the recogniser's reference landmarks.
const EYES_BY_DOWN: f32 = 0.87;

/// The face that counts, and who else is prominent.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The largest and most central.
    pub face: Face,
    /// Others of at least half its area: whoever asks for one person has to ask again.
    pub other_large: Vec<Face>,
}

/// Picks the face that counts in a frame of this size; `None` without faces.
///
/// Area counts, less twice the squared distance from the middle of the frame: a neighbour who leans into the edge
/// doesn't win over the person the camera points at.
pub fn choose(faces: &[Face], width: u32, height: u32) -> Option<Choice> {
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    let prominence = |face: &Face| {
        let (x, y) = face.centre();
        face.area() - 2.0 * ((x - middle_x).powi(2) + (y - middle_y).powi(2))
    };
    let at = (0..faces.len()).max_by(|a, b| prominence(&faces[*a]).total_cmp(&prominence(&faces[*b])))?;
    let face = faces[at];
    let others = faces.iter().enumerate().filter(|(i, other)| *i != at && other.area() >= face.area() / 2.0);
    Some(Choice { face, other_large: others.map(|(_, other)| *other).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, y: f32, side: f32) -> Face {
        Face { bbox: [x - side / 2.0, y - side / 2.0, side, side], landmarks: [[x, y]; 5], score: 0.9 }
    }

    #[test]
    fn without_faces_there_is_no_choice() {
        assert_eq!(choose(&[], 100, 100), None);
    }

    #[test]
    fn the_large_central_face_counts_and_a_small_one_is_not_in_the_way() {
        let (large, small) = (face(320.0, 240.0, 200.0), face(100.0, 100.0, 60.0));
        let choice = choose(&[small, large], 640, 480).expect("two faces");
        assert_eq!(choice, Choice { face: large, other_large: vec![] });
    }

    #[test]
    fn of_two_large_faces_the_central_one_counts_and_the_other_is_reported() {
        let (centre, edge) = (face(320.0, 240.0, 180.0), face(560.0, 240.0, 200.0));
        let choice = choose(&[edge, centre], 640, 480).expect("two faces");
        assert_eq!(choice, Choice { face: centre, other_large: vec![edge] });
    }

    #[test]
    fn a_head_turned_aside_is_as_large_as_before() {
        let frontal = [[30.0, 40.0], [70.0, 40.0], [50.0, 62.0], [33.0, 86.0], [67.0, 86.0]];
        let profile = [[48.0, 40.0], [60.0, 40.0], [68.0, 62.0], [50.0, 86.0], [60.0, 86.0]];
        let size = |landmarks| Face { landmarks, ..face(50.0, 60.0, 100.0) }.inter_eye();
        assert!((size(frontal) - 40.0).abs() < 0.1);
        assert!((size(profile) - 40.0).abs() < 2.0);
    }
}
