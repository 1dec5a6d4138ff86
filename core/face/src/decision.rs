//! From a similarity to match, review or no match, at false match rates that were measured.

use serde::{Deserialize, Serialize};

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The same person, at the false match rate of [`Thresholds::match_fmr`].
    Match,
    /// Too close to say no and too far to say yes: a person has to look.
    Review,
    /// Not the same person.
    NoMatch,
}

/// The two similarities that part match, review and no match, each with the false match rate it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// At or above this cosine it's a match.
    pub match_at: f32,
    /// The share of pairs of different people that reach `match_at`.
    pub match_fmr: f64,
    /// At or above this cosine, and below `match_at`, a person has to look.
    pub review_at: f32,
    /// The share of pairs of different people that reach `review_at`.
    pub review_fmr: f64,
}

impl Thresholds {
    /// The decision on a cosine. What isn't a number is no match.
    pub fn decide(&self, similarity: f32) -> Decision {
        if similarity >= self.match_at {
            Decision::Match
        } else if similarity >= self.review_at {
            Decision::Review
        } else {
            Decision::NoMatch
        }
    }
}

impl Thresholds {
    /// The decision on a search (1:N), by the cosines of the most alike person and of the next. Two people who are nearly
    /// as alike to a face can't be told by it: it's a match only where the next one isn't one too, and is less alike by
    /// `margin` or more. Otherwise a person has to look.
    pub fn decide_search(&self, first: f32, next: Option<f32>, margin: f32) -> Decision {
        let tie = next.is_some_and(|next| next >= self.match_at || first - next < margin);
        match self.decide(first) {
            Decision::Match if tie => Decision::Review,
            decision => decision,
        }
    }
}

/// One measured point: of all pairs of different people, the share `fmr` is at least `similarity` alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FmrPoint {
    /// False match rate, in (0, 1).
    pub fmr: f64,
    /// Cosine, in (-1, 1).
    pub similarity: f32,
}

/// How the false match rate falls with the similarity asked for, as measured for one recogniser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<FmrPoint>", into = "Vec<FmrPoint>")]
pub struct FmrTable(Vec<FmrPoint>);

/// Why points aren't a table of false match rates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdsError {
    /// Fewer than two points.
    #[error("a table of false match rates needs at least two points")]
    TooFew,
    /// A rate outside (0, 1), a cosine outside (-1, 1), or similarities that don't rise while the rates fall.
    #[error("false match rates must fall while similarities rise")]
    NotMonotonic,
}

impl FmrTable {
    /// Points with falling rates and rising similarities, at least two.
    pub fn new(points: Vec<FmrPoint>) -> Result<Self, ThresholdsError> {
        if points.len() < 2 {
            return Err(ThresholdsError::TooFew);
        }
        let in_range = points.iter().all(|p| p.fmr > 0.0 && p.fmr < 1.0 && p.similarity.abs() < 1.0);
        let falling = points.is_sorted_by(|a, b| a.fmr > b.fmr && a.similarity < b.similarity);
        if in_range && falling { Ok(Self(points)) } else { Err(ThresholdsError::NotMonotonic) }
    }

    /// The measured points, from the highest rate to the lowest.
    pub fn points(&self) -> &[FmrPoint] {
        &self.0
    }

    /// The cosine that `fmr` of different people reach: between measured points a straight line over the rate's
    /// logarithm; beyond the ends the outermost point, as nothing was measured there.
    pub fn similarity_at(&self, fmr: f64) -> f32 {
        let (first, last) = (self.0[0], self.0[self.0.len() - 1]);
        if fmr >= first.fmr {
            return first.similarity;
        }
        self.0.windows(2).find(|pair| fmr >= pair[1].fmr).map_or(last.similarity, |pair| {
            let (a, b) = (pair[0], pair[1]);
            let t = (fmr.ln() - a.fmr.ln()) / (b.fmr.ln() - a.fmr.ln());
            (f64::from(a.similarity) + t * f64::from(b.similarity - a.similarity)) as f32
        })
    }

    /// Thresholds for one claimed identity (1:1).
    pub fn verification(&self, match_fmr: f64, review_fmr: f64) -> Thresholds {
        Thresholds {
            match_at: self.similarity_at(match_fmr),
            match_fmr,
            review_at: self.similarity_at(review_fmr),
            review_fmr,
        }
    }

