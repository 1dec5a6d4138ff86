//! A programme's data folder, opened: its database, keys and blobs, and what an administrator does with them.
//!
//! Several processes may have the same folder open: a running server, and the commands of its administrator.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::{Timestamp, ToSpan as _};
use saksi_records::keys::random_bytes;
use saksi_records::wire::HandsetState;
use saksi_records::{Authority, Digest, HandsetId, KeyId, RoundId, Ticket, VerifyingKey};

use crate::blobs::Blobs;
use crate::db::alerts::{self, Raised};
use crate::db::board::{self, Summary};
use crate::db::users::{self, Role};
use crate::db::{self, Db, consents, handsets, portraits, roster};
use crate::error::ServerError;
use crate::faces::{self, ProxyFaces};
use crate::keys::Keys;
use crate::passwords;

/// The setting by which a database knows the server's key, and the key's file.
const SERVER_KEY: &str = "server.key";
/// The database's file in a data folder.
pub(crate) const DATABASE: &str = "saksi.db";
/// How long a ticket admits a handset, in hours.
pub const TICKET_HOURS: i64 = 24;
/// More than anyone is paid, and far from where sums would overflow, in rupiah.
pub(crate) const MAX_AMOUNT: u64 = 1_000_000_000_000;

/// A programme's data folder. Clones share it.
#[derive(Clone)]
pub struct Programme {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    db: Db,
    keys: Keys,
    blobs: Blobs,
    proxy_faces: ProxyFaces,
}

impl Programme {
    /// Opens a data folder, and makes it with new keys where there is none. Its database is a file in it.
    pub async fn open(data: &Path) -> Result<Self, ServerError> {
        Self::open_on(data, None).await
    }

