//! A head as five points in space, for tests: seen by a pinhole camera, turned as one likes.

use super::parallax::Landmarks;

/// Right eye, left eye, nose, right and left corner of the mouth: to the left of the person, down, and forward, in
/// inter-eye distances from the middle of the plane of eyes and mouth.
pub(super) type Head = [[f32; 3]; 5];

pub(super) const HEAD: Head =
    [[-0.5, -0.57, 0.0], [0.5, -0.57, 0.0], [0.0, 0.05, 0.45], [-0.4, 0.57, 0.0], [0.4, 0.57, 0.0]];

/// The same as a picture.
pub(super) const FLAT: Head =
    [[-0.5, -0.57, 0.0], [0.5, -0.57, 0.0], [0.0, 0.05, 0.0], [-0.4, 0.57, 0.0], [0.4, 0.57, 0.0]];

/// The middle of the face in pictures of 480 x 640.
pub(super) const MIDDLE: [f32; 2] = [240.0, 320.0];

/// Its landmarks, in pixels of a picture of 480 x 640, from so many inter-eye distances away. Degrees: yaw to the
/// person's left, pitch up.
pub(super) fn view(head: &Head, yaw: f32, pitch: f32, distance: f32) -> Landmarks {
    let ((sin_yaw, cos_yaw), (sin_pitch, cos_pitch)) = (yaw.to_radians().sin_cos(), pitch.to_radians().sin_cos());
    head.map(|[x, y, z]| {
        let (x, z) = (x * cos_yaw + z * sin_yaw, z * cos_yaw - x * sin_yaw);
        let (y, z) = (y * cos_pitch - z * sin_pitch, z * cos_pitch + y * sin_pitch);
        let scale = 640.0 / (distance - z);
        [MIDDLE[0] + x * scale, MIDDLE[1] + y * scale]
    })
}
