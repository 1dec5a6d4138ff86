//! Sync: photos up, then envelopes; roster and the server's word down. Nothing is marked as sent without the server's
//! signature, nothing that it refuses blocks what comes next, and nothing is ever dropped.

use std::fs::{self, File};
use std::thread;
use std::time::Duration;

use saksi_records::audit::Event;
use saksi_records::wire::{HandsetState, Problem, ProblemCode, RosterPage};
use saksi_records::{BlobRef, Envelope};
use serde::Serialize;

use crate::disk::files::{remove_durably, write_durably};
use crate::disk::mutex::lock;
use crate::error::FieldError;
use crate::evidence::archive::{Filed, Outbox, OutboxError, Shelf};
use crate::handset::observer::Change;
use crate::handset::{Handset, Session};
use crate::sync::backoff::Backoff;
use crate::sync::client::{Caller, Client, NetworkError};

/// Is told how a sync goes. An implementation MUST return at once and MUST NOT call back into the handset.
pub trait SyncListener: Send + Sync {
    /// Something moved on.
    fn progress(&self, progress: SyncProgress);
}

/// How far a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SyncProgress {
    /// Records sent or set aside in this sync.
    pub records_done: u64,
    /// Records that waited when it began.
    pub records_total: u64,
    /// Bytes of photos sent in this sync.
    pub bytes_sent: u64,
}

/// What a sync did.
#[derive(Debug, Default)]
pub struct SyncReport {
    /// Records that the server has, by its signature.
    pub sent: u64,
    /// Records that it refused for good.
    pub quarantined: u64,
    /// Records that still wait.
    pub waiting: u64,
    /// Changes to the roster that were taken in.
    pub roster_changes: u64,
    /// Why it ended early, if it did. All that was done before stands.
    pub stopped: Option<FieldError>,
}

impl Handset {
    /// Syncs once. Works while locked too, except for the roster.
    pub fn sync(&self, listener: &dyn SyncListener) -> SyncReport {
        let _one_at_a_time = lock(&self.syncing);
        let mut report = SyncReport::default();
        report.stopped = self.run_sync(listener, &mut report).err();
        report.waiting = self.outbox_counts().map_or(0, |counts| counts.waiting);
        if report.sent + report.quarantined > 0 {
            self.tell_outbox();
        }
        report
    }

    fn run_sync(&self, listener: &dyn SyncListener, report: &mut SyncReport) -> Result<(), FieldError> {
        let programme = self.programme();
        let client = Client::new(&programme.server, &programme.ca, &programme.server_key)?;
        let key = self.transport_key()?;
        let caller = || Caller { handset: programme.handset, key: &key, now: self.time().best() };

        self.hear(patiently(|| client.status(&caller()))?)?;
        self.deposit_recovery(&client, &caller());
        let mut waiting = Vec::new();
        for outbox in self.outboxes()? {
            waiting.extend(outbox.list(Shelf::Outbox)?.into_iter().map(|filed| (outbox.clone(), filed)));
        }
        let mut progress = SyncProgress { records_done: 0, records_total: waiting.len() as u64, bytes_sent: 0 };
        listener.progress(progress);
        for (outbox, filed) in waiting {
            let mut moved = |bytes| {
                progress.bytes_sent += bytes;
                listener.progress(progress);
            };
            match self.send(&client, &caller, &outbox, &filed, &mut moved)? {
                Outcome::Sent => report.sent += 1,
                Outcome::Quarantined => report.quarantined += 1,
            }
            progress.records_done += 1;
            listener.progress(progress);
        }
        if self.programme().status.state == HandsetState::Active && !self.is_locked() {
            report.roster_changes = self.fetch_roster(&client, &caller)?;
            if let Err(error) = self.forget_sent() {
                tracing::warn!(%error, "what is to be forgotten waits for the next sync");
            }
            // What a roster replaced takes room, and after a sync there is a moment's time.
            if let Err(error) = self.tidy() {
                tracing::warn!(%error, "the store wasn't compacted");
            }
        }
        Ok(())
    }

    /// Gives the server the recovery secret that it doesn't have yet. Where that fails, what is sealed is sent all the
    /// same, and the secret before this one is as good until the next sync.
    fn deposit_recovery(&self, client: &Client, caller: &Caller) {
        let Ok(Some(new)) = self.vault.to_deposit(&*self.platform.keystore) else { return };
        let done = patiently(|| client.deposit(caller, &new)).map_err(FieldError::from);
        if let Err(error) = done.and_then(|status| self.hear(status)) {
            tracing::warn!(%error, "the recovery secret waits for the next sync");
        }
    }

