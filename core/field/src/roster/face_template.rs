//! A face's template as it is written down: its bytes, and the model that made it.

use saksi_face::{ModelId, Template};
use saksi_records::FaceTemplate;
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

/// A template as it is written down.
pub(crate) fn written(template: &Template) -> FaceTemplate {
    FaceTemplate { model: template.model().to_string(), data: template.to_bytes().to_vec() }
}

/// A template that was written down, where it is one of `model`.
pub(crate) fn readable(model: &ModelId, written: &FaceTemplate) -> Option<Template> {
    (written.model == model.as_str()).then(|| Template::from_bytes(model.clone(), &written.data).ok()).flatten()
}

pub(crate) fn serialize<S: Serializer>(template: &Template, to: S) -> Result<S::Ok, S::Error> {
    written(template).serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Template, D::Error> {
    let written = FaceTemplate::deserialize(from)?;
    Template::from_bytes(ModelId::new(written.model.as_str()), &written.data)
        .map_err(|_| D::Error::custom("not a template"))
}
