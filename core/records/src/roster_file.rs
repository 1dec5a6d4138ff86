//! The roster as a programme office uploads it: CSV, one beneficiary a row.
//!
//! Columns, in any order, named in the first row: `id`, `nik`, `name`, `address`, `route`, `amount` (whole rupiah) and,
//! where faces are known, `template` as `MODEL:BASE64` and beside it `portrait`, a small JPEG ([`Portrait`]) in base64; where
//! houses are known, `lat` and `lon` in degrees north and east, both or neither in a row, with a decimal point or comma. They are
//! parted by commas or, as spreadsheets in Indonesia write them, by semicolons. A file is read whole or not at all.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::coordinates::Coordinates;
use crate::money::Rupiah;
use crate::portrait::{Portrait, PortraitError};
use crate::roster::Beneficiary;
use crate::template::FaceTemplate;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// Who.
    pub beneficiary: Beneficiary,
    /// How much for the round that the file is imported for.
    pub amount: Rupiah,
    /// The face as an officer sees it; only where there is a template.
    pub portrait: Option<Portrait>,
}

/// Why a file can't be imported. Rows count from 1 and leave out the row of names; no cell is repeated, since it may
/// be somebody's.
#[derive(Debug, thiserror::Error)]
pub enum RosterFileError {
    /// A row is wrong.
    #[error("row {row}: {reason}")]
    Row {
        /// Which.
        row: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file has no rows, or lacks a column.
    #[error("{0}")]
    File(String),
}

/// The cells of a row as text; the last four may be empty.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct Cells {
    pub id: String,
    pub nik: String,
    pub name: String,
    pub address: String,
    pub route: String,
    pub amount: String,
    #[serde(default)]
    pub template: String,
    #[serde(default)]
    pub portrait: String,
    #[serde(default)]
    pub lat: String,
    #[serde(default)]
    pub lon: String,
}

impl RosterRow {
    /// The row that cells are, or what is wrong with them.
    pub fn of(cells: Cells) -> Result<Self, String> {
        parse(cells)
    }
}

/// Reads a whole file.
pub fn read(file: impl Read) -> Result<Vec<RosterRow>, RosterFileError> {
    let no_csv = || RosterFileError::File("this is no CSV file in UTF-8".into());
    let mut file = BufReader::new(file);
    let delimiter = delimiter(file.fill_buf().map_err(|_| no_csv())?);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(delimiter).from_reader(file);
    let names = reader.headers().map_err(|_| no_csv())?.clone();
    for column in ["id", "nik", "name", "address", "route", "amount"] {
        if !names.iter().any(|name| name == column) {
            return Err(RosterFileError::File(format!("the column {column} is missing")));
        }
    }
    let mut rows = Vec::new();
    let mut seen = HashMap::new();
    for (row, cells) in (1..).zip(reader.deserialize::<Cells>()) {
        let wrong = |reason: String| RosterFileError::Row { row, reason };
        // csv's own message would repeat the cells.
        let cells = cells.map_err(|_| wrong("not as many columns as the first row, or not UTF-8".into()))?;
        let entry = RosterRow::of(cells).map_err(wrong)?;
        let known = [entry.beneficiary.id.as_str(), entry.beneficiary.nik.reveal()].map(str::to_owned);
        for (what, value) in ["id", "NIK"].into_iter().zip(known) {
            if let Some(earlier) = seen.insert((what, value), row) {
                return Err(wrong(format!("the same {what} as in row {earlier}")));
            }
        }
        rows.push(entry);
    }
    if rows.is_empty() { Err(RosterFileError::File("the file has no rows".into())) } else { Ok(rows) }
}

/// Writes a file that [`read`] reads.
pub fn write<'a>(rows: impl IntoIterator<Item = &'a RosterRow>, to: impl Write) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    for row in rows {
        let Beneficiary { id, nik, name, address, route, coordinates, template } = &row.beneficiary;
        let degrees =
            |of: fn(&Coordinates) -> f64| coordinates.as_ref().map_or_else(String::new, |it| of(it).to_string());
        writer.serialize(Cells {
            id: id.to_string(),
            nik: nik.reveal().into(),
            name: name.clone(),
            address: address.clone(),
            route: route.clone(),
            amount: row.amount.0.to_string(),
            template: template
                .as_ref()
                .map_or_else(String::new, |it| format!("{}:{}", it.model, BASE64.encode(&it.data))),
            portrait: row.portrait.as_ref().map_or_else(String::new, |it| BASE64.encode(it.jpeg())),
            lat: degrees(Coordinates::latitude),
            lon: degrees(Coordinates::longitude),
        })?;
    }
    writer.flush()
}

