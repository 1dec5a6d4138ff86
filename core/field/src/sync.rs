//! Between handset and server: what is known of the programme, the requests, and the delivery of records.

pub(crate) mod authority;
pub(crate) mod backoff;
pub(crate) mod cancel;
pub(crate) mod client;
mod connection;
pub(crate) mod delivery;
pub(crate) mod programme;
pub(crate) mod progress;
