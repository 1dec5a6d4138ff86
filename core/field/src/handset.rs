//! One handset: provisioned once, unlocked in the morning, and then visit after visit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use saksi_face::{Engine, LivenessModels, Manifest, ModelId};
use saksi_records::audit::{By, Event};
use saksi_records::jws::{self, typ};
use saksi_records::keys::HandsetKey;
use saksi_records::wire::{
    BeneficiaryPortrait, HandsetState, HandsetStatus, Policy, Registration, RosterDelta, Ticket,
};
use saksi_records::{ChainHead, CodeId, Entitlement, OfficerId, Round, TimeEvidence, roster_file};
use zeroize::Zeroizing;

use crate::adopt;
use crate::audit::AuditLog;
use crate::client::{Client, NetworkError};
use crate::day::Summary;
use crate::error::FieldError;
use crate::outbox::{Outbox, Shelf};
use crate::own_face::OwnFace;
use crate::platform::{Clock, ClockReading, Location};
use crate::portraits::{self, Portraits};
use crate::programme::Programme;
use crate::proxies::SeenProxies;
use crate::roster::Roster;
use crate::store::{Changes, Store, StoreError, Table};
use crate::vault::{KeyVault, Vault, VaultError};

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
    pub(crate) platform: Platform,
    pub(crate) engine: Arc<Engine>,
    pub(crate) models: Arc<LivenessModels>,
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
    pub(crate) portraits: Portraits,
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
            models: Arc::default(),
            programme: Mutex::new(programme),
            session: Mutex::new(None),
            syncing: Mutex::new(()),
            codes: Mutex::new(Vec::new()),
        })
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
        self.with_session(|session| session.apply_roster(delta, None))?;
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
        if !status.policy.portraits
            && let Err(error) = portraits::forget_all(&self.dir)
        {
            // They are removed the next time it is heard.
            tracing::warn!(%error, "portraits can't be removed");
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
    pub(crate) fn apply_roster(&mut self, mut delta: RosterDelta, cursor: Option<u64>) -> Result<(), FieldError> {
        let arrived = Portraits::arrived(&mut delta)?;
        let there_was_room = self.portraits.follow(&delta, arrived)?;
        let mut changes = Roster::changes(&delta);
        if let Some(cursor) = cursor {
            if !there_was_room && self.store.get::<u64>(Table::Meta, PORTRAITS_CURSOR)?.is_none() {
                changes.put(Table::Meta, PORTRAITS_CURSOR, &self.roster_cursor()?);
            }
            changes.put(Table::Meta, ROSTER_CURSOR, &cursor);
        }
        self.store.apply(&changes)?;
        self.roster.take(delta);
        Ok(())
    }
}

/// A panic in another thread leaves nothing half done that recovery wouldn't end, so a poisoned lock is taken over.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
