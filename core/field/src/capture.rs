//! From a camera's frames or a single picture to what a visit takes: a face, a letter, a document.

pub(crate) mod document;
pub(crate) mod face;
pub(crate) mod feed;
pub(crate) mod page_hash;
pub(crate) mod photo;
pub(crate) mod source;
pub(crate) mod statement;

pub use document::DocumentPhoto;
pub use face::{CapturedFace, FaceCapture};
pub use feed::{Feed, Guided};
pub use photo::Photo;
pub use source::{CaptureError, Face, Source, StatementPhoto};
pub use statement::StatementCapture;
