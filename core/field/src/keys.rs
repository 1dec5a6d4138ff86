//! The handset's secrets: key slots behind PINs, a supervisor's codes, and how small values are sealed.

pub(crate) mod attempts;
pub(crate) mod code;
pub(crate) mod file_vault;
pub mod pin;
pub(crate) mod seal;
pub(crate) mod slots;
pub(crate) mod vault;