fn delimiter(start: &[u8]) -> u8 {
    let names = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if names.contains(&b';') && !names.contains(&b',') { b';' } else { b',' }
}

fn parse(cells: Cells) -> Result<RosterRow, String> {
    for (column, text) in [("name", &cells.name), ("address", &cells.address), ("route", &cells.route)] {
        if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
            return Err(format!("the {column} must have 1 to 200 characters"));
        }
    }
    let digits = Some(&cells.amount).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let amount = digits.and_then(|text| text.parse().ok()).map(Rupiah);
    let amount = amount.ok_or("the amount must be whole rupiah, digits only")?;
    if amount == Rupiah(0) || amount > Rupiah::MAX {
        return Err("the amount is nothing, or more than there is".into());
    }
    let portrait = parse_portrait(&cells.portrait)?;
    let beneficiary = Beneficiary {
        id: cells.id.parse().map_err(|error: crate::id::IdError| error.to_string())?,
        nik: cells.nik.parse().map_err(|error: crate::nik::NikError| error.to_string())?,
        name: cells.name,
        address: cells.address,
        route: cells.route,
        coordinates: parse_coordinates(&cells.lat, &cells.lon)?,
        template: parse_template(&cells.template)?,
    };
    if portrait.is_some() && beneficiary.template.is_none() {
        return Err("there is a portrait, and no template beside it".into());
    }
    Ok(RosterRow { beneficiary, amount, portrait })
}

fn parse_coordinates(lat: &str, lon: &str) -> Result<Option<Coordinates>, String> {
    if lat.is_empty() && lon.is_empty() {
        return Ok(None);
    }
    let degrees = |cell: &str| cell.replace(',', ".").parse().ok();
    let both = degrees(lat).zip(degrees(lon)).ok_or("lat and lon must both be numbers, or both empty")?;
    Coordinates::new(both.0, both.1).map(Some).map_err(|error| error.to_string())
}

fn parse_template(cell: &str) -> Result<Option<FaceTemplate>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let (model, data) = cell.split_once(':').ok_or("the template must be MODEL:BASE64")?;
    let data = BASE64.decode(data).map_err(|_| "the template is no base64")?;
    if model.is_empty() || data.is_empty() || data.len() % 4 != 0 {
        return Err("the template must be MODEL:BASE64 of 32-bit floats".into());
    }
    Ok(Some(FaceTemplate { model: model.into(), data }))
}

