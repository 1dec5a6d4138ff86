//! The layers of convolutional networks, written for one thread and the widest vectors the processor has.
//!
//! All of them take and give pictures channels last: row by row, pixel by pixel, and of each pixel all channels. So a
//! pixel's channels fill vectors, whatever the picture's width, and one pixel times a matrix is a 1 x 1 convolution.
//! The processor is asked at run time what it has (AVX-512, AVX2 or NEON; else plain arithmetic), by the crate `pulp`.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
#![expect(clippy::needless_range_loop, reason = "counted loops are unrolled, and their sums stay in registers")]

mod chain;
mod convolution;
mod depthwise;
mod integer;
mod matrix;
mod sampling;
mod scale;
mod sum;
mod weights;

use std::fmt::Debug;
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

pub(crate) use chain::{Chain, Picture};
pub(crate) use convolution::{Convolution, View};
pub(crate) use depthwise::Depthwise;
pub(crate) use integer::{Extent, IntegerConvolution};
pub(crate) use matrix::Matrix;
pub(crate) use sampling::{Channels, MaxPool, Upsample, Widen};
pub(crate) use scale::Scale;
pub(crate) use sum::add;
pub(crate) use weights::{Blocks, FEW, Weights};

/// Height, width, channels.
pub(crate) type Size = [usize; 3];

/// One step of a network.
pub(crate) trait Layer: Debug + Send + Sync {
    /// What it's called in a profile.
    fn name(&self) -> &'static str;

    /// The size it makes of `input`, or `None` where it can't take that.
    fn output(&self, input: Size) -> Option<Size>;

    /// Which rows of what comes in those of what comes out are made of. They may reach beyond the picture's end.
    fn sees(&self, rows: Range<usize>) -> Range<usize>;

    /// Writes all of `out`: these rows of what comes out. `input` has all that they are made of.
    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]);
}

/// Some rows of a picture.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// Row after row.
    pub values: &'a [f32],
    /// Which is the first of them.
    pub first: usize,
    /// That of the whole picture.
    pub size: Size,
}

impl<'a> Rows<'a> {
    /// Those that are there of so many.
    #[inline(always)]
    fn of(self, rows: Range<usize>) -> &'a [f32] {
        let [_, width, channels] = self.size;
        &self.values[(rows.start - self.first) * width * channels..][..rows.len() * width * channels]
    }

    /// The row `above` rows above `y`; `None` outside of the picture.
    #[inline(always)]
    fn row(self, y: usize, above: usize) -> Option<&'a [f32]> {
        let y = y.checked_sub(above).filter(|y| *y < self.size[0])?;
        Some(self.of(y..y + 1))
    }
}

/// A layer's work, over vectors of any kind.
trait Vectorised {
    /// As [`Layer::rows`]. An implementation must be `#[inline(always)]`, and so must all that it calls.
    fn rows_with<S: Simd>(&self, simd: S, input: Rows, rows: Range<usize>, out: &mut [f32]);
}

/// Runs a layer on the widest vectors there are.
fn widest(layer: &impl Vectorised, input: Rows, rows: Range<usize>, out: &mut [f32]) {
    struct Run<'a, L>(&'a L, Rows<'a>, Range<usize>, &'a mut [f32]);

    impl<L: Vectorised> WithSimd for Run<'_, L> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(layer, input, rows, out) = self;
            layer.rows_with(simd, input, rows, out);
        }
    }

    Arch::new().dispatch(Run(layer, input, rows, out));
}

/// What the widest vectors there are hold, and how many of them fit in registers.
#[derive(Clone, Copy)]
struct Vectors {
    lanes: usize,
    registers: usize,
}

impl Vectors {
    #[inline(always)]
    fn of<S: Simd>() -> Self {
        Self { lanes: S::F32_LANES, registers: S::REGISTER_COUNT }
    }

    /// Those that [`widest`] runs on.
    fn here() -> Self {
        struct Ask;

        impl WithSimd for Ask {
            type Output = Vectors;

            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) -> Vectors {
                Vectors::of::<S>()
            }
        }

        Arch::new().dispatch(Ask)
    }
}

/// What becomes of a channel's sum v: v + bias, and of that, what is negative times a slope. Slope 1 changes nothing,
/// 0 is ReLU, anything else PReLU.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finish {
    pub bias: Vec<f32>,
    pub slopes: Vec<f32>,
}

impl Finish {
    /// Adds nothing, changes nothing.
    pub fn none(channels: usize) -> Self {
        Self { bias: vec![0.0; channels], slopes: vec![1.0; channels] }
    }

    fn padded(mut self, channels: usize) -> Self {
        self.bias.resize(channels, 0.0);
        self.slopes.resize(channels, 1.0);
        self
    }
}

#[inline(always)]
fn sloped<S: Simd>(simd: S, value: S::f32s, slope: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    simd.mul_add_f32s(slope, simd.min_f32s(value, zero), simd.max_f32s(value, zero))
}

