//! Error rates from similarities.

use crate::evaluate::pairs::FOLDS;

/// A pair and how alike its photos are.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    pub same: bool,
    pub fold: usize,
    pub similarity: f64,
}

/// Counts of similarities in steps of 0.00001, for more pairs than could be kept.
pub struct Histogram {
    bins: Vec<u64>,
}

const STEPS_A_UNIT: f64 = 100_000.0;

impl Histogram {
    pub fn new() -> Self {
        Self { bins: vec![0; 2 * STEPS_A_UNIT as usize + 1] }
    }

    pub fn add(&mut self, similarity: f64) {
        self.bins[bin(similarity)] += 1;
    }

    pub fn merged(mut self, other: &Self) -> Self {
        self.bins.iter_mut().zip(&other.bins).for_each(|(sum, n)| *sum += n);
        self
    }

    pub fn count(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// How many pairs reach a threshold, to one step.
    pub fn reaching(&self, threshold: f64) -> u64 {
        self.bins[bin(threshold)..].iter().sum()
    }

    /// The lowest threshold (to one step) that at most `rate` of the pairs reach; `None` where that's less than a pair.
    pub fn threshold(&self, rate: f64) -> Option<f64> {
        // A product such as 1e-4 x 10,000 may come out a hair below its whole number.
        let allowed = (self.count() as f64 * rate + 1e-6) as u64;
        if allowed == 0 {
            return None;
        }
        let mut above = 0;
        let highest_too_many = self.bins.iter().rposition(|n| {
            above += n;
            above > allowed
        });
        Some(highest_too_many.map_or(-1.0, |bin| ((bin + 1) as f64 - STEPS_A_UNIT) / STEPS_A_UNIT))
    }
}

/// The cast sends what isn't a number to the lowest bin.
fn bin(similarity: f64) -> usize {
    ((similarity.clamp(-1.0, 1.0) + 1.0) * STEPS_A_UNIT) as usize
}

/// The share of same-person pairs below `threshold`.
pub fn fnmr(scored: &[Scored], threshold: f64) -> f64 {
    let same: Vec<f64> = scored.iter().filter(|s| s.same).map(|s| s.similarity).collect();
    same.iter().filter(|s| **s < threshold).count() as f64 / same.len().max(1) as f64
}

/// How the one error falls while the other rises (detection error tradeoff): false match rates from 1 down to ten false
/// matches, even on a logarithmic axis, and the false non-match rate at each.
pub fn tradeoff(scored: &[Scored], impostors: &Histogram) -> Vec<(f64, f64)> {
    let rates = (0..).map(|i| 10_f64.powf(f64::from(i) / -POINTS_A_DECADE));
    let measured = rates.take_while(|fmr| fmr * impostors.count() as f64 >= 10.0 - 1e-6);
    measured.filter_map(|fmr| Some((fmr, fnmr(scored, impostors.threshold(fmr)?)))).collect()
}

const POINTS_A_DECADE: f64 = 20.0;

/// The error rate where as many same-person pairs are missed as different-person pairs match: halfway between the two
/// where they come nearest.
pub fn eer(scored: &[Scored]) -> f64 {
    let (same, different) = (count(scored, true), count(scored, false));
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.similarity.total_cmp(&b.similarity));
    let (mut missed, mut matching) = (0.0, different);
    let mut nearest = (f64::INFINITY, 0.0);
    // The threshold rises from pair to pair; equal similarities pass it together.
    for group in sorted.chunk_by(|a, b| a.similarity.total_cmp(&b.similarity).is_eq()) {
        let (false_non_match, false_match) = (missed / same.max(1.0), matching / different.max(1.0));
        let apart = f64::abs(false_non_match - false_match);
        if apart < nearest.0 {
            nearest = (apart, f64::midpoint(false_non_match, false_match));
        }
        missed += count(group, true);
        matching -= count(group, false);
    }
    nearest.1
}

