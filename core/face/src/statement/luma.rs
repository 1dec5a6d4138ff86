//! A plane of luminance: what the page is found and judged in.

use crate::Frame;

/// Luminance by Rec. 601, 0 to 255, rows from the top, no padding.
#[derive(Clone)]
pub(super) struct Luma {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Luma {
    /// The luminance of a frame.
    pub(super) fn of(frame: &Frame) -> Self {
        let luma = |[r, g, b]: &[u8; 3]| ((u32::from(*r) * 77 + u32::from(*g) * 150 + u32::from(*b) * 29) >> 8) as u8;
        Self {
            width: frame.width() as usize,
            height: frame.height() as usize,
            pixels: frame.rgb().iter().map(luma).collect(),
        }
    }

    /// Each pixel the mean of `factor` by `factor`; what remains at the right and below is left out.
    pub(super) fn shrunk(&self, factor: usize) -> Self {
        let factor = factor.clamp(1, self.width.min(self.height));
        if factor == 1 {
            return self.clone();
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let area = (factor * factor) as u32;
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0_u32; width];
        for rows in self.pixels.chunks_exact(self.width * factor).take(height) {
            sums.fill(0);
            for row in rows.chunks_exact(self.width) {
                for (sum, block) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += block.iter().map(|level| u32::from(*level)).sum::<u32>();
                }
            }
            pixels.extend(sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
        }
        Self { width, height, pixels }
    }

    /// The value at a place, between the centres of pixels by their distance; beyond the edge it's the edge's. Pixel
    /// centres lie at whole numbers plus a half.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (across, down) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let bottom = (top + 1).min(self.height - 1);
        let row = |y: usize| {
            let (a, b) =
                (f32::from(self.pixels[y * self.width + left]), f32::from(self.pixels[y * self.width + right]));
            a + (b - a) * across
        };
        let (above, below) = (row(top), row(bottom));
        above + (below - above) * down
    }
}

/// The value below which `share` (0 to 1) of the values lie; 0 of none.
pub(super) fn quantile(values: &mut [f32], share: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = ((values.len() - 1) as f32 * share).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_keeps_its_level_and_means_are_means() {
        let frame = Frame::from_rgb(5, 4, (0..20).flat_map(|i| [i * 12; 3]).collect()).expect("all pixels given");
        let luma = Luma::of(&frame);
        assert!(luma.pixels.iter().zip(0..).all(|(level, i)| *level == i * 12));
        let small = luma.shrunk(2);
        assert_eq!((small.width, small.height), (2, 2));
        assert_eq!(small.pixels[0], ((12 + 60 + 72) / 4) as u8);
        assert_eq!(luma.shrunk(100).pixels.len(), 1);
    }

    #[test]
    fn between_pixels_it_is_in_between() {
        let luma = Luma { width: 2, height: 1, pixels: vec![0, 100] };
        for (x, level) in [(-9.0, 0.0), (0.5, 0.0), (1.0, 50.0), (1.25, 75.0), (1.5, 100.0), (9.0, 100.0)] {
            assert!((luma.at(x, 0.5) - level).abs() < 1e-3);
        }
    }
}
