//! A template: the unit vector that a recogniser made of one face, with the id of that recogniser.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Names the recogniser (or ensemble) that made a template. Templates of different models never compare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(String);

impl ModelId {
    /// Takes the id as the manifest writes it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as the manifest writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ModelId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

/// A face as a vector of length 1. Erased from memory when dropped; `Debug` doesn't print the values.
#[derive(Clone, PartialEq)]
pub struct Template {
    model: ModelId,
    unit: Zeroizing<Vec<f32>>,
}

/// How far the length of a template may be from 1.
pub(crate) const NORM_TOLERANCE: f64 = 1e-3;

/// Why values aren't a template, or two templates can't be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No values, more than [`Template::MAX_DIMENSION`], or bytes that aren't whole f32 values.
    #[error("a template of {0} bytes is not possible")]
    Length(usize),
    /// A NaN or an infinity among the values.
    #[error("the template holds a value that is not a number")]
    NotFinite,
    /// All values are zero (or too small to have a direction).
    #[error("the template has no direction: all its values are zero")]
    Zero,
    /// Stored values whose length isn't 1: they weren't written by [`Template::to_bytes`].
    #[error("the stored template is not a unit vector")]
    NotUnit,
    /// Made by different models, whose numbers have nothing to do with each other.
    #[error("templates of different models can't be compared: {left} and {right}")]
    ModelMismatch {
        /// The model of the template asked.
        left: ModelId,
        /// The model of the template it was compared with.
        right: ModelId,
    },
    /// The same model id, yet another number of values.
    #[error("templates of {left} and {right} values can't be compared")]
    DimensionMismatch {
        /// Values in the template asked.
        left: usize,
        /// Values in the other.
        right: usize,
    },
}

impl Template {
    /// No recogniser in sight makes more values than this; a bound for bytes from outside.
    pub const MAX_DIMENSION: usize = 4096;

    /// Scales `values` (what the recogniser put out, any length but zero) to length 1.
    pub fn new(model: ModelId, values: Vec<f32>) -> Result<Self, TemplateError> {
        let mut unit = Zeroizing::new(values);
        check_dimension(unit.len())?;
        if unit.iter().any(|v| !v.is_finite()) {
            return Err(TemplateError::NotFinite);
        }
        let norm = norm(&unit);
        if norm < 1e-12 {
            return Err(TemplateError::Zero);
        }
        for v in unit.iter_mut() {
            *v = (f64::from(*v) / norm) as f32;
        }
        Ok(Self { model, unit })
    }

    /// Reads what [`Template::to_bytes`] wrote, bit for bit.
    pub fn from_bytes(model: ModelId, bytes: &[u8]) -> Result<Self, TemplateError> {
        let (values, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(TemplateError::Length(bytes.len()));
        }
        check_dimension(values.len())?;
        let unit: Zeroizing<Vec<f32>> = Zeroizing::new(values.iter().map(|b| f32::from_le_bytes(*b)).collect());
        if unit.iter().any(|v| !v.is_finite()) {
            return Err(TemplateError::NotFinite);
        }
        if (norm(&unit) - 1.0).abs() > NORM_TOLERANCE {
            return Err(TemplateError::NotUnit);
        }
        Ok(Self { model, unit })
    }

    /// The values as little-endian f32, erased from memory when dropped.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.unit.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// One template of several of the same face: the mean of the unit vectors, each weighing as much as its number
    /// (above 0) says, scaled to length 1 again. Of nothing it's [`TemplateError::Zero`].
    pub fn fused<'a>(weighed: impl IntoIterator<Item = (&'a Self, f32)>) -> Result<Self, TemplateError> {
        let mut weighed = weighed.into_iter();
        let (first, weight) = weighed.next().ok_or(TemplateError::Zero)?;
        let mut sum = Zeroizing::new(first.unit.iter().map(|v| v * weight).collect::<Vec<f32>>());
        for (template, weight) in weighed {
            first.check_comparable(&template.model, template.unit.len())?;
            sum.iter_mut().zip(template.unit.iter()).for_each(|(sum, v)| *sum += v * weight);
        }
        Self::new(first.model.clone(), std::mem::take(&mut *sum))
    }

    /// The cosine between two templates of the same model: -1 to 1, 1 for the same photo.
    pub fn similarity(&self, other: &Self) -> Result<f32, TemplateError> {
        self.check_comparable(&other.model, other.unit.len())?;
        Ok(dot(&self.unit, &other.unit))
    }

    /// The recogniser that made it.
    pub fn model(&self) -> &ModelId {
        &self.model
    }

    /// The unit vector.
    pub fn values(&self) -> &[f32] {
        &self.unit
    }

    pub(crate) fn check_comparable(&self, model: &ModelId, dimension: usize) -> Result<(), TemplateError> {
        if self.model != *model {
            return Err(TemplateError::ModelMismatch { left: self.model.clone(), right: model.clone() });
        }
        if self.unit.len() != dimension {
            return Err(TemplateError::DimensionMismatch { left: self.unit.len(), right: dimension });
        }
        Ok(())
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({}, {} values)", self.model, self.unit.len())
    }
}

