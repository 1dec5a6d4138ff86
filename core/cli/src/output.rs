//! How answers are printed.

use anyhow::Result;
use serde::Serialize;

pub fn print_json(value: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}

/// Numbers with what they count, on one line.
pub fn print_counts(counts: &[(&str, u64)]) {
    let counts: Vec<String> = counts.iter().map(|(what, count)| format!("{what}: {count}")).collect();
    println!("{}", counts.join(", "));
}
