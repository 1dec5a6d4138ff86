//! The officer's day on the handset: provisioned, unlocked, visit after visit, synced.
//!
//! Responsible for what a handset keeps and when it may pay: the vault, the encrypted store, the visit's rules, the
//! commit that never loses an acknowledged record, and sync. It leaves pixels to `saksi-face` and formats and proofs to
//! `saksi-records`. [`Handset`] is the way in.
#![forbid(unsafe_code)]

pub mod capture;
mod day;
mod disk;
mod error;
mod evidence;
mod handset;
pub mod keys;
mod roster;
mod route;
mod store;
mod sync;
pub mod text;
pub mod visit;

pub use capture::{CapturedFace, FaceCapture, StatementCapture};
pub use day::card::{Card, Due, Notice};
pub use day::cash::{CashError, CashState};
pub use day::progress::{Progress, Standing};
pub use day::receipt::Summary;
pub use day::receipt_qr::ReceiptQr;
pub use disk::crash_points;
pub use disk::platform::{Clock, ClockReading, HostClock, Location, Nowhere};
pub use disk::room::{ROOM_FOR_A_VISIT, Space};
pub use error::FieldError;
pub use evidence::archive::{Filed, Outbox, OutboxError, Shelf};
pub use evidence::proof;
pub use handset::observer::{Change, Observer};
pub use handset::officers::{Officer, OfficerState};
pub use handset::quarantine::{Exported, Quarantined};
pub use handset::sync::SyncReport;
pub use handset::{Handset, OutboxCounts, Platform};
pub use keys::code::{CodeError, CodePurpose};
pub use keys::file_vault::FileVault;
pub use keys::vault::{KeyVault, VaultError};
pub use roster::list::{Roster, RosterError};
pub use route::walk::Stop;
pub use store::StoreError;
pub use sync::cancel::Cancel;
pub use sync::client::NetworkError;
pub use sync::delivery::{Outcome, Reason, RecordReport};
pub use sync::programme::Programme;
pub use sync::progress::{SyncListener, SyncProgress};
pub use visit::interrupted::Interrupted;
pub use visit::{Draft, RESUMABLE, Visit, VisitError, VisitId, VisitSort};
