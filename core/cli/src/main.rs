//! `saksi`: the handset in a terminal.
fn main() {}
