//! One sealed, signed and linked record: what is kept on the handset, carried by a relay and sent to the server.
//!
//! Layout: the magic `SAKSIENV`, one version byte (1), the header's length (`u32`), the header (JSON), the encapsulated
//! HPKE key (32), the ciphertext's length (`u32`), the ciphertext, the Ed25519 signature (64). Integers are big-endian.
//! The header is the HPKE associated data; the signature is over a domain, the header's length, the header, and the
//! SHA-256 of encapsulated key and ciphertext. The *bytes* count, everywhere: nothing is serialised again to be checked.

use serde::{Deserialize, Serialize};

use crate::id::{Digest, HandsetId, KeyId, RecordId};
use crate::keys::{HandsetKey, KeyError, ProgrammeKey, ProgrammePublicKey, VerifyingKey};
use crate::number::whole;
use crate::record::{Exception, Payload, Record};
use crate::time::TimeEvidence;

const MAGIC: &[u8; 9] = b"SAKSIENV\x01";
const HPKE_INFO: &[u8] = b"saksi record 1";
const SIGNATURE_DOMAIN: &[u8] = b"saksi envelope 1\0";
const MAX_HEADER: usize = 16 * 1024;
const MAX_CIPHERTEXT: usize = 256 * 1024;

/// The largest envelope there is, in bytes.
pub const MAX_ENVELOPE: usize = MAGIC.len() + 4 + MAX_HEADER + 32 + 4 + MAX_CIPHERTEXT + 64;

/// Why bytes are no envelope, or can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// It doesn't begin as an envelope does.
    #[error("not an envelope of a version known here")]
    NotAnEnvelope,
    /// Shorter or longer than it says, or over the limits.
    #[error("the envelope's lengths don't add up")]
    Length,
    /// The header is no header.
    #[error("the envelope's header can't be read: {0}")]
    Header(#[source] serde_json::Error),
    /// The header's version is not known here.
    #[error("header version {0} is not known here")]
    Version(u32),
    /// Sealed to another key than the one at hand.
    #[error("sealed to programme key {0}, which is not the one at hand")]
    OtherKey(KeyId),
    /// A key that doesn't work, or something that was altered.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was sealed is no payload.
    #[error("the sealed record can't be read: {0}")]
    Payload(#[source] serde_json::Error),
    /// What was sealed and what the header says differ.
    #[error("header and sealed record disagree on {0}")]
    Disagree(&'static str),
}

/// What a relay and the server can read without the programme's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always 1.
    pub version: u32,
    /// The record's id.
    pub record: RecordId,
    /// The handset that wrote it.
    pub handset: HandsetId,
    /// Its place in that handset's chain, from 1.
    #[serde(deserialize_with = "whole")]
    pub seq: u64,
    /// The SHA-256 of the envelope before it; zeros for the first.
    pub prev: Digest,
    /// The programme key it is sealed to.
    pub programme_key: KeyId,
    /// What kind of record is inside.
    pub kind: Kind,
    /// When it was made.
    pub created: TimeEvidence,
    /// The photos that belong to it.
    pub blobs: Vec<BlobRef>,
}

/// The kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Paid to the beneficiary.
    InPerson,
    /// Paid to a proxy.
    Proxy,
    /// The face couldn't be matched.
    Exception,
    /// Nobody was paid.
    NotServed,
    /// Consent was withdrawn.
    ConsentWithdrawn,
    /// A first photo.
    Enrolment,
    /// Cash was received, returned or counted.
    Cash,
}

impl Kind {
    /// The photos without which there is no record of this kind; [`Record::required_blobs`] has those of what is in it.
    pub fn required_blobs(self) -> &'static [BlobRole] {
        match self {
            Self::InPerson | Self::Exception | Self::Enrolment => &[BlobRole::Beneficiary],
            Self::Proxy => &[BlobRole::Proxy, BlobRole::Statement],
            Self::NotServed | Self::ConsentWithdrawn | Self::Cash => &[],
        }
    }

    /// The name it has in a header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InPerson => "in_person",
            Self::Proxy => "proxy",
            Self::Exception => "exception",
            Self::NotServed => "not_served",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::Enrolment => "enrolment",
            Self::Cash => "cash",
        }
    }
}

