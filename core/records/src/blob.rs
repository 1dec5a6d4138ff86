//! Sealed photos: chunks under a random key, in the STREAM construction.
//!
//! Layout: the magic `SAKSIBLB`, one version byte (1), then chunks of 65,536 plaintext bytes (the last one shorter or
//! equal), each AES-256-GCM with its 16-byte tag. The nonce of a chunk is its number as 11 big-endian bytes and one byte
//! that is 1 on the last chunk only; the 9 bytes of the head are every chunk's associated data. So order, truncation and
//! end are authenticated (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance, 2015). A key seals one blob only, which is what makes counting nonces safe.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::envelope::{BlobRef, BlobRole};
use crate::id::{Digest, base64_bytes};
use crate::keys::random_bytes;

const HEAD: &[u8; 9] = b"SAKSIBLB\x01";
const CHUNK: usize = 65_536;
const TAG: usize = 16;

/// Why a blob can't be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// These bytes don't have the name that the record gives: another blob, altered, cut short or extended.
    #[error("this is not the blob that the record names")]
    OtherBlob,
    /// It doesn't begin as a blob does.
    #[error("not a sealed blob of a version known here")]
    Malformed,
    /// Another key, or chunks that were altered, reordered, cut short or extended.
    #[error("the blob can't be opened: wrong key, altered, or cut short")]
    CannotOpen,
}

/// The key of one blob, and which blob it opens. It travels inside the sealed payload.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ZeroizeOnDrop)]
pub struct BlobKey {
    /// What the blob shows.
    #[zeroize(skip)]
    pub role: BlobRole,
    /// The blob's name: the SHA-256 of its sealed bytes.
    #[zeroize(skip)]
    pub sha256: Digest,
    /// The AES-256 key.
    #[serde(with = "base64_bytes")]
    pub key: [u8; 32],
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobKey({:?}, {})", self.role, self.sha256)
    }
}

/// A sealed photo, and the key that opens it.
#[derive(Debug)]
pub struct SealedBlob {
    /// What is kept and sent.
    pub bytes: Vec<u8>,
    /// What opens it.
    pub key: BlobKey,
}

impl SealedBlob {
    /// Seals a photo under a new random key.
    pub fn seal(role: BlobRole, plaintext: &[u8]) -> Self {
        let key = Zeroizing::new(random_bytes());
        let bytes = seal_with(&key, plaintext);
        let sha256 = Digest::of(&bytes);
        Self { bytes, key: BlobKey { role, sha256, key: *key } }
    }

    /// How a header names it.
    pub fn reference(&self) -> BlobRef {
        BlobRef { role: self.key.role, sha256: self.key.sha256, bytes: self.bytes.len() as u64 }
    }
}

impl BlobKey {
    /// Opens the blob this key belongs to.
    ///
    /// The name is checked too: the handset signed it, whereas anyone who has read the record has the key, and could
    /// seal another photo under it.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, BlobError> {
        if Digest::of(sealed) != self.sha256 {
            return Err(BlobError::OtherBlob);
        }
        let chunks = sealed.strip_prefix(HEAD).ok_or(BlobError::Malformed)?;
        let cipher = cipher(&self.key);
        let count = chunks.len().div_ceil(CHUNK + TAG);
        if count == 0 {
            return Err(BlobError::CannotOpen);
        }
        let mut plaintext = Zeroizing::new(Vec::with_capacity(chunks.len()));
        let mut buffer = Zeroizing::new(Vec::with_capacity(CHUNK + TAG));
        for (number, chunk) in chunks.chunks(CHUNK + TAG).enumerate() {
            buffer.clear();
            buffer.extend_from_slice(chunk);
            let opened = cipher
                .open_in_place(nonce(number, number + 1 == count), Aad::from(HEAD), &mut buffer)
                .map_err(|_| BlobError::CannotOpen)?;
            plaintext.extend_from_slice(opened);
        }
        Ok(plaintext)
    }
}

fn seal_with(key: &[u8; 32], plaintext: &[u8]) -> Vec<u8> {
    let cipher = cipher(key);
    let count = plaintext.len().div_ceil(CHUNK).max(1);
    let mut sealed = Vec::with_capacity(HEAD.len() + plaintext.len() + count * TAG);
    sealed.extend_from_slice(HEAD);
    for number in 0..count {
        let chunk = &plaintext[number * CHUNK..plaintext.len().min((number + 1) * CHUNK)];
        let start = sealed.len();
        sealed.extend_from_slice(chunk);
        let tag = cipher
            .seal_in_place_separate_tag(nonce(number, number + 1 == count), Aad::from(HEAD), &mut sealed[start..])
            .expect("a chunk is far below the limit of AES-GCM");
        sealed.extend_from_slice(tag.as_ref());
    }
    sealed
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of AES-256 has 32 bytes"))
}

fn nonce(number: usize, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&(number as u64).to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}
