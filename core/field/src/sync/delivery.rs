//! The delivery of one sync: of each record its photos, then its envelope, until the server's receipt is on disk. One record
//! that can't be delivered is left behind with its reason, and the next goes.

use std::fs::{self, File};
use std::io;
use std::time::{Duration, Instant};

use saksi_records::wire::{Problem, ProblemCode};
use saksi_records::{BlobRef, Envelope, RecordId};
use serde::Serialize;

use crate::disk::files::{remove_durably, write_durably};
use crate::evidence::archive::{Filed, Outbox, OutboxError};
use crate::sync::backoff::Backoff;
use crate::sync::client::{Caller, Client, NetworkError};
use crate::sync::progress::{SyncListener, SyncProgress};

/// After so many records in a row that the network took, the others aren't tried.
const LOST_IN_A_ROW: u32 = 3;
/// How many bytes of a photo go into one request, and so are sent again at most when a link breaks: fewer on a slow one.
const FIRST_PIECE: u64 = 8 * 1024;
const SMALLEST_PIECE: u64 = 4 * 1024;
const LARGEST_PIECE: u64 = 64 * 1024;
/// A piece that took less time may be larger,
const QUICK: Duration = Duration::from_secs(2);
/// and one that took more must be smaller.
const SLOW: Duration = Duration::from_secs(6);

/// What became of one record in a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RecordReport {
    /// The record.
    pub record: RecordId,
    /// Its place in the chain of the handset that wrote it, from 1.
    pub seq: u64,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "reason")]
pub enum Outcome {
    /// The server has it, by its signature.
    Sent,
    /// The server refused it for good, or it is damaged here: it is in quarantine.
    Quarantined(Reason),
    /// It waits for the next sync.
    Left(Reason),
}

/// Why a record stays for the next sync.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The way to the server, or the server.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The sealed files.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

impl From<io::Error> for DeliveryError {
    fn from(error: io::Error) -> Self {
        Self::Outbox(error.into())
    }
}

/// Why a record wasn't sent. The names are for programs and stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

impl Reason {
    fn of(error: &DeliveryError) -> Self {
        match error {
            DeliveryError::Network(error) => Self::of_network(error),
            DeliveryError::Outbox(OutboxError::Damaged { .. }) => Self::Damaged,
            DeliveryError::Outbox(OutboxError::Io(_)) => Self::Disk,
        }
    }

    fn of_network(error: &NetworkError) -> Self {
        match error {
            NetworkError::Offline(_) => Self::Offline,
            NetworkError::NotOurServer(_) => Self::NotOurServer,
            NetworkError::Refused(problem, _) => Self::of_problem(problem.error),
            NetworkError::Ticket(_) => Self::Unauthorized,
            NetworkError::Blob(_) => Self::Disk,
            NetworkError::Cancelled => Self::Cancelled,
        }
    }

    fn of_problem(code: ProblemCode) -> Self {
        match code {
            ProblemCode::Unauthorized | ProblemCode::ClockSkew | ProblemCode::TicketRefused => Self::Unauthorized,
            ProblemCode::BlobsMissing => Self::BlobsMissing,
            ProblemCode::Conflict => Self::Conflict,
            ProblemCode::Rejected => Self::Rejected,
            ProblemCode::TooLarge => Self::TooLarge,
            ProblemCode::NotFound | ProblemCode::BadRequest => Self::Refused,
            ProblemCode::Internal => Self::ServerFault,
        }
    }

    /// Whether the link or what answers at its end is to blame, and not the record.
    fn is_of_the_link(self) -> bool {
        matches!(self, Self::Offline | Self::NotOurServer)
    }

    /// Whether every other record would meet the same.
    fn is_of_all(self) -> bool {
        matches!(self, Self::Unauthorized | Self::Cancelled)
    }
}

/// Delivers what waits, each record by itself. An error where nothing more can be sent.
pub(crate) fn deliver<'a>(
    client: &Client,
    caller: &dyn Fn() -> Caller<'a>,
    listener: &dyn SyncListener,
    waiting: Vec<(Outbox, Filed)>,
    records: &mut Vec<RecordReport>,
) -> Result<(), DeliveryError> {
    let progress = SyncProgress { records_done: 0, records_total: waiting.len() as u64, bytes_sent: 0 };
    let mut delivery = Delivery { client, caller, listener, progress, piece: FIRST_PIECE, patient: true };
    listener.progress(progress);
    let mut lost_in_a_row = 0;
    for (outbox, filed) in waiting {
        let sent = delivery.record(&outbox, &filed);
        let outcome = sent.as_ref().map_or_else(|error| Outcome::Left(Reason::of(error)), |outcome| *outcome);
        records.push(RecordReport { record: filed.record, seq: filed.seq, outcome });
        delivery.progress.records_done += u64::from(!matches!(outcome, Outcome::Left(_)));
        listener.progress(delivery.progress);
        let (Err(error), Outcome::Left(reason)) = (sent, outcome) else {
            (lost_in_a_row, delivery.patient) = (0, true);
            continue;
        };
        tracing::warn!(record = %filed.record, %error, "a record is left for the next sync");
        lost_in_a_row = if reason.is_of_the_link() { lost_in_a_row + 1 } else { 0 };
        delivery.patient = false;
        if reason.is_of_all() || lost_in_a_row == LOST_IN_A_ROW || client.is_given_up() {
            return Err(error);
        }
    }
    Ok(())
}

struct Delivery<'a, 'c> {
    client: &'a Client,
    caller: &'a dyn Fn() -> Caller<'c>,
    listener: &'a dyn SyncListener,
    progress: SyncProgress,
    piece: u64,
    /// The record before went well.
    patient: bool,
}

