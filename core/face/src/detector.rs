//! YuNet: finds faces and their five landmarks.

use crate::align::turned_back;
use crate::network::{Network, NetworkError};
use crate::resize::{shrunk, square};
use crate::{DetectorSettings, Face, Frame};

/// The longer side, in pixels, to which a frame is scaled down before faces are looked for.
///
/// A face that counts fills a good part of the frame, and at 320 it is still 40 pixels wide if it fills an eighth.
pub const DEFAULT_WORKING_SIZE: u32 = 320;

/// YuNet (2023mar) at a chosen working size.
pub struct Detector {
    network: Network,
    settings: DetectorSettings,
    working_size: u32,
}

/// Feature maps have one cell for so many pixels.
const STRIDES: [usize; 3] = [8, 16, 32];

/// Width and height fed to the network are multiples of the largest stride.
const MULTIPLE: usize = 32;

/// The side of a close-up, by the longer side of the face's box. With twice the side landmarks were no better than
/// those of the whole frame.
const CLOSE_UP: f32 = 1.5;

/// A face seen close up is the one that was meant if their boxes overlap so much (intersection over union).
const SAME_FACE: f32 = 0.5;

/// An upright face is found this surely, and its eyes are level to within so many degrees: then its landmarks tell its roll.
const SURE: f32 = 0.92;
const LEVEL: f32 = 8.0;

/// So many turns are looked at otherwise, so many degrees apart.
const TURNS: usize = 12;
const STEP: f32 = 360.0 / TURNS as f32;

/// In a square of so many pixels a side, which is so many times as wide as the face's box.
const TURNED: u32 = 160;
const AROUND: f32 = 1.8;

/// Where nobody is found, the frame is looked at turned by so many degrees, in a square of so many pixels a side.
const LYING_TURNS: [f32; 7] = [90.0, -90.0, 180.0, 45.0, -45.0, 135.0, -135.0];
const LYING: u32 = 224;

impl Detector {
    /// Reads the network; `working_size` is the longer side in pixels. A frame that's smaller is taken as it is.
    pub fn load(onnx: &[u8], settings: DetectorSettings, working_size: u32) -> Result<Self, NetworkError> {
        Ok(Self { network: Network::of_any_size(onnx)?, settings, working_size: working_size.max(MULTIPLE as u32) })
    }

    /// The longer side, in pixels, to which frames are scaled down.
    pub fn working_size(&self) -> u32 {
        self.working_size
    }

    /// Changes the working size; at least 32.
    pub fn set_working_size(&mut self, working_size: u32) {
        self.working_size = working_size.max(MULTIPLE as u32);
    }

    /// All faces, the surest first, in pixels of the frame.
    pub fn detect(&self, frame: &Frame) -> Result<Vec<Face>, NetworkError> {
        let shrunk = shrunk(frame, self.working_size);
        let seen = shrunk.as_ref().unwrap_or(frame);
        let scale = [frame.width() as f32 / seen.width() as f32, frame.height() as f32 / seen.height() as f32];
        Ok(self.seen(seen)?.into_iter().map(|face| face.scaled(scale)).collect())
    }

    /// A face that [`Self::detect`] found, with better landmarks: the mean of those seen close up, in each of the
    /// squares that the settings name. Where none of them shows it, the face as it was.
    pub fn close_up(&self, frame: &Frame, face: &Face) -> Result<Face, NetworkError> {
        let [left, top, width, height] = face.bbox;
        let side = width.max(height) * CLOSE_UP;
        let corner = [left + (width - side) / 2.0, top + (height - side) / 2.0];
        let (mut sum, mut found) = ([[0.0; 2]; 5], 0.0);
        for pixels in &self.settings.close_ups {
            let Some(close) = square(frame, corner, side, *pixels) else { continue };
            let scale = side / *pixels as f32;
            let here = self.seen(&close)?.into_iter().map(|seen| seen.scaled([scale; 2]).moved(corner));
            let same = here.max_by(|a, b| overlap(a, face).total_cmp(&overlap(b, face)));
            if let Some(same) = same.filter(|same| overlap(same, face) >= SAME_FACE) {
                found += 1.0;
                for (sum, seen) in sum.as_flattened_mut().iter_mut().zip(same.landmarks.as_flattened()) {
                    *sum += seen;
                }
            }
        }
        let landmarks = if found > 0.0 { sum.map(|point| point.map(|sum| sum / found)) } else { face.landmarks };
        Ok(Face { landmarks, ..*face })
    }

