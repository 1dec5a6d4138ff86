//! A visit that a crash, a call or an empty battery cut short: kept sealed after each step, and resumed or undone.
//!
//! The store says what was kept; the data lies in files of `interrupted`, sealed under a key of the root key, as photos are
//! too large for it. A step is kept once the store has changed over to its file; files that the store doesn't name are
//! removed at the next unlock. A store that was lost takes the interrupted visit with it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use saksi_records::keys::random_bytes;
use saksi_records::{BeneficiaryId, Digest, Record, RoundId, TimeEvidence};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::day::Summary;
use crate::error::FieldError;
use crate::files::{private_folder, remove_all, remove_durably, sync_folder_of, write_synced};
use crate::handset::{Handset, Session};
use crate::seal;
use crate::step::Step;
use crate::store::{Changes, Store, StoreError, Table};
use crate::visit::{Photo, SavedVisit, Visit, VisitSort};

/// For so long after its first step a visit can be resumed: a call, a change of batteries and a restart fit in. Whoever
/// stands at the door after that has to be asked and seen again, as what was consented to and shown was this meeting.
pub const RESUMABLE: SignedDuration = SignedDuration::from_mins(30);

const FOLDER: &str = "interrupted";

/// A visit that was cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interrupted {
    /// To whom.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// What sort of visit.
    pub sort: VisitSort,
    /// When its first step was taken.
    pub begun: Timestamp,
}

/// What the store says of one.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    serial: u64,
    beneficiary: BeneficiaryId,
    round: RoundId,
    sort: VisitSort,
    begun: TimeEvidence,
    /// How old it was, at least, when it was last looked at; absent in what earlier versions kept.
    #[serde(default)]
    aged: Option<Aged>,
    /// The file of the visit.
    visit: String,
    /// Those of its photos.
    photos: BTreeSet<String>,
}

/// So old it was at a moment, at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Aged {
    by: SignedDuration,
    at: TimeEvidence,
}

impl Handset {
    /// Keeps what was taken at a visit so far, and returns when it is on disk. It takes the place of whatever visit of the
    /// same officer was kept before. A commit for the same beneficiary and round removes it.
    pub fn keep(&self, visit: &Visit) -> Result<(), FieldError> {
        let now = self.time();
        let folder = self.dir.join(FOLDER);
        self.with_session(|session| {
            let before = session.kept()?;
            let (mut photos, mut new) = (BTreeSet::new(), Vec::new());
            let saved = visit.save(&mut |photo| {
                let name = photo_name(&session.visit_key, photo);
                let known = before.as_ref().is_some_and(|before| before.photos.contains(&name));
                if photos.insert(name.clone()) && !known {
                    new.push((name.clone(), seal::seal(&session.visit_key, name.as_bytes(), photo.jpeg())));
                }
                name
            });
            if saved.officer != session.officer {
                return Ok(());
            }
            let name = Digest::from(random_bytes()).to_string();
            let json = Zeroizing::new(serde_json::to_vec(&saved).map_err(io::Error::from)?);
            new.push((name.clone(), seal::seal(&session.visit_key, name.as_bytes(), &json)));
            let same = before.as_ref().filter(|before| before.serial == saved.serial);
            let begun = same.map_or_else(|| now.clone(), |it| it.begun.clone());
            let by = same.map_or(Some(SignedDuration::ZERO), |it| it.age(&now)).unwrap_or(SignedDuration::MAX);
            let aged = Some(Aged { by, at: now });
            let SavedVisit { serial, beneficiary, round, sort, .. } = saved;
            let kept = Kept { serial, beneficiary, round, sort, begun, aged, visit: name, photos };

            private_folder(&folder)?;
            sync_folder_of(&folder)?;
            let files: Vec<(PathBuf, Vec<u8>)> =
                new.into_iter().map(|(name, sealed)| (folder.join(name), sealed)).collect();
            write_synced(&files.iter().map(|(path, sealed)| (path.as_path(), sealed.as_slice())).collect::<Vec<_>>())?;
            Step::Staged.reached();
            let mut changes = Changes::default();
            changes.put(Table::Interrupted, session.officer.as_str(), &kept);
            session.store.apply(&changes)?;
            Step::Kept.reached();
            if let Some(before) = before {
                remove_files(&folder, before.files().filter(|name| !kept.names(name)));
            }
            Ok(())
        })
    }

