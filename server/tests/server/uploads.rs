//! Photos arrive by tus over bad networks: whatever arrived is kept, and only what is whole and right becomes a blob.

use std::time::Duration;

use crate::common::{Town, photo, problem};
use futures_util::{StreamExt as _, stream};
use reqwest::{Method, StatusCode};
use saksi_records::wire::ProblemCode;
use saksi_records::{BlobRole, Digest};

#[tokio::test]
async fn any_tus_client_can_find_out_what_is_spoken() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let answer = handset.client.request(Method::OPTIONS, format!("{}/v1/blobs", town.server.handset_url)).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()["tus-version"], "1.0.0");
    assert_eq!(answer.headers()["tus-extension"], "creation,expiration,termination");
    assert_eq!(answer.headers()["tus-max-size"], saksi_server::MAX_BLOB.to_string());
}

#[tokio::test]
async fn an_upload_goes_on_where_the_connection_broke() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let location = handset.begin(&blob.bytes).await;
    assert_eq!(handset.offset(&location).await, 0);

    // The first half arrives, then the line goes dead in the middle of the body.
    let half = blob.bytes.len() / 2;
    let sent = stream::iter([Ok::<_, std::io::Error>(blob.bytes[..half].to_vec())]);
    let broken = sent.chain(stream::once(async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        Err(std::io::Error::other("the line is dead"))
    }));
    let failed = handset
        .tus(Method::PATCH, &location)
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", 0)
        .body(reqwest::Body::wrap_stream(broken))
        .send()
        .await;
    assert!(failed.is_err());
    assert_eq!(handset.offset(&location).await, half);

    let town = town.restart().await;
    let handset = crate::common::TestHandset {
        ticket: saksi_records::Ticket { server: town.server.handset_url.clone(), ..handset.ticket },
        ..handset
    };
    assert_eq!(handset.offset(&location).await, half, "it was on disk");
    let answer = handset.append(&location, half, blob.bytes[half..].to_vec()).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()["upload-offset"], blob.bytes.len().to_string());
    assert_eq!(answer.headers()["tus-resumable"], "1.0.0");

    let again = handset.begin(&blob.bytes).await;
    assert_eq!(handset.offset(&again).await, blob.bytes.len(), "the server has it already");
}

#[tokio::test]
async fn a_newer_connection_takes_over_from_one_that_hangs() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let location = handset.begin(&blob.bytes).await;
    let sent = stream::iter([Ok::<_, std::io::Error>(blob.bytes[..100].to_vec())]);
    let hanging = handset
        .tus(Method::PATCH, &location)
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", 0)
        .body(reqwest::Body::wrap_stream(sent.chain(stream::pending())))
        .send();
    let hanging = tokio::spawn(hanging);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(handset.offset(&location).await, 100);
    assert_eq!(handset.append(&location, 100, blob.bytes[100..].to_vec()).await.status(), StatusCode::NO_CONTENT);
    hanging.abort();
}

#[tokio::test]
async fn a_request_that_another_took_over_is_told_of_a_conflict_and_where_the_upload_stands() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    // Before anything of it came, and after some had.
    for sent in [0, 100] {
        let location = handset.begin(&blob.bytes).await;
        let begun = stream::iter((sent > 0).then(|| Ok::<_, std::io::Error>(blob.bytes[..sent].to_vec())));
        let older = handset
            .tus(Method::PATCH, &location)
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", 0)
            .body(reqwest::Body::wrap_stream(begun.chain(stream::pending())))
            .send();
        let older = tokio::spawn(older);
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(handset.offset(&location).await, sent, "asking takes over too");
        let answer = older.await.expect("no panic").expect("an answer");
        assert_eq!(answer.headers()["upload-offset"], sent.to_string());
        let (status, code, _) = problem(answer).await;
        assert_eq!((status, code), (StatusCode::CONFLICT, ProblemCode::BadRequest));
        let end = handset.tus(Method::DELETE, &location).send().await.expect("an answer");
        assert_eq!(end.status(), StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn bytes_that_are_not_what_was_announced_are_discarded() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let location = handset.begin(&blob.bytes).await;
    let mut wrong = blob.bytes.clone();
    wrong[1000] ^= 1;
    assert_eq!(handset.append(&location, 0, wrong).await.status().as_u16(), 460);
    let gone = handset.tus(Method::HEAD, &location).send().await.expect("an answer");
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);

    let location = handset.begin(&blob.bytes).await;
    let mut more = blob.bytes.clone();
    more.push(0);
    assert_eq!(handset.append(&location, 0, more).await.status(), StatusCode::BAD_REQUEST);
    handset.upload(&blob).await;
}