    /// By how many degrees the head is tilted, -180 to 180, positive clockwise. The landmarks don't tell: of a tilted face,
    /// and of one that is upside down, the network gives them as if it were upright, only less surely. So where it isn't
    /// sure, the face is looked at turned by each twelfth, and the surest turn counts.
    pub fn roll(&self, frame: &Frame, face: &Face) -> Result<f32, NetworkError> {
        let by_landmarks = face.roll();
        if face.score >= SURE && by_landmarks.abs() <= LEVEL {
            return Ok(by_landmarks);
        }
        let [left, top, width, height] = face.bbox;
        // Large enough that a corner is there in each turn.
        let pixels = (TURNED as f32 * std::f32::consts::SQRT_2).ceil() as u32;
        let side = width.max(height) * AROUND * std::f32::consts::SQRT_2;
        let corner = [left + (width - side) / 2.0, top + (height - side) / 2.0];
        let Some(close) = square(frame, corner, side, pixels) else { return Ok(by_landmarks) };
        let mut sure = [0.0_f32; TURNS];
        for (turn, sure) in sure.iter_mut().enumerate() {
            let turned = turned_back(&close, turn as f32 * STEP, TURNED);
            let middle = self.seen(&turned)?.into_iter().find(|face| {
                let [left, top, width, height] = face.bbox;
                [left + width / 2.0, top + height / 2.0].iter().all(|at| (at / TURNED as f32 - 0.5).abs() < 0.25)
            });
            *sure = middle.map_or(0.0, |face| face.score);
        }
        let best = (0..TURNS).max_by(|a, b| sure[*a].total_cmp(&sure[*b])).unwrap_or_default();
        // Between the steps: the top of the parabola through the surest and its neighbours.
        let [before, top, after] = [best + TURNS - 1, best, best + 1].map(|turn| sure[turn % TURNS]);
        let curve = before - 2.0 * top + after;
        let beside = if curve < 0.0 { (before - after) / curve / 2.0 } else { 0.0 };
        let degrees = (best as f32 + beside) * STEP;
        Ok(if degrees > 180.0 { degrees - 360.0 } else { degrees })
    }

    /// A face that lies or is much tilted, in a frame in which [`Detector::detect`] finds none. It's looked for at a small
    /// size and its landmarks lie as it does: enough to tell somebody to sit up, and no more.
    pub(crate) fn lying(&self, frame: &Frame) -> Result<Option<Face>, NetworkError> {
        let [width, height] = [frame.width() as f32, frame.height() as f32];
        // Large enough that a corner is there in each turn.
        let pixels = (LYING as f32 * std::f32::consts::SQRT_2).ceil() as u32;
        let side = width.max(height) * std::f32::consts::SQRT_2;
        let Some(whole) = square(frame, [(width - side) / 2.0, (height - side) / 2.0], side, pixels) else {
            return Ok(None);
        };
        let scale = side / pixels as f32;
        for degrees in LYING_TURNS {
            let Some(face) = self.seen(&turned_back(&whole, degrees, LYING))?.into_iter().next() else { continue };
            let (sin, cos) = degrees.to_radians().sin_cos();
            let back = |[x, y]: [f32; 2]| {
                let [x, y] = [x, y].map(|at| (at - LYING as f32 / 2.0) * scale);
                [x * cos - y * sin + width / 2.0, x * sin + y * cos + height / 2.0]
            };
            let [left, top, wide, high] = face.bbox;
            let [x, y] = back([left + wide / 2.0, top + high / 2.0]);
            let side = wide.max(high) * scale;
            let bbox = [x - side / 2.0, y - side / 2.0, side, side];
            return Ok(Some(Face { bbox, landmarks: face.landmarks.map(back), score: face.score }));
        }
        Ok(None)
    }

    /// All faces in a frame of the size that the network sees.
    fn seen(&self, frame: &Frame) -> Result<Vec<Face>, NetworkError> {
        let (width, height) = (padded(frame.width()), padded(frame.height()));
        let outputs = self.network.run([height, width, 3], |input| fill(input, frame, width))?;
        let mut faces = read(&outputs, width, height, self.settings.min_score)?;
        faces.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(without_overlaps(faces, self.settings.max_overlap))
    }
}

fn padded(side: u32) -> usize {
    (side as usize).next_multiple_of(MULTIPLE)
}

/// Blue, green and red of each pixel, 0 to 255; zero to the right of the frame and below it.
fn fill(input: &mut [u8], frame: &Frame, width: usize) {
    let rows = input.as_chunks_mut::<3>().0.chunks_exact_mut(width);
    for (to, from) in rows.zip(frame.rgb().chunks_exact(frame.width() as usize)) {
        for (values, [red, green, blue]) in to.iter_mut().zip(from) {
            *values = [*blue, *green, *red];
        }
    }
}

