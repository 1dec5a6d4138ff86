//! The sealed records and the audit log, as files that outlast the store and its key, and what they prove.

pub(crate) mod archive;
pub(crate) mod audit_log;
pub mod proof;
pub(crate) mod tail;