/// A whole vector, or as much of it as there is room for.
#[inline(always)]
fn store<S: Simd>(simd: S, into: &mut [f32], value: S::f32s) {
    match S::as_mut_simd_f32s(into).0 {
        [whole] => *whole = value,
        _ => simd.partial_store_f32s(into, value),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values that no order of summing makes ambiguous: small multiples of 1/4.
    fn values(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed | 1;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % 17) as f32 / 4.0 - 2.0
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    fn finish(channels: usize, seed: u64) -> Finish {
        Finish { bias: values(channels, seed), slopes: values(channels, seed + 1) }
    }

    fn run(layer: &dyn Layer, input: &[f32], size: Size) -> Vec<f32> {
        let output = layer.output(size).expect("takes this size");
        let mut out = vec![f32::NAN; output.iter().product()];
        layer.rows(Rows { values: input, first: 0, size }, 0..output[0], &mut out);
        out
    }

    /// Without a row before the picture where that's possible, every other time.
    fn lead(size: Size, stride: usize, seed: u64) -> usize {
        usize::from(!convolution::leads(size, stride, 0) || seed.is_multiple_of(2))
    }

    /// What the definition says: `weights` for each output 3 x 3 pixels of the channels that it sees.
    fn defined(
        input: &[f32],
        [height, width, channels]: Size,
        (stride, lead): (usize, usize),
        finish: &Finish,
        weight: impl Fn(usize, usize, usize) -> f32,
    ) -> Vec<f32> {
        let mut out = Vec::new();
        for y in (0..height).step_by(stride) {
            for x in (0..width).step_by(stride) {
                for output in 0..finish.bias.len() {
                    let mut sum = finish.bias[output];
                    for tap in 0..9 {
                        let (row, column) = ((y + tap / 3).wrapping_sub(lead), (x + tap % 3).wrapping_sub(lead));
                        if row < height && column < width {
                            for channel in 0..channels {
                                let value = input[(row * width + column) * channels + channel];
                                sum += value * weight(output, tap, channel);
                            }
                        }
                    }
                    out.push(if sum > 0.0 { sum } else { sum * finish.slopes[output] });
                }
            }
        }
        out
    }

    proptest! {
        #[test]
        fn a_convolution_is_what_its_definition_says(
            height in 1_usize..9, width in 1_usize..12, channels in 1_usize..6, outputs in 1_usize..70,
            stride in 1_usize..3, seed in any::<u64>(),
        ) {
            let size = [height, width, channels];
            let (input, weights) = (values(height * width * channels, seed), values(outputs * 9 * channels, !seed));
            let (finish, lead) = (finish(outputs, seed), lead(size, stride, seed));
            let matrix = Matrix::new(&weights, 9 * channels, finish.clone());
            let layer = Convolution::new(View::Patch { channels, stride, lead }, matrix);
            let weight = |o: usize, tap: usize, c: usize| weights[(o * 9 + tap) * channels + c];
            prop_assert_eq!(run(&layer, &input, size), defined(&input, size, (stride, lead), &finish, weight));
        }

        #[test]
        fn a_depthwise_convolution_is_what_its_definition_says(
            height in 1_usize..9, width in 1_usize..15, channels in 1_usize..40, stride in 1_usize..3, seed in any::<u64>(),
        ) {
            let size = [height, width, channels];
            let (input, weights) = (values(height * width * channels, seed), values(channels * 9, !seed));
            let (finish, lead) = (finish(channels, seed), lead(size, stride, seed));
            let layer = Depthwise::new(&weights, stride, lead, finish.clone());
            let weight = |o: usize, tap: usize, c: usize| if o == c { weights[o * 9 + tap] } else { 0.0 };
            prop_assert_eq!(run(&layer, &input, size), defined(&input, size, (stride, lead), &finish, weight));
        }

        #[test]
        fn layers_in_a_chain_put_out_what_they_do_alone(
            height in 3_usize..90, width in 3_usize..20, channels in 1_usize..20, outputs in 1_usize..40,
            stride in 1_usize..3, seed in any::<u64>(),
        ) {
            let size = [height, width, channels];
            let input = values(height * width * channels, seed);
            let lead = lead(size, stride, seed);
            let depthwise = Depthwise::new(&values(channels * 9, !seed), stride, lead, finish(channels, seed));
            let matrix = Matrix::new(&values(outputs * channels, seed + 2), channels, finish(outputs, !seed));
            let then = Matrix::new(&values(7 * 9 * outputs, seed + 3), 9 * outputs, finish(7, seed));
            let layers = || -> Vec<Box<dyn Layer>> {
                vec![
                    Box::new(depthwise.clone()),
                    Box::new(Convolution::new(View::Pixel, matrix.clone())),
                    Box::new(Upsample),
                    Box::new(Convolution::new(View::Patch { channels: outputs, stride, lead: 1 }, then.clone())),
                    Box::new(MaxPool),
                    Box::new(Widen(3)),
                    Box::new(Scale::new(&values(10, seed), &finish(10, seed))),
                ]
            };
            let apart = layers().iter().fold((input.clone(), size), |(input, size), layer| {
                (run(&**layer, &input, size), layer.output(size).expect("its channels"))
            });
            let chain = Chain::new(layers());
            prop_assert_eq!(chain.output(size), Some(apart.1));
            let run = |picture: Picture| {
                let mut out = vec![f32::NAN; apart.0.len()];
                chain.run(picture, size, &mut out);
                out
            };
            prop_assert_eq!(&run(Picture::Values(&input)), &apart.0);
            let bytes: Vec<u8> = input.iter().map(|v| (v.abs() * 4.0) as u8).collect();
            let values: Vec<f32> = bytes.iter().map(|b| f32::from(*b)).collect();
            prop_assert_eq!(run(Picture::Bytes(&bytes)), run(Picture::Values(&values)));
        }

        #[test]
        fn halving_keeps_the_greatest_and_undoes_doubling(
            height in 1_usize..9, width in 1_usize..9, channels in 1_usize..20, seed in any::<u64>(),
        ) {
            let size = [height, width, channels];
            let input = values(height * width * channels, seed);
            let doubled = run(&Upsample, &input, size);
            prop_assert_eq!(run(&MaxPool, &doubled, [2 * height, 2 * width, channels]), input);
        }
    }

    /// In whatever vectors: a template made on a phone is the one that a computer makes of the same crop.
    #[test]
    fn every_processor_comes_to_the_same_to_the_last_bit() {
        let values =
            |count: usize| -> Vec<f32> { (0..count).map(|i| ((i * 7919) % 101) as f32 / 37.0 - 1.3).collect() };
        let finish = |channels| Finish { bias: values(channels), slopes: values(channels) };
        let integer = |extent, inputs: usize, outputs| -> Box<dyn Layer> {
            Box::new(IntegerConvolution::new(extent, &Weights::Values(values(inputs * outputs)), finish(outputs)))
        };
        let view = View::Patch { channels: 3, stride: 1, lead: 1 };
        let chain = Chain::new(vec![
            Box::new(Scale::new(&values(3), &finish(3))),
            Box::new(Convolution::new(view, Matrix::new(&values(20 * 27), 27, finish(20)))),
            Box::new(Depthwise::new(&values(20 * 9), 1, 1, finish(20))),
            integer(Extent::Pixel, 20, 70),
            Box::new(Depthwise::new(&values(70 * 9), 2, 1, finish(70))),
            integer(Extent::Pixel, 70, 24),
            integer(Extent::Whole, 7 * 6 * 24, 10),
        ]);
        let picture: Vec<u8> = (0..13 * 11 * 3).map(|i| (i * 31 % 251) as u8).collect();
        let mut out = vec![f32::NAN; 10];
        chain.run(Picture::Bytes(&picture), [13, 11, 3], &mut out);
        let bits = out.iter().map(|value| value.to_bits());
        assert_eq!(bits.fold(0, |all: u32, bits| all.rotate_left(5) ^ bits), 3_149_869_923, "{out:?}");
    }

    #[test]
    fn halving_drops_what_is_left_over() {
        let picture: Vec<f32> = (0..15).map(|v| v as f32).collect();
        assert_eq!(run(&MaxPool, &picture, [3, 5, 1]), [6.0, 8.0]);
    }

    #[test]
    fn a_dense_layer_sees_the_whole_picture() {
        let matrix = Matrix::new(&[1.0, 2.0, 3.0, 4.0, 0.5, 0.0, 0.0, 0.0], 4, Finish::none(2));
        let layer = Convolution::new(View::Whole, matrix);
        // Its first channel has 1 and 2, its second 0 and 3.
        assert_eq!(run(&layer, &[1.0, 0.0, 2.0, 3.0], [1, 2, 2]), [17.0, 0.5]);
        assert_eq!(layer.output([1, 2, 3]), None);
    }

    #[test]
    fn channels_that_are_added_are_zeros() {
        assert_eq!(run(&Widen(2), &[1.0, 2.0], [1, 2, 1]), [1.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
    }

    #[test]
    fn each_channel_is_scaled_by_itself() {
        let finish = Finish { bias: vec![1.0, 0.0], slopes: vec![0.0, 0.5] };
        let layer = Scale::new(&[2.0, 1.0], &finish);
        assert_eq!(run(&layer, &[1.0, -1.0, -1.0, 4.0], [1, 2, 2]), [3.0, -0.5, 0.0, 4.0]);
    }

    #[test]
    fn other_channels_than_there_are_weights_for_are_refused() {
        assert_eq!(Depthwise::new(&[1.0; 18], 1, 1, Finish::none(2)).output([4, 4, 3]), None);
        let matrix = || Matrix::new(&[1.0; 27], 27, Finish::none(1));
        assert_eq!(Convolution::new(View::Patch { channels: 3, stride: 1, lead: 1 }, matrix()).output([4, 4, 1]), None);
        assert_eq!(Convolution::new(View::Pixel, matrix()).output([4, 4, 3]), None);
    }
}
