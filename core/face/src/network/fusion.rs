//! From drafts of steps to fewer and larger layers, which touch memory less.

use std::collections::HashMap;
use std::sync::Arc;

use super::lowering::{Draft, Form, Kind, Operation, Step};
use crate::layers::{Channels, Convolution, Depthwise, Finish, Gather, Layer, Matrix, MaxPool, Scale, Upsample};

/// The steps that a network comes to; `outputs` are the values that it puts out.
pub(super) fn fused(drafts: Vec<Draft>, outputs: &[String]) -> Vec<Step> {
    joined(side_by_side(drafts, outputs), outputs).into_iter().map(packed).collect()
}

/// Branches that begin with a 1 x 1 convolution of the same value, read by a depthwise one alone, become one branch as
/// wide as all of them, whose channels are told apart at its end: a vector holds more channels than any of a detector's
/// heads has.
fn side_by_side(drafts: Vec<Draft>, outputs: &[String]) -> Vec<Draft> {
    let readers = readers(&drafts, outputs);
    let mut branches: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (begin, draft) in drafts.iter().enumerate() {
        let ends_it = |other: &Draft| {
            let depthwise = matches!(other.kind, Kind::Linear { form: Form::Depthwise { stride: 1 }, .. });
            depthwise && other.inputs[0] == draft.output
        };
        let begins =
            matches!(draft.kind, Kind::Linear { form: Form::Pixel, .. }) && readers.get(&draft.output) == Some(&1);
        if let Some(end) = drafts.iter().position(ends_it).filter(|_| begins) {
            branches.entry(draft.inputs[0].clone()).or_default().push((begin, end));
        }
    }
    branches.retain(|_, branches| branches.len() > 1);

    let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let mut steps = Vec::new();
    for at in 0..drafts.len() {
        let Some(mut begin) = drafts[at].take() else { continue };
        let others = branches.get(&begin.inputs[0]).filter(|branches| branches[0].0 == at);
        let Some(((_, end), others)) = others.and_then(|branches| branches.split_first()) else {
            steps.push(begin);
            continue;
        };
        let Some(mut end) = drafts[*end].take() else { continue };
        let mut parts = vec![(end.output.clone(), end.kind.outputs())];
        for (other_begin, other_end) in others {
            let (Some(other_begin), Some(other_end)) = (drafts[*other_begin].take(), drafts[*other_end].take()) else {
                continue;
            };
            parts.push((other_end.output, other_end.kind.outputs()));
            begin.kind.widen(other_begin.kind);
            end.kind.widen(other_end.kind);
        }
        end.output += " and those beside it";
        let wide = end.output.clone();
        steps.extend([begin, end]);
        let mut first = 0;
        for (output, channels) in parts {
            let kind = Kind::Channels(first..first + channels);
            steps.push(Draft { kind, inputs: vec![wide.clone()], output });
            first += channels;
        }
    }
    steps
}

/// A step with those that it takes in.
struct Joined {
    depthwise: Option<Draft>,
    draft: Draft,
    then: Option<Draft>,
}

/// A depthwise convolution moves into the 1 x 1 one that alone reads it, and a 1 x 1 one into the convolution that it
/// alone reads.
fn joined(drafts: Vec<Draft>, outputs: &[String]) -> Vec<Joined> {
    let readers = readers(&drafts, outputs);
    let mut steps: Vec<Joined> = Vec::new();
    for draft in drafts {
        let is_pixel = matches!(draft.kind, Kind::Linear { form: Form::Pixel, .. });
        let before = steps.iter().position(|step| {
            let output = &step.then.as_ref().unwrap_or(&step.draft).output;
            is_pixel && *output == draft.inputs[0] && readers.get(output) == Some(&1)
        });
        let form = before.map(|at| &steps[at].draft.kind);
        match (before, form) {
            (Some(at), Some(Kind::Linear { form: Form::Depthwise { .. }, .. })) => {
                let depthwise = Some(steps.remove(at).draft);
                steps.push(Joined { depthwise, draft, then: None });
            }
            (Some(at), Some(Kind::Linear { form: Form::Pixel | Form::Patch { .. }, .. }))
                if steps[at].then.is_none() =>
            {
                let step = steps.remove(at);
                steps.push(Joined { then: Some(draft), ..step });
            }
            _ => steps.push(Joined { depthwise: None, draft, then: None }),
        }
    }
    steps
}

/// How often each value is read.
fn readers(drafts: &[Draft], outputs: &[String]) -> HashMap<String, usize> {
    let mut readers = HashMap::new();
    for name in drafts.iter().flat_map(|draft| &draft.inputs).chain(outputs) {
        *readers.entry(name.clone()).or_insert(0) += 1;
    }
    readers
}

/// Lays the weights out as the processor likes them.
fn packed(Joined { depthwise, draft, then }: Joined) -> Step {
    let Draft { kind, mut inputs, mut output } = draft;
    let mut filtered = None;
    if let Some(Draft {
        kind: Kind::Linear { form: Form::Depthwise { stride }, weights, finish, .. },
        inputs: from,
        ..
    }) = depthwise
    {
        filtered = Some(Gather::Filtered(Depthwise::new(&weights, stride, finish)));
        inputs = from;
    }
    let mut second = None;
    if let Some(Draft { kind: Kind::Linear { weights, finish, .. }, output: last, .. }) = then {
        second = Some(matrix(&weights, finish));
        output = last;
    }
    let layer: Arc<dyn Layer> = match kind {
        Kind::Linear { form: Form::Depthwise { stride }, weights, finish, .. } => {
            Arc::new(Depthwise::new(&weights, stride, finish))
        }
        Kind::Linear { form, weights, finish, .. } => {
            let gather = match form {
                Form::Patch { channels, stride } => Gather::Patch { channels, stride },
                Form::Whole => Gather::Whole,
                _ => filtered.unwrap_or(Gather::Pixel),
            };
            Arc::new(Convolution::new(gather, matrix(&weights, finish), second))
        }
        Kind::Scale { factors, finish, .. } => Arc::new(Scale::new(factors, finish)),
        Kind::MaxPool => Arc::new(MaxPool),
        Kind::Upsample => Arc::new(Upsample),
        Kind::Channels(range) => Arc::new(Channels(range)),
        Kind::Add => return Step { operation: Operation::Add, inputs, output },
        Kind::Sigmoid => return Step { operation: Operation::Sigmoid, inputs, output },
    };
    Step { operation: Operation::Layer(layer), inputs, output }
}

fn matrix(weights: &[f32], finish: Finish) -> Matrix {
    let inputs = weights.len() / finish.bias.len();
    Matrix::new(weights, inputs, finish)
}
