//! One handset: provisioned once, unlocked in the morning, and then visit after visit.

mod auto_lock;
mod captures;
mod card;
mod cash;
mod codes;
mod commit;
mod faces;
mod interrupted;
mod log;
pub(crate) mod observer;
mod officer_face;
pub(crate) mod officers;
mod practice;
mod progress;
pub(crate) mod quarantine;
mod retention;
mod route;
mod space;
pub(crate) mod sync;
pub(crate) mod take_over;
mod unlock;
mod visits;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use saksi_face::{Engine, LivenessModels, Manifest, ModelId};
use saksi_records::audit::{By, Event};
use saksi_records::jws::{self, typ};
use saksi_records::keys::HandsetKey;
use saksi_records::wire::{BeneficiaryPortrait, HandsetState, HandsetStatus, Policy, Registration, RosterDelta};
use saksi_records::{
    ChainHead, CodeId, Entitlement, Nonce, OfficerId, RecordId, Round, Ticket, TimeEvidence, roster_file,
};
use zeroize::Zeroizing;

use crate::day::receipt::Summary;
use crate::disk::files;
use crate::disk::folder::Folder;
use crate::disk::mutex::{Busy, Exclusive, Turn, lock};
use crate::disk::platform::{Clock, ClockReading, Location};
use crate::disk::rule_clock::{RuleClock, RuleTime};
use crate::error::FieldError;
use crate::evidence::archive::{Outbox, Shelf};
use crate::evidence::audit_log::AuditLog;
use crate::handset::observer::{Change, Observer};
use crate::keys::code::WaitingCode;
use crate::keys::vault::{KeyVault, Vault, VaultError};
use crate::roster::list::Roster;
use crate::roster::portraits::{self, Portraits};
use crate::store::{Changes, Store, StoreError, Table};
use crate::sync::authority;
use crate::sync::client::{Client, NetworkError};
use crate::sync::programme::Programme;
use crate::visit::interrupted::VisitKeys;
use crate::visit::officer_face::OwnFace;
use crate::visit::proxy_limit::SeenProxies;
use crate::visit::{SessionId, VisitId};

const TICKET_VERSION: u32 = 1;
pub(crate) const CHAIN_HEAD: &str = "chain head";
const ROSTER_CURSOR: &str = "roster cursor";
/// Where it was when portraits came for which there was no room.
const PORTRAITS_CURSOR: &str = "portraits cursor";

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
    _folder: Folder,
    pub(crate) platform: Platform,
    pub(crate) engine: Arc<Engine>,
    pub(crate) models: Arc<LivenessModels>,
    pub(crate) vault: Vault,
    pub(crate) outbox: Outbox,
    pub(crate) audit: AuditLog,
    programme: Mutex<Programme>,
    rule_clock: RuleClock,
    session: Exclusive<Option<Session>>,
    /// Whether there is a session, for whoever mustn't wait.
    open: AtomicBool,
    /// One sync at a time.
    pub(crate) syncing: Mutex<()>,
    /// Unlock codes that the server gave. Never written down.
    pub(crate) codes: Mutex<Vec<WaitingCode>>,
    pub(crate) observer: Mutex<Option<Arc<dyn Observer>>>,
}

