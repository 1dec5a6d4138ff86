//! From a TensorFlow Lite file to the ONNX graph that says the same, so that one lowering serves both.
//!
//! Only what MediaPipe's face mesh is made of: convolutions with padding as TensorFlow has it, weights as f16 or f32,
//! channels last. Of the crate `tract-tflite` only the file's schema is used, which checks every offset before anything is
//! read: its operations don't know PReLU and stored halves.

use std::collections::HashMap;

use tract_onnx::pb::attribute_proto::AttributeType;
use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension::Value as Extent};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto,
    ValueInfoProto, tensor_proto::DataType, type_proto,
};
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{TractErrorContext, bail, ensure};
use tract_tflite::tflite::{
    ActivationFunctionType as Activation, BuiltinOperator as Op, Model, Operator, Padding, SubGraph, Tensor,
    TensorType, root_as_model,
};

/// Whether a file says that it's of this kind.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"TFL3")
}

/// The same network in ONNX. It takes values of 0 to 1, and what it's fed are bytes, so these are divided first.
pub(super) fn model(bytes: &[u8]) -> TractResult<ModelProto> {
    let model = root_as_model(bytes)?;
    let graph = model.subgraphs().and_then(|all| all.iter().next()).context("no graph in it")?;
    let mut reader = Reader { model, graph, same: HashMap::new(), made: GraphProto::default() };
    reader.picture()?;
    for operator in graph.operators().context("no operators in it")? {
        let code = reader.code(&operator)?;
        reader.add(code, &operator).with_context(|| format!("{code:?}"))?;
    }
    for output in graph.outputs().context("no outputs")? {
        let name = value(output);
        reader.made.output.push(ValueInfoProto { name, ..ValueInfoProto::default() });
    }
    let opset = OperatorSetIdProto { domain: String::new(), version: 13 };
    let graph = Some(reader.made);
    Ok(ModelProto { ir_version: 8, opset_import: vec![opset], graph, ..ModelProto::default() })
}

struct Reader<'a> {
    model: Model<'a>,
    graph: SubGraph<'a>,
    /// Tensors that are others in another type.
    same: HashMap<i32, i32>,
    made: GraphProto,
}

