//! A file of templates: JSON Lines, the first of which says what made them, each other one what became of a photo.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use saksi_face::{Engine, Manifest, ModelId, Quality, Template};
use serde::{Deserialize, Serialize};

use super::{Measured, Outcome};

/// Outcomes by the SHA-256 of the photo's bytes, so that a photo that was replaced is seen as another one.
pub struct Kept {
    known: HashMap<String, Outcome>,
    file: Mutex<File>,
}

/// What made the templates: the first line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Maker {
    format: String,
    model: ModelId,
    detector: ModelId,
    working_size: u32,
}

impl Kept {
    /// Opens or begins a file for the templates of this engine.
    pub fn open(path: &Path, engine: &Engine) -> Result<Self> {
        let detector = Manifest::bundled().detector()?.0.id.clone();
        let model = engine.model().clone();
        Self::open_for(path, &Maker { format: FORMAT.into(), model, detector, working_size: engine.working_size() })
    }

    /// What became of this photo; where that isn't known yet, `make` says it, and it's written down.
    pub fn get_or_keep(&self, photo: &[u8], make: impl FnOnce(&[u8]) -> Outcome) -> Result<Outcome> {
        let hash = hex::encode(digest(&SHA256, photo));
        if let Some(outcome) = self.known.get(&hash) {
            return Ok(outcome.clone());
        }
        let outcome = make(photo);
        let line = line(&Entry::new(hash, &outcome))?;
        // A lock is only poisoned where a writer panicked; what it left is a line cut off at worst.
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)?;
        Ok(outcome)
    }

    fn open_for(path: &Path, maker: &Maker) -> Result<Self> {
        let mut file = options().open(path)?;
        file.try_lock().context("another run has it open")?;
        let mut known = HashMap::new();
        let mut whole = 0;
        let mut reader = BufReader::new(&file);
        let mut text = Vec::new();
        for number in 1.. {
            text.clear();
            let length = reader.read_until(b'\n', &mut text)?;
            if text.last() != Some(&b'\n') {
                break;
            }
            if number == 1 {
                check_maker(&text, maker)?;
            } else {
                let (hash, outcome) = read_entry(&text, maker).with_context(|| format!("line {number}"))?;
                known.insert(hash, outcome);
            }
            whole += length as u64;
        }
        // What follows the last whole line is what an interrupted run was writing, if it isn't another kind of file.
        let first = line(maker)?;
        ensure!(whole > 0 || first.starts_with(&text), "it is not a file of templates");
        file.set_len(whole)?;
        file.seek(SeekFrom::End(0))?;
        if whole == 0 {
            file.write_all(&first)?;
        }
        Ok(Self { known, file: Mutex::new(file) })
    }
}

const FORMAT: &str = "saksi templates, version 1";

#[derive(Serialize, Deserialize)]
struct Entry {
    /// SHA-256 of its bytes.
    photo: String,
    #[serde(flatten)]
    result: EntryResult,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EntryResult {
    Face { template: String, quality: Quality },
    Failure(String),
}

impl Entry {
    fn new(photo: String, outcome: &Outcome) -> Self {
        let result = match outcome {
            Ok(Measured { template, quality }) => {
                EntryResult::Face { template: STANDARD.encode(template.to_bytes()), quality: *quality }
            }
            Err(reason) => EntryResult::Failure(reason.clone()),
        };
        Self { photo, result }
    }
}

fn read_entry(line: &[u8], maker: &Maker) -> Result<(String, Outcome)> {
    let Entry { photo, result } = serde_json::from_slice(line)?;
    let outcome = match result {
        EntryResult::Face { template, quality } => {
            let template = Template::from_bytes(maker.model.clone(), &STANDARD.decode(template)?)?;
            Ok(Measured { template, quality })
        }
        EntryResult::Failure(reason) => Err(reason),
    };
    Ok((photo, outcome))
}

fn check_maker(line: &[u8], expected: &Maker) -> Result<()> {
    let found: Maker = serde_json::from_slice(line).ok().context("it is not a file of templates")?;
    if found.format != expected.format {
        bail!("it is of the format `{}`, and this program reads `{}`", found.format, expected.format);
    }
    let named = |m: &Maker| format!("{} (faces found by {} at {} pixels)", m.model, m.detector, m.working_size);
    ensure!(
        found == *expected,
        "it holds templates by {}, and this program makes them by {}: name another file",
        named(&found),
        named(expected),
    );
    Ok(())
}

fn line(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// Readable to its owner alone.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const QUALITY: Quality = Quality {
        inter_eye_distance: 40.5,
        head_pose_yaw: -3.25,
        head_pose_roll: 1.1,
        sharpness: 512.3,
        luminance_mean: 0.4,
        contrast: 0.2,
        eyes_visible: 1.0,
        mouth_occlusion_prevention: 1.0,
    };

