//! Disks that are full, read-only, torn or corrupt: evidence is refused with an error or kept, and never lost in between.

use std::fs;
use std::path::{Path, PathBuf};

use saksi_field::{FieldError, Handset, OutboxError, ROOM_FOR_A_VISIT, Shelf, StoreError, VisitError};
use saksi_records::RecordId;
use saksi_records::wire::HandsetState;
use saksi_tests::crowd::{PHOTO_BYTES, next_unpaid, proxy_visit};
use saksi_tests::disk::{Disk, PoweredDisk};
use saksi_tests::{FieldKit, beneficiary, officer, sync, unlock};

#[test]
fn a_disk_that_fills_up_at_any_point_of_a_commit_costs_nothing_that_was_acknowledged() {
    let Some(kit) = FieldKit::new() else { return };
    let Some(disk) = Disk::in_memory(&kit.handset_folder("a"), "64m") else { return };
    kit.import_crowd(200);
    let handset = kit.handset("a");
    let ballast = disk.folder.join("ballast");
    let mut acknowledged = Vec::new();
    let (mut refused, mut n) = (0, 0);
    // A visit takes two photos, an envelope and a note, and room for the store's log.
    for left in (0..10 * PHOTO_BYTES as u64).step_by(8192) {
        n = next_unpaid(&handset, n);
        let visit = proxy_visit(&handset, n).expect("there was room when it began");
        fs::write(&ballast, vec![1; usize::try_from(disk.free() - left).expect("it fits")]).ok();
        match handset.commit(&visit) {
            Ok(receipt) => acknowledged.push(receipt.record),
            Err(error) => {
                assert!(is_of_the_disk(&error), "{left} bytes left: {error}");
                refused += 1;
            }
        }
        fs::remove_file(&ballast).expect("removed");
        if handset.is_locked() {
            unlock(&handset);
        }
        assert_has(&handset, &acknowledged);
    }
    assert!(refused > 3 && acknowledged.len() > 3, "both happened: {refused}, {}", acknowledged.len());
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert_has(&handset, &acknowledged);
    delivers_all(&kit, &handset);
    eprintln!("disk full: {refused} commits refused, {} acknowledged and delivered", acknowledged.len());
}

#[test]
fn a_full_disk_keeps_no_evidence_back_and_what_is_sent_makes_room() {
    let Some(kit) = FieldKit::new() else { return };
    let Some(disk) = Disk::in_memory(&kit.handset_folder("memory"), "64m") else { return };
    delivers_from_a_full_disk(&kit, "memory", &disk);
    let Some(disk) = PoweredDisk::new(&kit.handset_folder("journal")) else { return };
    delivers_from_a_full_disk(&kit, "journal", disk.disk());
}

