//! Each fault that a photo of a letter may have, from hardly any to far too much.

use saksi_face::PageProblem;

use super::letter::Filling;
use super::photo::Shot;

/// One kind of fault.
pub struct Fault {
    pub name: &'static str,
    /// What it's refused with.
    pub problems: &'static [PageProblem],
    pub strengths: [f32; 6],
    apply: fn(f32, &mut Filling, &mut Shot),
}

impl Fault {
    /// The letter and the photo that show it.
    pub fn at(&self, strength: f32) -> (Filling, Shot) {
        let (mut filling, mut shot) = (Filling::default(), Shot::default());
        (self.apply)(strength, &mut filling, &mut shot);
        (filling, shot)
    }
}

/// All of them.
pub fn faults() -> [Fault; 9] {
    use PageProblem::{Blurred, Closer, Faint, Glare, NotAStatement, Shadow, Straighten, TooDark, WholePage};
    [
        Fault {
            name: "blur",
            problems: &[Blurred],
            strengths: [0.5, 1.0, 1.5, 2.5, 4.0, 6.0],
            apply: |strength, _, shot| shot.blur = strength,
        },
        Fault {
            name: "motion",
            problems: &[Blurred],
            strengths: [1.0, 3.0, 5.0, 9.0, 13.0, 20.0],
            apply: |strength, _, shot| shot.motion = strength,
        },
        Fault {
            name: "distance",
            problems: &[Closer],
            strengths: [0.85, 0.7, 0.55, 0.42, 0.35, 0.3],
            apply: |strength, _, shot| shot.fill = strength,
        },
        Fault {
            name: "tilt",
            problems: &[Straighten, Closer],
            strengths: [0.0, 0.2, 0.4, 0.6, 0.75, 0.9],
            apply: |strength, _, shot| (shot.tilt, shot.fill) = ([strength, 0.0], 0.85 - 0.45 * strength),
        },
        Fault {
            name: "darkness",
            problems: &[TooDark],
            strengths: [1.0, 0.5, 0.25, 0.11, 0.08, 0.05],
            apply: |strength, _, shot| (shot.light, shot.noise) = (strength, 4.0),
        },
        Fault {
            name: "shadow",
            problems: &[Shadow],
            strengths: [0.2, 0.45, 0.7, 0.85, 0.9, 0.95],
            apply: |strength, _, shot| shot.shadow = strength,
        },
        Fault {
            name: "glare",
            problems: &[Glare],
            strengths: [0.0, 0.02, 0.035, 0.08, 0.15, 0.25],
            apply: |strength, _, shot| shot.glare = strength,
        },
        Fault {
            name: "faint ink",
            problems: &[Faint, NotAStatement],
            strengths: [0.9, 0.5, 0.25, 0.14, 0.1, 0.06],
            apply: |strength, filling, _| filling.ink = strength,
        },
        Fault {
            name: "cut off",
            problems: &[WholePage],
            strengths: [0.0, 0.03, 0.05, 0.12, 0.18, 0.25],
            apply: |strength, _, shot| shot.moved = [strength, 0.0],
        },
    ]
}
