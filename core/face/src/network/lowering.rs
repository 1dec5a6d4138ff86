//! From an ONNX graph to our layers: channels last, with normalisation and activation taken into the convolution before.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tract_onnx::pb::tensor_shape_proto::dimension::Value as Extent;
use tract_onnx::pb::type_proto::Value as Type;
use tract_onnx::pb::{AttributeProto, GraphProto, NodeProto, TensorProto};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::nn;
use tract_onnx::tract_hir::internal::{TractErrorContext, bail, ensure};

use super::fusion::fused;
use super::operation::{ChainOp, SumOp};
use super::quantisation::{blocks, float, int64};
use crate::Arithmetic;
use crate::layers::{Chain, Finish, Size, View, Weights};

/// A network as a list of steps, ready to be laid out for any size of picture.
#[derive(Debug)]
pub(super) struct Layers {
    input: String,
    steps: Vec<Step>,
    outputs: Vec<String>,
}

/// One node of the model to be.
#[derive(Debug)]
pub(super) struct Step {
    pub operation: Operation,
    pub inputs: Vec<String>,
    pub output: String,
}

#[derive(Debug)]
pub(super) enum Operation {
    Chain(Arc<Chain>),
    Add,
    Sigmoid,
}

impl Layers {
    /// Takes the weights out of the graph, so that they aren't held twice. An error names what a graph has that no layer
    /// is for.
    pub fn of(mut graph: GraphProto, arithmetic: Arithmetic) -> TractResult<Self> {
        let stored = std::mem::take(&mut graph.initializer);
        let mut lowering = Lowering::of(&graph, stored)?;
        for node in &graph.node {
            lowering.add(node).with_context(|| format!("{} {}", node.op_type, node.name))?;
        }
        let outputs: Vec<String> = graph.output.iter().map(|output| lowering.meant(&output.name).to_owned()).collect();
        ensure!(outputs.iter().all(|output| lowering.channels.contains_key(output)), "an output comes from nowhere");
        let steps = fused(lowering.steps, &outputs, arithmetic);
        let input = graph.input[0].name.clone();
        let takes_bytes = |step: &Step| matches!(step.operation, Operation::Chain(_)) || !step.inputs.contains(&input);
        ensure!(steps.iter().all(takes_bytes), "only layers can take in a picture");
        Ok(Self { input, steps, outputs })
    }

    /// A model for pictures of this size, which come as bytes and go as f32, channels last: 1, height, width, channels.
    pub fn model(&self, [height, width, channels]: Size) -> TractResult<TypedModel> {
        let mut model = TypedModel::default();
        let mut outlets = HashMap::new();
        outlets.insert(&self.input, model.add_source("picture", u8::fact([1, height, width, channels]))?);
        for step in &self.steps {
            let inputs: Vec<OutletId> = step
                .inputs
                .iter()
                .map(|name| outlets.get(name).copied().with_context(|| format!("nothing makes {name}")))
                .collect::<TractResult<_>>()?;
            let outlet = match &step.operation {
                Operation::Chain(chain) => model.wire_node(&step.output, ChainOp(chain.clone()), &inputs)?,
                Operation::Add => model.wire_node(&step.output, SumOp, &inputs)?,
                Operation::Sigmoid => model.wire_node(&step.output, nn::sigmoid(), &inputs)?,
            };
            outlets.insert(&step.output, outlet[0]);
        }
        let made = |name: &String| outlets.get(name).copied().with_context(|| format!("nothing makes {name}"));
        let outputs = self.outputs.iter().map(made).collect::<TractResult<Vec<OutletId>>>()?;
        model.select_output_outlets(&outputs)?;
        Ok(model)
    }
}

/// The steps so far.
struct Lowering<'a> {
    stored: HashMap<String, TensorProto>,
    /// How often each value is read.
    readers: HashMap<&'a str, usize>,
    /// Values that are the same as others, in our layout.
    same: HashMap<&'a str, String>,
    channels: HashMap<String, usize>,
    steps: Vec<Draft>,
}

