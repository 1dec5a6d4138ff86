//! One handset: provisioned once, unlocked in the morning, and then visit after visit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use saksi_face::{Engine, ModelId, Passive};
use saksi_records::audit::{By, Event};
use saksi_records::jws::{self, typ};
use saksi_records::keys::HandsetKey;
use saksi_records::record::{NotServedReason, Payload};
use saksi_records::wire::{HandsetState, HandsetStatus, Policy, Registration, RosterDelta, Ticket};
use saksi_records::{
    BeneficiaryId, BlobRef, ChainHead, CodeId, Entitlement, Envelope, Header, Kind, OfficerId, RecordId, Round,
    RoundId, SealedBlob, TimeEvidence, roster_file,
};
use zeroize::Zeroizing;

use crate::adopt;
use crate::audit::AuditLog;
use crate::cash::Movement;
use crate::client::{Client, NetworkError};
use crate::day::Summary;
use crate::error::FieldError;
use crate::face_capture::{self, CapturedFace};
use crate::note::Note;
use crate::outbox::{Outbox, Shelf};
use crate::own_face::OwnFace;
use crate::platform::{Clock, ClockReading, Location};
use crate::programme::Programme;
use crate::proxies::SeenProxies;
use crate::roster::Roster;
use crate::step::Step;
use crate::store::{Store, StoreError, Table};
use crate::vault::{KeyVault, Vault, VaultError};
use crate::visit::{Draft, Entitled, Setting, Visit, VisitError};

const TICKET_VERSION: u32 = 1;
pub(crate) const CHAIN_HEAD: &str = "chain head";
pub(crate) const ROSTER_CURSOR: &str = "roster cursor";

/// What the handset's hardware does for it.
#[derive(Clone)]
pub struct Platform {
    /// Its keystore.
    pub keystore: Arc<dyn KeyVault>,
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// Its position.
    pub location: Arc<dyn Location>,
}

/// One handset. All methods take `&self` and may be called from any thread; a commit excludes all others.
pub struct Handset {
    pub(crate) dir: PathBuf,
    pub(crate) platform: Platform,
    pub(crate) engine: Arc<Engine>,
    pub(crate) passive: Option<Arc<Passive>>,
    pub(crate) vault: Vault,
    pub(crate) outbox: Outbox,
    pub(crate) audit: AuditLog,
    programme: Mutex<Programme>,
    pub(crate) session: Mutex<Option<Session>>,
    /// One sync at a time.
    pub(crate) syncing: Mutex<()>,
    /// Unlock codes that the server gave. Never written down: each holds a secret.
    pub(crate) codes: Mutex<Vec<String>>,
}

/// What exists only while unlocked.
pub(crate) struct Session {
    pub(crate) officer: OfficerId,
    pub(crate) signing: HandsetKey,
    /// Seals the notes beside envelopes.
    pub(crate) notes: Zeroizing<[u8; 32]>,
    /// Seals a visit that is under way.
    pub(crate) visit_key: Zeroizing<[u8; 32]>,
    pub(crate) store: Store,
    pub(crate) roster: Roster,
    pub(crate) proxies: SeenProxies,
    pub(crate) head: ChainHead,
    /// When it was last used.
    pub(crate) used: ClockReading,
    /// The code by which the officer was let in.
    pub(crate) admitted_by: Option<CodeId>,
    pub(crate) own_face: Option<OwnFace>,
}

