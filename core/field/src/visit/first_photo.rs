//! The portrait of a first photo, for the cards of those who come later.

use saksi_face::{Engine, Frame};
use saksi_records::wire::Policy;
use saksi_records::{BlobRole, Portrait, Record};

use super::Draft;

/// Gives a first photo its portrait, where the programme shows portraits and the person was told so.
pub(crate) fn add_portrait(draft: &mut Draft, engine: &Engine, policy: &Policy) {
    let Record::Enrolment(taken) = &mut draft.record else { return };
    if !policy.portraits || taken.consent.text_version != policy.consent_version {
        return;
    }
    let photo = draft.photos.iter().find(|(role, _)| *role == BlobRole::Beneficiary);
    taken.portrait = photo.and_then(|(_, photo)| of_photo(engine, photo.jpeg()));
}

/// The portrait of the face in a photo from which a template was made before: `None` where it isn't found again.
fn of_photo(engine: &Engine, jpeg: &[u8]) -> Option<Portrait> {
    let frame = Frame::decode(jpeg).ok()?;
    let face = saksi_face::choose(&engine.detect(&frame).ok()?, frame.width(), frame.height())?.face;
    Portrait::new(frame.to_portrait_jpeg(&face).ok()?).ok()
}
