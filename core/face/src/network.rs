//! Networks: reads an ONNX file and runs it. The only module that knows tract.
//!
//! tract promises stable interfaces only for its facade crate, so nothing of it may show outside.

mod prelu;
mod quantisation;

use std::sync::{Arc, Mutex, PoisonError};

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::TractErrorContext;

/// A network, ready to run from any thread.
pub(crate) struct Network {
    /// What plans are made from; `None` once the only one is made.
    model: Option<InferenceModel>,
    /// Plans for the shapes seen last, the latest at the end.
    plans: Mutex<Vec<(Shape, Arc<TypedRunnableModel>)>>,
}

/// Batch, channels, height, width.
pub(crate) type Shape = [usize; 4];

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
    /// A network that is always fed the same shape: planned now, and what's only needed for planning is let go.
    pub(crate) fn of_size(onnx: &[u8], shape: Shape) -> Result<Self, NetworkError> {
        let plan = plan(read(onnx)?, shape).map_err(|e| NetworkError::Load(chain(&e)))?;
        Ok(Self { model: None, plans: Mutex::new(vec![(shape, plan)]) })
    }

    /// A network that is planned anew for each shape it meets.
    pub(crate) fn of_any_size(onnx: &[u8]) -> Result<Self, NetworkError> {
        Ok(Self { model: Some(read(onnx)?), plans: Mutex::default() })
    }

    /// Runs on an input of `shape` that `fill` writes (it's handed zeros). The outputs in the network's own order, flat.
    pub(crate) fn run(&self, shape: Shape, fill: impl FnOnce(&mut [f32])) -> Result<Vec<Vec<f32>>, NetworkError> {
        let plan = self.plan_for(shape)?;
        run(&plan, shape, fill).map_err(|e| NetworkError::Run(chain(&e)))
    }

    fn plan_for(&self, shape: Shape) -> Result<Arc<TypedRunnableModel>, NetworkError> {
        // A panic elsewhere can't leave a plan half written, so a poisoned lock is as good as any.
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = plans.iter().position(|(known, _)| *known == shape) {
            let latest = plans.remove(at);
            let plan = latest.1.clone();
            plans.push(latest);
            return Ok(plan);
        }
        let model = self.model.clone().ok_or_else(|| NetworkError::Run(format!("no plan for {shape:?}")))?;
        let plan = plan(model, shape).map_err(|e| NetworkError::Run(chain(&e)))?;
        if plans.len() == MAX_PLANS {
            plans.remove(0);
        }
        plans.push((shape, plan.clone()));
        Ok(plan)
    }
}

/// Reads an upstream file as it is, unfolding its block quantisation, which tract doesn't know. Shapes written in the
/// file are ignored, since they pin the input size it was exported with.
fn read(onnx: &[u8]) -> Result<InferenceModel, NetworkError> {
    let mut reader = tract_onnx::onnx().with_ignore_value_info(true).with_ignore_output_shapes(true);
    reader.op_register.insert("PRelu", prelu::build);
    let parse = || {
        let mut proto = reader.proto_model_for_read(&mut &*onnx)?;
        let graph = proto.graph.as_mut().context("no graph in it")?;
        quantisation::unfold(graph)?;
        reader.model_for_proto_model(&proto)
    };
    parse().map_err(|e| NetworkError::Load(chain(&e)))
}

fn plan(model: InferenceModel, shape: Shape) -> TractResult<Arc<TypedRunnableModel>> {
    model.with_input_fact(0, f32::fact(shape).into())?.into_optimized()?.into_runnable()
}

fn run(plan: &Arc<TypedRunnableModel>, shape: Shape, fill: impl FnOnce(&mut [f32])) -> TractResult<Vec<Vec<f32>>> {
    let mut input = Tensor::zero::<f32>(&shape)?;
    fill(input.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?);
    let outputs = plan.run(tvec!(input.into()))?;
    outputs.iter().map(|output| Ok(output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())).collect()
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
