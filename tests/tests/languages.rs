//! A field day in other languages: the built library, called from Kotlin, Python and Swift against a real server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use saksi_face::Frame;
use saksi_records::wire::Policy;
use saksi_tests::frames::{around_the_face, on_a_table, write_yuv};
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

#[test]
fn every_exported_method_is_called_in_at_least_one_language() {
    let read = |file: &str| fs::read_to_string(workspace().join("tests").join(file)).expect("a field day");
    let days = [
        ("Kotlin", read("kotlin/src/test/kotlin/id/saksi/fieldday/FieldDayTest.kt")),
        ("Swift", read("swift/main.swift") + &read("swift/Phone.swift")),
        ("Python", read("python/field_day.py")),
    ];
    let exported = exported();
    assert!(exported.len() > 80, "{exported:?}");
    let mut nowhere = Vec::new();
    for name in &exported {
        let method = name.rsplit('.').next().expect("a name");
        let called = days.iter().filter(|(_, day)| calls(day, method) || calls(day, &camel(method)));
        let called: Vec<&str> = called.map(|(language, _)| *language).collect();
        println!("{name:40} {}", called.join(", "));
        if called.is_empty() {
            nowhere.push(name);
        }
    }
    assert!(nowhere.is_empty(), "called in no language: {nowhere:?}");
}

#[test]
fn a_field_day_in_swift() {
    const NO_SWIFT: i32 = 77;
    let day_in_swift = || {
        let mut shell = Command::new("sh");
        shell.arg(workspace().join("tests/swift/run.sh"));
        shell
    };
    let ready = day_in_swift().stdin(Stdio::null()).output().expect("there is a shell");
    let said = String::from_utf8_lossy(&ready.stderr);
    match ready.status.code() {
        Some(0) => {}
        Some(NO_SWIFT) => return skipped(&format!("the field day in Swift: {}", said.trim())),
        _ => panic!("Swift can't be made ready: {said}"),
    }
    let Some(day) = Day::prepare() else { return };
    day.pass(day_in_swift().args([&BINDINGS.swift, &BINDINGS.library]));
}

/// What the bindings export, as Python names it: `function` and `Type.method`.
fn exported() -> Vec<String> {
    let python = fs::read_to_string(BINDINGS.python.join("saksi.py")).expect("the bindings");
    let mut exported = Vec::new();
    let mut class = None;
    for line in python.lines() {
        let name = |rest: &str| rest.split(|it: char| !(it.is_alphanumeric() || it == '_')).next().map(str::to_owned);
        if let Some(rest) = line.strip_prefix("class ") {
            // An object has a protocol; whatever else is a class is data, or what an app implements.
            let has_methods =
                |name: &String| name == "SaksiError" || python.contains(&format!("class {name}Protocol("));
            class = name(rest).filter(has_methods);
        } else if let Some(rest) = line.strip_prefix("def ") {
            class = None;
            exported.extend(name(rest).filter(|name| !name.starts_with('_')));
        } else if let (Some(rest), Some(class)) = (line.trim_start().strip_prefix("def "), &class) {
            exported.extend(name(rest).filter(|name| !name.starts_with('_')).map(|name| format!("{class}.{name}")));
        }
    }
    exported.sort();
    exported.dedup();
    exported
}

/// Whether a text calls something of this name, or hands it on to be called.
fn calls(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let handed_on = before.ends_with("::") || before.ends_with('.') && after.starts_with([']', ',']);
        handed_on || after.starts_with('(') && before.ends_with(['.', ' ', '(', '!']) && !before.ends_with("func ")
    })
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |whole, word| whole + &word[..1].to_uppercase() + &word[1..])
}

/// A programme that awaits one handset, another that requires living people, and what the handset's software finds in its
/// environment.
struct Day {
    kit: FieldKit,
    _strict: FieldKit,
    tickets: [PathBuf; 2],
    statement: PathBuf,
    roster: PathBuf,
    frames: [(&'static str, PathBuf); 3],
}

impl Day {
    fn prepare() -> Option<Self> {
        let (kit, strict) = (FieldKit::new()?, FieldKit::with(Policy::default())?);
        let statement = kit.handset_folder("statement.png");
        fs::write(&statement, kit.statement()).expect("writes");
        let roster = kit.handset_folder("roster.csv");
        fs::write(&roster, kit.roster_csv().expect("a roster")).expect("writes");
        let tickets = [&kit, &strict].map(|programme| {
            let file = programme.handset_folder("ticket.json");
            fs::write(&file, serde_json::to_vec(&programme.ticket()).expect("plain data")).expect("writes");
            file
        });
        let decoded = |picture: &[u8]| Frame::decode(picture).expect("a picture");
        let proxy = around_the_face(&kit, &decoded(&kit.portrait(props::STRANGER)));
        let enrolled = around_the_face(&kit, &decoded(&kit.portrait(props::BENEFICIARY_AGAIN)));
        let frames = [("PROXY", proxy), ("ENROLLED", enrolled), ("STATEMENT", on_a_table(&decoded(&kit.statement())))];
        let frames = frames.map(|(name, frame)| (name, write_yuv(&kit.handset_folder(name), &frame)));
        Some(Self { kit, _strict: strict, tickets, statement, roster, frames })
    }

    /// The day goes as it should there, and the server has what was written down.
    fn pass(&self, day: &mut Command) {
        day.env("SAKSI_MODELS", self.kit.models())
            .env("SAKSI_PORTRAITS", self.kit.models().join("portraits"))
            .env("SAKSI_TICKET", &self.tickets[0])
            .env("SAKSI_STRICT_TICKET", &self.tickets[1])
            .envs(self.frames.iter().map(|(name, file)| (format!("SAKSI_{name}_FRAME"), file)))
            .env("SAKSI_STATEMENT", &self.statement)
            .env("SAKSI_ROSTER", &self.roster)
            .env("SAKSI_ROUND", props::ROUND)
            .env("SAKSI_ENROLLED", beneficiary(0).as_str())
            .env("SAKSI_ABSENT", beneficiary(2).as_str())
            .env("SAKSI_ABSENT_NIK", props::ROSTER[2].nik)
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
