//! Networks: reads an ONNX or TensorFlow Lite file and runs it. The only module that knows tract.
//!
//! tract promises stable interfaces only for its facade crate, so nothing of it may show outside.

mod fusion;
mod lowering;
mod operation;
mod prelu;
mod quantisation;
mod tflite;

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::TractErrorContext;
use tract_onnx::{Onnx, onnx};

use crate::Arithmetic;
use crate::layers::Size;
use lowering::Layers;
use quantisation::Large;

/// A network, ready to run from any thread.
pub(crate) struct Network {
    /// What plans are made from; `None` once the only one is made.
    recipe: Option<Recipe>,
    /// Plans for the sizes seen last, the latest at the end.
    plans: Mutex<Vec<(Size, Arc<Plan>)>>,
}

/// What a network does, before the size of its picture is known.
enum Recipe {
    /// All of it in our own layers.
    Layers(Layers),
    /// As tract does it, since some of it no layer of ours is for.
    General(InferenceModel),
}

/// A network laid out for one size.
struct Plan {
    model: Arc<TypedRunnableModel>,
    channels_first: bool,
}

/// Why a network can't be read or run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Of neither format, or with something in it that tract doesn't know.
    #[error("the network can't be read: {0}")]
    Load(String),
    /// It can't be laid out for this input, or failed on the way.
    #[error("the network can't be run: {0}")]
    Run(String),
    /// It ran, and put out something else than expected.
    #[error("the network put out something unexpected: {0}")]
    Output(&'static str),
}

/// Cameras deliver frames of one or two sizes; more plans than this only take memory.
const MAX_PLANS: usize = 6;

impl Network {
    /// A network that is always fed the same size: planned now, and what's only needed for planning is let go.
    pub(crate) fn of_size(file: &[u8], size: Size, arithmetic: Arithmetic) -> Result<Self, NetworkError> {
        let plan = read(file, arithmetic)?.plan(size).map_err(|e| NetworkError::Load(chain(&e)))?;
        Ok(Self { recipe: None, plans: Mutex::new(vec![(size, Arc::new(plan))]) })
    }

    /// A network in f32 that is planned anew for each size it meets.
    pub(crate) fn of_any_size(file: &[u8]) -> Result<Self, NetworkError> {
        Ok(Self { recipe: Some(read(file, Arithmetic::Float)?), plans: Mutex::default() })
    }

    /// Runs on a picture of `size` that `fill` writes (it's handed zeros): row by row, pixel by pixel, all channels of
    /// each, 0 to 255. The outputs in the network's own order, flat.
    pub(crate) fn run(&self, size: Size, fill: impl FnOnce(&mut [u8])) -> Result<Vec<Vec<f32>>, NetworkError> {
        self.plan_for(size)?.run(size, fill).map_err(|e| NetworkError::Run(chain(&e)))
    }

    fn plan_for(&self, size: Size) -> Result<Arc<Plan>, NetworkError> {
        // A panic elsewhere can't leave a plan half written, so a poisoned lock is as good as any.
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = plans.iter().position(|(known, _)| *known == size) {
            let latest = plans.remove(at);
            let plan = latest.1.clone();
            plans.push(latest);
            return Ok(plan);
        }
        let recipe = self.recipe.as_ref().ok_or_else(|| NetworkError::Run(format!("no plan for {size:?}")))?;
        let plan = Arc::new(recipe.plan(size).map_err(|e| NetworkError::Run(chain(&e)))?);
        if plans.len() == MAX_PLANS {
            plans.remove(0);
        }
        plans.push((size, plan.clone()));
        Ok(plan)
    }
}

