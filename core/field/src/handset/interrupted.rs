//! Visits that were cut short: kept sealed after each step, and resumed or undone.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use saksi_records::keys::random_bytes;
use saksi_records::{BeneficiaryId, Digest, Record};
use zeroize::Zeroizing;

use super::{Handset, Session};
use crate::capture::Photo;
use crate::day::receipt::Summary;
use crate::disk::crash_points::CrashPoint;
use crate::disk::files::{private_folder, remove_durably, sync_folder_of, write_synced};
use crate::error::FieldError;
use crate::roster::list::Roster;
use crate::store::{Changes, Store, StoreError, Table};
use crate::visit::interrupted::{FOLDER, Interrupted, Kept, remove_files};
use crate::visit::{Begun, SavedVisit, Visit, VisitError, VisitId};

impl Handset {
    /// Keeps what was taken at a visit so far, and returns when it is on disk. Its commit removes it.
    pub fn keep(&self, visit: &Visit) -> Result<(), FieldError> {
        let folder = self.interrupted_folder();
        self.with_session(|session| {
            session.still_open(visit)?;
            let before = session.kept(visit.id())?;
            let (mut photos, mut new) = (BTreeSet::new(), Vec::new());
            let keys = &session.visit_keys;
            let saved = visit.save(&mut |photo| {
                let name = keys.photo_name(photo);
                let known = before.as_ref().is_some_and(|before| before.photos.contains(&name));
                if photos.insert(name.clone()) && !known {
                    new.push((name.clone(), keys.seal(&name, photo.jpeg())));
                }
                name
            });
            let file = Digest::from(random_bytes()).to_string();
            let json = Zeroizing::new(serde_json::to_vec(&saved).map_err(io::Error::from)?);
            new.push((file.clone(), keys.seal(&file, &json)));
            let SavedVisit { id, beneficiary, round, sort, officer, .. } = saved;
            let begun = visit.begun().at.clone();
            let kept = Kept { id, officer, beneficiary, round, sort, begun, visit: file, photos };

            private_folder(&folder)?;
            sync_folder_of(&folder)?;
            let files: Vec<(PathBuf, Vec<u8>)> =
                new.into_iter().map(|(name, sealed)| (folder.join(name), sealed)).collect();
            write_synced(&files.iter().map(|(path, sealed)| (path.as_path(), sealed.as_slice())).collect::<Vec<_>>())?;
            CrashPoint::Staged.reached();
            let mut changes = Changes::default();
            changes.put(Table::Interrupted, kept.key(), &kept);
            session.store.apply(&changes)?;
            CrashPoint::Kept.reached();
            session.remove_unnamed(&folder, before.as_slice());
            Ok(())
        })
    }

    /// The same for a step that is taken whether or not it can be kept: only a crash would undo it.
    pub fn keep_anyway(&self, visit: &Visit) {
        if let Err(error) = self.keep(visit) {
            tracing::warn!(%error, "a visit under way isn't kept");
        }
    }

    /// An error where a visit takes no more part in what goes on: it's written down, or the handset was locked since it began.
    pub fn require_open(&self, visit: &Visit) -> Result<(), FieldError> {
        self.with_session(|session| Ok(session.still_open(visit)?))
    }

    /// The visits of this officer that were cut short and can be resumed, the latest first.
    pub fn interrupted(&self) -> Result<Vec<Interrupted>, FieldError> {
        let now = self.rule_time();
        self.with_session(|session| {
            let mut kept = session.all_kept()?;
            kept.retain(|kept| kept.officer == session.officer && kept.is_resumable(&now));
            kept.sort_by_key(|kept| std::cmp::Reverse(kept.begun.latest()));
            Ok(kept.into_iter().map(Interrupted::from).collect())
        })
    }

    /// Goes on with one: begins the visit anew, and takes what was taken by the same rules and today's policy. What is refused
    /// by now is missing again. `None`: there is no such visit any more. An error where no such visit may begin by now; then
    /// it's discarded.
    pub fn resume(&self, visit: VisitId) -> Result<Option<Visit>, FieldError> {
        let (now, folder) = (self.rule_time(), self.interrupted_folder());
        let policy = self.policy();
        let resumed = self.with_session(|session| {
            let Some(kept) = session.kept(visit)?.filter(|kept| kept.is_resumable(&now)) else { return Ok(None) };
            let keys = &session.visit_keys;
            let Some(json) = keys.read(&folder, &kept.visit)? else { return Ok(None) };
            let Ok(saved) = serde_json::from_slice::<SavedVisit>(&json) else { return Ok(None) };
            let mut photos = Vec::new();
            for name in kept.photos {
                let photo = keys.read(&folder, &name)?.map(|jpeg| Photo::new(jpeg.to_vec()));
                photos.push((name, photo));
            }
            let today = self.today(session, &policy, &saved.round, &saved.beneficiary)?;
            let begun = Begun { session: session.id, at: kept.begun };
            let mut visit = Visit::begin(saved.sort, begun, None, today)?;
            let get = |wanted: &str| photos.iter().find(|(name, _)| name == wanted).and_then(|(_, it)| it.clone());
            visit.take_again(saved, self.engine.model(), &get);
            Ok(Some(visit))
        });
        if let Err(FieldError::Visit(_) | FieldError::Roster(_)) = resumed {
            self.discard_interrupted(visit)?;
        }
        resumed
    }

