//! How a roster enters: read, looked at, and applied by somebody who saw what it does.
//!
//! A file that lacks people takes them off all handsets' lists. So whoever applies one says how many may leave, and a file by
//! which more would changes nothing.

use std::io::Read;
use std::path::PathBuf;

use saksi_records::{Round, RoundId};
use uuid::Uuid;

use crate::db::imports::{self, Staged};
use crate::db::roster::{self, Imported};
use crate::db::users;
use crate::error::ServerError;
use crate::programme::Programme;
use crate::sheet::{self, Sheet};

/// Of so many on the list, one may leave without anybody being asked.
const FEW: u64 = 10;

/// What a file would do, and what somebody has to look at.
#[derive(Debug, Clone, Copy)]
pub struct Preview {
    /// What it would do.
    pub does: Imported,
    /// So many NIKs end in 0, as where a spreadsheet kept fifteen digits.
    pub rounded: Option<u64>,
    /// It isn't UTF-8, and was read as Windows-1252: accents may be wrong.
    pub is_windows_1252: bool,
}

/// What somebody has looked at, and wants all the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct Agreed {
    /// How many leave the list. `None`: one in ten of those who are on it may.
    pub leaving: Option<u64>,
    /// That many NIKs end in 0.
    pub rounded: bool,
}

impl Agreed {
    /// To whatever a file does.
    pub const ALL: Self = Self { leaving: Some(u64::MAX), rounded: true };
}

impl Imported {
    /// Whether so many leave the list that somebody has to have seen it.
    pub fn many_leave(&self) -> bool {
        self.leaving > self.listed / FEW
    }
}

impl Programme {
    /// What importing a file would do. It changes nothing.
    pub async fn preview_roster(&self, round: RoundId, title: &str, file: impl Read) -> Result<Preview, ServerError> {
        let (round, Sheet { rows, rounded, is_windows_1252 }) = (named(round, title)?, read(file)?);
        // Applied, and undone: so what is shown is what would happen.
        let mut conn = self.db().write().await?;
        let does = roster::import(&mut conn, &round, &rows).await?;
        Ok(Preview { does, rounded, is_windows_1252 })
    }

    /// Imports the whole roster of a round from a file, all of it or nothing, whoever leaves the list by it: CSV or XLSX with the
    /// columns of [`saksi_records::roster_file`].
    pub async fn import_roster(
        &self,
        round: RoundId,
        title: &str,
        file: impl Read,
        by: &str,
    ) -> Result<Imported, ServerError> {
        self.import_roster_as(round, title, file, by, Agreed::ALL).await
    }

    /// The same, unless it does what nobody has agreed to.
    pub async fn import_roster_as(
        &self,
        round: RoundId,
        title: &str,
        file: impl Read,
        by: &str,
        agreed: Agreed,
    ) -> Result<Imported, ServerError> {
        let (round, sheet) = (named(round, title)?, read(file)?);
        if let Some(count) = sheet.rounded.filter(|_| !agreed.rounded) {
            return Err(ServerError::Rounded { count, rows: sheet.rows.len() as u64 });
        }
        let mut conn = self.db().write().await?;
        let done = roster::import(&mut conn, &round, &sheet.rows).await?;
        if agreed.leaving.map_or(done.many_leave(), |most| done.leaving > most) {
            return Err(ServerError::Leaving { leaving: done.leaving, listed: done.listed });
        }
        users::audit(&mut conn, by, "import", round.id.as_str()).await?;
        conn.commit().await?;
        Ok(done)
    }

    /// Keeps an uploaded file for the user who is to look at what it would do.
    pub(crate) async fn stage_roster(&self, staged: &Staged, file: &[u8]) -> Result<(), ServerError> {
        let path = self.staged_file(staged.id);
        write_private(&path, file).await.map_err(ServerError::file(&path))?;
        let mut conn = self.db().note().await?;
        imports::stage(&mut conn, staged).await?;
        conn.commit().await?;
        Ok(())
    }

    /// Imports a file that this user has looked at. It is kept no longer.
    pub(crate) async fn apply_staged(
        &self,
        id: Uuid,
        by: &str,
        agreed: Agreed,
    ) -> Result<Option<Imported>, ServerError> {
        let found = imports::staged(&mut self.db().read().await?, id, by).await?;
        let Some(Staged { round, .. }) = found else { return Ok(None) };
        let path = self.staged_file(id);
        let file = tokio::fs::read(&path).await.map_err(ServerError::file(&path))?;
        let done = self.import_roster_as(round.id, &round.title, file.as_slice(), by, agreed).await?;
        self.forget_staged(id).await?;
        Ok(Some(done))
    }

    /// Removes the files that nobody applied in time.
    pub(crate) async fn forget_old_staged(&self) -> Result<(), ServerError> {
        for id in imports::out_of_date(&mut self.db().read().await?).await? {
            self.forget_staged(id).await?;
        }
        Ok(())
    }

    async fn forget_staged(&self, id: Uuid) -> Result<(), ServerError> {
        let path = self.staged_file(id);
        match tokio::fs::remove_file(&path).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(ServerError::file(&path)(e)),
            _ => {}
        }
        let mut conn = self.db().note().await?;
        imports::forget(&mut conn, id).await?;
        conn.commit().await?;
        Ok(())
    }

    fn staged_file(&self, id: Uuid) -> PathBuf {
        self.folder().join("imports").join(id.to_string())
    }
}

fn named(id: RoundId, title: &str) -> Result<Round, ServerError> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > 200 {
        return Err(ServerError::Refused("the round's title must have 1 to 200 characters".into()));
    }
    Ok(Round { id, title: title.to_owned() })
}

fn read(mut file: impl Read) -> Result<Sheet, ServerError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(ServerError::file("the roster file"))?;
    Ok(sheet::read(&bytes)?)
}

// A roster is full of names and numbers.
async fn write_private(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    let mut file = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}
