//! From drafts of steps to fewer and larger layers, which touch memory less.

use std::collections::HashMap;
use std::sync::Arc;

use super::lowering::{Draft, Form, Kind, Operation, Step};
use crate::Arithmetic;
use crate::layers::{
    Chain, Channels, Convolution, Depthwise, Extent, FEW, IntegerConvolution, Layer, Matrix, MaxPool, Scale, Upsample,
    View, Widen,
};

/// The steps that a network comes to; `outputs` are the values that it puts out.
pub(super) fn fused(drafts: Vec<Draft>, outputs: &[String], arithmetic: Arithmetic) -> Vec<Step> {
    let chains = chained(side_by_side(drafts, outputs), outputs);
    chains.into_iter().filter_map(|chain| packed(chain, arithmetic)).collect()
}

/// Branches that begin with a 1 x 1 convolution of the same value, read by a depthwise one alone, become one branch as
/// wide as all of them, whose channels are told apart at its end: a vector holds more channels than any of a detector's
/// heads has.
fn side_by_side(drafts: Vec<Draft>, outputs: &[String]) -> Vec<Draft> {
    let readers = readers(&drafts, outputs);
    let mut branches: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (begin, draft) in drafts.iter().enumerate() {
        let ends_it = |other: &Draft| {
            let depthwise = matches!(other.kind, Kind::Linear { form: Form::Depthwise { stride: 1, .. }, .. });
            depthwise && other.inputs[0] == draft.output
        };
        let begins = matches!(draft.kind, Kind::Linear { form: Form::Across(View::Pixel), .. })
            && readers.get(&draft.output) == Some(&1);
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

/// Steps of which each alone reads what the one before makes become one, as long as their weights are few: a chain goes
/// through all of them for every few rows, and many weights are better gone through once.
fn chained(drafts: Vec<Draft>, outputs: &[String]) -> Vec<Vec<Draft>> {
    let readers = readers(&drafts, outputs);
    let mut chains: Vec<Vec<Draft>> = Vec::new();
    for draft in drafts {
        let goes_on = |chain: &Vec<Draft>| {
            chain.last().is_some_and(|last| {
                let alone = last.output == draft.inputs[0] && readers.get(&last.output) == Some(&1);
                alone && [&draft.kind, &last.kind].iter().all(|kind| kind.is_layer() && kind.weights() <= FEW)
            })
        };
        let mut chain = chains.iter().position(goes_on).map_or_else(Vec::new, |at| chains.remove(at));
        chain.push(draft);
        chains.push(chain);
    }
    chains
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
fn packed(mut chain: Vec<Draft>, arithmetic: Arithmetic) -> Option<Step> {
    let output = chain.last()?.output.clone();
    let inputs = std::mem::take(&mut chain.first_mut()?.inputs);
    let operation = match chain[..] {
        [Draft { kind: Kind::Add, .. }] => Operation::Add,
        [Draft { kind: Kind::Sigmoid, .. }] => Operation::Sigmoid,
        _ => {
            let layers = chain.into_iter().filter_map(|draft| layer(draft.kind, arithmetic)).collect();
            Operation::Chain(Arc::new(Chain::new(layers)))
        }
    };
    Some(Step { operation, inputs, output })
}

fn layer(kind: Kind, arithmetic: Arithmetic) -> Option<Box<dyn Layer>> {
    Some(match kind {
        Kind::Linear { form: Form::Depthwise { stride, lead }, weights, finish, .. } => {
            Box::new(Depthwise::new(&weights.into_values(), stride, lead, finish))
        }
        Kind::Linear { form: Form::Across(view), weights, finish, .. } => match (arithmetic, view) {
            (Arithmetic::Int8, View::Pixel) => Box::new(IntegerConvolution::new(Extent::Pixel, &weights, finish)),
            (Arithmetic::Int8, View::Whole) => Box::new(IntegerConvolution::new(Extent::Whole, &weights, finish)),
            _ => {
                let inputs = weights.len() / finish.bias.len();
                Box::new(Convolution::new(view, Matrix::new(&weights.into_values(), inputs, finish)))
            }
        },
        Kind::Scale { factors, finish, .. } => Box::new(Scale::new(&factors, &finish)),
        Kind::MaxPool => Box::new(MaxPool),
        Kind::Upsample => Box::new(Upsample),
        Kind::Widen(more) => Box::new(Widen(more)),
        Kind::Channels(range) => Box::new(Channels(range)),
        Kind::Add | Kind::Sigmoid => return None,
    })
}
