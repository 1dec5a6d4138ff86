//! Points on Earth, and which of those that are left is nearest: a k-d tree from which points are taken one by one.
//!
//! The tree is the array itself: the middle of a range divides the rest of it by one axis, in turn (Bentley 1975).

/// Points on the unit sphere, by number.
pub(crate) struct Nearest<'a> {
    points: &'a [[f64; 3]],
    order: Vec<usize>,
    /// How many are left in the range around each middle.
    left: Vec<usize>,
    /// Where in `order` a point is.
    place: Vec<usize>,
}

/// The square of a chord, and the point it leads to.
type Found = (f64, usize);

impl<'a> Nearest<'a> {
    pub(crate) fn new(points: &'a [[f64; 3]]) -> Self {
        let mut order: Vec<usize> = (0..points.len()).collect();
        let mut left = vec![0; points.len()];
        divide(points, &mut order, &mut left, 0);
        let mut place = vec![0; points.len()];
        for (at, point) in order.iter().enumerate() {
            place[*point] = at;
        }
        Self { points, order, left, place }
    }

    /// Takes a point away, which must be there.
    pub(crate) fn take(&mut self, point: usize) {
        let at = self.place[point];
        let (mut from, mut to) = (0, self.order.len());
        loop {
            let middle = usize::midpoint(from, to);
            self.left[middle] -= 1;
            match at.cmp(&middle) {
                std::cmp::Ordering::Less => to = middle,
                std::cmp::Ordering::Greater => from = middle + 1,
                std::cmp::Ordering::Equal => break,
            }
        }
        // Marks the point itself as gone; its range may have others.
        self.place[point] = usize::MAX;
    }

    /// The nearest `count` that are left, the nearest first. Of those at the same distance, the lowest number.
    pub(crate) fn nearest(&self, to: &[f64; 3], count: usize) -> Vec<usize> {
        let mut best: Vec<Found> = Vec::with_capacity(count + 1);
        self.search(to, count, 0..self.order.len(), 0, &mut best);
        best.into_iter().map(|(_, point)| point).collect()
    }

    fn search(&self, to: &[f64; 3], count: usize, range: std::ops::Range<usize>, axis: usize, best: &mut Vec<Found>) {
        if range.is_empty() {
            return;
        }
        let middle = usize::midpoint(range.start, range.end);
        if self.left[middle] == 0 {
            return;
        }
        let point = self.order[middle];
        let it = &self.points[point];
        if self.place[point] != usize::MAX {
            let found = (it.iter().zip(to).map(|(a, b)| (a - b) * (a - b)).sum::<f64>(), point);
            let at = best.partition_point(|known| known.0.total_cmp(&found.0).then(known.1.cmp(&found.1)).is_lt());
            if at < count {
                best.insert(at, found);
                best.truncate(count);
            }
        }
        let off = to[axis] - it[axis];
        let (near, far) = if off < 0.0 {
            (range.start..middle, middle + 1..range.end)
        } else {
            (middle + 1..range.end, range.start..middle)
        };
        let next = (axis + 1) % 3;
        self.search(to, count, near, next, best);
        if best.len() < count || best.last().is_some_and(|worst| off * off <= worst.0) {
            self.search(to, count, far, next, best);
        }
    }
}

fn divide(points: &[[f64; 3]], order: &mut [usize], left: &mut [usize], axis: usize) {
    if order.is_empty() {
        return;
    }
    let middle = order.len() / 2;
    order.select_nth_unstable_by(middle, |one, other| {
        points[*one][axis].total_cmp(&points[*other][axis]).then(one.cmp(other))
    });
    left[middle] = order.len();
    let next = (axis + 1) % 3;
    let (before, rest) = order.split_at_mut(middle);
    let (left_before, left_rest) = left.split_at_mut(middle);
    divide(points, before, left_before, next);
    divide(points, &mut rest[1..], &mut left_rest[1..], next);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_nearest_are_those_that_looking_at_all_finds(
            points in prop::collection::vec(prop::array::uniform3(-3_i8..3), 1..60),
            to in prop::array::uniform3(-3_i8..3),
            gone in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            let points: Vec<[f64; 3]> = points.iter().map(|point| point.map(f64::from)).collect();
            let to = to.map(f64::from);
            let mut tree = Nearest::new(&points);
            let mut left: Vec<usize> = (0..points.len()).collect();
            for index in gone {
                if !left.is_empty() {
                    tree.take(left.remove(index.index(left.len())));
                }
            }
            let square = |point: usize| points[point].iter().zip(&to).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            left.sort_by(|one, other| square(*one).total_cmp(&square(*other)).then(one.cmp(other)));
            for count in [1, 3, 8] {
                prop_assert_eq!(tree.nearest(&to, count), &left[..count.min(left.len())]);
            }
        }
    }
}
