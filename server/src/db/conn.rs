//! A connection to whichever database it is, and the locks that what is written rests on.
//!
//! SQLite has one writer at a time, so that whatever a transaction reads stays true until it ends. PostgreSQL has many: there
//! each transaction names first what must hold still (see [`Lock`]), and what it reads under that lock stays true as well.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

use ring::digest::{SHA256, digest};
use saksi_records::{HandsetId, RecordId, RoundId};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use super::{Result, sql};

/// How many transactions this process has written.
static COMMITS: AtomicU64 = AtomicU64::new(0);

/// How many transactions this process has written since it began: what a record costs, measured.
pub fn commits() -> u64 {
    COMMITS.load(Ordering::Relaxed)
}

/// A connection, within a transaction or without.
pub(crate) enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// The same, as the driver knows it.
pub(super) enum On<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn {
    pub(super) fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(it) => On::Sqlite(it),
            Self::SqliteTransaction(it) => On::Sqlite(it),
            Self::Postgres(it) => On::Postgres(it),
            Self::PostgresTransaction(it) => On::Postgres(it),
        }
    }
}

/// A transaction that writes. Dropping it undoes all of it.
pub(crate) struct Writing {
    conn: Conn,
    shown: bool,
}

impl Writing {
    pub(super) fn new(conn: Conn, shown: bool) -> Self {
        Self { conn, shown }
    }

    /// Holds something still until the end of the transaction. Those of one transaction are taken in the order in which
    /// [`Lock`] names them, and before anything is written: so no two wait for each other.
    pub async fn lock(&mut self, lock: Lock<'_>) -> Result<()> {
        if matches!(self.conn.on(), On::Postgres(_)) {
            self.advise("SELECT pg_advisory_xact_lock($1)", &lock.name()).await?;
        }
        Ok(())
    }

    /// Nobody else writes what rests on locks, as on SQLite.
    pub(super) async fn alone(&mut self) -> Result<()> {
        self.advise("SELECT pg_advisory_xact_lock($1)", PROGRAMME).await
    }

    /// Others may write beside, what isn't locked.
    pub(super) async fn beside(&mut self) -> Result<()> {
        self.advise("SELECT pg_advisory_xact_lock_shared($1)", PROGRAMME).await
    }

    async fn advise(&mut self, sql: &'static str, name: &str) -> Result<()> {
        sql::query(sql).bind(number(name)).execute(&mut self.conn).await?;
        Ok(())
    }

    /// Makes it durable.
    pub async fn commit(mut self) -> Result<()> {
        if self.shown {
            let next = "UPDATE counters SET value = value + 1 WHERE name = 'shown'";
            sql::query(next).execute(&mut self.conn).await?;
        }
        COMMITS.fetch_add(1, Ordering::Relaxed);
        match self.conn {
            Conn::SqliteTransaction(it) => it.commit().await,
            Conn::PostgresTransaction(it) => it.commit().await,
            Conn::Sqlite(_) | Conn::Postgres(_) => Ok(()),
        }
    }
}

impl Deref for Writing {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

const PROGRAMME: &str = "programme";

/// What holds still.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lock<'a> {
    /// A ticket, which admits one handset.
    Ticket(&'a str),
    /// A handset: its chain, its officers, its codes.
    Handset(HandsetId),
    /// A record's id, which is of one envelope.
    Record(RecordId),
    /// What a person, by NIK or else by number, was paid in a round.
    Payment(&'a str, &'a RoundId),
    /// For whom a proxy, by tag, collected in a round.
    Proxy(&'a str, &'a RoundId),
    /// The faces of a round's proxies.
    Faces(&'a RoundId),
}

impl Lock<'_> {
    fn name(&self) -> String {
        match self {
            Self::Ticket(token) => format!("ticket {token}"),
            Self::Handset(id) => format!("handset {id}"),
            Self::Record(id) => format!("record {id}"),
            Self::Payment(person, round) => format!("payment {round} {person}"),
            Self::Proxy(tag, round) => format!("proxy {round} {tag}"),
            Self::Faces(round) => format!("faces {round}"),
        }
    }
}

// Two names with one number would wait for each other without need, and no more than that.
fn number(name: &str) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest(&SHA256, name.as_bytes()).as_ref()[..8]);
    i64::from_be_bytes(first)
}
