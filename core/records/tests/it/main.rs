//! What the records promise, tested from outside.

mod audit;
mod chain;
mod golden;
mod strict;
mod support;
mod tampering;
mod vectors;
