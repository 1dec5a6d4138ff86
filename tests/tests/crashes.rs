//! The handset's process killed, or its power failing, at any moment: no acknowledged record is lost, none is there twice, none is half
//! there, and the next can be paid.
//!
//! `SAKSI_CRASHES=2000` kills it that many times at random instead of 150, and lets the power fail a fifth as often.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use saksi_field::crash_points::CrashPoint;
use saksi_field::{Filed, Handset, Outbox, Shelf};
use saksi_records::keys::random_bytes;
use saksi_records::{Digest, RecordId};
use saksi_tests::disk::PoweredDisk;
use saksi_tests::{FieldKit, sync, unlock};

/// How long the officer may take for what takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_process_killed_at_random_loses_and_doubles_nothing() {
    let Some(kit) = FieldKit::new() else { return };
    let runs = runs();
    let mut evidence = Evidence::new(&kit, "random", runs * 40);
    let mut next = Officer::prepare(&kit, "random", None);
    for run in 0..runs {
        let officer = next.start();
        // Loading the models takes longest, and can be done meanwhile.
        next = Officer::prepare(&kit, "random", None);
        let wait = a_moment();
        let started = Instant::now();
        let mut told = Vec::new();
        while let Some(left) = wait.checked_sub(started.elapsed()) {
            match officer.said.recv_timeout(left) {
                Ok(line) => told.push(line),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => panic!("run {run}: the officer stopped of itself"),
            }
        }
        told.extend(officer.kill());
        evidence.check(&format!("run {run}"), &told);
    }
    evidence.deliver(&format!("{runs} kills at random"));
}

#[test]
fn a_process_killed_at_any_step_of_a_compaction_still_has_the_one_store_or_the_other() {
    let Some(kit) = FieldKit::new() else { return };
    let mut evidence = Evidence::new(&kit, "compaction", 500);
    for step in CrashPoint::COMPACTION {
        for nth in 1..=3 {
            let mut officer = Officer::prepare(&kit, "compaction", Some((step, nth))).start();
            let (there, mut told) = officer.gets_to(step);
            told.extend(officer.kill());
            evidence.check(&there, &told);
            let folder = kit.handset_folder("compaction");
            assert!(!folder.join("store.new").exists() && !folder.join("store.old").exists(), "{there}");
        }
    }
    evidence.deliver(&format!("{} steps of a compaction, each 3 times", CrashPoint::COMPACTION.len()));
}

#[test]
fn a_process_killed_at_any_step_of_a_commit_loses_and_doubles_nothing() {
    let Some(kit) = FieldKit::new() else { return };
    let mut evidence = Evidence::new(&kit, "steps", 500);
    for step in CrashPoint::COMMIT {
        for nth in 1..=3 {
            let mut officer = Officer::prepare(&kit, "steps", Some((step, nth))).start();
            let (there, mut told) = officer.gets_to(step);
            told.extend(officer.kill());
            assert_eq!(told.len() as u64, nth - 1, "{there}: one acknowledgement a visit");
            let found = evidence.check(&there, &told);
            let named = u64::from(matches!(step, CrashPoint::Published | CrashPoint::Kept | CrashPoint::Known));
            assert_eq!(found, nth - 1 + named, "{there}");
        }
    }
    evidence.deliver(&format!("{} steps, each at 3 visits", CrashPoint::COMMIT.len()));
}

#[test]
fn power_that_fails_at_any_moment_takes_nothing_that_was_acknowledged() {
    let Some(kit) = FieldKit::new() else { return };
    let Some(mut disk) = PoweredDisk::new(&kit.handset_folder("power")) else { return };
    let mut evidence = Evidence::new(&kit, "power", 500 + runs() * 2);
    for step in CrashPoint::COMMIT {
        for nth in 1..=3 {
            let mut officer = Officer::prepare(&kit, "power", Some((step, nth))).start();
            let (there, mut told) = officer.gets_to(step);
            told.extend(disk.fails(|| officer.kill()));
            let found = evidence.check(&there, &told);
            // A name that isn't synced may be there or not.
            if step != CrashPoint::Published {
                let kept = u64::from(matches!(step, CrashPoint::Kept | CrashPoint::Known));
                assert_eq!(found, nth - 1 + kept, "{there}");
            }
        }
    }
    let runs = runs() / 5;
    for run in 0..runs {
        let mut officer = Officer::prepare(&kit, "power", None).start();
        // By what was done and not by time alone, since a busy machine gets nothing done in a moment.
        let mut told = officer.says(usize::from(random_bytes::<1>()[0] % 8));
        thread::sleep(a_moment());
        officer.stop();
        told.extend(disk.fails(|| officer.kill()));
        evidence.check(&format!("power failure {run}"), &told);
    }
    evidence.deliver(&format!("power that failed at {} steps, and {runs} times at random", CrashPoint::COMMIT.len()));
}

/// What a handset must still have.
struct Evidence<'a> {
    kit: &'a FieldKit,
    name: &'a str,
    acknowledged: BTreeSet<RecordId>,
    there: u64,
}

impl<'a> Evidence<'a> {
    fn new(kit: &'a FieldKit, name: &'a str, people: usize) -> Self {
        kit.import_crowd(people.min(6000));
        drop(kit.handset(name));
        Self { kit, name, acknowledged: BTreeSet::new(), there: 0 }
    }