/// A step whose weights may still change.
pub(super) struct Draft {
    pub kind: Kind,
    pub inputs: Vec<String>,
    pub output: String,
}

pub(super) enum Kind {
    /// A weighted sum: one row of weights for each output.
    Linear {
        form: Form,
        weights: Weights,
        finish: Finish,
        activated: bool,
    },
    Scale {
        factors: Vec<f32>,
        finish: Finish,
        activated: bool,
    },
    MaxPool,
    Upsample,
    Channels(Range<usize>),
    Widen(usize),
    Add,
    Sigmoid,
}

impl Kind {
    pub fn outputs(&self) -> usize {
        match self {
            Self::Linear { finish, .. } => finish.bias.len(),
            _ => 0,
        }
    }

    /// How many weights it reads.
    pub fn weights(&self) -> usize {
        if let Self::Linear { weights, .. } = self { weights.len() } else { 0 }
    }

    /// Whether it can be one of our layers: of one input, row by row.
    pub fn is_layer(&self) -> bool {
        !matches!(self, Self::Add | Self::Sigmoid)
    }

    /// Adds the outputs of another weighted sum of the same form.
    pub fn widen(&mut self, other: Self) {
        if let (Self::Linear { weights, finish, .. }, Self::Linear { weights: more, finish: also, .. }) = (self, other)
        {
            weights.extend(more);
            finish.bias.extend(also.bias);
            finish.slopes.extend(also.slopes);
        }
    }
}

/// What of a picture a weighted sum is of.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// All channels of what is seen.
    Across(View),
    /// Each channel's 3 x 3 neighbourhood by itself.
    Depthwise { stride: usize, lead: usize },
}

