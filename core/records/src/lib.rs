//! What Saksi writes down, and how it is proven.
//!
//! Responsible for the types of the programme (beneficiaries, rounds, records), for sealing them so that only the
//! programme can read them, for signing and chaining them so that tampering shows, and for the messages that handset
//! and server exchange. It does no I/O: bytes in, bytes out. Storage and network belong to the crates above.
#![forbid(unsafe_code)]

pub mod audit;
pub mod blob;
pub mod cash;
pub mod chain;
pub mod clock;
pub mod coordinates;
pub mod document;
pub mod envelope;
pub mod id;
pub mod jws;
pub mod keys;
pub mod money;
pub mod nik;
pub mod nonce;
mod number;
pub mod phone;
pub mod portrait;
pub mod receipt;
pub mod record;
pub mod recovery;
pub mod roster;
pub mod roster_file;
pub mod template;
pub mod ticket;
pub mod time;
pub mod wire;

pub use blob::{BlobKey, SealedBlob};
pub use chain::{ChainError, ChainHead};
pub use coordinates::Coordinates;
pub use envelope::{BlobRef, BlobRole, Envelope, EnvelopeError, Header, Kind};
pub use id::{BeneficiaryId, CodeId, Digest, HandsetId, KeyId, OfficerId, RecordId, RecoveryId, RoundId};
pub use keys::{HandsetKey, ProgrammeKey, ProgrammePublicKey, VerifyingKey};
pub use money::Rupiah;
pub use nik::Nik;
pub use nonce::Nonce;
pub use phone::Phone;
pub use portrait::{Portrait, PortraitError};
pub use receipt::{ReceiptCode, ReceiptKey};
pub use record::{Payload, Record};
pub use recovery::{CodeAction, Deposit, RecoverySecret, UnlockCode};
pub use roster::{Beneficiary, Entitlement, Round};
pub use saksi_liveness as liveness;
pub use template::FaceTemplate;
pub use ticket::{Authority, Ticket};
pub use time::TimeEvidence;