/// Reads an upstream file as it is, unfolding its block quantisation, which tract doesn't know. Shapes written in the
/// file are ignored, since they pin the input size it was exported with.
fn read(file: &[u8], arithmetic: Arithmetic) -> Result<Recipe, NetworkError> {
    let reader = reader();
    let layers = |model: ModelProto| Layers::of(model.graph.context("no graph in it")?, arithmetic);
    let parse = || match understood(&reader, file, Large::Kept).and_then(layers) {
        Ok(layers) => Ok(Recipe::Layers(layers)),
        // tract knows no other: then a model's id would stand for other numbers than it promises.
        Err(error) if arithmetic != Arithmetic::Float => Err(error),
        Err(_) => Ok(Recipe::General(reader.model_for_proto_model(&understood(&reader, file, Large::Unfolded)?)?)),
    };
    parse().map_err(|e| NetworkError::Load(chain(&e)))
}

/// The file in ONNX as tract knows it.
fn understood(reader: &Onnx, file: &[u8], large: Large) -> TractResult<ModelProto> {
    if tflite::is_one(file) {
        return tflite::model(file);
    }
    let mut proto = reader.proto_model_for_read(&mut &*file)?;
    quantisation::unfold(proto.graph.as_mut().context("no graph in it")?, large)?;
    Ok(proto)
}

fn reader() -> Onnx {
    let mut reader = onnx().with_ignore_value_info(true).with_ignore_output_shapes(true);
    reader.op_register.insert("PRelu", prelu::build);
    reader
}

impl Recipe {
    fn plan(&self, size: Size) -> TractResult<Plan> {
        match self {
            Self::Layers(layers) => Ok(Plan { model: layers.model(size)?.into_runnable()?, channels_first: false }),
            Self::General(model) => {
                let [height, width, channels] = size;
                let input = f32::fact([1, channels, height, width]);
                let model = model.clone().with_input_fact(0, input.into())?.into_optimized()?.into_runnable()?;
                Ok(Plan { model, channels_first: true })
            }
        }
    }
}

impl Plan {
    fn run(&self, [height, width, channels]: Size, fill: impl FnOnce(&mut [u8])) -> TractResult<Vec<Vec<f32>>> {
        let mut picture = Tensor::zero::<u8>(&[1, height, width, channels])?;
        fill(picture.try_as_plain_ram_mut()?.as_slice_mut::<u8>()?);
        if self.channels_first {
            picture = picture.cast_to::<f32>()?.into_owned().permute_axes(&[0, 3, 1, 2])?;
        }
        let outputs = self.model.run(tvec!(picture.into()))?;
        outputs.iter().map(|output| Ok(output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())).collect()
    }
}

