//! A visit that is cut short: found again as it was, ended once, readable to nobody, and undone where it's too late.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use saksi_field::capture::{Photo, StatementPhoto};
use saksi_field::crash_points::CrashPoint;
use saksi_field::visit::ProxyDetails;
use saksi_field::{Clock as _, ClockReading, FieldError, Handset, HostClock, RESUMABLE, VisitError, VisitSort};
use saksi_records::BeneficiaryId;
use saksi_records::record::NotServedReason;
use saksi_records::wire::HandsetState;
use saksi_tests::crowd::{PROXY_STEPS, next_unpaid, person, proxy_step, proxy_visit, round};
use saksi_tests::props::{PROXY_NAME, PROXY_NIK, ROSTER, STRANGER};
use saksi_tests::{FieldKit, PIN, consent, officer, proxy, sync, unlock};

#[test]
fn a_visit_killed_after_any_step_is_resumed_and_committed_once() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(20);
    drop(kit.handset("a"));
    for done in 1..=PROXY_STEPS {
        killed(&kit, None, &format!("kept {done}"));
        resumed_and_committed(&kit, done..=done);
    }
    let handset = kit.reopen("a");
    unlock(&handset);
    assert_eq!(handset.day().expect("readable").len(), PROXY_STEPS);
    assert_eq!(sync(&handset).sent, PROXY_STEPS as u64);
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn a_visit_killed_while_a_step_is_kept_is_as_before_it_or_after() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(30);
    drop(kit.handset("a"));
    for step in [CrashPoint::Written, CrashPoint::Staged, CrashPoint::Applied, CrashPoint::Kept] {
        for nth in 1..=PROXY_STEPS {
            killed(&kit, Some((step, nth)), &format!("at {}", step.name()));
            let done = match step {
                CrashPoint::Kept => nth..=nth,
                // What was applied but not synced may be there or not: a killed process isn't a failed power supply.
                CrashPoint::Applied => nth - 1..=nth,
                _ => nth - 1..=nth - 1,
            };
            resumed_and_committed(&kit, done);
        }
    }
}

#[test]
fn what_is_kept_of_a_visit_is_readable_to_nobody_and_gone_once_it_ends() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(5);
    let handset = kit.handset("a");
    let jpeg = b"\xff\xd8 the face of somebody at a door".repeat(40);
    let keep = |n: usize| {
        let mut visit = handset.visit_by_proxy(&round(), &person(n)).expect("entitled");
        visit.take(consent(&handset)).expect("today's text");
        visit.take(proxy()).expect("a proxy");
        let hash = saksi_face::PageHash::from_bytes(&[3; saksi_face::PageHash::BYTES]).expect("as many");
        let photo = || Photo::new(jpeg.clone());
        visit.take(StatementPhoto { photo: photo(), page: photo(), hash }).expect("a letter");
        handset.keep(&visit).expect("kept");
        handset.keep(&visit).expect("kept again");
    };
    keep(0);
    let files = || file_names(&kit.handset_folder("a").join("interrupted"));
    assert_eq!(files().len(), 2, "the visit, and its one photo");
    let ProxyDetails { name, nik, phone, .. } = proxy();
    let phone = phone.expect("the proxy has one");
    let id = person(0);
    let secrets =
        [name.as_bytes(), nik.reveal().as_bytes(), phone.reveal().as_bytes(), id.as_str().as_bytes(), &jpeg[..20]];
    assert_sealed(&kit.handset_folder("a"), &secrets);

    // Another visit stands beside it; each is removed by whatever ends that one.
    keep(1);
    assert_eq!(interrupted(&handset), [person(1), person(0)]);
    let first = handset.interrupted().expect("readable")[1].visit;
    assert!(handset.discard_interrupted(first).expect("discarded"));
    assert_eq!(files().len(), 2, "the photo that both have stays");
    handset.commit(&proxy_visit(&handset, 2).expect("complete")).expect("committed");
    assert_eq!(interrupted(&handset), [person(1)], "of somebody else");
    handset.not_served(&round(), &person(1), NotServedReason::Absent).expect("committed");
    assert_eq!((interrupted(&handset), files().len()), (vec![], 0));
    keep(3);
    let third = handset.interrupted().expect("readable")[0].visit;
    assert!(handset.discard_interrupted(third).expect("discarded"));
    assert_eq!((handset.resume(third).expect("none").is_none(), files().len()), (true, 0));

    // Erased by the programme, there is no key to it any more.
    keep(4);
    let id = handset.programme().handset;
    kit.runtime().block_on(kit.programme().set_handset_state(id, HandsetState::Erase, "test")).expect("known");
    assert!(sync(&handset).stopped.is_none());
    assert!(matches!(handset.interrupted(), Err(FieldError::Locked)));
    assert_sealed(&kit.handset_folder("a"), &secrets);
    drop(handset);
    assert!(kit.reopen("a").unlock(officer(), PIN).is_err());
}

