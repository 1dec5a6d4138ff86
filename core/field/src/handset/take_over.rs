//! A handset whose keys were lost or destroyed, provisioned again in its folder: what it had sealed is carried on.
//!
//! The new secrets are made in `renewed`, so that nothing is given up before the server has admitted them. Then all that
//! was there moves to `adopted/N`, which is a whole handset's folder and can be verified as one, and what is in `renewed`
//! takes its place. `programme` moves last each time: where it is tells how far a crash let it come.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use saksi_records::audit::Event;

use crate::disk::files::{private_folder, rename_durably};
use crate::error::FieldError;
use crate::evidence::archive::{Outbox, Shelf};
use crate::handset::Handset;
use crate::keys::vault::{KeyVault, Vault, VaultError};
use crate::roster::portraits;
use crate::sync::programme::Programme;

const RENEWED: &str = "renewed";
const ADOPTED: &str = "adopted";
const PROGRAMME: &str = "programme";
/// What moves, in this order.
const MOVED: [&str; 7] = ["identity", "audit.log", "records", "store", "slots.key", "transport.key", PROGRAMME];

/// Where a handset's new keys are to be made: in its folder, or in `renewed` where that still holds a handset whose keys
/// are lost. A handset that has its keys is none to be provisioned.
pub(crate) fn home_of_new_keys(dir: &Path, keystore: &dyn KeyVault) -> Result<PathBuf, FieldError> {
    let slots = Vault::at(dir).slot_states(keystore);
    if let Err(error @ (VaultError::Unavailable(_) | VaultError::Io(_))) = slots {
        return Err(error.into());
    }
    let lost = match Programme::load(dir, keystore) {
        Ok(None) => false,
        Ok(Some(_)) if slots.is_ok() => return Err(FieldError::AlreadyProvisioned),
        Ok(Some(_)) | Err(VaultError::CannotUnwrap) => true,
        Err(error) => return Err(error.into()),
    };
    if !lost {
        return Ok(dir.to_owned());
    }
    let home = dir.join(RENEWED);
    private_folder(&home)?;
    Ok(home)
}

/// Ends what was begun, once the server has admitted the new keys.
pub(crate) fn finish(dir: &Path) -> io::Result<()> {
    let renewed = dir.join(RENEWED);
    if !renewed.join(PROGRAMME).exists() {
        return Ok(());
    }
    if dir.join(PROGRAMME).exists() {
        let aside = unfinished(&dir.join(ADOPTED))?;
        private_folder(&aside)?;
        // Sealed under the keys that were lost, and no evidence.
        portraits::forget_all(dir)?;
        move_all(dir, &aside)?;
    }
    move_all(&renewed, dir)?;
    fs::remove_dir_all(renewed)
}

fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    for name in MOVED.iter().filter(|name| from.join(name).exists()) {
        rename_durably(&from.join(name), &to.join(name))?;
    }
    Ok(())
}

/// The folder of the latest move if that was cut short, otherwise a new one.
fn unfinished(adopted: &Path) -> io::Result<PathBuf> {
    let name = |n: u32| adopted.join(n.to_string());
    (1..=u32::MAX).map(name).find(|it| !it.join(PROGRAMME).exists()).ok_or_else(|| io::ErrorKind::AlreadyExists.into())
}

impl Handset {
    /// The sealed records of this handset, and then of those whose folder it took over.
    pub fn outboxes(&self) -> io::Result<Vec<Outbox>> {
        let mut outboxes = vec![self.outbox.clone()];
        let folders = match fs::read_dir(self.dir.join(ADOPTED)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(outboxes),
            read => read?,
        };
        let mut folders = folders.map(|entry| Ok(entry?.path().join("records"))).collect::<io::Result<Vec<_>>>()?;
        folders.sort();
        for records in folders.iter().filter(|records| records.exists()) {
            outboxes.push(self.outbox.open_beside(records)?);
        }
        Ok(outboxes)
    }

    /// Writes down what was adopted, if anything was.
    pub(crate) fn log_adopted(&self) -> Result<(), FieldError> {
        let outboxes = self.outboxes()?;
        let mut records = 0;
        for outbox in outboxes.iter().skip(1) {
            records += outbox.list(Shelf::Outbox)?.len() as u64;
        }
        if outboxes.len() > 1 {
            self.log(Event::Adopted { records })?;
        }
        Ok(())
    }
}
