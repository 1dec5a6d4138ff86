//! Rows of equal length, one after the other in memory, erased from wherever they leave it.

use zeroize::{Zeroize, Zeroizing};

/// A table that grows and shrinks by rows. Which row has which number is the caller's to remember.
#[derive(Clone)]
pub(super) struct Rows<T: Zeroize> {
    width: usize,
    values: Zeroizing<Vec<T>>,
}

impl<T: Copy + Zeroize> Rows<T> {
    /// No rows yet, of `width` values each.
    pub(super) fn new(width: usize) -> Self {
        Self { width, values: Zeroizing::new(Vec::new()) }
    }

    /// How many values a row has.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are, of at least one value.
    pub(super) fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// One row.
    pub(super) fn row(&self, at: usize) -> &[T] {
        self.rows(at, 1)
    }

    /// The values of `count` rows from `at` on.
    pub(super) fn rows(&self, at: usize, count: usize) -> &[T] {
        &self.values[at * self.width..][..count * self.width]
    }

    /// Adds a row behind the others.
    pub(super) fn push(&mut self, row: &[T]) {
        if self.values.len() + self.width > self.values.capacity() {
            self.grow(self.values.len() * 2 + self.width);
        }
        self.values.extend_from_slice(row);
    }

    /// Writes a row over another.
    pub(super) fn replace(&mut self, at: usize, row: &[T]) {
        self.values[at * self.width..][..self.width].copy_from_slice(row);
    }

    /// Takes a row out and moves the last one into its place.
    pub(super) fn swap_remove(&mut self, at: usize) {
        let last = self.values.len() - self.width;
        self.values.copy_within(last.., at * self.width);
        self.values[last..].iter_mut().zeroize();
        self.values.truncate(last);
    }

    /// Makes room for as many rows more.
    pub(super) fn reserve(&mut self, rows: usize) {
        let needed = self.values.len() + rows * self.width;
        if needed > self.values.capacity() {
            self.grow(needed);
        }
    }

    /// Moves by hand, so that the outgrown memory is erased before it's given back.
    fn grow(&mut self, capacity: usize) {
        let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
        larger.extend_from_slice(&self.values);
        self.values = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_whole_while_others_come_and_go() {
        let mut rows = Rows::new(2);
        for row in [[1, 2], [3, 4], [5, 6]] {
            rows.push(&row);
        }
        rows.replace(1, &[7, 8]);
        rows.swap_remove(0);
        rows.reserve(100);
        assert_eq!(rows.rows(0, 2), [5, 6, 7, 8]);
        rows.swap_remove(1);
        assert_eq!(rows.row(0), [5, 6]);
    }
}
