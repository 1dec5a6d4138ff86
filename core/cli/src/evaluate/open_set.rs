//! Identification rates of an open set: some of those searched for are in the gallery, others aren't.

/// The most alike candidate that a search for somebody in the gallery found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    pub similarity: f32,
    /// Whether it is the person searched for.
    pub right: bool,
}

/// The share of mated searches that find the right person first; `None` stands for a photo without a template.
pub fn rank1(mated: &[Option<Best>]) -> f64 {
    tpir(mated, f32::NEG_INFINITY)
}

/// True positive identification rate at rank 1: the share of mated searches that find the right person first, and at
/// least `threshold` alike.
pub fn tpir(mated: &[Option<Best>], threshold: f32) -> f64 {
    share(mated, |best| best.is_some_and(|best| best.right && best.similarity >= threshold))
}

/// False positive identification rate: the share of non-mated searches, each given by its most alike candidate, that
/// find anybody at least `threshold` alike.
pub fn fpir(nonmated: &[f32], threshold: f32) -> f64 {
    share(nonmated, |similarity| *similarity >= threshold)
}

/// The lowest threshold that at most `rate` of the non-mated searches reach; `None` where that's less than a search.
pub fn threshold(nonmated: &[f32], rate: f64) -> Option<f32> {
    // A product such as 1e-2 x 100 may come out a hair below its whole number.
    let allowed = (nonmated.len() as f64 * rate + 1e-6) as usize;
    if allowed == 0 {
        return None;
    }
    let mut falling = nonmated.to_vec();
    falling.sort_by(|a, b| b.total_cmp(a));
    Some(falling.get(allowed).map_or(-1.0, |first_too_many| first_too_many.next_up()))
}

fn share<T>(all: &[T], counts: impl Fn(&T) -> bool) -> f64 {
    all.iter().filter(|one| counts(one)).count() as f64 / all.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_counted_by_hand() {
        let found = |similarity, right| Some(Best { similarity, right });
        // Right and sure, right and unsure, somebody else, no template.
        let mated = [found(0.8, true), found(0.4, true), found(0.7, false), None];
        let nonmated = [0.3, 0.5, 0.1, 0.2, 0.35, 0.45, 0.15, 0.25, 0.05, 0.0];
        assert!((rank1(&mated) - 0.5).abs() < 1e-9);

        let at = threshold(&nonmated, 0.1).expect("one of ten");
        assert!(at > 0.45 && at < 0.450_001);
        assert!((fpir(&nonmated, at) - 0.1).abs() < 1e-9);
        assert!((tpir(&mated, at) - 0.25).abs() < 1e-9);

        let lower = threshold(&nonmated, 0.3).expect("three of ten");
        assert!((fpir(&nonmated, lower) - 0.3).abs() < 1e-9);
        assert!((tpir(&mated, lower) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn too_few_searches_give_no_threshold_and_every_search_allowed_gives_the_lowest() {
        assert_eq!(threshold(&[0.1; 99], 0.01), None);
        assert!(threshold(&[0.1; 100], 0.01).is_some());
        assert_eq!(threshold(&[0.1, 0.2], 1.0), Some(-1.0));
    }

    #[test]
    fn equally_alike_searches_pass_together_or_not_at_all() {
        let at = threshold(&[0.4, 0.4, 0.4, 0.1], 0.5).expect("two of four");
        assert!(fpir(&[0.4, 0.4, 0.4, 0.1], at).abs() < 1e-9);
    }
}
