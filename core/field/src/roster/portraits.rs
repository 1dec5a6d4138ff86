//! Beneficiaries' portraits: each in a file of its own, sealed, and read only when somebody's card is opened.
//!
//! They lie in `portraits` beside the store, which keeps many small values in a page and reads its log when it is opened:
//! neither should grow with pictures. A file is named by an HMAC of the beneficiary's number. What is torn or missing is no
//! portrait, and comes again with the beneficiary's next change; those for which there was no room come again once there is.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ring::hmac;
use saksi_face::MAX_PORTRAIT_BYTES;
use saksi_records::wire::RosterDelta;
use saksi_records::{BeneficiaryId, Portrait, PortraitError};
use zeroize::Zeroizing;

use crate::disk::files::{free_bytes, private_folder, remove_all, sync_folder_of, write_synced};
use crate::disk::room::ROOM_FOR_A_VISIT;
use crate::keys::seal;
use crate::keys::vault::RootKey;

const FOLDER: &str = "portraits";
/// So many are synced at once.
const AT_ONCE: usize = 32;
/// Below this much room, in bytes, no more are kept: the visits of many days come first.
const ROOM: u64 = 8 * ROOM_FOR_A_VISIT;

const _: () = assert!(MAX_PORTRAIT_BYTES <= Portrait::MAX_BYTES, "what is made here is taken everywhere");

/// The portraits of an unlocked handset.
pub(crate) struct Portraits {
    folder: PathBuf,
    names: hmac::Key,
    key: Zeroizing<[u8; 32]>,
}

/// The portraits that came with a delta, each of them one that may be shown.
pub(crate) type Arrived = HashMap<BeneficiaryId, Portrait>;

impl Portraits {
    pub(crate) fn new(dir: &Path, root: &RootKey) -> Self {
        let names = hmac::Key::new(hmac::HMAC_SHA256, &*root.derive("portrait names"));
        Self { folder: dir.join(FOLDER), names, key: root.derive("portraits") }
    }

    /// Takes the portraits out of a delta; a bad one refuses all of it.
    pub(crate) fn arrived(delta: &mut RosterDelta) -> Result<Arrived, PortraitError> {
        let portraits = std::mem::take(&mut delta.portraits).into_iter();
        portraits.map(|mut it| Ok((it.beneficiary, Portrait::new(std::mem::take(&mut *it.jpeg))?))).collect()
    }

    /// Follows a delta: whoever is in it has the portrait that arrived and no other, and none without a face. Returns when
    /// that is on disk, and whether there was room for those that arrived.
    pub(crate) fn follow(&self, delta: &RosterDelta, mut arrived: Arrived) -> io::Result<bool> {
        let mut there_was_room = true;
        let mut sealed = Vec::new();
        let mut gone: Vec<&BeneficiaryId> = delta.removed.iter().collect();
        if !arrived.is_empty() {
            private_folder(&self.folder)?;
            sync_folder_of(&self.folder)?;
            if free_bytes(&self.folder)? < ROOM {
                tracing::warn!("too little room is left on the disk for portraits");
                arrived.clear();
                there_was_room = false;
            }
        }
        for known in &delta.beneficiaries {
            match arrived.remove(&known.id).filter(|_| known.template.is_some()) {
                Some(portrait) => {
                    let name = self.name(&known.id);
                    let bytes = seal::seal(&self.key, name.as_bytes(), portrait.jpeg());
                    sealed.push((self.folder.join(name), bytes));
                }
                None => gone.push(&known.id),
            }
        }
        for some in sealed.chunks(AT_ONCE) {
            write_synced(&some.iter().map(|(path, bytes)| (path.as_path(), bytes.as_slice())).collect::<Vec<_>>())?;
        }
        self.forget(&gone)?;
        Ok(there_was_room)
    }

    /// Whether there's room for those that had none, and some to spare: else they would come and go with each sync.
    pub(crate) fn have_room_again(&self) -> io::Result<bool> {
        if !self.folder.exists() {
            return Ok(false);
        }
        Ok(free_bytes(&self.folder)? >= 2 * ROOM)
    }

    /// Somebody's portrait, if there is one that can be read.
    pub(crate) fn read(&self, id: &BeneficiaryId) -> Option<Portrait> {
        let name = self.name(id);
        let sealed = match fs::read(self.folder.join(&name)) {
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(%error, "a portrait can't be read");
                }
                return None;
            }
            Ok(sealed) => sealed,
        };
        let mut jpeg = seal::open(&self.key, name.as_bytes(), &sealed)?;
        Portrait::new(std::mem::take(&mut *jpeg)).ok()
    }

    fn forget(&self, gone: &[&BeneficiaryId]) -> io::Result<()> {
        if gone.is_empty() || !self.folder.exists() {
            return Ok(());
        }
        remove_all(gone.iter().map(|id| self.folder.join(self.name(id))))
    }

    fn name(&self, id: &BeneficiaryId) -> String {
        seal::tag(&self.names, id.as_str().as_bytes()).to_string()
    }
}

/// Removes all portraits of a handset, locked or not.
pub(crate) fn forget_all(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir.join(FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder_of(&dir.join(FOLDER)),
    }
}
