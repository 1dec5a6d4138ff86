//! The picture on a beneficiary's card: where it comes from, who has it, and when nobody has it any more.

use std::fs;
use std::path::Path;

use saksi_face::{Decision, Frame, LivenessPolicy};
use saksi_field::{FieldError, Handset, Summary, VisitError};
use saksi_records::document::NoDocument;
use saksi_records::record::Consent;
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::wire::Policy;
use saksi_records::{Portrait, PortraitError, Record};
use saksi_server::Verdict;
use saksi_tests::disk::Disk;
use saksi_tests::props::{BENEFICIARY_AGAIN, ROUND_TITLE};
use saksi_tests::{FieldKit, beneficiary, consent, round, sync, unlock};
use serde_json::Value;
use sqlx::SqlitePool;

#[test]
fn a_card_shows_who_the_beneficiary_is_and_an_unlocked_phone_needs_no_connection_for_it() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    kit.stop_server();
    let portrait = portrait(&handset, 0).expect("the roster has one");
    let picture = Frame::decode(portrait.jpeg()).expect("a JPEG");
    assert!(picture.width() <= 150 && picture.height() <= 200 && portrait.jpeg().len() <= 6_000);
    let seen = handset.verify(&consent(&handset), &beneficiary(0), portrait.jpeg()).expect("a face");
    assert_eq!(seen.decision, Decision::Match, "{seen:?}");
    assert!(self::portrait(&handset, 2).is_none(), "nor has the roster a face of them");
    assert_eq!(files(&kit, "a"), 2);

    handset.lock();
    assert!(matches!(handset.card(&beneficiary(0)), Err(FieldError::Locked)));
    unlock(&handset);
    assert_eq!(self::portrait(&handset, 0), Some(portrait));
}

#[test]
fn a_programme_without_portraits_sends_none_and_keeps_none() {
    let off = Policy { liveness: LivenessPolicy::off(), ..Policy::default() };
    let on = off.clone().with_portraits();
    let Some(mut kit) = FieldKit::with(off.clone()) else { return };
    let handset = kit.handset("a");
    assert!(handset.card(&beneficiary(0)).expect("on the roster").has_face);
    assert!(portrait(&handset, 0).is_none() && files(&kit, "a") == 0);
    handset.import_roster(round_again(), kit.roster_csv().expect("a roster").as_slice()).expect("a roster");
    assert_eq!(files(&kit, "a"), 0, "nor from a file");

    // Switched on, all come, though the handset has the rest of its roster.
    kit.change_policy(on);
    assert!(sync(&handset).stopped.is_none());
    assert!(portrait(&handset, 0).is_some() && files(&kit, "a") == 2);
    assert!(handset.policy().consent_id.contains("Gambar kecil"), "who consents is told");

    // Switched off, they go, though the handset is locked.
    kit.change_policy(off);
    handset.lock();
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(files(&kit, "a"), 0);
    unlock(&handset);
    assert!(portrait(&handset, 0).is_none());
}

#[test]
fn portraits_for_which_there_was_no_room_come_once_there_is() {
    let Some(kit) = FieldKit::new() else { return };
    let Some(disk) = Disk::in_memory(&kit.handset_folder("a"), "100m") else { return };
    let handset = kit.handset("a");
    assert!(handset.card(&beneficiary(0)).expect("on the roster").has_face);
    assert!(portrait(&handset, 0).is_none() && files(&kit, "a") == 0, "visits come first");
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(files(&kit, "a"), 0);
    // There is room, but none to spare.
    disk.resize("200m");
    assert_eq!((sync(&handset).roster_changes, files(&kit, "a")), (0, 0));
    disk.resize("400m");
    assert!(sync(&handset).stopped.is_none());
    assert!(portrait(&handset, 0).is_some() && files(&kit, "a") == 2);
    assert_eq!(sync(&handset).roster_changes, 0, "once");
}

