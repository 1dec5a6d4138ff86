//! Locks that outlive a panic, and one that tells who would wait for themselves.

use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest that somebody waits for a turn: more than an unlock takes on a slow phone.
const PATIENCE: Duration = Duration::from_secs(15);

thread_local! {
    static HERE: u8 = const { 0 };
}

/// A panic in another thread leaves nothing half done that recovery wouldn't end, so a poisoned lock is taken over.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one thread at a time may use, while foreign code (a keystore, a clock) may run. Foreign code that calls back, from
/// this thread or through another, gets [`Busy`] instead of a deadlock.
#[derive(Debug, Default)]
pub(crate) struct Exclusive<T> {
    mutex: parking_lot::Mutex<T>,
    /// A number of the thread whose turn it is; 0: nobody's.
    holder: AtomicUsize,
}

/// Somebody else's turn lasts, or this thread's own does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

/// A turn; it ends when this is dropped.
pub(crate) struct Turn<'a, T> {
    holder: &'a AtomicUsize,
    guard: parking_lot::MutexGuard<'a, T>,
}

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { mutex: parking_lot::Mutex::new(value), holder: AtomicUsize::new(0) }
    }

    /// Waits for a turn. An error at once where this thread has it already, and after [`PATIENCE`] otherwise.
    pub(crate) fn turn(&self) -> Result<Turn<'_, T>, Busy> {
        let here = HERE.with(|it| ptr::from_ref(it) as usize);
        if self.holder.load(Ordering::Acquire) == here {
            return Err(Busy);
        }
        let guard = self.mutex.try_lock_for(PATIENCE).ok_or(Busy)?;
        self.holder.store(here, Ordering::Release);
        Ok(Turn { holder: &self.holder, guard })
    }
}

impl<T> Deref for Turn<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for Turn<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        self.holder.store(0, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn whoever_asks_within_their_own_turn_is_told_and_others_wait() {
        let exclusive = Arc::new(Exclusive::new(1));
        let turn = exclusive.turn().expect("nobody has it");
        assert_eq!(exclusive.turn().err(), Some(Busy));
        let other = Arc::clone(&exclusive);
        let waits = thread::spawn(move || *other.turn().expect("in time"));
        thread::sleep(Duration::from_millis(50));
        drop(turn);
        assert_eq!(waits.join().expect("it ends"), 1);
        assert!(exclusive.turn().is_ok(), "a turn that ended can be had again");
    }
}
