//! Whether something covers the eyes or the mouth of an aligned face: dark glasses, a mask, a hand.
//!
//! No model: eyes are lighter somewhere than dark glass and have edges, which a hand hasn't; lips are redder than what is
//! above and below them, have a dark line, and skin around them of the nose's colour. `docs/liveness.md` has what that
//! finds and what it doesn't.

use crate::AlignedFace;
use crate::quality::luminance;

/// Left, right, top and bottom in the aligned crop, right and bottom not included.
type Field = [usize; 4];

const EYES: [Field; 2] = [[27, 50, 45, 58], [62, 85, 45, 58]];
const CHEEKS: [Field; 2] = [[24, 38, 64, 76], [75, 89, 64, 76]];
const NOSE_BRIDGE: [Field; 1] = [[44, 69, 44, 64]];
const MOUTH: [Field; 1] = [[40, 73, 84, 101]];
/// Across the lips; rows from above them to the chin.
const LIPS: [usize; 2] = [44, 69];
const ABOVE_LIPS: [usize; 2] = [80, 83];
const AT_LIPS: [usize; 2] = [87, 99];
const BELOW_LIPS: [usize; 2] = [103, 106];
const MOUTH_LINE: Field = [46, 67, 78, 108];

/// Of luminance (0 to 255), so that the dark divides nothing by nothing.
const DARK: f32 = 5.0;

/// The lightest fifth of the eyes by the cheeks, or the steepness down the eyes by the cheeks times ten, whichever is
/// less: 0.3 or less where dark glass or a hand covers them.
pub(crate) fn eyes_visible(face: &AlignedFace) -> f32 {
    let light = luminances(face, &EYES);
    let cheeks = quantile(luminances(face, &CHEEKS), 0.5) + DARK;
    let steepness = mean(EYES.iter().flat_map(|[left, right, top, bottom]| {
        let columns = *left + 3..*right - 3;
        columns.flat_map(|x| (*top - 1..*bottom).map(move |y| (at(face, x, y + 1) - at(face, x, y)).abs()))
    }));
    ((quantile(light, 0.8) + DARK) / cheeks).min(10.0 * steepness / cheeks)
}

/// How much of a mouth is seen: its dark line and five times its redness, less two and a half times the distance of its
/// surroundings' chromaticity from the nose's. Below 0.2 where a mask or a hand covers it.
pub(crate) fn mouth_visible(face: &AlignedFace) -> f32 {
    let [left, right, top, bottom] = MOUTH_LINE;
    let rows: Vec<f32> = (top..bottom).map(|y| mean((left..right).map(|x| at(face, x, y)))).collect();
    let (darkest, lightest) = rows.iter().fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
    let line = (lightest - darkest) / (mean(rows.iter().copied()) + DARK);

    let redness = |y: usize| {
        mean((LIPS[0]..LIPS[1]).map(|x| {
            let [r, g, b] = pixel(face, x, y);
            (r - g) / (r + g + b + 1e-3)
        }))
    };
    let lips = (AT_LIPS[0]..AT_LIPS[1]).map(redness).fold(f32::MIN, f32::max);
    let around = mean([ABOVE_LIPS, BELOW_LIPS].into_iter().flat_map(|[from, to]| from..to).map(redness));

    let chromaticity = |fields: &[Field], channel: usize| {
        let values = places(fields).map(|(x, y)| {
            let pixel = pixel(face, x, y);
            pixel[channel] / (pixel.iter().sum::<f32>() + 1e-3)
        });
        quantile(values.collect(), 0.5)
    };
    let [red, green] = [0, 1].map(|channel| chromaticity(&MOUTH, channel) - chromaticity(&NOSE_BRIDGE, channel));
    line + 5.0 * (lips - around) - 2.5 * red.hypot(green)
}

fn places(fields: &[Field]) -> impl Iterator<Item = (usize, usize)> {
    fields
        .iter()
        .flat_map(|[left, right, top, bottom]| (*top..*bottom).flat_map(move |y| (*left..*right).map(move |x| (x, y))))
}

fn luminances(face: &AlignedFace, fields: &[Field]) -> Vec<f32> {
    places(fields).map(|(x, y)| at(face, x, y)).collect()
}

fn at(face: &AlignedFace, x: usize, y: usize) -> f32 {
    luminance(face.pixels()[y * AlignedFace::SIDE + x])
}

fn pixel(face: &AlignedFace, x: usize, y: usize) -> [f32; 3] {
    face.pixels()[y * AlignedFace::SIDE + x].map(f32::from)
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0_f32), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

fn quantile(mut values: Vec<f32>, part: f32) -> f32 {
    let place = (values.len().saturating_sub(1)) as f32 * part;
    let (_, value, _) = values.select_nth_unstable_by(place.round() as usize, f32::total_cmp);
    *value
}
