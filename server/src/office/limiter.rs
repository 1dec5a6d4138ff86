//! How often a login may be tried, so that nobody guesses a password, locks somebody else out, or learns who is a user.
//!
//! * A try is counted before the password is looked at, and taken back if it was right: many at once are no way round.
//! * Tries count by name **and** address: whoever guesses at `admin` stops themselves and not the administrator. A browser
//!   in which that user has logged in before counts by itself, also behind the same address.
//! * A name that nobody has counts as any other does.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::hmac;
use saksi_records::Digest;
use saksi_records::keys::random_bytes;

/// Wrong tries with one name from one address, or from one browser that is known.
const FOR_A_NAME: u32 = 5;
/// Wrong tries from one address, whatever the names.
const FOR_AN_ADDRESS: u32 = 30;
const COUNT_FOR: Duration = Duration::from_mins(5);
/// So many counts are kept; the oldest makes room.
const MOST: usize = 20_000;

/// Counts tries.
#[derive(Debug)]
pub(super) struct Limiter {
    key: hmac::Key,
    tries: Mutex<HashMap<Digest, (u32, Instant)>>,
}

/// A try that was counted.
pub(super) struct Try(Vec<Digest>);

impl Limiter {
    /// `key` signs what a browser is known by.
    pub fn new(key: hmac::Key) -> Self {
        Self { key, tries: Mutex::default() }
    }

    /// Counts a try. `None`: there were too many. `browser` is what [`Self::known_browser`] gave.
    pub fn begin(&self, name: &str, address: IpAddr, browser: Option<&str>) -> Option<Try> {
        let counts = if let Some(browser) = browser.filter(|text| self.is_known(text, name)) {
            vec![(Digest::of(browser.as_bytes()), FOR_A_NAME)]
        } else {
            let from = network(address);
            vec![
                (Digest::of(format!("{from} {name}").as_bytes()), FOR_A_NAME),
                (Digest::of(from.as_bytes()), FOR_AN_ADDRESS),
            ]
        };
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, (_, since)| since.elapsed() < COUNT_FOR);
        if counts.iter().any(|(what, most)| tries.get(what).is_some_and(|(count, _)| count >= most)) {
            return None;
        }
        for (what, _) in &counts {
            if tries.len() >= MOST
                && !tries.contains_key(what)
                && let Some(oldest) = tries.iter().min_by_key(|(_, (_, since))| *since).map(|(what, _)| *what)
            {
                tries.remove(&oldest);
            }
            tries.entry(*what).or_insert((0, Instant::now())).0 += 1;
        }
        Some(Try(counts.into_iter().map(|(what, _)| what).collect()))
    }

    /// The password was right: the try doesn't count, nor do those before it with this name.
    pub fn succeeded(&self, done: Try) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut whats = done.0.into_iter();
        if let Some(name) = whats.next() {
            tries.remove(&name);
        }
        for what in whats {
            if let Some((count, _)) = tries.get_mut(&what) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// What a browser is known by from now on, in which this user has logged in.
    pub fn known_browser(&self, name: &str) -> String {
        let id = BASE64.encode(random_bytes::<16>());
        let proof = hmac::sign(&self.key, format!("{id} {name}").as_bytes());
        format!("{id}.{}", BASE64.encode(proof))
    }

    fn is_known(&self, browser: &str, name: &str) -> bool {
        let Some((id, proof)) = browser.split_once('.') else { return false };
        let Ok(proof) = BASE64.decode(proof) else { return false };
        hmac::verify(&self.key, format!("{id} {name}").as_bytes(), &proof).is_ok()
    }
}

/// An address, or the network that one household or office has of them.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn limiter() -> Limiter {
        Limiter::new(hmac::Key::new(hmac::HMAC_SHA256, b"a key"))
    }

    #[test]
    fn of_many_tries_at_once_only_a_few_pass() {
        let limiter = limiter();
        let passed = std::thread::scope(|scope| {
            let tries: Vec<_> =
                (0..100).map(|_| scope.spawn(|| limiter.begin("admin", HERE, None).is_some())).collect();
            tries.into_iter().filter_map(|it| it.join().ok()).filter(|it| *it).count()
        });
        assert_eq!(passed, FOR_A_NAME as usize);
    }

    #[test]
    fn who_guesses_stops_neither_another_address_nor_a_browser_that_is_known() {
        let limiter = limiter();
        let browser = limiter.known_browser("admin");
        while limiter.begin("admin", HERE, None).is_some() {}
        assert!(limiter.begin("admin", THERE, None).is_some());
        assert!(limiter.begin("admin", HERE, Some(&browser)).is_some());
        assert!(limiter.begin("admin", HERE, Some(&limiter.known_browser("rina"))).is_none(), "another's");
        for _ in 1..FOR_A_NAME {
            assert!(limiter.begin("admin", HERE, Some(&browser)).is_some());
        }
        assert!(limiter.begin("admin", HERE, Some(&browser)).is_none(), "it isn't free to guess either");
    }

    #[test]
    fn many_names_from_one_address_are_stopped_too_and_a_right_password_takes_its_tries_back() {
        let limiter = limiter();
        let passed = (0..1000).filter(|n| limiter.begin(&format!("user-{n}"), HERE, None).is_some()).count();
        assert_eq!(passed, FOR_AN_ADDRESS as usize);

        let limiter = self::limiter();
        for _ in 0..100 {
            limiter.begin("rina", HERE, None).expect("a wrong one");
            let right = limiter.begin("rina", HERE, None).expect("the right one");
            limiter.succeeded(right);
            let mut tries = limiter.tries.lock().expect("no panic");
            tries.remove(&Digest::of(b"192.0.2.1"));
        }
    }
}