impl<'a> Lowering<'a> {
    fn of(graph: &'a GraphProto, stored: Vec<TensorProto>) -> TractResult<Self> {
        ensure!(graph.input.len() == 1, "one input expected, not {}", graph.input.len());
        let mut readers = HashMap::new();
        let read = graph.node.iter().flat_map(|node| &node.input).chain(graph.output.iter().map(|output| &output.name));
        for name in read {
            *readers.entry(name.as_str()).or_insert(0) += 1;
        }
        let Some(Type::TensorType(picture)) = graph.input[0].r#type.as_ref().and_then(|t| t.value.as_ref()) else {
            bail!("the input is no tensor");
        };
        let channels = match picture.shape.as_ref().and_then(|shape| shape.dim.get(1)?.value.as_ref()) {
            Some(Extent::DimValue(channels)) if *channels > 0 => usize::try_from(*channels)?,
            _ => bail!("the input's channels are not given"),
        };
        Ok(Self {
            stored: stored.into_iter().map(|tensor| (tensor.name.clone(), tensor)).collect(),
            readers,
            same: HashMap::new(),
            channels: HashMap::from([(graph.input[0].name.clone(), channels)]),
            steps: Vec::new(),
        })
    }

    fn add(&mut self, node: &'a NodeProto) -> TractResult<()> {
        let node = Node(node);
        match node.0.op_type.as_str() {
            "Conv" => self.convolution(&node),
            "Gemm" => self.dense(&node),
            "BatchNormalization" => self.normalisation(&node),
            "Sub" => {
                let shift: Vec<f32> = self.per_channel(&node, 1)?.iter().map(|v| -v).collect();
                self.scale(&node, &[1.0], &shift)
            }
            "Mul" => {
                let factors = self.per_channel(&node, 1)?;
                self.scale(&node, &factors, &[0.0])
            }
            "PRelu" => {
                let slopes = self.per_channel(&node, 1)?;
                self.activation(&node, &slopes)
            }
            "Relu" => self.activation(&node, &[0.0]),
            "MaxPool" => {
                let halves = node.ints("kernel_shape") == [2, 2] && node.ints("strides") == [2, 2];
                let plain = node.ints("pads").iter().all(|p| *p == 0) && node.int("ceil_mode", 0) == 0;
                ensure!(halves && plain, "only halves are known");
                self.step(&node, Kind::MaxPool, 1, self.channels_of(&node)?)
            }
            "Resize" => {
                let doubles = self.values(&node, 2)? == [1.0, 1.0, 2.0, 2.0];
                let nearest = node.text("mode") == b"nearest"
                    && node.text("coordinate_transformation_mode") == b"asymmetric"
                    && node.text("nearest_mode") == b"floor";
                ensure!(doubles && nearest, "only doubling to the nearest is known");
                self.step(&node, Kind::Upsample, 1, self.channels_of(&node)?)
            }
            "Pad" => {
                let pads = int64(self.stored.get(node.input(1)?).context("how much is not stored")?);
                let [0, 0, 0, 0, 0, more, 0, 0] = pads[..] else { bail!("only channels after the others are known") };
                let more = usize::try_from(more)?;
                let channels = self.channels_of(&node)?.checked_add(more).context("too many channels")?;
                self.step(&node, Kind::Widen(more), 1, channels)
            }
            "Add" => self.step(&node, Kind::Add, 2, self.channels_of(&node)?),
            "Sigmoid" => self.step(&node, Kind::Sigmoid, 1, self.channels_of(&node)?),
            // What these change is only how the values are counted, and in our layout not even that.
            "Transpose" if node.ints("perm") == [0, 2, 3, 1] => self.pass(&node),
            "Reshape" => {
                let shape = self.stored.get(node.input(1)?).context("the shape is not stored")?;
                let last = i64::try_from(self.channels_of(&node)?)?;
                ensure!(int64(shape) == [1, -1, last], "only pixels in one row are known");
                self.pass(&node)
            }
            "Flatten" => {
                ensure!(node.int("axis", 1) == 1, "only one row for all is known");
                self.pass(&node)
            }
            "Dropout" => self.pass(&node),
            // Dropout's rate, which only counts in training.
            "Constant" => Ok(()),
            _ => bail!("no layer is for it"),
        }
    }

    fn convolution(&mut self, node: &Node<'a>) -> TractResult<()> {
        let channels = self.channels_of(node)?;
        let shape = self.shape(node, 1)?;
        let weights = self.weights(node, 1)?;
        let outputs = *shape.first().context("its weights have no shape")?;
        let group = usize::try_from(node.int("group", 1))?;
        let stride = match node.ints("strides") {
            [] | [1, 1] => 1,
            [2, 2] => 2,
            other => bail!("strides {other:?}"),
        };
        ensure!(node.ints("dilations").iter().all(|d| *d == 1), "no layer is for dilations");
        let padding = node.ints("pads");
        let lead = match padding {
            [1, 1, 1, 1] => Some(1),
            [0, 0, 1, 1] if stride == 2 => Some(0),
            _ => None,
        };
        let (form, weights) = match (&shape[1..], lead) {
            ([inputs, 1, 1], _) if *inputs == channels && stride == 1 && padding.iter().all(|p| *p == 0) => {
                (Form::Across(View::Pixel), weights)
            }
            ([1, 3, 3], Some(lead)) if group == channels && outputs == channels => {
                (Form::Depthwise { stride, lead }, weights)
            }
            ([inputs, 3, 3], Some(lead)) if group == 1 && *inputs == channels => {
                let weights = weights.into_values();
                let rows = weights.chunks_exact(9 * channels);
                let weights = rows.flat_map(|row| channels_last(row, channels)).collect();
                (Form::Across(View::Patch { channels, stride, lead }), Weights::Values(weights))
            }
            (other, _) => bail!("weights {other:?} in {group} groups, padding {padding:?}"),
        };
        let finish = self.bias(node, outputs)?;
        self.step(node, Kind::Linear { form, weights, finish, activated: false }, 1, outputs)
    }

    fn dense(&mut self, node: &Node<'a>) -> TractResult<()> {
        let plain = [node.float("alpha", 1.0), node.float("beta", 1.0)].iter().all(|v| (v - 1.0).abs() < f32::EPSILON);
        ensure!(plain && node.int("transB", 0) == 1 && node.int("transA", 0) == 0, "only x W' + b is known");
        let (shape, channels) = (self.shape(node, 1)?, self.channels_of(node)?);
        ensure!(shape.len() == 2 && shape[1] % channels == 0, "weights {shape:?} over {channels} channels");
        let weights = self.weights(node, 1)?;
        let finish = self.bias(node, shape[0])?;
        self.step(
            node,
            Kind::Linear { form: Form::Across(View::Whole), weights, finish, activated: false },
            1,
            shape[0],
        )
    }

    /// (x - mean) / deviation * gamma + beta, as a factor and a shift.
    fn normalisation(&mut self, node: &Node<'a>) -> TractResult<()> {
        let epsilon = node.float("epsilon", 1e-5);
        let [gamma, beta, mean, variance] = [1, 2, 3, 4].map(|i| self.values(node, i));
        let factors: Vec<f32> = gamma?.iter().zip(variance?).map(|(g, v)| g / (v + epsilon).sqrt()).collect();
        let shift: Vec<f32> = beta?.iter().zip(mean?).zip(&factors).map(|((b, m), f)| b - m * f).collect();
        self.scale(node, &factors, &shift)
    }

    /// Into the step before, where nothing else reads what that makes and it isn't activated yet; else a step of its own.
    fn scale(&mut self, node: &Node<'a>, factors: &[f32], shift: &[f32]) -> TractResult<()> {
        let channels = self.channels_of(node)?;
        let (factors, shift) = (spread(factors, channels)?, spread(shift, channels)?);
        match self.before(node)? {
            Some(Kind::Linear { weights, finish, activated: false, .. }) => {
                weights.scale(&factors);
                finish.move_by(&factors, &shift);
            }
            Some(Kind::Scale { factors: own, finish, activated: false }) => {
                own.iter_mut().zip(&factors).for_each(|(own, factor)| *own *= factor);
                finish.move_by(&factors, &shift);
            }
            _ => {
                let finish = Finish { bias: shift, ..Finish::none(channels) };
                return self.step(node, Kind::Scale { factors, finish, activated: false }, 1, channels);
            }
        }
        self.pass(node)
    }

    fn activation(&mut self, node: &Node<'a>, slopes: &[f32]) -> TractResult<()> {
        let channels = self.channels_of(node)?;
        let slopes = spread(slopes, channels)?;
        match self.before(node)? {
            Some(Kind::Linear { finish, activated, .. } | Kind::Scale { finish, activated, .. }) if !*activated => {
                finish.slopes = slopes;
                *activated = true;
                self.pass(node)
            }
            _ => {
                let finish = Finish { slopes, ..Finish::none(channels) };
                let factors = vec![1.0; channels];
                self.step(node, Kind::Scale { factors, finish, activated: true }, 1, channels)
            }
        }
    }

    /// The step that makes this node's input, if only this node reads that.
    fn before(&mut self, node: &Node<'a>) -> TractResult<Option<&mut Kind>> {
        let name = node.input(0)?;
        if self.readers.get(name) != Some(&1) {
            return Ok(None);
        }
        let meant = self.meant(name).to_owned();
        Ok(self.steps.iter_mut().find(|step| step.output == meant).map(|step| &mut step.kind))
    }

    fn step(&mut self, node: &Node<'a>, kind: Kind, inputs: usize, channels: usize) -> TractResult<()> {
        let output = node.output()?.to_owned();
        let inputs = (0..inputs).map(|i| Ok(self.meant(node.input(i)?).to_owned())).collect::<TractResult<Vec<_>>>()?;
        ensure!(inputs.iter().all(|input| self.channels.contains_key(input)), "an input comes from nowhere");
        self.channels.insert(output.clone(), channels);
        self.steps.push(Draft { kind, inputs, output });
        Ok(())
    }

    /// What comes out is what goes in.
    fn pass(&mut self, node: &Node<'a>) -> TractResult<()> {
        let meant = self.meant(node.input(0)?).to_owned();
        self.same.insert(node.output()?, meant);
        Ok(())
    }

    fn meant<'b>(&'b self, name: &'b str) -> &'b str {
        self.same.get(name).map_or(name, String::as_str)
    }

    fn channels_of(&self, node: &Node<'a>) -> TractResult<usize> {
        self.channels.get(self.meant(node.input(0)?)).copied().context("its input comes from nowhere")
    }

    /// Takes them, where no other node needs them too.
    fn weights(&mut self, node: &Node<'a>, input: usize) -> TractResult<Weights> {
        let name = node.input(input)?;
        let expected: usize = self.shape(node, input)?.iter().product();
        let read = |tensor: &TensorProto| match blocks(tensor)? {
            Some(blocks) => Ok(Weights::Blocks(blocks)),
            None => float(tensor).map(Weights::Values),
        };
        let weights = if self.readers.get(name) == Some(&1) {
            self.stored.remove(name).as_ref().map(read)
        } else {
            self.stored.get(name).map(read)
        };
        let weights = weights.context("its weights are not stored")??;
        ensure!(weights.len() == expected && expected > 0, "{} weights where {expected} are promised", weights.len());
        Ok(weights)
    }

    /// As [`Self::weights`], as values whatever way they are stored in.
    fn values(&mut self, node: &Node<'a>, input: usize) -> TractResult<Vec<f32>> {
        self.weights(node, input).map(Weights::into_values)
    }

    /// Weights of which each is for one channel of a picture, or one for all.
    fn per_channel(&mut self, node: &Node<'a>, input: usize) -> TractResult<Vec<f32>> {
        let shape = self.shape(node, input)?;
        let by_channel = matches!(shape[..], [_, 1, 1] | [1, _, 1, 1]);
        ensure!(by_channel || shape.iter().all(|d| *d == 1), "{shape:?} is not by channel");
        self.values(node, input)
    }

    fn bias(&mut self, node: &Node<'a>, outputs: usize) -> TractResult<Finish> {
        let mut finish = Finish::none(outputs);
        if node.0.input.len() > 2 {
            finish.bias = self.values(node, 2)?;
            ensure!(finish.bias.len() == outputs, "a bias of {} for {outputs} outputs", finish.bias.len());
        }
        Ok(finish)
    }

    fn shape(&self, node: &Node<'a>, input: usize) -> TractResult<Vec<usize>> {
        let tensor = self.stored.get(node.input(input)?).context("its weights are not stored")?;
        Ok(tensor.dims.iter().map(|d| usize::try_from(*d)).collect::<Result<_, _>>()?)
    }
}

