//! The officer's own face: whoever holds the handset can't be the person it pays.
//!
//! It is taken once after an officer is let in, under the eye of whoever lets them in, and kept in the encrypted store. A
//! new admission lets it be taken again; until then the one before counts.

use saksi_records::audit::Event;
use saksi_records::record::Consent;
use saksi_records::{CodeId, FaceTemplate, OfficerId};
use serde::{Deserialize, Serialize};

use crate::capture;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::roster::written;
use crate::store::{Changes, Store, StoreError, Table};

/// An officer's face, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnFace {
    template: FaceTemplate,
    /// The code by which the officer was let in when it was taken.
    by: Option<CodeId>,
}

impl OwnFace {
    pub(crate) fn of(store: &Store, officer: &OfficerId) -> Result<Option<Self>, StoreError> {
        store.get(Table::Meta, &key(officer))
    }

    pub(crate) fn template(&self) -> &FaceTemplate {
        &self.template
    }
}

impl Handset {
    /// Takes the face of the officer who has unlocked (JPEG or PNG). The officer has consented to it. Nothing is kept of
    /// the photo.
    pub fn take_own_face(&self, _consent: &Consent, picture: &[u8]) -> Result<(), FieldError> {
        let template = capture::face(&self.engine, picture)?.template;
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

fn key(officer: &OfficerId) -> String {
    format!("face of {officer}")
}