impl Delivery<'_, '_> {
    fn record(&mut self, outbox: &Outbox, filed: &Filed) -> Result<Outcome, DeliveryError> {
        let envelope = match outbox.read(filed) {
            Err(OutboxError::Damaged { reason, .. }) => {
                return self.set_aside_damaged(outbox, filed, format!("damaged on the handset: {reason}"));
            }
            read => read?,
        };
        // The server may have the photos of a record already that are damaged here.
        let damaged = outbox.damaged_photo(&envelope)?;
        let photos = if damaged { Ok(()) } else { self.photos(outbox, &envelope) };
        let sent = photos.and_then(|()| self.envelope(&envelope)).or_else(|error| match error {
            // The server has lost a photo that it said it had, or never had it.
            NetworkError::Refused(problem, _) if problem.error == ProblemCode::BlobsMissing && !damaged => {
                for blob in &envelope.header().blobs {
                    remove_durably(&outbox.upload_path(&blob.sha256)).map_err(NetworkError::Blob)?;
                }
                self.photos(outbox, &envelope)?;
                self.envelope(&envelope)
            }
            error => Err(error),
        });
        match sent {
            Ok(receipt) => {
                outbox.settle(filed, &envelope, &receipt)?;
                Ok(Outcome::Sent)
            }
            Err(NetworkError::Refused(problem, _)) if damaged && problem.error == ProblemCode::BlobsMissing => {
                self.set_aside_damaged(outbox, filed, "a sealed photo is damaged or missing on the handset".into())
            }
            Err(NetworkError::Refused(problem, _)) if problem.error.is_final() => {
                outbox.quarantine(filed, &problem)?;
                Ok(Outcome::Quarantined(Reason::of_problem(problem.error)))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn set_aside_damaged(&self, outbox: &Outbox, filed: &Filed, message: String) -> Result<Outcome, DeliveryError> {
        let (error, time) = (ProblemCode::Rejected, (self.caller)().now);
        outbox.quarantine(filed, &Problem { error, message, time, blobs: Vec::new(), signed: None })?;
        Ok(Outcome::Quarantined(Reason::Damaged))
    }

    fn envelope(&self, envelope: &Envelope) -> Result<String, NetworkError> {
        self.client.patiently(self.pauses(), || self.client.envelope(&(self.caller)(), envelope))
    }

    fn photos(&mut self, outbox: &Outbox, envelope: &Envelope) -> Result<(), NetworkError> {
        envelope.header().blobs.iter().try_for_each(|blob| self.photo(outbox, blob))
    }

    /// Sends a photo from where the last attempt got to.
    fn photo(&mut self, outbox: &Outbox, blob: &BlobRef) -> Result<(), NetworkError> {
        let mut file = File::open(outbox.blob_path(&blob.sha256)).map_err(NetworkError::Blob)?;
        let (mut upload, mut offset) = self.upload(outbox, blob)?;
        let mut pauses = self.pauses();
        while offset < blob.bytes {
            let begun = Instant::now();
            match self.client.upload_piece(&(self.caller)(), &upload, &mut file, (offset, self.piece)) {
                Ok(reached) => {
                    self.moved(offset, reached);
                    offset = reached;
                    pauses = self.pauses();
                    self.fit_piece(begun.elapsed());
                }
                Err(error) => {
                    if !(error.is_passing() || is_of_the_upload(&error)) {
                        return Err(error);
                    }
                    self.piece = (self.piece / 2).max(SMALLEST_PIECE);
                    self.client.pause(pauses.next().ok_or(error)?)?;
                    // Part of the piece may have arrived; or the upload is gone, and begins anew.
                    let (again, reached) = self.upload(outbox, blob)?;
                    if again == upload && reached > offset {
                        self.moved(offset, reached);
                        pauses = self.pauses();
                    }
                    (upload, offset) = (again, reached);
                }
            }
        }
        Ok(())
    }

    /// A photo's upload and how far it is: the one that was begun, where the server still knows it.
    fn upload(&self, outbox: &Outbox, blob: &BlobRef) -> Result<(String, u64), NetworkError> {
        let offset =
            |upload: &str| self.client.patiently(self.pauses(), || self.client.upload_offset(&(self.caller)(), upload));
        let marker = outbox.upload_path(&blob.sha256);
        if let Ok(begun) = fs::read_to_string(&marker)
            && let Some(reached) = offset(&begun)?
        {
            return Ok((begun, reached));
        }
        let create = || self.client.create_upload(&(self.caller)(), &blob.sha256, blob.bytes);
        let upload = self.client.patiently(self.pauses(), create)?;
        if let Err(error) = write_durably(&marker, upload.as_bytes()) {
            // Only a convenience, for which a full disk may lack the room: who posts again gets the same upload.
            tracing::warn!(%error, "the address of an upload isn't kept");
        }
        // The server may have this photo already.
        let reached = offset(&upload)?.unwrap_or(0);
        Ok((upload, reached))
    }

    fn moved(&mut self, from: u64, to: u64) {
        self.progress.bytes_sent += to - from;
        self.listener.progress(self.progress);
    }

    fn fit_piece(&mut self, took: Duration) {
        if took < QUICK {
            self.piece = (self.piece * 2).min(LARGEST_PIECE);
        } else if took > SLOW {
            self.piece = (self.piece / 2).max(SMALLEST_PIECE);
        }
    }

    /// What failed for one record may fail for the next: it isn't waited for as long again.
    fn pauses(&self) -> Backoff {
        if self.patient { Backoff::new() } else { Backoff::short() }
    }
}

/// Whether an upload is gone, stands elsewhere, or came to other bytes than announced (`docs/protocol.md`).
fn is_of_the_upload(error: &NetworkError) -> bool {
    matches!(error, NetworkError::Refused(_, 404 | 409 | 410 | 460))
}
