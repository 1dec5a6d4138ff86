//! Visits that a crash, a call or an empty battery cut short: what the store says of each, and the files of its photos.
//!
//! The data lies in files of `interrupted`, sealed under a key of the root key, as photos are too large for the store. A step
//! is kept once the store has changed over to its file; files that the store doesn't name are removed at the next unlock. A
//! store that was lost takes interrupted visits with it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use ring::hmac;
use saksi_records::{BeneficiaryId, OfficerId, RoundId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::rules::RESUMABLE;
use super::{VisitId, VisitSort};
use crate::capture::Photo;
use crate::disk::files::remove_all;
use crate::disk::rule_clock::RuleTime;
use crate::keys::seal;
use crate::keys::vault::RootKey;

/// The folder of the files, in the handset's.
pub(crate) const FOLDER: &str = "interrupted";

/// A visit that was cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interrupted {
    /// Which visit.
    pub visit: VisitId,
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) id: VisitId,
    pub(crate) officer: OfficerId,
    pub(crate) beneficiary: BeneficiaryId,
    pub(crate) round: RoundId,
    pub(crate) sort: VisitSort,
    pub(crate) begun: RuleTime,
    /// The file of the visit.
    pub(crate) visit: String,
    /// Those of its photos.
    pub(crate) photos: BTreeSet<String>,
}

impl Kept {
    /// Its key in the store.
    pub(crate) fn key(&self) -> String {
        // A space can't be in an officer's id.
        format!("{} {}", self.officer, self.id)
    }

    /// Whether it can still be resumed.
    pub(crate) fn is_resumable(&self, now: &RuleTime) -> bool {
        now.since(&self.begun).is_some_and(|age| age <= RESUMABLE)
    }

    /// Its files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.photos.iter().map(String::as_str).chain([self.visit.as_str()])
    }

    /// Whether a file is one of its own.
    pub(crate) fn names(&self, file: &str) -> bool {
        self.visit == file || self.photos.contains(file)
    }
}

impl From<Kept> for Interrupted {
    fn from(kept: Kept) -> Self {
        let Kept { id, beneficiary, round, sort, begun, .. } = kept;
        Self { visit: id, beneficiary, round, sort, begun: begun.best() }
    }
}

/// The keys under which visits are kept.
pub(crate) struct VisitKeys {
    seal: Zeroizing<[u8; 32]>,
    names: hmac::Key,
}

impl VisitKeys {
    pub(crate) fn of(root: &RootKey) -> Self {
        let names = hmac::Key::new(hmac::HMAC_SHA256, &*root.derive("interrupted photo names"));
        Self { seal: root.derive("interrupted visits"), names }
    }

    /// The name of a photo's file: the same for the same photo, and nobody else can tell which photo it is.
    pub(crate) fn photo_name(&self, photo: &Photo) -> String {
        seal::tag(&self.names, photo.jpeg()).to_string()
    }

    /// What goes into a file of this name.
    pub(crate) fn seal(&self, name: &str, bytes: &[u8]) -> Vec<u8> {
        seal::seal(&self.seal, name.as_bytes(), bytes)
    }

    /// What a file holds; `None` where it's missing or was altered.
    pub(crate) fn read(&self, folder: &Path, name: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        match fs::read(folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            sealed => Ok(seal::open(&self.seal, name.as_bytes(), &sealed?)),
        }
    }
}

/// Removes files of a visit that is done with. What can't be removed now is at the next unlock.
pub(crate) fn remove_files<'a>(folder: &Path, names: impl Iterator<Item = &'a str>) {
    if let Err(error) = remove_all(names.map(|name| folder.join(name))) {
        tracing::warn!(%error, "files of an interrupted visit are removed at the next unlock");
    }
}