impl<'a> Reader<'a> {
    /// The input, channels first, and its division.
    fn picture(&mut self) -> TractResult<()> {
        let input = self.graph.inputs().and_then(|all| all.iter().next()).context("no input")?;
        let [_, height, width, channels] = self.shape(input)?[..] else { bail!("the input is no picture") };
        let extent = |value: usize| -> TractResult<Dimension> {
            let value = Some(Extent::DimValue(i64::try_from(value)?));
            Ok(Dimension { value, ..Dimension::default() })
        };
        let dim = vec![extent(1)?, extent(channels)?, extent(height)?, extent(width)?];
        let shape = Some(TensorShapeProto { dim });
        let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape };
        let of = TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..TypeProto::default() };
        self.made.input.push(ValueInfoProto { name: "bytes".into(), r#type: Some(of), ..ValueInfoProto::default() });
        self.store("255", &[1], &[1.0 / 255.0]);
        self.node("Mul", vec!["bytes".into(), "255".into()], value(input), vec![]);
        Ok(())
    }

    fn code(&self, operator: &Operator<'a>) -> TractResult<Op> {
        let codes = self.model.operator_codes().context("no operator codes")?;
        let code = codes.iter().nth(usize::try_from(operator.opcode_index())?).context("an operator without code")?;
        // Files from before there were more than 127 say it in the older field.
        Ok(code.builtin_code().max(Op(code.deprecated_builtin_code().into())))
    }

    fn add(&mut self, code: Op, operator: &Operator<'a>) -> TractResult<()> {
        let inputs: Vec<i32> = operator.inputs().context("no inputs")?.iter().collect();
        let output = operator.outputs().and_then(|all| all.iter().next()).context("no output")?;
        let input = |at: usize| inputs.get(at).copied().context("an input is missing");
        let plain = |activation: Activation| -> TractResult<()> {
            ensure!(activation == Activation::NONE, "{activation:?} at the end of it");
            Ok(())
        };
        match code {
            Op::DEQUANTIZE => {
                self.same.insert(output, input(0)?);
                Ok(())
            }
            Op::CONV_2D => {
                let how = operator.builtin_options_as_conv_2_doptions().context("no options")?;
                plain(how.fused_activation_function())?;
                ensure!([how.dilation_h_factor(), how.dilation_w_factor()] == [1, 1], "dilations");
                let stride = [how.stride_h(), how.stride_w()];
                self.convolution([input(0)?, input(1)?, input(2)?, output], how.padding(), stride, false)
            }
            Op::DEPTHWISE_CONV_2D => {
                let how = operator.builtin_options_as_depthwise_conv_2_doptions().context("no options")?;
                plain(how.fused_activation_function())?;
                let factors = [how.dilation_h_factor(), how.dilation_w_factor(), how.depth_multiplier()];
                ensure!(factors == [1; 3], "dilations, or several filters a channel");
                let stride = [how.stride_h(), how.stride_w()];
                self.convolution([input(0)?, input(1)?, input(2)?, output], how.padding(), stride, true)
            }
            Op::MAX_POOL_2D => {
                let how = operator.builtin_options_as_pool_2_doptions().context("no options")?;
                plain(how.fused_activation_function())?;
                let extent = [how.filter_height(), how.filter_width(), how.stride_h(), how.stride_w()];
                let [_, height, width, _] = self.shape(input(0)?)?[..] else { bail!("no picture") };
                ensure!(extent == [2; 4] && height % 2 == 0 && width % 2 == 0, "only halves are known");
                let attributes = vec![ints("kernel_shape", vec![2, 2]), ints("strides", vec![2, 2])];
                self.node("MaxPool", vec![value(input(0)?)], value(output), attributes);
                Ok(())
            }
            Op::PRELU => {
                let slopes = input(1)?;
                let [1, 1, channels] = self.shape(slopes)?[..] else { bail!("slopes that aren't by channel") };
                let values = self.weights(slopes)?;
                self.store(&value(slopes), &[channels, 1, 1], &values);
                self.node("PRelu", vec![value(input(0)?), value(slopes)], value(output), vec![]);
                Ok(())
            }
            Op::PAD => {
                let (before, after) = (self.shape(input(0)?)?, self.shape(output)?);
                let (Some((fewer, before)), Some((more, after))) = (before.split_last(), after.split_last()) else {
                    bail!("no picture")
                };
                ensure!(before == after && before.len() == 3, "only channels after the others are known");
                let more = i64::try_from(more.checked_sub(*fewer).context("fewer channels than before")?)?;
                let name = format!("{} more", value(output));
                let int64_data = vec![0, 0, 0, 0, 0, more, 0, 0];
                let (dims, data_type) = (vec![8], DataType::Int64 as i32);
                let pads = TensorProto { name: name.clone(), dims, data_type, int64_data, ..TensorProto::default() };
                self.made.initializer.push(pads);
                self.node("Pad", vec![value(input(0)?), name], value(output), vec![]);
                Ok(())
            }
            Op::ADD => {
                plain(operator.builtin_options_as_add_options().context("no options")?.fused_activation_function())?;
                let inputs = vec![value(input(0)?), value(input(1)?)];
                self.node("Add", inputs, value(output), vec![]);
                Ok(())
            }
            _ => bail!("not among those that are read"),
        }
    }

    /// Either kind, or, where it looks once at the whole picture, a matrix.
    fn convolution(
        &mut self,
        [input, filter, bias, output]: [i32; 4],
        padding: Padding,
        stride: [i32; 2],
        depthwise: bool,
    ) -> TractResult<()> {
        let [_, height, width, channels] = self.shape(input)?[..] else { bail!("no picture") };
        let [outputs, down, across, inputs] = self.shape(filter)?[..] else { bail!("no filters") };
        ensure!(stride[0] == stride[1] && stride[0] > 0, "strides {stride:?}");
        let step = usize::try_from(stride[0])?;
        // Of a depthwise filter the last axis counts outputs: as many as inputs.
        let fits = if depthwise { outputs == 1 && inputs == channels } else { inputs == channels };
        ensure!(fits, "filters for {inputs} channels over {channels}");
        let stored = self.weights(filter)?;
        let pixels = down * across;
        let weights: Vec<f32> = stored
            .chunks_exact(pixels * inputs)
            .flat_map(|one| (0..inputs).flat_map(move |c| (0..pixels).map(move |pixel| one[pixel * inputs + c])))
            .collect();
        let biases = self.weights(bias)?;
        let names = vec![value(input), value(filter), value(bias)];
        self.store(&names[2], &[biases.len()], &biases);
        let whole = [down, across] == [height, width] && pixels > 1 && padding == Padding::VALID && !depthwise;
        if whole {
            self.store(&names[1], &[outputs, weights.len() / outputs.max(1)], &weights);
            let flat = format!("{} in one row", names[0]);
            self.node("Flatten", vec![names[0].clone()], flat.clone(), vec![]);
            let inputs = vec![flat, names[1].clone(), names[2].clone()];
            self.node("Gemm", inputs, value(output), vec![int("transB", 1)]);
            return Ok(());
        }
        let (outputs, inputs, group) = if depthwise { (inputs, 1, inputs) } else { (outputs, inputs, 1) };
        self.store(&names[1], &[outputs, inputs, down, across], &weights);
        let pads = match padding {
            Padding::SAME => {
                let along = |length: usize, seen: usize| -> TractResult<[i64; 2]> {
                    let all = (length.div_ceil(step).saturating_sub(1) * step + seen).saturating_sub(length);
                    Ok([i64::try_from(all / 2)?, i64::try_from(all.div_ceil(2))?])
                };
                let ([above, below], [left, right]) = (along(height, down)?, along(width, across)?);
                vec![above, left, below, right]
            }
            _ => vec![0; 4],
        };
        let strides = vec![i64::try_from(step)?; 2];
        let group = int("group", i64::try_from(group)?);
        self.node("Conv", names, value(output), vec![group, ints("strides", strides), ints("pads", pads)]);
        Ok(())
    }

    fn tensor(&self, at: i32) -> TractResult<Tensor<'a>> {
        let at = usize::try_from(at).context("an input is left out")?;
        self.graph.tensors().and_then(|all| all.iter().nth(at)).context("no such tensor")
    }

    fn shape(&self, at: i32) -> TractResult<Vec<usize>> {
        let shape: Vec<usize> = self
            .tensor(at)?
            .shape()
            .context("a tensor without shape")?
            .iter()
            .map(usize::try_from)
            .collect::<Result<_, _>>()?;
        // So that no product of extents overflows.
        ensure!(shape.iter().all(|extent| (1..=1 << 14).contains(extent)) && shape.len() <= 4, "shape {shape:?}");
        Ok(shape)
    }

    /// A stored tensor's values, as many as its shape promises.
    fn weights(&self, at: i32) -> TractResult<Vec<f32>> {
        let tensor = self.tensor(self.same.get(&at).copied().unwrap_or(at))?;
        let buffers = self.model.buffers().context("no buffers")?;
        let buffer = buffers.iter().nth(usize::try_from(tensor.buffer())?).context("no such buffer")?;
        let bytes = buffer.data().context("nothing is stored")?;
        let values: Vec<f32> = match tensor.type_() {
            TensorType::FLOAT32 => {
                bytes.bytes().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
            }
            TensorType::FLOAT16 => {
                bytes.bytes().as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect()
            }
            other => bail!("weights of type {other:?}"),
        };
        let expected: usize = self.shape(at)?.iter().product();
        ensure!(values.len() == expected, "{} weights where {expected} are promised", values.len());
        Ok(values)
    }

    fn store(&mut self, name: &str, dims: &[usize], values: &[f32]) {
        let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let (name, dims) = (name.to_owned(), dims.iter().map(|dim| *dim as i64).collect());
        let data_type = DataType::Float as i32;
        self.made.initializer.push(TensorProto { name, dims, data_type, raw_data, ..TensorProto::default() });
    }

    fn node(&mut self, op: &str, input: Vec<String>, output: String, attribute: Vec<AttributeProto>) {
        let (op_type, name, output) = (op.to_owned(), output.clone(), vec![output]);
        self.made.node.push(NodeProto { op_type, name, input, output, attribute, ..NodeProto::default() });
    }
}

