//! What the crate promises from outside, in one program, since linking the networks is what takes the time.

mod bad_pictures;
mod common;
mod liveness;
mod parity;
mod people;
