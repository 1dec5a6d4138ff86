//! Why nobody is asked to look up: what five landmarks make of a head that's raised, and of a page that's tilted as far.

use saksi_face::Engine;

use super::scene::{Finish, Portrait, Pose, Shape, portrait, render};

/// How far down the nose is on the way from the eyes to the mouth, 0 to 1: what a pitch changes in a head and, but for
/// perspective, not in a page. `None` where there's no face to be found.
fn nose_down(engine: &Engine, person: &Portrait, shape: Shape, pitch: f32, seed: u32) -> Option<f32> {
    let finish = if matches!(shape, Shape::Flat) { Finish::Print } else { Finish::Skin };
    let pose = Pose { turn: [0.0, pitch, 0.0], ..Pose::default() };
    let [right, left, nose, mouth_right, mouth_left] =
        portrait(engine, render(person, shape, finish, pose, seed))?.face.landmarks;
    let eyes = f32::midpoint(right[1], left[1]);
    let mouth = f32::midpoint(mouth_right[1], mouth_left[1]);
    Some((nose[1] - eyes) / (mouth - eyes))
}

/// By how much it changes from looking straight to a pitch.
pub fn change(engine: &Engine, person: &Portrait, shape: Shape, pitch: f32) -> Option<f32> {
    let mean = |pitch: f32| {
        let seen: Vec<f32> = (1..=5).filter_map(|seed| nose_down(engine, person, shape, pitch, seed)).collect();
        (seen.len() > 2).then(|| seen.iter().sum::<f32>() / seen.len() as f32)
    };
    Some(mean(pitch)? - mean(0.0)?)
}