/// The inner product of two slices of one length, summed in eight lanes so that it vectorises and always gives the
/// same bits.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_lanes, a_rest) = a.as_chunks::<8>();
    let (b_lanes, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for (x, y) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

fn norm(values: &[f32]) -> f64 {
    values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt()
}

fn check_dimension(dimension: usize) -> Result<(), TemplateError> {
    if (1..=Template::MAX_DIMENSION).contains(&dimension) { Ok(()) } else { Err(TemplateError::Length(dimension * 4)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model() -> ModelId {
        ModelId::new("m")
    }

    #[test]
    fn values_without_a_direction_are_refused() {
        let new = |values| Template::new(model(), values);
        assert_eq!(new(vec![]), Err(TemplateError::Length(0)));
        assert_eq!(new(vec![0.0; 4]), Err(TemplateError::Zero));
        assert_eq!(new(vec![1.0, f32::NAN]), Err(TemplateError::NotFinite));
        assert_eq!(new(vec![1.0, f32::INFINITY]), Err(TemplateError::NotFinite));
        assert!(matches!(new(vec![1.0; 5000]), Err(TemplateError::Length(_))));
    }

    #[test]
    fn stored_bytes_must_be_a_unit_vector() {
        let read = |bytes: &[u8]| Template::from_bytes(model(), bytes);
        assert_eq!(read(&[]), Err(TemplateError::Length(0)));
        assert_eq!(read(&[0; 7]), Err(TemplateError::Length(7)));
        assert_eq!(read(&2.0_f32.to_le_bytes()), Err(TemplateError::NotUnit));
        assert_eq!(read(&f32::NAN.to_le_bytes()), Err(TemplateError::NotFinite));
    }

    #[test]
    fn templates_of_different_models_never_compare() {
        let a = Template::new(ModelId::new("a"), vec![1.0, 2.0]).expect("valid");
        let b = Template::new(ModelId::new("b"), vec![1.0, 2.0]).expect("valid");
        let longer = Template::new(ModelId::new("a"), vec![1.0, 2.0, 3.0]).expect("valid");
        assert!(matches!(a.similarity(&b), Err(TemplateError::ModelMismatch { .. })));
        assert!(matches!(a.similarity(&longer), Err(TemplateError::DimensionMismatch { left: 2, right: 3 })));
    }

    #[test]
    fn fused_templates_lie_between_and_the_heavier_counts_more() {
        let of = |values: [f32; 2]| Template::new(model(), values.to_vec()).expect("valid");
        let (a, b) = (of([1.0, 0.0]), of([0.0, 1.0]));
        let fused = Template::fused([(&a, 3.0), (&b, 1.0)]).expect("one model");
        assert!((fused.values()[0] - 0.948_683_3).abs() < 1e-6 && (fused.values()[1] - 0.316_227_8).abs() < 1e-6);
        assert_eq!(Template::fused([]), Err(TemplateError::Zero));
        assert_eq!(Template::fused([(&a, 1.0), (&of([-1.0, 0.0]), 1.0)]), Err(TemplateError::Zero));
        let other = Template::new(ModelId::new("other"), vec![1.0, 0.0]).expect("valid");
        assert!(matches!(Template::fused([(&a, 1.0), (&other, 1.0)]), Err(TemplateError::ModelMismatch { .. })));
    }

    #[test]
    fn debug_keeps_the_face_to_itself() {
        let t = Template::new(model(), vec![0.6, 0.8]).expect("valid");
        assert_eq!(format!("{t:?}"), "Template(m, 2 values)");
    }

    proptest! {
        #[test]
        fn bytes_come_back_bit_for_bit(values in prop::collection::vec(-100.0_f32..100.0, 1..200)) {
            prop_assume!(values.iter().any(|v| v.abs() > 1e-3));
            let t = Template::new(model(), values).expect("valid");
            let back = Template::from_bytes(model(), &t.to_bytes()).expect("own bytes");
            prop_assert_eq!(&back, &t);
            prop_assert!((t.similarity(&back).expect("same model") - 1.0).abs() < 1e-5);
        }

        #[test]
        fn any_bytes_are_a_template_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(t) = Template::from_bytes(model(), &bytes) {
                prop_assert_eq!(&t.to_bytes()[..], &bytes[..]);
            }
        }

        #[test]
        fn the_dot_product_is_right_for_every_length(
            pairs in prop::collection::vec((-1.0_f32..1.0, -1.0_f32..1.0), 0..40),
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
            let exact: f64 = pairs.iter().map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
            prop_assert!((f64::from(dot(&a, &b)) - exact).abs() < 1e-4);
        }
    }
}
