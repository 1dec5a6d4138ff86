//! `cargo xtask test`: all that CI checks, in the order in which it fails fastest. What a machine lacks is skipped, and
//! said so.

use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::build::{EVERYTHING, cargo, programs, succeed, there, workspace};
use crate::{demo, models, postgres, python};

/// Check all that CI checks.
#[derive(clap::Args)]
pub struct Args {
    /// Leave out what needs more than Rust: fuzzing, Python, Kotlin, cargo-deny
    #[arg(long)]
    rust_only: bool,
}

/// Runs every check; the first that fails ends it.
pub fn run(args: &Args) -> Result<()> {
    let start = Instant::now();
    step("format", || succeed(cargo(&["fmt", "--all", "--check"]).stdin(Stdio::null())))?;
    // Tests that need models or portraits say that they are skipped where these can't be had.
    let fetched = models::ensure().and_then(|_| models::portraits());
    if let Err(error) = &fetched {
        skipped("models and portraits", &format!("{error:#}"));
    }
    step("build", || programs().map(drop))?;
    step("tests", || succeed(cargo(&["test", "--no-fail-fast"]).args(EVERYTHING)))?;
    step("lints", || succeed(cargo(&["clippy", "--all-targets"]).args(EVERYTHING).args(["--", "-D", "warnings"])))?;
    step("documentation", || {
        succeed(cargo(&["doc", "--no-deps", "--quiet"]).args(EVERYTHING).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    match fetched {
        Ok(_) => step("demonstration", demo::check)?,
        Err(_) => skipped("demonstration", "it needs models and portraits"),
    }
    match postgres::start(false)? {
        Some(database) => step("the server on PostgreSQL", || {
            // The same package with the same features as before, so that nothing is compiled again.
            let mut tests = cargo(&["test", "--no-fail-fast", "--test", "server"]);
            succeed(tests.args(EVERYTHING).env("SAKSI_TEST_DATABASE", &database.url))
        })?,
        None if env::var_os("CI").is_some() => bail!("PostgreSQL isn't installed, and the server must be tested on it"),
        None => skipped("the server on PostgreSQL", "it is not installed: apt install postgresql"),
    }
    if !args.rust_only {
        beyond_rust()?;
    }
    println!("\nall checks passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn beyond_rust() -> Result<()> {
    if there("cargo-deny") {
        // The advisories are in a repository that not every machine reaches.
        step("licences, sources, bans", || succeed(&mut cargo(&["deny", "check", "bans", "licenses", "sources"])))?;
    } else {
        skipped("licences, sources, bans", "cargo-deny is not installed: cargo install cargo-deny");
    }
    // Debian keeps `venv` in a package of its own.
    if Command::new("python3").args(["-m", "ensurepip", "--version"]).output().is_ok_and(|it| it.status.success()) {
        step("the independent opener in Python", opener)?;
    } else {
        skipped("the independent opener in Python", "there is no python3 that can make a virtual environment");
    }
    step("fuzzing, briefly", || {
        succeed(Command::new("bash").arg("tests/fuzz/run.sh").arg("5").current_dir(workspace()))
    })
}

/// In a virtual environment of its own, with pinned libraries.
fn opener() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let python = python::make(folder.path(), &workspace().join("tests/python/requirements.txt"))?;
    succeed(Command::new(&python).args(["-m", "unittest", "discover", "-s", "tests/python"]).current_dir(workspace()))
}

fn step(what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n== {what}");
    let start = Instant::now();
    if let Err(error) = act() {
        bail!("{what}: {error:#}");
    }
    println!("== {what}: passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn skipped(what: &str, why: &str) {
    println!("\n== SKIPPED: {what}: {why}");
}