/// Reads the feature maps: twelve outputs, for each stride (in this order of kinds) class, object, box, landmarks.
fn read(outputs: &[Vec<f32>], width: usize, height: usize, min_score: f32) -> Result<Vec<Face>, NetworkError> {
    let unexpected = || NetworkError::Output("YuNet has twelve outputs of one length a stride");
    let mut faces = Vec::new();
    for (level, stride) in STRIDES.into_iter().enumerate() {
        let columns = width / stride;
        let cells = columns * (height / stride);
        let part = |kind: usize, values: usize| {
            outputs.get(kind * STRIDES.len() + level).filter(|o| o.len() == cells * values).ok_or_else(unexpected)
        };
        let (class, object) = (part(0, 1)?, part(1, 1)?);
        let (boxes, _) = part(2, 4)?.as_chunks::<4>();
        let (points, _) = part(3, 10)?.as_chunks::<10>();
        for cell in 0..cells {
            let score = (class[cell].clamp(0.0, 1.0) * object[cell].clamp(0.0, 1.0)).sqrt();
            if score.is_nan() || score < min_score {
                continue;
            }
            let (column, row, stride) = ((cell % columns) as f32, (cell / columns) as f32, stride as f32);
            let [dx, dy, dw, dh] = boxes[cell];
            let (w, h) = (dw.exp() * stride, dh.exp() * stride);
            let bbox = [(column + dx) * stride - w / 2.0, (row + dy) * stride - h / 2.0, w, h];
            let point = |i: usize| [(points[cell][2 * i] + column) * stride, (points[cell][2 * i + 1] + row) * stride];
            faces.push(Face { bbox, landmarks: std::array::from_fn(point), score });
        }
    }
    Ok(faces)
}

/// Non-maximum suppression: keeps a face (surest first) unless it overlaps one that was kept.
fn without_overlaps(faces: Vec<Face>, max_overlap: f32) -> Vec<Face> {
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.iter().all(|other| overlap(&face, other) <= max_overlap) {
            kept.push(face);
        }
    }
    kept
}

/// Intersection over union.
fn overlap(a: &Face, b: &Face) -> f32 {
    let along = |axis: usize| {
        let end = (a.bbox[axis] + a.bbox[axis + 2]).min(b.bbox[axis] + b.bbox[axis + 2]);
        (end - a.bbox[axis].max(b.bbox[axis])).max(0.0)
    };
    let common = along(0) * along(1);
    common / (a.area() + b.area() - common).max(f32::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, side: f32, score: f32) -> Face {
        Face { bbox: [x, 0.0, side, side], landmarks: [[x, 0.0]; 5], score }
    }

    #[test]
    fn of_overlapping_boxes_the_surest_stays() {
        let faces = vec![face(0.0, 10.0, 0.9), face(3.0, 10.0, 0.8), face(6.0, 10.0, 0.7), face(40.0, 10.0, 0.6)];
        let kept = without_overlaps(faces, 0.3);
        assert_eq!(kept.iter().map(|f| f.bbox[0]).collect::<Vec<_>>(), [0.0, 6.0, 40.0]);
    }

    #[test]
    fn outputs_of_another_network_are_an_error() {
        assert!(read(&[], 32, 32, 0.6).is_err());
        assert!(read(&vec![vec![0.0; 3]; 12], 32, 32, 0.6).is_err());
    }

    #[test]
    fn a_cell_says_where_its_face_is() {
        let cells = [16, 4, 1];
        let mut outputs: Vec<Vec<f32>> =
            [1, 1, 4, 10].iter().flat_map(|values| cells.map(|c| vec![0.0; c * values])).collect();
        // Stride 16, second cell of the second row: surely a face, 32 pixels wide, its centre at the cell's corner.
        outputs[1][3] = 1.0;
        outputs[4][3] = 0.81;
        outputs[7][14] = 2.0_f32.ln();
        outputs[7][15] = 2.0_f32.ln();
        // A score that isn't a number.
        outputs[0][0] = f32::NAN;
        let faces = read(&outputs, 32, 32, 0.6).expect("twelve outputs");
        assert_eq!(faces.len(), 1);
        assert!((faces[0].score - 0.9).abs() < 1e-6);
        for (got, expected) in faces[0].bbox.iter().zip([0.0, 0.0, 32.0, 32.0]) {
            assert!((got - expected).abs() < 1e-4);
        }
        assert!(faces[0].landmarks[4].iter().all(|v| (v - 16.0).abs() < 1e-4));
    }
}