/// Mean and standard deviation, over ten folds, of the share of pairs that are told right at the threshold that's best
/// for the other nine.
pub fn accuracy(scored: &[Scored]) -> (f64, f64) {
    let folds: Vec<f64> = (0..FOLDS)
        .map(|fold| {
            let (test, train): (Vec<Scored>, Vec<Scored>) = scored.iter().partition(|s| s.fold == fold);
            let at = best_threshold(train);
            test.iter().filter(|s| (s.similarity >= at) == s.same).count() as f64 / test.len().max(1) as f64
        })
        .collect();
    let mean = folds.iter().sum::<f64>() / FOLDS as f64;
    let variance = folds.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / (FOLDS - 1) as f64;
    (mean, variance.sqrt())
}

/// Halfway between the two similarities where the fewest pairs are told wrong.
fn best_threshold(mut scored: Vec<Scored>) -> f64 {
    scored.sort_by(|a, b| a.similarity.total_cmp(&b.similarity));
    let mut right = count(&scored, true);
    let mut best = (right, -1.0);
    for (i, s) in scored.iter().enumerate() {
        right += if s.same { -1.0 } else { 1.0 };
        let next = scored.get(i + 1).map_or(1.0, |n| n.similarity);
        if right > best.0 && next > s.similarity {
            best = (right, f64::midpoint(s.similarity, next));
        }
    }
    best.1
}

fn count(scored: &[Scored], same: bool) -> f64 {
    scored.iter().filter(|s| s.same == same).count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(same: &[f64], different: &[f64]) -> Vec<Scored> {
        let one = |same| move |(i, s): (usize, &f64)| Scored { same, fold: i % FOLDS, similarity: *s };
        same.iter().enumerate().map(one(true)).chain(different.iter().enumerate().map(one(false))).collect()
    }

    #[test]
    fn people_told_apart_cleanly_have_no_errors() {
        let scored = scored(&[0.8; 40], &[0.1; 40]);
        assert_eq!(accuracy(&scored), (1.0, 0.0));
        assert!(eer(&scored).abs() < 1e-9);
        assert!(fnmr(&scored, 0.5).abs() < 1e-9);
    }

    #[test]
    fn one_error_each_way_in_ten_is_ten_percent() {
        let mut same = vec![0.8; 9];
        same.push(0.05);
        let mut different = vec![0.1; 9];
        different.push(0.9);
        let scored = scored(&same, &different);
        assert!((eer(&scored) - 0.1).abs() < 1e-9);
        assert!((fnmr(&scored, 0.5) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn a_threshold_lets_no_more_through_than_asked() {
        let mut histogram = Histogram::new();
        (0..1000).for_each(|i| histogram.add(f64::from(i) / 1000.0));
        let at = histogram.threshold(0.01).expect("ten of a thousand");
        let through = (0..1000).filter(|i| f64::from(*i) / 1000.0 >= at).count();
        assert_eq!((through, histogram.reaching(at)), (10, 10));
        assert_eq!(histogram.threshold(1e-4), None);
        assert_eq!(histogram.count(), 1000);
    }

    #[test]
    fn the_tradeoff_runs_from_all_matching_to_ten_false_matches() {
        let mut impostors = Histogram::new();
        (0..1000).for_each(|i| impostors.add(f64::from(i) / 1000.0));
        let points = tradeoff(&scored(&[0.985, 0.5, 0.995, 0.85], &[]), &impostors);
        let fnmr_at = |fmr: f64| points.iter().find(|p| (p.0 / fmr - 1.0).abs() < 1e-6).expect("a point of a decade").1;
        assert_eq!((points.len(), fnmr_at(1.0)), (41, 0.0));
        // A tenth reaches 0.9, a hundredth 0.99.
        assert_eq!((fnmr_at(0.1), fnmr_at(0.01)), (0.5, 0.75));
    }

    #[test]
    fn histograms_add_up() {
        let (mut a, mut b) = (Histogram::new(), Histogram::new());
        a.add(-1.0);
        b.add(1.0);
        b.add(f64::NAN);
        assert_eq!(a.merged(&b).count(), 3);
    }
}