    /// The same with the address of a database of PostgreSQL, if it has one: `postgres://USER:PASSWORD@HOST/NAME`.
    pub async fn open_on(data: &Path, database: Option<&str>) -> Result<Self, ServerError> {
        for folder in [data.to_owned(), data.join("imports")] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(ServerError::file(&folder))?;
        }
        let db = match database {
            Some(url) => Db::connect(url).await?,
            None => Db::open(&data.join(DATABASE)).await?,
        };
        // A database knows its keys from its first start on.
        let first_start = db::setting(&mut db.read().await?, SERVER_KEY).await?.is_none();
        let keys = Keys::open(data, first_start)?;
        check_identity(&db, &keys, data).await?;
        let blobs = Blobs::open(data)?;
        let folder = data.to_owned();
        Ok(Self { inner: Arc::new(Inner { folder, db, keys, blobs, proxy_faces: ProxyFaces::default() }) })
    }

    /// Makes a ticket that admits one handset for [`TICKET_HOURS`]. `routes` are those it will serve; none: all.
    /// `by` is the user who asked for it.
    pub async fn create_ticket(&self, routes: &[String], by: &str) -> Result<Ticket, ServerError> {
        if let Some(route) = routes.iter().find(|route| route.is_empty() || route.chars().count() > 200) {
            return Err(ServerError::Refused(format!("{route:?} is no route: 1 to 200 characters are expected")));
        }
        let token = BASE64.encode(random_bytes::<16>());
        let mut conn = self.db().write().await?;
        let server = db::setting(&mut conn, "public_url").await?.ok_or_else(|| {
            ServerError::Refused(
                "handsets' address is not known yet: start the server once, or give --public-url".into(),
            )
        })?;
        let programme_key = self.keys().programme.present(&mut conn).await?.public().clone();
        let expires = Timestamp::now() + TICKET_HOURS.hours();
        handsets::add_ticket(&mut conn, Digest::of(token.as_bytes()), routes, by, expires).await?;
        users::audit(&mut conn, by, "ticket", &routes.join(", ")).await?;
        conn.commit().await?;
        Ok(Ticket {
            saksi: 1,
            server,
            ca: Authority::Certificate(self.keys().authority.certificate().to_vec()),
            server_key: self.server_key(),
            programme_key,
            token,
        })
    }

    /// Makes a user of the office's pages, or gives an existing one a new password and role.
    pub async fn create_user(&self, name: &str, role: Role, password: &str) -> Result<(), ServerError> {
        if !users::is_name(name) {
            return Err(ServerError::Refused(
                "a user's name has 1 to 64 letters, digits, points, hyphens or underscores".into(),
            ));
        }
        if password.chars().count() < passwords::MIN_LENGTH {
            return Err(ServerError::Refused(format!("a password has at least {} characters", passwords::MIN_LENGTH)));
        }
        let hash = passwords::hash(password.to_owned()).await;
        let mut conn = self.db().write().await?;
        users::put(&mut conn, name, role, &hash).await?;
        conn.commit().await?;
        Ok(())
    }

    /// Says what a handset may do. `by` is the user who decided it.
    pub async fn set_handset_state(
        &self,
        handset: HandsetId,
        state: HandsetState,
        by: &str,
    ) -> Result<(), ServerError> {
        let mut conn = self.db().write().await?;
        if !handsets::set_state(&mut conn, handset, state).await? {
            return Err(ServerError::Refused("there is no such handset".into()));
        }
        let subject = format!("{handset} {}", handsets::state_name(state));
        users::audit(&mut conn, by, "handset", &subject).await?;
        conn.commit().await?;
        Ok(())
    }

    /// Makes a new programme key. Handsets seal to it from their next sync on; what was sealed to those before still opens.
    pub async fn rotate_key(&self, by: &str) -> Result<KeyId, ServerError> {
        let mut conn = self.db().write().await?;
        let id = self.keys().programme.rotate(&mut conn).await?;
        users::audit(&mut conn, by, "key", id.as_str()).await?;
        conn.commit().await?;
        Ok(id)
    }

    /// A round's progress in figures.
    pub async fn summary(&self, round: &RoundId) -> Result<Option<Summary>, ServerError> {
        let mut conn = self.db().snapshot().await?;
        Ok(board::summary(&mut conn, round).await?)
    }

    /// The latest 500 alerts, open ones first.
    pub async fn alerts(&self) -> Result<Vec<Raised>, ServerError> {
        let mut conn = self.db().read().await?;
        Ok(alerts::latest(&mut conn, 500).await?)
    }

    /// Compares the faces of beneficiaries that are new or changed with all on the list; each two that are one person's
    /// raise an alert. Returns how many there were. A running server does it by itself.
    pub async fn compare_faces(&self) -> Result<u64, ServerError> {
        Ok(faces::compare_beneficiaries(self.db()).await?)
    }

    /// Tells tickets where handsets reach the server. A running server sets it by itself.
    pub async fn set_public_url(&self, url: &str) -> Result<(), ServerError> {
        let mut conn = self.db().write().await?;
        db::set_setting(&mut conn, "public_url", url).await?;
        conn.commit().await?;
        Ok(())
    }

    /// Whether handsets are to have beneficiaries' portraits from now on. A running server sets it by itself.
    pub(crate) async fn show_portraits(&self, shown: bool) -> Result<(), ServerError> {
        let mut conn = self.db().write().await?;
        portraits::show(&mut conn, shown).await?;
        conn.commit().await?;
        Ok(())
    }

    /// Handsets are told this version of the consent text from now on. A running server says it by itself.
    pub(crate) async fn tell_consent(&self, version: &str) -> Result<(), ServerError> {
        let mut conn = self.db().write().await?;
        consents::tell(&mut conn, version).await?;
        conn.commit().await?;
        Ok(())
    }

    /// The key that receipts are checked with.
    pub fn server_key(&self) -> VerifyingKey {
        self.keys().server.verifying_key()
    }

    /// Makes the first user, `admin`, where there is none yet. Returns the password, which can't be told again.
    pub(crate) async fn first_user(&self) -> Result<Option<String>, ServerError> {
        let password = passwords::generate();
        let hash = passwords::hash(password.clone()).await;
        let mut conn = self.db().write().await?;
        if users::any(&mut conn).await? {
            return Ok(None);
        }
        users::put(&mut conn, "admin", Role::Supervisor, &hash).await?;
        conn.commit().await?;
        Ok(Some(password))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.inner.folder
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    pub(crate) fn proxy_faces(&self) -> &ProxyFaces {
        &self.inner.proxy_faces
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }
}

// Keys that were swapped for others are as bad as lost ones, and a flipped bit makes another key.
async fn check_identity(db: &Db, keys: &Keys, data: &Path) -> Result<(), ServerError> {
    let mut conn = db.write().await?;
    let identities = [
        ("programme.key", keys.programme.first().public().id().to_string()),
        (SERVER_KEY, Digest::of(keys.server.verifying_key().as_bytes()).to_string()),
        ("tls-ca.key", Digest::of(keys.authority.public_key()).to_string()),
        ("tls-ca.crt", Digest::of(keys.authority.certificate()).to_string()),
    ];
    for (file, identity) in identities {
        match db::setting(&mut conn, file).await? {
            Some(known) if known == identity => {}
            Some(_) => {
                return Err(ServerError::Key {
                    path: data.join("keys").join(file),
                    reason: "it is not the one this database was made with: put that back from a backup".into(),
                });
            }
            None => db::set_setting(&mut conn, file, &identity).await?,
        }
    }
    // A present key that is missing shows now, not when the first handset asks.
    keys.programme.present(&mut conn).await?;
    roster::make_findable(&mut conn).await?;
    conn.commit().await?;
    Ok(())
}
