//! Block-quantised weights, `DequantizeLinear` with a block size as of ONNX operator set 21, which tract refuses: unfolds them,
//! or keeps them, where they are many, for layers that don't need them as values.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{GraphProto, NodeProto, TensorProto, tensor_proto::DataType};
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{TractErrorContext, ensure};

use crate::layers::{Blocks, FEW};

/// Replaces each `DequantizeLinear` over stored weights by the weights it stands for, w = (q - zero) * scale block by
/// block, and each `Reshape` of stored weights by weights of that shape; drops graph inputs that are stored weights or
/// that nothing reads.
///
/// [`Large::Kept`] leaves large weights whose rows are whole blocks as they are, for [`blocks`] to read.
pub(crate) fn unfold(graph: &mut GraphProto, large: Large) -> TractResult<()> {
    let mut stored = Stored {
        tensors: graph.initializer.drain(..).map(|tensor| (tensor.name.clone(), tensor)).collect(),
        readers: HashMap::new(),
    };
    for name in graph.node.iter().flat_map(|node| &node.input) {
        *stored.readers.entry(name.clone()).or_insert(0) += 1;
    }
    let mut nodes = Vec::with_capacity(graph.node.len());
    for node in graph.node.drain(..) {
        let over_stored = !node.input.is_empty() && node.input.iter().all(|name| stored.tensors.contains_key(name));
        let unfolded = match node.op_type.as_str() {
            "DequantizeLinear" if over_stored => dequantised(&node, &mut stored, large),
            "Reshape" if over_stored => reshaped(&node, &mut stored),
            _ => {
                nodes.push(node);
                continue;
            }
        };
        let weights = unfolded.with_context(|| format!("unfolding {}", node.input[0]))?;
        stored.tensors.insert(weights.name.clone(), weights);
    }
    let read: HashSet<&String> = nodes.iter().flat_map(|node| &node.input).collect();
    let Stored { mut tensors, .. } = stored;
    tensors.retain(|name, _| read.contains(name));
    graph.input.retain(|input| read.contains(&input.name) && !tensors.contains_key(&input.name));
    graph.initializer = tensors.into_values().collect();
    graph.node = nodes;
    Ok(())
}

/// What becomes of weights that are many.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Large {
    Unfolded,
    Kept,
}

/// Stored weights, and how many nodes read each.
struct Stored {
    tensors: HashMap<String, TensorProto>,
    readers: HashMap<String, usize>,
}

impl Stored {
    /// Leaves nothing behind where nobody else reads it: a network's weights are most of what a phone has to hold.
    fn take(&mut self, name: &str) -> TractResult<TensorProto> {
        let only_reader = self.readers.get(name) == Some(&1);
        let taken = if only_reader { self.tensors.remove(name) } else { self.tensors.get(name).cloned() };
        taken.with_context(|| format!("{name} is not stored"))
    }
}

fn reshaped(node: &NodeProto, stored: &mut Stored) -> TractResult<TensorProto> {
    let weights = stored.take(&node.input[0])?;
    let dims = int64(node.input.get(1).and_then(|shape| stored.tensors.get(shape)).context("a shape is missing")?);
    let fits = dims.iter().all(|d| *d > 0) && dims.iter().product::<i64>() == weights.dims.iter().product::<i64>();
    ensure!(fits, "{:?} can't become {dims:?}", weights.dims);
    let name = node.output.first().context("a node without an output")?.clone();
    Ok(TensorProto { name, dims, ..weights })
}