    /// The same for a step that is taken whether or not it can be kept: only a crash would undo it.
    pub fn keep_anyway(&self, visit: &Visit) {
        if let Err(error) = self.keep(visit) {
            tracing::warn!(%error, "a visit under way isn't kept");
        }
    }

    /// The visit of this officer that was cut short, if it can be resumed.
    pub fn interrupted(&self) -> Result<Option<Interrupted>, FieldError> {
        let now = self.time();
        self.with_session(|session| {
            let kept = session.kept()?.filter(|kept| kept.is_resumable(&now));
            Ok(kept.map(|Kept { beneficiary, round, sort, begun, .. }| Interrupted {
                beneficiary,
                round,
                sort,
                begun: begun.best(),
            }))
        })
    }

    /// Goes on with it: begins the visit anew, and takes what was taken by the same rules and today's policy. What is refused
    /// by now is missing again. An error where no such visit may begin by now; then it's discarded.
    pub fn resume(&self) -> Result<Option<Visit>, FieldError> {
        let (now, folder) = (self.time(), self.dir.join(FOLDER));
        let read = self.with_session(|session| {
            let Some(kept) = session.kept()?.filter(|kept| kept.is_resumable(&now)) else { return Ok(None) };
            let Some(json) = read(&folder, &session.visit_key, &kept.visit)? else { return Ok(None) };
            let Ok(saved) = serde_json::from_slice::<SavedVisit>(&json) else { return Ok(None) };
            let mut photos = Vec::new();
            for name in kept.photos {
                let photo = read(&folder, &session.visit_key, &name)?.map(|jpeg| Photo::new(jpeg.to_vec()));
                photos.push((name, photo));
            }
            Ok(Some((saved, photos)))
        })?;
        let Some((saved, photos)) = read else { return Ok(None) };
        let (round, id) = (&saved.round, &saved.beneficiary);
        let begun = match saved.sort {
            VisitSort::InPerson => self.visit_in_person(round, id),
            VisitSort::Proxy => self.visit_by_proxy(round, id),
            VisitSort::Exception => self.visit_exceptional(round, id),
            VisitSort::ProxyException => self.visit_exceptional_by_proxy(round, id),
            VisitSort::Enrolment => self.visit_enrolment(round, id),
        };
        match begun {
            Ok(mut visit) => {
                let get = |wanted: &str| photos.iter().find(|(name, _)| name == wanted).and_then(|(_, it)| it.clone());
                visit.take_again(saved, self.engine.model(), &get);
                Ok(Some(visit))
            }
            Err(error) => {
                if matches!(error, FieldError::Visit(_) | FieldError::Roster(_)) {
                    self.discard_interrupted()?;
                }
                Err(error)
            }
        }
    }

    /// Gives up the visit of this officer that was cut short, and removes what was taken. Returns whether there was one.
    pub fn discard_interrupted(&self) -> Result<bool, FieldError> {
        self.with_session(|session| {
            let Some(kept) = session.kept()? else { return Ok(false) };
            let mut changes = Changes::default();
            changes.remove(Table::Interrupted, session.officer.as_str());
            session.store.apply(&changes)?;
            remove_files(&self.dir.join(FOLDER), kept.files());
            Ok(true)
        })
    }

