//! The best frames of a session, and the one template they make together.

use std::time::Duration;

use crate::{Quality, Template, TemplateError};

/// A frame worth keeping.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub at: Duration,
    pub quality: Quality,
    pub template: Template,
}

/// The best few, the best first.
#[derive(Default)]
pub(super) struct Best {
    shots: Vec<Shot>,
}

/// More frames of one moment are too alike to add anything.
const MAX_SHOTS: usize = 5;

impl Best {
    /// Keeps a frame if it's among the best. Whether it's the best of all.
    pub fn add(&mut self, shot: Shot) -> bool {
        let at = self.shots.partition_point(|kept| score(&kept.quality) >= score(&shot.quality));
        self.shots.insert(at, shot);
        self.shots.truncate(MAX_SHOTS);
        at == 0
    }

    pub fn len(&self) -> usize {
        self.shots.len()
    }

    pub fn first(&self) -> Option<&Shot> {
        self.shots.first()
    }

    pub fn clear(&mut self) {
        self.shots.clear();
    }

    /// The template of all, each weighing as much as its quality says.
    pub fn fused(&self) -> Option<Result<Template, TemplateError>> {
        let weighed = self.shots.iter().map(|shot| (&shot.template, score(&shot.quality)));
        (!self.shots.is_empty()).then(|| Template::fused(weighed))
    }
}

/// How much a frame is worth, above 0 and at most 1: the share that each component has of what is enough.
fn score(quality: &Quality) -> f32 {
    let share = |value: f32, enough: f32| (value / enough).clamp(0.05, 1.0);
    share(quality.inter_eye_distance, 60.0)
        * share(quality.sharpness.sqrt(), 20.0)
        * share(quality.contrast, 0.15)
        * share(0.5 - (quality.luminance_mean - 0.5).abs(), 0.3)
        * share(quality.head_pose_yaw.to_radians().cos().powi(2), 1.0)
        * share(quality.head_pose_roll.to_radians().cos(), 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::tests::{good, template};

    #[test]
    fn the_best_frame_is_the_sharp_straight_one() {
        let mut best = Best::default();
        let shot = |ms: u64, quality| Shot { at: Duration::from_millis(ms), quality, template: template(0.0) };
        assert!(best.add(shot(1, Quality { sharpness: 60.0, ..good() })));
        assert!(best.add(shot(2, good())));
        assert!(!best.add(shot(3, Quality { head_pose_yaw: 25.0, ..good() })));
        assert!(!best.add(shot(4, Quality { luminance_mean: 0.22, ..good() })));
        assert_eq!(best.first().map(|shot| shot.at), Some(Duration::from_millis(2)));
    }

    proptest! {
        #[test]
        fn no_more_are_kept_than_have_a_place_and_the_best_of_all_is_among_them(
            sharpness in prop::collection::vec(1.0_f32..500.0, 1..40),
        ) {
            let mut best = Best::default();
            for sharpness in &sharpness {
                best.add(Shot { at: Duration::ZERO, quality: Quality { sharpness: *sharpness, ..good() }, template: template(0.1) });
            }
            prop_assert!(best.len() <= MAX_SHOTS);
            let first = score(&best.first().expect("one at least").quality);
            let best_there_was = sharpness.iter().map(|s| score(&Quality { sharpness: *s, ..good() })).fold(0.0, f32::max);
            prop_assert!(first >= best_there_was);
            let fused = best.fused().expect("one at least").expect("one model");
            prop_assert!((fused.similarity(&template(0.1)).expect("one model") - 1.0).abs() < 1e-4);
        }
    }
}
