//! Files that people really have, each uploaded at the office: taken as what it is, or refused with words that say what to do.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reqwest::StatusCode;
use saksi_server::Role;

use crate::common::Town;
use crate::office::{Browser, question};

/// Taken: so many beneficiaries.
const TAKEN: [(&str, usize); 34] = [
    ("00_base.csv", 2),
    ("01_bom.csv", 2),
    ("02_crlf.csv", 2),
    ("03_cr_only.csv", 2),
    ("04_semicolon.csv", 2),
    ("05_sep_line.csv", 2),
    ("06_tab.csv", 2),
    ("07_utf16le_bom.csv", 2),
    ("08_utf16_tab_excel_unicode_text.csv", 2),
    ("09_cp1252.csv", 2),
    ("12b_nik_rounded.csv", 2),
    ("13_nik_apostrophe.csv", 2),
    ("15_nbsp_in_nik.csv", 2),
    ("16_nbsp_header.csv", 2),
    ("17_zero_width_in_nik.csv", 2),
    ("19_trailing_empty_cols.csv", 2),
    ("20_trailing_empty_cols_rows_only.csv", 2),
    ("21_blank_rows_end.csv", 2),
    ("22_empty_lines.csv", 2),
    ("23_whitespace_row.csv", 2),
    ("24_header_case.csv", 2),
    ("25_header_indonesian.csv", 2),
    ("27_amount_dot_thousands.csv", 2),
    ("28_amount_rp.csv", 2),
    ("29_amount_comma_dec.csv", 2),
    ("30_amount_dec00.csv", 2),
    ("33_extra_columns.csv", 2),
    ("36_formula_name.csv", 2),
    ("37_html_name.csv", 2),
    ("42_semicolon_header_comma_title.csv", 2),
    ("50_semicolon_with_quoted_comma_header.csv", 2),
    ("52_curly_apostrophe.csv", 2),
    ("60_xlsx.xlsx", 2),
    ("names_with_apostrophes.csv", 7),
];