/// What a photo shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlobRole {
    /// The beneficiary's face.
    Beneficiary,
    /// The proxy's face.
    Proxy,
    /// The signed statement letter (surat pernyataan), as it was photographed.
    Statement,
    /// That letter's page, upright and straight.
    StatementPage,
    /// An identity document.
    Document,
}

impl BlobRole {
    /// The name it has in a header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Beneficiary => "beneficiary",
            Self::Proxy => "proxy",
            Self::Statement => "statement",
            Self::StatementPage => "statement_page",
            Self::Document => "document",
        }
    }
}

/// A sealed photo, as the header names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// What it shows.
    pub role: BlobRole,
    /// Its name: the SHA-256 of its sealed bytes.
    pub sha256: Digest,
    /// How many sealed bytes.
    #[serde(deserialize_with = "whole")]
    pub bytes: u64,
}

/// One sealed, signed and linked record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Vec<u8>,
    header: Header,
    header_end: usize,
}

impl Envelope {
    /// Seals a payload to the programme, and signs it.
    pub fn seal(
        header: Header,
        payload: &Payload,
        programme: &ProgrammePublicKey,
        signer: &HandsetKey,
    ) -> Result<Self, EnvelopeError> {
        check_agreement(&header, payload)?;
        if header.version != 1 {
            return Err(EnvelopeError::Version(header.version));
        }
        if header.programme_key != programme.id() {
            return Err(EnvelopeError::OtherKey(header.programme_key));
        }
        let head = serde_json::to_vec(&header).map_err(EnvelopeError::Header)?;
        let plaintext = zeroize::Zeroizing::new(serde_json::to_vec(payload).map_err(EnvelopeError::Payload)?);
        // Nobody here can look inside later, so what couldn't be read again (a number that isn't one) shows now.
        serde_json::from_slice::<Header>(&head).map_err(EnvelopeError::Header)?;
        serde_json::from_slice::<Payload>(&plaintext).map_err(EnvelopeError::Payload)?;
        let (encapped, ciphertext) = programme.seal(HPKE_INFO, &head, &plaintext)?;
        if head.len() > MAX_HEADER || ciphertext.len() > MAX_CIPHERTEXT {
            return Err(EnvelopeError::Length);
        }
        let signature = signer.sign(&signed_message(&head, &encapped, &ciphertext));

        let mut bytes = Vec::with_capacity(MAGIC.len() + head.len() + ciphertext.len() + 104);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(head.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&head);
        let header_end = bytes.len();
        bytes.extend_from_slice(&encapped);
        bytes.extend_from_slice(&(ciphertext.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&ciphertext);
        bytes.extend_from_slice(&signature);
        Ok(Self { bytes, header, header_end })
    }

    /// Reads the layout and the header. Nothing is verified yet: [`Self::verify`] and the chain do that.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, EnvelopeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(EnvelopeError::NotAnEnvelope)?;
        let (head, rest) = take_counted(rest, MAX_HEADER)?;
        let rest = rest.get(32..).ok_or(EnvelopeError::Length)?;
        let (_, signature) = take_counted(rest, MAX_CIPHERTEXT)?;
        if signature.len() != 64 {
            return Err(EnvelopeError::Length);
        }
        let header: Header = serde_json::from_slice(head).map_err(EnvelopeError::Header)?;
        if header.version != 1 {
            return Err(EnvelopeError::Version(header.version));
        }
        let header_end = MAGIC.len() + 4 + head.len();
        Ok(Self { bytes, header, header_end })
    }

    /// The bytes to keep and send.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What can be read without the key.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The SHA-256 that the next envelope links to.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// Whether this handset signed it.
    pub fn verify(&self, handset: &VerifyingKey) -> Result<(), KeyError> {
        let (head, encapped, ciphertext, signature) = self.parts();
        handset.verify(&signed_message(head, encapped, ciphertext), signature)
    }