#[test]
fn withdrawn_consent_erases_the_portrait_here_at_once_and_everywhere_after_a_sync() {
    let Some(mut kit) = FieldKit::new() else { return };
    let (here, elsewhere) = (kit.handset("a"), kit.handset("b"));
    let jpeg = portrait(&here, 0).expect("the roster has one").jpeg().to_vec();
    kit.stop_server();
    assert!(holds(&kit.server_folder().join("saksi.db"), &jpeg), "so that it is there to be found");
    here.consent_withdrawn(&round(), &beneficiary(0)).expect("committed");
    assert!(portrait(&here, 0).is_none() && files(&kit, "a") == 1, "without a connection");
    here.lock();
    unlock(&here);
    assert!(portrait(&here, 0).is_none() && portrait(&here, 1).is_some());

    kit.start_server();
    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    assert!(portrait(&elsewhere, 0).is_none() && files(&kit, "b") == 1);
    // A file that has it still brings it back to nobody.
    import(&kit, &rows(&kit));
    assert!(sync(&elsewhere).stopped.is_none());
    assert!(portrait(&elsewhere, 0).is_none() && portrait(&elsewhere, 1).is_some());
    kit.stop_server();
    for file in fs::read_dir(kit.server_folder()).expect("a folder") {
        let file = file.expect("an entry").path();
        assert!(file.is_dir() || !holds(&file, &jpeg), "{}", file.display());
    }
}

#[test]
fn a_store_that_fell_back_in_time_has_no_portrait_again_whose_consent_was_withdrawn() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.lock();
    let (store, before) = (kit.handset_folder("a").join("store"), kit.handset_folder("before"));
    copy(&store, &before.join("store"));
    copy(&kit.handset_folder("a").join("portraits"), &before.join("portraits"));
    unlock(&handset);
    handset.consent_withdrawn(&round(), &beneficiary(0)).expect("committed");
    handset.lock();
    for folder in ["store", "portraits"] {
        fs::remove_dir_all(kit.handset_folder("a").join(folder)).expect("removed");
        copy(&before.join(folder), &kit.handset_folder("a").join(folder));
    }
    assert_eq!(files(&kit, "a"), 2);
    unlock(&handset);
    assert!(portrait(&handset, 0).is_none() && files(&kit, "a") == 1);
}

#[test]
fn a_portrait_follows_the_roster_as_the_face_does() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let (first, second) = (portrait(&handset, 0), portrait(&handset, 1));
    assert!(first.is_some() && second.is_some() && first != second);

    // Another portrait takes its place.
    let mut changed = rows(&kit);
    changed[0].portrait = second.clone();
    import(&kit, &changed);
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(portrait(&handset, 0), second);
    // One who changes otherwise keeps it.
    changed[0].beneficiary.address = "Jl. Baru 7".into();
    import(&kit, &changed);
    assert!(sync(&handset).stopped.is_none());
    let card = handset.card(&beneficiary(0)).expect("on the roster");
    assert_eq!((card.address.as_str(), card.portrait), ("Jl. Baru 7", second));
    // A file with the face alone takes it away.
    changed[0].portrait = None;
    import(&kit, &changed);
    assert!(sync(&handset).stopped.is_none());
    let card = handset.card(&beneficiary(0)).expect("on the roster");
    assert!(card.has_face && card.portrait.is_none() && files(&kit, "a") == 1);
    // And who is on it no longer loses theirs.
    changed.remove(1);
    import(&kit, &changed);
    assert!(sync(&handset).stopped.is_none());
    assert!(handset.card(&beneficiary(1)).is_err() && files(&kit, "a") == 0);
}

#[test]
fn an_approved_first_photo_brings_its_portrait_to_every_handset() {
    let Some(kit) = FieldKit::new() else { return };
    let mut faceless = faceless(&kit);
    import(&kit, &faceless);
    let (here, elsewhere) = (kit.handset("a"), kit.handset("b"));
    let enrolled = enrol(&kit, &here, &consent(&here));
    assert!(sync(&here).stopped.is_none() && portrait(&here, 0).is_none(), "nobody has looked at it");
    let approve = kit.programme().decide(enrolled.record, Verdict::Approved, "", "penyelia");
    kit.runtime().block_on(approve).expect("it waits");
    assert!(sync(&here).stopped.is_none() && sync(&elsewhere).stopped.is_none());
    let portrait = portrait(&elsewhere, 0).expect("approved");
    let again = elsewhere.verify(&consent(&here), &beneficiary(0), &kit.portrait(BENEFICIARY_AGAIN)).expect("a face");
    let seen = elsewhere.verify(&consent(&here), &beneficiary(0), portrait.jpeg()).expect("a face");
    assert_eq!((again.decision, seen.decision), (Decision::Match, Decision::Match));
    // The office's next file without faces doesn't take it away.
    faceless[0].beneficiary.address = "Jl. Baru 7".into();
    import(&kit, &faceless);
    assert!(sync(&elsewhere).stopped.is_none());
    assert_eq!(self::portrait(&elsewhere, 0), Some(portrait));
}

