//! The iOS app on this machine: its day without a screen, with the built library and a real server, and its screens as far as
//! they can be checked without Apple's SDK.

use std::fs;
use std::process::{Command, Stdio};

use saksi_face::Frame;
use saksi_tests::frames::{around_the_face, on_a_table, write_yuv};
use saksi_tests::{FieldKit, props, skipped};
use xtask::bindings::{self, Bindings};
use xtask::build::{programs, workspace};

#[test]
#[ignore = "its third scan, of a stranger, finds no end; see docs/ios.md"]
fn a_field_day_without_a_screen() {
    const NO_SWIFT: i32 = 77;
    let script = || {
        let mut shell = Command::new("sh");
        shell.arg(workspace().join("ios/Tests/run.sh"));
        shell
    };
    let ready = script().stdin(Stdio::null()).output().expect("there is a shell");
    let said = String::from_utf8_lossy(&ready.stderr);
    match ready.status.code() {
        Some(0) => {}
        Some(NO_SWIFT) => return skipped(&format!("the iOS app's day: {}", said.trim())),
        _ => panic!("Swift can't be made ready: {said}"),
    }
    let Some(kit) = FieldKit::new() else { return };
    let programs = programs().expect("the programs build");
    let Bindings { swift, library, .. } = bindings::generate(&programs).expect("bindings");
    let written = |name: &str, bytes: Vec<u8>| {
        let file = kit.handset_folder(name);
        fs::write(&file, bytes).expect("writes");
        file
    };
    let decoded = |picture: &[u8]| Frame::decode(picture).expect("a picture");
    let face = |name: &str| around_the_face(&kit, &decoded(&kit.portrait(name)));
    let frames = [
        ("ENROLLED", face(props::BENEFICIARY_AGAIN)),
        ("PROXY", face(props::STRANGER)),
        ("STATEMENT", on_a_table(&decoded(&kit.statement()))),
    ];
    let mut day = script();
    day.args([&swift, &library])
        .env("SAKSI_PROGRAMS", &programs)
        .env("SAKSI_MODELS", kit.models())
        .env("SAKSI_ROSTER", written("roster.csv", kit.roster_csv().expect("a roster")))
        .env("SAKSI_STATEMENT", written("statement.png", kit.statement()))
        .env("SAKSI_GOLDEN_RECEIPT", workspace().join("android/field/src/test/resources/receipt.escpos.txt"));
    for (name, frame) in &frames {
        day.env(format!("SAKSI_{name}_FRAME"), write_yuv(&kit.handset_folder(name), frame));
    }
    let status = day.stdin(Stdio::null()).status().expect("it was found before");
    assert!(status.success(), "the day ended with {status}");
}
