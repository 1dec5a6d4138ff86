//! What shows who somebody is before a face is taken down under their name: a document with their number, or why there is none.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::nik::Nik;

/// What an officer saw of who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentCheck {
    /// A document, with its photo as the blob `document`.
    Seen(Document),
    /// The person has none.
    Missing(NoDocument),
}

/// A document that was shown, and the number the officer read from it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The number on it, which was the roster's.
    pub nik: Nik,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?})", self.kind)
    }
}

/// What sort of document shows a number and a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// The identity card (KTP).
    Ktp,
    /// The family card (KK).
    FamilyCard,
    /// A letter of the village that says who somebody is (surat keterangan).
    VillageLetter,
}

/// Why somebody shows no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoDocument {
    /// Never had one.
    NeverIssued,
    /// Lost or destroyed.
    Lost,
    /// Applied for, and not there yet.
    InProcess,
    /// Somebody else keeps it, or it is elsewhere.
    Elsewhere,
}
