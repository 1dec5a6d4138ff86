//! The mean of a recogniser's unit vectors over many people, which is taken from each before they're compared.
//!
//! Everybody's vectors share a direction: that's what makes them a face's. It says nothing of who it is, yet adds to the
//! cosine of any two, and to some more than to others. Over thousands of people it's of nobody in particular.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Template, TemplateError};

/// The mean of unit vectors: its length is below 1. In JSON base64 of little-endian f32.
#[derive(Clone, Debug, PartialEq)]
pub struct Centre(Vec<f32>);

impl Centre {
    /// The mean of templates of one model. Of nothing it's [`TemplateError::Zero`].
    pub fn of<'a>(templates: impl IntoIterator<Item = &'a Template>) -> Result<Self, TemplateError> {
        let mut templates = templates.into_iter();
        let first = templates.next().ok_or(TemplateError::Zero)?;
        let mut sum: Vec<f64> = first.values().iter().copied().map(f64::from).collect();
        let mut count = 1.0;
        for template in templates {
            first.check_comparable(template.model(), template.values().len())?;
            sum.iter_mut().zip(template.values()).for_each(|(sum, value)| *sum += f64::from(*value));
            count += 1.0;
        }
        Ok(Self(sum.into_iter().map(|sum| (sum / count) as f32).collect()))
    }

    /// How many values it has.
    pub fn dimension(&self) -> usize {
        self.0.len()
    }

    /// The template as seen from the centre, scaled to length 1 again.
    #[cfg(any(feature = "inference", test))]
    pub(crate) fn taken_from(&self, template: &Template) -> Result<Template, TemplateError> {
        template.check_comparable(template.model(), self.dimension())?;
        let values = template.values().iter().zip(&self.0).map(|(value, centre)| value - centre);
        Template::new(template.model().clone(), values.collect())
    }
}

impl Serialize for Centre {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|value| value.to_le_bytes()).collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Centre {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(|_| de::Error::custom("a centre is base64"))?;
        let (values, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !rest.is_empty() || values.is_empty() || length.is_nan() || length >= 1.0 {
            return Err(de::Error::custom("a centre is f32 values, together shorter than 1"));
        }
        Ok(Self(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(values: &[f32]) -> Template {
        Template::new("a".into(), values.to_vec()).expect("a direction")
    }

    #[test]
    fn what_all_share_no_longer_makes_them_alike() {
        let all = [template(&[1.0, 1.0, 0.0]), template(&[1.0, -1.0, 0.0]), template(&[1.0, 0.0, 0.0])];
        let centre = Centre::of(&all).expect("three of one model");
        let [a, b] = [0, 1].map(|i| centre.taken_from(&all[i]).expect("not the centre itself"));
        assert!(all[0].similarity(&all[1]).expect("one model").abs() < 1e-6);
        assert!(a.similarity(&b).expect("one model") < -0.9);
        let norm: f32 = a.values().iter().map(|value| value * value).sum();
        assert!((norm - 1.0).abs() < 1e-6);
    }

    #[test]
    fn of_nothing_of_several_models_and_of_another_length_is_refused() {
        let other = Template::new("b".into(), vec![1.0, 0.0]).expect("a direction");
        assert_eq!(Centre::of([]), Err(TemplateError::Zero));
        assert!(matches!(Centre::of([&template(&[1.0, 0.0]), &other]), Err(TemplateError::ModelMismatch { .. })));
        let centre = Centre::of([&other]).expect("one");
        let refused = centre.taken_from(&template(&[1.0, 0.0, 0.0]));
        assert!(matches!(refused, Err(TemplateError::DimensionMismatch { .. })));
    }

    #[test]
    fn it_is_read_as_it_is_written_and_anything_else_is_refused() {
        let centre = Centre::of([&template(&[0.6, 0.8]), &template(&[0.8, 0.6])]).expect("two");
        let json = serde_json::to_string(&centre).expect("plain data");
        assert_eq!(serde_json::from_str::<Centre>(&json).expect("its own"), centre);
        for wrong in ["\"\"", "\"AAA=\"", "\"AACAfw==\"", "\"AACAPw==\"", "\"?\"", "[0.1]"] {
            assert!(serde_json::from_str::<Centre>(wrong).is_err(), "{wrong}");
        }
    }
}