    /// Gives up a visit of this officer, under way or cut short, and removes what was taken. Returns whether anything was
    /// kept of it.
    pub fn discard_interrupted(&self, visit: VisitId) -> Result<bool, FieldError> {
        self.with_session(|session| {
            let Some(kept) = session.kept(visit)? else { return Ok(false) };
            session.discard(&self.interrupted_folder(), &[kept])?;
            Ok(true)
        })
    }

    /// Undoes those that can't be resumed any more, and removes files that no other names.
    pub(crate) fn tidy_interrupted(&self, store: &Store, roster: &Roster) -> Result<(), FieldError> {
        let now = self.rule_time();
        let gone = |kept: &Kept| !kept.is_resumable(&now) || roster.beneficiary(&kept.beneficiary).is_err();
        store.forget(Table::Interrupted, gone)?;
        let named: Vec<(String, Kept)> = store.all(Table::Interrupted)?;
        let folder = self.interrupted_folder();
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            read => read?,
        };
        for entry in entries {
            let entry = entry?;
            if !named.iter().any(|(_, kept)| entry.file_name().to_str().is_some_and(|name| kept.names(name))) {
                remove_durably(&entry.path())?;
            }
        }
        Ok(())
    }

    pub(crate) fn interrupted_folder(&self) -> PathBuf {
        self.dir.join(FOLDER)
    }
}

/// Removes visits that the store takes for interrupted, and that a record it didn't know has ended.
pub(super) fn forget_ended(store: &Store, by: &Summary, changes: &mut Changes) -> Result<(), StoreError> {
    for (key, kept) in store.all::<Kept>(Table::Interrupted)? {
        if ends(by.visit, by.beneficiary.as_ref(), &kept) && by.round == kept.round {
            changes.remove(Table::Interrupted, key);
        }
    }
    Ok(())
}

/// A record ends its own visit, and whatever other visit to the same person is cut short.
fn ends(visit: Option<VisitId>, beneficiary: Option<&BeneficiaryId>, kept: &Kept) -> bool {
    visit == Some(kept.id) || beneficiary == Some(&kept.beneficiary)
}

impl Session {
    /// A visit takes part in what goes on as long as the handset wasn't locked since, and it isn't written down.
    pub(crate) fn still_open(&self, visit: &Visit) -> Result<(), VisitError> {
        if self.written.contains_key(&visit.id()) {
            Err(VisitError::AlreadyWritten)
        } else if visit.begun().session == self.id {
            Ok(())
        } else {
            Err(VisitError::SessionOver)
        }
    }

    fn all_kept(&self) -> Result<Vec<Kept>, StoreError> {
        Ok(self.store.all(Table::Interrupted)?.into_iter().map(|(_, kept)| kept).collect())
    }

    fn kept(&self, visit: VisitId) -> Result<Option<Kept>, StoreError> {
        Ok(self.all_kept()?.into_iter().find(|kept| kept.id == visit && kept.officer == self.officer))
    }

    /// The interrupted visits that a record ends: to be removed in the transaction that acknowledges it.
    pub(crate) fn ended_by(
        &self,
        visit: Option<VisitId>,
        record: &Record,
        changes: &mut Changes,
    ) -> Result<Vec<Kept>, StoreError> {
        let Some(about) = record.visit() else { return Ok(Vec::new()) };
        let mut ended = self.all_kept()?;
        ended.retain(|kept| ends(visit, Some(&about.beneficiary), kept) && kept.round == about.round);
        for kept in &ended {
            changes.remove(Table::Interrupted, kept.key());
        }
        Ok(ended)
    }

    /// Removes visits to people who have left the roster.
    pub(crate) fn discard_visits_to(&self, folder: &Path, gone: &[BeneficiaryId]) -> Result<(), StoreError> {
        let mut theirs = self.all_kept()?;
        theirs.retain(|kept| gone.contains(&kept.beneficiary));
        self.discard(folder, &theirs)
    }

    fn discard(&self, folder: &Path, visits: &[Kept]) -> Result<(), StoreError> {
        if visits.is_empty() {
            return Ok(());
        }
        let mut changes = Changes::default();
        for kept in visits {
            changes.remove(Table::Interrupted, kept.key());
        }
        self.store.apply(&changes)?;
        self.remove_unnamed(folder, visits);
        Ok(())
    }

    /// Removes the files of visits that the store no longer names. What can't be removed now is at the next unlock.
    pub(crate) fn remove_unnamed(&self, folder: &Path, visits: &[Kept]) {
        let left = self.all_kept().unwrap_or_default();
        let unnamed = |file: &&str| !left.iter().any(|kept| kept.names(file));
        remove_files(folder, visits.iter().flat_map(Kept::files).filter(unnamed));
    }
}