fn dequantised(node: &NodeProto, stored: &mut Stored, large: Large) -> TractResult<TensorProto> {
    let attribute = |name: &str| node.attribute.iter().find(|a| a.name == name).map(|a| a.i);
    let quantised = stored.take(&node.input[0])?;
    let shape: Vec<usize> = quantised.dims.iter().map(|d| usize::try_from(*d)).collect::<Result<_, _>>()?;
    let axis = usize::try_from(attribute("axis").unwrap_or(1))?;
    let block = usize::try_from(attribute("block_size").unwrap_or(0))?;
    ensure!(axis < shape.len() && block > 0, "axis {axis} and block size {block} do not fit {shape:?}");

    let (length, inner) = (shape[axis], shape[axis + 1..].iter().product::<usize>());
    let outer = shape[..axis].iter().product::<usize>();
    let blocks = length.div_ceil(block);
    let values = int8(&quantised)?;
    let scales = float(&stored.take(node.input.get(1).context("scales are missing")?)?)?;
    let zeros = node.input.get(2).map_or_else(|| Ok(vec![0; scales.len()]), |name| int8(&stored.take(name)?))?;
    let expected = (outer * length * inner, outer * blocks * inner);
    ensure!((values.len(), scales.len()) == expected && zeros.len() == scales.len(), "lengths do not fit {shape:?}");

    let name = node.output.first().context("a node without an output")?.clone();
    let whole_blocks = (axis, inner) == (1, 1) && length.is_multiple_of(block);
    if large == Large::Kept && values.len() > FEW && whole_blocks {
        return Ok(folded(name, quantised.dims, Blocks { codes: values, zeros, scales, length: block }));
    }
    let mut weights = Vec::with_capacity(values.len() * size_of::<f32>());
    for (i, q) in values.iter().enumerate() {
        let (before, along, after) = (i / (length * inner), i / inner % length, i % inner);
        let at = (before * blocks + along / block) * inner + after;
        let weight = (f32::from(*q) - f32::from(zeros[at])) * scales[at];
        weights.extend_from_slice(&weight.to_le_bytes());
    }
    let (dims, data_type) = (quantised.dims, DataType::Float as i32);
    Ok(TensorProto { name, dims, data_type, raw_data: weights, ..TensorProto::default() })
}

/// A tensor that no file has: its codes as bytes, and beside them scales and zeros.
fn folded(name: String, dims: Vec<i64>, Blocks { codes, zeros, scales, .. }: Blocks) -> TensorProto {
    TensorProto {
        name,
        dims,
        data_type: DataType::Int8 as i32,
        raw_data: codes.into_iter().map(i8::cast_unsigned).collect(),
        int32_data: zeros.into_iter().map(i32::from).collect(),
        float_data: scales,
        ..TensorProto::default()
    }
}

/// The blocks of weights that [`unfold`] has kept; none where a tensor is another.
pub(super) fn blocks(tensor: &TensorProto) -> TractResult<Option<Blocks>> {
    if tensor.data_type != DataType::Int8 as i32 || tensor.float_data.is_empty() {
        return Ok(None);
    }
    let codes = int8(tensor)?;
    let zeros: Vec<i8> = tensor.int32_data.iter().map(|zero| i8::try_from(*zero)).collect::<Result<_, _>>()?;
    let scales = tensor.float_data.clone();
    let rows = usize::try_from(*tensor.dims.first().context("weights without rows")?)?;
    let length = codes.len() / scales.len();
    let fits = rows > 0 && length > 0 && scales.len().is_multiple_of(rows) && zeros.len() == scales.len();
    ensure!(fits && codes.len() == scales.len() * length, "its rows are not whole blocks");
    Ok(Some(Blocks { codes, zeros, scales, length }))
}

fn int8(tensor: &TensorProto) -> TractResult<Vec<i8>> {
    ensure!(tensor.data_type == DataType::Int8 as i32, "quantised values must be int8");
    if tensor.raw_data.is_empty() {
        return Ok(tensor.int32_data.iter().map(|v| i8::try_from(*v)).collect::<Result<_, _>>()?);
    }
    Ok(tensor.raw_data.iter().map(|byte| byte.cast_signed()).collect())
}

