//! From door to door: those still to be visited, in the order of a short walk.

pub(crate) mod address;
pub(crate) mod kd_tree;
pub(crate) mod two_opt;
pub(crate) mod walk;
