//! The UniFFI surface of Saksi: what the apps see of a handset, in Kotlin, Swift and Python.
//!
//! Nothing is decided here: every body hands on to `saksi-field`. Objects have identity, records are data, ids are text
//! that is checked where it crosses, amounts are whole rupiah, and every time is in milliseconds since 1970 (UTC). Calls
//! block; the apps wrap them in coroutines and tasks. Pictures (JPEG or PNG) and camera frames are borrowed, not copied.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

mod aside;
mod capture;
mod clock;
mod engine;
mod error;
mod handset;
mod history;
mod log;
mod observer;
mod officers;
mod platform;
mod quarantine;
mod scan;
mod sync;
mod types;
mod visit;

pub use capture::{
    Alive, CaptureStep, CapturedFace, CapturedStatement, FaceCapture, FrameLayout, PixelFormat, StatementCapture,
};
pub use engine::FaceEngine;
pub use error::{
    CaptureFault, CashFault, HandsetFault, NetworkFault, PinFault, RosterFault, SaksiError, StorageFault, Told,
    VisitFault,
};
pub use handset::Handset;
pub use history::{HistoryReport, verify_history};
pub use log::{LogLevel, LogListener, set_log};
pub use observer::Observer;
pub use platform::{Clock, ClockReading, Fix, KeyVault, Location, Platform, PlatformError, SyncListener};
pub use quarantine::{ExportedRecord, Quarantined};
pub use scan::{Found, ScanSession};
pub use sync::{Cancel, RecordOutcome, RecordReport, SyncReport};
pub use types::{HandsetInfo, ListedBeneficiary};
pub use visit::{Likeness, Recognition, Visit};

/// Wipes what is freed: names, faces and photos pass through many buffers, of libraries too, before they are dropped.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

/// The version of this library.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

uniffi::setup_scaffolding!("saksi");