/// What a tensor is called in the graph.
fn value(at: i32) -> String {
    format!("tensor {at}")
}

fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i, r#type: AttributeType::Int as i32, ..AttributeProto::default() }
}

fn ints(name: &str, ints: Vec<i64>) -> AttributeProto {
    AttributeProto { name: name.into(), ints, r#type: AttributeType::Ints as i32, ..AttributeProto::default() }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_that_only_say_they_are_one_are_an_error() {
        let mut bytes = vec![0; 64];
        bytes[4..8].copy_from_slice(b"TFL3");
        assert!(is_one(&bytes) && model(&bytes).is_err());
        assert!(!is_one(b"TFL3") && model(b"").is_err());
    }

    #[test]
    fn a_damaged_file_is_an_error_or_another_network_and_never_a_panic() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/face_landmark.tflite");
        let Ok(file) = std::fs::read(path) else {
            let _ = writeln!(std::io::stderr(), "SKIPPED: no landmark model (get it with `cargo xtask models`)");
            return;
        };
        // What isn't weights lies at either end.
        let near = 0..40_000_usize;
        let place = prop_oneof![near.clone(), near.prop_map(move |back| usize::MAX - back)];
        let damages = prop::collection::vec((place, any::<u8>()), 1..6);
        let strategy = (damages, prop::option::weighted(0.1, any::<prop::sample::Index>()));
        proptest!(ProptestConfig::with_cases(300), |((damages, cut) in strategy)| {
            let mut file = file.clone();
            for (place, byte) in damages {
                let place = if place < file.len() { place } else { file.len() - 1 - (usize::MAX - place) };
                file[place] = byte;
            }
            if let Some(cut) = cut {
                file.truncate(cut.index(file.len()));
            }
            if let Ok(model) = model(&file) {
                let _ = super::super::Layers::of(model.graph.expect("made"), crate::Arithmetic::Float);
            }
        });
    }
}
