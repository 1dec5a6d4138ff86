//! Rows times a matrix in bytes: int8 times int8, summed in i32.
//!
//! A row's values become codes by the row's own scale, its largest value / 127, found as it goes. The weights became codes
//! by one scale for each output when the network was read. A sum is scaled by both at the end. Sums of whole numbers are
//! the same in any order, so every processor comes to the same ones.

#[cfg(target_arch = "aarch64")]
mod arm;
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
mod instructions;
mod kernels;
mod tiles;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::ops::Range;
use std::sync::Arc;

use super::convolution::channel_by_channel;
use super::{Finish, Layer, Rows, Size, Weights};
use tiles::Products;

/// A 1 x 1 convolution, or a dense layer, in bytes.
#[derive(Clone, Debug)]
pub(crate) struct IntegerConvolution {
    extent: Extent,
    inputs: usize,
    outputs: usize,
    products: Arc<dyn Products>,
}

/// What of a picture is one row of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Each pixel: a 1 x 1 convolution.
    Pixel,
    /// All of its values, channel by channel: a dense layer.
    Whole,
}

/// Weights in codes: one row for each output, filled up with zeros to what any kernel takes at once.
struct Codes {
    rows: Vec<i8>,
    /// Of each output what its codes are to be multiplied with.
    scales: Vec<f32>,
    /// Of a row.
    length: usize,
}

/// Codes that are multiplied and summed together in every instruction set.
const FOUR: usize = 4;

/// What a row is filled up to a multiple of.
const ROW: usize = 2 * FOUR;

/// The largest code, and its negative is the least: so two products of codes never overflow an i16.
const LARGEST: f32 = 127.0;

impl IntegerConvolution {
    /// `weights` are one row for each output, as many as `finish` has.
    pub fn new(extent: Extent, weights: &Weights, finish: Finish) -> Self {
        let outputs = finish.bias.len();
        Self { extent, inputs: weights.len() / outputs, outputs, products: kernels::fastest()(weights, finish) }
    }
}

impl Layer for IntegerConvolution {
    fn name(&self) -> &'static str {
        match self.extent {
            Extent::Pixel => "Convolution 1x1 in integers",
            Extent::Whole => "Dense in integers",
        }
    }

    fn output(&self, input: Size) -> Option<Size> {
        let [height, width, channels] = input;
        let [height, width, inputs] = match self.extent {
            Extent::Pixel => input,
            Extent::Whole => [1, 1, height * width * channels],
        };
        (inputs == self.inputs).then_some([height, width, self.outputs])
    }

    fn sees(&self, rows: Range<usize>) -> Range<usize> {
        match self.extent {
            Extent::Pixel => rows,
            Extent::Whole => 0..usize::MAX,
        }
    }

    fn rows(&self, input: Rows, rows: Range<usize>, out: &mut [f32]) {
        match self.extent {
            Extent::Pixel => self.products.multiply(input.of(rows), out),
            Extent::Whole => self.products.multiply(&channel_by_channel(input.values, input.size[2]), out),
        }
    }
}

impl Codes {
    /// Of some outputs, each by its own scale: its largest weight / 127.
    fn of(weights: &Weights, inputs: usize, outputs: Range<usize>) -> Self {
        let length = inputs.next_multiple_of(ROW);
        let (mut rows, mut scales) = (vec![0; outputs.len() * length], Vec::with_capacity(outputs.len()));
        for (output, codes) in outputs.zip(rows.chunks_exact_mut(length)) {
            let row = weights.values_of(output * inputs..(output + 1) * inputs);
            let scale = largest(&row) / LARGEST;
            for (into, weight) in codes.iter_mut().zip(&*row) {
                *into = code(*weight, inverse(scale));
            }
            scales.push(scale);
        }
        Self { rows, scales, length }
    }

    /// Four codes of one output from an input on; zeros, where there is no such output.
    fn four(&self, output: usize, input: usize) -> [i8; FOUR] {
        let at = output * self.length + input;
        *self.rows.get(at..).and_then(<[i8]>::first_chunk).unwrap_or(&[0; FOUR])
    }
}

/// The largest of the absolute values. Bits are compared, which are ordered as such values are, since the compiler makes
/// vectors of that.
#[inline(always)]
fn largest(values: &[f32]) -> f32 {
    let mut most = 0;
    for value in values {
        most = most.max(value.abs().to_bits());
    }
    f32::from_bits(most)
}

/// What values are multiplied with to be codes of a scale.
#[inline(always)]
fn inverse(scale: f32) -> f32 {
    if scale > 0.0 { 1.0 / scale } else { 0.0 }
}

