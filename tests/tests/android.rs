//! The Android app on this machine: its day without a screen, and its day in the app, with the built library and a real
//! server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use saksi_tests::{models, skipped};
use xtask::bindings::{self, Bindings};
use xtask::build::{programs, there, workspace};

/// Built and generated once for both days.
static BUILT: LazyLock<(PathBuf, Bindings)> = LazyLock::new(|| {
    let programs = programs().expect("the programs build");
    let bindings = bindings::generate(&programs).expect("bindings");
    (programs, bindings)
});

#[test]
fn a_field_day_without_a_screen() {
    if !there("java") || !there("mvn") {
        return skipped("the Android app's day needs a JDK (17 or later) and Maven");
    }
    let Some(models) = models() else { return };
    let (programs, Bindings { kotlin, library, .. }) = &*BUILT;
    let mut maven = Command::new("mvn");
    maven
        .args(["--quiet", "--batch-mode", "--no-transfer-progress", "test"])
        .arg(property("saksi.bindings", kotlin))
        .arg(property("saksi.library", library))
        .current_dir(workspace().join("android/field"));
    pass(&mut maven, programs, &models);
}

#[test]
fn a_field_day_in_the_app() {
    const CANNOT: i32 = 77;
    let run = workspace().join("android/jvm/run.sh");
    let ready = Command::new("bash").arg(&run).stdin(Stdio::null()).output().expect("there is a shell");
    let said = String::from_utf8_lossy(&ready.stderr);
    match ready.status.code() {
        Some(0) => {}
        Some(CANNOT) => return skipped(&format!("the field day in the Android app: {}", said.trim())),
        _ => panic!("what the app stands on can't be made ready: {said}"),
    }
    let Some(models) = models() else { return };
    let (programs, Bindings { kotlin, library, .. }) = &*BUILT;
    let mut bash = Command::new("timeout");
    bash.args(["--kill-after=10", "1200", "bash"]).arg(&run).args([kotlin, library]);
    pass(&mut bash, programs, &models);
}

/// The day ends well.
fn pass(day: &mut Command, programs: &Path, models: &Path) {
    day.env("SAKSI_PROGRAMS", programs).env("SAKSI_MODELS", models);
    let status = day.stdin(Stdio::null()).status().expect("it was found before");
    assert!(status.success(), "the day ended with {status}");
}

fn property(name: &str, path: &Path) -> String {
    format!("-D{name}={}", path.display())
}
