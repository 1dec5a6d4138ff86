//! What the crate promises from outside, in one program, since linking the networks is what takes the time.

mod bad_pictures;
mod common;
#[cfg(feature = "inference")]
mod covers;
#[cfg(feature = "inference")]
mod liveness;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(feature = "inference")]
mod parity;
#[cfg(feature = "inference")]
mod people;
mod statement;
#[cfg(feature = "inference")]
mod upright;
