//! core/ffi
