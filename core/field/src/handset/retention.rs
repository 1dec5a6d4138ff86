//! Forgetting what the server has, when the programme's policy lets the handset.
//!
//! Only a record with the server's signed receipt is ever forgotten. Its age counts from the receipt to the time that the
//! server told last, so that the handset's clocks have no say. Envelopes go from the chain's beginning on, without gaps.

use crate::day::cash::Movement;
use crate::day::receipt::Summary;
use crate::disk::files::write_durably;
use crate::error::FieldError;
use crate::evidence::archive::{Filed, Shelf};
use crate::evidence::tail::Tail;
use crate::handset::Handset;
use crate::store::{Changes, Table};
use jiff::{SignedDuration, Timestamp};
use saksi_records::ChainHead;
use saksi_records::audit::Event;
use saksi_records::jws::{self, typ};
use saksi_records::wire::Receipt;
use std::io;

impl Handset {
    /// The end of the chain, as far as files show it.
    pub(crate) fn filed_head(&self) -> io::Result<ChainHead> {
        let programme = self.programme();
        let tail = Tail::of(&self.outbox, programme.handset, &programme.server_key)?.head();
        let last = self.outbox.chain_head()?;
        Ok(if last.seq > tail.seq { last } else { tail })
    }

    /// Forgets what the policy no longer wants to be kept. Called when the server has just told the time.
    pub(crate) fn forget_sent(&self) -> Result<(), FieldError> {
        let programme = self.programme();
        let (policy, now) = (programme.status.policy.retention, programme.status.time);
        let old = |received: Timestamp, days: u32| {
            days > 0 && now.duration_since(received) >= SignedDuration::from_hours(24 * i64::from(days))
        };
        let receipt = |filed: &Filed| -> io::Result<Option<Receipt>> {
            let text = self.outbox.receipt(filed)?.unwrap_or_default();
            let receipt = jws::verify::<Receipt>(&programme.server_key, typ::RECEIPT, text.trim()).ok();
            Ok(receipt.filter(|it| it.record == filed.record && it.handset == programme.handset && it.seq == filed.seq))
        };
        let filed = self.outbox.all()?;
        // What an officer's open account was counted from stays until it is closed.
        let open = self.with_session_unused(|session| Ok(Movement::of_open_accounts(&session.store)?))?;
        let closed = |filed: &Filed| !open.contains(&Summary::key_of(filed.seq));

        let mut forgotten = Vec::new();
        for filed in filed.iter().filter(|it| it.shelf == Shelf::Sent && closed(it) && self.outbox.has_note(it.record))
        {
            match receipt(filed)? {
                Some(receipt) if old(receipt.received, policy.summaries_days) => forgotten.push(filed),
                // What comes later is younger.
                Some(_) => break,
                None => {}
            }
        }
        let mut changes = Changes::default();
        for filed in &forgotten {
            changes.remove(Table::Day, Summary::key_of(filed.seq));
        }
        if !changes.is_empty() {
            self.with_session_unused(|session| Ok(session.store.apply(&changes)?))?;
        }
        self.outbox.remove_notes(forgotten.into_iter().map(|filed| filed.record))?;

        let tail = match Tail::of(&self.outbox, programme.handset, &programme.server_key)? {
            Tail::None => ChainHead::START,
            Tail::After(head) => head,
            // `audit verify` tells of it; nothing more is removed.
            Tail::Damaged => return Ok(()),
        };
        let (mut through, mut last) = (tail.seq, None);
        for filed in filed.iter().filter(|filed| filed.seq > tail.seq) {
            let removable = filed.seq == through + 1 && filed.shelf == Shelf::Sent && closed(filed);
            let receipt = if removable { receipt(filed)? } else { None };
            let Some(receipt) = receipt.filter(|it| old(it.received, policy.envelopes_days)) else { break };
            // The tail must be the link to the next, whatever the file has become.
            if self.outbox.read(filed).ok().map(|envelope| envelope.digest()) != Some(receipt.envelope) {
                break;
            }
            through = filed.seq;
            last = self.outbox.receipt(filed)?;
        }
        if let Some(receipt) = last {
            self.log(Event::Retained { through_seq: through })?;
            write_durably(&self.outbox.tail_path(), receipt.as_bytes())?;
        }
        // Also what a crash had left of an earlier removal.
        self.outbox.remove_sent(filed.iter().filter(|filed| filed.seq <= through))?;
        Ok(())
    }
}