    /// Undoes those that can't be resumed any more, and removes files that no other names.
    pub(crate) fn tidy_interrupted(&self, store: &Store) -> Result<(), FieldError> {
        let now = self.time();
        store.forget(Table::Interrupted, |kept: &Kept| !kept.is_resumable(&now))?;
        let mut named: Vec<(String, Kept)> = store.all(Table::Interrupted)?;
        let mut changes = Changes::default();
        for (officer, kept) in &mut named {
            if kept.restarted(&now) {
                // From now on it grows older by a clock that nobody can set.
                kept.aged = kept.age(&now).map(|by| Aged { by, at: now.clone() });
                changes.put(Table::Interrupted, officer.as_str(), kept);
            }
        }
        if !changes.is_empty() {
            store.apply(&changes)?;
        }
        let folder = self.dir.join(FOLDER);
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

    /// Removes the files of a visit whose record is on disk. What can't be removed now is at the next unlock.
    pub(crate) fn done_with(&self, kept: &Kept) {
        remove_files(&self.dir.join(FOLDER), kept.files());
    }
}

/// Removes visits that the store takes for interrupted, and that a record it didn't know has ended.
pub(crate) fn forget_ended(store: &Store, by: &Summary, changes: &mut Changes) -> Result<(), StoreError> {
    for (officer, kept) in store.all::<Kept>(Table::Interrupted)? {
        let same = by.beneficiary.as_ref() == Some(&kept.beneficiary) && by.round == kept.round;
        if same && kept.begun.best() <= by.at {
            changes.remove(Table::Interrupted, officer);
        }
    }
    Ok(())
}

impl Session {
    fn kept(&self) -> Result<Option<Kept>, StoreError> {
        self.store.get(Table::Interrupted, self.officer.as_str())
    }

    /// The interrupted visit that a record ends: to be removed in the transaction that acknowledges it.
    pub(crate) fn ended_by(&self, record: &Record, changes: &mut Changes) -> Result<Option<Kept>, StoreError> {
        let Some(visit) = record.visit() else { return Ok(None) };
        let ended = self.kept()?.filter(|kept| kept.beneficiary == visit.beneficiary && kept.round == visit.round);
        if ended.is_some() {
            changes.remove(Table::Interrupted, self.officer.as_str());
        }
        Ok(ended)
    }
}

impl Kept {
    fn files(&self) -> impl Iterator<Item = &str> {
        self.photos.iter().map(String::as_str).chain([self.visit.as_str()])
    }

    fn names(&self, name: &str) -> bool {
        self.visit == name || self.photos.contains(name)
    }

    /// When it was last looked at, and how old it was then.
    fn aged(&self) -> (SignedDuration, &TimeEvidence) {
        self.aged.as_ref().map_or((SignedDuration::ZERO, &self.begun), |aged| (aged.by, &aged.at))
    }

    fn restarted(&self, now: &TimeEvidence) -> bool {
        self.aged().1.boot != now.boot
    }

    /// How old it is. Within one run of the phone that's measured by the clock that nobody can set. Over a restart it's the
    /// most of what the wall clock, the server's time and the phone's run say since. `None` where a clock was set back.
    fn age(&self, now: &TimeEvidence) -> Option<SignedDuration> {
        let (by, then) = self.aged();
        let ms = |ms: u64| i64::try_from(ms).ok().map(SignedDuration::from_millis);
        let since = if self.restarted(now) {
            let walls = now.wall.duration_since(then.wall);
            let heard = now.server.as_ref();
            let server = heard.map(|server| if server.boot == now.boot { now.best() } else { server.at });
            let servers = server.map(|at| at.duration_since(then.best())).unwrap_or_default();
            (!walls.is_negative()).then_some(walls.max(servers).max(ms(now.monotonic_ms)?))?
        } else {
            ms(now.monotonic_ms.checked_sub(then.monotonic_ms)?)?
        };
        by.checked_add(since)
    }

    fn is_resumable(&self, now: &TimeEvidence) -> bool {
        self.age(now).is_some_and(|age| age <= RESUMABLE)
    }
}

/// The name of a photo's file: the same for the same photo, and nobody else can tell which photo it is.
fn photo_name(key: &[u8; 32], photo: &Photo) -> String {
    seal::tag(&hmac::Key::new(hmac::HMAC_SHA256, key), photo.jpeg()).to_string()
}

/// What a file holds; `None` where it's missing or was altered.
fn read(folder: &Path, key: &[u8; 32], name: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match fs::read(folder.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        sealed => Ok(seal::open(key, name.as_bytes(), &sealed?)),
    }
}

fn remove_files<'a>(folder: &Path, names: impl Iterator<Item = &'a str>) {
    if let Err(error) = remove_all(names.map(|name| folder.join(name))) {
        tracing::warn!(%error, "files of an interrupted visit are removed at the next unlock");
    }
}

