//! Whoever asks for too much waits, and nobody else does; what a server lacks is said.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use reqwest::{Method, StatusCode};
use saksi_records::BlobRole;
use saksi_records::wire::{Policy, ProblemCode};
use saksi_server::{Config, Limits};

use crate::common::{Town, not_served, photo, problem};

async fn town(limits: Limits) -> Town {
    Town::set(Policy::default(), |config| Config { limits, ..config }).await
}

#[tokio::test]
async fn a_handset_that_asks_for_too_much_is_told_how_long_to_wait_and_no_other_is() {
    let town = town(Limits { burst: 20, per_s: 1, ..Limits::default() }).await;
    let (greedy, other) = (town.handset(&[]).await, town.handset(&[]).await);
    let mut told = None;
    for _ in 0..40 {
        let answer = greedy.request(Method::GET, "/v1/handset").send().await.expect("an answer");
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            told = Some(answer);
            break;
        }
    }
    let told = told.expect("there is an end");
    assert_eq!(told.headers()["retry-after"], "1");
    assert_eq!(problem(told).await.1, ProblemCode::Internal, "a handset tries that again");
    other.status().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    greedy.status().await;
}

#[tokio::test]
async fn a_handset_whose_envelopes_are_rejected_again_and_again_waits_sooner() {
    let town = town(Limits { burst: 100, per_s: 1, ..Limits::default() }).await;
    let handset = town.handset(&[]).await;
    let mut statuses = Vec::new();
    for n in 0..4 {
        statuses.push(handset.post_envelope(format!("nonsense {n}").as_bytes()).await.status().as_u16());
    }
    assert_eq!(statuses, [422, 422, 429, 429]);
}

#[tokio::test]
async fn without_room_on_the_disk_photos_wait_and_records_have_their_receipts() {
    let town = town(Limits { reserve: u64::MAX, ..Limits::default() }).await;
    let mut handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let refused = handset.announce(saksi_records::Digest::of(&blob.bytes), blob.bytes.len()).await;
    assert_eq!(
        (refused.status(), refused.headers()["retry-after"].to_str().is_ok()),
        (StatusCode::SERVICE_UNAVAILABLE, true)
    );
    let envelope = handset.seal(not_served("KPM-1"), &[]);
    assert_eq!(handset.send(&envelope).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn a_byte_now_and_then_keeps_no_place() {
    let town = town(Limits { silence: Duration::from_secs(1), ..Limits::default() }).await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let location = handset.begin(&blob.bytes).await;
    let trickle = stream::iter(blob.bytes.clone()).then(|byte| async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok::<_, std::io::Error>(vec![byte])
    });
    let sent = handset.append(&location, 0, reqwest::Body::wrap_stream(trickle));
    let answer = tokio::time::timeout(Duration::from_secs(20), sent).await.expect("it isn't waited for");
    let came: usize = answer.headers()["upload-offset"].to_str().expect("text").parse().expect("a number");
    assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT);
    assert!((1..100).contains(&came), "what came is kept: {came}");
    let rest = handset.append(&location, came, blob.bytes[came..].to_vec()).await;
    assert_eq!(rest.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn health_asks_the_database_and_the_store() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let ask = async || {
        let answer = handset.client.get(format!("{}/v1/health", town.server.handset_url)).send().await.expect("asked");
        (answer.status(), answer.json::<serde_json::Value>().await.expect("JSON"))
    };
    let (status, health) = ask().await;
    assert_eq!((status, &health["database"], &health["store"]), (StatusCode::OK, &"ok".into(), &"ok".into()));
    let uploads = town.dir.path().join("uploads");
    std::fs::rename(&uploads, town.dir.path().join("away")).expect("moved");
    let (status, health) = ask().await;
    assert_eq!((status, &health["store"]), (StatusCode::SERVICE_UNAVAILABLE, &"failed".into()));
}

#[tokio::test]
async fn figures_tell_what_goes_on_and_name_nobody() {
    let free = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let town = Town::set(Policy::default(), |config| Config { metrics_listen: Some(free), ..config }).await;
    town.handset(&[]).await.pay("KPM-1", 300_000).await;
    let address = town.server.metrics_address.expect("asked for");
    let answer = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let text = answer.get(format!("http://{address}/metrics")).send().await.expect("asked").text().await.expect("text");
    for line in [
        "saksi_envelopes_total{outcome=\"accepted\"} 1",
        "saksi_blobs_total 1",
        "saksi_handsets 1",
        "saksi_open_alerts 1",
        "saksi_request_seconds_bucket{le=\"+Inf\"}",
        "saksi_disk_free_bytes ",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("KPM") && !text.contains("Siti"));
}
