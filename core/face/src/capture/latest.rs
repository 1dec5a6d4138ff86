//! A place for one frame between the camera and whoever works on it: a newer one takes it, so that the camera never waits
//! and nobody works on what's past.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Holds the latest of what was put in.
pub struct Latest<T> {
    place: Mutex<Place<T>>,
    changed: Condvar,
}

struct Place<T> {
    waiting: Option<T>,
    closed: bool,
}

impl<T> Latest<T> {
    /// An empty place.
    pub fn new() -> Self {
        Self { place: Mutex::new(Place { waiting: None, closed: false }), changed: Condvar::new() }
    }

    /// Puts one in and never waits. Gives back what it replaced, or itself after [`Latest::close`], so that its memory
    /// can be used again.
    pub fn put(&self, item: T) -> Option<T> {
        let mut place = self.lock();
        if place.closed {
            return Some(item);
        }
        let replaced = place.waiting.replace(item);
        drop(place);
        self.changed.notify_one();
        replaced
    }

    /// Takes what's there.
    pub fn try_take(&self) -> Option<T> {
        self.lock().waiting.take()
    }

    /// Takes what's there, or waits for it; `None` once it's closed and empty.
    pub fn take(&self) -> Option<T> {
        let waits = |place: &mut Place<T>| place.waiting.is_none() && !place.closed;
        let mut place = self.changed.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        place.waiting.take()
    }

    /// Lets nothing more in, and everybody who waits go.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Place<T>> {
        // Nothing here can be left half done.
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_newer_one_replaces_the_one_that_waits() {
        let latest = Latest::new();
        assert_eq!(latest.put(1), None);
        assert_eq!(latest.put(2), Some(1));
        assert_eq!(latest.take(), Some(2));
        assert_eq!(latest.try_take(), None);
    }

    #[test]
    fn whoever_waits_gets_the_next_or_is_let_go() {
        let latest = Latest::new();
        thread::scope(|scope| {
            let taken = scope.spawn(|| std::iter::from_fn(|| latest.take()).collect::<Vec<_>>());
            for frame in 0..1000 {
                latest.put(frame);
            }
            latest.close();
            let taken = taken.join().expect("it ends");
            assert!(taken.is_sorted() && taken.last() == Some(&999));
        });
        assert_eq!(latest.put(7), Some(7));
        assert_eq!(latest.take(), None);
    }
}
