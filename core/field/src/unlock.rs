//! Locking and unlocking: the PIN opens the store, what a crash left half done is ended, and a store that fell back in time
//! is told what it has forgotten.

use saksi_records::audit::{By, Event};
use saksi_records::keys::HandsetKey;
use saksi_records::wire::HandsetState;
use saksi_records::{ChainHead, OfficerId};

use crate::cash::Movement;
use crate::day::Summary;
use crate::error::FieldError;
use crate::files;
use crate::handset::{CHAIN_HEAD, Handset, Session, lock};
use crate::history::Identity;
use crate::interrupted;
use crate::note::Note;
use crate::own_face::OwnFace;
use crate::pages::UsedPage;
use crate::pin::PinError;
use crate::platform::ClockReading;
use crate::portraits::{Arrived, Portraits};
use crate::programme::Programme;
use crate::proxies::SeenProxies;
use crate::roster::Roster;
use crate::store::{Changes, Store, StoreError, Table};
use crate::vault::{RootKey, VaultError};

impl Handset {
    /// Unlocks with the officer's PIN, ends what a crash left half done, and reads the roster.
    pub fn unlock(&self, officer: OfficerId, pin: &str) -> Result<(), FieldError> {
        self.require_active()?;
        let mut session = lock(&self.session);
        // The store has one opener.
        *session = None;
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
        *session = Some(opened?);
        Ok(())
    }

    /// Forgets all that the PIN opened.
    pub fn lock(&self) {
        if lock(&self.session).take().is_some() {
            self.log_anyway(Event::Locked { by: By::Officer });
        }
    }

    /// Whether [`Self::unlock`] is needed.
    pub fn is_locked(&self) -> bool {
        lock(&self.session).is_none()
    }

    /// What is unlocked: what a crash left half done is ended, and a store that fell back in time is told what it forgot.
    fn opened(&self, root: &RootKey, officer: OfficerId) -> Result<Session, FieldError> {
        let (store, mut roster, stored) = self.read_store(root)?;
        self.outbox.recover()?;
        let filed = self.filed_head()?;
        let head = if filed.seq > stored.seq { filed } else { stored };
        let (notes, portraits) = (root.derive("notes"), Portraits::new(&self.dir, root));
        self.remember(&store, &mut roster, &portraits, &notes)?;
        // What a clock of the phone's says could make it forget too early.
        let server_time = self.programme().heard.at;
        UsedPage::forget_old(&store, server_time)?;
        Movement::forget_closed(&store)?;
        SeenProxies::forget_old(&store, server_time)?;
        self.tidy_interrupted(&store)?;
        let proxies = SeenProxies::load(&store, &root.derive("proxy tags"), self.engine.model())?;
        let (signing, visit_key) = (root.signing_key(), root.derive("interrupted visits"));
        self.identify_itself(&signing)?;
        self.log_unlock(&store, &officer)?;
        let standings = self.vault.standings(&*self.platform.keystore)?;
        let admitted_by = standings.into_iter().find(|it| it.officer == officer).and_then(|it| it.by);
        let own_face = OwnFace::of(&store, &officer)?;
        let used = self.platform.clock.now();
        Ok(Session {
            officer,
            signing,
            notes,
            visit_key,
            store,
            roster,
            portraits,
            proxies,
            head,
            used,
            admitted_by,
            own_face,
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
        let roster = Roster::load(&store, self.engine.model())?;
        Ok((store, roster, head))
    }

    /// Tells a store that was lost, or fell back in time, of the records it doesn't know: nobody is paid twice, and no visit
    /// goes on that has ended.
    fn remember(
        &self,
        store: &Store,
        roster: &mut Roster,
        portraits: &Portraits,
        notes: &[u8; 32],
    ) -> Result<(), FieldError> {
        let mut changes = Changes::default();
        let mut deltas = Vec::new();
        for filed in self.outbox.all()? {
            if Summary::is_kept(store, filed.seq, filed.record)? {
                continue;
            }
            let note = self.outbox.note(filed.record)?.unwrap_or_default();
            let Some(note) = Note::open(notes, filed.record, &note) else { continue };
            let delta = roster.after(&note.summary);
            portraits.follow(&delta, Arrived::new())?;
            changes.extend(note.changes());
            interrupted::forget_ended(store, &note.summary, &mut changes)?;
            changes.extend(Roster::changes(&delta));
            deltas.push(delta);
        }
        if !changes.is_empty() {
            store.apply(&changes)?;
        }
        for delta in deltas {
            roster.take(delta);
        }
        Ok(())
    }
}
