//! What was written down: records, receipts, cash, and how much is sent.

use jiff::Timestamp;
use saksi_field::{CashState, OutboxCounts, Reason, ReceiptQr, Space, Summary, SyncProgress, VisitId};
use saksi_records::record::NotServedReason;
use saksi_records::{BeneficiaryId, Kind, RecordId, RoundId, Rupiah};

use crate::error::SaksiError;

/// The kind of a record.
#[uniffi::remote(Enum)]
pub enum Kind {
    /// The beneficiary was recognised and paid.
    InPerson,
    /// A proxy collected.
    Proxy,
    /// The face couldn't be matched.
    Exception,
    /// Nobody was paid.
    NotServed,
    /// The beneficiary withdrew consent.
    ConsentWithdrawn,
    /// A face was taken down for the first time.
    Enrolment,
    /// Cash was received, returned or counted.
    Cash,
}

/// Why a record wasn't sent.
#[uniffi::remote(Enum)]
pub enum Reason {
    /// No connection, or it broke.
    Offline,
    /// Something answered that isn't the programme's server.
    NotOurServer,
    /// The server failed on it.
    ServerFault,
    /// The server doesn't take this handset's requests at all.
    Unauthorized,
    /// The server says that photos are missing, also after they were sent.
    BlobsMissing,
    /// The server doesn't take the request, for a reason that may pass.
    Refused,
    /// The server has a record with this id and other bytes.
    Conflict,
    /// The server will never take it.
    Rejected,
    /// It is larger than the server takes.
    TooLarge,
    /// The envelope or a photo isn't what it was when it was sealed.
    Damaged,
    /// A file can't be read or written.
    Disk,
    /// Whoever started the sync ended it.
    Cancelled,
}

/// One record, as its officer may see it again; also the receipt to show when it is committed.
#[uniffi::remote(Record)]
pub struct Summary {
    /// The record.
    pub record: RecordId,
    /// Its place in this handset's chain.
    pub seq: u64,
    /// Its kind.
    pub kind: Kind,
    /// For whom; nothing of a record that isn't about a beneficiary.
    pub beneficiary: Option<BeneficiaryId>,
    /// For which round.
    pub round: RoundId,
    /// What was paid, if anything was, in rupiah.
    pub amount: Option<Rupiah>,
    /// Why nobody was paid, in a record that says so.
    pub not_served: Option<NotServedReason>,
    /// When.
    pub at: Timestamp,
    /// The visit that led to it, where one did.
    pub visit: Option<VisitId>,
    /// The code on the receipt, by which the office finds the record; `receiptQr` draws it.
    pub code: String,
}

/// A QR code as its modules.
#[uniffi::remote(Record)]
pub struct ReceiptQr {
    /// Modules a side, without the quiet zone of four that must be left around it.
    pub side: u32,
    /// Whether a module is dark, row by row.
    pub dark: Vec<bool>,
}

/// The QR code of a receipt's code, to be shown on the screen.
#[uniffi::export]
pub fn receipt_qr(code: &str) -> Result<ReceiptQr, SaksiError> {
    Ok(ReceiptQr::of(&code.parse().map_err(SaksiError::invalid)?))
}

/// An officer's account of a round on this handset, since it was last closed.
#[uniffi::remote(Record)]
pub struct CashState {
    /// What was received, in rupiah.
    pub received: Rupiah,
    /// How many records paid.
    pub payments: u64,
    /// What they paid, in rupiah.
    pub paid: Rupiah,
    /// What was returned, in rupiah.
    pub returned: Rupiah,
    /// What was received and is neither paid nor returned, in rupiah; negative: too much was.
    pub difference: i64,
}

/// How many records are on each shelf.
#[uniffi::remote(Record)]
pub struct OutboxCounts {
    /// Waiting to be sent.
    pub waiting: u64,
    /// The server has them.
    pub sent: u64,
    /// Refused by the server.
    pub quarantined: u64,
}

/// How much of the disk a handset takes.
#[uniffi::remote(Record)]
pub struct Space {
    /// Bytes of all files.
    pub disk_bytes: u64,
    /// Bytes that are needed; `Handset.tidy` gives back the others.
    pub live_bytes: u64,
}

/// How far a sync is.
#[uniffi::remote(Record)]
pub struct SyncProgress {
    /// Records sent or set aside in this sync.
    pub records_done: u64,
    /// Records that waited when it began.
    pub records_total: u64,
    /// Bytes of photos sent in this sync.
    pub bytes_sent: u64,
}