/// A stored tensor's f32 values.
pub(super) fn float(tensor: &TensorProto) -> TractResult<Vec<f32>> {
    ensure!(tensor.data_type == DataType::Float as i32, "scales must be f32");
    if tensor.raw_data.is_empty() {
        return Ok(tensor.float_data.clone());
    }
    let (values, rest) = tensor.raw_data.as_chunks::<4>();
    ensure!(rest.is_empty(), "scales are cut off");
    Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// A stored tensor's i64 values; none where it holds others.
pub(super) fn int64(tensor: &TensorProto) -> Vec<i64> {
    let raw = tensor.raw_data.as_chunks::<8>().0;
    if raw.is_empty() {
        tensor.int64_data.clone()
    } else {
        raw.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect()
    }
}

#[cfg(test)]
mod tests {
    use tract_onnx::pb::{AttributeProto, ValueInfoProto};

    use super::*;

    fn tensor(name: &str, dims: &[i64], data_type: DataType, raw_data: Vec<u8>) -> TensorProto {
        let (name, dims, data_type) = (name.to_owned(), dims.to_vec(), data_type as i32);
        TensorProto { name, dims, data_type, raw_data, ..TensorProto::default() }
    }

    fn graph(block_size: i64, axis: i64) -> GraphProto {
        let attribute = |name: &str, i| AttributeProto { name: name.to_owned(), i, ..AttributeProto::default() };
        let dequantize = NodeProto {
            op_type: "DequantizeLinear".to_owned(),
            input: ["q", "s", "z"].map(str::to_owned).to_vec(),
            output: vec!["w".to_owned()],
            attribute: vec![attribute("block_size", block_size), attribute("axis", axis)],
            ..NodeProto::default()
        };
        let add = NodeProto {
            op_type: "Add".to_owned(),
            input: ["x", "w"].map(str::to_owned).to_vec(),
            output: vec!["y".to_owned()],
            ..NodeProto::default()
        };
        let scales = [1.0_f32, 10.0, 100.0, 0.5].iter().flat_map(|v| v.to_le_bytes()).collect();
        let input = |name: &str| ValueInfoProto { name: name.to_owned(), ..ValueInfoProto::default() };
        GraphProto {
            node: vec![dequantize, add],
            initializer: vec![
                tensor("q", &[2, 3], DataType::Int8, vec![1, 2, 3, 4, 5, 0x80]),
                tensor("s", &[2, 2], DataType::Float, scales),
                tensor("z", &[2, 2], DataType::Int8, vec![0, 1, 0, 0]),
            ],
            input: vec![input("x"), input("q"), input("unused")],
            ..GraphProto::default()
        }
    }

    #[test]
    fn each_block_has_its_own_scale_and_zero() {
        let mut graph = graph(2, 1);
        unfold(&mut graph, Large::Unfolded).expect("fits");
        assert_eq!(graph.initializer.len(), 1);
        let weights = float(&graph.initializer[0]).expect("f32");
        assert_eq!(weights, [1.0, 2.0, 20.0, 400.0, 500.0, -64.0]);
        assert_eq!((graph.node.len(), graph.initializer[0].name.as_str()), (1, "w"));
    }

    #[test]
    fn only_inputs_that_have_to_be_fed_remain() {
        let mut graph = graph(2, 1);
        unfold(&mut graph, Large::Unfolded).expect("fits");
        assert_eq!(graph.input.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["x"]);
    }

    #[test]
    fn many_weights_are_kept_as_they_are_stored_where_that_is_asked_for() {
        let rows = FEW / 4 + 1;
        let mut graph = graph(2, 1);
        graph.initializer = vec![
            tensor("q", &[rows as i64, 4], DataType::Int8, (0..rows * 4).map(|code| code as u8).collect()),
            tensor("s", &[rows as i64, 2], DataType::Float, 0.5_f32.to_le_bytes().repeat(rows * 2)),
            tensor("z", &[rows as i64, 2], DataType::Int8, vec![0xff; rows * 2]),
        ];
        let mut unfolded = graph.clone();
        unfold(&mut graph, Large::Kept).expect("fits");
        unfold(&mut unfolded, Large::Unfolded).expect("fits");
        assert_eq!(graph.initializer[0].dims, [rows as i64, 4]);
        let kept = blocks(&graph.initializer[0]).expect("readable").expect("in blocks");
        assert_eq!((kept.codes.len(), kept.length), (rows * 4, 2));
        let values = float(&unfolded.initializer[0]).expect("f32");
        assert_eq!(crate::layers::Weights::Blocks(kept).into_values(), values);
        assert_eq!(values[..4], [0.5, 1.0, 1.5, 2.0]);
    }

    #[test]
    fn blocks_that_do_not_fit_are_an_error() {
        assert!(unfold(&mut graph(0, 1), Large::Unfolded).is_err());
        assert!(unfold(&mut graph(2, 5), Large::Unfolded).is_err());
        assert!(unfold(&mut graph(3, 1), Large::Unfolded).is_err());
        assert!(unfold(&mut graph(-1, -1), Large::Unfolded).is_err());
    }
}
