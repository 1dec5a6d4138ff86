//! What scripts call: the names, options and JSON keys of the terminal's measuring commands stay as they are.

use std::fs;
use std::path::Path;
use std::process::Command;

use saksi_face::{LivenessPolicy, Template};
use saksi_records::wire::Policy;
use saksi_records::{Rupiah, roster_file};
use saksi_server::Verdict;
use saksi_tests::props::{AMOUNT, BENEFICIARY_AGAIN, PROXY_NAME, PROXY_NIK, PROXY_PHONE, STRANGER};
use saksi_tests::{FieldKit, beneficiary, models, portrait_path};
use serde_json::Value;
use xtask::build::programs;

/// The answer of a command, or `None` (with a line that says so) where there are no models.
fn answer(arguments: &[&str]) -> Option<Value> {
    let models = models()?;
    let saksi = programs().expect("the programs build").join("saksi");
    let output =
        Command::new(saksi).args(arguments).arg("--json").arg("--models").arg(models).output().expect("starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn portrait(name: &str) -> Option<String> {
    Some(portrait_path(&models()?, name).display().to_string())
}

fn numbers(answer: &Value, keys: &[&str]) {
    for key in keys {
        assert!(answer[key].as_f64().is_some_and(|value| value >= 0.0), "{key} in {answer}");
    }
}

#[test]
fn bench_face_times_each_step() {
    let Some(portrait) = portrait("obama.jpg") else { return };
    let arguments = ["bench", "face", "--image", &portrait, "--runs", "2", "--threads", "1", "--detect-size", "256"];
    let Some(answer) = answer(&arguments) else { return };
    numbers(&answer, &["decode", "detect", "quality", "align", "embed", "total", "load_ms"]);
    if Path::new("/proc/self/status").exists() {
        numbers(&answer, &["peak_rss_mb"]);
    }
}

#[test]
fn bench_camera_finds_the_face_in_every_layout() {
    let Some(portrait) = portrait("obama.jpg") else { return };
    let Some(answer) = answer(&["bench", "camera", "--image", &portrait, "--runs", "1"]) else { return };
    for layout in ["nv21", "yuv_420_888", "bgra"] {
        let times = &answer["layouts"][layout];
        numbers(times, &["convert", "detect", "total", "frames_per_s"]);
        assert!(times["score"].as_f64() > Some(0.85), "{layout}: {answer}");
    }
}

#[test]
fn bench_capture_times_a_frame_of_guidance() {
    let Some(portrait) = portrait("obama.jpg") else { return };
    let Some(answer) = answer(&["bench", "capture", "--image", &portrait, "--runs", "1"]) else { return };
    numbers(&answer, &["guidance_ms", "template_ms"]);
}

#[test]
fn a_letter_and_a_face_are_taken_from_frames() {
    let Some(portrait) = portrait("obama2.jpg") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();

    // A camera that holds still before a face, in one file: nobody who answers, so it's recorded and goes on.
    let jpeg = fs::read(&portrait).expect("the portrait");
    fs::write(path("film.mjpeg"), jpeg.repeat(8)).expect("writes");
    let arguments = ["capture", "face", &path("film.mjpeg"), "--liveness", "off", "--out", &path("face")];
    let Some(face) = answer(&[&arguments[..], &["--trace", &path("face.html")]].concat()) else { return };
    assert_eq!(
        (&face["captured"], &face["said"].as_array().expect("a list").last().expect("advice")["advice"]),
        (&true.into(), &"done".into())
    );
    assert!(fs::metadata(path("face/face.jpg")).expect("the photo").len() <= 150_000);
    let evidence: Value =
        serde_json::from_slice(&fs::read(path("face/evidence.json")).expect("written")).expect("JSON");
    assert_eq!(evidence["liveness"]["mode"], "off");
    let figures = fs::read_to_string(path("face.html")).expect("the sheet").matches("<figure>").count();
    assert!((3..=8).contains(&figures), "one for each frame that was looked at: {figures}");

    // With liveness required a picture that doesn't move comes to nothing.
    let still = Command::new(programs().expect("the programs build").join("saksi"))
        .args(["capture", "face", &path("film.mjpeg"), "--models"])
        .arg(models().expect("there"))
        .output()
        .expect("starts");
    assert_eq!(still.status.code(), Some(1));

    // No letter in a folder of faces.
    fs::create_dir(path("frames")).expect("a folder");
    for frame in 0..5 {
        fs::copy(&portrait, path(&format!("frames/{frame}.jpg"))).expect("copies");
    }
    let letter = Command::new(programs().expect("the programs build").join("saksi"))
        .args(["capture", "statement", &path("frames"), "--json"])
        .output()
        .expect("starts");
    assert_eq!(letter.status.code(), Some(1));
    assert_eq!(serde_json::from_slice::<Value>(&letter.stdout).expect("JSON")["taken"], false);
}

#[test]
fn a_visit_takes_frames_and_only_a_programme_that_does_not_ask_for_life_takes_a_picture() {
    for (liveness, paid) in [(LivenessPolicy::off(), true), (LivenessPolicy::default(), false)] {
        let Some(kit) = FieldKit::with(Policy { liveness, ..Policy::default() }) else { return };
        let terminal = kit.provisioned_terminal();
        let saksi = |arguments: &[&str]| terminal.json(arguments);
        let film = terminal.file("film.mjpeg", &kit.portrait(BENEFICIARY_AGAIN).repeat(8));
        let still = terminal.file("still.jpg", &kit.portrait(BENEFICIARY_AGAIN));
        let visit = |photo: &str| saksi(&["visit", "in-person", "--consent", "--photo", photo]);
        let filmed = visit(&film);
        assert_eq!(filmed.status.success(), paid, "{}", String::from_utf8_lossy(&filmed.stderr));
        if !paid {
            // What was begun and came to nothing is written down, with what it saw.
            let told = String::from_utf8_lossy(&filmed.stderr).into_owned();
            assert!(told.contains("saksi visit not-served --reason capture-given-up --after"), "{told}");
            let id = beneficiary(1).to_string();
            let not_served = ["visit", "not-served", "--beneficiary", &id, "--reason", "capture-given-up"];
            let without = saksi(&not_served);
            assert_eq!(without.status.code(), Some(2), "{}", String::from_utf8_lossy(&without.stderr));
            let given_up = ["--after", &film, "--give-up", "person-unable", "--consent"];
            let written = saksi(&[&not_served[..], &given_up].concat());
            assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
            let written: Value = serde_json::from_slice(&written.stdout).expect("JSON");
            assert_eq!(written["kind"], "not_served");
        }
        // Paid already, or not shown to be alive.
        let still = visit(&still);
        let told = String::from_utf8_lossy(&still.stderr);
        assert_eq!(still.status.code(), Some(if paid { 4 } else { 1 }), "{told}");
        assert_eq!(told.contains("a single picture doesn't show"), !paid, "{told}");
        assert_eq!(kit.summary().in_person, 0);
        assert!(saksi(&["sync"]).status.success());
        assert_eq!((kit.summary().in_person, kit.summary().not_served), (u64::from(paid), u64::from(!paid)));

        let told = |arguments: &[&str]| terminal.told(arguments);
        let progress = told(&["progress"])["progress"].take();
        assert_eq!(
            (&progress["paid_here"], &progress["to_visit"]),
            (&u64::from(paid).into(), &(6 - u64::from(paid)).into())
        );
        let route = told(&["route", "--from", "-6.91,107.61"]);
        let stops: Vec<&str> =
            route["stops"].as_array().expect("a list").iter().filter_map(|stop| stop["beneficiary"].as_str()).collect();
        // By street and house, as this roster has no coordinates: Gg. Mawar, Jl. Anggrek, Jl. Kenanga, Jl. Melati.
        let mut order = vec![4, 5, 6, 3, 1, 2];
        order.retain(|n| !paid || *n != 1);
        assert_eq!(stops, order.iter().map(|n| format!("KPM-3273-000{n}")).collect::<Vec<_>>());
        let card = told(&["card", "KPM-3273-0001"]);
        assert_eq!(card["entitlements"][0]["standing"], if paid { "paid_here" } else { "to_visit" });
        assert_eq!(card["history"].as_array().map(Vec::len), Some(usize::from(paid)));
        assert_eq!(saksi(&["route", "--from", "91,0"]).status.code(), Some(2));
    }
}

#[test]
fn a_proxy_who_can_not_be_cleared_is_written_down_unpaid_and_paid_once_approved() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let saksi = |arguments: &[&str]| terminal.json(arguments);
    let told = |arguments: &[&str]| terminal.told(arguments);
    let face = terminal.file("proxy.jpg", &kit.portrait(STRANGER));
    let letter = terminal.file("letter.png", &kit.statement());
    let whom = beneficiary(5).to_string();
    let named = ["--name", PROXY_NAME, "--nik", PROXY_NIK, "--phone", PROXY_PHONE, "--relation", "neighbour"];
    let visit = ["visit", "proxy", "--beneficiary", &whom, "--reason", "ill", "--consent"];
    let unpaid = ["--unpaid", "Lumpuh, tidak dapat menoleh"];
    let visit = [&visit[..], &named, &unpaid].concat();
    let both = ["--photo", &face, "--statement", &letter];

    // Less than both photos, or no reason, is no record.
    let alone = saksi(&[&visit[..], &both[..2]].concat());
    let why = String::from_utf8_lossy(&alone.stderr).into_owned();
    assert!(!alone.status.success() && why.contains("statement_photo"), "{why}");
    let without_reason: Vec<&str> = visit.iter().map(|it| if *it == unpaid[1] { " " } else { it }).collect();
    assert!(!saksi(&[&without_reason[..], &both].concat()).status.success());

    let written = told(&[&visit[..], &both].concat());
    assert_eq!((&written["kind"], &written["amount"]), (&"exception".into(), &Value::Null));
    assert_eq!(told(&["sync"])["sent"], 1);
    let shown = kit.summary();
    assert_eq!((shown.paid, shown.exceptions, shown.proxy), (Rupiah(0), 1, 0));

    let record = written["record"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let decision = kit.programme().decide(record, Verdict::Approved, "", "penyelia");
    kit.runtime().block_on(decision).expect("it waits");
    told(&["sync"]);
    let paid = told(&[&visit[..], &both].concat());
    assert_eq!((&paid["kind"], &paid["amount"]), (&"exception".into(), &AMOUNT.into()));
    assert_eq!(told(&["sync"])["sent"], 1);
    assert_eq!(kit.summary().paid, Rupiah(AMOUNT));
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    let again = saksi(&[&visit[..], &both].concat());
    assert_eq!(again.status.code(), Some(4), "{}", String::from_utf8_lossy(&again.stderr));
}

#[test]
fn bench_search_times_a_search() {
    let Some(answer) = answer(&["bench", "search", "--size", "2000"]) else { return };
    numbers(&answer, &["top1_ms", "bytes_per_template", "queries_per_s"]);
}

#[test]
fn bench_roster_times_the_opening_and_a_search_by_name() {
    let Some(answer) = answer(&["bench", "roster", "--size", "50", "--runs", "1", "--portraits"]) else { return };
    numbers(&answer, &["import_ms", "unlock_ms", "find_ms", "route_ms", "card_ms", "portrait_bytes", "disk_bytes"]);
}

#[test]
fn bench_commit_times_a_commit_beside_a_bare_write() {
    let Some(answer) = answer(&["bench", "commit", "--runs", "3", "--photo-kb", "40"]) else { return };
    numbers(&answer, &["disk_bytes", "live_bytes"]);
    for key in ["commit_ms", "raw_fsync_ms"] {
        numbers(&answer[key], &["p50", "p99"]);
    }
    let (disk, live) = (answer["disk_bytes"].as_u64(), answer["live_bytes"].as_u64());
    assert!(disk > Some(3 * 40_000) && live > Some(3 * 40_000), "three times two photos: {answer}");
}

#[test]
fn face_detect_and_compare_answer_with_the_keys_they_always_had() {
    let (Some(one), Some(other)) = (portrait("obama.jpg"), portrait("obama2.jpg")) else { return };
    let Some(found) = answer(&["face", "detect", &one]) else { return };
    let face = &found["faces"][0];
    assert_eq!(face["box"].as_array().map(Vec::len), Some(4));
    assert_eq!(face["landmarks"].as_array().map(Vec::len), Some(5));
    numbers(face, &["score"]);
    assert!(face["quality"].is_object() && found["ms"].is_object());
    let Some(compared) = answer(&["face", "compare", &one, &other]) else { return };
    numbers(&compared, &["similarity"]);
    assert_eq!(compared["decision"], "match");
    assert!(compared["threshold"].is_object() && compared["ms"].is_object());
}

#[test]
fn roster_enrol_makes_one_face_of_several_photos_and_names_those_that_it_cannot_use() {
    let portraits = ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"].map(portrait);
    let [Some(one), Some(again), Some(once_more), Some(other)] = portraits else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let enrol = |photos: &[(&str, &str)]| {
        let _ = fs::remove_dir_all(path("photos"));
        for (photo, name) in photos {
            let to = folder.path().join("photos").join(name);
            fs::create_dir_all(to.parent().expect("in a folder")).expect("a folder");
            fs::copy(photo, to).expect("copies");
        }
        let header = "id,nik,name,address,route,amount,template";
        let rows = [1, 2].map(|n| format!("K-{n},327301520160000{n},Somebody,Somewhere,R1,300000,"));
        fs::write(path("roster.csv"), format!("{header}\n{}\n", rows.join("\n"))).expect("writes");
        let output = Command::new(programs().expect("the programs build").join("saksi"))
            .args(["roster", "enrol", &path("roster.csv"), "--photos", &path("photos"), "--out", &path("out.csv")])
            .args(["--json", "--models"])
            .arg(models().expect("there"))
            .output()
            .expect("starts");
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let rows = roster_file::read(fs::File::open(path("out.csv")).expect("written")).expect("a roster");
        let faces: Vec<Option<Template>> = rows
            .into_iter()
            .map(|row| row.beneficiary.template)
            .map(|face| face.map(|it| Template::from_bytes(it.model.as_str().into(), &it.data).expect("a template")))
            .collect();
        (output.status.code(), told, faces)
    };

    let (_, _, alone) = enrol(&[(&one, "K-1.jpg"), (&again, "K-2.jpg")]);
    let (code, told, both) = enrol(&[(&one, "K-1.jpg"), (&again, "K-1/second.JPG"), (&once_more, "K-2.jpg")]);
    assert_eq!((code, &told["enrolled"], &told["refused"]), (Some(0), &2.into(), &serde_json::json!([])));
    let like = |a: &Option<Template>, b: &Option<Template>| {
        a.as_ref().expect("a face").similarity(b.as_ref().expect("a face")).expect("one model")
    };
    // What both photos say together is nearer to each of them than they are to each other, and to a third.
    assert!(like(&both[0], &alone[0]).min(like(&both[0], &alone[1])) > like(&alone[0], &alone[1]));
    assert!(like(&both[0], &both[1]) > like(&alone[0], &both[1]).min(like(&alone[1], &both[1])));

    fs::write(path("nothing.png"), "no picture").expect("writes");
    let (code, told, faces) = enrol(&[
        (&one, "K-1/a.jpg"),
        (&path("nothing.png"), "K-1/b.png"),
        (&again, "K-2/a.jpg"),
        (&other, "K-2/b.jpg"),
    ]);
    assert_eq!((code, &told["enrolled"], faces[0].is_some(), faces[1].is_some()), (Some(1), &1.into(), true, false));
    let refused: Vec<&str> =
        told["refused"].as_array().expect("a list").iter().filter_map(|it| it["photo"].as_str()).collect();
    assert_eq!(refused, [path("photos/K-1/b.png"), path("photos/K-2/a.jpg"), path("photos/K-2/b.jpg")]);
    assert!(told["refused"][1]["reason"].as_str().is_some_and(|reason| reason.contains("one person")));
    assert_eq!((&told["without_face"][0]["id"], &told["unused"]), (&"K-2".into(), &serde_json::json!([])));
    assert!(told["without_face"][0]["reason"].as_str().is_some_and(|reason| reason.contains("one person")));
}

#[test]
fn roster_enrol_ends_at_no_file_and_says_of_each_that_it_does_not_use_why() {
    let (Some(portrait), Some(models)) = (portrait("obama.jpg"), models()) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir_all(path("photos/K-3")).expect("a folder");
    fs::copy(&portrait, path("photos/K-1.JPG")).expect("copies");
    fs::copy(&portrait, path("photos/3273015201600004.jpg")).expect("copies");
    fs::write(path("photos/K-2.heic"), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").expect("writes");
    let file = fs::File::create(path("photos/K-3/torn.jpg")).expect("writes");
    file.set_len(3).expect("three zeros");
    fs::write(path("photos/notes.txt"), "which is whose").expect("writes");
    let rows = (1..=4).map(|n| format!("K-{n},327301520160000{n},Somebody,Somewhere,R1,300000,\n"));
    let header = "id,nik,name,address,route,amount,template\n";
    fs::write(path("roster.csv"), format!("{header}{}", rows.collect::<String>())).expect("writes");
    let enrol = |more: &[&str]| {
        Command::new(programs().expect("the programs build").join("saksi"))
            .args(["roster", "enrol", &path("roster.csv"), "--photos", &path("photos"), "--out", &path("out.csv")])
            .arg("--models")
            .arg(&models)
            .args(more)
            .output()
            .expect("starts")
    };

    let output = enrol(&["--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &told["rows"], &told["enrolled"]), (Some(1), &4.into(), &1.into()));
    let reason = |list: &str, key: &str, of: &str| {
        let list = told[list].as_array().expect("a list");
        let found = list.iter().find(|it| it[key].as_str().is_some_and(|name| name.ends_with(of)));
        found.unwrap_or_else(|| panic!("{of}"))["reason"].as_str().expect("words").to_owned()
    };
    assert!(reason("refused", "photo", "K-2.heic").contains("HEIC photo: export it as JPEG"));
    assert!(reason("refused", "photo", "torn.jpg").contains("not a picture"));
    assert!(reason("unused", "file", "3273015201600004.jpg").contains("K-4.jpg"));
    assert!(reason("unused", "file", "notes.txt").contains("not named after a beneficiary"));
    assert!(reason("without_face", "id", "K-2").contains("HEIC"));
    assert_eq!(reason("without_face", "id", "K-4"), "no photo");
    let rows = roster_file::read(fs::File::open(path("out.csv")).expect("written")).expect("a roster");
    assert_eq!(rows.iter().filter(|row| row.beneficiary.template.is_some()).count(), 1);

    let output = enrol(&["--lang", "id"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for line in ["foto HEIC", "namai K-4.jpg", "tanpa wajah K-4: tidak ada foto"] {
        assert!(said.contains(line), "{said}");
    }
    assert!(String::from_utf8_lossy(&output.stdout).contains("4 baris, 1 dengan wajah baru"));
}

#[test]
fn evaluate_identify_measures_and_goes_on_from_its_templates() {
    let (Some(one), Some(again), Some(other)) = (portrait("obama.jpg"), portrait("obama2.jpg"), portrait("biden.jpg"))
    else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (photo, person, list) in [(&one, "A", "gallery"), (&again, "A", "probes"), (&other, "B", "nonmated")] {
        fs::create_dir_all(folder.path().join(person)).expect("a folder");
        fs::copy(photo, folder.path().join(format!("{person}/{list}.jpg"))).expect("copies");
        fs::write(folder.path().join(list), format!("{person}/{list}.jpg\n")).expect("writes");
    }
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (gallery, probes, nonmated, templates) = (path("gallery"), path("probes"), path("nonmated"), path("t.jsonl"));
    let lists = ["--gallery", &gallery, "--probes", &probes, "--nonmated", &nonmated, "--templates", &templates];
    let arguments = [&["evaluate", "identify"][..], &lists].concat();
    let Some(first) = answer(&arguments) else { return };
    numbers(&first, &["gallery", "probes", "nonmated"]);
    assert_eq!(first["rank1"], 1.0);
    assert!(first["tpir"].as_object().is_some_and(|rates| rates.contains_key("fpir_0.01")));
    let kept = fs::read(&templates).expect("kept");
    assert_eq!(answer(&arguments), Some(first));
    assert_eq!(fs::read(&templates).expect("kept"), kept);
}