    fn maker(model: &str) -> Maker {
        Maker { format: FORMAT.into(), model: model.into(), detector: "d".into(), working_size: 320 }
    }

    fn face(x: f32) -> Measured {
        let template = Template::new("m".into(), vec![x, 0.3, -0.7]).expect("valid");
        Measured { template, quality: QUALITY }
    }

    fn known(kept: &Kept, photo: &[u8]) -> Option<Outcome> {
        kept.known.get(&hex::encode(digest(&SHA256, photo))).cloned()
    }

    fn refused(path: &Path, model: &str) -> String {
        format!("{:#}", Kept::open_for(path, &maker(model)).err().expect("refused"))
    }

    #[test]
    fn what_was_kept_comes_back_and_is_not_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.jsonl");
        let kept = Kept::open_for(&path, &maker("m")).expect("a new file");
        kept.get_or_keep(b"one", |_| Ok(face(0.1))).expect("written").expect("a face");
        kept.get_or_keep(b"two", |_| Err("no face found".into())).expect("written").expect_err("no face");
        drop(kept);

        let kept = Kept::open_for(&path, &maker("m")).expect("its own file");
        let again = |photo| kept.get_or_keep(photo, |_| panic!("made again")).expect("known");
        assert_eq!(again(b"one"), Ok(face(0.1)));
        assert_eq!(again(b"two"), Err("no face found".into()));
    }

    #[test]
    fn a_line_cut_off_anywhere_is_made_again_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.jsonl");
        let kept = Kept::open_for(&path, &maker("m")).expect("a new file");
        let first = line(&maker("m")).expect("plain data").len();
        kept.get_or_keep(b"one", |_| Ok(face(0.1))).expect("written").expect("a face");
        drop(kept);
        let second = fs::metadata(&path).expect("there").len() as usize;
        let kept = Kept::open_for(&path, &maker("m")).expect("its own file");
        kept.get_or_keep(b"two", |_| Ok(face(0.2))).expect("written").expect("a face");
        drop(kept);
        let whole = fs::read(&path).expect("there");

        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).expect("writes");
            let kept = Kept::open_for(&path, &maker("m")).expect("an interrupted file");
            assert_eq!(known(&kept, b"one").is_some(), cut >= second);
            assert_eq!(known(&kept, b"two"), None);
            if cut < first {
                assert_eq!(fs::read(&path).expect("there"), whole[..first]);
            }
            kept.get_or_keep(b"one", |_| Ok(face(0.1))).expect("written").expect("a face");
            kept.get_or_keep(b"two", |_| Ok(face(0.2))).expect("written").expect("a face");
            drop(kept);
            assert_eq!(fs::read(&path).expect("there"), whole);
        }
    }

    #[test]
    fn another_models_file_is_refused_by_both_names_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.jsonl");
        drop(Kept::open_for(&path, &maker("old")).expect("a new file"));
        let error = refused(&path, "new");
        assert!(error.contains("by old (faces found by d at 320 pixels)") && error.contains("by new"), "{error}");
        drop(Kept::open_for(&path, &maker("old")).expect("still its own"));
    }

    #[test]
    fn a_file_of_something_else_is_never_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.txt");
        for text in ["shopping", "shopping\n", "{}\n", "\n"] {
            fs::write(&path, text).expect("writes");
            assert!(refused(&path, "m").contains("not a file of templates"));
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.jsonl");
        drop(Kept::open_for(&path, &maker("m")).expect("a new file"));
        let mut text = fs::read_to_string(&path).expect("there");
        text.push_str("{\"photo\":\"00\",\"face\":{}}\n");
        fs::write(&path, text).expect("writes");
        assert!(refused(&path, "m").contains("line 2"));
    }

    #[test]
    fn two_runs_at_once_do_not_write_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.jsonl");
        let _first = Kept::open_for(&path, &maker("m")).expect("a new file");
        assert!(refused(&path, "m").contains("another run"));
    }
}
