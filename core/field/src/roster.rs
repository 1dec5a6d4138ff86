//! The people whom the handset may pay: the list, and their portraits.

pub(crate) mod face_template;
pub(crate) mod list;
pub(crate) mod portraits;