impl Handset {
    /// Registers a new handset with a supervisor's ticket, and sets the first officer's PIN. Needs a connection. May be
    /// repeated with the same ticket, officer and PIN where the answer got lost. In the folder of a handset whose keys were
    /// lost or destroyed it makes a new one, which carries what the old one had sealed.
    pub fn provision(
        dir: &Path,
        platform: Platform,
        engine: Arc<Engine>,
        ticket: &Ticket,
        label: &str,
        officer: &OfficerId,
        pin: &str,
    ) -> Result<Self, FieldError> {
        std::fs::create_dir_all(dir)?;
        adopt::finish(dir)?;
        if ticket.saksi != TICKET_VERSION {
            return Err(NetworkError::Ticket(format!("version {} is not known here", ticket.saksi)).into());
        }
        let client = Client::new(&ticket.server, &ticket.ca, &ticket.server_key)?;
        let keystore = &*platform.keystore;
        let home = adopt::home_of_new_keys(dir, keystore)?;
        let vault = Vault::at(&home);
        let (root, transport) = if vault.standings(keystore).is_ok() {
            (vault.root(keystore, &platform.clock.now(), officer, pin)?, vault.transport(keystore)?)
        } else {
            vault.create(keystore, officer, pin, &ticket.programme_key)?
        };
        let signing = root.signing_key();
        let registration = Registration {
            token: ticket.token.clone(),
            signing_key: signing.verifying_key(),
            transport_key: transport.verifying_key(),
            label: label.to_owned(),
            officer: officer.clone(),
            recovery: vault.to_deposit(keystore)?.ok_or(VaultError::CannotUnwrap)?.deposit,
        };
        let registered = client.register(jws::sign(&signing, typ::REGISTRATION, &registration))?;
        vault.acknowledge(keystore, registration.recovery.id)?;
        Programme::new(ticket, label, registered, &platform.clock.now()).save(&home, keystore)?;
        adopt::finish(dir)?;
        let handset = Self::open(dir, platform, engine)?;
        handset.log(Event::Provisioned)?;
        handset.log_adopted()?;
        Ok(handset)
    }

    /// Opens a provisioned handset. It is locked.
    pub fn open(dir: &Path, platform: Platform, engine: Arc<Engine>) -> Result<Self, FieldError> {
        adopt::finish(dir)?;
        let programme = Programme::load(dir, &*platform.keystore)?.ok_or(FieldError::NotProvisioned)?;
        Ok(Self {
            dir: dir.to_owned(),
            vault: Vault::at(dir),
            outbox: Outbox::open(&dir.join("records"))?,
            audit: AuditLog::at(dir),
            platform,
            engine,
            passive: None,
            programme: Mutex::new(programme),
            session: Mutex::new(None),
            syncing: Mutex::new(()),
            codes: Mutex::new(Vec::new()),
        })
    }

    /// The same handset with the models that tell a face's texture from a picture's, where they are there.
    #[must_use]
    pub fn with_passive(self, passive: Option<Arc<Passive>>) -> Self {
        Self { passive, ..self }
    }

    /// What is known of the programme.
    pub fn programme(&self) -> Programme {
        lock(&self.programme).clone()
    }

    /// What the programme wants, as last heard.
    pub fn policy(&self) -> Policy {
        self.programme().status.policy
    }

    /// Reads the roster.
    pub fn with_roster<T>(&self, read: impl FnOnce(&Roster) -> T) -> Result<T, FieldError> {
        self.with_session(|session| Ok(read(&session.roster)))
    }

    /// Imports a roster file for a round: all of it, or nothing.
    pub fn import_roster(&self, round: Round, file: impl std::io::Read) -> Result<usize, FieldError> {
        let rows = roster_file::read(file)?;
        let count = rows.len();
        let entitlements = rows.iter().map(|row| Entitlement {
            beneficiary: row.beneficiary.id.clone(),
            round: round.id.clone(),
            amount: row.amount,
        });
        let entitlements = entitlements.collect();
        let beneficiaries = rows.into_iter().map(|row| row.beneficiary).collect();
        let (round, rounds) = (round.id.clone(), vec![round]);
        let delta = RosterDelta { rounds, beneficiaries, entitlements, ..RosterDelta::default() };
        let rows = count as u64;
        self.with_session(|session| session.apply_roster(delta, None))?;
        self.log(Event::RosterImported { round, rows })?;
        Ok(count)
    }