    /// Opens the handset after a crash, and counts the records that are new.
    fn check(&mut self, when: &str, told: &[String]) -> u64 {
        self.acknowledged.extend(told.iter().map(|line| line.parse::<RecordId>().expect("a record's id")));
        let handset = self.kit.reopen(self.name);
        unlock(&handset);
        let round = handset.with_roster(|roster| roster.rounds().next().is_some()).expect("unlocked");
        let aside = self.kit.handset_folder(self.name).join("store.damaged-1");
        assert!(round && !aside.exists(), "{when}: the next can be paid, as the roster is still there");
        let day: Vec<RecordId> = handset.day().expect("readable").iter().map(|summary| summary.record).collect();
        let files: Vec<Filed> = shelves(&handset);
        assert_eq!(files.iter().map(|filed| filed.record).collect::<Vec<_>>(), day, "{when}: each has its one file");
        let distinct: BTreeSet<RecordId> = day.iter().copied().collect();
        assert_eq!(distinct.len(), day.len(), "{when}: none is there twice");
        let lost: Vec<&RecordId> = self.acknowledged.difference(&distinct).collect();
        assert!(lost.is_empty(), "{when}: lost {lost:?}");
        nothing_half_there(handset.outbox(), &self.kit.handset_folder(self.name), &files, when);
        let new = day.len() as u64 - self.there;
        self.there += new;
        // A record may have been on disk before the officer could be told.
        self.acknowledged = distinct;
        new
    }

    /// The server takes all of it, and has nothing to say against it.
    fn deliver(self, what: &str) {
        let handset = self.kit.reopen(self.name);
        unlock(&handset);
        let report = sync(&handset);
        assert!(report.stopped.is_none(), "{:?}", report.stopped);
        assert_eq!((report.sent, report.quarantined, report.waiting), (self.there, 0, 0));
        assert!(self.kit.alerts().is_empty(), "no gap, fork or double payment: {:?}", self.kit.alerts());
        eprintln!("{what}: {} records, none lost, doubled or torn; the server has them all", self.there);
    }
}

fn runs() -> usize {
    env::var("SAKSI_CRASHES").ok().and_then(|runs| runs.parse().ok()).unwrap_or(150)
}

/// Up to 30 ms: some ten visits.
fn a_moment() -> Duration {
    Duration::from_micros(u64::from(u16::from_be_bytes(random_bytes())) * 30 / 65)
}

fn shelves(handset: &Handset) -> Vec<Filed> {
    let list = |shelf| handset.outbox().list(shelf).expect("readable");
    let mut files: Vec<Filed> = [Shelf::Outbox, Shelf::Sent, Shelf::Quarantine].into_iter().flat_map(list).collect();
    files.sort_by_key(|filed| filed.seq);
    files
}

/// Every envelope links to the one before, its photos are whole, and there is nothing else.
fn nothing_half_there(outbox: &Outbox, folder: &Path, files: &[Filed], when: &str) {
    let mut prev = Digest::ZERO;
    let mut photos = BTreeMap::new();
    for (place, filed) in files.iter().enumerate() {
        let envelope = outbox.read(filed).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!((envelope.header().seq, envelope.header().prev), (place as u64 + 1, prev), "{when}");
        prev = envelope.digest();
        photos.extend(envelope.header().blobs.iter().map(|blob| (format!("{}.blob", blob.sha256), blob.sha256)));
    }
    let there = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let records = folder.join("records");
    assert!(there(&records.join("outbox")).iter().all(|name| !name.contains("staged")), "{when}: something is staged");
    assert_eq!(there(&records.join("blobs")), photos.keys().cloned().collect(), "{when}: all photos and no other");
    for (name, digest) in photos {
        assert_eq!(Digest::of(&fs::read(records.join("blobs").join(&name)).expect("a photo")), digest, "{when}");
    }
}

/// The process of an officer.
struct Officer {
    process: Child,
    said: Receiver<String>,
}

impl Officer {
    /// Starts a process that loads the models, and doesn't touch the handset yet.
    fn prepare(kit: &FieldKit, name: &str, stop: Option<(CrashPoint, u64)>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_officer"));
        command.arg(kit.handset_folder(name)).arg("write").stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some((step, nth)) = stop {
            command.args([step.name(), &nth.to_string()]);
        }
        let mut process = command.spawn().expect("starts");
        let out = BufReader::new(process.stdout.take().expect("piped"));
        let (tell, said) = channel();
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { process, said }
    }

    /// Starts the day, and returns when the handset is unlocked.
    fn start(mut self) -> Self {
        self.process.stdin.take().expect("piped").write_all(b"go\n").expect("it listens");
        assert_eq!(self.said.recv_timeout(PATIENCE).as_deref(), Ok("ready"));
        self
    }

    /// Waits for so many acknowledgements.
    fn says(&self, lines: usize) -> Vec<String> {
        (0..lines).map(|_| self.said.recv_timeout(PATIENCE).expect("the officer goes on")).collect()
    }

    /// Waits until it stops there, and returns what it had said until then.
    fn gets_to(&mut self, step: CrashPoint) -> (String, Vec<String>) {
        let there = format!("at {}", step.name());
        let mut told = Vec::new();
        loop {
            let line = self.said.recv_timeout(PATIENCE).expect("the officer gets there");
            if line == there {
                break;
            }
            told.push(line);
        }
        (there, told)
    }

    /// Stops it (SIGSTOP), and returns when none of its threads does anything more.
    fn stop(&mut self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &pid]).status().is_ok_and(|status| status.success()));
        let is_stopped = |task: &Path| {
            let stat = fs::read_to_string(task.join("stat")).unwrap_or_default();
            // A thread that has just ended has no state.
            stat.rsplit(") ").next().is_none_or(|rest| rest.is_empty() || rest.starts_with('T'))
        };
        let tasks = Path::new("/proc").join(pid).join("task");
        while !fs::read_dir(&tasks).expect("it's there").flatten().all(|task| is_stopped(&task.path())) {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Kills it (SIGKILL), and returns what it had said until then.
    fn kill(mut self) -> Vec<String> {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
        self.said.iter().collect()
    }
}
