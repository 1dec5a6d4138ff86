//! The people whom the handset may pay: the list, the search by what is typed, and their portraits.

pub(crate) mod face_template;
pub(crate) mod list;
pub(crate) mod portraits;
pub(crate) mod search;
