//! How long to wait before trying again: longer each time, never quite the same, and not for ever.

use std::time::Duration;

use saksi_records::keys::random_bytes;

const FIRST: Duration = Duration::from_millis(250);
const TRIES: u32 = 4;

/// The pauses between the tries of one request: about 0.25, 0.5, 1 and 2 seconds, each shortened by up to half at
/// random, so that a thousand handsets that lost the same server don't come back together.
#[derive(Debug)]
pub struct Backoff {
    tries: u32,
    most: u32,
}

impl Backoff {
    /// Before the first pause.
    pub fn new() -> Self {
        Self { tries: 0, most: TRIES }
    }

    /// With one short pause only, for what just failed for its neighbour too.
    pub fn short() -> Self {
        Self { tries: 0, most: 1 }
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

impl Iterator for Backoff {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.tries == self.most {
            return None;
        }
        let full = FIRST * 2_u32.pow(self.tries);
        self.tries += 1;
        let [chance] = random_bytes();
        Some(full.mul_f64(1.0 - f64::from(chance) / 512.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<_> = Backoff::new().collect();
        assert_eq!((pauses.len(), Backoff::short().count()), (4, 1));
        for (n, pause) in pauses.iter().enumerate() {
            let full = FIRST * 2_u32.pow(n as u32);
            assert!((full / 2..=full).contains(pause), "{pause:?}");
        }
    }
}
