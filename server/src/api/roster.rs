//! What has changed on a handset's roster.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Json;
use saksi_records::jws::{self, typ};
use saksi_records::wire::{MAX_ANSWER, RosterPage, Signed};

use super::Shared;
use super::auth::ActiveSender;
use super::fault::Fault;
use crate::db::roster;

/// What JSON puts around a statement.
const AROUND: usize = 64;

/// `GET /v1/roster?cursor=N`. Without a cursor, everything from the beginning.
pub(super) async fn page(
    State(api): Shared,
    ActiveSender(handset, nonce): ActiveSender,
    uri: Uri,
) -> Result<Json<Signed>, Fault> {
    let query = uri.query().unwrap_or_default();
    let cursor = query.split('&').find_map(|pair| pair.strip_prefix("cursor=")).unwrap_or("0");
    let since = cursor.parse().map_err(|_| Fault::bad_request("the cursor must be a whole number"))?;
    let mut conn = api.programme.db().snapshot().await?;
    let portraits = api.policy.portraits;
    let mut rows = roster::page_rows(portraits);
    loop {
        let delta = roster::delta(&mut conn, handset.id, since, portraits, rows).await?;
        let page = RosterPage { handset: handset.id, nonce, since, delta };
        let signed = jws::sign(&api.programme.keys().server, typ::ROSTER, &page);
        // Rows are short, so that a full page nearly always fits. A single row can't be parted.
        if signed.len() + AROUND <= MAX_ANSWER || rows == 1 {
            return Ok(Json(Signed { signed }));
        }
        rows = (rows / 2).max(1);
    }
}
