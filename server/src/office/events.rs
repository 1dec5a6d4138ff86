//! How pages learn that something changed, whichever process changed it.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::session::LoggedIn;
use crate::db::Db;
use crate::error::{ServerError, told};

// Asking costs a look at one row.
const LOOK_EVERY: Duration = Duration::from_millis(400);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A number that grows whenever something that pages show has changed. It ends with the server.
#[derive(Debug, Clone)]
pub(crate) struct Changes(watch::Receiver<u64>);

impl Changes {
    /// Begins to watch a database.
    pub async fn watch(db: &Db) -> Result<(Self, JoinHandle<()>), ServerError> {
        let (sender, receiver) = watch::channel(0);
        let mut conn = db.read().await?;
        let mut last = Db::version(&mut conn).await?;
        let db = db.clone();
        let watcher = tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                match Db::version(&mut conn).await {
                    Ok(version) if version == last => {}
                    Ok(version) => {
                        last = version;
                        sender.send_modify(|count| *count += 1);
                    }
                    Err(e) => {
                        tracing::warn!("the database can't be watched: {}", told(&e));
                        if let Ok(fresh) = db.read().await {
                            conn = fresh;
                        }
                    }
                }
            }
        });
        Ok((Self(receiver), watcher))
    }

    /// Waits for the next change. `false`: the server ends.
    pub async fn next(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

/// `GET /office/events`: an event `change` whenever something changed, which says no more than that.
pub(super) async fn stream(State(office): super::Shared, _: LoggedIn) -> Response {
    let changes = office.changes.clone();
    let events = stream::unfold(changes, async |mut changes| {
        // Browsers pass over an event without data.
        let event = Event::default().event("change").data("now");
        changes.next().await.then_some((Ok::<_, Infallible>(event), changes))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}
