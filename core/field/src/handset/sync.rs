//! One sync: photos up, then envelopes; roster and the server's word down. Nothing is marked as sent without the server's
//! signature, nothing that it refuses blocks what comes next, and nothing is ever dropped.

use std::sync::{MutexGuard, TryLockError};
use std::thread;
use std::time::Duration;

use saksi_records::audit::Event;
use saksi_records::wire::{HandsetState, ProblemCode, RosterPage};

use crate::error::FieldError;
use crate::evidence::archive::{Filed, Outbox, Shelf};
use crate::handset::observer::Change;
use crate::handset::{Handset, Session};
use crate::sync::backoff::Backoff;
use crate::sync::cancel::Cancel;
use crate::sync::client::{Caller, Client, NetworkError};
use crate::sync::delivery::{Outcome, RecordReport, deliver};
use crate::sync::progress::SyncListener;

/// How often a sync that waits for another looks whether it is cancelled.
const LOOK: Duration = Duration::from_millis(20);

/// What a sync did.
#[derive(Debug, Default)]
pub struct SyncReport {
    /// Records that the server has, by its signature.
    pub sent: u64,
    /// Records that are in quarantine since.
    pub quarantined: u64,
    /// Records that still wait.
    pub waiting: u64,
    /// Each record that was tried, in the order in which they were.
    pub records: Vec<RecordReport>,
    /// Changes to the roster that were taken in.
    pub roster_changes: u64,
    /// Why the server's word isn't on this handset's disk, if it isn't. It is obeyed all the same, until a restart.
    pub not_kept: Option<FieldError>,
    /// Why it ended early, if it did. All that was done before stands.
    pub stopped: Option<FieldError>,
}

impl Handset {
    /// Syncs once. Works while locked too, except for the roster. A server that falls silent costs 20 seconds at most.
    pub fn sync(&self, listener: &dyn SyncListener) -> SyncReport {
        self.sync_until(listener, &Cancel::new())
    }

    /// The same, until it is cancelled. Waits for another sync of this handset that is under way.
    pub fn sync_until(&self, listener: &dyn SyncListener, cancel: &Cancel) -> SyncReport {
        let mut report = SyncReport::default();
        report.stopped = match self.turn(cancel) {
            Ok(_one_at_a_time) => self.run_sync(listener, cancel, &mut report).err(),
            Err(cancelled) => Some(cancelled.into()),
        };
        let count = |outcome: fn(&Outcome) -> bool| report.records.iter().filter(|it| outcome(&it.outcome)).count();
        (report.sent, report.quarantined) =
            (count(|it| matches!(it, Outcome::Sent)) as u64, count(|it| matches!(it, Outcome::Quarantined(_))) as u64);
        report.waiting = self.outbox_counts().map_or(0, |counts| counts.waiting);
        if report.sent + report.quarantined > 0 {
            self.tell_outbox();
        }
        report
    }

    fn turn(&self, cancel: &Cancel) -> Result<MutexGuard<'_, ()>, NetworkError> {
        loop {
            match self.syncing.try_lock() {
                Ok(turn) => return Ok(turn),
                Err(TryLockError::Poisoned(turn)) => return Ok(turn.into_inner()),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => return Err(NetworkError::Cancelled),
                Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
            }
        }
    }

    fn run_sync(
        &self,
        listener: &dyn SyncListener,
        cancel: &Cancel,
        report: &mut SyncReport,
    ) -> Result<(), FieldError> {
        let programme = self.programme();
        let client = Client::new(&programme.server, &programme.ca, &programme.server_key)?.until(cancel);
        let key = self.transport_key()?;
        let caller = || Caller { handset: programme.handset, key: &key, now: self.time().best() };

        let heard = match client.patiently(Backoff::new(), || client.status(&caller())) {
            Ok(status) => {
                self.hear(status)?;
                Ok(())
            }
            // A server that can't say this may take evidence all the same.
            Err(error) if is_server_fault(&error) => Err(error),
            Err(error) => return Err(error.into()),
        };
        // Where there is no room for the server's word, what is sent makes some.
        let kept = self.keep_word();
        self.deposit_recovery(&client, &caller());
        let delivered = deliver(&client, &caller, listener, self.all_waiting()?, &mut report.records);
        if kept.is_err() {
            report.not_kept = self.keep_word().err();
        }
        delivered?;
        heard?;
        if self.programme().status.state == HandsetState::Active && !self.is_locked() {
            // A store that has no room for its changes may be damaged by them.
            self.require_room()?;
            report.roster_changes = self.fetch_roster(&client, &caller)?;
            if let Err(error) = self.forget_sent() {
                tracing::warn!(%error, "what is to be forgotten waits for the next sync");
            }
            // What a roster replaced takes room, and after a sync there is a moment's time.
            if !cancel.is_cancelled()
                && let Err(error) = self.tidy()
            {
                tracing::warn!(%error, "the store wasn't compacted");
            }
        }
        Ok(())
    }

    /// Gives the server the recovery secret that it doesn't have yet. Where that fails, what is sealed is sent all the
    /// same, and the secret before this one is as good until the next sync.
    fn deposit_recovery(&self, client: &Client, caller: &Caller) {
        let Ok(Some(new)) = self.vault.to_deposit(&*self.platform.keystore) else { return };
        let done = client.patiently(Backoff::short(), || client.deposit(caller, &new)).map_err(FieldError::from);
        if let Err(error) = done.and_then(|status| self.hear(status)).and_then(|()| self.keep_word()) {
            tracing::warn!(%error, "the recovery secret waits for the next sync");
        }
    }

    /// What waits, also what handsets sealed whose folder this one took over.
    fn all_waiting(&self) -> Result<Vec<(Outbox, Filed)>, FieldError> {
        let mut waiting = Vec::new();
        for outbox in self.outboxes()? {
            waiting.extend(outbox.list(Shelf::Outbox)?.into_iter().map(|filed| (outbox.clone(), filed)));
        }
        Ok(waiting)
    }

    fn fetch_roster<'a>(&self, client: &Client, caller: &impl Fn() -> Caller<'a>) -> Result<u64, FieldError> {
        let (mut changes, mut pages) = (0, 0);
        self.with_session_unused(Session::go_back_for_portraits)?;
        loop {
            let cursor = self.with_session_unused(|session| Ok(session.roster_cursor()?))?;
            let delta = client.patiently(Backoff::new(), || client.roster(&caller(), cursor))?;
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
            let whole = !more || next <= cursor;
            if whole || pages == RosterPage::MOST_A_SYNC {
                if changes > 0 {
                    self.log(Event::RosterApplied { cursor: next, changes })?;
                }
                if whole {
                    self.learn_who_was_paid()?;
                }
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
}

fn is_server_fault(error: &NetworkError) -> bool {
    matches!(error, NetworkError::Refused(problem, _) if problem.error == ProblemCode::Internal)
}
