//! A gallery: templates of one model, searched exactly for the most alike.

mod codes;
mod nibbles;
mod rows;

use std::collections::BTreeMap;

use self::codes::Codes;
use self::nibbles::{BLOCK, Nibbles};
use self::rows::Rows;
use crate::template::dot;
use crate::{ModelId, Template, TemplateError};

/// When so many more wait, the threshold is raised for them.
const WAITING: usize = 512;

/// When so many wait in spite of that, they are looked at more closely, so that they take no more than a megabyte or two.
const MANY: usize = 64 * 1024;

/// Templates under the keys of their people. The first template put in decides the model; others are refused.
///
/// A search reads half a byte per value of everybody, then a byte per value of those few who, for all that this tells, may be
/// among the best, and then compares in full with the still fewer who may be after that. It finds what comparing in full
/// with everybody would find, to the bit. Changes take the same time in a large gallery as in a small one. A search only
/// reads, so behind a [`std::sync::RwLock`] many can search at once, and none of them sees half a change.
#[derive(Clone)]
pub struct Gallery<K> {
    model: Option<ModelId>,
    /// In which row everybody is.
    places: BTreeMap<K, usize>,
    keys: Vec<K>,
    vectors: Rows<f32>,
    codes: Codes,
    nibbles: Nibbles,
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
        Self {
            model: None,
            places: BTreeMap::new(),
            keys: Vec::new(),
            vectors: Rows::new(0),
            codes: Codes::new(0),
            nibbles: Nibbles::new(0),
        }
    }

    /// A gallery of all these people: takes just the memory they need. Of equal keys the last counts.
    pub fn from_templates<'a>(people: impl IntoIterator<Item = (K, &'a Template)>) -> Result<Self, TemplateError> {
        let people: Vec<(K, &Template)> = people.into_iter().collect();
        let mut gallery = Self::new();
        if let Some((_, first)) = people.first() {
            gallery.begin(first);
            gallery.keys.reserve(people.len());
            gallery.vectors.reserve(people.len());
            gallery.codes.reserve(people.len());
            gallery.nibbles.reserve(people.len());
        }
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

    /// Bytes that a search reads of everybody, whether or not they are among the best.
    pub fn scanned_bytes(&self) -> usize {
        self.nibbles.bytes()
    }

    /// The model of its templates, once there is one.
    pub fn model(&self) -> Option<&ModelId> {
        self.model.as_ref()
    }

    /// Puts a person in, in place of the template that `key` had before.
    pub fn insert(&mut self, key: K, template: &Template) -> Result<(), TemplateError> {
        match &self.model {
            Some(model) => template.check_comparable(model, self.vectors.width())?,
            None => self.begin(template),
        }
        if let Some(at) = self.places.get(&key) {
            self.vectors.replace(*at, template.values());
            self.codes.replace(*at, template.values());
            self.nibbles.replace(*at, template.values());
        } else {
            self.places.insert(key.clone(), self.len());
            self.keys.push(key);
            self.vectors.push(template.values());
            self.codes.push(template.values());
            self.nibbles.push(template.values());
        }
        Ok(())
    }

    /// Takes a person out; whether there was one. An emptied gallery takes any model again.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(at) = self.places.remove(key) else { return false };
        self.keys.swap_remove(at);
        self.vectors.swap_remove(at);
        self.codes.swap_remove(at);
        self.nibbles.swap_remove(at);
        if let Some(moved) = self.keys.get(at) {
            self.places.insert(moved.clone(), at);
        }
        if self.is_empty() {
            *self = Self::new();
        }
        true
    }

    /// The `k` people most alike, best first; equally alike ones in the order of their keys. Fewer where there are
    /// fewer, none in an empty gallery.
    pub fn search(&self, probe: &Template, k: usize) -> Result<Vec<Candidate<K>>, TemplateError> {
        let Some(model) = &self.model else { return Ok(Vec::new()) };
        probe.check_comparable(model, self.vectors.width())?;
        if k == 0 {
            return Ok(Vec::new());
        }
        let values = probe.values();
        let (by_nibbles, by_codes) = (nibbles::Probe::new(values), codes::Probe::new(values));
        let mut best = Best { gallery: self, probe: values, k, found: Vec::new() };
        let (mut waiting, mut room) = (Vec::new(), WAITING);
        for start in (0..self.len()).step_by(BLOCK) {
            self.nibbles.add_promising(&by_nibbles, start, best.threshold(), &mut waiting);
            if waiting.len() > room {
                best.raise(&mut waiting);
                if waiting.len() > MANY {
                    best.look_closer(&by_codes, &mut waiting);
                }
                room = waiting.len() + WAITING;
            }
        }
        best.look_closer(&by_codes, &mut waiting);
        Ok(best
            .found
            .into_iter()
            .map(|(similarity, at)| Candidate { key: self.keys[at].clone(), similarity })
            .collect())
    }

    /// Takes the model of the first template.
    fn begin(&mut self, first: &Template) {
        let dimension = first.values().len();
        self.model = Some(first.model().clone());
        self.vectors = Rows::new(dimension);
        self.codes = Codes::new(dimension);
        self.nibbles = Nibbles::new(dimension);
    }
}

