//! The office's users and their sessions, and the audit of what they do with people's data.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use saksi_records::Digest;

use super::{Conn, Result, parse, sql, stamp};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sees the round's progress and the list.
    Viewer,
    /// Also uploads rosters and opens records.
    Office,
    /// Also hands out handsets, locks them, and decides about enrolments and exceptions.
    Supervisor,
}

impl Role {
    /// Whether records and photos may be opened.
    pub fn opens_records(self) -> bool {
        self != Self::Viewer
    }

    /// Whether rosters may be uploaded.
    pub fn uploads_rosters(self) -> bool {
        self != Self::Viewer
    }

    /// Whether enrolments and exceptions may be approved and rejected.
    pub fn decides(self) -> bool {
        self == Self::Supervisor
    }

    /// Whether handsets may be admitted and locked.
    pub fn rules_handsets(self) -> bool {
        self == Self::Supervisor
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Viewer => "viewer",
            Self::Office => "office",
            Self::Supervisor => "supervisor",
        })
    }
}

/// A text that is no role.
#[derive(Debug, thiserror::Error)]
#[error("a role is viewer, office or supervisor")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> std::result::Result<Self, RoleError> {
        [Self::Viewer, Self::Office, Self::Supervisor]
            .into_iter()
            .find(|role| role.to_string() == text)
            .ok_or(RoleError)
    }
}

/// Who is logged in.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub name: String,
    pub role: Role,
}

/// One line of the audit.
#[derive(Debug)]
pub(crate) struct Audited {
    pub at: Timestamp,
    pub user: String,
    pub action: String,
    pub subject: String,
}

/// Whether a text can be a user's name.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

/// Whether there is any user.
pub(crate) async fn any(conn: &mut Conn) -> Result<bool> {
    sql::query_scalar("SELECT EXISTS (SELECT 1 FROM users)").fetch_one(conn).await
}

/// Adds a user, or changes one, whose sessions end.
pub(crate) async fn put(conn: &mut Conn, name: &str, role: Role, password: &str) -> Result<()> {
    sql::query(
        "INSERT INTO users (name, role, password) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password",
    )
    .bind(name)
    .bind(role.to_string())
    .bind(password)
    .execute(&mut *conn)
    .await?;
    sql::query("DELETE FROM sessions WHERE \"user\" = $1").bind(name).execute(conn).await?;
    Ok(())
}

/// The password hash of a user.
pub(crate) async fn password(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    sql::query_scalar("SELECT password FROM users WHERE name = $1").bind(name).fetch_optional(conn).await
}

/// Begins a session, and forgets those that are over. Of its token only the hash is kept.
pub(crate) async fn begin_session(conn: &mut Conn, token: Digest, user: &str, expires: Timestamp) -> Result<()> {
    sql::query("DELETE FROM sessions WHERE expires < $1").bind(stamp(Timestamp::now())).execute(&mut *conn).await?;
    sql::query("INSERT INTO sessions (token_sha256, \"user\", expires) VALUES ($1, $2, $3)")
        .bind(token.to_string())
        .bind(user)
        .bind(stamp(expires))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose session it is.
pub(crate) async fn session(conn: &mut Conn, token: Digest) -> Result<Option<User>> {
    let row: Option<(String, String)> = sql::query_as(
        "SELECT u.name, u.role FROM sessions s JOIN users u ON u.name = s.\"user\" \
         WHERE s.token_sha256 = $1 AND s.expires > $2",
    )
    .bind(token.to_string())
    .bind(stamp(Timestamp::now()))
    .fetch_optional(conn)
    .await?;
    row.map(|(name, role)| Ok(User { name, role: parse(&role)? })).transpose()
}

/// Ends a session.
pub(crate) async fn end_session(conn: &mut Conn, token: Digest) -> Result<()> {
    sql::query("DELETE FROM sessions WHERE token_sha256 = $1").bind(token.to_string()).execute(conn).await?;
    Ok(())
}

/// Writes down what a user does.
pub(crate) async fn audit(conn: &mut Conn, user: &str, action: &str, subject: &str) -> Result<()> {
    sql::query("INSERT INTO audit (at, \"user\", action, subject) VALUES ($1, $2, $3, $4)")
        .bind(stamp(Timestamp::now()))
        .bind(user)
        .bind(action)
        .bind(subject)
        .execute(conn)
        .await?;
    Ok(())
}

/// The latest lines of the audit.
pub(crate) async fn audited(conn: &mut Conn, limit: i64) -> Result<Vec<Audited>> {
    let rows: Vec<(String, String, String, String)> =
        sql::query_as("SELECT at, \"user\", action, subject FROM audit ORDER BY id DESC LIMIT $1")
            .bind(limit)
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(|(at, user, action, subject)| Ok(Audited { at: parse(&at)?, user, action, subject })).collect()
}
