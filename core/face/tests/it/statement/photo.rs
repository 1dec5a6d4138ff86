//! Photographs letters and cards: perspective, what they lie on, light, lens, and the sensor's noise.

use saksi_face::Frame;

use super::letter::Letter;
use super::random::Random;

/// What a letter lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Wood,
    LightWood,
    /// Checked, with threads lighter than the paper.
    Cloth,
    DarkTiles,
}

pub const GROUNDS: [Ground; 4] = [Ground::Wood, Ground::LightWood, Ground::Cloth, Ground::DarkTiles];

/// A photo to be taken.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    /// Of the frame.
    pub size: (usize, usize),
    /// Share of the frame that the sheet takes along the side that's tighter.
    pub fill: f32,
    /// Radians by which the sheet is tilted about the horizontal and the vertical axis, and turned in the frame.
    pub tilt: [f32; 2],
    pub turn: f32,
    /// Moved by so many shares of the frame.
    pub moved: [f32; 2],
    pub ground: Ground,
    /// 1 is a well-lit room.
    pub light: f32,
    /// Share of light that a shadow over half the sheet takes away, and its width from light to dark in shares of the frame.
    pub shadow: f32,
    pub penumbra: f32,
    /// A lamp's reflection: its radius in shares of the sheet's width; 0 for none.
    pub glare: f32,
    /// Standard deviation of the lens's blur, in pixels.
    pub blur: f32,
    /// Pixels that the camera moved, along 30 degrees.
    pub motion: f32,
    /// Standard deviation of the sensor's noise, in levels.
    pub noise: f32,
    pub seed: u64,
}

impl Default for Shot {
    fn default() -> Self {
        Self {
            size: (1440, 1920),
            fill: 0.82,
            tilt: [0.12, -0.08],
            turn: 0.04,
            moved: [0.0, 0.0],
            ground: Ground::Wood,
            light: 1.0,
            shadow: 0.0,
            penumbra: 0.04,
            glare: 0.0,
            blur: 0.7,
            motion: 0.0,
            noise: 2.5,
            seed: 1,
        }
    }
}

/// A longer side of the frame is so many times the distance from the lens to the sensor.
const FOCAL: f32 = 0.78;

impl Shot {
    /// Where the sheet's corners are in the photo, clockwise from the letter's upper left.
    pub fn corners(&self) -> [[f32; 2]; 4] {
        self.corners_of([210.0, 297.0])
    }

    fn corners_of(&self, [wide, high]: [f32; 2]) -> [[f32; 2]; 4] {
        let (width, height) = (self.size.0 as f32, self.size.1 as f32);
        let focal = FOCAL * width.max(height);
        // Millimetres from the lens, so that the sheet fills what it should.
        let (across, down) = if self.turn.abs() > 0.8 { (high, wide) } else { (wide, high) };
        let away = (focal * across / (self.fill * width)).max(focal * down / (self.fill * height));
        let [about_x, about_y] = self.tilt;
        let (right, low) = (wide / 2.0, high / 2.0);
        [[-right, -low], [right, -low], [right, low], [-right, low]].map(|[x, y]: [f32; 2]| {
            let (x, y) = (x * self.turn.cos() - y * self.turn.sin(), x * self.turn.sin() + y * self.turn.cos());
            let (y, z) = (y * about_x.cos(), y * about_x.sin());
            let (x, z) = (x * about_y.cos() + z * about_y.sin(), away + z * about_y.cos() - x * about_y.sin());
            [width * (0.5 + self.moved[0]) + focal * x / z, height * (0.5 + self.moved[1]) + focal * y / z]
        })
    }

    /// The photo of a letter.
    pub fn of(&self, letter: &Letter) -> Frame {
        self.expose(Some(letter))
    }

    /// The photo of what the letter would lie on.
    pub fn of_nothing(&self) -> Frame {
        self.expose(None)
    }

    fn expose(&self, letter: Option<&Letter>) -> Frame {
        let (width, height) = self.size;
        let corners = letter.map_or_else(|| self.corners(), |letter| self.corners_of(letter.mm));
        let to_sheet = inverse(corners);
        let pixels_across = (corners[1][0] - corners[0][0]).hypot(corners[1][1] - corners[0][1]);
        let mut sizes: Vec<Letter> = letter.cloned().into_iter().collect();
        while let Some(last) = sizes.last()
            && last.width as f32 > 3.0 * pixels_across
        {
            sizes.push(last.half());
        }
        let letter = sizes.last();
        let mut planes = [0, 1, 2].map(|_| vec![0.0_f32; width * height]);
        for y in 0..height {
            for x in 0..width {
                let mut colour = [0.0; 3];
                for [dx, dy] in [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] {
                    let (px, py) = (x as f32 + dx, y as f32 + dy);
                    let [u, v] = to_sheet([px, py]);
                    let is_sheet = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v);
                    let seen = match letter {
                        Some(letter) if is_sheet => [letter.at(u, v); 3].map(|r| (r, self.shine(u, v))),
                        _ => self.ground.at(px / width as f32, py / width as f32).map(|r| (r, 0.0)),
                    };
                    let light = self.lighting(px / width as f32, py / height as f32);
                    for (sum, (reflectance, shine)) in colour.iter_mut().zip(seen) {
                        *sum += (reflectance * light + shine) * 255.0 / 4.0;
                    }
                }
                for (plane, level) in planes.iter_mut().zip(colour) {
                    plane[y * width + x] = level;
                }
            }
        }
        let mut random = Random::new(self.seed);
        for plane in &mut planes {
            gaussian(plane, width, self.blur);
            smear(plane, width, self.motion);
        }
        let mut pixels = vec![0; width * height * 3];
        for (i, pixel) in pixels.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            // Most of the noise is in all channels, as after a camera's own processing.
            let common = random.normal();
            for (level, plane) in pixel.iter_mut().zip(&planes) {
                *level = (plane[i] + self.noise * (0.8 * common + 0.6 * random.normal()) + 0.5) as u8;
            }
        }
        Frame::from_rgb(width as u32, height as u32, pixels).expect("all pixels given")
    }

    fn lighting(&self, x: f32, y: f32) -> f32 {
        let across = (x * 0.9 + y * 0.35 - 0.6) / self.penumbra.max(1e-3);
        let shadow = 1.0 - self.shadow / (1.0 + (4.0 * across).clamp(-40.0, 40.0).exp());
        let falloff = 1.04 - 0.12 * ((x - 0.4).powi(2) + (y - 0.4).powi(2));
        self.light * shadow * falloff
    }

    fn shine(&self, u: f32, v: f32) -> f32 {
        if self.glare <= 0.0 {
            return 0.0;
        }
        let away = (u - 0.45).hypot((v - 0.42) * 1.414) / self.glare;
        1.6 * (-away.powi(4)).exp()
    }
}

