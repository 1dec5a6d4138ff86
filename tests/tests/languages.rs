//! A field day in other languages: the built library, called from Kotlin and from Python against a real server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use saksi_tests::{FieldKit, beneficiary, props, skipped};
use xtask::bindings::{self, Bindings};
use xtask::build::{programs, workspace};

/// Generated once for all days.
static BINDINGS: LazyLock<Bindings> =
    LazyLock::new(|| bindings::generate(&programs().expect("the library builds")).expect("bindings"));

#[test]
fn a_field_day_in_kotlin() {
    if !runs("java", "-version") || !runs("mvn", "--version") {
        return skipped("the field day in Kotlin needs a JDK (17 or later) and Maven");
    }
    let Some(day) = Day::prepare() else { return };
    let mut maven = Command::new("mvn");
    maven
        .args(["--quiet", "--batch-mode", "--no-transfer-progress", "test"])
        .current_dir(workspace().join("tests/kotlin"));
    maven.arg(property("saksi.bindings", &BINDINGS.kotlin)).arg(property("saksi.library", &BINDINGS.library));
    day.pass(&mut maven);
}

#[test]
fn a_field_day_in_python() {
    if !runs("python3", "--version") {
        return skipped("the field day in Python needs python3");
    }
    let Some(day) = Day::prepare() else { return };
    let mut python = Command::new("python3");
    python.arg(workspace().join("tests/python/field_day.py")).env("SAKSI_BINDINGS", &BINDINGS.python);
    day.pass(&mut python);
}

/// A programme that awaits one handset, and what that handset's software finds in its environment.
struct Day {
    kit: FieldKit,
    ticket: PathBuf,
    statement: PathBuf,
}

impl Day {
    fn prepare() -> Option<Self> {
        let kit = FieldKit::new()?;
        let (ticket, statement) = (kit.handset_folder("ticket.json"), kit.handset_folder("statement.png"));
        fs::write(&ticket, serde_json::to_vec(&kit.ticket()).expect("plain data")).expect("writes");
        fs::write(&statement, kit.statement()).expect("writes");
        Some(Self { kit, ticket, statement })
    }

    /// The day goes as it should there, and the server has what was written down.
    fn pass(&self, day: &mut Command) {
        day.env("SAKSI_MODELS", self.kit.models())
            .env("SAKSI_PORTRAITS", self.kit.models().join("portraits"))
            .env("SAKSI_TICKET", &self.ticket)
            .env("SAKSI_STATEMENT", &self.statement)
            .env("SAKSI_ROUND", props::ROUND)
            .env("SAKSI_ENROLLED", beneficiary(0).as_str())
            .env("SAKSI_ABSENT", beneficiary(2).as_str())
            .env("SAKSI_REPRESENTED", beneficiary(5).as_str());
        let status = day.stdin(Stdio::null()).status().expect("it was found before");
        assert!(status.success(), "the day ended with {status}");
        let round = self.kit.summary();
        assert_eq!((round.in_person, round.proxy, round.not_served), (1, 1, 1));
        assert_eq!(round.paid.0, 2 * props::AMOUNT);
        let alerts = self.kit.alerts();
        assert!(alerts.is_empty(), "{alerts:?}");
    }
}

fn property(name: &str, path: &Path) -> String {
    format!("-D{name}={}", path.display())
}

fn runs(program: &str, version: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(version).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