#[tokio::test]
async fn requests_that_are_not_tus_are_refused() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let location = handset.begin(&blob.bytes).await;

    let (status, _, _) = problem(handset.append(&location, 7, blob.bytes.clone()).await).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let patch = |kind: &'static str| {
        handset.tus(Method::PATCH, &location).header("Content-Type", kind).header("Upload-Offset", 0).body("x")
    };
    let (status, _, _) = problem(patch("text/plain").send().await.expect("an answer")).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _, _) = problem(handset.request(Method::POST, "/v1/blobs").send().await.expect("an answer")).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, code, _) = problem(handset.announce(Digest::ZERO, 9 * 1024 * 1024).await).await;
    assert_eq!((status, code), (StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge));
    let nameless = handset.tus(Method::POST, "/v1/blobs").header("Upload-Length", 5).send().await;
    assert_eq!(problem(nameless.expect("an answer")).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_handset_can_neither_see_nor_touch_anothers_upload() {
    let town = Town::start().await;
    let (owner, other) = (town.handset(&[]).await, town.handset(&[]).await);
    let blob = photo(BlobRole::Beneficiary);
    let location = owner.begin(&blob.bytes).await;
    let head = other.tus(Method::HEAD, &location).send().await.expect("an answer");
    assert_eq!(head.status(), StatusCode::NOT_FOUND);
    assert_eq!(other.append(&location, 0, blob.bytes.clone()).await.status(), StatusCode::NOT_FOUND);
    let end = other.tus(Method::DELETE, &location).send().await.expect("an answer");
    assert_eq!(end.status(), StatusCode::NOT_FOUND);
    assert_eq!(owner.append(&location, 0, blob.bytes.clone()).await.status(), StatusCode::NO_CONTENT);
    let end = owner.tus(Method::DELETE, &location).send().await.expect("an answer");
    assert_eq!(end.status(), StatusCode::NO_CONTENT);
}

fn arriving(town: &Town) -> usize {
    std::fs::read_dir(town.dir.path().join("uploads")).expect("a folder").count()
}

#[tokio::test]
async fn one_that_is_begun_with_another_length_leaves_no_file() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let wrong = handset.announce(Digest::of(&blob.bytes), blob.bytes.len() + 7).await;
    let location = wrong.headers()["location"].to_str().expect("an address").to_owned();
    handset.append(&location, 0, blob.bytes.clone()).await;
    assert_eq!(arriving(&town), 1);
    handset.upload(&blob).await;
    assert_eq!(arriving(&town), 0);
}

#[tokio::test]
async fn files_that_a_crash_left_behind_are_removed_and_those_that_still_arrive_stay() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let blob = photo(BlobRole::Beneficiary);
    let location = handset.begin(&blob.bytes).await;
    handset.append(&location, 0, blob.bytes[..100].to_vec()).await;
    let stray = town.dir.path().join("uploads").join(uuid::Uuid::now_v7().to_string());
    std::fs::write(&stray, b"left behind").expect("written");
    let town = town.restart().await;
    for _ in 0..100 {
        if !stray.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!((stray.exists(), arriving(&town)), (false, 1));
}
