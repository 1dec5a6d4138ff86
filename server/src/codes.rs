//! Unlock codes: how a supervisor lets an officer into a handset, or has it destroy its keys, without a connection.

use jiff::{Timestamp, ToSpan as _};
use saksi_records::jws::{self, typ};
use saksi_records::{CodeAction, CodeId, Deposit, HandsetId, OfficerId, UnlockCode};

use crate::db::officers::{self, WaitingCode};
use crate::db::{Conn, handsets, users};
use crate::error::ServerError;
use crate::programme::Programme;

/// How long an unlock code is good, in hours.
pub const CODE_HOURS: i64 = 24;
const MAX_NAME: usize = 100;

impl Programme {
    /// Makes a code by which an officer, known or new, sets a PIN on a handset. `name` is what people call the officer;
    /// empty: as before. `by_server`: it is also given to the handset at its next sync, to whoever holds it. `by` is the
    /// user who asked for it.
    pub async fn admit_officer(
        &self,
        handset: HandsetId,
        officer: &OfficerId,
        name: &str,
        by_server: bool,
        by: &str,
    ) -> Result<String, ServerError> {
        let name = name.trim();
        if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(ServerError::Refused(format!("an officer's name has at most {MAX_NAME} characters")));
        }
        let mut conn = self.db().write().await?;
        let deposit = officers::latest_deposit(&mut conn, handset).await?;
        let deposit = deposit.ok_or_else(|| ServerError::Refused("this handset has deposited no secret".into()))?;
        officers::assign(&mut conn, handset, officer, name).await?;
        let expires = Timestamp::now() + CODE_HOURS.hours();
        let code = WaitingCode { id: CodeId::new(), officer: officer.clone(), expires };
        if by_server {
            officers::wait(&mut conn, handset, &code).await?;
        }
        users::audit(&mut conn, by, "admit", &format!("{handset} {officer}")).await?;
        let signed = self.sign_admission(handset, &deposit, code)?;
        conn.commit().await?;
        Ok(signed)
    }

    /// Makes a code that has a handset destroy its key slots.
    pub async fn erase_by_code(&self, handset: HandsetId, by: &str) -> Result<String, ServerError> {
        let mut conn = self.db().write().await?;
        if handsets::handset(&mut conn, handset).await?.is_none() {
            return Err(ServerError::Refused("there is no such handset".into()));
        }
        users::audit(&mut conn, by, "erase_code", &handset.to_string()).await?;
        conn.commit().await?;
        let expires = Timestamp::now() + CODE_HOURS.hours();
        Ok(self.sign(&UnlockCode { code: CodeId::new(), handset, expires, action: CodeAction::Erase }))
    }

    /// An officer no longer works with a handset: their key slot goes at its next sync.
    pub async fn remove_officer(&self, handset: HandsetId, officer: &OfficerId, by: &str) -> Result<(), ServerError> {
        let mut conn = self.db().write().await?;
        if officers::assigned(&mut conn, handset).await?.len() < 2 {
            return Err(ServerError::Refused(
                "a handset's last officer isn't removed: lock or erase it instead".into(),
            ));
        }
        if !officers::remove(&mut conn, handset, officer).await? {
            return Err(ServerError::Refused("there is no such officer".into()));
        }
        users::audit(&mut conn, by, "remove", &format!("{handset} {officer}")).await?;
        conn.commit().await?;
        Ok(())
    }

    /// The codes that wait for a handset, signed; each of its latest secret, whenever it was made.
    pub(crate) async fn waiting_codes(
        &self,
        conn: &mut Conn,
        handset: HandsetId,
        latest: Option<&Deposit>,
    ) -> Result<Vec<String>, ServerError> {
        let Some(latest) = latest else { return Ok(Vec::new()) };
        let waiting = officers::waiting(conn, handset).await?;
        waiting.into_iter().map(|code| self.sign_admission(handset, latest, code)).collect()
    }

    fn sign_admission(&self, handset: HandsetId, deposit: &Deposit, code: WaitingCode) -> Result<String, ServerError> {
        let key = self.keys().programme.of(&deposit.programme_key)?;
        let unreadable = |_| ServerError::Refused("the handset's deposit can't be opened".into());
        let secret = deposit.open(&key).map_err(unreadable)?;
        let WaitingCode { id: code, officer, expires } = code;
        let action = CodeAction::Admit { officer, recovery: deposit.id, secret };
        Ok(self.sign(&UnlockCode { code, handset, expires, action }))
    }

    fn sign(&self, code: &UnlockCode) -> String {
        jws::sign(&self.keys().server, typ::CODE, code)
    }
}
