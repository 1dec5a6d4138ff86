//! Small values at rest: AES-256-GCM with a random nonce in front, and names that tell nobody what they name.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use saksi_records::Digest;
use saksi_records::keys::random_bytes;
use zeroize::Zeroizing;

/// Seals a value; `aad` says what it is and where it belongs. A key may seal up to 2^32 values (NIST SP 800-38D).
pub fn seal(key: &[u8; 32], aad: &[u8], value: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_LEN] = random_bytes();
    let mut sealed = Vec::with_capacity(NONCE_LEN + value.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(value);
    let tag = cipher(key)
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed[NONCE_LEN..])
        .expect("a value is far below the limit of AES-GCM");
    sealed.extend_from_slice(tag.as_ref());
    sealed
}

/// Opens what [`seal`] sealed with the same key and `aad`; `None` where it was altered or belongs elsewhere.
pub fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut value = Zeroizing::new(ciphertext.to_vec());
    let length =
        cipher(key).open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut value).ok()?.len();
    value.truncate(length);
    Some(value)
}

/// HMAC-SHA256: the same for the same, and without the key nobody can tell of what.
pub fn tag(key: &hmac::Key, of: &[u8]) -> Digest {
    let mut tag = [0; 32];
    tag.copy_from_slice(hmac::sign(key, of).as_ref());
    tag.into()
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of AES-256 has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_sealed_elsewhere_by_the_same_layout_opens_only_in_its_place() {
        // Made with Python's `cryptography`: AES-256-GCM, the nonce in front.
        let sealed = hex::decode("6465666768696a6b6c6d6e6f3e7ab2131c396afdc23bd1f7426ce4a9057f9e6022").expect("hex");
        let key = std::array::from_fn(|i| i as u8);
        assert_eq!(open(&key, b"place", &sealed).as_deref().map(Vec::as_slice), Some(&b"value"[..]));
        assert_eq!(open(&key, b"other place", &sealed), None);
        for length in 0..sealed.len() {
            assert_eq!(open(&key, b"place", &sealed[..length]), None);
        }
        assert_eq!(*open(&key, b"p", &seal(&key, b"p", b"")).expect("our own"), b"");
    }
}