/// What exists only while unlocked.
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) officer: OfficerId,
    pub(crate) signing: HandsetKey,
    /// Seals the notes beside envelopes.
    pub(crate) notes: Zeroizing<[u8; 32]>,
    /// Keep a visit that is under way.
    pub(crate) visit_keys: VisitKeys,
    pub(crate) store: Store,
    pub(crate) roster: Roster,
    pub(crate) portraits: Portraits,
    pub(crate) proxies: SeenProxies,
    pub(crate) head: ChainHead,
    /// When it was last used.
    pub(crate) used: ClockReading,
    /// The code by which the officer was let in.
    pub(crate) admitted_by: Option<CodeId>,
    pub(crate) own_face: Option<OwnFace>,
    /// What visits have led to, so that none is written down twice.
    pub(crate) written: HashMap<VisitId, Summary>,
    /// Records that wait and may have paid, of which store and note were lost: nobody can tell whom.
    pub(crate) unknown: Vec<RecordId>,
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
        files::private_folder(dir)?;
        let folder = Folder::claim(dir).or_else(|in_use| {
            // A handset that works needs no ticket, and that is worth more.
            let known = Programme::load(dir, &*platform.keystore)?;
            Err(if known.is_some() { FieldError::AlreadyProvisioned } else { in_use.into() })
        })?;
        take_over::finish(dir)?;
        if ticket.saksi != TICKET_VERSION {
            return Err(NetworkError::Ticket(format!("version {} is not known here", ticket.saksi)).into());
        }
        let ca = authority::certificate(ticket)?;
        let client = Client::new(&ticket.server, &ca, &ticket.server_key)?;
        let keystore = &*platform.keystore;
        let home = take_over::home_of_new_keys(dir, keystore)?;
        let vault = Vault::at(&home);
        let (root, transport) = if vault.slot_states(keystore).is_ok() {
            (vault.root(keystore, &platform.clock.now(), officer, pin)?, vault.transport(keystore)?)
        } else {
            vault.create(keystore, officer, pin, &ticket.programme_key)?
        };
        let signing = root.signing_key();
        let registration = Registration {
            token: ticket.token.clone(),
            nonce: Nonce::random(),
            signing_key: signing.verifying_key(),
            transport_key: transport.verifying_key(),
            label: label.to_owned(),
            officer: officer.clone(),
            recovery: vault.to_deposit(keystore)?.ok_or(VaultError::CannotUnwrap)?.deposit,
        };
        let registered = client.register(jws::sign(&signing, typ::REGISTRATION, &registration), registration.nonce)?;
        vault.acknowledge(keystore, registration.recovery.id)?;
        Programme::new(ticket, ca, label, registered, &platform.clock.now()).save(&home, keystore)?;
        take_over::finish(dir)?;
        let handset = Self::open_claimed(folder, dir, platform, engine)?;
        handset.log(Event::Provisioned)?;
        handset.log_adopted()?;
        Ok(handset)
    }

    /// Opens a provisioned handset. It is locked. Its folder is this object's until it is dropped.
    pub fn open(dir: &Path, platform: Platform, engine: Arc<Engine>) -> Result<Self, FieldError> {
        if !dir.exists() {
            return Err(FieldError::NotProvisioned);
        }
        let folder = Folder::claim(dir).or_else(|in_use| {
            // What is wrong with the keystore is worth more: waiting doesn't mend that.
            Programme::load(dir, &*platform.keystore)?;
            Err(FieldError::from(in_use))
        })?;
        Self::open_claimed(folder, dir, platform, engine)
    }

    fn open_claimed(folder: Folder, dir: &Path, platform: Platform, engine: Arc<Engine>) -> Result<Self, FieldError> {
        files::private_folders(dir)?;
        take_over::finish(dir)?;
        let programme = Programme::load(dir, &*platform.keystore)?.ok_or(FieldError::NotProvisioned)?;
        let handset = Self {
            dir: dir.to_owned(),
            _folder: folder,
            vault: Vault::at(dir),
            outbox: Outbox::open(&dir.join("records"))?,
            audit: AuditLog::at(dir),
            platform,
            engine,
            models: Arc::default(),
            programme: Mutex::new(programme),
            rule_clock: RuleClock::open(dir),
            session: Exclusive::new(None),
            open: AtomicBool::new(false),
            syncing: Mutex::new(()),
            codes: Mutex::new(Vec::new()),
            observer: Mutex::default(),
        };
        // What the phone was on for counts from its last run too.
        handset.rule_time();
        Ok(handset)
    }

    /// The same handset with the optional models that tell a living face.
    #[must_use]
    pub fn with_models(self, models: Arc<LivenessModels>) -> Self {
        Self { models, ..self }
    }

    /// The files of optional models that aren't there. The checks that need them aren't made, and records say so.
    pub fn missing_models(&self) -> Vec<String> {
        self.models.missing(&Manifest::bundled())
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
        let shown = self.policy().portraits;
        let portraits = rows.iter().filter_map(|row| {
            let jpeg = row.portrait.as_ref().filter(|_| shown)?.jpeg().to_vec();
            Some(BeneficiaryPortrait { beneficiary: row.beneficiary.id.clone(), jpeg: Zeroizing::new(jpeg) })
        });
        let portraits = portraits.collect();
        let beneficiaries = rows.into_iter().map(|row| row.beneficiary).collect();
        let (round, rounds) = (round.id.clone(), vec![round]);
        let delta = RosterDelta { rounds, beneficiaries, entitlements, portraits, ..RosterDelta::default() };
        let rows = count as u64;
        let folder = self.interrupted_folder();
        self.with_session(|session| session.apply_roster(delta, None, &folder))?;
        self.tell(Change::Roster);
        self.log(Event::RosterImported { round, rows })?;
        Ok(count)
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

    /// The time by which things expire.
    pub(crate) fn rule_time(&self) -> RuleTime {
        self.rule_clock.read(&self.time())
    }

    pub(crate) fn transport_key(&self) -> Result<HandsetKey, FieldError> {
        Ok(self.vault.transport(&*self.platform.keystore)?)
    }

    /// Takes in the server's word and does what it says, unless a later one was heard before. Locking and erasing come
    /// before anything else. [`Self::keep_word`] puts it on disk.
    pub(crate) fn hear(&self, mut status: HandsetStatus) -> Result<(), FieldError> {
        if status.time < self.programme().heard.at {
            return Err(NetworkError::NotOurServer("its word is older than the last".into()).into());
        }
        let state = status.state;
        let was_open = state != HandsetState::Active && self.close(&mut *self.session()?);
        let erased = if state == HandsetState::Erase { self.vault.erase() } else { Ok(false) };
        let was_there = erased.unwrap_or_else(|error| {
            tracing::warn!(%error, "the keys aren't destroyed; it is tried again when this word is kept");
            false
        });
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
        if !status.policy.portraits
            && let Err(error) = portraits::forget_all(&self.dir)
        {
            // They are removed the next time it is heard.
            tracing::warn!(%error, "portraits can't be removed");
        }
        let codes = std::mem::take(&mut status.codes);
        *lock(&self.codes) = codes.into_iter().filter_map(|code| self.waiting_code(&Zeroizing::new(code))).collect();
        let mut programme = self.programme();
        programme.hear(status, &self.platform.clock.now());
        *lock(&self.programme) = programme.clone();
        self.rule_clock.heard(programme.heard);
        Ok(())
    }

    /// Puts on disk what the server last said, and that it is done.
    pub(crate) fn keep_word(&self) -> Result<(), FieldError> {
        if self.programme().status.state == HandsetState::Erase && self.vault.erase()? {
            self.log_anyway(Event::Erased { by: By::Programme });
        }
        Ok(self.programme().save(&self.dir, &*self.platform.keystore)?)
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
        act(self.in_use(&mut *self.session()?)?)
    }

    /// The same for what the handset does of itself, which is no use and is not cut short.
    pub(crate) fn with_session_unused<T>(
        &self,
        act: impl FnOnce(&mut Session) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        act(self.session()?.as_mut().ok_or(FieldError::Locked)?)
    }

    /// What is unlocked, for as long as the turn lasts.
    pub(crate) fn session(&self) -> Result<Turn<'_, Option<Session>>, Busy> {
        self.session.turn()
    }

    /// Ends a session, and with it all its visits. Returns whether there was one.
    pub(crate) fn close(&self, session: &mut Option<Session>) -> bool {
        let was_open = session.take().is_some();
        if self.open.swap(false, Ordering::AcqRel) {
            self.tell(Change::Lock { locked: true });
        }
        was_open
    }

    /// Begins one.
    pub(crate) fn begin_session(&self, place: &mut Option<Session>, session: Session) {
        *place = Some(session);
        self.open.store(true, Ordering::Release);
        self.tell(Change::Lock { locked: false });
    }

    pub(crate) fn store_dir(&self) -> PathBuf {
        self.dir.join("store")
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

    /// Up to where the server's roster was taken in.
    pub(crate) fn roster_cursor(&self) -> Result<u64, StoreError> {
        Ok(self.store.get(Table::Meta, ROSTER_CURSOR)?.unwrap_or_default())
    }

    /// Goes back to where the first portrait came for which there was no room, if there is by now: what was taken in since
    /// comes again, with its portraits.
    pub(crate) fn go_back_for_portraits(&mut self) -> Result<(), FieldError> {
        let Some(missed) = self.store.get::<u64>(Table::Meta, PORTRAITS_CURSOR)? else { return Ok(()) };
        if self.portraits.have_room_again()? {
            let mut changes = Changes::default();
            changes.put(Table::Meta, ROSTER_CURSOR, &missed.min(self.roster_cursor()?));
            changes.remove(Table::Meta, PORTRAITS_CURSOR);
            self.store.apply(&changes)?;
        }
        Ok(())
    }

    /// Applies a roster delta: all of it, or nothing. Portraits go first: a delta that is cut short comes again.
    /// `interrupted` is the folder of visits that were cut short: those to people who leave the roster are undone.
    pub(crate) fn apply_roster(
        &mut self,
        mut delta: RosterDelta,
        cursor: Option<u64>,
        interrupted: &Path,
    ) -> Result<(), FieldError> {
        let arrived = Portraits::arrived(&mut delta)?;
        let there_was_room = self.portraits.follow(&delta, arrived)?;
        let mut changes = self.roster.changes(&delta);
        if let Some(cursor) = cursor {
            if !there_was_room && self.store.get::<u64>(Table::Meta, PORTRAITS_CURSOR)?.is_none() {
                changes.put(Table::Meta, PORTRAITS_CURSOR, &self.roster_cursor()?);
            }
            changes.put(Table::Meta, ROSTER_CURSOR, &cursor);
        }
        self.store.apply(&changes)?;
        self.discard_visits_to(interrupted, &delta.removed)?;
        self.roster.take(delta);
        Ok(())
    }
}
