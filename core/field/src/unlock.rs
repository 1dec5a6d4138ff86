//! What unlocking does beside opening: it counts, writes down, and tells a store what it has forgotten.

use saksi_records::audit::{By, Event};
use saksi_records::keys::HandsetKey;
use saksi_records::wire::RosterDelta;
use saksi_records::{ChainHead, OfficerId};

use crate::day::Summary;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::history::Identity;
use crate::pin::PinError;
use crate::programme::Programme;
use crate::roster::Roster;
use crate::store::{Changes, Store, Table};
use crate::vault::{RootKey, VaultError};

const AUDIT_HEAD: &str = "audit head";

impl Handset {
    /// How many wrong PINs in a row are left before the root key is destroyed. Works while locked.
    pub fn pin_attempts_left(&self) -> Result<u32, FieldError> {
        Ok(self.vault.attempts_left(&*self.platform.keystore)?)
    }

    /// Writes something down in the audit log that the handset doesn't see of itself. Works while locked.
    pub fn log(&self, event: Event) -> Result<ChainHead, FieldError> {
        Ok(self.audit.write(event, self.time(), &self.programme(), &self.transport_key()?)?)
    }

    /// The root key; what goes wrong with the PIN is written down.
    pub(crate) fn root(&self, pin: &str) -> Result<RootKey, VaultError> {
        let keystore = &*self.platform.keystore;
        let was_there = self.vault.has_root();
        let root = self.vault.root(keystore, self.platform.clock.now(), pin);
        match &root {
            Err(VaultError::Pin(PinError::Wrong)) => {
                let left = self.vault.attempts_left(keystore).unwrap_or_default();
                self.log_anyway(Event::PinFailed { left });
            }
            Err(VaultError::Erased) if was_there => self.log_anyway(Event::Erased { by: By::WrongPins }),
            _ => {}
        }
        root
    }

    /// Writes down what must happen even where it can't be written down.
    pub(crate) fn log_anyway(&self, event: Event) {
        if let Err(error) = self.log(event) {
            tracing::warn!(%error, "an event is missing in the audit log");
        }
    }

    /// The store remembers the log's head at each unlock, so that a log that lost its end shows at the next.
    pub(crate) fn log_unlock(&self, store: &Store, officer: &OfficerId) -> Result<(), FieldError> {
        let known = store.get(Table::Meta, AUDIT_HEAD)?.unwrap_or(ChainHead::START);
        if !self.audit.has(&known)? {
            self.log(Event::LogCut { expected: known.seq })?;
        }
        let head = self.log(Event::Unlocked { officer: officer.clone() })?;
        let mut changes = Changes::default();
        changes.put(Table::Meta, AUDIT_HEAD, &head);
        Ok(store.apply(&changes)?)
    }

    pub(crate) fn identify_itself(&self, signing: &HandsetKey) -> Result<(), FieldError> {
        let Programme { handset, server_key, .. } = self.programme();
        let (signing_key, transport_key) = (signing.verifying_key(), self.transport_key()?.verifying_key());
        Ok(Identity { handset, signing_key, transport_key, server_key }.save(&self.dir)?)
    }

    /// Tells a store that was lost, or fell back in time, of the records it doesn't know: nobody is paid twice.
    pub(crate) fn remember(&self, store: &Store, roster: &mut Roster, notes: &[u8; 32]) -> Result<(), FieldError> {
        let mut changes = Changes::default();
        let mut paid = Vec::new();
        for filed in self.outbox.all()? {
            if Summary::is_kept(store, filed.seq, filed.record)? {
                continue;
            }
            let note = self.outbox.note(filed.record)?.unwrap_or_default();
            let Some(summary) = Summary::from_note(notes, filed.record, &note) else { continue };
            changes.put(Table::Day, summary.key(), &summary);
            paid.extend(summary.paid_mark());
        }
        if changes.is_empty() {
            return Ok(());
        }
        let delta = RosterDelta { paid, ..RosterDelta::default() };
        changes.extend(Roster::changes(&delta));
        store.apply(&changes)?;
        roster.take(delta);
        Ok(())
    }
}