/// Refused, with these words.
const REFUSED: [(&str, &str); 18] = [
    ("10_nik_scientific.csv", "Baris 2: Angka ini dibulatkan oleh lembar kerja"),
    ("11_nik_scientific_id_locale.csv", "Baris 2: Angka ini dibulatkan oleh lembar kerja"),
    ("12_nik_last_digit_zero_excel.csv", "Baris 2: Angka ini dibulatkan oleh lembar kerja"),
    ("31_dup_row_exact.csv", "Baris 4: id: sama dengan baris 2"),
    ("32_dup_header.csv", "Kolom ini ada lebih dari satu: nik"),
    ("34_newline_in_cell.csv", "Baris 3: address: ada huruf yang tidak terlihat"),
    ("35_unbalanced_quote.csv", "Baris 3: Jumlah kolom tidak sama dengan judul; mungkin tanda kutip tidak ditutup"),
    ("39_fullwidth_digits.csv", "Baris 2: Ada angka selain 0 sampai 9"),
    ("40_arabic_digits.csv", "Baris 2: Ada angka selain 0 sampai 9"),
    ("41_nul.csv", "Baris 2: name: ada huruf yang tidak terlihat"),
    ("43_latlon_swapped.csv", "Baris 2: the coordinates must be degrees"),
    ("44_xlsx_named_csv.csv", "Ini tampak seperti lembar kerja XLSX, tetapi tidak dapat dibaca"),
    ("46_id_slash.csv", "Baris 2: not a valid beneficiary"),
    ("47_long_addr.csv", "Baris 3: the address must have 1 to 200 characters"),
    ("48_empty_addr.csv", "Baris 3: the address must have 1 to 200 characters"),
    ("49_bidi.csv", "Baris 3: name: ada huruf yang tidak terlihat"),
    ("51_same_nik_two_ids.csv", "Baris 3: NIK: sama dengan baris 2"),
    ("61_xlsx_nik_as_number.xlsx", "Baris 2: Angka ini dibulatkan oleh lembar kerja"),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn case(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("a case")
}

#[tokio::test]
async fn each_is_taken_as_what_it_is_or_refused_with_what_to_do() {
    let town = Town::start().await;
    let office = Browser::user(&town, Role::Office).await;
    for (name, people) in TAKEN {
        let answer = office.stage(case(name)).await;
        let (status, page) = (answer.status(), answer.text().await.expect("a page"));
        assert_eq!(status, StatusCode::OK, "{name}: {page}");
        assert!(page.contains(&format!("<dd>{people} · Rp ")), "{name}: {page}");
        assert_eq!(page.contains("Windows-1252"), name.starts_with("09"), "{name}");
    }
    for (name, words) in REFUSED {
        let answer = office.stage(case(name)).await;
        let (status, page) = (answer.status(), answer.text().await.expect("a page"));
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {page}");
        assert!(page.contains(words), "{name}: {page}");
        assert!(!page.contains("3273014107650001"), "{name}: nothing of a row is repeated");
    }
    let told: BTreeSet<_> = TAKEN.iter().map(|it| it.0).chain(REFUSED.iter().map(|it| it.0)).collect();
    let there = std::fs::read_dir(folder()).expect("a folder").map(|it| it.expect("a file").file_name());
    let there: BTreeSet<_> = there.map(|name| name.into_string().expect("UTF-8")).collect();
    let left: Vec<_> = there.iter().filter(|name| !told.contains(name.as_str())).collect();
    assert_eq!(left, ["90_all_nik_end_in_0.csv"], "which has a test of its own");
}

#[tokio::test]
async fn numbers_that_seem_rounded_are_asked_about() {
    let town = Town::start().await;
    let office = Browser::user(&town, Role::Office).await;
    let page = office.stage(case("90_all_nik_end_in_0.csv")).await.text().await.expect("a page");
    assert!(page.contains("NIK berakhiran 0"), "{page}");
    let (path, _) = question(&page);
    let answer = office.post(&path, &[("leaving", "3")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "nobody has said that they are right");
    assert_eq!(office.post(&path, &[("leaving", "3"), ("rounded", "yes")]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn all_bad_rows_are_told_at_once() {
    let town = Town::start().await;
    let office = Browser::user(&town, Role::Office).await;
    let bad = "id,nik,name,address,route,amount\n\
               KPM-1,3273014107650003,Siti,Jl. A,R1,\"300,000\"\n\
               KPM-2,3273010203700001,Budi,,R1,300000\n\
               KPM-3,3273010203700002,Dewi,Jl. B,R2,600000\n\
               KPM-3,3273010203700009,Dewi,Jl. B,R2,tiga\n";
    let page = office.stage(bad).await.text().await.expect("a page");
    for told in ["3 baris salah", "Baris 2: Jumlah ini dapat dibaca dua cara", "Baris 3: ", "Baris 5: Jumlah harus"] {
        assert!(page.contains(told), "{told} in {page}");
    }
}

#[tokio::test]
async fn names_as_people_write_them_are_found_and_harm_no_page() {
    let town = Town::start().await;
    let office = Browser::user(&town, Role::Office).await;
    let page = office.stage(case("names_with_apostrophes.csv")).await.text().await.expect("a page");
    let (path, leaving) = question(&page);
    let leaving = leaving.unwrap_or_else(|| "0".into());
    assert_eq!(office.post(&path, &[("leaving", &leaving)]).await.status(), StatusCode::OK);
    for (search, name) in [
        ("jafar", "Ja'far"),
        ("ja'far", "Ja'far"),
        ("Ja\u{2019}far", "Ja'far"),
        ("nuraini", "Nur'aini"),
        ("sukarno", "Soekarno"),
    ] {
        let page = office.post("/office/people", &[("search", search)]).await.text().await.expect("a page");
        assert!(page.contains("1 penerima ditemukan") && page.contains(name), "{search}: {page}");
    }
    let page = office.read("/office/people").await;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"));
}
