//! Reads pages with Tesseract, an OCR engine of its own, where the machine has it.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};

use crate::common;

/// The share, 0 to 1, of these words that Tesseract reads in a picture, by the better of two ways to tell ink from paper: one
/// level for the whole page (Otsu), or one for each place (Sauvola). `None` (with a line that says so) without Tesseract.
pub fn share_read(jpeg: &[u8], words: &[String]) -> Option<f32> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.jpg");
    fs::write(&file, jpeg).expect("written");
    let mut best = 0.0_f32;
    for method in ["0", "2"] {
        let output = Command::new("tesseract")
            .arg(&file)
            .args(["-", "-l", "ind", "--psm", "6", "-c", &format!("thresholding_method={method}")])
            .env("OMP_THREAD_LIMIT", "1")
            .stderr(Stdio::null())
            .output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else {
            common::skipped("no tesseract with Indonesian (Debian: tesseract-ocr-ind)");
            return None;
        };
        best = best.max(share_of(words, &String::from_utf8_lossy(&output.stdout)));
        if best >= 0.99 {
            break;
        }
    }
    Some(best)
}

/// The share of words that are in a text, each as often as it's there.
fn share_of(words: &[String], text: &str) -> f32 {
    let mut read: HashMap<&str, usize> = HashMap::new();
    for word in text.split_whitespace() {
        *read.entry(plain(word)).or_default() += 1;
    }
    let known = words.iter().filter(|word| !plain(word).is_empty());
    let right = known.clone().filter(|word| {
        let left = read.get_mut(plain(word)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    });
    right.count() as f32 / known.count().max(1) as f32
}

/// Without what stands around a word.
fn plain(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}
