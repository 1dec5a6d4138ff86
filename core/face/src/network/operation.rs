//! Chains of our layers, and sums of what they put out, as operations of tract.

use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{
    EvalContext, EvalOp, Op, StaticName, TractErrorContext, TypedOp, args_1, args_2, as_op, ensure, op_as_typed_op,
    op_out_of_plan,
};

use crate::layers::{self, Chain, Picture, Size};

/// A chain over a picture of shape 1, height, width, channels; u8 or f32, and f32 comes out.
#[derive(Clone, Debug)]
pub(super) struct ChainOp(pub Arc<Chain>);

// Two nodes are only the same if they share their layers; weights aren't compared.
impl PartialEq for ChainOp {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ChainOp {}

impl ChainOp {
    fn output(&self, input: &[usize]) -> TractResult<[usize; 4]> {
        let [height, width, channels] =
            self.0.output(size(input)?).with_context(|| format!("{} does not take {input:?}", self.0.name()))?;
        Ok([1, height, width, channels])
    }
}

impl Op for ChainOp {
    fn name(&self) -> StaticName {
        self.0.name().into()
    }

    op_as_typed_op!();
}

impl EvalOp for ChainOp {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = args_1!(inputs);
        let mut output = Tensor::zero::<f32>(&self.output(input.shape())?)?;
        let plain = input.try_as_plain_ram()?;
        let picture = match input.datum_type() {
            DatumType::U8 => Picture::Bytes(plain.as_slice()?),
            _ => Picture::Values(plain.as_slice()?),
        };
        self.0.run(picture, size(input.shape())?, output.try_as_plain_ram_mut()?.as_slice_mut()?);
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for ChainOp {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let shape = inputs[0].shape.as_concrete().context("the size must be known")?;
        Ok(tvec!(f32::fact(self.output(shape)?)))
    }

    as_op!();
}

/// The sum of two pictures of one size. It takes the place of one that nothing else reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SumOp;

impl Op for SumOp {
    fn name(&self) -> StaticName {
        "Sum".into()
    }

    op_as_typed_op!();
}

impl EvalOp for SumOp {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let (one, other) = args_2!(inputs);
        let (sum, other) = if one.is_exclusive() { (one, other) } else { (other, one) };
        let mut sum = sum.into_tensor();
        layers::add(sum.try_as_plain_ram_mut()?.as_slice_mut()?, other.try_as_plain_ram()?.as_slice()?);
        Ok(tvec!(sum.into_tvalue()))
    }
}

impl TypedOp for SumOp {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let (one, other) = (&inputs[0].shape, &inputs[1].shape);
        ensure!(one == other, "pictures of one size expected, not {one:?} and {other:?}");
        Ok(tvec!(inputs[0].without_value()))
    }

    as_op!();
}

fn size(shape: &[usize]) -> TractResult<Size> {
    ensure!(shape.len() == 4 && shape[0] == 1, "one picture expected, not {shape:?}");
    Ok([shape[1], shape[2], shape[3]])
}
