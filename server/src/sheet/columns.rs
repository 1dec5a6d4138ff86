//! Which column is which: by its heading, in Indonesian or English, in any case.

use super::table::Row;

/// The columns of a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Nik,
    Name,
    Address,
    Route,
    Amount,
    Template,
    Portrait,
    Lat,
    Lon,
}

use Column::{Address, Amount, Id, Lat, Lon, Name, Nik, Portrait, Route, Template};

/// Those that every roster has.
const NEEDED: [Column; 6] = [Id, Nik, Name, Address, Route, Amount];
/// Above the headings there may be a title, and no more than this.
const TITLE_ROWS: usize = 10;

const HEADINGS: [(Column, &[&str]); 10] = [
    (Id, &["id", "idpenerima", "idkpm", "nomorkpm", "nokpm", "nomor"]),
    (Nik, &["nik", "noktp", "nomorktp", "nomorindukkependudukan"]),
    (Name, &["name", "nama", "namapenerima", "namalengkap", "namakpm"]),
    (Address, &["address", "alamat", "alamatlengkap"]),
    (Route, &["route", "rute"]),
    (Amount, &["amount", "jumlah", "nominal", "besaran", "jumlahbantuan"]),
    (Template, &["template"]),
    (Portrait, &["portrait"]),
    (Lat, &["lat", "latitude", "lintang"]),
    (Lon, &["lon", "lng", "longitude", "bujur"]),
];

impl Column {
    /// The name that it has in our own files.
    pub fn name(self) -> &'static str {
        match self {
            Id => "id",
            Nik => "nik",
            Name => "name",
            Address => "address",
            Route => "route",
            Amount => "amount",
            Template => "template",
            Portrait => "portrait",
            Lat => "lat",
            Lon => "lon",
        }
    }

    fn of_heading(heading: &str) -> Option<Self> {
        // "Alamat (lengkap)" and "address, full" are addresses.
        let head = heading.split([',', '(', '/', '[']).next().unwrap_or_default();
        let head: String = head.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
        HEADINGS.iter().find(|(_, names)| names.contains(&head.as_str())).map(|it| it.0)
    }
}

/// Where the columns are, and which row has the headings.
#[derive(Debug)]
pub(super) struct Columns {
    pub headings: usize,
    places: Vec<Option<Column>>,
}

/// Why the columns can't be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// Some aren't there.
    #[error("the column {} is missing", missing.join(", "))]
    Missing {
        /// Which.
        missing: Vec<&'static str>,
    },
    /// One is there more than once.
    #[error("there is more than one column {column}")]
    Twice {
        /// Which.
        column: &'static str,
    },
}

impl Columns {
    /// Finds the headings among the first rows: the row that lacks the fewest.
    pub fn find(rows: &[Row]) -> Result<Self, ColumnError> {
        let lacks = |places: &[Option<Column>]| {
            NEEDED.into_iter().filter(|column| !places.contains(&Some(*column))).map(Column::name).collect::<Vec<_>>()
        };
        let read = |row: &Row| row.cells.iter().map(|cell| Column::of_heading(cell)).collect::<Vec<_>>();
        let found = rows.iter().take(TITLE_ROWS).map(read).enumerate();
        let found = found.min_by_key(|(_, places)| lacks(places).len());
        let (headings, places) = found.unwrap_or_default();
        let missing = lacks(&places);
        if !missing.is_empty() {
            return Err(ColumnError::Missing { missing });
        }
        for (column, _) in HEADINGS {
            if places.iter().filter(|it| **it == Some(column)).count() > 1 {
                return Err(ColumnError::Twice { column: column.name() });
            }
        }
        Ok(Self { headings, places })
    }

    /// The cell of a column; empty where there is none.
    pub fn cell<'r>(&self, row: &'r Row, column: Column) -> &'r str {
        let place = self.places.iter().position(|it| *it == Some(column));
        place.and_then(|place| row.cells.get(place)).map_or("", String::as_str)
    }

    /// Whether a row has cells for all the columns that a roster must have.
    pub fn fit(&self, row: &Row) -> bool {
        let last = self.places.iter().rposition(|it| it.is_some_and(|it| NEEDED.contains(&it)));
        last.is_none_or(|last| row.cells.len() > last) && row.cells.iter().skip(self.places.len()).all(String::is_empty)
    }
}
