//! A keystore for machines that have none.

use std::fs;
use std::io;
use std::path::Path;

use saksi_records::keys::random_bytes;
use zeroize::{Zeroize, Zeroizing};

use crate::disk::files;
use crate::keys::vault::{KeyVault, VaultError};

/// A keystore for machines that have none: a random key in a file that only its owner can read.
///
/// It stands for the hardware of a phone in the terminal and in tests, without a phone's protection; what guards the
/// root key here is the PIN (Argon2id).
pub struct FileVault {
    key: Zeroizing<[u8; 32]>,
}

impl FileVault {
    /// Opens the key file, or makes a new one.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        match fs::read(path) {
            Ok(mut bytes) => {
                let key = bytes.as_slice().try_into().map(Zeroizing::new);
                bytes.zeroize();
                Ok(Self { key: key.map_err(|_| VaultError::CannotUnwrap)? })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Zeroizing::new(random_bytes());
                files::write_durably(path, &*key)?;
                Ok(Self { key })
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl KeyVault for FileVault {
    fn wrap(&self, purpose: &str, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(crate::keys::seal::seal(&self.key, purpose.as_bytes(), secret))
    }

    fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        crate::keys::seal::open(&self.key, purpose.as_bytes(), wrapped).ok_or(VaultError::CannotUnwrap)
    }
}