#[test]
fn in_the_terminal_a_visit_that_lacks_something_goes_on_with_what_was_missing() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let saksi = |arguments: &[&str]| terminal.says(arguments);
    let face = terminal.file("face.jpg", &kit.portrait(STRANGER));
    let letter = terminal.file("letter.png", &kit.statement());
    let (done, told) = saksi(&["visit", "resume"]);
    assert!(!done && told.contains("no visit"), "{told}");

    let who = ["--name", PROXY_NAME, "--nik", PROXY_NIK, "--relation", "neighbour", "--reason", "ill", "--consent"];
    let visit = ["visit", "proxy", "--beneficiary", ROSTER[4].id, "--photo", &face];
    let (done, told) = saksi(&[&visit[..], &who].concat());
    assert!(!done && told.contains("statement_photo") && told.contains("saksi visit resume"), "{told}");
    let (_, told) = saksi(&["unlock"]);
    assert!(told.contains(&format!("{}: was cut short", ROSTER[4].id)), "{told}");
    let (done, told) = saksi(&["visit", "resume"]);
    assert!(!done && told.contains("statement_photo") && !told.contains("proxy_photo"), "{told}");
    let (done, told) = saksi(&["visit", "resume", "--statement", &letter]);
    assert!(done && told.contains(ROSTER[4].id), "{told}");
    let (done, told) = saksi(&["visit", "resume"]);
    assert!(!done && told.contains("no visit"), "{told}");

    let first = ["visit", "enrolment", "--beneficiary", ROSTER[3].id, "--photo", &face, "--consent"];
    assert!(!saksi(&first).0);
    let (done, told) = saksi(&["visit", "discard"]);
    assert!(done && told.contains("given up"), "{told}");
    assert!(saksi(&["visit", "discard"]).1.contains("no visit"));
    assert!(!saksi(&first).0);
    assert!(saksi(&["visit", "resume", "--no-document", "lost"]).0);

    let (_, told) = saksi(&["outbox"]);
    assert!(told.contains("waiting: 2"), "each once: {told}");
    let taken = fs::read_dir(kit.handset_folder("handset").join("interrupted")).expect("it was made");
    assert_eq!(taken.count(), 0, "nothing is left of them");
}