    fn send<'a>(
        &self,
        client: &Client,
        caller: &impl Fn() -> Caller<'a>,
        outbox: &Outbox,
        filed: &Filed,
        moved: &mut dyn FnMut(u64),
    ) -> Result<Outcome, FieldError> {
        let envelope = match outbox.read(filed) {
            Err(OutboxError::Damaged { reason, .. }) => {
                return set_aside(outbox, filed, &self.own_problem(format!("damaged on the handset: {reason}")));
            }
            read => read?,
        };
        // A photo that can't be sent must not block the next record. The server may have it already.
        let damaged = outbox.damaged_photo(&envelope)?;
        let photos = if damaged { Ok(()) } else { send_all(client, caller, outbox, &envelope, moved) };
        let result = photos.and_then(|()| {
            patiently(|| client.envelope(&caller(), &envelope)).or_else(|error| match error {
                // The server has lost a photo that it said it had, or never had it.
                NetworkError::Refused(problem, _) if problem.error == ProblemCode::BlobsMissing && !damaged => {
                    for blob in &envelope.header().blobs {
                        remove_durably(&outbox.upload_path(&blob.sha256)).map_err(NetworkError::Blob)?;
                    }
                    send_all(client, caller, outbox, &envelope, moved)?;
                    patiently(|| client.envelope(&caller(), &envelope))
                }
                error => Err(error),
            })
        });
        match result {
            Ok(receipt) => {
                outbox.settle(filed, &envelope, &receipt)?;
                Ok(Outcome::Sent)
            }
            Err(NetworkError::Refused(problem, _)) if damaged && problem.error == ProblemCode::BlobsMissing => {
                set_aside(
                    outbox,
                    filed,
                    &self.own_problem("a sealed photo is damaged or missing on the handset".into()),
                )
            }
            Err(NetworkError::Refused(problem, _)) if problem.error.is_final() => set_aside(outbox, filed, &problem),
            Err(error) => Err(error.into()),
        }
    }

    fn fetch_roster<'a>(&self, client: &Client, caller: &impl Fn() -> Caller<'a>) -> Result<u64, FieldError> {
        let (mut changes, mut pages) = (0, 0);
        self.with_session_unused(Session::go_back_for_portraits)?;
        loop {
            let cursor = self.with_session_unused(|session| Ok(session.roster_cursor()?))?;
            let delta = patiently(|| client.roster(&caller(), cursor))?;
            let (next, more) = (delta.cursor, delta.more);
            changes += (delta.rounds.len()
                + delta.beneficiaries.len()
                + delta.entitlements.len()
                + delta.removed.len()
                + delta.paid.len()
                + delta.approvals.len()) as u64;
            let folder = self.interrupted_folder();
            self.with_session_unused(|session| session.apply_roster(delta, Some(next), &folder))?;
            self.tell(Change::Roster);
            pages += 1;
            // A server that says "more" without moving on would keep us here for ever. After the last page of this sync
            // the next one goes on.
            if !more || next <= cursor || pages == RosterPage::MOST_A_SYNC {
                if changes > 0 {
                    self.log(Event::RosterApplied { cursor: next, changes })?;
                }
                self.learn_who_was_paid()?;
                return Ok(changes);
            }
        }
    }

    /// The roster has come whole: of records that the server has by now, it says whom they paid.
    fn learn_who_was_paid(&self) -> Result<(), FieldError> {
        let waiting = self.outbox.list(Shelf::Outbox)?;
        self.with_session_unused(|session| {
            session.unknown.retain(|record| waiting.iter().any(|filed| filed.record == *record));
            Ok(())
        })
    }

    fn own_problem(&self, message: String) -> Problem {
        Problem { error: ProblemCode::Rejected, message, time: self.time().best(), blobs: Vec::new(), signed: None }
    }
}

fn send_all<'a>(
    client: &Client,
    caller: &impl Fn() -> Caller<'a>,
    outbox: &Outbox,
    envelope: &Envelope,
    moved: &mut dyn FnMut(u64),
) -> Result<(), NetworkError> {
    envelope.header().blobs.iter().try_for_each(|blob| send_blob(client, caller, outbox, blob, moved))
}

/// Sends a photo from where the last attempt got to.
fn send_blob<'a>(
    client: &Client,
    caller: &impl Fn() -> Caller<'a>,
    outbox: &Outbox,
    blob: &BlobRef,
    moved: &mut dyn FnMut(u64),
) -> Result<(), NetworkError> {
    let mut file = File::open(outbox.blob_path(&blob.sha256)).map_err(NetworkError::Blob)?;
    let marker = outbox.upload_path(&blob.sha256);
    let begun = match fs::read_to_string(&marker) {
        Ok(upload) => patiently(|| client.upload_offset(&caller(), &upload))?.map(|offset| (upload, offset)),
        Err(_) => None,
    };
    let (upload, mut offset) = if let Some(begun) = begun {
        begun
    } else {
        let upload = patiently(|| client.create_upload(&caller(), &blob.sha256, blob.bytes))?;
        write_durably(&marker, upload.as_bytes()).map_err(NetworkError::Blob)?;
        // The server may have this photo already.
        let offset = patiently(|| client.upload_offset(&caller(), &upload))?.unwrap_or(0);
        (upload, offset)
    };
    let mut backoff = Backoff::new();
    while offset < blob.bytes {
        match client.upload_piece(&caller(), &upload, &mut file, offset) {
            Ok(reached) => {
                moved(reached - offset);
                offset = reached;
                backoff = Backoff::new();
            }
            Err(error) if error.is_passing() => {
                thread::sleep(backoff.next().ok_or(error)?);
                // Part of the piece may have arrived.
                offset = patiently(|| client.upload_offset(&caller(), &upload))?.unwrap_or(0);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn set_aside(outbox: &Outbox, filed: &Filed, problem: &Problem) -> Result<Outcome, FieldError> {
    outbox.quarantine(filed, problem)?;
    Ok(Outcome::Quarantined)
}

enum Outcome {
    Sent,
    Quarantined,
}

/// Tries again a few times where that may help.
fn patiently<T>(request: impl Fn() -> Result<T, NetworkError>) -> Result<T, NetworkError> {
    let mut backoff = Backoff::new();
    loop {
        match request() {
            Err(error) if error.is_passing() => {
                let pause: Duration = backoff.next().ok_or(error)?;
                thread::sleep(pause);
            }
            result => return result,
        }
    }
}
