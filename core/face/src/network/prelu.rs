//! PReLU in place, one slope a channel. tract's own is a product, a comparison and a choice over whole arrays, which
//! takes nearly half of a recogniser's time.

use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::rules::{InferenceResult, Solver};
use tract_onnx::tract_hir::internal::{
    DimLike, EvalContext, EvalOp, Expansion, InferenceOp, StaticName, TensorProxy, TractErrorContext, args_1, as_op,
    check_input_arity, check_output_arity, ensure, expand, op_as_typed_op, op_out_of_plan,
};

/// Reads the ONNX node.
#[expect(clippy::unnecessary_wraps, reason = "the signature is tract's")]
pub(crate) fn build(_: &ParsingContext, _: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    Ok((expand(Prelu), vec![]))
}

/// The node before its slopes are known.
#[derive(Debug, Clone)]
struct Prelu;

impl Expansion for Prelu {
    fn name(&self) -> StaticName {
        "PRelu".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        s: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 2)?;
        check_output_arity(outputs, 1)?;
        s.equals(&inputs[0].datum_type, &outputs[0].datum_type)?;
        s.equals(&inputs[0].shape, &outputs[0].shape)
    }

    fn wire(&self, name: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        let slopes = model.outlet_fact(inputs[1])?.konst.clone().context("PRelu needs stored slopes")?;
        let slopes = slopes.try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
        let channels = model.outlet_fact(inputs[0])?.shape.get(1).and_then(|d| d.to_usize().ok());
        ensure!(channels == Some(slopes.len()), "PRelu with {} slopes over {channels:?} channels", slopes.len());
        model.wire_node(name, ChannelPrelu { slopes: slopes.into() }, &inputs[..1])
    }
}

/// x where positive, else slope * x; f32, channels on axis 1.
#[derive(Debug, Clone)]
struct ChannelPrelu {
    slopes: Arc<[f32]>,
}

// Slopes come from a file and are compared only to tell two nodes apart.
impl PartialEq for ChannelPrelu {
    fn eq(&self, other: &Self) -> bool {
        self.slopes.iter().map(|s| s.to_bits()).eq(other.slopes.iter().map(|s| s.to_bits()))
    }
}

impl Eq for ChannelPrelu {}

impl Op for ChannelPrelu {
    fn name(&self) -> StaticName {
        "ChannelPRelu".into()
    }

    op_as_typed_op!();
}

impl EvalOp for ChannelPrelu {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut tensor = args_1!(inputs).into_tensor();
        let channels = self.slopes.len();
        let area: usize = tensor.shape().iter().skip(2).product();
        let mut view = tensor.try_as_plain_ram_mut()?;
        for (i, plane) in view.as_slice_mut::<f32>()?.chunks_exact_mut(area.max(1)).enumerate() {
            let slope = self.slopes[i % channels];
            for x in plane {
                *x = if *x > 0.0 { *x } else { *x * slope };
            }
        }
        Ok(tvec!(tensor.into_tvalue()))
    }
}

impl TypedOp for ChannelPrelu {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }

    as_op!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_own_slope() {
        let input = Tensor::from_shape(&[1, 2, 2], &[1.0_f32, -1.0, -2.0, 2.0]).expect("four values");
        let op = ChannelPrelu { slopes: Arc::new([0.5, 0.25]) };
        let output = op.eval(&EvalContext::out_of_plan(), tvec!(input.into())).expect("f32");
        let view = output[0].try_as_plain_ram().expect("in memory");
        assert_eq!(view.as_slice::<f32>().expect("f32"), [1.0, -0.5, -0.5, 2.0]);
    }
}
