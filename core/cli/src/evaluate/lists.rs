//! Lists of photos, each with the person it shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A photo and who it shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The name of the folder that the photo is in.
    pub person: String,
    pub path: PathBuf,
}

impl Listed {
    pub fn new(path: PathBuf) -> Result<Self> {
        let person = path.parent().and_then(Path::file_name).with_context(|| {
            format!("{}: who it shows is the name of the folder it is in, and it is in none", path.display())
        })?;
        Ok(Self { person: person.to_string_lossy().into_owned(), path })
    }
}

/// Reads a list: one path a line, relative to `images`, else to the folder of the list itself.
pub fn read(list: &Path, images: Option<&Path>) -> Result<Vec<Listed>> {
    let text = fs::read_to_string(list).with_context(|| list.display().to_string())?;
    let base = images.or(list.parent()).unwrap_or(Path::new(""));
    let paths = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let photos: Vec<Listed> = paths.map(|path| Listed::new(base.join(path))).collect::<Result<_>>()?;
    ensure!(!photos.is_empty(), "{} lists no photos: write one path a line", list.display());
    Ok(photos)
}

/// Reads names, one a line.
pub fn names(path: &Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_list_unless_a_folder_is_given() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = folder.path().join("probes.txt");
        fs::write(&list, "Ani/Ani_0001.jpg\n\n  Budi/b.png \n").expect("writes");
        let beside = read(&list, None).expect("two photos");
        let elsewhere = read(&list, Some(Path::new("/photos"))).expect("two photos");
        assert_eq!(beside[0].path, folder.path().join("Ani/Ani_0001.jpg"));
        assert_eq!(elsewhere[1], Listed { person: "Budi".into(), path: "/photos/Budi/b.png".into() });
        assert_eq!(beside.len(), 2);
    }

    #[test]
    fn an_empty_or_missing_list_and_a_photo_of_nobody_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = folder.path().join("gallery.txt");
        let error = |list: &Path, images| format!("{:#}", read(list, images).expect_err("a bad list"));
        assert!(error(&list, None).contains("gallery.txt"));
        fs::write(&list, "\n").expect("writes");
        assert!(error(&list, None).contains("gallery.txt lists no photos"));
        fs::write(&list, "a.jpg\n").expect("writes");
        assert!(error(&list, Some(Path::new(""))).contains("a.jpg: who it shows"));
    }
}