fn delivers_from_a_full_disk(kit: &FieldKit, name: &str, disk: &Disk) {
    kit.import_crowd(20);
    let handset = kit.handset(name);
    let id = handset.programme().handset;
    for _ in 0..3 {
        let n = next_unpaid(&handset, 0);
        handset.commit(&proxy_visit(&handset, n).expect("entitled")).expect("committed");
    }
    let ballast = disk.fill();
    let set = |state| kit.runtime().block_on(kit.programme().set_handset_state(id, state, "test")).expect("known");
    set(HandsetState::Locked);
    let report = sync(&handset);
    assert_eq!((report.sent, report.waiting), (3, 0), "{name}: {report:?}");
    assert!(handset.is_locked(), "what the server says is obeyed before anything is written");
    assert!(report.stopped.is_none() && report.not_kept.is_none(), "{name}: {report:?}");
    drop(handset);
    let handset = kit.reopen(name);
    let forbidden = handset.unlock(officer(), saksi_tests::PIN);
    assert!(matches!(forbidden, Err(FieldError::Forbidden(HandsetState::Locked))), "kept, once there was room");

    // The roster isn't taken in where a store has no room for it.
    set(HandsetState::Active);
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{name}: {report:?}");
    let left = fs::File::options().write(true).open(&ballast).expect("there");
    left.set_len(left.metadata().expect("readable").len() - ROOM_FOR_A_VISIT / 2).expect("shorter");
    unlock(&handset);
    let report = sync(&handset);
    assert!(matches!(report.stopped, Some(FieldError::LowSpace { .. })), "{name}: {report:?}");
    // An open file keeps its room.
    drop(left);
    fs::remove_file(ballast).expect("removed");
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{name}: {report:?}");
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn a_visit_is_refused_before_it_begins_where_room_runs_out_and_never_afterwards() {
    let Some(kit) = FieldKit::new() else { return };
    let Some(disk) = Disk::in_memory(&kit.handset_folder("a"), "64m") else { return };
    kit.import_crowd(20);
    let handset = kit.handset("a");
    let begun = proxy_visit(&handset, 0).expect("there is room");
    let ballast = disk.folder.join("ballast");
    let needed = usize::try_from(ROOM_FOR_A_VISIT).expect("it fits");
    fs::write(&ballast, vec![1; usize::try_from(disk.free()).expect("it fits") - needed / 2]).expect("written");
    let refused = proxy_visit(&handset, 1).expect_err("there is not");
    assert!(matches!(refused, FieldError::LowSpace { free } if free < ROOM_FOR_A_VISIT), "{refused}");
    handset.commit(&begun).expect("what has begun is ended");
    fs::remove_file(ballast).expect("removed");
    handset.commit(&proxy_visit(&handset, 1).expect("there is room again")).expect("committed");
    delivers_all(&kit, &handset);
}

#[test]
fn a_disk_that_turns_read_only_refuses_and_goes_on_when_it_is_mended() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(20);
    let handset = kit.handset("a");
    let Some(disk) = Disk::over(&kit.handset_folder("a")) else { return };
    let first = handset.commit(&proxy_visit(&handset, 0).expect("entitled")).expect("committed").record;
    let visit = proxy_visit(&handset, 1).expect("entitled");
    disk.remount("ro");
    let refused = handset.commit(&visit).expect_err("nothing can be written");
    assert!(is_of_the_disk(&refused), "{refused}");
    assert_has(&handset, &[first]);
    drop(handset);

    let refused = kit.reopens("a").and_then(|it| it.unlock(officer(), saksi_tests::PIN));
    assert!(refused.is_err(), "an attempt at the PIN can't be counted");
    disk.remount("rw");
    let handset = kit.reopen("a");
    unlock(&handset);
    let second = handset.commit(&proxy_visit(&handset, 1).expect("entitled")).expect("committed").record;
    assert_has(&handset, &[first, second]);
    delivers_all(&kit, &handset);
}

#[test]
fn a_store_torn_at_any_sector_forgets_no_record_and_pays_nobody_twice() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(40);
    let handset = kit.handset("a");
    let acknowledged = paid(&handset, 6);
    drop(handset);
    let store = kit.handset_folder("a").join("store");
    let whole = Copy::of(&store);
    let database = store.join("db");
    let bytes = fs::read(&database).expect("sled's file");
    let used = bytes.len() - bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let (mut put_aside, mut runs) = (0, 0);
    for sectors in (1..=used / 512).filter(|n| *n <= 16 || n % 16 == 0) {
        let at = used - sectors * 512;
        for cut in [true, false] {
            whole.restore();
            let torn = if cut { bytes[..at].to_vec() } else { [&bytes[..at], &vec![0; bytes.len() - at]].concat() };
            fs::write(&database, torn).expect("written");
            let handset = kit.reopen("a");
            unlock(&handset);
            assert_has(&handset, &acknowledged);
            for n in 0..6 {
                // Without the roster there is nobody to be paid.
                let again = proxy_visit(&handset, n).expect_err("paid");
                let paid = matches!(again, FieldError::Visit(VisitError::AlreadyPaid(_)) | FieldError::Roster(_));
                assert!(paid, "{sectors} sectors: {again}");
            }
            put_aside += usize::from(remove_asides(&store));
            runs += 1;
        }
    }
    whole.restore();
    let handset = kit.reopen("a");
    unlock(&handset);
    delivers_all(&kit, &handset);
    eprintln!("torn store: {runs} runs, put aside {put_aside} times, no record forgotten");
}

#[test]
fn a_store_with_any_byte_changed_forgets_no_record_and_pays_nobody_twice() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(40);
    let handset = kit.handset("a");
    let acknowledged = paid(&handset, 3);
    drop(handset);
    let store = kit.handset_folder("a").join("store");
    let whole = Copy::of(&store);
    let (mut put_aside, mut runs) = (0, 0);
    for (file, bytes) in &whole.files {
        let used = bytes.len() - bytes.iter().rev().take_while(|byte| **byte == 0).count();
        let step = (used / 40).max(1) | 1;
        for at in (0..used).step_by(step) {
            whole.restore();
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            fs::write(file, changed).expect("written");
            let handset = kit.reopen("a");
            unlock(&handset);
            assert_has(&handset, &acknowledged);
            for n in 0..3 {
                assert!(proxy_visit(&handset, n).is_err(), "byte {at} of {}", file.display());
            }
            put_aside += usize::from(remove_asides(&store));
            runs += 1;
        }
    }
    whole.restore();
    let handset = kit.reopen("a");
    unlock(&handset);
    delivers_all(&kit, &handset);
    eprintln!("changed store: {runs} bytes, put aside {put_aside} times, no record forgotten");
}