    /// Starts a visit at which the beneficiary stands there.
    pub fn visit_in_person(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| Ok(Visit::in_person(setting, session.entitled(round, id)?)))
    }

    /// Starts a visit at which a proxy stands there.
    pub fn visit_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| {
            Ok(Visit::by_proxy(setting, session.entitled(round, id)?, self.proxy_check(session)))
        })
    }

    /// Starts a visit at which the beneficiary stands there, and the face can't be matched. It pays where the
    /// programme's policy lets an officer, or a supervisor approved an earlier exception of this round.
    pub fn visit_exceptional(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        let pays = self.policy().exceptions_pay;
        self.begin(round, |setting, session| Ok(Visit::exceptional(setting, session.entitled(round, id)?, pays)))
    }

    /// Starts a visit at which a proxy stands there who can't be cleared. It pays nothing: a supervisor looks.
    pub fn visit_exceptional_by_proxy(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| {
            Ok(Visit::exceptional_by_proxy(setting, session.entitled(round, id)?, self.proxy_check(session)))
        })
    }

    /// Starts a visit that takes down the face of a beneficiary of whom the roster has none.
    pub fn visit_enrolment(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Visit, FieldError> {
        self.begin(round, |setting, session| Ok(Visit::enrolment(setting, session.known(round, id)?)?))
    }

    /// Writes down that a beneficiary withdraws consent, and forgets the face on this handset.
    pub fn consent_withdrawn(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Summary, FieldError> {
        self.commit(self.begin(round, |setting, session| {
            let known = session.known(round, id)?;
            Ok(Visit::consent_withdrawn(setting, known.beneficiary))
        })?)
    }

    /// Writes down that nobody could be paid.
    pub fn not_served(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
    ) -> Result<Summary, FieldError> {
        self.write_not_served(round, id, reason, None)
    }

    /// Writes down that nobody could be paid, after a capture that came to nothing; [`NotServedReason::CaptureGivenUp`]
    /// is a reason only here.
    pub fn not_served_after(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
        capture: &CapturedFace,
    ) -> Result<Summary, FieldError> {
        self.write_not_served(round, id, reason, Some(capture))
    }

    /// Seals, links and signs a complete visit, and returns when it is on disk for good. On an error nothing may be
    /// paid out. Only after [`FieldError::Store`] it can't be known whether the record was written: the handset is
    /// locked, and [`Self::day`] tells after the next unlock.
    pub fn commit(&self, draft: Draft) -> Result<Summary, FieldError> {
        let programme = self.programme();
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

    /// What was written down on this handset, in order.
    pub fn day(&self) -> Result<Vec<Summary>, FieldError> {
        self.with_session(|session| {
            Ok(session.store.all(Table::Day)?.into_iter().map(|(_, summary)| summary).collect())
        })
    }

    /// How many records wait, are sent, and are in quarantine.
    pub fn outbox_counts(&self) -> Result<OutboxCounts, FieldError> {
        let outboxes = self.outboxes()?;
        let count = |shelf| {
            let count = |sum, outbox: &Outbox| Ok(sum + outbox.list(shelf)?.len() as u64);
            outboxes.iter().try_fold(0, count).map_err(|error: std::io::Error| FieldError::from(error))
        };
        Ok(OutboxCounts {
            waiting: count(Shelf::Outbox)?,
            sent: count(Shelf::Sent)?,
            quarantined: count(Shelf::Quarantine)?,
        })
    }

    /// The model whose templates can be searched.
    pub fn model(&self) -> &ModelId {
        self.engine.model()
    }

    /// The sealed records.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The clocks now, as a record would state them.
    pub fn time(&self) -> TimeEvidence {
        self.programme().time(self.platform.clock.now())
    }

    pub(crate) fn transport_key(&self) -> Result<HandsetKey, FieldError> {
        Ok(self.vault.transport(&*self.platform.keystore)?)
    }

    /// Takes in the server's word and does what it says. Locking and erasing come before anything else.
    pub(crate) fn hear(&self, mut status: HandsetStatus) -> Result<(), FieldError> {
        let state = status.state;
        let was_open = state != HandsetState::Active && lock(&self.session).take().is_some();
        let was_there = state == HandsetState::Erase && self.vault.erase()?;
        if was_open {
            self.log_anyway(Event::Locked { by: By::Programme });
        }
        if was_there {
            self.log_anyway(Event::Erased { by: By::Programme });
        }
        if self.vault.has_slots()
            && let Err(error) = self.hear_of_officers(&status)
        {
            // What is sealed is sent all the same.
            tracing::warn!(%error, "the key slots can't follow the server's word");
        }
        *lock(&self.codes) = std::mem::take(&mut status.codes);
        let mut programme = lock(&self.programme);
        programme.hear(status, &self.platform.clock.now());
        programme.save(&self.dir, &*self.platform.keystore)?;
        Ok(())
    }

    fn hear_of_officers(&self, status: &HandsetStatus) -> Result<(), VaultError> {
        if let Some(latest) = status.recovery {
            self.vault.acknowledge(&*self.platform.keystore, latest)?;
        }
        self.remove_unlisted(&status.officers)
    }

    /// Uses what is unlocked.
    pub(crate) fn with_session<T>(
        &self,
        act: impl FnOnce(&mut Session) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        act(self.in_use(&mut lock(&self.session))?)
    }

    /// The same for what the handset does of itself, which is no use and is not cut short.
    pub(crate) fn with_session_unused<T>(
        &self,
        act: impl FnOnce(&mut Session) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        act(lock(&self.session).as_mut().ok_or(FieldError::Locked)?)
    }

    pub(crate) fn store_dir(&self) -> PathBuf {
        self.dir.join("store")
    }

    fn write_not_served(
        &self,
        round: &RoundId,
        id: &BeneficiaryId,
        reason: NotServedReason,
        capture: Option<&CapturedFace>,
    ) -> Result<Summary, FieldError> {
        let liveness = capture.map(|capture| capture.liveness().clone());
        self.commit(self.begin(round, |setting, session| {
            let entitled = session.entitled(round, id)?;
            Ok(Visit::not_served(setting, entitled.beneficiary, reason, liveness)?)
        })?)
    }

    /// What every visit begins with: that there is room for it, and where, when and by whom it is.
    pub(crate) fn begin<T>(
        &self,
        round: &RoundId,
        start: impl FnOnce(Setting, &Session) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        self.require_room()?;
        let (place, liveness) = (self.platform.location.last_fix(), self.policy().liveness);
        self.with_session(|session| {
            start(Setting { round: round.clone(), officer: session.officer.clone(), place, liveness }, session)
        })
    }
}

/// How many records are on each shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct OutboxCounts {
    /// Waiting to be sent.
    pub waiting: u64,
    /// The server has them.
    pub sent: u64,
    /// Refused by the server.
    pub quarantined: u64,
}

impl Session {
    /// With the store that took its place.
    pub(crate) fn switch_store(self, dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { store: self.store.switch(dir)?, ..self })
    }

    /// Applies a roster delta: all of it, or nothing.
    pub(crate) fn apply_roster(&mut self, delta: RosterDelta, cursor: Option<u64>) -> Result<(), FieldError> {
        let mut changes = Roster::changes(&delta);
        if let Some(cursor) = cursor {
            changes.put(Table::Meta, ROSTER_CURSOR, &cursor);
        }
        self.store.apply(&changes)?;
        self.roster.take(delta);
        Ok(())
    }

    /// Somebody who is to be paid, and isn't yet.
    fn entitled(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Entitled, FieldError> {
        match self.roster.paid(round, id) {
            Some(mark) => Err(VisitError::AlreadyPaid(mark.clone()).into()),
            None => self.known(round, id),
        }
    }

    /// Somebody on the roster of a round, paid or not.
    fn known(&self, round: &RoundId, id: &BeneficiaryId) -> Result<Entitled, FieldError> {
        let amount = self.roster.entitlement(round, id)?;
        let beneficiary = self.roster.beneficiary(id)?;
        Ok(Entitled {
            beneficiary: id.clone(),
            nik: beneficiary.nik.clone(),
            template: self.roster.template(id)?,
            amount,
            approval: self.roster.approval(round, id).cloned(),
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

/// A panic in another thread leaves nothing half done that recovery wouldn't end, so a poisoned lock is taken over.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