#[cfg(test)]
mod tests {
    use saksi_records::time::ServerTime;

    use super::*;

    fn at(wall: &str, boot: &str, monotonic_ms: u64) -> TimeEvidence {
        TimeEvidence { wall: wall.parse().expect("a timestamp"), boot: boot.into(), monotonic_ms, server: None }
    }

    fn begun_at(begun: TimeEvidence) -> Kept {
        Kept {
            serial: 1,
            beneficiary: "KPM-1".parse().expect("a number"),
            round: "R".parse().expect("a name"),
            sort: VisitSort::Proxy,
            begun,
            aged: None,
            visit: String::new(),
            photos: BTreeSet::new(),
        }
    }

    #[test]
    fn a_visit_can_be_resumed_for_half_an_hour_and_not_by_setting_the_clock() {
        let kept = begun_at(at("2026-11-24T08:00:00Z", "a", 1_000));
        for (wall, boot, monotonic_ms, resumable) in [
            ("2026-11-24T08:00:00Z", "a", 1_000, true),
            ("2026-11-24T06:00:00Z", "a", 1_801_000, true),
            ("2026-11-24T08:00:00Z", "a", 1_801_001, false),
            ("2026-11-24T08:00:00Z", "a", 999, false),
            ("2026-11-24T08:30:00Z", "b", 5, true),
            ("2026-11-24T08:30:01Z", "b", 5, false),
            ("2026-11-24T07:59:59Z", "b", 5, false),
            // Set back, but the phone has been on for longer.
            ("2026-11-24T08:01:00Z", "b", 1_800_000, true),
            ("2026-11-24T08:01:00Z", "b", 1_800_001, false),
        ] {
            assert_eq!(kept.is_resumable(&at(wall, boot, monotonic_ms)), resumable, "{wall} {boot} {monotonic_ms}");
        }
    }

    #[test]
    fn what_the_server_says_after_a_restart_counts_whatever_the_clock_was_set_to() {
        let kept = begun_at(at("2026-11-24T08:00:00Z", "a", 1_000));
        let mut now = at("2026-11-24T08:01:00Z", "b", 60_000);
        assert!(kept.is_resumable(&now));
        for (heard, boot, resumable) in [
            ("2026-11-24T08:29:00Z", "b", true),
            ("2026-11-24T08:29:31Z", "b", false),
            ("2026-11-24T08:30:00Z", "c", true),
            ("2026-11-24T08:31:00Z", "c", false),
            // Heard long before.
            ("2026-11-23T08:00:00Z", "c", true),
        ] {
            let heard_at = heard.parse().expect("a timestamp");
            now.server = Some(ServerTime { at: heard_at, boot: boot.into(), monotonic_ms: 30_000 });
            assert_eq!(kept.is_resumable(&now), resumable, "{heard} {boot}");
        }
    }

    #[test]
    fn an_age_that_was_seen_once_is_kept_over_any_number_of_restarts() {
        let mut kept = begun_at(at("2026-11-24T08:00:00Z", "a", 1_000));
        for (boot, by) in [("b", 20), ("c", 30), ("d", 40)] {
            // Each time the clock was set back to where it was, and ten minutes passed until the next.
            let first = at("2026-11-24T08:00:00Z", boot, 600_000);
            kept.aged = kept.age(&first).map(|by| Aged { by, at: first });
            let later = at("2026-11-24T08:00:00Z", boot, 1_200_000);
            assert_eq!(kept.age(&later), Some(SignedDuration::from_mins(by)), "{boot}");
            assert_eq!(kept.is_resumable(&later), by <= 30);
        }
        let text = serde_json::to_string(&kept).expect("plain data");
        let mut read: Kept = serde_json::from_str(&text).expect("what was written");
        assert_eq!(read.aged, kept.aged);
        read.aged = None;
        let earlier = text.replace(&serde_json::to_string(&kept.aged).expect("plain data"), "null");
        assert_eq!(serde_json::from_str::<Kept>(&earlier.replace("\"aged\":null,", "")).expect("read").aged, None);
    }
}