fn parse_portrait(cell: &str) -> Result<Option<Portrait>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let jpeg = BASE64.decode(cell).map_err(|_| "the portrait is no base64")?;
    Portrait::new(jpeg).map(Some).map_err(|error: PortraitError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One grey pixel, as far as its markers say.
    const JPEG: &[u8] =
        b"\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x01\xff\xd9";

    const GOOD: &str = "id,nik,name,address,route,amount,template\n\
                        KPM-1,3273014107650003,Siti Rahayu,Jl. Melati 4,R1,300000,sface:AAAAAAAAgD8=\n\
                        KPM-2,3273010203700001,Budi Santoso,\"Jl. Mawar 1, RT 02\",R1,300000,\n";

    #[test]
    fn what_is_written_is_read_again() {
        let rows = read(GOOD.as_bytes()).expect("a good file");
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].beneficiary.template.as_ref().map(|t| t.data.len()), Some(8));
        let mut file = Vec::new();
        write(&rows, &mut file).expect("memory takes it");
        assert_eq!(read(file.as_slice()).expect("our own file"), rows);
    }

    #[test]
    fn a_portrait_is_a_small_jpeg_beside_a_template() {
        let with = |template: &str, portrait: &str| {
            let row = "KPM-1,3273014107650003,Siti Rahayu,Jl. Melati 4,R1,300000";
            read(
                format!("id,nik,name,address,route,amount,template,portrait\n{row},{template},{portrait}\n").as_bytes(),
            )
        };
        let (template, jpeg) = ("sface:AAAAAAAAgD8=", BASE64.encode(JPEG));
        let rows = with(template, &jpeg).expect("a small JPEG");
        assert_eq!(rows[0].portrait.as_ref().map(Portrait::jpeg), Some(JPEG));
        let mut file = Vec::new();
        write(&rows, &mut file).expect("memory takes it");
        assert_eq!(read(file.as_slice()).expect("our own file"), rows);
        assert_eq!(with(template, "").expect("none")[0].portrait, None);
        for (template, portrait, reason) in [
            ("", jpeg.as_str(), "there is a portrait, and no template beside it"),
            (template, "?", "the portrait is no base64"),
            (template, "AAAA", "the portrait is no baseline JPEG"),
        ] {
            assert_eq!(with(template, portrait).expect_err(reason).to_string(), format!("row 1: {reason}"));
        }
    }

    #[test]
    fn coordinates_are_both_there_or_neither_and_on_earth() {
        let with = |lat: &str, lon: &str| {
            let row = "KPM-1,3273014107650003,Siti Rahayu,Jl. Melati 4,R1,300000";
            read(format!("id,nik,name,address,route,amount,lat,lon\n{row},{lat},{lon}\n").as_bytes())
        };
        let rows = with("-6.9147", "\"107,6098\"").expect("a point and a comma");
        assert_eq!(rows[0].beneficiary.coordinates, Coordinates::new(-6.9147, 107.6098).ok());
        let mut file = Vec::new();
        write(&rows, &mut file).expect("memory takes it");
        assert_eq!(read(file.as_slice()).expect("our own file"), rows);
        assert_eq!(with("", "").expect("neither")[0].beneficiary.coordinates, None);
        for (lat, lon, reason) in [
            ("-6.9", "", "lat and lon must both be numbers, or both empty"),
            ("south", "107.6", "lat and lon must both be numbers, or both empty"),
            ("107.6", "-6.9", "the coordinates must be degrees: north -90 to 90, east -180 to 180"),
            ("NaN", "0", "the coordinates must be degrees: north -90 to 90, east -180 to 180"),
            ("0", "inf", "the coordinates must be degrees: north -90 to 90, east -180 to 180"),
        ] {
            assert_eq!(with(lat, lon).expect_err(reason).to_string(), format!("row 1: {reason}"));
        }
    }

    #[test]
    fn what_a_spreadsheet_saves_is_read_too() {
        let rows = read(GOOD.as_bytes()).expect("a good file");
        let saved = GOOD.replace("\"Jl. Mawar 1, RT 02\"", "Jl. Mawar 1# RT 02").replace(',', ";").replace('#', ",");
        let saved = format!("\u{feff}{}", saved.replace('\n', "\r\n"));
        assert_eq!(read(saved.as_bytes()).expect("the same with semicolons, a mark and line ends"), rows);
    }

    #[test]
    fn a_bad_row_is_named_with_its_number_and_reason_and_nothing_of_it() {
        for (from, to, message) in [
            ("3273010203700001", "3273010203700000", "row 2: the NIK's serial number is 0000"),
            ("3273010203700001", "3273014107650003", "row 2: the same NIK as in row 1"),
            ("KPM-2", "KPM-1", "row 2: the same id as in row 1"),
            (",300000,\n", ",300000.50,\n", "row 2: the amount must be whole rupiah, digits only"),
            (",300000,\n", ",-1,\n", "row 2: the amount must be whole rupiah, digits only"),
            (",300000,\n", ",+1,\n", "row 2: the amount must be whole rupiah, digits only"),
            (",300000,\n", ",0,\n", "row 2: the amount is nothing, or more than there is"),
            ("Budi Santoso", "", "row 2: the name must have 1 to 200 characters"),
            ("sface:AAAAAAAAgD8=", "sface:AAA", "row 1: the template is no base64"),
            (",R1,300000,\n", ",R1\n", "row 2: not as many columns as the first row, or not UTF-8"),
            ("nik,", "number,", "the column nik is missing"),
        ] {
            let file = GOOD.replacen(from, to, 1);
            assert_eq!(read(file.as_bytes()).expect_err(message).to_string(), message);
        }
        assert_eq!(read(&b""[..]).expect_err("empty").to_string(), "the column id is missing");
    }
}