/// The nearest whole number to a value in its scale, and the even one of two; never beyond [`LARGEST`].
#[inline(always)]
fn code(value: f32, inverse: f32) -> i8 {
    /// 1.5 * 2^23: a sum with it is a whole number, and ends in that number's bits.
    const WHOLE: f32 = 12_582_912.0;
    (value * inverse + WHOLE).to_bits() as i8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the definition says, of sums that no order makes ambiguous.
    fn defined(codes: &Codes, inputs: usize, finish: &Finish, rows: &[f32]) -> Vec<f32> {
        let mut out = Vec::new();
        for row in rows.chunks_exact(inputs) {
            let scale = largest(row) / LARGEST;
            for (output, weights) in codes.rows.chunks_exact(codes.length).enumerate() {
                let pairs = weights.iter().zip(row);
                let sum: i32 =
                    pairs.map(|(weight, value)| i32::from(*weight) * i32::from(code(*value, inverse(scale)))).sum();
                let value = (sum as f32).mul_add(scale * codes.scales[output], finish.bias[output]);
                out.push(if value > 0.0 { value } else { value * finish.slopes[output] });
            }
        }
        out
    }

    /// Each row of a size of its own.
    fn rows(count: usize, length: usize) -> impl Strategy<Value = Vec<f32>> {
        let row = prop_oneof![
            // The greatest products that there are, which an instruction might not have room for.
            prop::collection::vec(prop_oneof![Just(-1.0_f32), Just(1.0)], length),
            (prop::collection::vec(-1.0_f32..1.0, length), 0.0_f32..100.0)
                .prop_map(|(row, by)| row.into_iter().map(|value| value * by).collect()),
        ];
        prop::collection::vec(row, count).prop_map(|rows| rows.concat())
    }

    fn products() -> impl Strategy<Value = (Vec<f32>, Vec<f32>, Finish)> {
        (1_usize..20, 1_usize..70, 1_usize..150).prop_flat_map(|(count, inputs, outputs)| {
            let finish = (prop::collection::vec(-9.0_f32..9.0, outputs), prop::collection::vec(0.0_f32..1.0, outputs))
                .prop_map(|(bias, slopes)| Finish { bias, slopes });
            (rows(count, inputs), rows(outputs, inputs), finish)
        })
    }

    proptest! {
        #[test]
        fn every_kernel_comes_to_the_same_to_the_last_bit((rows, weights, finish) in products()) {
            let outputs = finish.bias.len();
            let inputs = weights.len() / outputs;
            let weights = Weights::Values(weights);
            let defined = defined(&Codes::of(&weights, inputs, 0..outputs), inputs, &finish, &rows);
            for kernel in kernels::available() {
                let products = kernel(&weights, finish.clone());
                let mut out = vec![f32::NAN; defined.len()];
                products.multiply(&rows, &mut out);
                prop_assert_eq!(&out, &defined, "by {:?}", products);
            }
        }
    }

    #[test]
    fn codes_are_the_nearest_and_ties_are_even() {
        let codes = [0.0, 1.0, -127.0, 127.0, 0.5, 1.5, -2.5, 126.4].map(|value| code(value, 1.0));
        assert_eq!(codes, [0, 1, -127, 127, 0, 2, -2, 126]);
    }

    #[test]
    fn a_row_of_zeros_is_the_bias() {
        let finish = Finish { bias: vec![2.0, -1.0], slopes: vec![0.5, 0.5] };
        let products = kernels::fastest()(&Weights::Values(vec![0.0, 0.0, 1.0, 2.0]), finish);
        let mut out = [f32::NAN; 4];
        products.multiply(&[0.0, 0.0, 3.0, -3.0], &mut out);
        assert_eq!(out[..2], [2.0, -0.5]);
    }

    #[test]
    fn a_dense_layer_sees_the_whole_picture() {
        let weights = Weights::Values(vec![127.0, 2.0, 3.0, 4.0, 127.0, 0.0, 0.0, 0.0]);
        let layer = IntegerConvolution::new(Extent::Whole, &weights, Finish::none(2));
        assert_eq!((layer.output([1, 2, 2]), layer.output([1, 2, 3])), (Some([1, 1, 2]), None));
        let mut out = vec![f32::NAN; 2];
        // Its first channel has 1 and 127, its second 0 and 3.
        layer.rows(Rows { values: &[1.0, 0.0, 127.0, 3.0], first: 0, size: [1, 2, 2] }, 0..1, &mut out);
        assert_eq!(out, [127.0 + 2.0 * 127.0 + 4.0 * 3.0, 127.0]);
    }
}