/// One output's weights, from channel by channel to pixel by pixel.
fn channels_last(row: &[f32], channels: usize) -> Vec<f32> {
    let pixels = row.len() / channels;
    (0..pixels).flat_map(|pixel| (0..channels).map(move |channel| row[channel * pixels + pixel])).collect()
}

/// One value for all channels, or one for each.
fn spread(values: &[f32], channels: usize) -> TractResult<Vec<f32>> {
    match values {
        [one] => Ok(vec![*one; channels]),
        all if all.len() == channels => Ok(all.to_vec()),
        other => bail!("{} values for {channels} channels", other.len()),
    }
}

impl Finish {
    fn move_by(&mut self, factors: &[f32], shift: &[f32]) {
        for ((bias, factor), shift) in self.bias.iter_mut().zip(factors).zip(shift) {
            *bias = *bias * factor + shift;
        }
    }
}

struct Node<'a>(&'a NodeProto);

impl<'a> Node<'a> {
    fn input(&self, at: usize) -> TractResult<&'a str> {
        self.0.input.get(at).map(String::as_str).context("an input is missing")
    }

    fn output(&self) -> TractResult<&'a str> {
        self.0.output.first().map(String::as_str).context("it has no output")
    }

    fn attribute(&self, name: &str) -> Option<&'a AttributeProto> {
        self.0.attribute.iter().find(|attribute| attribute.name == name)
    }

    fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |attribute| attribute.i)
    }

    fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |attribute| attribute.f)
    }

    fn ints(&self, name: &str) -> &'a [i64] {
        self.attribute(name).map_or(&[], |attribute| &attribute.ints)
    }

    fn text(&self, name: &str) -> &'a [u8] {
        self.attribute(name).map_or(b"", |attribute| &attribute.s)
    }
}
