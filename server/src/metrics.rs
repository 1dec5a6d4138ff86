//! What goes on, in figures for Prometheus. They name nobody.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

use crate::db::{alerts, board, commits, reviews};
use crate::error::told;
use crate::programme::Programme;

/// Upper ends of the histogram of how long requests take, in milliseconds.
const STEPS: [u64; 9] = [5, 10, 25, 50, 100, 250, 500, 1000, 5000];

/// Counts since this process began.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub accepted: AtomicU64,
    pub repeated: AtomicU64,
    pub conflicts: AtomicU64,
    pub rejected: AtomicU64,
    pub blobs: AtomicU64,
    pub blob_bytes: AtomicU64,
    /// By the first digit of the status.
    answers: [AtomicU64; 5],
    within: [AtomicU64; STEPS.len()],
    requests: AtomicU64,
    microseconds: AtomicU64,
}

impl Metrics {
    /// Counts an answer to a handset.
    pub fn answered(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Relaxed);
        for (step, count) in STEPS.iter().zip(&self.within) {
            if took <= Duration::from_millis(*step) {
                count.fetch_add(1, Relaxed);
            }
        }
        self.requests.fetch_add(1, Relaxed);
        self.microseconds.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    fn write(&self, to: &mut String) -> std::fmt::Result {
        let count = |it: &AtomicU64| it.load(Relaxed);
        writeln!(to, "# TYPE saksi_envelopes_total counter")?;
        for (outcome, it) in [
            ("accepted", &self.accepted),
            ("repeated", &self.repeated),
            ("conflict", &self.conflicts),
            ("rejected", &self.rejected),
        ] {
            writeln!(to, "saksi_envelopes_total{{outcome=\"{outcome}\"}} {}", count(it))?;
        }
        writeln!(to, "# TYPE saksi_blobs_total counter\nsaksi_blobs_total {}", count(&self.blobs))?;
        writeln!(to, "# TYPE saksi_blob_bytes_total counter\nsaksi_blob_bytes_total {}", count(&self.blob_bytes))?;
        writeln!(to, "# TYPE saksi_commits_total counter\nsaksi_commits_total {}", commits())?;
        writeln!(to, "# TYPE saksi_answers_total counter")?;
        for (class, it) in (1..).zip(&self.answers) {
            writeln!(to, "saksi_answers_total{{status=\"{class}xx\"}} {}", count(it))?;
        }
        writeln!(to, "# TYPE saksi_request_seconds histogram")?;
        for (step, it) in STEPS.iter().zip(&self.within) {
            writeln!(to, "saksi_request_seconds_bucket{{le=\"{}\"}} {}", *step as f64 / 1000.0, count(it))?;
        }
        writeln!(to, "saksi_request_seconds_bucket{{le=\"+Inf\"}} {}", count(&self.requests))?;
        writeln!(to, "saksi_request_seconds_sum {}", count(&self.microseconds) as f64 / 1e6)?;
        writeln!(to, "saksi_request_seconds_count {}", count(&self.requests))
    }
}

/// The figures as a service, at `/metrics`. Whoever reaches it needs no login: it stands apart from the office's pages.
pub(crate) fn router(programme: Programme, metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", get(show)).with_state((programme, metrics))
}

async fn show(State((programme, metrics)): State<(Programme, Arc<Metrics>)>) -> Response {
    let mut text = String::new();
    // Writing into a text doesn't fail.
    let _ = metrics.write(&mut text);
    match gauges(&programme).await {
        Ok(gauges) => {
            for (name, value) in gauges {
                let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
            }
        }
        Err(e) => tracing::warn!("the database can't be asked for figures: {}", told(&e)),
    }
    if let Ok(free) = programme.blobs().free_bytes() {
        let _ = writeln!(text, "# TYPE saksi_disk_free_bytes gauge\nsaksi_disk_free_bytes {free}");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn gauges(programme: &Programme) -> crate::db::Result<[(&'static str, u64); 3]> {
    let mut conn = programme.db().read().await?;
    Ok([
        ("saksi_open_alerts", alerts::open_count(&mut conn).await?),
        ("saksi_waiting_reviews", reviews::waiting_count(&mut conn).await?),
        ("saksi_handsets", board::handset_count(&mut conn).await?),
    ])
}