/// The `k` most alike of those who were compared, best first.
struct Best<'a, K> {
    gallery: &'a Gallery<K>,
    probe: &'a [f32],
    k: usize,
    found: Vec<(f32, usize)>,
}

impl<K: Ord> Best<'_, K> {
    /// What a similarity has to reach, once there are `k`.
    fn threshold(&self) -> f32 {
        self.found.get(self.k - 1).map_or(f32::NEG_INFINITY, |(similarity, _)| *similarity)
    }

    /// Compares with the most promising of those who wait, and lets go of whoever can't reach the threshold that makes.
    fn raise(&mut self, waiting: &mut Vec<(f32, usize)>) {
        if waiting.len() > self.k {
            waiting.select_nth_unstable_by(self.k, |one, other| other.0.total_cmp(&one.0));
        }
        let first = self.k.min(waiting.len());
        waiting.drain(..first).for_each(|(_, at)| self.compare(at));
        waiting.retain(|(bound, _)| *bound >= self.threshold());
    }

    /// Takes in, and takes from the list, whoever is among the best of those who wait.
    fn look_closer(&mut self, probe: &codes::Probe, waiting: &mut Vec<(f32, usize)>) {
        self.raise(waiting);
        self.gallery.codes.bounds(probe, waiting);
        for (bound, at) in waiting.drain(..) {
            if bound >= self.threshold() {
                self.compare(at);
            }
        }
    }

    /// Compares in full with the template in a row.
    fn compare(&mut self, at: usize) {
        let similarity = dot(self.probe, self.gallery.vectors.row(at));
        let keys = &self.gallery.keys;
        let place = self
            .found
            .partition_point(|(other, of)| other.total_cmp(&similarity).then_with(|| keys[at].cmp(&keys[*of])).is_gt());
        self.found.insert(place, (similarity, at));
        self.found.truncate(self.k);
    }
}

impl<K: Clone + Ord> Default for Gallery<K> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn template(values: &[f32]) -> Template {
        Template::new(ModelId::new("m"), values.to_vec()).expect("valid")
    }

    const SHAPES: u8 = 6;

    /// Vectors that are hard to tell apart, or to write in bytes.
    fn shaped(shape: u8, seed: u64, base: u64, dimension: usize) -> Vec<f32> {
        let mut centre = noise(base);
        let mut own = noise(seed);
        let huge = seed as usize % dimension;
        (0..dimension)
            .map(|i| match shape {
                // Anybody, one of two people, and people almost as alike as f32 can tell.
                0 => own(),
                1 => noise(base ^ (seed % 2) ^ ((i as u64) << 8))(),
                2 => centre() + own() * 1e-6,
                3 => centre() + own() * 1e-3,
                // One component that hides the others in its rounding, and components of one size.
                4 if i == huge => 1.0,
                4 => own() * 1e-3,
                _ => 1.0_f32.copysign(own()),
            })
            .collect()
    }

    /// Numbers from -1 to 1 that depend on the seed alone.
    fn noise(seed: u64) -> impl FnMut() -> f32 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / f32::from(1_u16 << 15) / 256.0 - 1.0
        }
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
    fn more_than_may_wait_are_told_apart_by_their_keys_alone() {
        let one = template(&[0.6, 0.8]);
        let people = (0..MANY + 3 * BLOCK).rev().map(|key| (key, &one));
        let gallery = Gallery::from_templates(people).expect("same model");
        let found = gallery.search(&one, 3).expect("same model");
        assert_eq!(found.iter().map(|c| c.key).collect::<Vec<_>>(), [0, 1, 2]);
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

        #[test]
        fn no_codes_hide_who_is_best(
            dimension in 1_usize..200,
            shapes in prop::collection::vec(0..SHAPES, 1..4),
            seeds in prop::collection::vec(any::<u64>(), 2..600),
            base in any::<u64>(),
            k in 1_usize..40,
        ) {
            let made = |seed: u64| template(&shaped(shapes[seed as usize % shapes.len()], seed, base, dimension));
            let probe = made(seeds[0]);
            let people: Vec<(u64, Template)> = seeds[1..].iter().map(|seed| (*seed, made(*seed))).collect();
            let gallery = Gallery::from_templates(people.iter().map(|(key, t)| (*key, t))).expect("same model");
            let mut expected: Vec<(u64, f32)> =
                people.iter().map(|(key, t)| (*key, probe.similarity(t).expect("same model"))).collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            expected.truncate(k);
            let found = gallery.search(&probe, k).expect("same model");
            let found: Vec<(u64, f32)> = found.into_iter().map(|c| (c.key, c.similarity)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
