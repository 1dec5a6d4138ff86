//! Where the face was last: whether it's one film of one face.

use std::time::Duration;

use super::Observation;
use crate::Face;

/// Follows the face from frame to frame.
#[derive(Default)]
pub(super) struct Track {
    last: Option<(Duration, Face)>,
    broken: bool,
}

/// Without a face for longer than this, another may have taken its place.
const GAP: Duration = Duration::from_millis(800);

/// Faster than this, in widths of the face a second, a frame is blurred.
const FAST: f32 = 2.0;

/// Faster than this nobody moves: the film was cut. Frames may be as far apart as [`GAP`], and within one even a waved
/// picture stops and turns.
const JUMP: f32 = 8.0;

impl Track {
    /// What comes next isn't the same film.
    pub fn break_off(&mut self) {
        self.broken = true;
    }

    pub fn follow(&mut self, observation: &Observation) {
        self.broken = false;
        if let Some(seen) = observation.checked() {
            self.last = Some((observation.at, seen.face));
        }
    }

    /// Whether the face moved too fast to be sharp.
    pub fn is_fast(&self, observation: &Observation) -> bool {
        !self.broken && self.speed(observation).is_some_and(|speed| speed > FAST)
    }

    /// Whether this can't be the next frame of the same film of the same face.
    pub fn is_torn(&self, observation: &Observation) -> bool {
        let gone = self.last.is_none_or(|(at, _)| observation.at.saturating_sub(at) > GAP);
        self.broken || gone || self.speed(observation).is_some_and(|speed| speed > JUMP)
    }

    /// In widths of the face a second: of its middle, or of its size.
    fn speed(&self, observation: &Observation) -> Option<f32> {
        let (before, last) = self.last?;
        let face = observation.checked()?.face;
        let middle = |face: &Face| [face.bbox[0] + face.bbox[2] / 2.0, face.bbox[1] + face.bbox[3] / 2.0];
        let ([x, y], [last_x, last_y]) = (middle(&face), middle(&last));
        let width = face.bbox[2].max(last.bbox[2]);
        let way = (x - last_x).hypot(y - last_y).max((face.bbox[2] - last.bbox[2]).abs());
        // Frames that were delivered in a bunch may be closer in time than they were taken.
        Some(way / width / observation.at.saturating_sub(before).as_secs_f32().max(0.03))
    }
}
