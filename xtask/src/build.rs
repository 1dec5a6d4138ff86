//! Calls cargo the same way everywhere, so that every command finds what another has built.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The whole workspace with all features: cargo compiles a dependency anew for every other choice of packages, and
/// tract takes minutes.
pub const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

/// What cargo tells a program of its own package.
const OWN: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_"];

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A cargo command in the workspace.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(workspace());
    // Build scripts that look at it would run again, and with them half of the workspace be compiled again.
    let own = |name: &OsStr| name.to_str().is_some_and(|name| OWN.iter().any(|prefix| name.starts_with(prefix)));
    for (name, _) in env::vars_os().filter(|(name, _)| own(name)) {
        cargo.env_remove(name);
    }
    cargo
}

/// Builds all programs and libraries, and returns the folder they are in.
pub fn programs() -> Result<PathBuf> {
    succeed(cargo(&["build"]).args(EVERYTHING))?;
    // This program lies where cargo puts the others; a test, one folder deeper.
    let program = env::current_exe()?;
    let folder = program.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    Ok(folder.context("a program lies in a folder")?.to_owned())
}

/// Runs a command to its end; anything but success is an error.
pub fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().display().to_string();
    let status = command.status().with_context(|| format!("{program} can't be started"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

/// Whether a program is on the path.
pub fn there(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