impl Ground {
    /// Red, green and blue, 0 to 1, of a place in shares of the frame's width.
    fn at(self, x: f32, y: f32) -> [f32; 3] {
        let grain = |scale: f32| {
            let bent = x + 0.02 * (y * 7.0).sin();
            0.5 + 0.3 * (bent * scale).sin() + 0.2 * (bent * scale * 2.7 + 3.0 * (y * 3.0).sin()).sin()
        };
        let planks = |dark: f32| if (x * 4.0).fract() < 0.012 { dark } else { 1.0 };
        match self {
            Self::Wood => [0.42, 0.29, 0.18].map(|c| c * (0.75 + 0.4 * grain(90.0)) * planks(0.4)),
            Self::LightWood => [0.68, 0.58, 0.44].map(|c| c * (0.88 + 0.18 * grain(70.0)) * planks(0.6)),
            Self::Cloth => {
                let thread = |at: f32| u8::from((at * 18.0).fract() < 0.4) + u8::from((at * 54.0).fract() < 0.12);
                match thread(x + 0.3 * y) + thread(y - 0.3 * x + 9.0) {
                    0 => [0.55, 0.12, 0.15],
                    1 => [0.2, 0.2, 0.42],
                    2 => [0.45, 0.4, 0.2],
                    _ => [0.9, 0.9, 0.88],
                }
            }
            Self::DarkTiles => {
                let is_joint = (x * 3.0).fract() < 0.02 || (y * 3.0 + 0.4).fract() < 0.02;
                if is_joint { [0.5; 3] } else { [0.2, 0.21, 0.24].map(|c| c * (0.95 + 0.1 * grain(40.0))) }
            }
        }
    }
}

/// From the photo to the unit square: the inverse of the perspective that puts it there (P. Heckbert, 1989, section 2.2.3).
#[expect(clippy::many_single_char_names, reason = "the names of the paper that the formula is from")]
fn inverse(corners: [[f32; 2]; 4]) -> impl Fn([f32; 2]) -> [f32; 2] {
    let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners.map(|c| c.map(f64::from));
    let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
    let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
    let determinant = dx1 * dy2 - dx2 * dy1;
    let (g, h) = ((sx * dy2 - dx2 * sy) / determinant, (dx1 * sy - sx * dy1) / determinant);
    let (a, b, c) = (x1 - x0 + g * x1, x3 - x0 + h * x3, x0);
    let (d, e, f) = (y1 - y0 + g * y1, y3 - y0 + h * y3, y0);
    let rows = [
        [e - f * h, c * h - b, b * f - c * e],
        [f * g - d, a - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ];
    move |[x, y]| {
        let [u, v, w] = rows.map(|[p, q, r]| p * f64::from(x) + q * f64::from(y) + r);
        [(u / w) as f32, (v / w) as f32]
    }
}

fn gaussian(plane: &mut [f32], width: usize, sigma: f32) {
    if sigma <= 0.0 {
        return;
    }
    let reach = (3.0 * sigma).ceil() as isize;
    let kernel: Vec<f32> = (-reach..=reach).map(|i| (-(i as f32 / sigma).powi(2) / 2.0).exp()).collect();
    let height = plane.len() / width;
    convolve(plane, width, &kernel, |i| (i - reach, 0), height);
    convolve(plane, width, &kernel, |i| (0, i - reach), height);
}

fn smear(plane: &mut [f32], width: usize, pixels: f32) {
    if pixels < 1.0 {
        return;
    }
    let count = pixels.round() as isize;
    let height = plane.len() / width;
    let moved = |i: isize| {
        let along = i as f32 - count as f32 / 2.0;
        ((along * 0.866).round() as isize, (along * 0.5).round() as isize)
    };
    convolve(plane, width, &vec![1.0; count as usize], moved, height);
}

/// Each value becomes the weighted mean of those at the offsets given.
fn convolve(plane: &mut [f32], width: usize, kernel: &[f32], offset: impl Fn(isize) -> (isize, isize), height: usize) {
    let source = plane.to_vec();
    let sum: f32 = kernel.iter().sum();
    plane.fill(0.0);
    for (step, weight) in kernel.iter().enumerate() {
        let (dx, dy) = offset(step as isize);
        for y in 0..height {
            let from = (y as isize + dy).clamp(0, height as isize - 1) as usize;
            let (to, source) = (&mut plane[y * width..][..width], &source[from * width..][..width]);
            for (x, value) in to.iter_mut().enumerate() {
                *value += weight / sum * source[(x as isize + dx).clamp(0, width as isize - 1) as usize];
            }
        }
    }
}
