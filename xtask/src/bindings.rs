//! `cargo xtask bindings`: generates Kotlin, Swift and Python from the built library.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::{programs, succeed, workspace};

/// What was generated, and from what.
pub struct Bindings {
    /// The folder of the Kotlin sources.
    pub kotlin: PathBuf,
    /// The folder of the Swift source, the C header and the module map.
    pub swift: PathBuf,
    /// The folder of the Python module.
    pub python: PathBuf,
    /// The library they call: a copy, which no later build changes.
    pub library: PathBuf,
}

/// Builds, generates, and says where.
pub fn run() -> Result<()> {
    let Bindings { kotlin, swift, python, library } = generate(&programs()?)?;
    println!("Kotlin:  {}", kotlin.display());
    println!("Swift:   {}", swift.display());
    println!("Python:  {}", python.display());
    println!("library: {}", library.display());
    Ok(())
}

/// Generates into `bindings` beside the folder of built programs. The library must not be stripped: the generator reads
/// what it says of itself.
pub fn generate(programs: &Path) -> Result<Bindings> {
    let name = format!("{DLL_PREFIX}saksi_ffi{DLL_SUFFIX}");
    let (built, bindings) = (programs.join(&name), programs.with_file_name("bindings"));
    let [kotlin, swift, python] = ["kotlin", "swift", "python"].map(|language| {
        let folder = emptied(&bindings.join(language))?;
        let mut generator = Command::new(programs.join(format!("uniffi-bindgen{EXE_SUFFIX}")));
        generator.args(["generate", "--no-format", "--language", language, "--out-dir"]).arg(&folder).arg(&built);
        succeed(generator.current_dir(workspace()))?;
        Ok::<_, anyhow::Error>(folder)
    });
    let (kotlin, swift, python) = (kotlin?, swift?, python?);
    // The Python module looks for the library beside itself.
    let library = python.join(name);
    fs::copy(&built, &library).with_context(|| built.display().to_string())?;
    Ok(Bindings { kotlin, swift, python, library })
}

/// The folder, without anything that an earlier run left in it.
fn emptied(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    Ok(folder.to_owned())
}
