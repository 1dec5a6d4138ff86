//! One way to ask whichever database it is: text that both understand, with numbered parameters (`$1`), and values of few types.

use std::marker::PhantomData;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Arguments, Encode, FromRow, Postgres, Sqlite, Type};

use super::Result;
use super::conn::{Conn, On};

/// A statement whose rows are `T`.
pub(crate) struct Query<T> {
    sql: &'static str,
    values: Vec<Value>,
    row: PhantomData<fn() -> T>,
}

/// A statement with one column of `T`.
pub(crate) struct Scalar<T>(Query<(T,)>);

/// What a row can be read as, from either database.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// A statement that returns no rows.
pub(crate) fn query(sql: &'static str) -> Query<()> {
    query_as(sql)
}

/// A statement that returns rows.
pub(crate) fn query_as<T>(sql: &'static str) -> Query<T> {
    Query { sql, values: Vec::new(), row: PhantomData }
}

/// A statement that returns rows of one column.
pub(crate) fn query_scalar<T>(sql: &'static str) -> Scalar<T> {
    Scalar(query_as(sql))
}

impl<T> Query<T> {
    /// Gives the next parameter its value.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it. Returns how many rows it changed.
    pub async fn execute(self, conn: &mut Conn) -> Result<u64> {
        Ok(match conn.on() {
            On::Sqlite(conn) => sqlx::query_with(self.sql, sqlite(self.values)?).execute(conn).await?.rows_affected(),
            On::Postgres(conn) => {
                sqlx::query_with(self.sql, postgres(self.values)?).execute(conn).await?.rows_affected()
            }
        })
    }
}

impl<T: Row> Query<T> {
    /// All rows.
    pub async fn fetch_all(self, conn: &mut Conn) -> Result<Vec<T>> {
        match conn.on() {
            On::Sqlite(conn) => sqlx::query_as_with(self.sql, sqlite(self.values)?).fetch_all(conn).await,
            On::Postgres(conn) => sqlx::query_as_with(self.sql, postgres(self.values)?).fetch_all(conn).await,
        }
    }

    /// The first row, if there is one.
    pub async fn fetch_optional(self, conn: &mut Conn) -> Result<Option<T>> {
        match conn.on() {
            On::Sqlite(conn) => sqlx::query_as_with(self.sql, sqlite(self.values)?).fetch_optional(conn).await,
            On::Postgres(conn) => sqlx::query_as_with(self.sql, postgres(self.values)?).fetch_optional(conn).await,
        }
    }

    /// The first row, which must be there.
    pub async fn fetch_one(self, conn: &mut Conn) -> Result<T> {
        self.fetch_optional(conn).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl<T> Scalar<T>
where
    (T,): Row,
{
    /// Gives the next parameter its value.
    pub fn bind(self, value: impl Into<Value>) -> Self {
        Self(self.0.bind(value))
    }

    /// All values.
    pub async fn fetch_all(self, conn: &mut Conn) -> Result<Vec<T>> {
        Ok(self.0.fetch_all(conn).await?.into_iter().map(|row| row.0).collect())
    }

    /// The first value, if there is a row.
    pub async fn fetch_optional(self, conn: &mut Conn) -> Result<Option<T>> {
        Ok(self.0.fetch_optional(conn).await?.map(|row| row.0))
    }

    /// The first value, which must be there.
    pub async fn fetch_one(self, conn: &mut Conn) -> Result<T> {
        Ok(self.0.fetch_one(conn).await?.0)
    }
}

/// What a parameter can be. Each may be nothing.
pub(crate) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Real(Option<f64>),
    Bytes(Option<Vec<u8>>),
    Truth(bool),
}

fn sqlite(values: Vec<Value>) -> Result<<Sqlite as sqlx::Database>::Arguments> {
    arguments(values)
}

fn postgres(values: Vec<Value>) -> Result<<Postgres as sqlx::Database>::Arguments> {
    arguments(values)
}

fn arguments<A>(values: Vec<Value>) -> Result<A>
where
    A: Arguments,
    for<'q> Option<String>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<i64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<f64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<Vec<u8>>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> bool: Encode<'q, A::Database> + Type<A::Database>,
{
    let mut all = A::default();
    for value in values {
        let added = match value {
            Value::Text(it) => all.add(it),
            Value::Number(it) => all.add(it),
            Value::Real(it) => all.add(it),
            Value::Bytes(it) => all.add(it),
            Value::Truth(it) => all.add(it),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

macro_rules! from {
    ($($kind:ident: $from:ty => $of:expr;)*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                let of: fn($from) -> _ = $of;
                Self::$kind(of(value))
            }
        })*
    };
}

from! {
    Text: &str => |it| Some(it.to_owned());
    Text: &&str => |it| Some((*it).to_owned());
    Text: &String => |it| Some(it.clone());
    Text: String => Some;
    Text: Option<String> => |it| it;
    Text: &Option<String> => Clone::clone;
    Text: Option<&String> => |it| it.cloned();
    Text: Option<&str> => |it| it.map(str::to_owned);
    Number: i64 => Some;
    Number: Option<i64> => |it| it;
    Real: Option<f64> => |it| it;
    Bytes: &[u8] => |it| Some(it.to_vec());
    Bytes: &Vec<u8> => |it| Some(it.clone());
    Bytes: Option<&Vec<u8>> => |it| it.cloned();
    Truth: bool => |it| it;
}
