//! An officer's PIN: what it locks, it locks with Argon2id (RFC 9106).
//!
//! Layout: one version byte (1), memory in KiB (`u32`), passes (`u32`), a 16-byte salt, then the secret sealed under the
//! derived key. Integers are big-endian. The parameters travel with the box, so that they can be raised later.

use argon2::{Algorithm, Argon2, Params, Version};
use saksi_records::keys::random_bytes;
use zeroize::Zeroizing;

use crate::keys::seal;

/// The shortest PIN, in characters.
pub const SHORTEST: usize = 6;

/// RFC 9106's second recommendation has 64 MiB and 3 passes; a handset with 2 GiB of memory has room for 32 MiB.
const MEMORY_KIB: u32 = 32 * 1024;
const PASSES: u32 = 3;
/// A box that asks for more was not made here.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const VERSION: u8 = 1;
const HEAD: usize = 1 + 4 + 4 + 16;

/// Why a PIN doesn't do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Shorter than [`SHORTEST`].
    #[error("a PIN has at least {SHORTEST} characters")]
    TooShort,
    /// One of the first that a thief would try.
    #[error("this PIN is too easy to guess: no row of following digits, and none that repeats")]
    TooEasy,
    /// Not the PIN that locked it, or the box was altered.
    #[error("wrong PIN")]
    Wrong,
    /// Not a box of a version known here.
    #[error("the PIN box is damaged")]
    Damaged,
}

/// Whether a PIN may be set: it's long enough, and isn't among the first that a thief tries. Those are runs of digits
/// (123456, 987654) and one, two or three over and over (111111, 121212, 123123).
pub fn may_be_set(pin: &str) -> Result<(), PinError> {
    let letters: Vec<char> = pin.chars().collect();
    if letters.len() < SHORTEST {
        return Err(PinError::TooShort);
    }
    let steps: Vec<i64> = letters.windows(2).map(|two| i64::from(two[1] as u32) - i64::from(two[0] as u32)).collect();
    let run = [-1, 1].iter().any(|step| steps.iter().all(|it| it == step));
    let repeats = (1..=3).any(|length| letters.iter().zip(&letters[length..]).all(|(one, other)| one == other));
    if run || repeats { Err(PinError::TooEasy) } else { Ok(()) }
}

/// Locks a secret behind a PIN.
pub fn lock(pin: &str, secret: &[u8]) -> Result<Vec<u8>, PinError> {
    may_be_set(pin)?;
    let mut locked = Vec::with_capacity(HEAD + secret.len() + 28);
    locked.push(VERSION);
    locked.extend_from_slice(&MEMORY_KIB.to_be_bytes());
    locked.extend_from_slice(&PASSES.to_be_bytes());
    locked.extend_from_slice(&random_bytes::<16>());
    let key = derive(pin, &locked[9..HEAD], MEMORY_KIB, PASSES)?;
    let sealed = seal::seal(&key, &locked, secret);
    locked.extend_from_slice(&sealed);
    Ok(locked)
}

/// Opens what [`lock`] locked.
pub fn unlock(pin: &str, locked: &[u8]) -> Result<Zeroizing<Vec<u8>>, PinError> {
    let (head, sealed) = locked.split_at_checked(HEAD).ok_or(PinError::Damaged)?;
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (memory, passes) = (number(1), number(5));
    if head[0] != VERSION || memory > MOST_MEMORY_KIB || passes > MOST_PASSES {
        return Err(PinError::Damaged);
    }
    let key = derive(pin, &head[9..], memory, passes)?;
    seal::open(&key, head, sealed).ok_or(PinError::Wrong)
}

/// Takes as long as [`unlock`] does with the wrong PIN, and comes to the same: for whoever has no box.
pub fn nobody(pin: &str) -> Result<Zeroizing<Vec<u8>>, PinError> {
    derive(pin, &random_bytes::<16>(), MEMORY_KIB, PASSES)?;
    Err(PinError::Wrong)
}

fn derive(pin: &str, salt: &[u8], memory_kib: u32, passes: u32) -> Result<Zeroizing<[u8; 32]>, PinError> {
    let params = Params::new(memory_kib, passes, 1, Some(32)).map_err(|_| PinError::Damaged)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_bytes(), salt, &mut *key)
        .map_err(|_| PinError::Damaged)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_a_thief_tries_first_is_not_set() {
        for easy in ["111111", "000000", "123456", "987654", "121212", "123123", "456456456", "aaaaaa"] {
            assert_eq!(lock(easy, b"secret"), Err(PinError::TooEasy), "{easy}");
        }
        for good in ["482915", "739164", "111112", "112233", "135790"] {
            assert!(may_be_set(good).is_ok(), "{good}");
        }
        assert_eq!(may_be_set("12345"), Err(PinError::TooShort));
    }

    #[test]
    fn only_the_pin_opens_and_a_changed_box_does_not() {
        let locked = lock("482915", b"secret").expect("long enough");
        assert_eq!(*unlock("482915", &locked).expect("the PIN"), b"secret");
        assert_eq!(unlock("482914", &locked), Err(PinError::Wrong));
        for at in [12, HEAD + 3, locked.len() - 1] {
            let mut altered = locked.clone();
            altered[at] ^= 1;
            assert_eq!(unlock("482915", &altered), Err(PinError::Wrong), "byte {at}");
        }
        assert_eq!(unlock("482915", &locked[..20]), Err(PinError::Damaged));
        assert_eq!(lock("12345", b"secret"), Err(PinError::TooShort));
    }

    #[test]
    fn a_box_made_elsewhere_by_the_same_layout_opens() {
        // Made with Python's `cryptography`: Argon2id of "482915" (1 MiB, 1 pass), AES-256-GCM with the head as AAD.
        let locked = "010000040000000001000102030405060708090a0b0c0d0e0f6465666768696a6b6c6d6e6f\
                      9931a60b009b8d61c8ca566c108e80b28db919f460f1";
        assert_eq!(*unlock("482915", &hex::decode(locked).expect("hex")).expect("the PIN"), b"secret");
    }

    #[test]
    fn a_box_that_asks_for_too_much_memory_is_refused_at_once() {
        let mut locked = lock("482915", b"secret").expect("long enough");
        locked[1..5].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(unlock("482915", &locked), Err(PinError::Damaged));
    }
}
