//! From the bytes of a file to its cells as text: CSV of whatever separator and encoding, or an XLSX whatever its name.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};

/// A sheet has far fewer columns; what is further right isn't a roster's.
const MOST_COLUMNS: usize = 100;
const MOST_ROWS: u32 = 20_000_000;

/// A file's cells. Rows without any are left out.
#[derive(Debug)]
pub(super) struct Table {
    pub rows: Vec<Row>,
    /// It isn't UTF-8, and was read as Windows-1252.
    pub is_windows_1252: bool,
}

/// One row: its number as a spreadsheet shows it, and its cells.
#[derive(Debug)]
pub(super) struct Row {
    pub number: u64,
    pub cells: Vec<String>,
}

/// Why a file has no cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing that this can read.
    #[error("this is neither CSV nor a spreadsheet in XLSX")]
    Unknown,
    /// Excel's format before 2007.
    #[error("this is a spreadsheet in the old XLS format: save it as XLSX or CSV")]
    Xls,
    /// An XLSX that is damaged, or another kind of archive.
    #[error("this looks like a spreadsheet in XLSX, and can't be read: save it again")]
    Xlsx,
}

/// Reads a file by what it is.
pub(super) fn read(file: &[u8]) -> Result<Table, FileError> {
    match file {
        [b'P', b'K', 3, 4, ..] => xlsx(file),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(FileError::Xls),
        [b'%', b'P', b'D', b'F', ..] => Err(FileError::Unknown),
        _ => {
            let (text, is_windows_1252) = decode(file)?;
            Ok(Table { rows: csv(&text)?, is_windows_1252 })
        }
    }
}

fn decode(file: &[u8]) -> Result<(String, bool), FileError> {
    let wide = |of: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.map(|text| (text, false)).map_err(|_| FileError::Unknown)
    };
    match file {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok((windows_1252_unless_utf8(rest).0, false)),
        _ => Ok(windows_1252_unless_utf8(file)),
    }
}

fn windows_1252_unless_utf8(bytes: &[u8]) -> (String, bool) {
    // Of 0x80 to 0x9f, which are no letters in Latin-1.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), false);
    }
    let letter = |byte: &u8| match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    (bytes.iter().map(letter).collect(), true)
}

fn csv(text: &str) -> Result<Vec<Row>, FileError> {
    // Of old Macintoshes.
    let text = if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") };
    let (said, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.to_ascii_lowercase().starts_with("sep=") => {
            (first.as_bytes().get(4).copied(), rest, 1)
        }
        _ => (None, text.as_str(), 0),
    };
    let separator = said.unwrap_or_else(|| separator(text));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| FileError::Unknown)?;
        let number = record.position().map_or(0, csv::Position::line) + skipped;
        push(&mut rows, number, record.iter().take(MOST_COLUMNS).map(tidy).collect());
    }
    Ok(rows)
}

/// What parts the cells of the first lines: whichever there is most of, outside of quotation marks.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in text.bytes().take(4096) {
        if byte == b'"' {
            is_quoted = !is_quoted;
        } else if byte == b'\n' && counts.iter().any(|it| it.1 >= 4) {
            // The first line with as many columns as a roster has decides: addresses are full of commas.
            break;
        } else if !is_quoted && let Some(it) = counts.iter_mut().find(|it| it.0 == byte) {
            it.1 += 1;
        }
    }
    // The last of equals would win, and the comma comes first.
    counts.iter().rev().max_by_key(|it| it.1).map_or(b',', |it| it.0)
}

fn xlsx(file: &[u8]) -> Result<Table, FileError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(|_| FileError::Xlsx)?;
    let first = book.sheet_names().into_iter().next().ok_or(FileError::Xlsx)?;
    // Cell by cell: a sheet may claim to be as large as it likes.
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| FileError::Xlsx)?;
    let (mut rows, mut number, mut row) = (Vec::new(), 0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(|_| FileError::Xlsx)? {
        let (at, column) = (cell.get_position().0, cell.get_position().1 as usize);
        if column >= MOST_COLUMNS || at >= MOST_ROWS {
            continue;
        }
        if at != number {
            push(&mut rows, u64::from(number) + 1, std::mem::take(&mut row));
            number = at;
        }
        row.resize(row.len().max(column + 1), String::new());
        row[column] = tidy(&as_text(cell.get_value()));
    }
    push(&mut rows, u64::from(number) + 1, row);
    Ok(Table { rows, is_windows_1252: false })
}

fn as_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(it) => it.to_string(),
        // Spreadsheets keep fifteen digits: a longer number isn't the one that was typed, and must not look like it.
        DataRef::Float(it) if it.abs() >= 1e15 => format!("{it:E}"),
        DataRef::Float(it) => it.to_string(),
        DataRef::String(it) | DataRef::DateTimeIso(it) | DataRef::DurationIso(it) => it.clone(),
        DataRef::SharedString(it) => (*it).to_owned(),
        DataRef::Bool(it) => it.to_string(),
        DataRef::DateTime(it) => it.as_f64().to_string(),
        DataRef::Error(it) => it.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn push(rows: &mut Vec<Row>, number: u64, cells: Vec<String>) {
    if cells.iter().any(|cell| !cell.is_empty()) {
        rows.push(Row { number, cells });
    }
}

// Without what nobody sees at its ends: spaces of any kind, and those without a width.
fn tidy(cell: &str) -> String {
    cell.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
    })
    .to_owned()
}
