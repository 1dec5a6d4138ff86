//! What has changed on a handset's roster.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Json;
use saksi_records::wire::RosterDelta;

use super::Shared;
use super::auth::ActiveSender;
use super::fault::Fault;
use crate::db::roster;

/// `GET /v1/roster?cursor=N`. Without a cursor, everything from the beginning.
pub(super) async fn delta(
    State(api): Shared,
    ActiveSender(handset): ActiveSender,
    uri: Uri,
) -> Result<Json<RosterDelta>, Fault> {
    let query = uri.query().unwrap_or_default();
    let cursor = query.split('&').find_map(|pair| pair.strip_prefix("cursor=")).unwrap_or("0");
    let cursor = cursor.parse().map_err(|_| Fault::bad_request("the cursor must be a whole number"))?;
    let mut conn = api.programme.db().snapshot().await?;
    Ok(Json(roster::delta(&mut conn, handset.id, cursor, api.policy.portraits).await?))
}
