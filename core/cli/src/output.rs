//! How answers are printed, and how a file takes a new form.

use std::fs;
use std::path::Path;

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

/// Replaces a file as a whole: a manifest that was half written would leave a build without its models.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let beside = path.with_added_extension("new");
    fs::write(&beside, text)?;
    Ok(fs::rename(&beside, path)?)
}
