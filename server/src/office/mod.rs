//! The office's pages.

mod events;

use axum::Router;

use crate::programme::Programme;
pub(crate) use events::Changes;

/// The office's pages as a service. `url` is the address browsers see, where a proxy stands before it.
pub(crate) fn router(_programme: Programme, _changes: Changes, _url: Option<&str>) -> Router {
    Router::new()
}