fn chain(error: &TractError) -> String {
    format!("{error:#}")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use tract_onnx::pb::{
        AttributeProto, GraphProto, NodeProto, OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto,
        ValueInfoProto, attribute_proto, tensor_proto, tensor_shape_proto, type_proto,
    };

    use super::*;
    use crate::{Manifest, Role};

    #[test]
    fn bytes_that_are_no_network_are_an_error() {
        for bytes in [&b""[..], b"not a network", &[0xff; 64]] {
            assert!(matches!(Network::of_any_size(bytes), Err(NetworkError::Load(_))));
        }
    }

    /// The product's own networks must not fall back to the slower way unnoticed.
    #[test]
    fn the_networks_of_the_manifest_run_in_our_layers_and_put_out_what_tract_does() {
        let manifest = Manifest::bundled();
        for (role, size) in
            [(Role::Detector, [96, 64, 3]), (Role::Embedder, [112, 112, 3]), (Role::Landmarks, [192, 192, 3])]
        {
            let Some(file) = file_of(&manifest, role) else { continue };
            let recipe = read(&file, Arithmetic::Float).expect("reads");
            assert!(matches!(recipe, Recipe::Layers(_)), "{role:?} fell back");
            same(&recipe, &general(&understood(&reader(), &file, Large::Unfolded).expect("reads")), size, 200);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn the_recogniser_in_integers_points_where_it_does_in_f32(blotches in prop::collection::vec(any::<u8>(), 8 * 8 * 3)) {
            let Some([float, integer]) = RECOGNISER.as_ref() else { return Ok(()) };
            let picture = |values: &mut [u8]| smooth(&blotches, values);
            let [one, other] = [float, integer].map(|network| network.run([112, 112, 3], picture).expect("runs").concat());
            let alike = cosine(&one, &other);
            prop_assert!(alike >= 0.99, "{}", alike);
        }

        #[test]
        fn a_network_in_integers_puts_out_nearly_what_it_does_in_f32(picture in prop::collection::vec(0_u8..4, 12 * 16 * 3)) {
            let run = |arithmetic| {
                let layers = Recipe::Layers(Layers::of(every_layer(), arithmetic).expect("a layer for each node"));
                let plan = layers.plan([12, 16, 3]).expect("plans");
                plan.run([12, 16, 3], |values| values.copy_from_slice(&picture)).expect("runs").concat()
            };
            let alike = cosine(&run(Arithmetic::Float), &run(Arithmetic::Int8));
            prop_assert!(alike >= 0.99, "{}", alike);
        }
    }

    /// In f32 and in integers, where its file is there.
    static RECOGNISER: LazyLock<Option<[Network; 2]>> = LazyLock::new(|| {
        let manifest = Manifest::bundled();
        let file = file_of(&manifest, Role::Embedder)?;
        let network = |arithmetic| Network::of_size(&file, [112, 112, 3], arithmetic).expect("reads");
        Some([Arithmetic::Float, Arithmetic::Int8].map(network))
    });

    /// A square picture with as many blotches a side as there are, one going over into the next.
    fn smooth(blotches: &[u8], values: &mut [u8]) {
        let side = ((values.len() / 3) as f32).sqrt() as usize;
        for (i, value) in values.iter_mut().enumerate() {
            let at = |along: usize| (along * 7 * 16 / side) as u32;
            let (y, x) = (at(i / 3 / side), at(i / 3 % side));
            let of = |y: u32, x: u32| u32::from(blotches[(y as usize * 8 + x as usize) * 3 + i % 3]);
            let row = |y: u32| of(y, x / 16) * (16 - x % 16) + of(y, x / 16 + 1) * (x % 16);
            *value = ((row(y / 16) * (16 - y % 16) + row(y / 16 + 1) * (y % 16)) / 256) as u8;
        }
    }

    fn cosine(one: &[f32], other: &[f32]) -> f32 {
        let product = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
        product(one, other) / (product(one, one) * product(other, other)).sqrt()
    }

    /// The file of the manifest's only model for something; `None`, with a line that says so, where it isn't there.
    fn file_of(manifest: &Manifest, role: Role) -> Option<Vec<u8>> {
        let model = manifest.models.iter().find(|model| model.role == role).expect("in the manifest");
        let file = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models").join(&model.file));
        if file.is_err() {
            // Past the harness, which hides what a passing test prints.
            let _ = writeln!(std::io::stderr(), "SKIPPED: no {}", model.file);
        }
        file.ok()
    }

    #[test]
    fn every_layer_puts_out_what_tract_does() {
        let graph = every_layer();
        let layers = Recipe::Layers(Layers::of(graph.clone(), Arithmetic::Float).expect("a layer for each node"));
        same(&layers, &general(&model(graph)), [12, 16, 3], 3);
    }

    #[test]
    fn what_no_layer_is_for_goes_the_general_way() {
        for (node, replaced) in [(2, "Tanh"), (2, "Softplus"), (5, "AveragePool")] {
            let mut graph = every_layer();
            graph.node[node].op_type = replaced.to_owned();
            assert!(Layers::of(graph, Arithmetic::Float).is_err());
        }
    }

    fn same(left: &Recipe, right: &Recipe, size: Size, greatest: usize) {
        let fill = |values: &mut [u8]| {
            for (i, value) in values.iter_mut().enumerate() {
                *value = ((i * 7919) % 101 % (greatest + 1)) as u8;
            }
        };
        let outputs = |recipe: &Recipe| recipe.plan(size).expect("plans").run(size, fill).expect("runs");
        let (left, right) = (outputs(left), outputs(right));
        assert_eq!(left.len(), right.len());
        for (left, right) in left.iter().zip(&right) {
            assert_eq!(left.len(), right.len());
            for (l, r) in left.iter().zip(right) {
                assert!((l - r).abs() < 1e-3 * (1.0 + r.abs()), "{l} is not {r}");
            }
        }
    }

    fn general(proto: &ModelProto) -> Recipe {
        Recipe::General(reader().model_for_proto_model(proto).expect("a model"))
    }

    fn model(graph: GraphProto) -> ModelProto {
        let opset = OperatorSetIdProto { domain: String::new(), version: 13 };
        ModelProto { ir_version: 8, opset_import: vec![opset], graph: Some(graph), ..ModelProto::default() }
    }

    /// A little network with each kind of layer, some of them where they can't be taken into the one before.
    fn every_layer() -> GraphProto {
        let mut graph = Builder::default();
        graph.node("Sub", &["picture", "half"], "centred", vec![]);
        graph.floats("half", &[1], |_| 0.5);
        graph.node("Mul", &["centred", "two"], "scaled", vec![]);
        graph.floats("two", &[1], |_| 2.0);
        graph.convolution("scaled", "first", [8, 3, 3, 3], 1, 2);
        graph.normalisation("first", "first_n", 8);
        graph.node("PRelu", &["first_n", "slopes"], "first_a", vec![]);
        graph.floats("slopes", &[8, 1, 1], |i| i as f32 / 10.0);
        graph.convolution("first_a", "filtered", [8, 1, 3, 3], 8, 1);
        graph.node("Relu", &["filtered"], "filtered_a", vec![]);
        graph.convolution("filtered_a", "mixed", [20, 8, 1, 1], 1, 1);
        graph.normalisation("mixed", "mixed_n", 20);
        let halves = || vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])];
        graph.node("MaxPool", &["mixed_n"], "halved", halves());
        // Read twice, so neither can take the other in.
        graph.node("Relu", &["halved"], "halved_a", vec![]);
        graph.floats("scales", &[4], |i| [1.0, 1.0, 2.0, 2.0][i]);
        let texts = [
            text("mode", "nearest"),
            text("coordinate_transformation_mode", "asymmetric"),
            text("nearest_mode", "floor"),
        ];
        graph.node("Resize", &["halved_a", "", "scales"], "doubled", texts.to_vec());
        graph.node("Add", &["mixed_n", "doubled"], "sum", vec![]);
        // Two heads, which become one.
        for (head, channels) in [("one", 1), ("three", 3)] {
            let filtered = format!("{head}_filtered");
            graph.convolution("sum", head, [channels, 20, 1, 1], 1, 1);
            graph.convolution(head, &filtered, [channels, 1, 3, 3], channels, 1);
        }
        graph.node("Transpose", &["sum"], "moved", vec![ints("perm", &[0, 2, 3, 1])]);
        graph.node("Transpose", &["three_filtered"], "three_moved", vec![ints("perm", &[0, 2, 3, 1])]);
        graph.node("Sigmoid", &["one_filtered"], "one_likely", vec![]);
        graph.shape("rows", &[1, -1, 20]);
        graph.node("Reshape", &["moved", "rows"], "in_rows", vec![]);
        graph.node("Sigmoid", &["in_rows"], "likely", vec![]);
        graph.node("Dropout", &["halved_a"], "kept", vec![]);
        graph.node("Flatten", &["kept"], "flat", vec![]);
        graph.floats("dense", &[5, 20 * 3 * 4], |i| ((i % 13) as f32 - 6.0) / 20.0);
        graph.floats("dense_bias", &[5], |i| i as f32);
        graph.node("Gemm", &["flat", "dense", "dense_bias"], "gemm", vec![int("transB", 1)]);
        graph.normalisation("gemm", "vector", 5);
        graph.finish(&["likely", "vector", "one_likely", "three_moved"])
    }

    #[derive(Default)]
    struct Builder(GraphProto);

    impl Builder {
        fn node(&mut self, op: &str, inputs: &[&str], output: &str, attribute: Vec<AttributeProto>) {
            let (op_type, name, input) = (op.into(), output.into(), inputs.iter().map(|i| (*i).into()).collect());
            let output = vec![output.into()];
            self.0.node.push(NodeProto { op_type, name, input, output, attribute, ..NodeProto::default() });
        }

        fn floats(&mut self, name: &str, dims: &[i64], value: impl Fn(usize) -> f32) {
            let float_data = (0..dims.iter().product::<i64>() as usize).map(value).collect();
            let (name, dims, data_type) = (name.into(), dims.to_vec(), tensor_proto::DataType::Float as i32);
            self.0.initializer.push(TensorProto { name, dims, data_type, float_data, ..TensorProto::default() });
        }

        fn shape(&mut self, name: &str, values: &[i64]) {
            let (name, dims, data_type) =
                (name.into(), vec![values.len() as i64], tensor_proto::DataType::Int64 as i32);
            let raw_data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            self.0.initializer.push(TensorProto { name, dims, data_type, raw_data, ..TensorProto::default() });
        }

        fn convolution(&mut self, input: &str, output: &str, weights: [i64; 4], group: i64, stride: i64) {
            let [w, b] = ["w", "b"].map(|part| format!("{output}_{part}"));
            self.floats(&w, &weights, |i| ((i * 31) % 17) as f32 / 17.0 - 0.5);
            self.floats(&b, &weights[..1], |i| i as f32 / 8.0);
            let pad = weights[3] / 2;
            let attributes =
                vec![int("group", group), ints("strides", &[stride, stride]), ints("pads", &[pad, pad, pad, pad])];
            self.node("Conv", &[input, &w, &b], output, attributes);
        }

        fn normalisation(&mut self, input: &str, output: &str, channels: i64) {
            let parts = ["gamma", "beta", "mean", "variance"].map(|part| format!("{output}_{part}"));
            for (i, part) in parts.iter().enumerate() {
                self.floats(part, &[channels], |c| 0.5 + ((c + i) % 3) as f32 / 4.0);
            }
            let [gamma, beta, mean, variance] = &parts;
            self.node("BatchNormalization", &[input, gamma, beta, mean, variance], output, vec![]);
        }

        fn finish(mut self, outputs: &[&str]) -> GraphProto {
            let extent = |value| tensor_shape_proto::Dimension {
                value: Some(tensor_shape_proto::dimension::Value::DimValue(value)),
                ..Default::default()
            };
            let shape = TensorShapeProto { dim: [1, 3, 12, 16].map(extent).to_vec() };
            let elem_type = tensor_proto::DataType::Float as i32;
            let tensor = type_proto::Tensor { elem_type, shape: Some(shape) };
            let picture = TypeProto { value: Some(type_proto::Value::TensorType(tensor)), ..TypeProto::default() };
            self.0.input = vec![ValueInfoProto { name: "picture".into(), r#type: Some(picture), ..Default::default() }];
            let named = |name: &&str| ValueInfoProto { name: (*name).into(), ..ValueInfoProto::default() };
            self.0.output = outputs.iter().map(named).collect();
            self.0
        }
    }

    fn int(name: &str, i: i64) -> AttributeProto {
        let r#type = attribute_proto::AttributeType::Int as i32;
        AttributeProto { name: name.into(), i, r#type, ..AttributeProto::default() }
    }

    fn ints(name: &str, ints: &[i64]) -> AttributeProto {
        let r#type = attribute_proto::AttributeType::Ints as i32;
        AttributeProto { name: name.into(), ints: ints.to_vec(), r#type, ..AttributeProto::default() }
    }

    fn text(name: &str, text: &str) -> AttributeProto {
        let r#type = attribute_proto::AttributeType::String as i32;
        AttributeProto { name: name.into(), s: text.as_bytes().to_vec(), r#type, ..AttributeProto::default() }
    }
}