#[test]
fn a_store_that_fell_back_in_time_has_no_face_again_whose_consent_was_withdrawn() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.lock();
    let before = Copy::of(&kit.handset_folder("a").join("store"));
    unlock(&handset);
    let has_face = || {
        let template = handset.with_roster(|roster| roster.template(&beneficiary(0)).expect("on the roster"));
        template.expect("unlocked").is_some()
    };
    assert!(has_face());
    handset.consent_withdrawn(&saksi_tests::round(), &beneficiary(0)).expect("committed");
    handset.lock();
    before.restore();
    unlock(&handset);
    assert!(!has_face());
}

#[test]
fn a_record_or_photo_torn_at_any_sector_is_set_aside_and_blocks_no_other() {
    let Some(kit) = FieldKit::new() else { return };
    kit.import_crowd(40);
    let handset = kit.handset("a");
    paid(&handset, 3);
    let records = kit.handset_folder("a").join("records");
    let filed = handset.outbox().list(Shelf::Outbox).expect("readable");
    let envelope = records.join("outbox").join(format!("{:010}-{}.env", filed[1].seq, filed[1].record));
    let photo = handset.outbox().blob_path(&handset.outbox().read(&filed[2]).expect("whole").header().blobs[0].sha256);
    for file in [&envelope, &photo] {
        let bytes = fs::read(file).expect("readable");
        for at in (0..bytes.len()).step_by(512).skip(1) {
            for torn in [bytes[..at].to_vec(), [&bytes[..at], &vec![0; bytes.len() - at]].concat()] {
                fs::write(file, torn).expect("written");
                let handset_after = handset.outbox().list(Shelf::Outbox).expect("readable");
                assert_eq!(handset_after.len(), 3, "it isn't lost from sight");
            }
        }
    }
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    assert_eq!((report.sent, report.quarantined, report.waiting), (1, 2, 0));
    assert!(envelope.parent().expect("a folder").read_dir().expect("readable").next().is_none());
    assert_eq!(handset.outbox().list(Shelf::Quarantine).expect("readable").len(), 2, "kept, with the reason");
}

fn is_of_the_disk(error: &FieldError) -> bool {
    matches!(
        error,
        FieldError::Outbox(OutboxError::Io(_)) | FieldError::Store(StoreError::Io(_) | StoreError::Damaged(_))
    )
}

fn assert_has(handset: &Handset, acknowledged: &[RecordId]) {
    let day: Vec<RecordId> = handset.day().expect("readable").iter().map(|summary| summary.record).collect();
    for record in acknowledged {
        assert_eq!(day.iter().filter(|kept| *kept == record).count(), 1, "{record} is there exactly once");
    }
    let files: Vec<RecordId> = handset.outbox().all().expect("readable").iter().map(|filed| filed.record).collect();
    assert_eq!(files, day);
}

fn delivers_all(kit: &FieldKit, handset: &Handset) {
    let records = handset.day().expect("readable").len() as u64;
    let report = sync(handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    assert_eq!((report.sent, report.quarantined, report.waiting), (records, 0, 0));
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

/// Whether the store had been put aside; tidies up.
fn remove_asides(store: &Path) -> bool {
    let mut found = false;
    for entry in store.parent().expect("a folder").read_dir().expect("readable") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("store.damaged-")) {
            assert!(path.read_dir().expect("readable").next().is_some(), "nothing is deleted");
            fs::remove_dir_all(&path).expect("removed");
            found = true;
        }
    }
    found
}

/// Pays the first so many of the crowd; their records.
fn paid(handset: &Handset, count: usize) -> Vec<RecordId> {
    let record = |n| handset.commit(&proxy_visit(handset, n).expect("entitled")).expect("committed").record;
    (0..count).map(record).collect()
}

/// A folder's files, to be put back.
struct Copy {
    folder: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Copy {
    fn of(folder: &Path) -> Self {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().expect("readable") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((path.clone(), fs::read(&path).expect("readable")));
                }
            }
        }
        Self { folder: folder.to_owned(), files }
    }

    fn restore(&self) {
        fs::remove_dir_all(&self.folder).ok();
        for (path, bytes) in &self.files {
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        }
    }
}