    /// Opens the record with the programme's key, and checks that header and record agree.
    pub fn open(&self, programme: &ProgrammeKey) -> Result<Payload, EnvelopeError> {
        if self.header.programme_key != programme.public().id() {
            return Err(EnvelopeError::OtherKey(self.header.programme_key.clone()));
        }
        let (head, encapped, ciphertext, _) = self.parts();
        let plaintext = programme.open(HPKE_INFO, head, encapped, ciphertext)?;
        let payload = serde_json::from_slice(&plaintext).map_err(EnvelopeError::Payload)?;
        check_agreement(&self.header, &payload)?;
        Ok(payload)
    }

    fn parts(&self) -> (&[u8], &[u8; 32], &[u8], &[u8]) {
        let head = &self.bytes[MAGIC.len() + 4..self.header_end];
        let (encapped, rest) =
            self.bytes[self.header_end..].split_first_chunk().expect("`parse` and `seal` laid it out");
        let (ciphertext, signature) = rest[4..].split_at(rest.len() - 4 - 64);
        (head, encapped, ciphertext, signature)
    }
}

fn take_counted(bytes: &[u8], most: usize) -> Result<(&[u8], &[u8]), EnvelopeError> {
    let (count, rest) = bytes.split_first_chunk::<4>().ok_or(EnvelopeError::Length)?;
    let count = u32::from_be_bytes(*count) as usize;
    if count > most {
        return Err(EnvelopeError::Length);
    }
    rest.split_at_checked(count).ok_or(EnvelopeError::Length)
}

fn signed_message(head: &[u8], encapped: &[u8; 32], ciphertext: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(SIGNATURE_DOMAIN.len() + 4 + head.len() + 32);
    message.extend_from_slice(SIGNATURE_DOMAIN);
    message.extend_from_slice(&(head.len() as u32).to_be_bytes());
    message.extend_from_slice(head);
    message.extend_from_slice(Digest::of_parts(&[encapped, ciphertext]).as_bytes());
    message
}

fn check_agreement(header: &Header, payload: &Payload) -> Result<(), EnvelopeError> {
    if header.kind != payload.record.kind() {
        return Err(EnvelopeError::Disagree("the kind"));
    }
    let named = header.blobs.iter().map(|blob| (blob.role, blob.sha256));
    if !named.eq(payload.blob_keys.iter().map(|key| (key.role, key.sha256))) {
        return Err(EnvelopeError::Disagree("the photos"));
    }
    let twice = |(i, blob): (usize, &BlobRef)| header.blobs[..i].iter().any(|earlier| earlier.sha256 == blob.sha256);
    if header.blobs.iter().enumerate().any(twice) {
        return Err(EnvelopeError::Disagree("the photos: one is named twice"));
    }
    if let Record::Exception(it) = &payload.record {
        check_exception(it, !header.blobs.is_empty())?;
    }
    let complete = payload.record.required_blobs().all(|role| header.blobs.iter().any(|blob| blob.role == role));
    if complete { Ok(()) } else { Err(EnvelopeError::Disagree("the photos this record requires")) }
}
/// A proxy and a refusal are for a supervisor to pay, and who refused to be photographed wasn't.
fn check_exception(it: &Exception, photographed: bool) -> Result<(), EnvelopeError> {
    if (it.proxy.is_some() || it.refusal.is_some()) && it.paid.is_some() && it.approval.is_none() {
        return Err(EnvelopeError::Disagree(
            "what is paid: nothing to a proxy, or without a photo, that no supervisor approved",
        ));
    }
    let seen = photographed || it.face_match.is_some() || it.liveness.is_some() || it.proxy.is_some();
    if it.refusal.is_some() && seen {
        return Err(EnvelopeError::Disagree("the photos: there is none of somebody who refused"));
    }
    Ok(())
}
