//! What a handset's memory holds once it is locked: nothing that was secret.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine as _;
use saksi_face::Frame;
use saksi_field::keys::pin;
use saksi_tests::props::{self, PROXY_NAME, PROXY_NIK, ROSTER};
use saksi_tests::{FieldKit, PIN, beneficiary, platform_of, skipped, unlock};

#[test]
fn after_locking_no_pin_key_name_number_face_or_photo_is_in_memory() {
    let Some(kit) = FieldKit::new() else { return };
    if !Path::new("/proc/self/mem").exists() {
        skipped("memory can't be read here; it needs Linux");
        return;
    }
    let handset = kit.handset("a");
    unlock(&handset);
    let secrets = secrets(&kit, &handset);
    drop(handset);

    let mut officer = Officer::start(&kit.handset_folder("a"));
    officer.expect("unlocked");
    let unlocked = officer.holds(&secrets);
    for what in ["a name", "a face"] {
        assert!(unlocked.iter().any(|found| found.starts_with(what)), "{what} is there to be found: {unlocked:?}");
    }
    officer.expect("locked");
    let locked = officer.holds(&secrets);
    eprintln!("in memory while unlocked: {unlocked:?}; once locked: {locked:?}");
    assert!(locked.is_empty(), "once locked: {locked:?}");
}

/// What must not be found, by what it is.
fn secrets(kit: &FieldKit, handset: &saksi_field::Handset) -> Vec<(String, Vec<u8>)> {
    let mut secrets = vec![("the PIN".to_owned(), PIN.as_bytes().to_vec())];
    let wrapped = fs::read(kit.handset_folder("a").join("slots.key")).expect("readable");
    let keystore = platform_of(&kit.handset_folder("a")).keystore;
    let slots: serde_json::Value =
        serde_json::from_slice(&keystore.unwrap("saksi key slots", &wrapped).expect("ours")).expect("JSON");
    let locked = slots["officers"][0]["locked"].as_str().expect("the officer's box");
    let locked = base64::engine::general_purpose::STANDARD.decode(locked).expect("base64");
    secrets.push(("the root key".into(), pin::unlock(PIN, &locked).expect("the PIN").to_vec()));
    for person in &ROSTER {
        secrets.push((format!("a name of the roster ({})", person.id), person.name.into()));
        secrets.push((format!("a NIK ({})", person.id), person.nik.into()));
        secrets.push((format!("an address ({})", person.id), person.address.into()));
    }
    secrets.extend([("the proxy's name".into(), PROXY_NAME.into()), ("the proxy's NIK".into(), PROXY_NIK.into())]);
    let template = handset.with_roster(|roster| roster.template(&beneficiary(0))).expect("unlocked");
    let template = template.expect("on the roster").expect("with a face").to_bytes();
    secrets.extend(template.chunks_exact(32).map(|chunk| ("a face of the roster".to_owned(), chunk.to_vec())));
    let portrait = handset.card(&beneficiary(0)).expect("on the roster").portrait.expect("with a portrait");
    let portrait = portrait.jpeg()[portrait.jpeg().len() / 4..].chunks_exact(32);
    secrets.extend(portrait.map(|bytes| ("a portrait of the roster".to_owned(), bytes.to_vec())));
    for (what, name) in [("the beneficiary's photo", props::BENEFICIARY_AGAIN), ("the proxy's photo", props::STRANGER)]
    {
        let picture = kit.portrait(name);
        let evidence = Frame::decode(&picture).expect("a photo").to_evidence_jpeg(1024, 85).expect("a JPEG");
        for jpeg in [picture, evidence] {
            let tenths = (2..9).map(|tenth| jpeg[jpeg.len() * tenth / 10..][..32].to_vec());
            secrets.extend(tenths.map(|bytes| (what.to_owned(), bytes)));
        }
    }
    secrets
}

struct Officer {
    process: Child,
    says: BufReader<ChildStdout>,
}

impl Officer {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_officer"));
        command.arg(folder).arg("day").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("starts");
        let says = BufReader::new(process.stdout.take().expect("piped"));
        Self { process, says }
    }

    /// Lets it go on until it says so.
    fn expect(&mut self, word: &str) {
        self.process.stdin.as_mut().expect("piped").write_all(b"go on\n").expect("it listens");
        let mut line = String::new();
        self.says.read_line(&mut line).expect("it speaks");
        assert_eq!(line.trim_end(), word);
    }

    /// Which of the secrets are in memory that it can write to. What its program file holds, it has from the test.
    fn holds(&self, secrets: &[(String, Vec<u8>)]) -> BTreeSet<String> {
        let id = self.process.id();
        let maps = fs::read_to_string(format!("/proc/{id}/maps")).expect("our own child");
        let mut memory = File::open(format!("/proc/{id}/mem")).expect("our own child");
        let mut found = BTreeSet::new();
        for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
            let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
            let address = |text| u64::from_str_radix(text, 16).expect("an address");
            let (from, to) = (address(from), address(to));
            let mut bytes = vec![0; usize::try_from(to - from).expect("it fits")];
            memory.seek(SeekFrom::Start(from)).expect("an address");
            if memory.read_exact(&mut bytes).is_err() {
                continue;
            }
            let place = line.split_whitespace().nth(5).unwrap_or("anonymous");
            for (what, secret) in secrets {
                if has(&bytes, secret) {
                    found.insert(format!("{what} in {place}"));
                }
            }
        }
        found
    }
}

impl Drop for Officer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Looks for the first byte first: hundreds of megabytes are searched for a hundred secrets.
fn has(bytes: &[u8], secret: &[u8]) -> bool {
    let (first, last) = (secret[0], secret[secret.len() - 1]);
    bytes.windows(secret.len()).any(|window| window[0] == first && window[secret.len() - 1] == last && window == secret)
}
