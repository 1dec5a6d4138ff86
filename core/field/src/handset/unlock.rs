//! Locking and unlocking: the PIN opens the store, what a crash left half done is ended, and a store that fell back in time
//! is told what it has forgotten.

use std::sync::atomic::Ordering;

use saksi_records::audit::{By, Event};
use saksi_records::keys::HandsetKey;
use saksi_records::wire::HandsetState;
use saksi_records::{ChainHead, Kind, OfficerId, RecordId};

use super::interrupted;
use crate::day::cash::Movement;
use crate::day::note::Note;
use crate::day::receipt::Summary;
use crate::day::used_pages::UsedPage;
use crate::disk::files;
use crate::disk::platform::ClockReading;
use crate::error::FieldError;
use crate::evidence::archive::{Filed, Shelf};
use crate::evidence::proof::Identity;
use crate::handset::{CHAIN_HEAD, Handset, Session};
use crate::keys::pin::PinError;
use crate::keys::vault::{RootKey, VaultError};
use crate::roster::list::Roster;
use crate::roster::portraits::{Arrived, Portraits};
use crate::store::{Changes, Store, StoreError, Table};
use crate::sync::programme::Programme;
use crate::visit::SessionId;
use crate::visit::interrupted::VisitKeys;
use crate::visit::officer_face::OwnFace;
use crate::visit::paid_faces::PaidFace;
use crate::visit::proxy_limit::SeenProxies;

impl Handset {
    /// Unlocks with the officer's PIN, ends what a crash left half done, and reads the roster.
    pub fn unlock(&self, officer: OfficerId, pin: &str) -> Result<(), FieldError> {
        self.require_active()?;
        let mut session = self.session()?;
        // The store has one opener.
        self.close(&mut session);
        let root =
            self.with_attempt(&officer, |clock| self.vault.root(&*self.platform.keystore, clock, &officer, pin))?;
        let opened = match self.opened(&root, officer.clone()) {
            // Not all damage shows when the store is opened: some only where it is read.
            Err(FieldError::Store(StoreError::Damaged(why))) => {
                tracing::warn!(why, "the store is put aside; the roster comes again with the next sync");
                files::put_aside(&self.store_dir(), "damaged")?;
                self.log(Event::StorePutAside)?;
                self.opened(&root, officer)
            }
            opened => opened,
        };
        self.begin_session(&mut session, opened?);
        Ok(())
    }

    /// Forgets all that the PIN opened.
    pub fn lock(&self) {
        let was_open = self.session().is_ok_and(|mut session| self.close(&mut session));
        if was_open {
            self.log_anyway(Event::Locked { by: By::Officer });
        }
    }

    /// Whether [`Self::unlock`] is needed. Never waits.
    pub fn is_locked(&self) -> bool {
        !self.open.load(Ordering::Acquire)
    }

    /// What is unlocked: what a crash left half done is ended, and a store that fell back in time is told what it forgot.
    fn opened(&self, root: &RootKey, officer: OfficerId) -> Result<Session, FieldError> {
        let (store, mut roster, stored) = self.read_store(root)?;
        self.outbox.recover()?;
        let filed = self.filed_head()?;
        let head = if filed.seq > stored.seq { filed } else { stored };
        let (notes, portraits) = (root.derive("notes"), Portraits::new(&self.dir, root));
        let unknown = self.remember(&store, &mut roster, &portraits, &notes)?;
        // What a clock of the phone's says could make it forget too early.
        let server_time = self.programme().heard.at;
        UsedPage::forget_old(&store, server_time)?;
        Movement::forget_closed(&store)?;
        SeenProxies::forget_old(&store, server_time)?;
        PaidFace::forget_old(&store, server_time)?;
        self.tidy_interrupted(&store, &roster)?;
        let day = store.all::<Summary>(Table::Day)?.into_iter();
        let written = day.filter_map(|(_, summary)| Some((summary.visit?, summary))).collect();
        let proxies = SeenProxies::load(&store, &root.derive("proxy tags"), self.engine.model())?;
        let (signing, visit_keys) = (root.signing_key(), VisitKeys::of(root));
        self.identify_itself(&signing)?;
        self.log_unlock(&store, &officer)?;
        let standings = self.vault.slot_states(&*self.platform.keystore)?;
        let admitted_by = standings.into_iter().find(|it| it.officer == officer).and_then(|it| it.by);
        let own_face = OwnFace::of(&store, &officer)?;
        let used = self.platform.clock.now();
        Ok(Session {
            id: SessionId::new(),
            officer,
            signing,
            notes,
            visit_keys,
            store,
            roster,
            portraits,
            proxies,
            head,
            used,
            admitted_by,
            own_face,
            written,
            unknown,
        })
    }

