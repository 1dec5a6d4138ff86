//! Keeps advice on the screen until another has held for a while, so that it doesn't flicker.

use std::time::Duration;

/// What is shown, and what may take its place.
pub(crate) struct Steady<A> {
    shown: A,
    /// What the frames say by now instead, and since when.
    next: Option<(A, Duration)>,
    /// How long that has to hold before it's shown.
    hold: Duration,
}

impl<A: Copy + PartialEq> Steady<A> {
    pub fn new(shown: A, hold: Duration) -> Self {
        Self { shown, next: None, hold }
    }

    pub fn shown(&self) -> A {
        self.shown
    }

    /// At once: for prompts and ends.
    pub fn set(&mut self, advice: A) {
        (self.shown, self.next) = (advice, None);
    }

    /// Once it has held.
    pub fn settle(&mut self, advice: A, at: Duration) {
        match self.next {
            _ if advice == self.shown => self.next = None,
            Some((next, since)) if next == advice => {
                if at.saturating_sub(since) >= self.hold {
                    self.set(advice);
                }
            }
            _ => self.next = Some((advice, at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_that_comes_and_goes_is_not_shown() {
        let ms = Duration::from_millis;
        let mut steady = Steady::new("no face", ms(250));
        for frame in 0..20 {
            steady.settle(if frame % 2 == 0 { "closer" } else { "hold still" }, ms(frame * 100));
            assert_eq!(steady.shown(), "no face");
        }
        for frame in 20..23 {
            steady.settle("closer", ms(frame * 100));
        }
        steady.settle("closer", ms(2300));
        assert_eq!(steady.shown(), "closer");
    }
}
