//! The officer's own face: whoever holds the handset can't be the person it pays.
//!
//! It is taken once after an officer is let in, under the eye of whoever lets them in, and kept in the encrypted store. A
//! new admission lets it be taken again; until then the one before counts.

use saksi_records::{CodeId, FaceTemplate, OfficerId};
use serde::{Deserialize, Serialize};

use crate::store::{Store, StoreError, Table};

/// An officer's face, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OwnFace {
    pub(crate) template: FaceTemplate,
    /// The code by which the officer was let in when it was taken.
    pub(crate) by: Option<CodeId>,
}

impl OwnFace {
    pub(crate) fn of(store: &Store, officer: &OfficerId) -> Result<Option<Self>, StoreError> {
        store.get(Table::Meta, &key(officer))
    }

    pub(crate) fn template(&self) -> &FaceTemplate {
        &self.template
    }
}

pub(crate) fn key(officer: &OfficerId) -> String {
    format!("face of {officer}")
}