#[test]
fn a_first_photo_has_a_portrait_only_where_the_consent_text_says_so() {
    let Some(mut kit) = FieldKit::new() else { return };
    import(&kit, &faceless(&kit));
    let handset = kit.handset("a");
    let key = kit.programme_key();
    let of_last = |handset: &Handset| {
        let filed = handset.outbox().all().expect("readable").pop().expect("a record");
        let payload = handset.outbox().read(&filed).expect("whole").open(&key).expect("opens");
        let Record::Enrolment(taken) = payload.record else { panic!("an enrolment") };
        taken.portrait
    };
    let earlier = Consent { text_version: Policy::default().consent_version, language: "id".into() };
    let mut visit = handset.visit_enrolment(&round(), &beneficiary(0)).expect("the roster has no face");
    assert_eq!(visit.take(earlier), Err(VisitError::UnknownConsentText), "another text was read out");
    enrol(&kit, &handset, &consent(&handset));
    assert!(of_last(&handset).is_some());
    kit.change_policy(Policy { liveness: LivenessPolicy::off(), ..Policy::default() });
    assert!(sync(&handset).stopped.is_none());
    enrol(&kit, &handset, &consent(&handset));
    assert_eq!(of_last(&handset), None, "handsets show none");
}

#[test]
fn a_bad_portrait_refuses_its_part_of_the_roster_and_nothing_of_it_is_half_applied() {
    let Some(mut kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let before = portrait(&handset, 0);
    let large = [&b"\xff\xd8\xff\xe1"[..], &[0; 6_000]].concat();
    for (bad, error) in [
        (b"no picture".to_vec(), PortraitError::NotJpeg),
        (large.clone(), PortraitError::TooLong { bytes: large.len() }),
    ] {
        damage(&mut kit, "Diubah", &bad);
        let report = sync(&handset);
        assert!(matches!(report.stopped, Some(FieldError::Portrait(it)) if it == error), "{:?}", report.stopped);
        let card = handset.card(&beneficiary(0)).expect("on the roster");
        assert_ne!(card.name, "Diubah");
        assert_eq!(card.portrait, before);
    }
    damage(&mut kit, "Diubah", portrait(&handset, 1).expect("another").jpeg());
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(handset.card(&beneficiary(0)).expect("on the roster").name, "Diubah");
    assert_eq!(portrait(&handset, 0), portrait(&handset, 1));
}

#[test]
fn a_portrait_that_is_torn_or_another_s_is_not_shown_and_stops_nothing() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.lock();
    let folder = kit.handset_folder("a").join("portraits");
    let mut paths: Vec<_> = fs::read_dir(&folder).expect("a folder").map(|it| it.expect("an entry").path()).collect();
    paths.sort();
    let whole = paths.iter().map(|path| fs::read(path).expect("readable")).collect::<Vec<_>>();
    for bytes in [&[][..], &whole[0][..whole[0].len() / 2], &whole[1]] {
        fs::write(&paths[0], bytes).expect("written");
        unlock(&handset);
        let shown = [0, 1].map(|n| portrait(&handset, n).is_some());
        assert_eq!(shown.iter().filter(|shown| **shown).count(), 1, "{shown:?}");
        handset.lock();
    }
    // The next change of those two brings both again.
    unlock(&handset);
    let mut changed = rows(&kit);
    for row in &mut changed {
        row.beneficiary.address.push('!');
    }
    import(&kit, &changed);
    assert!(sync(&handset).stopped.is_none());
    assert!(portrait(&handset, 0).is_some() && portrait(&handset, 1).is_some());
}

