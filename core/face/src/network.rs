//! Networks: reads an ONNX file and runs it. The only module that knows tract.
//!
//! tract promises stable interfaces only for its facade crate, so nothing of it may show outside.

mod lowering;
mod operation;
mod prelu;
mod quantisation;

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::TractErrorContext;

use crate::layers::Size;
use lowering::Layers;

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
    /// Not ONNX, or an ONNX that tract doesn't know.
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
    pub(crate) fn of_size(onnx: &[u8], size: Size) -> Result<Self, NetworkError> {
        let plan = read(onnx)?.plan(size).map_err(|e| NetworkError::Load(chain(&e)))?;
        Ok(Self { recipe: None, plans: Mutex::new(vec![(size, Arc::new(plan))]) })
    }

    /// A network that is planned anew for each size it meets.
    pub(crate) fn of_any_size(onnx: &[u8]) -> Result<Self, NetworkError> {
        Ok(Self { recipe: Some(read(onnx)?), plans: Mutex::default() })
    }

    /// Runs on a picture of `size` that `fill` writes (it's handed zeros): row by row, pixel by pixel, all channels of
    /// each. The outputs in the network's own order, flat.
    pub(crate) fn run(&self, size: Size, fill: impl FnOnce(&mut [f32])) -> Result<Vec<Vec<f32>>, NetworkError> {
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
fn read(onnx: &[u8]) -> Result<Recipe, NetworkError> {
    let mut reader = tract_onnx::onnx().with_ignore_value_info(true).with_ignore_output_shapes(true);
    reader.op_register.insert("PRelu", prelu::build);
    let unfolded = || -> TractResult<_> {
        let mut proto = reader.proto_model_for_read(&mut &*onnx)?;
        quantisation::unfold(proto.graph.as_mut().context("no graph in it")?)?;
        Ok(proto)
    };
    let parse = || match unfolded()?.graph.context("no graph in it").and_then(Layers::of) {
        Ok(layers) => Ok(Recipe::Layers(layers)),
        Err(_) => Ok(Recipe::General(reader.model_for_proto_model(&unfolded()?)?)),
    };
    parse().map_err(|e| NetworkError::Load(chain(&e)))
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
    fn run(&self, [height, width, channels]: Size, fill: impl FnOnce(&mut [f32])) -> TractResult<Vec<Vec<f32>>> {
        let mut picture = Tensor::zero::<f32>(&[1, height, width, channels])?;
        fill(picture.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?);
        if self.channels_first {
            picture = picture.permute_axes(&[0, 3, 1, 2])?;
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
    use super::*;

    #[test]
    fn bytes_that_are_no_network_are_an_error() {
        for bytes in [&b""[..], b"not a network", &[0xff; 64]] {
            assert!(matches!(Network::of_any_size(bytes), Err(NetworkError::Load(_))));
        }
    }
}
