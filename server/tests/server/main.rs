//! What the server promises, from outside: real TLS, real bytes, a real folder.

mod backup;
mod cases;
mod cli;
mod common;
mod evidence;
mod keys;
mod limits;
mod office;
mod portraits;
mod registration;
mod review;
mod roster;
mod together;
mod uploads;
