//! Taking the officer's own face.

use crate::capture::source::Source;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::roster::face_template::written;
use crate::store::{Changes, Table};
use crate::visit::officer_face::{OwnFace, key};
use saksi_records::audit::Event;
use saksi_records::record::Consent;

impl Handset {
    /// Takes the face of the officer who has unlocked, from a picture or a capture. The officer has consented to it. Nothing
    /// is kept of the photo.
    pub fn take_own_face<'a>(&self, _consent: &Consent, source: impl Into<Source<'a>>) -> Result<(), FieldError> {
        let template = source.into().face(&self.engine)?.template;
        let officer = self.with_session(|session| {
            if session.own_face.as_ref().is_some_and(|known| known.by == session.admitted_by) {
                return Err(FieldError::OwnFaceKnown);
            }
            let own = OwnFace { template: written(&template), by: session.admitted_by };
            let mut changes = Changes::default();
            changes.put(Table::Meta, key(&session.officer), &own);
            session.store.apply(&changes)?;
            session.own_face = Some(own);
            Ok(session.officer.clone())
        })?;
        self.log(Event::OfficerFaceTaken { officer })?;
        Ok(())
    }

    /// Whether the face of the officer who has unlocked is known.
    pub fn has_own_face(&self) -> Result<bool, FieldError> {
        self.with_session(|session| Ok(session.own_face.is_some()))
    }
}
