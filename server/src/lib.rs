//! The reference programme server: it admits handsets, gives them their roster, takes in sealed evidence with signed
//! receipts, and shows the office how the round goes.
//!
//! Responsible for everything that needs the programme's private key or all handsets' records at once. [`Server`] runs
//! it, inside any process; [`Programme`] is the data folder for those who administer it.

#![forbid(unsafe_code)]

mod api;
mod backup;
mod blobs;
mod chain;
mod clock;
mod codes;
mod config;
mod db;
mod error;
mod faces;
mod imports;
mod ingest;
mod keys;
mod metrics;
mod office;
mod passwords;
mod programme;
mod programme_keys;
mod proxies;
pub mod qr;
mod review;
mod server;
mod sheet;
mod tls;

pub use backup::Copied;
pub use blobs::MAX_BLOB;
pub use codes::CODE_HOURS;
pub use config::{Config, Limits};
pub use db::alerts::{Alert, Raised};
pub use db::board::{HandsetSummary, Summary};
pub use db::commits;
pub use db::roster::Imported;
pub use db::users::{Role, RoleError};
pub use error::{ServerError, told};
pub use imports::{Agreed, Preview};
pub use passwords::generate as generate_password;
pub use programme::{Programme, TICKET_HOURS};
pub use review::{LONGEST_REASON, ReviewError, Verdict};
pub use server::Server;
pub use sheet::{Bad, ColumnError, FileError, SheetError, Wrong};
