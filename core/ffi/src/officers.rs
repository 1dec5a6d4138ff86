//! Who works with a handset: the list to choose from, a supervisor's codes, and locking for want of use.

use saksi_field::{CodePurpose, Officer};
use saksi_records::OfficerId;
use saksi_records::record::Consent;

use crate::capture::CapturedFace;
use crate::error::SaksiError;
use crate::handset::Handset;

#[uniffi::export]
impl Handset {
    /// Those who have a PIN here, and those whom the office has assigned besides. Works while locked.
    pub fn officers(&self) -> Result<Vec<Officer>, SaksiError> {
        Ok(self.0.officers()?)
    }

    /// How many wrong PINs in a row are left before this officer is locked out. Works while locked.
    pub fn pin_attempts_left(&self, officer: &OfficerId) -> Result<u32, SaksiError> {
        Ok(self.0.pin_attempts_left(officer)?)
    }

    /// What a supervisor's code (the text of its QR code) is for, if this handset would take it now. Works while locked.
    pub fn read_code(&self, code: &str) -> Result<CodePurpose, SaksiError> {
        Ok(self.0.read_code(code)?)
    }

    /// Takes a supervisor's code, and sets the PIN of the officer in it, who is returned. Works while locked and without
    /// a connection. Takes a second. A PIN that is too short leaves the code as good as before.
    pub fn admit(&self, code: &str, pin: &str) -> Result<OfficerId, SaksiError> {
        Ok(self.0.admit(code, pin)?)
    }

    /// The same with a code that came from the server: `Officer.codeWaiting` says whether one did, in a sync since the app
    /// started.
    pub fn admit_waiting(&self, officer: &OfficerId, pin: &str) -> Result<(), SaksiError> {
        Ok(self.0.admit_waiting(officer, pin)?)
    }

    /// Sets another PIN for an officer who knows the one before. Works while locked, and counts as an attempt to unlock. Takes
    /// two seconds. A new PIN that is too short counts as none.
    pub fn change_pin(&self, officer: &OfficerId, old: &str, new: &str) -> Result<(), SaksiError> {
        Ok(self.0.change_pin(officer, old, new)?)
    }

    /// Takes a supervisor's code to erase: nothing here can ever be read again; what is sealed can still be sent.
    pub fn erase(&self, code: &str) -> Result<(), SaksiError> {
        Ok(self.0.erase(code)?)
    }

    /// Locks if nobody has used the handset for `Policy.idleLockMinutes`, and tells whether it is locked now. For a timer.
    pub fn lock_if_idle(&self) -> bool {
        self.0.lock_if_idle()
    }

    /// Says that the officer is at work where no other call does: while a camera is open, say.
    pub fn touch(&self) -> Result<(), SaksiError> {
        Ok(self.0.touch()?)
    }

    /// Takes the face of the officer who has unlocked, so that it is never paid or taken for a proxy's. The officer has
    /// consented; the photo isn't kept.
    pub fn take_own_face(&self, consent: &Consent, picture: &[u8]) -> Result<(), SaksiError> {
        Ok(self.0.take_own_face(consent, picture)?)
    }

    /// The same with a face that was taken with the camera.
    pub fn take_own_face_captured(&self, consent: &Consent, face: &CapturedFace) -> Result<(), SaksiError> {
        Ok(self.0.take_own_face(consent, &face.0)?)
    }

    /// Whether the face of the officer who has unlocked is known.
    pub fn has_own_face(&self) -> Result<bool, SaksiError> {
        Ok(self.0.has_own_face()?)
    }
}