    /// A PIN is good only where the programme lets the handset work.
    pub(crate) fn require_active(&self) -> Result<(), FieldError> {
        match self.programme().status.state {
            HandsetState::Active => Ok(()),
            state => Err(FieldError::Forbidden(state)),
        }
    }

    /// Tries an officer's PIN; what goes wrong with it is written down.
    pub(crate) fn with_attempt<T>(
        &self,
        officer: &OfficerId,
        attempt: impl FnOnce(&ClockReading) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let keystore = &*self.platform.keystore;
        let could = self.vault.attempts_left(keystore, officer).unwrap_or_default() > 0;
        let tried = attempt(&self.platform.clock.now());
        match &tried {
            Err(VaultError::Pin(PinError::Wrong)) => {
                let left = self.vault.attempts_left(keystore, officer).unwrap_or_default();
                self.log_anyway(Event::PinFailed { officer: officer.clone(), left });
            }
            Err(VaultError::LockedOut) if could => self.log_anyway(Event::LockedOut { officer: officer.clone() }),
            _ => {}
        }
        tried
    }

    fn identify_itself(&self, signing: &HandsetKey) -> Result<(), FieldError> {
        let Programme { handset, server_key, .. } = self.programme();
        let (signing_key, transport_key) = (signing.verifying_key(), self.transport_key()?.verifying_key());
        Ok(Identity { handset, signing_key, transport_key, server_key }.save(&self.dir)?)
    }

    fn read_store(&self, root: &RootKey) -> Result<(Store, Roster, ChainHead), StoreError> {
        let store = Store::open(&self.store_dir(), root)?;
        let head = store.get(Table::Meta, CHAIN_HEAD)?.unwrap_or(ChainHead::START);
        let roster = Roster::load(&store, self.engine.model(), &root.derive("paid persons"))?;
        Ok((store, roster, head))
    }

    /// Tells a store that was lost, or fell back in time, of the records it doesn't know: nobody is paid twice, and no visit
    /// goes on that has ended. Returns those that wait, may have paid, and have no note that could be read.
    fn remember(
        &self,
        store: &Store,
        roster: &mut Roster,
        portraits: &Portraits,
        notes: &[u8; 32],
    ) -> Result<Vec<RecordId>, FieldError> {
        let mut changes = Changes::default();
        let (mut deltas, mut unknown) = (Vec::new(), Vec::new());
        for filed in self.outbox.all()? {
            if Summary::is_kept(store, filed.seq, filed.record)? {
                continue;
            }
            let note = self.outbox.note(filed.record)?.unwrap_or_default();
            let Some(note) = Note::open(notes, filed.record, &note) else {
                if filed.shelf != Shelf::Sent && self.may_have_paid(&filed) {
                    unknown.push(filed.record);
                }
                continue;
            };
            let delta = note.summary.changes_to(roster);
            portraits.follow(&delta, Arrived::new())?;
            changes.extend(note.changes());
            interrupted::forget_ended(store, &note.summary, &mut changes)?;
            changes.extend(roster.changes(&delta));
            deltas.push(delta);
        }
        if !changes.is_empty() {
            store.apply(&changes)?;
        }
        for delta in deltas {
            roster.take(delta);
        }
        Ok(unknown)
    }

    /// By its header; of a damaged envelope nobody can tell.
    fn may_have_paid(&self, filed: &Filed) -> bool {
        let kind = self.outbox.read(filed).map(|envelope| envelope.header().kind);
        kind.map_or(true, |kind| matches!(kind, Kind::InPerson | Kind::Proxy | Kind::Exception))
    }
}
