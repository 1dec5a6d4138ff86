//! How much one handset, or one address that proves nothing, may ask for. Whoever asks for more is told how long to wait, and
//! holds nobody else up.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use saksi_records::HandsetId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::fault::Fault;
use crate::config::Limits;

/// What a rejected envelope costs, in requests: it is kept for review, with an alert, and somebody has to look at it.
const REJECTED: u32 = 50;
/// What a request without a valid token costs.
const UNKNOWN: u32 = 10;
/// How many requests are under way at most, and how many uploads: neither takes all the room of the other.
const REQUESTS: usize = 192;
const UPLOADS: usize = 128;
/// How long a request waits for room.
const PATIENCE: Duration = Duration::from_secs(5);
/// After how long one may come again for whom there was no room.
const FULL: Duration = Duration::from_secs(10);

/// The limits of a running server.
#[derive(Debug)]
pub(crate) struct Gate {
    handsets: Allowance<HandsetId>,
    addresses: Allowance<IpAddr>,
    requests: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    pub limits: Limits,
}

impl Gate {
    pub fn new(limits: Limits) -> Self {
        Self {
            handsets: Allowance::new(limits),
            addresses: Allowance::new(limits),
            requests: Arc::new(Semaphore::new(REQUESTS)),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            limits,
        }
    }

    /// A handset asks for something.
    pub fn asks(&self, handset: HandsetId) -> Result<(), Fault> {
        self.handsets.take(handset, 1).map_err(Fault::too_many)
    }

    /// Something of a handset's was rejected.
    pub fn was_rejected(&self, handset: HandsetId) {
        self.handsets.charge(handset, REJECTED);
    }

    /// Somebody asked who is nobody that is known here: what to tell them. Whoever shows a valid token isn't held up by others
    /// behind the same address, of whom a mobile network has thousands.
    pub fn was_nobody(&self, address: IpAddr, fault: Fault) -> Fault {
        self.addresses.take(address, UNKNOWN).map_or_else(Fault::too_many, |()| fault)
    }

    /// Room for a request, or for an upload, until it is dropped.
    pub async fn room(&self, is_upload: bool) -> Result<OwnedSemaphorePermit, Fault> {
        let room = if is_upload { &self.uploads } else { &self.requests };
        let room = tokio::time::timeout(PATIENCE, Arc::clone(room).acquire_owned()).await;
        room.ok().and_then(Result::ok).ok_or_else(|| Fault::busy(FULL, "the server has no room just now"))
    }
}

/// So many at once, and so many more in a second.
#[derive(Debug)]
struct Allowance<K> {
    burst: f64,
    per_s: f64,
    left: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Hash + Eq> Allowance<K> {
    fn new(limits: Limits) -> Self {
        Self { burst: f64::from(limits.burst), per_s: f64::from(limits.per_s), left: Mutex::default() }
    }

    /// Takes so many. Where there are none left, says how long it takes until there are.
    fn take(&self, who: K, count: u32) -> Result<(), Duration> {
        self.change(who, |left| {
            if *left < 1.0 {
                return Err(Duration::from_secs_f64((1.0 - *left) / self.per_s));
            }
            *left -= f64::from(count);
            Ok(())
        })
    }

    /// Takes so many, whether there are any or not.
    fn charge(&self, who: K, count: u32) {
        self.change(who, |left| *left -= f64::from(count));
    }

    fn change<T>(&self, who: K, change: impl FnOnce(&mut f64) -> T) -> T {
        const MANY: usize = 50_000;
        let now = Instant::now();
        let grown = |left: f64, at: Instant| (left + now.duration_since(at).as_secs_f64() * self.per_s).min(self.burst);
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            // Whoever has all of it again need not be remembered.
            all.retain(|_, (left, at)| grown(*left, *at) < self.burst);
        }
        let (left, at) = all.entry(who).or_insert((self.burst, now));
        *left = grown(*left, *at);
        *at = now;
        change(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_took_all_waits_for_as_long_as_it_is_told_and_others_do_not() {
        let allowance = Allowance::new(Limits { burst: 3, per_s: 20, ..Limits::default() });
        assert!((0..3).all(|_| allowance.take("one", 1).is_ok()));
        let wait = allowance.take("one", 1).expect_err("nothing is left");
        assert!(wait <= Duration::from_millis(50), "{wait:?}");
        assert!(allowance.take("another", 1).is_ok());
        std::thread::sleep(wait + Duration::from_millis(5));
        assert!(allowance.take("one", 1).is_ok());
        allowance.charge("one", 40);
        assert!(allowance.take("one", 0).expect_err("in debt") > Duration::from_secs(1));
    }
}
