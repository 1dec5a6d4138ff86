//! The three kinds of key: the programme's, to which records are sealed; a handset's and a server's, which sign.

use std::fmt;

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::id::{KeyId, base64_bytes};

type Kem = X25519HkdfSha256;

/// Why a key can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no such key.
    #[error("these bytes are not a key of this kind")]
    Malformed,
    /// It was sealed for another key, or altered since.
    #[error("can't be opened: sealed for another key, or altered")]
    CannotOpen,
    /// The signature is not this key's over these bytes.
    #[error("the signature doesn't fit")]
    BadSignature,
}

/// The programme's public key (X25519): anyone can seal to it, only the programme can open. 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProgrammePublicKey(#[serde(with = "base64_bytes")] [u8; 32]);

impl ProgrammePublicKey {
    /// Takes the 32 bytes of RFC 7748.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyError> {
        <Kem as hpke::Kem>::PublicKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed)?;
        Ok(Self(bytes))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What a header calls this key.
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.0)
    }

    /// HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Returns the encapsulated
    /// key (32 bytes) and the ciphertext (16 bytes longer than the plaintext).
    pub fn seal(&self, info: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<([u8; 32], Vec<u8>), KeyError> {
        let key = <Kem as hpke::Kem>::PublicKey::from_bytes(&self.0).map_err(|_| KeyError::Malformed)?;
        let (encapped, mut context) = hpke::setup_sender::<AesGcm256, HkdfSha256, Kem>(&OpModeS::Base, &key, info)
            .map_err(|_| KeyError::Malformed)?;
        let ciphertext = context.seal(plaintext, aad).map_err(|_| KeyError::Malformed)?;
        Ok((encapped.to_bytes().into(), ciphertext))
    }
}

/// The programme's private key: with it, what was sealed can be read.
pub struct ProgrammeKey {
    private: Zeroizing<[u8; 32]>,
    public: ProgrammePublicKey,
}

impl ProgrammeKey {
    /// A new key from the platform's random source.
    pub fn generate() -> Self {
        let (private, public) = Kem::gen_keypair();
        Self {
            private: Zeroizing::new(private.to_bytes().into()),
            public: ProgrammePublicKey(public.to_bytes().into()),
        }
    }

    /// Takes the 32 bytes of a private key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let private = <Kem as hpke::Kem>::PrivateKey::from_bytes(bytes).map_err(|_| KeyError::Malformed)?;
        let public = ProgrammePublicKey(Kem::sk_to_pk(&private).to_bytes().into());
        Ok(Self { private: Zeroizing::new(*bytes), public })
    }

    /// The 32 bytes: for the file that keeps it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.private
    }

    /// The public half.
    pub fn public(&self) -> &ProgrammePublicKey {
        &self.public
    }

    /// Opens what [`ProgrammePublicKey::seal`] sealed, with the same `info` and `aad`.
    pub fn open(
        &self,
        info: &[u8],
        aad: &[u8],
        encapped: &[u8; 32],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let private = <Kem as hpke::Kem>::PrivateKey::from_bytes(&*self.private).map_err(|_| KeyError::Malformed)?;
        let encapped = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapped).map_err(|_| KeyError::CannotOpen)?;
        let mut context = hpke::setup_receiver::<AesGcm256, HkdfSha256, Kem>(&OpModeR::Base, &private, &encapped, info)
            .map_err(|_| KeyError::CannotOpen)?;
        context.open(sealed, aad).map(Zeroizing::new).map_err(|_| KeyError::CannotOpen)
    }
}

impl fmt::Debug for ProgrammeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProgrammeKey({})", self.public.id())
    }
}

/// A signing key (Ed25519, RFC 8032): a handset's over its envelopes and requests, a server's over its receipts.
pub struct HandsetKey {
    pair: Ed25519KeyPair,
}

impl HandsetKey {
    /// From its 32 secret bytes, which are wiped.
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed");
        seed.zeroize();
        Self { pair }
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.pair.public_key().as_ref());
        VerifyingKey(bytes)
    }

    /// The 64 bytes of a signature.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }
}

impl fmt::Debug for HandsetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandsetKey({:?})", self.verifying_key())
    }
}

/// The public half of a signing key. 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VerifyingKey(#[serde(with = "base64_bytes")] [u8; 32]);

impl VerifyingKey {
    /// Takes the 32 bytes of RFC 8032. Whether they are a point of the curve shows at the first verification.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this key signed these bytes.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).map_err(|_| KeyError::BadSignature)
    }
}

/// 32 bytes from the platform's random source.
///
/// # Panics
/// Where the platform has none: nothing safe can be done without it.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .expect("the platform has a random source");
    bytes
}
