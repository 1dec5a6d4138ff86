//! Identification rates of an open set: some of those searched for are in the gallery, others aren't.

use saksi_face::{Decision, Thresholds};
use serde::Serialize;

/// The most alike candidate that a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    pub similarity: f32,
    /// Whether it is the person searched for.
    pub right: bool,
    /// How alike the next one is.
    pub next: Option<f32>,
}

/// Shares of searches by what the product decides on them, with some margin between the first person and the second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Decided {
    pub margin: f32,
    /// Of mated searches: the right person is a match.
    pub tpir: f64,
    /// Of mated searches: somebody else is a match.
    pub mated_false: f64,
    /// Of mated searches: the right person reaches the threshold, and is sent to review for the second.
    pub mated_review: f64,
    /// Of non-mated searches: somebody is a match.
    pub fpir: f64,
}

impl Decided {
    pub fn new(mated: &[Option<Best>], nonmated: &[Best], thresholds: &Thresholds, margin: f32) -> Self {
        let decide = |best: &Best| thresholds.decide_search(best.similarity, best.next, margin);
        let matches = |best: &Best| decide(best) == Decision::Match;
        let held = |best: &Best| best.similarity >= thresholds.match_at && decide(best) == Decision::Review;
        Self {
            margin,
            tpir: share(mated, |best| best.is_some_and(|best| best.right && matches(&best))),
            mated_false: share(mated, |best| best.is_some_and(|best| !best.right && matches(&best))),
            mated_review: share(mated, |best| best.is_some_and(|best| best.right && held(&best))),
            fpir: share(nonmated, matches),
        }
    }
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
        let found = |similarity, right| Some(Best { similarity, right, next: None });
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
    fn a_margin_sends_near_ties_to_review_right_and_wrong_ones() {
        let found = |similarity, right, next| Best { similarity, right, next: Some(next) };
        // Sure, a near tie, the second a match too, below the threshold; a near tie with somebody else, surely somebody else.
        let mated = [
            (0.8, true, 0.1),
            (0.5, true, 0.48),
            (0.8, true, 0.6),
            (0.3, true, 0.1),
            (0.5, false, 0.49),
            (0.7, false, 0.2),
        ];
        let mated = mated.map(|(similarity, right, next)| Some(found(similarity, right, next)));
        let nonmated =
            [found(0.5, false, 0.49), found(0.6, false, 0.2), found(0.1, false, 0.0), found(0.2, false, 0.1)];
        let thresholds = Thresholds { match_at: 0.5, match_fmr: 1e-4, review_at: 0.4, review_fmr: 1e-3 };
        let at = |margin| {
            let Decided { tpir, mated_false, mated_review, fpir, .. } =
                Decided::new(&mated, &nonmated, &thresholds, margin);
            [tpir * 6.0, mated_false * 6.0, mated_review * 6.0, fpir * 4.0].map(|count| count.round() as u32)
        };
        assert_eq!(at(0.0), [2, 2, 1, 2]);
        assert_eq!(at(0.05), [1, 1, 2, 1]);
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
