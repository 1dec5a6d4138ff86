//! The database: how it is opened, and one module for each part of what it knows.
//!
//! The SQL is plain, and nothing outside this module contains any, so that another database can be put in its place.

pub(crate) mod alerts;
pub(crate) mod board;
pub(crate) mod cash;
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
pub(crate) mod uploads;
pub(crate) mod users;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::error::ServerError;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// What a query ends in.
pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// The database of one programme.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    pool: SqlitePool,
}

impl Db {
    /// Opens or makes the database file and brings it up to date.
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
            .busy_timeout(Duration::from_secs(15));
        let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
        MIGRATIONS.run(&pool).await?;
        Ok(Self { pool })
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>> {
        self.pool.acquire().await
    }

    /// A transaction that sees one state of everything it reads.
    pub async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>> {
        self.pool.begin().await
    }

    /// A transaction to write in. It holds the write lock from its beginning, so that what it reads stays true. Pages hear of
    /// it once it is committed.
    pub async fn write(&self) -> Result<Writing> {
        Ok(Writing { tx: self.pool.begin_with("BEGIN IMMEDIATE").await?, shown: true })
    }

    /// The same for what changes no page but the audit: who looked, who logged in, what is still arriving. A page that heard
    /// of its own opening would be opened again without end.
    pub async fn note(&self) -> Result<Writing> {
        Ok(Writing { shown: false, ..self.write().await? })
    }

    /// A number that grows with whatever any process writes that pages show.
    pub async fn version(conn: &mut SqliteConnection) -> Result<i64> {
        sqlx::query_scalar("SELECT value FROM counters WHERE name = 'shown'").fetch_one(conn).await
    }

    /// Copies it as it is at one moment into a new file, also while others write.
    pub async fn copy_to(&self, file: &Path) -> std::result::Result<(), ServerError> {
        let name = file.to_str().ok_or_else(|| ServerError::Refused("the name of the copy must be UTF-8".into()))?;
        sqlx::query("VACUUM INTO ?").bind(name).execute(&self.pool).await?;
        Ok(())
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A transaction that writes. Dropping it undoes all of it.
pub(crate) struct Writing {
    tx: Transaction<'static, Sqlite>,
    shown: bool,
}

impl Writing {
    /// Makes it durable.
    pub async fn commit(mut self) -> Result<()> {
        if self.shown {
            sqlx::query("UPDATE counters SET value = value + 1 WHERE name = 'shown'").execute(&mut *self.tx).await?;
        }
        self.tx.commit().await
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.tx
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }
}

/// A setting that the processes on one data folder share.
pub(crate) async fn setting(conn: &mut SqliteConnection, name: &str) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT value FROM settings WHERE name = ?").bind(name).fetch_optional(conn).await
}

/// Sets one.
pub(crate) async fn set_setting(conn: &mut SqliteConnection, name: &str, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the next `count` change numbers, and returns the first.
pub(crate) async fn take_changes(conn: &mut SqliteConnection, count: i64) -> Result<i64> {
    let last: i64 = sqlx::query_scalar("UPDATE counters SET value = value + ? WHERE name = 'change' RETURNING value")
        .bind(count)
        .fetch_one(conn)
        .await?;
    Ok(last - count + 1)
}

/// The last change number that was given out.
pub(crate) async fn last_change(conn: &mut SqliteConnection) -> Result<i64> {
    sqlx::query_scalar("SELECT value FROM counters WHERE name = 'change'").fetch_one(conn).await
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
