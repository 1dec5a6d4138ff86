//! The phone below everything: files that are whole or not there, room, clocks, and the moments at which power may fail.

pub mod crash_points;
pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod mutex;
pub(crate) mod platform;
pub(crate) mod room;
pub(crate) mod rule_clock;
