//! What happens to the handset is written down in its audit log.

use crate::error::FieldError;
use crate::evidence::audit_log::AUDIT_HEAD;
use crate::handset::Handset;
use crate::store::{Changes, Store, Table};
use saksi_records::audit::Event;
use saksi_records::{ChainHead, OfficerId};

impl Handset {
    /// Writes something down in the audit log that the handset doesn't see of itself. Works while locked.
    pub fn log(&self, event: Event) -> Result<ChainHead, FieldError> {
        Ok(self.audit.write(event, self.time(), &self.programme(), &self.transport_key()?)?)
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
}
