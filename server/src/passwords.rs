//! Passwords of the office's users: Argon2id, a few at a time.

use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use saksi_records::keys::random_bytes;
use tokio::sync::Semaphore;

/// The fewest characters of a password.
pub(crate) const MIN_LENGTH: usize = 10;
/// The most bytes of a password that are looked at.
pub(crate) const MAX_BYTES: usize = 256;

// Each takes 19 MiB for a moment.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A hash to keep (PHC string format).
pub(crate) async fn hash(password: String) -> String {
    run(move || {
        let hash: PasswordHash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &random_bytes::<16>())
            .expect("the default parameters hold for any password");
        hash.to_string()
    })
    .await
}

/// Whether it is the password of this hash. Without a hash it takes as long and is false, so that the time doesn't
/// tell which users there are.
pub(crate) async fn verify(password: String, hash: Option<String>) -> bool {
    run(move || {
        let known = hash.as_deref().and_then(|hash| PasswordHash::new(hash).ok());
        let Some(known) = known else {
            let _: Result<PasswordHash, _> =
                Argon2::default().hash_password_with_salt(password.as_bytes(), &random_bytes::<16>());
            return false;
        };
        Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
    })
    .await
}

/// A new password to be read aloud: 20 letters and digits (100 bits) in groups of five.
pub fn generate() -> String {
    // No letter or digit that reads like another.
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut password = String::new();
    for (i, byte) in random_bytes::<20>().into_iter().enumerate() {
        if i > 0 && i % 5 == 0 {
            password.push('-');
        }
        password.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    password
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let _place = AT_ONCE.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(work).await.expect("hashing a password doesn't panic")
}
