//! What can go wrong with the server as a whole, told so that an administrator knows what to do.

use std::io;
use std::path::PathBuf;

use crate::review::ReviewError;
use crate::sheet::SheetError;

/// Why the server can't start or do what its administrator asks.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A key file is missing, unreadable or damaged.
    #[error("key file {}: {reason}", path.display())]
    Key {
        /// Which.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A file or folder of the data folder can't be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// An address can't be listened on.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Which.
        address: std::net::SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The database can't be used.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The database is of a version not known here.
    #[error("the database can't be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The blob store can't be used.
    #[error("the blob store: {0}")]
    Blobs(#[from] object_store::Error),
    /// The certificates can't be made.
    #[error("the server's certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificates can't be used.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The roster file is wrong. Nothing of it was applied.
    #[error("nothing was imported: {0}")]
    Roster(#[from] SheetError),
    /// More would leave the list by a roster file than may. Nothing of it was applied.
    #[error("nothing was imported: {leaving} of the {listed} beneficiaries on the list aren't in this file")]
    Leaving {
        /// How many would.
        leaving: u64,
        /// How many are on the list.
        listed: u64,
    },
    /// Many NIKs end in 0, which nobody has said is right. Nothing was applied.
    #[error("nothing was imported: {count} of {rows} NIKs end in 0, as where a spreadsheet kept fifteen digits")]
    Rounded {
        /// How many do.
        count: u64,
        /// Of how many.
        rows: u64,
    },
    /// A decision isn't taken.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// What was asked for can't be done.
    #[error("{0}")]
    Refused(String),
}

/// An error with its causes, each said once: some messages have their cause's in them, and some don't.
pub fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl ServerError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
