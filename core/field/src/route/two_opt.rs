//! A short way through many points: the nearest next, and then 2-opt.
//!
//! 2-opt (Croes 1958) takes two stretches of a way and puts two others in their place, as long as that makes it shorter; here
//! with lists of neighbours and don't-look bits (Bentley 1992). A change turns round at most [`LONGEST_TURN`] stops, so that a
//! way of 50,000 is bounded too; with up to that many stops it's the whole of 2-opt over those neighbours. The first point
//! stays the first, and the way may end anywhere.

use saksi_records::Coordinates;

use crate::route::kd_tree::Nearest;

/// Each point is tried beside so many of its nearest.
const NEIGHBOURS: usize = 8;
/// The most stops that one change turns round.
const LONGEST_TURN: usize = 1_000;
/// What a change must save, in metres: above what rounding could pretend.
const WORTH_IT: f64 = 1e-6;

/// The points by number, always to the nearest that is left, from the first on.
pub(crate) fn to_the_nearest(points: &[[f64; 3]]) -> Vec<usize> {
    let mut left = Nearest::new(points);
    let mut tour = Vec::with_capacity(points.len());
    let mut next = (!points.is_empty()).then_some(0);
    while let Some(point) = next {
        left.take(point);
        tour.push(point);
        next = left.nearest(&points[point], 1).pop();
    }
    tour
}

/// The same way made shorter.
pub(crate) fn shortened(points: &[[f64; 3]], tour: Vec<usize>) -> Vec<usize> {
    let all = Nearest::new(points);
    let neighbours: Vec<Vec<usize>> = points
        .iter()
        .enumerate()
        .map(|(n, point)| all.nearest(point, NEIGHBOURS + 1).into_iter().filter(|other| *other != n).collect())
        .collect();
    let mut place = vec![0; tour.len()];
    for (at, point) in tour.iter().enumerate() {
        place[*point] = at;
    }
    let mut way = Way { points, tour, place };
    let mut look: Vec<usize> = way.tour.iter().rev().copied().collect();
    let mut waiting = vec![true; points.len()];
    while let Some(point) = look.pop() {
        waiting[point] = false;
        while let Some(ends) = way.shorten_at(point, &neighbours[point]) {
            for end in ends.into_iter().flatten() {
                if !std::mem::replace(&mut waiting[end], true) {
                    look.push(end);
                }
            }
        }
    }
    way.tour
}

struct Way<'a> {
    points: &'a [[f64; 3]],
    tour: Vec<usize>,
    place: Vec<usize>,
}

/// The points whose stretches a change took.
type Ends = [Option<usize>; 4];

impl Way<'_> {
    /// Makes one change at a point that saves something, if there is one.
    fn shorten_at(&mut self, point: usize, neighbours: &[usize]) -> Option<Ends> {
        for other in neighbours {
            let (one, two) = (self.place[point], self.place[*other]);
            let (first, last) = (one.min(two), one.max(two));
            // Either what comes after both is joined, or what comes before both.
            if let Some(ends) = self.turn(first + 1, last) {
                return Some(ends);
            }
            if first > 0
                && let Some(ends) = self.turn(first, last - 1)
            {
                return Some(ends);
            }
        }
        None
    }

    /// Turns round the stops from one place to another, where that saves something.
    fn turn(&mut self, from: usize, to: usize) -> Option<Ends> {
        if from >= to || to - from >= LONGEST_TURN {
            return None;
        }
        let (before, first, last) = (self.tour[from - 1], self.tour[from], self.tour[to]);
        let after = self.tour.get(to + 1).copied();
        let to_after = |point: usize| after.map_or(0.0, |after| self.metres(point, after));
        let saved = self.metres(before, first) + to_after(last) - self.metres(before, last) - to_after(first);
        if saved <= WORTH_IT {
            return None;
        }
        self.tour[from..=to].reverse();
        for at in from..=to {
            self.place[self.tour[at]] = at;
        }
        Some([Some(before), Some(first), Some(last), after])
    }

    fn metres(&self, one: usize, other: usize) -> f64 {
        Coordinates::metres_between(&self.points[one], &self.points[other])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn length(points: &[[f64; 3]], tour: &[usize]) -> f64 {
        tour.windows(2).map(|pair| Coordinates::metres_between(&points[pair[0]], &points[pair[1]])).sum()
    }

    proptest! {
        #[test]
        fn the_way_leads_to_each_once_begins_where_it_began_and_is_never_longer(
            points in prop::collection::vec((-90.0..90.0, -180.0..180.0), 0..80),
            near in any::<bool>(),
        ) {
            let on_sphere = |(lat, lon): &(f64, f64)| {
                let scale = if near { 1e-4 } else { 1.0 };
                Coordinates::new(lat * scale, lon * scale).expect("on Earth").on_unit_sphere()
            };
            let points: Vec<[f64; 3]> = points.iter().map(on_sphere).collect();
            let nearest = to_the_nearest(&points);
            let short = shortened(&points, nearest.clone());
            let mut each = short.clone();
            each.sort_unstable();
            prop_assert_eq!(each, (0..points.len()).collect::<Vec<_>>());
            prop_assert_eq!(short.first(), nearest.first());
            prop_assert!(length(&points, &short) <= length(&points, &nearest) + 1e-6);
            prop_assert_eq!(shortened(&points, nearest), short, "the same again");
        }
    }

    #[test]
    fn what_crosses_is_mended_also_at_the_end() {
        let at = |lon: f64| Coordinates::new(0.0, lon * 1e-3).expect("on Earth").on_unit_sphere();
        let points: Vec<[f64; 3]> = (0..6).map(|n| at(f64::from(n))).collect();
        assert_eq!(shortened(&points, vec![0, 3, 2, 1, 4, 5]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(shortened(&points, vec![0, 1, 5, 4, 3, 2]), [0, 1, 2, 3, 4, 5]);
    }
}
