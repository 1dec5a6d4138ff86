//! Which photos of a folder belong to whom, by their names; and which to nobody.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use saksi_field::text::Language;
use saksi_records::roster_file::RosterRow;
use serde::Serialize;

/// What a folder holds.
pub struct Found {
    /// The photos of each row of the roster, by name.
    pub of_rows: Vec<Vec<PathBuf>>,
    /// What isn't used.
    pub unused: Vec<Unused>,
}

/// A file or folder that isn't used.
#[derive(Serialize)]
pub struct Unused {
    pub file: PathBuf,
    pub reason: String,
}

/// Photos, by the ends of their names. HEIC ones can't be read, which each is told; so they are looked at too.
const ENDINGS: [&str; 5] = ["jpg", "jpeg", "png", "heic", "heif"];

/// More than anybody takes of one person; a folder that has them was meant for something else.
const MOST: usize = 100;

impl Found {
    /// `ID.jpg` (or another ending, in capitals too) and all photos in a folder named `ID`. Files that begin with a dot are the
    /// system's own.
    pub fn in_folder(folder: &Path, rows: &[RosterRow], language: Language) -> Result<Self> {
        let by_id: BTreeMap<&str, usize> =
            rows.iter().enumerate().map(|(row, it)| (it.beneficiary.id.as_str(), row)).collect();
        let mut found = Self { of_rows: vec![Vec::new(); rows.len()], unused: Vec::new() };
        for path in listed(folder)? {
            let named = if path.is_dir() { path.file_name() } else { path.file_stem() };
            let name = named.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            match by_id.get(name.as_str()) {
                Some(row) if path.is_dir() => found.several(*row, &path, language),
                Some(row) if is_photo(&path) => found.of_rows[*row].push(path),
                Some(_) => found.leave(path, not_a_photo(language)),
                None if path.is_dir() => found.leave(path, nobody(language)),
                None => {
                    let nik = rows.iter().find(|row| row.beneficiary.nik.reveal() == name);
                    let reason = nik.map_or_else(
                        || nobody(language).to_owned(),
                        |row| {
                            format!(
                                "{} {}.jpg",
                                language.pick("dinamai NIK: namai", "named by NIK: name it"),
                                row.beneficiary.id
                            )
                        },
                    );
                    found.leave(path, &reason);
                }
            }
        }
        found.of_rows.iter_mut().for_each(|photos| photos.sort());
        Ok(found)
    }

    /// The photos in a person's own folder.
    fn several(&mut self, row: usize, folder: &Path, language: Language) {
        let inside = match listed(folder) {
            Ok(inside) => inside,
            Err(error) => return self.leave(folder.to_owned(), &error.root_cause().to_string()),
        };
        let (photos, others): (Vec<PathBuf>, Vec<PathBuf>) = inside.into_iter().partition(|path| is_photo(path));
        for other in others {
            self.leave(other, not_a_photo(language));
        }
        if photos.len() > MOST {
            let many = language.pick("terlalu banyak foto; paling banyak", "too many photos; at most");
            return self.leave(folder.to_owned(), &format!("{many} {MOST}"));
        }
        self.of_rows[row].extend(photos);
    }

    fn leave(&mut self, file: PathBuf, reason: &str) {
        self.unused.push(Unused { file, reason: reason.to_owned() });
    }
}

fn nobody(language: Language) -> &'static str {
    language.pick("tidak dinamai nomor penerima dalam daftar", "not named after a beneficiary of the file")
}

fn not_a_photo(language: Language) -> &'static str {
    language.pick("bukan foto JPEG atau PNG", "not a JPEG or PNG photo")
}

/// What a folder holds, by name.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let there = || folder.display().to_string();
    let all = fs::read_dir(folder).with_context(there)?.map(|entry| Ok(entry.with_context(there)?.path()));
    let mut all = all.collect::<Result<Vec<PathBuf>>>()?;
    all.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
    all.sort();
    Ok(all)
}

fn is_photo(path: &Path) -> bool {
    let ending = path.extension();
    path.is_file() && ending.is_some_and(|it| ENDINGS.iter().any(|known| it.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use saksi_records::roster_file;

    use super::*;

    #[test]
    fn each_photo_is_somebody_s_or_is_named_with_the_reason_why_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = [
            "K-1.JPG",
            "K-2/a.heic",
            "K-2/b.png",
            "K-2/list.txt",
            "3273015201600001.jpg",
            "K-9.jpg",
            "K-1.pdf",
            "others/a.jpg",
            ".DS_Store",
        ];
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
            fs::write(path, "").expect("writes");
        }
        let csv =
            "id,nik,name,address,route,amount\nK-1,3273015201600001,A,B,R,300000\nK-2,3273015201600002,A,B,R,300000\n";
        let rows = roster_file::read(csv.as_bytes()).expect("a roster");
        let found = Found::in_folder(folder.path(), &rows, Language::En).expect("a folder");
        let name = |path: &PathBuf| path.strip_prefix(folder.path()).expect("inside").display().to_string();
        let of_rows: Vec<Vec<String>> = found.of_rows.iter().map(|it| it.iter().map(name).collect()).collect();
        assert_eq!(of_rows, [vec!["K-1.JPG"], vec!["K-2/a.heic", "K-2/b.png"]]);
        let unused: Vec<(String, &str)> = found.unused.iter().map(|it| (name(&it.file), it.reason.as_str())).collect();
        let unknown = "not named after a beneficiary of the file";
        assert_eq!(
            unused,
            [
                ("3273015201600001.jpg".into(), "named by NIK: name it K-1.jpg"),
                ("K-1.pdf".into(), "not a JPEG or PNG photo"),
                ("K-2/list.txt".into(), "not a JPEG or PNG photo"),
                ("K-9.jpg".into(), unknown),
                ("others".into(), unknown),
            ]
        );
    }
}
