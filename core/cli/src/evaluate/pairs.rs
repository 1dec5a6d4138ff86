//! Pair lists and folders as Labeled Faces in the Wild has them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// Folds that accuracy is measured over.
pub const FOLDS: usize = 10;

/// One photo of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Photo {
    pub name: String,
    pub number: u32,
}

/// Two photos, of the same person or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub a: Photo,
    pub b: Photo,
    pub same: bool,
    /// 0 to 9.
    pub fold: usize,
}

impl Photo {
    /// `Name_0001.jpg`.
    pub fn file(&self) -> String {
        format!("{}_{:04}.jpg", self.name, self.number)
    }

    /// `images/Name/Name_0001.jpg`.
    pub fn path(&self, images: &Path) -> PathBuf {
        images.join(&self.name).join(self.file())
    }
}

/// Reads a list from a file.
pub fn read(list: &Path) -> Result<Vec<Pair>> {
    let text = fs::read_to_string(list).with_context(|| list.display().to_string())?;
    parse(&text).with_context(|| list.display().to_string())
}

/// Reads a list. Its first line is `10 300` (ten sets of 300 pairs of one person and 300 of two) or `500` (one such
/// set, which is cut into ten folds).
fn parse(text: &str) -> Result<Vec<Pair>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines.next().context("the list is empty")?;
    let header: Vec<usize> = header.split_whitespace().map(str::parse).collect::<Result<_, _>>().context("line 1")?;
    let (sets, each) = match header[..] {
        [each] => (1, each),
        [sets, each] => (sets, each),
        _ => bail!("line 1 must be the number of pairs, or of sets and pairs"),
    };
    let pairs: Vec<Pair> = lines
        .enumerate()
        .map(|(i, (line, text))| pair(text, fold(i, sets, each)).with_context(|| format!("line {}", line + 1)))
        .collect::<Result<_>>()?;
    let expected = sets.checked_mul(each).and_then(|n| n.checked_mul(2)).context("line 1 promises too much")?;
    ensure!(pairs.len() == expected, "line 1 promises {expected} pairs, the list has {}", pairs.len());
    Ok(pairs)
}

/// All photos in a folder of one folder a person.
pub fn photos_in(images: &Path) -> Result<Vec<Photo>> {
    walk(images).with_context(|| images.display().to_string())
}

fn walk(images: &Path) -> Result<Vec<Photo>> {
    let mut photos = Vec::new();
    for person in fs::read_dir(images)? {
        let person = person?;
        if !person.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(person.path())? {
            let (person, file) = (person.file_name(), file?.file_name());
            let number = file.to_str().and_then(|f| f.strip_suffix(".jpg")?.rsplit_once('_')?.1.parse().ok());
            if let (Some(name), Some(number)) = (person.to_str(), number) {
                photos.push(Photo { name: name.to_owned(), number });
            }
        }
    }
    ensure!(!photos.is_empty(), "no photos: it must hold one folder a person, with Name_0001.jpg in it");
    Ok(photos)
}

/// Sets hold the pairs of one person first, then those of two.
fn fold(i: usize, sets: usize, each: usize) -> usize {
    if sets > 1 { i / (2 * each).max(1) % FOLDS } else { i % each.max(1) * FOLDS / each.max(1) }
}

fn pair(line: &str, fold: usize) -> Result<Pair> {
    let photo =
        |name: &str, number: &str| Ok::<_, anyhow::Error>(Photo { name: name.to_owned(), number: number.parse()? });
    let (a, b, same) = match line.split_whitespace().collect::<Vec<_>>()[..] {
        [name, a, b] => (photo(name, a)?, photo(name, b)?, true),
        [first, a, second, b] => (photo(first, a)?, photo(second, b)?, false),
        _ => bail!("a pair is `name number number` or `name number name number`"),
    };
    Ok(Pair { a, b, same, fold })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_set_is_cut_into_ten_folds() {
        let same: Vec<String> = (1..=20).map(|i| format!("A\t{i}\t{}", i + 1)).collect();
        let different: Vec<String> = (1..=20).map(|i| format!("A\t{i}\tB\t{i}")).collect();
        let pairs = parse(&format!("20\n{}\n{}\n", same.join("\n"), different.join("\n"))).expect("a list");
        assert_eq!(pairs.len(), 40);
        for fold in 0..FOLDS {
            assert_eq!(pairs.iter().filter(|p| p.fold == fold && p.same).count(), 2);
            assert_eq!(pairs.iter().filter(|p| p.fold == fold && !p.same).count(), 2);
        }
    }

    #[test]
    fn sets_are_folds() {
        let set = "A 1 2\nA 1 B 1\n";
        let pairs = parse(&format!("10 1\n{}", set.repeat(10))).expect("a list");
        assert_eq!(pairs.iter().map(|p| p.fold).collect::<Vec<_>>()[..6], [0, 0, 1, 1, 2, 2]);
        assert!(pairs[0].same && !pairs[1].same);
        assert_eq!(pairs[1].b.path(Path::new("lfw")), Path::new("lfw/B/B_0001.jpg"));
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = |text: &str| format!("{:#}", parse(text).expect_err("a bad list"));
        assert!(error("1\nA 1 2\nA 1 B\n").contains("line 3"));
        assert!(error("1\nA 1\nA 1 B 2\n").contains("line 2"));
        assert!(error("x\n").contains("line 1"));
        assert!(error("2\nA 1 2\nA 1 B 2\n").contains("promises 4"));
        assert!(error("").contains("empty"));
    }
}
