//! A gallery: templates of one model, searched exactly for the most alike.

use zeroize::Zeroizing;

use crate::template::dot;
use crate::{ModelId, Template, TemplateError};

/// Templates under the keys of their people. The first template put in decides the model; others are refused.
///
/// The vectors lie one after the other in memory, so that a search is one pass over it.
#[derive(Clone)]
pub struct Gallery<K> {
    model: Option<ModelId>,
    dimension: usize,
    keys: Vec<K>,
    vectors: Zeroizing<Vec<f32>>,
}

/// One answer of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<K> {
    /// Whose template it is.
    pub key: K,
    /// Its cosine to the probe.
    pub similarity: f32,
}

impl<K: Clone + Ord> Gallery<K> {
    /// An empty gallery.
    pub fn new() -> Self {
        Self { model: None, dimension: 0, keys: Vec::new(), vectors: Zeroizing::new(Vec::new()) }
    }

    /// A gallery of all these people: sorts once, so it's the way to load a whole roster. Of equal keys the last counts.
    pub fn from_templates<'a>(people: impl IntoIterator<Item = (K, &'a Template)>) -> Result<Self, TemplateError> {
        let mut people: Vec<(K, &Template)> = people.into_iter().collect();
        people.sort_by(|a, b| a.0.cmp(&b.0));
        let mut gallery = Self::new();
        for (key, template) in people {
            gallery.insert(key, template)?;
        }
        Ok(gallery)
    }

    /// How many people are in it.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The model of its templates, once there is one.
    pub fn model(&self) -> Option<&ModelId> {
        self.model.as_ref()
    }

    /// Puts a person in, in place of the template that `key` had before.
    pub fn insert(&mut self, key: K, template: &Template) -> Result<(), TemplateError> {
        if let Some(model) = &self.model {
            template.check_comparable(model, self.dimension)?;
        } else {
            self.model = Some(template.model().clone());
            self.dimension = template.values().len();
        }
        match self.keys.binary_search(&key) {
            Ok(at) => self.vectors[at * self.dimension..][..self.dimension].copy_from_slice(template.values()),
            Err(at) => {
                self.make_room();
                self.keys.insert(at, key);
                let start = at * self.dimension;
                self.vectors.splice(start..start, template.values().iter().copied());
            }
        }
        Ok(())
    }

    /// Takes a person out; whether there was one. An emptied gallery takes any model again.
    pub fn remove(&mut self, key: &K) -> bool {
        let Ok(at) = self.keys.binary_search(key) else { return false };
        self.keys.remove(at);
        self.vectors.drain(at * self.dimension..(at + 1) * self.dimension);
        if self.keys.is_empty() {
            *self = Self::new();
        }
        true
    }

    /// The `k` people most alike, best first; equally alike ones in the order of their keys. Fewer where there are
    /// fewer, none in an empty gallery.
    pub fn search(&self, probe: &Template, k: usize) -> Result<Vec<Candidate<K>>, TemplateError> {
        let Some(model) = &self.model else { return Ok(Vec::new()) };
        probe.check_comparable(model, self.dimension)?;
        let mut best: Vec<(f32, usize)> = Vec::with_capacity(k.min(self.len()) + 1);
        for (at, vector) in self.vectors.chunks_exact(self.dimension).enumerate() {
            let similarity = dot(probe.values(), vector);
            if best.len() == k && best.last().is_none_or(|worst| similarity <= worst.0) {
                continue;
            }
            let place = best.partition_point(|other| other.0 >= similarity);
            best.insert(place, (similarity, at));
            best.truncate(k);
        }
        Ok(best.into_iter().map(|(similarity, at)| Candidate { key: self.keys[at].clone(), similarity }).collect())
    }

    /// Grows by hand, so that the outgrown memory is erased before it's given back.
    fn make_room(&mut self) {
        let needed = self.vectors.len() + self.dimension;
        if needed > self.vectors.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed * 2));
            larger.extend_from_slice(&self.vectors);
            self.vectors = larger;
        }
    }
}

impl<K: Clone + Ord> Default for Gallery<K> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn template(values: &[f32]) -> Template {
        Template::new(ModelId::new("m"), values.to_vec()).expect("valid")
    }

    #[test]
    fn an_empty_gallery_finds_nobody() {
        let gallery: Gallery<u32> = Gallery::new();
        assert_eq!(gallery.search(&template(&[1.0, 0.0]), 5), Ok(vec![]));
    }

    #[test]
    fn more_asked_than_there_are_gives_all() {
        let mut gallery = Gallery::new();
        gallery.insert("ani", &template(&[1.0, 0.0])).expect("same model");
        gallery.insert("budi", &template(&[0.0, 1.0])).expect("same model");
        let found = gallery.search(&template(&[0.1, 1.0]), 10).expect("same model");
        assert_eq!(found.iter().map(|c| c.key).collect::<Vec<_>>(), ["budi", "ani"]);
        assert_eq!(gallery.search(&template(&[0.1, 1.0]), 0), Ok(vec![]));
    }

    #[test]
    fn mixed_models_are_refused_and_change_nothing() {
        let mut gallery = Gallery::new();
        gallery.insert(1, &template(&[1.0, 0.0])).expect("first");
        let other = Template::new(ModelId::new("other"), vec![1.0, 0.0]).expect("valid");
        let longer = template(&[1.0, 0.0, 0.0]);
        assert!(matches!(gallery.insert(2, &other), Err(TemplateError::ModelMismatch { .. })));
        assert!(matches!(gallery.insert(2, &longer), Err(TemplateError::DimensionMismatch { .. })));
        assert!(matches!(gallery.search(&other, 1), Err(TemplateError::ModelMismatch { .. })));
        assert_eq!(gallery.len(), 1);
    }

    #[test]
    fn an_emptied_gallery_takes_another_model() {
        let mut gallery = Gallery::new();
        gallery.insert(1, &template(&[1.0, 0.0])).expect("first");
        assert!(gallery.remove(&1));
        assert!(!gallery.remove(&1));
        let other = Template::new(ModelId::new("other"), vec![1.0, 0.0, 0.0]).expect("valid");
        gallery.insert(2, &other).expect("the gallery is empty");
        assert_eq!(gallery.model(), Some(other.model()));
    }

    proptest! {
        #[test]
        fn finds_what_comparing_with_everybody_finds(
            changes in prop::collection::vec((0_u8..20, any::<bool>(), prop::array::uniform4(-1.0_f32..1.0)), 0..60),
            probe in prop::array::uniform4(-1.0_f32..1.0),
            k in 0_usize..25,
        ) {
            let valid = |v: &[f32; 4]| v.iter().any(|x| x.abs() > 1e-3);
            prop_assume!(valid(&probe));
            let probe = template(&probe);
            let mut gallery = Gallery::new();
            let mut plain = BTreeMap::new();
            for (key, keep, values) in changes.iter().filter(|c| valid(&c.2)) {
                if *keep {
                    gallery.insert(*key, &template(values)).expect("same model");
                    plain.insert(*key, template(values));
                } else {
                    prop_assert_eq!(gallery.remove(key), plain.remove(key).is_some());
                }
            }
            let mut expected: Vec<(u8, f32)> =
                plain.iter().map(|(key, t)| (*key, probe.similarity(t).expect("same model"))).collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            expected.truncate(k);
            let found = gallery.search(&probe, k).expect("same model");
            let found: Vec<(u8, f32)> = found.into_iter().map(|c| (c.key, c.similarity)).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(gallery.len(), plain.len());
        }
    }
}
