//! A roster as offices really send it: CSV of any separator and encoding or XLSX, with headings in Indonesian or English. It is
//! checked to its end, so that all that is wrong is told at once, with the row as a spreadsheet counts it.
//!
//! What can't be read is never guessed. What can be read and still looks as if a spreadsheet had rounded it is a doubt: a person
//! has to say that it is right.

mod cells;
mod columns;
mod table;

use std::collections::HashMap;

use saksi_records::roster_file::{Cells, RosterRow};

use crate::programme::MAX_AMOUNT;
use columns::{Column, Columns};
use table::Row;

pub use columns::ColumnError;
pub use table::FileError;

/// From how many rows on, last digits say something.
const ENOUGH: usize = 20;

/// A roster that can be read.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub rows: Vec<RosterRow>,
    /// It isn't UTF-8, and was read as Windows-1252: accents may be wrong.
    pub is_windows_1252: bool,
    /// So many NIKs end in 0, where one in ten would.
    pub rounded: Option<u64>,
}

/// Why a file is no roster. No cell is repeated, since it may be somebody's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It has no cells.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its columns can't be told.
    #[error(transparent)]
    Columns(#[from] ColumnError),
    /// It has headings only.
    #[error("the file has no rows")]
    Empty,
    /// Rows are wrong: all that are.
    #[error("{}", told(.0))]
    Rows(Vec<Bad>),
}

/// What is wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {why}")]
pub struct Bad {
    /// Which, as a spreadsheet counts them.
    pub row: u64,
    /// What.
    pub why: Wrong,
}

/// What can be wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not as many cells as headings.
    #[error("not as many columns as the headings; perhaps a quotation mark isn't closed")]
    Columns,
    /// 3.27E+15.
    #[error("a spreadsheet rounded this number: format the column as text and enter it again")]
    Rounded,
    /// Digits of other scripts.
    #[error("a number has digits other than 0 to 9")]
    Digits,
    /// No amount.
    #[error("the amount must be whole rupiah, digits only")]
    Amount,
    /// 300,000.
    #[error("the amount can be read in two ways: write it without separators")]
    Ambiguous,
    /// Control characters and the like.
    #[error("the {0} has characters that can't be seen, such as a line break")]
    Unseen(&'static str),
    /// Somebody is there twice.
    #[error("the same {what} as in row {row}")]
    Same {
        /// By what.
        what: &'static str,
        /// In which row before.
        row: u64,
    },
    /// A rule of the record itself.
    #[error("{0}")]
    Rule(String),
}

/// Reads a roster to its end.
pub(crate) fn read(file: &[u8]) -> Result<Sheet, SheetError> {
    let table = table::read(file)?;
    let columns = Columns::find(&table.rows)?;
    let (mut rows, mut bad, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    let mut ending_in_zero = 0;
    for row in table.rows.iter().skip(columns.headings + 1) {
        let wrong = |why| Bad { row: row.number, why };
        match entry(&columns, row) {
            Ok(entry) => {
                let known = [("id", entry.beneficiary.id.as_str()), ("NIK", entry.beneficiary.nik.reveal())];
                ending_in_zero += u64::from(known[1].1.ends_with('0'));
                let earlier = known.map(|(what, text)| (what, seen.insert((what, text.to_owned()), row.number)));
                let earlier = earlier.into_iter().find_map(|(what, row)| Some(Wrong::Same { what, row: row? }));
                match earlier {
                    Some(why) => bad.push(wrong(why)),
                    None => rows.push(entry),
                }
            }
            Err(why) => bad.push(wrong(why)),
        }
    }
    if !bad.is_empty() {
        return Err(SheetError::Rows(bad));
    }
    if rows.is_empty() {
        return Err(SheetError::Empty);
    }
    // One in ten by chance; half of twenty or more isn't.
    let is_rounded = rows.len() >= ENOUGH && ending_in_zero * 2 > rows.len() as u64;
    Ok(Sheet { rows, is_windows_1252: table.is_windows_1252, rounded: is_rounded.then_some(ending_in_zero) })
}

fn entry(columns: &Columns, row: &Row) -> Result<RosterRow, Wrong> {
    if !columns.fit(row) {
        return Err(Wrong::Columns);
    }
    let cell = |column| columns.cell(row, column);
    for column in [Column::Id, Column::Name, Column::Address, Column::Route] {
        if cell(column).chars().any(cells::is_unseen) {
            return Err(Wrong::Unseen(column.name()));
        }
    }
    let entry = RosterRow::of(Cells {
        id: cells::unquoted(cell(Column::Id)).to_owned(),
        nik: cells::digits(cell(Column::Nik))?,
        name: cell(Column::Name).to_owned(),
        address: cell(Column::Address).to_owned(),
        route: cell(Column::Route).to_owned(),
        amount: cells::amount(cell(Column::Amount))?,
        template: cell(Column::Template).to_owned(),
        portrait: cell(Column::Portrait).to_owned(),
        lat: cell(Column::Lat).to_owned(),
        lon: cell(Column::Lon).to_owned(),
    });
    let entry = entry.map_err(Wrong::Rule)?;
    if entry.amount.0 > MAX_AMOUNT {
        return Err(Wrong::Rule("the amount is more than a thousand billion rupiah".into()));
    }
    Ok(entry)
}

/// The first few, and how many more there are.
fn told(bad: &[Bad]) -> String {
    const FEW: usize = 10;
    let mut text = bad.iter().take(FEW).map(Bad::to_string).collect::<Vec<_>>().join("; ");
    if bad.len() > FEW {
        text = format!("{text}; and {} more", bad.len() - FEW);
    }
    text
}
