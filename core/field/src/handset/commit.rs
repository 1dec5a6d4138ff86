//! The one way in which anything is written down: judged, sealed, linked, signed, and on disk before it counts.

use std::thread;

use saksi_face::PageHash;
use saksi_records::audit::Event;
use saksi_records::record::{Fix, Payload};
use saksi_records::{ChainHead, Envelope, Header, Kind, Record, RecordId, SealedBlob, TimeEvidence};

use super::{CHAIN_HEAD, Handset, Session};
use crate::capture::face;
use crate::day::cash::Movement;
use crate::day::note::Note;
use crate::day::receipt::Summary;
use crate::disk::crash_points::CrashPoint;
use crate::disk::mutex::Turn;
use crate::disk::rule_clock::RuleTime;
use crate::error::FieldError;
use crate::evidence::archive::{Outbox, Staged};
use crate::roster::portraits::Arrived;
use crate::store::Table;
use crate::sync::programme::Programme;
use crate::visit::paid_faces::PaidFace;
use crate::visit::{Draft, RESUMABLE, Visit, VisitError, VisitId, first_photo};

impl Handset {
    /// Judges a complete visit by what is known now, seals, links and signs it, and returns when it is on disk for good.
    /// Only then may anything be paid out. The same visit again gives the same receipt.
    ///
    /// On [`FieldError::OutcomeUnknown`] the disk failed in the very moment at which a record counts, and the handset locked
    /// itself: after the next unlock, committing the resumed visit, or [`Self::written`], tells. On any other error nothing
    /// was written.
    pub fn commit(&self, visit: &Visit) -> Result<Summary, FieldError> {
        let (programme, now) = (self.programme(), self.rule_time());
        let mut turn = self.session()?;
        let session = self.in_use(&mut turn)?;
        if let Some(written) = session.written.get(&visit.id()) {
            return Ok(written.clone());
        }
        let draft = self.judged(session, &programme, visit, &now)?;
        let written = self.write(turn, &programme, &now, draft)?;
        self.tell_outbox();
        Ok(written)
    }

    /// What a visit led to, if it was written down on this handset and is still remembered.
    pub fn written(&self, visit: VisitId) -> Result<Option<Summary>, FieldError> {
        self.with_session(|session| Ok(session.written.get(&visit).cloned()))
    }

    /// Writes down what is complete at once. Nothing comes between what is known and what is written.
    pub(super) fn write_at_once(
        &self,
        draft: impl FnOnce(&Session, Option<Fix>) -> Result<Draft, FieldError>,
    ) -> Result<Summary, FieldError> {
        self.require_room()?;
        let (programme, now, place) = (self.programme(), self.rule_time(), self.place());
        let mut turn = self.session()?;
        let draft = draft(self.in_use(&mut turn)?, place)?;
        let written = self.write(turn, &programme, &now, draft)?;
        self.tell_outbox();
        Ok(written)
    }

    /// The gate: the record that a visit ends in, if all that it needs holds now.
    fn judged(
        &self,
        session: &Session,
        programme: &Programme,
        visit: &Visit,
        now: &RuleTime,
    ) -> Result<Draft, FieldError> {
        session.still_open(visit)?;
        if now.since(&visit.begun().at).is_none_or(|age| age > RESUMABLE) {
            return Err(VisitError::TooOld.into());
        }
        let policy = &programme.status.policy;
        let today = self.today(session, policy, visit.round(), visit.beneficiary())?;
        let mut draft = visit.judged_by(today)?.finish()?;
        if draft.record.paid().is_some() && !session.unknown.is_empty() {
            return Err(VisitError::SyncFirst.into());
        }
        first_photo::add_portrait(&mut draft, &self.engine, policy);
        Ok(draft)
    }

    fn write(
        &self,
        mut turn: Turn<'_, Option<Session>>,
        programme: &Programme,
        now: &RuleTime,
        draft: Draft,
    ) -> Result<Summary, FieldError> {
        let created = programme.time(self.platform.clock.now());
        let session = turn.as_mut().ok_or(FieldError::Locked)?;
        let sealed = session.seal(&self.outbox, programme, (created, now), draft)?;
        let Sealed { staged, head, note, record } = sealed;
        CrashPoint::Staged.reached();
        let delta = note.summary.changes_to(&session.roster);
        let mut changes = session.roster.changes(&delta);
        changes.put(Table::Meta, CHAIN_HEAD, &head);
        changes.extend(note.changes());
        if record.liveness().is_some() {
            face::forget_begun(&mut changes);
        }
        if let (Record::ConsentWithdrawn(_), Some(id)) = (&record, &note.summary.beneficiary) {
            PaidFace::forget_of(&session.store, id, &mut changes)?;
        }
        let ended = session.ended_by(note.summary.visit, &record, &mut changes)?;

        // Whose consent is withdrawn is never seen again, even if the record then can't be written.
        session.portraits.follow(&delta, Arrived::new())?;
        if let Err(error) = staged.publish() {
            // Whether the name reached the disk can't be known here; the next unlock finds it, or undoes the record.
            tracing::error!(%error, "it isn't known whether a record was written; the handset is locked");
            self.close(&mut turn);
            return Err(FieldError::OutcomeUnknown { record: note.summary.record });
        }
        CrashPoint::Kept.reached();
        session.head = head;
        session.roster.take(delta);
        let Note { summary, proxy, .. } = note;
        if let Some(proxy) = proxy {
            session.proxies.add(proxy);
        }
        if let Some(visit) = summary.visit {
            session.written.insert(visit, summary.clone());
        }
        let known = session.store.take(&changes);
        if known.is_ok() {
            session.remove_unnamed(&self.interrupted_folder(), &ended);
        }
        CrashPoint::Known.reached();
        if let Err(error) = known {
            // The record is acknowledged. The next unlock tells the store of it, from the note.
            tracing::warn!(%error, "the store can't follow what was committed; the handset is locked");
            self.close(&mut turn);
        }
        if summary.kind == Kind::Exception {
            drop(turn);
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
        (created, now): (TimeEvidence, &RuleTime),
        draft: Draft,
    ) -> Result<Sealed, FieldError> {
        let office = &programme.status.programme_key;
        let Draft { record, photos, page, face, visit } = draft;
        thread::scope(|scope| {
            let (mut blobs, mut keys, mut staging) = (Vec::new(), Vec::new(), Vec::new());
            for (role, photo) in &photos {
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
            let summary = Summary { visit, ..Summary::of(&header, &payload) };
            let note = self.note(summary, &payload.record, page.as_ref(), face.as_ref(), now);
            staging.push(outbox.stage_note(scope, header.record, note.seal(&self.notes)));
            let envelope = Envelope::seal(header, &payload, office, &self.signing)?;
            CrashPoint::Sealed.reached();
            let staged = outbox.stage(&envelope, staging)?;
            let head = ChainHead { seq: note.summary.seq, digest: envelope.digest() };
            let record = payload.record;
            Ok(Sealed { staged, head, note, record })
        })
    }

    /// What is remembered of a record. What is to be forgotten one day has the time by which things expire.
    fn note(
        &self,
        summary: Summary,
        record: &Record,
        page: Option<&PageHash>,
        face: Option<&saksi_face::Template>,
        now: &RuleTime,
    ) -> Note {
        let at = now.latest();
        let face = face.zip(summary.beneficiary.as_ref()).map(|(face, id)| PaidFace::new(at, &summary.round, id, face));
        Note {
            page: page.map(ToString::to_string),
            proxy: self.proxies.of(record, at),
            face,
            cash: Movement::of(record),
            stamped: Some(at),
            summary,
        }
    }
}