#[test]
fn after_half_an_hour_or_where_it_was_paid_elsewhere_a_visit_is_undone() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(5);
    let handset = kit.handset("a");
    let other = kit.handset("b");
    let keep = |handset: &Handset| {
        let mut visit = handset.visit_by_proxy(&round(), &person(0)).expect("entitled");
        proxy_step(handset, &mut visit, 0, 0).expect("taken");
        proxy_step(handset, &mut visit, 1, 0).expect("taken");
        handset.keep(&visit).expect("kept");
    };
    keep(&handset);
    let files = || file_names(&kit.handset_folder("a").join("interrupted"));
    drop(handset);
    let now = HostClock::new().now().monotonic_ms;
    let half_an_hour = u64::try_from(RESUMABLE.as_millis()).expect("positive");
    let handset = kit.reopen_at("a", now + half_an_hour + 60_000);
    unlock(&handset);
    assert_eq!((interrupted(&handset), files().len()), (vec![], 0));
    drop(handset);

    // Over restarts, each with the clock set back to where it was: what was seen of its age is kept.
    let handset = kit.reopen("a");
    unlock(&handset);
    keep(&handset);
    drop(handset);
    let wall = HostClock::new().now().wall;
    for (boot, is_there) in [("second", true), ("third", true), ("fourth", false)] {
        let on = ClockReading { wall, boot: boot.into(), monotonic_ms: half_an_hour * 2 / 5 };
        let handset = kit.reopen_when("a", on);
        unlock(&handset);
        assert_eq!(!interrupted(&handset).is_empty(), is_there, "{boot}");
        assert_eq!(files().is_empty(), !is_there, "{boot}");
    }

    let handset = kit.reopen("a");
    unlock(&handset);
    keep(&handset);
    other.commit(&proxy_visit(&other, 0).expect("complete")).expect("committed");
    assert_eq!(sync(&other).sent, 1);
    assert!(sync(&handset).stopped.is_none());
    let kept = handset.interrupted().expect("readable")[0].visit;
    let refused = handset.resume(kept).expect_err("paid by now");
    assert!(matches!(refused, FieldError::Visit(VisitError::AlreadyPaid(_))), "{refused}");
    assert_eq!((interrupted(&handset), files().len()), (vec![], 0));
}

/// Starts an officer's visit, and kills the process when it has said this.
fn killed(kit: &FieldKit, stop: Option<(CrashPoint, usize)>, when: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_officer"));
    command.arg(kit.handset_folder("a")).arg("visit").stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some((step, nth)) = stop {
        command.args([step.name(), &nth.to_string()]);
    }
    let mut process = command.spawn().expect("starts");
    process.stdin.take().expect("piped").write_all(b"go\n").expect("it listens");
    let said = BufReader::new(process.stdout.take().expect("piped")).lines();
    assert!(said.map_while(Result::ok).any(|line| line == when), "{when}");
    process.kill().expect("it runs");
    process.wait().expect("it ends");
}

/// Opens the handset again, goes on from so many steps, and pays.
fn resumed_and_committed(kit: &FieldKit, done: std::ops::RangeInclusive<usize>) {
    let handset = kit.reopen("a");
    unlock(&handset);
    let n = next_unpaid(&handset, 0);
    let mut visit = match handset.interrupted().expect("readable").pop() {
        Some(found) => {
            let visit = handset.resume(found.visit).expect("may go on").expect("it was found");
            assert_eq!((found.beneficiary, found.sort), (person(n), VisitSort::Proxy));
            visit
        }
        None => handset.visit_by_proxy(&round(), &person(n)).expect("entitled"),
    };
    let steps = PROXY_STEPS - visit.missing().len();
    assert!(done.contains(&steps), "{steps} of {done:?}");
    for step in steps..PROXY_STEPS {
        assert!(visit.finish().is_err(), "nothing can be left out");
        proxy_step(&handset, &mut visit, step, n).expect("taken");
    }
    let receipt = handset.commit(&visit).expect("committed");
    assert!(interrupted(&handset).is_empty());
    assert_eq!(handset.commit(&visit).expect("the same receipt"), receipt);
    assert!(file_names(&kit.handset_folder("a").join("interrupted")).is_empty());
}

/// Whom the visits were to that were cut short, the latest first.
fn interrupted(handset: &Handset) -> Vec<BeneficiaryId> {
    handset.interrupted().expect("readable").into_iter().map(|kept| kept.beneficiary).collect()
}

fn file_names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn assert_sealed(folder: &Path, secrets: &[&[u8]]) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            assert_sealed(&path, secrets);
            continue;
        }
        let bytes = fs::read(&path).expect("readable");
        for secret in secrets {
            assert!(!bytes.windows(secret.len()).any(|window| window == *secret), "in {}", path.display());
        }
    }
}
