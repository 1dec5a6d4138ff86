//! The one way in which anything is written down: sealed, linked, signed, and on disk before it counts.

use saksi_records::audit::Event;
use saksi_records::record::Payload;
use saksi_records::{BlobRef, ChainHead, Envelope, Header, Kind, RecordId, SealedBlob};

use crate::cash::Movement;
use crate::day::Summary;
use crate::error::FieldError;
use crate::face_capture;
use crate::handset::{CHAIN_HEAD, Handset, Session, lock};
use crate::note::Note;
use crate::portraits::{self, Arrived};
use crate::roster::Roster;
use crate::step::Step;
use crate::store::Table;
use crate::visit::{Draft, VisitError};

impl Handset {
    /// Seals, links and signs a complete visit, and returns when it is on disk for good. On an error nothing may be
    /// paid out. Only after [`FieldError::Store`] it can't be known whether the record was written: the handset is
    /// locked, and [`Self::day`] tells after the next unlock.
    pub fn commit(&self, mut draft: Draft) -> Result<Summary, FieldError> {
        let programme = self.programme();
        portraits::add_to_first_photo(&mut draft, &self.engine, &programme.status.policy);
        let created = programme.time(self.platform.clock.now());
        let mut guard = lock(&self.session);
        let session = self.in_use(&mut guard)?;
        session.refuse_if_paid(&draft)?;

        let Draft { mut record, photos, page } = draft;
        self.proxy_check(session).count(&mut record)?;
        session.count_cash(&mut record)?;
        let blobs: Vec<SealedBlob> = photos.iter().map(|(role, photo)| SealedBlob::seal(*role, photo.jpeg())).collect();
        let header = Header {
            version: 1,
            record: RecordId::new(),
            handset: programme.handset,
            seq: session.head.seq + 1,
            prev: session.head.digest,
            programme_key: programme.status.programme_key.id(),
            kind: record.kind(),
            created,
            blobs: blobs.iter().map(SealedBlob::reference).collect::<Vec<BlobRef>>(),
        };
        let payload = Payload::new(record, blobs.iter().map(|blob| blob.key.clone()).collect());
        let envelope = Envelope::seal(header, &payload, &programme.status.programme_key, &session.signing)?;
        let summary = Summary::of(&envelope, &payload);

        let head = ChainHead { seq: summary.seq, digest: envelope.digest() };
        let delta = session.roster.after(&summary);
        let proxy = session.proxies.of(&payload.record, summary.at);
        let note = Note::new(summary, page.as_ref(), proxy, Movement::of(&payload.record));
        let mut changes = Roster::changes(&delta);
        changes.put(Table::Meta, CHAIN_HEAD, &head);
        changes.extend(note.changes());
        if payload.record.liveness().is_some() {
            face_capture::forget_begun(&mut changes);
        }
        let interrupted = session.ended_by(&payload.record, &mut changes)?;

        // Whose consent is withdrawn is never seen again, even if the record then can't be written.
        session.portraits.follow(&delta, Arrived::new())?;
        Step::Sealed.reached();
        let staged = self.outbox.stage(&envelope, &blobs, &note.seal(&session.notes))?;
        Step::Staged.reached();
        if let Err(error) = session.store.apply(&changes) {
            // Whether it reached the disk can't be known here: the next unlock finds out, and ends or undoes it.
            *guard = None;
            return Err(error.into());
        }
        Step::Kept.reached();
        session.head = head;
        session.roster.take(delta);
        let Note { summary, proxy, .. } = note;
        if let Some(proxy) = proxy {
            session.proxies.add(proxy);
        }
        if let Err(error) = self.outbox.publish(&staged) {
            // The record is acknowledged and on disk; the next unlock publishes it.
            tracing::warn!(%error, "a committed record waits for recovery");
        }
        if let Some(ended) = interrupted {
            self.done_with(&ended);
        }
        Step::Published.reached();
        if summary.kind == Kind::Exception {
            drop(guard);
            self.log_anyway(Event::Overridden { record: summary.record });
        }
        Ok(summary)
    }
}

impl Session {
    /// Two visits to one beneficiary may be under way at once; only the first to be committed is.
    fn refuse_if_paid(&self, draft: &Draft) -> Result<(), VisitError> {
        let marked = draft.record.visit().and_then(|visit| self.roster.paid(&visit.round, &visit.beneficiary));
        match marked {
            Some(mark) if draft.record.paid().is_some() => Err(VisitError::AlreadyPaid(mark.clone())),
            _ => Ok(()),
        }
    }
}
