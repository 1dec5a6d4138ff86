//! The pass over a camera image that scales it down, converts its colours and turns it upright, all at once.

use super::{CameraImage, Colours, Layer, MAX_PIXEL_STRIDE};

/// The image is done in strips of so many columns at most: their sums stay in the nearest cache and, where the image is
/// turned, so do the rows that they're written to.
const COLUMNS: usize = 64;

/// A strip covers so many samples across at most.
const COVERED: usize = 512;

/// A mean of each channel for each column of a strip, in 256ths of a level.
type Means = [[u32; COLUMNS]; 3];

/// What is to be done.
pub(super) struct Pass<'a> {
    pub(super) image: &'a CameraImage<'a>,
    /// Of the frame before it's turned; not above those of the image, nor below a 400th.
    pub(super) width: u32,
    pub(super) height: u32,
    /// Of the upright frame: as many as that.
    pub(super) pixels: &'a mut [[u8; 3]],
}

/// An axis of the image and of the frame before it's turned, in pixels of each.
///
/// A pixel of the image is `scaled` units long and one of the frame `full` units, so that both are as long in all.
#[derive(Clone, Copy)]
struct Axis {
    full: usize,
    scaled: usize,
}

/// The samples that a pixel of the frame covers along an axis, and how many units of each: `full` in all. Units fit
/// 16 bits, as processors have instructions that multiply such and widen at once.
#[derive(Clone, Copy, Default)]
struct Span {
    first: usize,
    last: usize,
    /// Units of the first sample.
    head: u16,
    /// Of each between.
    whole: u16,
    /// Of the last, where that isn't the first.
    tail: u16,
}

impl Pass<'_> {
    /// Does it.
    pub(super) fn run(self) {
        let Self { image, width, height, pixels } = self;
        let places = image.orientation.places(width, height);
        let across = Axis { full: image.width as usize, scaled: width as usize };
        let down = Axis { full: image.height as usize, scaled: height as usize };
        let strip = ((COVERED - 2) * across.scaled / across.full).clamp(1, COLUMNS);
        let mut sums = [0; COVERED * MAX_PIXEL_STRIDE];
        for left in (0..across.scaled).step_by(strip) {
            let columns = strip.min(across.scaled - left);
            let mut spans = [[Span::default(); COLUMNS]; 2];
            for (spans, block) in spans.iter_mut().zip(1..) {
                for (span, x) in spans[..columns].iter_mut().zip(left..) {
                    *span = across.span(x, block);
                }
            }
            for y in 0..down.scaled {
                let mut means: Means = [[0; COLUMNS]; 3];
                for layer in image.layers.iter().flatten() {
                    let spans = &spans[layer.block - 1][..columns];
                    let sums = &mut sums[..layer.extent(spans[columns - 1].last + 1 - spans[0].first)];
                    mean_down(layer, spans[0].first, down.span(y, layer.block), down.full, sums);
                    for (offset, channel) in layer.channels.iter().enumerate() {
                        mean_across(
                            &sums[offset..],
                            layer.plane.pixel_stride,
                            spans,
                            across.full,
                            &mut means[*channel],
                        );
                    }
                }
                let colours = match image.colours {
                    Colours::Rgb => means.map(|channel| channel.map(rounded)),
                    Colours::Yuv => converted(&means),
                };
                for x in 0..columns {
                    pixels[places.of(left + x, y)] = [colours[0][x], colours[1][x], colours[2][x]];
                }
            }
        }
    }
}

impl Axis {
    /// What the frame's pixel `at` covers of samples that are `block` pixels long.
    fn span(&self, at: usize, block: usize) -> Span {
        let sample = block * self.scaled;
        let (start, end) = (at * self.full, (at + 1) * self.full);
        let (first, last) = (start / sample, (end - 1) / sample);
        let head = end.min((first + 1) * sample) - start;
        let tail = if first < last { end - last * sample } else { 0 };
        Span { first, last, head: head as u16, whole: sample as u16, tail: tail as u16 }
    }
}

/// Means of each column of bytes, from sample `left` of the rows on, in 256ths.
fn mean_down(layer: &Layer<'_>, left: usize, rows: Span, units: usize, sums: &mut [u32]) {
    sums.fill(0);
    for row in rows.first..=rows.last {
        let weight = match row {
            _ if row == rows.first => rows.head,
            _ if row == rows.last => rows.tail,
            _ => rows.whole,
        };
        let start = row * layer.plane.row_stride + left * layer.plane.pixel_stride;
        let bytes = &layer.plane.bytes[start..start + sums.len()];
        for (sum, byte) in sums.iter_mut().zip(bytes) {
            *sum += u32::from(weight) * u32::from(*byte);
        }
    }
    // Sums are at most 255 x units, and units at most 2^14, so all stays below 2^32.
    let unit = ((1 << 24) + units as u32 / 2) / units as u32;
    for sum in sums {
        *sum = (*sum * unit + (1 << 15)) >> 16;
    }
}

/// Means of the values that each span covers. The values, `stride` apart, begin with the first span's first.
fn mean_across(values: &[u32], stride: usize, spans: &[Span], units: usize, means: &mut [u32; COLUMNS]) {
    let left = spans[0].first;
    let unit = (1 << 32) / units as u64;
    for (mean, span) in means.iter_mut().zip(spans) {
        let (first, last) = ((span.first - left) * stride, (span.last - left) * stride);
        let mut between = 0;
        let mut at = first + stride;
        while at < last {
            between += values[at];
            at += stride;
        }
        let sum = u32::from(span.head) * values[first]
            + u32::from(span.whole) * between
            + u32::from(span.tail) * values[last];
        *mean = ((u64::from(sum) * unit + (1 << 31)) >> 32) as u32;
    }
}

fn rounded(mean: u32) -> u8 {
    ((mean + (1 << 7)) >> 8) as u8
}

/// Red, green and blue of Y, U and V by JFIF 1.02, the factors in 16,384ths, rounded to the nearest level.
fn converted(means: &Means) -> [[u8; COLUMNS]; 3] {
    let mut colours = [[0; COLUMNS]; 3];
    let [y, u, v] = means;
    for x in 0..COLUMNS {
        let luma = (y[x] << 14) as i32 + (1 << 21);
        let (cb, cr) = (u[x] as i32 - (128 << 8), v[x] as i32 - (128 << 8));
        let level = |sum: i32| (sum >> 22).clamp(0, 255) as u8;
        colours[0][x] = level(luma + 22_970 * cr);
        colours[1][x] = level(luma - 5_638 * cb - 11_700 * cr);
        colours[2][x] = level(luma + 29_032 * cb);
    }
    colours
}
