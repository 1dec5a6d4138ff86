//! Virtual environments of Python, each with the packages that a file pins.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::build::succeed;

/// Makes an environment with what `requirements` lists; its Python.
pub fn make(environment: &Path, requirements: &Path) -> Result<PathBuf> {
    succeed(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
    let python = of(environment);
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    succeed(Command::new(&python).args(install).arg(requirements))?;
    Ok(python)
}

/// The Python of an environment.
pub fn of(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}