#[test]
fn in_the_terminal_portraits_are_made_of_photos_and_a_card_s_is_written_to_a_file() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let path = |name| terminal.path(name);
    let enrol = ["roster", "enrol", &path("roster.csv"), "--photos", &path("enrolment"), "--out", &path("out.csv")];
    for (more, portraits) in [(&[][..], 0), (&["--portraits"], 2)] {
        assert!(terminal.json(&[&enrol[..], more].concat()).status.success());
        let rows = roster_file::read(fs::File::open(path("out.csv")).expect("written")).expect("a roster");
        assert_eq!(rows.iter().filter(|row| row.beneficiary.template.is_some()).count(), 2);
        assert_eq!(rows.iter().filter(|row| row.portrait.is_some()).count(), portraits);
    }
    let card = |n: usize| terminal.json(&["card", beneficiary(n).as_str(), "--portrait", &path("card.jpg")]);
    let nobody = card(2);
    assert_eq!(nobody.status.code(), Some(1), "{}", String::from_utf8_lossy(&nobody.stderr));
    assert!(!Path::new(&path("card.jpg")).exists());
    let shown = card(0);
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let told: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    let written = fs::read(path("card.jpg")).expect("written");
    assert_eq!(serde_json::from_value::<Portrait>(told["portrait"].clone()).expect("base64").jpeg(), written);
    assert_eq!(rows(&kit)[0].portrait.as_ref().map(Portrait::jpeg), Some(written.as_slice()));
}

fn portrait(handset: &Handset, n: usize) -> Option<Portrait> {
    handset.card(&beneficiary(n)).expect("on the roster").portrait
}

/// How many portraits lie in a handset's folder.
fn files(kit: &FieldKit, name: &str) -> usize {
    fs::read_dir(kit.handset_folder(name).join("portraits")).map_or(0, Iterator::count)
}

fn rows(kit: &FieldKit) -> Vec<RosterRow> {
    roster_file::read(kit.roster_csv().expect("a roster").as_slice()).expect("rows")
}

/// The same without anybody's face.
fn faceless(kit: &FieldKit) -> Vec<RosterRow> {
    let mut rows = rows(kit);
    for row in &mut rows {
        (row.beneficiary.template, row.portrait) = (None, None);
    }
    rows
}

fn import(kit: &FieldKit, rows: &[RosterRow]) {
    let mut csv = Vec::new();
    roster_file::write(rows, &mut csv).expect("memory takes it");
    let import = kit.programme().import_roster(round(), ROUND_TITLE, csv.as_slice(), "test");
    kit.runtime().block_on(import).expect("imported");
}

fn round_again() -> saksi_records::Round {
    saksi_records::Round { id: round(), title: ROUND_TITLE.into() }
}

/// A first photo of the first on the roster.
fn enrol(kit: &FieldKit, handset: &Handset, consent: &Consent) -> Summary {
    let mut visit = handset.visit_enrolment(&round(), &beneficiary(0)).expect("the roster has no face");
    visit.take(consent.clone()).expect("today's text");
    visit.take(NoDocument::Lost).expect("an enrolment");
    visit.take(handset.enrolment_photo(consent, &kit.portrait("obama.jpg")).expect("a face")).expect("taken");
    handset.commit(&visit).expect("committed")
}

/// What a server with a damaged database would send: the first on the roster has changed, with such a portrait.
fn damage(kit: &mut FieldKit, name: &str, portrait: &[u8]) {
    kit.stop_server();
    let database = format!("sqlite://{}", kit.server_folder().join("saksi.db").display());
    let id = beneficiary(0).to_string();
    kit.runtime().block_on(async {
        let pool = SqlitePool::connect(&database).await.expect("nobody else has it");
        let change = "UPDATE counters SET value = value + 1 WHERE name = 'change' RETURNING value";
        let change: i64 = sqlx::query_scalar(change).fetch_one(&pool).await.expect("counted");
        let person = "UPDATE beneficiaries SET name = ?, change = ? WHERE id = ?";
        sqlx::query(person).bind(name).bind(change).bind(&id).execute(&pool).await.expect("changed");
        let picture = "UPDATE portraits SET jpeg = ? WHERE beneficiary = ?";
        sqlx::query(picture).bind(portrait).bind(&id).execute(&pool).await.expect("changed");
        pool.close().await;
    });
    kit.start_server();
}

/// Whether any 24 bytes of the picture's data are in a file: pages of a database part it somewhere.
fn holds(file: &Path, jpeg: &[u8]) -> bool {
    let bytes = fs::read(file).expect("readable");
    // What comes before is alike in many JPEGs.
    let parts = jpeg[jpeg.len() / 2..].chunks_exact(24);
    parts.into_iter().any(|part| bytes.windows(part.len()).any(|window| window == part))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry").path();
        let name = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy(&entry, &name);
        } else {
            fs::copy(&entry, &name).expect("copied");
        }
    }
}
