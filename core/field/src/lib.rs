//! The officer's day on the handset: provisioned, unlocked, visit after visit, synced.
//!
//! Responsible for what a handset keeps and when it may pay: the vault, the encrypted store, the visit's rules, the
//! commit that never loses an acknowledged record, and sync. It leaves pixels to `saksi-face` and formats and proofs to
//! `saksi-records`. [`Handset`] is the way in.
#![forbid(unsafe_code)]

mod address;
mod adopt;
mod attempts;
mod audit;
mod backoff;
mod begin;
pub mod camera;
pub mod capture;
mod card;
mod cash;
mod client;
mod code;
mod commit;
mod day;
pub mod document;
mod error;
pub mod face_capture;
mod file_vault;
mod files;
mod handset;
pub mod history;
mod idle;
mod interrupted;
mod nearest;
mod note;
mod officers;
mod outbox;
mod own_face;
mod pages;
pub mod pin;
mod platform;
mod portraits;
mod practice;
mod programme;
mod progress;
mod proxies;
mod receipt;
mod recognise;
mod retention;
mod roster;
mod route;
mod seal;
mod search;
mod slots;
mod space;
mod statement_capture;
pub mod step;
mod store;
mod sync;
pub mod text;
mod tour;
mod unlock;
mod vault;
pub mod visit;

pub use card::{Card, Due, Notice};
pub use cash::{CashError, CashState};
pub use client::NetworkError;
pub use code::{CodeError, CodePurpose};
pub use day::Summary;
pub use error::FieldError;
pub use face_capture::{CapturedFace, FaceCapture};
pub use file_vault::FileVault;
pub use handset::{Handset, OutboxCounts, Platform};
pub use interrupted::{Interrupted, RESUMABLE};
pub use officers::{Officer, OfficerState};
pub use outbox::{Filed, Outbox, OutboxError, Shelf};
pub use platform::{Clock, ClockReading, HostClock, Location, Nowhere};
pub use programme::Programme;
pub use progress::{Progress, Standing};
pub use receipt::ReceiptQr;
pub use roster::{Roster, RosterError};
pub use route::Stop;
pub use space::{ROOM_FOR_A_VISIT, Space};
pub use statement_capture::StatementCapture;
pub use store::StoreError;
pub use sync::{SyncListener, SyncProgress, SyncReport};
pub use vault::{KeyVault, VaultError};
pub use visit::{Draft, Visit, VisitError, VisitSort};
