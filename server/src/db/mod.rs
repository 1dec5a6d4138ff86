//! The database: how it is opened, and one module for each part of what it knows.
//!
//! The SQL is what SQLite and PostgreSQL both understand, and nothing outside this module contains any.

pub(crate) mod alerts;
pub(crate) mod board;
pub(crate) mod cash;
mod conn;
pub(crate) mod consents;
pub(crate) mod cursor;
pub(crate) mod evidence;
pub(crate) mod faces;
pub(crate) mod handsets;
pub(crate) mod imports;
pub(crate) mod officers;
pub(crate) mod portraits;
pub(crate) mod reviews;
pub(crate) mod roster;
mod sql;
pub(crate) mod uploads;
pub(crate) mod users;

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::error::ServerError;
pub use conn::commits;
pub(crate) use conn::{Conn, Lock, Writing};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a query ends in.
pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// The database of one programme.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// A file of ours.
    Sqlite(SqlitePool),
    /// A server, which several processes may share.
    Postgres(PgPool),
}

impl Db {
    /// Opens or makes a database file and brings it up to date.
    pub async fn open(file: &Path) -> std::result::Result<Self, ServerError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A receipt promises that the record is on disk.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Whose face is forgotten isn't to be found in free pages.
            .pragma("secure_delete", "on")
            .busy_timeout(PATIENCE);
        let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
        SQLITE.run(&pool).await?;
        Ok(Self::Sqlite(pool))
    }

    /// Connects to a database of PostgreSQL, which has to be there, and brings it up to date.
    pub async fn connect(url: &str) -> std::result::Result<Self, ServerError> {
        // A receipt promises that the record is on disk, whatever the server is set to.
        let options = PgConnectOptions::from_str(url)?.options([("synchronous_commit", "on")]);
        let pool = PgPoolOptions::new().max_connections(24).acquire_timeout(PATIENCE).connect_with(options).await?;
        POSTGRES.run(&pool).await?;
        Ok(Self::Postgres(pool))
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite(pool) => Conn::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction that sees one state of everything it reads.
    pub async fn snapshot(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite(pool) => Conn::SqliteTransaction(pool.begin().await?),
            Self::Postgres(pool) => {
                Conn::PostgresTransaction(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// A transaction to write in, alone: what it reads stays true. Pages hear of it once it is committed.
    pub async fn write(&self) -> Result<Writing> {
        let mut writing = self.begin(true).await?;
        if let Self::Postgres(_) = self {
            writing.alone().await?;
        }
        Ok(writing)
    }

    /// The same beside others, for what happens all the time: of what it reads, that stays true which it locks
    /// ([`Writing::lock`]), and which only those change who write alone.
    pub async fn write_beside(&self) -> Result<Writing> {
        let mut writing = self.begin(true).await?;
        if let Self::Postgres(_) = self {
            writing.beside().await?;
        }
        Ok(writing)
    }

    /// A transaction for what changes no page but the audit: who looked, who logged in, what is still arriving. A page that
    /// heard of its own opening would be opened again without end. Each such statement is right by itself.
    pub async fn note(&self) -> Result<Writing> {
        self.begin(false).await
    }

    async fn begin(&self, shown: bool) -> Result<Writing> {
        let conn = match self {
            // It holds the only write lock from its beginning.
            Self::Sqlite(pool) => Conn::SqliteTransaction(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Conn::PostgresTransaction(pool.begin().await?),
        };
        Ok(Writing::new(conn, shown))
    }

    /// A number that grows with whatever any process writes that pages show.
    pub async fn version(conn: &mut Conn) -> Result<i64> {
        sql::query_scalar("SELECT value FROM counters WHERE name = 'shown'").fetch_one(conn).await
    }

    /// Whether it is a file in the data folder.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Copies a database file as it is at one moment into a new one, also while others write.
    pub async fn copy_to(&self, file: &Path) -> std::result::Result<(), ServerError> {
        let name = file.to_str().ok_or_else(|| ServerError::Refused("the name of the copy must be UTF-8".into()))?;
        sql::query("VACUUM INTO $1").bind(name).execute(&mut self.read().await?).await?;
        Ok(())
    }

    /// Ends all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A setting that the processes on one data folder share.
pub(crate) async fn setting(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    sql::query_scalar("SELECT value FROM settings WHERE name = $1").bind(name).fetch_optional(conn).await
}

/// Sets one.
pub(crate) async fn set_setting(conn: &mut Conn, name: &str, value: &str) -> Result<()> {
    sql::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the next `count` change numbers, and returns the first.
pub(crate) async fn take_changes(conn: &mut Conn, count: i64) -> Result<i64> {
    let last: i64 = sql::query_scalar("UPDATE counters SET value = value + $1 WHERE name = 'change' RETURNING value")
        .bind(count)
        .fetch_one(conn)
        .await?;
    Ok(last - count + 1)
}

/// The last change number that was given out.
pub(crate) async fn last_change(conn: &mut Conn) -> Result<i64> {
    sql::query_scalar("SELECT value FROM counters WHERE name = 'change'").fetch_one(conn).await
}

/// A time as it is kept: of one length, so that it sorts as text.
pub(crate) fn stamp(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// Reads back what the database holds. Failing means that somebody else wrote it.
pub(crate) fn parse<T>(text: &str) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|e: T::Err| sqlx::Error::Decode(Box::new(e)))
}

/// Whether a failure is that a row with this key is there already.
pub(crate) fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
