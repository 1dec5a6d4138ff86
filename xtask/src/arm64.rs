//! `cargo xtask arm64`: the face tests compiled for ARM64 and run under emulation, so that the NEON paths are executed.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::build::{cargo, succeed, there};
use crate::models;

const TARGET: &str = "aarch64-unknown-linux-gnu";
const LINKER: &str = "aarch64-linux-gnu-gcc";
const EMULATOR: &str = "qemu-aarch64";

/// Runs the tests of `saksi-face`. Compiles the network runtime for ARM64 first, which takes minutes.
pub fn run() -> Result<()> {
    for (program, package) in [(LINKER, "gcc-aarch64-linux-gnu"), (EMULATOR, "qemu-user")] {
        ensure!(there(program), "{program} is missing: Debian has it in {package}");
    }
    succeed(Command::new("rustup").args(["target", "add", TARGET]))
        .with_context(|| format!("the standard library for {TARGET} comes from rustup"))?;
    models::ensure()?;
    models::portraits()?;
    let tests = ["test", "--target", TARGET, "--package", "saksi-face", "--all-features", "--lib", "--test", "it"];
    succeed(
        cargo(&tests)
            .args(["--", "--show-output"])
            .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", LINKER)
            .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", format!("{EMULATOR} -L /usr/aarch64-linux-gnu")),
    )
}