    /// Thresholds for a search among `size` people (1:N), so that somebody who isn't among them is matched
    /// (or sent to review) at most at the given rates. A search is `size` comparisons, so each may err `size` times
    /// more rarely; never more leniently than 1:1 asks.
    pub fn identification(
        &self,
        match_fpir: f64,
        review_fpir: f64,
        verification: Thresholds,
        size: usize,
    ) -> Thresholds {
        let size = size.max(1) as f64;
        self.verification(
            (match_fpir / size).min(verification.match_fmr),
            (review_fpir / size).min(verification.review_fmr),
        )
    }
}

impl TryFrom<Vec<FmrPoint>> for FmrTable {
    type Error = ThresholdsError;

    fn try_from(points: Vec<FmrPoint>) -> Result<Self, ThresholdsError> {
        Self::new(points)
    }
}

impl From<FmrTable> for Vec<FmrPoint> {
    fn from(table: FmrTable) -> Self {
        table.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> FmrTable {
        let point = |fmr, similarity| FmrPoint { fmr, similarity };
        FmrTable::new(vec![point(1e-2, 0.3), point(1e-4, 0.4), point(1e-6, 0.6)]).expect("falling")
    }

    #[test]
    fn bands_begin_at_their_threshold() {
        let t = table().verification(1e-4, 1e-2);
        assert_eq!(t.decide(0.4), Decision::Match);
        assert_eq!(t.decide(0.399), Decision::Review);
        assert_eq!(t.decide(0.3), Decision::Review);
        assert_eq!(t.decide(0.299), Decision::NoMatch);
        assert_eq!(t.decide(f32::NAN), Decision::NoMatch);
    }

    #[test]
    fn two_people_nearly_as_alike_are_for_a_person_to_look_at() {
        let t = Thresholds { match_at: 0.349, match_fmr: 1e-4, review_at: 0.289, review_fmr: 1e-3 };
        let decide = |first, next| t.decide_search(first, next, 0.0625);
        assert_eq!(decide(0.351, Some(0.347)), Decision::Review);
        assert_eq!(decide(0.353, Some(0.344)), Decision::Review);
        assert_eq!(decide(0.351, Some(0.1)), Decision::Match);
        assert_eq!(decide(0.75, Some(0.5)), Decision::Review, "both would be a match");
        assert_eq!(decide(0.40625, Some(0.34375)), Decision::Match);
        assert_eq!(decide(0.351, None), Decision::Match, "nobody else is in the gallery");
        assert_eq!(decide(0.3, Some(0.1)), Decision::Review);
        assert_eq!(decide(0.2, Some(0.199)), Decision::NoMatch);
    }

    #[test]
    fn decisions_are_written_in_snake_case() {
        let json = serde_json::to_string(&[Decision::Match, Decision::Review, Decision::NoMatch]).expect("plain enum");
        assert_eq!(json, r#"["match","review","no_match"]"#);
    }

    #[test]
    fn rates_between_points_follow_their_logarithm_and_stop_at_the_ends() {
        let t = table();
        assert!((t.similarity_at(1e-3) - 0.35).abs() < 1e-6);
        assert!((t.similarity_at(1e-5) - 0.5).abs() < 1e-6);
        assert!((t.similarity_at(0.5) - 0.3).abs() < 1e-6);
        assert!((t.similarity_at(1e-9) - 0.6).abs() < 1e-6);
    }

    #[test]
    fn a_larger_gallery_asks_for_more_and_never_less_than_one_to_one() {
        let t = table();
        let one = t.verification(1e-4, 1e-2);
        let at = |n| t.identification(1e-2, 1e-1, one, n);
        assert_eq!(at(0), one);
        assert_eq!(at(1), one);
        assert!((at(1000).match_at - t.similarity_at(1e-5)).abs() < 1e-6);
        assert!(at(1000).review_at < at(1000).match_at);
        assert!(at(100_000).match_at >= at(1000).match_at);
    }

    #[test]
    fn a_table_that_does_not_fall_is_refused() {
        let point = |fmr, similarity| FmrPoint { fmr, similarity };
        assert_eq!(FmrTable::new(vec![point(0.1, 0.1)]), Err(ThresholdsError::TooFew));
        assert_eq!(FmrTable::new(vec![point(0.1, 0.3), point(0.2, 0.4)]), Err(ThresholdsError::NotMonotonic));
        assert_eq!(FmrTable::new(vec![point(f64::NAN, 0.3), point(0.2, 0.4)]), Err(ThresholdsError::NotMonotonic));
    }
}
