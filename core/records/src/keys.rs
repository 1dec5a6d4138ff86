//! The three kinds of key: the programme's, to which records are sealed; a handset's and a server's, which sign.

use std::fmt;

use hpke::aead::{AeadCtxS, AesGcm256 as Aead};
use hpke::kdf::HkdfSha256 as Kdf;
use hpke::kem::X25519HkdfSha256 as Kem;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::id::{KeyId, base64_bytes};

type Sender = (<Kem as hpke::Kem>::EncappedKey, AeadCtxS<Aead, Kdf, Kem>);

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
        let sender = hpke::setup_sender(&OpModeS::Base, &key, info).map_err(|_| KeyError::Malformed)?;
        seal_by(sender, aad, plaintext)
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
        let mut context = hpke::setup_receiver::<Aead, Kdf, Kem>(&OpModeR::Base, &private, &encapped, info)
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
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed);
        seed.zeroize();
        let Ok(pair) = pair else { unreachable!("any 32 bytes are a seed") };
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

    /// Whether this key signed these bytes. Never, for the keys that fit what nobody signed.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        if self.is_of_small_order() {
            return Err(KeyError::BadSignature);
        }
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).map_err(|_| KeyError::BadSignature)
    }

    /// The points of order 1, 2, 4 and 8 have signatures that fit almost any message, and no secret. Whoever registered
    /// one could later say that anybody wrote those records.
    fn is_of_small_order(&self) -> bool {
        let mut y = self.0;
        y[31] &= 0x7f;
        SMALL_ORDER.contains(&hex::encode(y).as_str())
    }
}

// Apart from the set-up, so that a test can give the ephemeral key of a published vector.
fn seal_by((encapped, mut context): Sender, aad: &[u8], plaintext: &[u8]) -> Result<([u8; 32], Vec<u8>), KeyError> {
    let ciphertext = context.seal(plaintext, aad).map_err(|_| KeyError::Malformed)?;
    Ok((encapped.to_bytes().into(), ciphertext))
}

/// The y-coordinates of the points of small order, in each of their encodings, without the sign of x.
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// `N` bytes from the platform's random source.
///
/// # Panics
/// Where the platform has none: nothing safe can be done without it.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .expect("the platform has a random source");
    bytes
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use hpke::rand_core::{TryCryptoRng, TryRng};

    use super::*;

    /// A random source that gives what a test vector says.
    struct Given(Vec<u8>);

    impl TryRng for Given {
        type Error = Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Infallible> {
            unreachable!("key pairs take bytes")
        }

        fn try_next_u64(&mut self) -> Result<u64, Infallible> {
            unreachable!("key pairs take bytes")
        }

        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
            bytes.copy_from_slice(&self.0);
            Ok(())
        }
    }

    impl TryCryptoRng for Given {}

    /// The vector of RFC 9180's companion file for mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, sequence 0.
    #[test]
    fn sealing_gives_the_bytes_of_rfc_9180() {
        let bytes = |text: &str| hex::decode(text).expect("hex");
        let key = bytes("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c");
        let key = <Kem as hpke::Kem>::PublicKey::from_bytes(&key).expect("a key");
        let mut ephemeral = Given(bytes("2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9"));
        let info = bytes("4f6465206f6e2061204772656369616e2055726e");
        let sender = hpke::setup_sender_with_rng(&OpModeS::Base, &key, &info, &mut ephemeral).expect("a sender");
        let (encapped, sealed) = seal_by(sender, b"Count-0", b"Beauty is truth, truth beauty").expect("sealed");
        assert_eq!(hex::encode(encapped), "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
        assert_eq!(
            hex::encode(sealed),
            "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"
        );
    }

    #[test]
    fn a_key_without_a_secret_signs_nothing() {
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut key = [0; 32];
                hex::decode_to_slice(y, &mut key).expect("hex");
                // With S = 0, R = the key itself fits where the challenge is a multiple of the key's order.
                let signature = [key.as_slice(), &[0; 32]].concat();
                key[31] |= sign;
                let key = VerifyingKey::from_bytes(key);
                assert!((0_u8..64).all(|message| key.verify(&[message], &signature).is_err()));
            }
        }
    }
}
