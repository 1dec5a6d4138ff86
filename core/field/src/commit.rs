//! The one way in which anything is written down: sealed, linked, signed, and on disk before it counts.

use std::thread;

use saksi_face::PageHash;
use saksi_records::audit::Event;
use saksi_records::record::Payload;
use saksi_records::{BlobRole, ChainHead, Envelope, Header, Kind, Record, RecordId, SealedBlob, TimeEvidence};

use crate::cash::Movement;
use crate::day::Summary;
use crate::error::FieldError;
use crate::face_capture;
use crate::handset::{CHAIN_HEAD, Handset, Session, lock};
use crate::note::Note;
use crate::outbox::{Outbox, Staged};
use crate::portraits::{self, Arrived};
use crate::programme::Programme;
use crate::roster::Roster;
use crate::step::Step;
use crate::store::Table;
use crate::visit::{Draft, Photo, VisitError};

impl Handset {
    /// Seals, links and signs a complete visit, and returns when it is on disk for good. On an error nothing may be
    /// paid out. Where the handset is locked then, it can't be known whether the record was written, and [`Self::day`] tells
    /// after the next unlock.
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
        let sealed = session.seal(&self.outbox, &programme, created, record, (&photos, page.as_ref()))?;
        let Sealed { staged, head, note, record } = sealed;
        Step::Staged.reached();
        let delta = session.roster.after(&note.summary);
        let mut changes = Roster::changes(&delta);
        changes.put(Table::Meta, CHAIN_HEAD, &head);
        changes.extend(note.changes());
        if record.liveness().is_some() {
            face_capture::forget_begun(&mut changes);
        }
        let interrupted = session.ended_by(&record, &mut changes)?;

        // Whose consent is withdrawn is never seen again, even if the record then can't be written.
        session.portraits.follow(&delta, Arrived::new())?;
        if let Err(error) = staged.publish() {
            // Whether the name reached the disk can't be known here; the next unlock finds it, or undoes the record.
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
        if let Some(ended) = interrupted {
            self.done_with(&ended);
        }
        let known = session.store.take(&changes);
        Step::Known.reached();
        if let Err(error) = known {
            // The record is acknowledged. The next unlock tells the store of it, from the note.
            tracing::warn!(%error, "the store can't follow what was committed; the handset is locked");
            *guard = None;
        }
        if summary.kind == Kind::Exception {
            drop(guard);
            self.log_anyway(Event::Overridden { record: summary.record });
        }
        Ok(summary)
    }
}

/// A record that is on disk, and doesn't count yet.
struct Sealed {
    staged: Staged,
    head: ChainHead,
    note: Note,
    record: Record,
}

impl Session {
    /// Seals, links and signs, while photos and note are on their way to the disk already.
    fn seal(
        &self,
        outbox: &Outbox,
        programme: &Programme,
        created: TimeEvidence,
        record: Record,
        (photos, page): (&[(BlobRole, Photo)], Option<&PageHash>),
    ) -> Result<Sealed, FieldError> {
        let office = &programme.status.programme_key;
        thread::scope(|scope| {
            let (mut blobs, mut keys, mut staging) = (Vec::new(), Vec::new(), Vec::new());
            for (role, photo) in photos {
                let blob = SealedBlob::seal(*role, photo.jpeg());
                blobs.push(blob.reference());
                keys.push(blob.key.clone());
                staging.push(outbox.stage_photo(scope, blob));
            }
            let header = Header {
                version: 1,
                record: RecordId::new(),
                handset: programme.handset,
                seq: self.head.seq + 1,
                prev: self.head.digest,
                programme_key: office.id(),
                kind: record.kind(),
                created,
                blobs,
            };
            let payload = Payload::new(record, keys);
            let summary = Summary::of(&header, &payload);
            let proxy = self.proxies.of(&payload.record, summary.at);
            let note = Note::new(summary, page, proxy, Movement::of(&payload.record));
            staging.push(outbox.stage_note(scope, header.record, note.seal(&self.notes)));
            let envelope = Envelope::seal(header, &payload, office, &self.signing)?;
            Step::Sealed.reached();
            let staged = outbox.stage(&envelope, staging)?;
            let head = ChainHead { seq: note.summary.seq, digest: envelope.digest() };
            let record = payload.record;
            Ok(Sealed { staged, head, note, record })
        })
    }

    /// Two visits to one beneficiary may be under way at once; only the first to be committed is.
    fn refuse_if_paid(&self, draft: &Draft) -> Result<(), VisitError> {
        let marked = draft.record.visit().and_then(|visit| self.roster.paid(&visit.round, &visit.beneficiary));
        match marked {
            Some(mark) if draft.record.paid().is_some() => Err(VisitError::AlreadyPaid(mark.clone())),
            _ => Ok(()),
        }
    }
}
