//! A handset becomes known by a one-time ticket, and proves itself at each request.

use crate::common::{TestHandset, Town, client, post_registration, problem, registration};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use saksi_records::jws::{self, typ};
use saksi_records::keys::random_bytes;
use saksi_records::wire::{HandsetState, NewRecovery, ProblemCode, Registered, Signed, TokenClaims};
use saksi_records::{
    CodeAction, Deposit, HandsetId, HandsetKey, Nonce, ProgrammeKey, RecoveryId, RecoverySecret, UnlockCode,
};

fn new_key() -> HandsetKey {
    HandsetKey::from_seed(random_bytes())
}

#[tokio::test]
async fn a_ticket_admits_one_handset_and_a_lost_answer_can_be_asked_for_again() {
    let town = Town::start().await;
    let ticket = town.ticket(&[]).await;
    let (key, transport) = (new_key(), new_key());
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = post_registration(&ticket, &registration(&ticket, &key, &transport)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let Signed { signed } = answer.json().await.expect("a statement");
        let registered: Registered = jws::verify(&ticket.server_key, typ::STATUS, &signed).expect("by the server");
        assert_eq!(registered.status.state, HandsetState::Active);
        assert_eq!(registered.status.programme_key, ticket.programme_key);
        ids.push(registered.handset);
    }
    assert_eq!(ids[0], ids[1]);

    let other = new_key();
    let (status, code, _) = problem(post_registration(&ticket, &registration(&ticket, &other, &transport)).await).await;
    assert_eq!((status, code), (StatusCode::FORBIDDEN, ProblemCode::TicketRefused));
}

#[tokio::test]
async fn only_a_known_token_and_the_handsets_own_signature_register() {
    let town = Town::start().await;
    let ticket = town.ticket(&[]).await;
    let (key, transport) = (new_key(), new_key());
    let mut forged = ticket.clone();
    forged.token = "made-up".into();
    let (status, code, _) = problem(post_registration(&forged, &registration(&forged, &key, &transport)).await).await;
    assert_eq!((status, code), (StatusCode::FORBIDDEN, ProblemCode::TicketRefused));

    let mut signed = registration(&ticket, &key, &transport);
    signed.signed.pop();
    let (status, code, _) = problem(post_registration(&ticket, &signed).await).await;
    assert_eq!((status, code), (StatusCode::BAD_REQUEST, ProblemCode::BadRequest));
}

#[tokio::test]
async fn a_handset_that_trusts_the_ticket_reaches_no_other_server() {
    let (town, other) = (Town::start().await, Town::start().await);
    let ticket = town.ticket(&[]).await;
    let health = |url: &str| client(&ticket).get(format!("{url}/v1/health")).send();
    assert_eq!(health(&town.server.handset_url).await.expect("it is trusted").status(), StatusCode::OK);
    assert!(health(&other.server.handset_url).await.is_err());
}

#[tokio::test]
async fn a_handset_hears_what_it_may_do() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    for state in [HandsetState::Locked, HandsetState::Erase, HandsetState::Active] {
        town.server.programme().set_handset_state(handset.id, state, "test").await.expect("a known handset");
        assert_eq!(handset.status().await.state, state);
    }
}

#[tokio::test]
async fn a_locked_handset_gets_no_roster_but_can_still_deliver() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    town.server.programme().set_handset_state(handset.id, HandsetState::Locked, "test").await.expect("known");
    let answer = handset.request(Method::GET, "/v1/roster").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    handset.pay("KPM-1", 300_000).await;
}

#[tokio::test]
async fn requests_need_a_token_of_a_known_handset_that_is_in_time() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let stranger = TestHandset {
        id: HandsetId::new(),
        key: new_key(),
        transport: new_key(),
        client: handset.client.clone(),
        ticket: handset.ticket.clone(),
        seq: 0,
        prev: saksi_records::Digest::ZERO,
        secret: RecoverySecret::generate(),
    };
    let ask = async |token: String| {
        let url = format!("{}/v1/handset", handset.ticket.server);
        let (status, code, problem) =
            problem(handset.client.get(url).bearer_auth(token).send().await.expect("sent")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!((Timestamp::now() - problem.time).as_hours() == 0, "the server tells its time");
        code
    };
    assert_eq!(ask("nonsense".into()).await, ProblemCode::Unauthorized);
    assert_eq!(ask(stranger.token()).await, ProblemCode::Unauthorized);
    let claims = TokenClaims::new(handset.id, Timestamp::now(), Nonce::random());
    assert_eq!(ask(jws::sign(&handset.key, typ::TOKEN, &claims)).await, ProblemCode::Unauthorized);
    assert_eq!(ask(jws::sign(&handset.transport, typ::STATUS, &claims)).await, ProblemCode::Unauthorized);
    for hours in [-3, 3] {
        let claims =
            TokenClaims::new(handset.id, Timestamp::now() + SignedDuration::from_hours(hours), Nonce::random());
        assert_eq!(ask(jws::sign(&handset.transport, typ::TOKEN, &claims)).await, ProblemCode::ClockSkew);
    }
    let long = TokenClaims { exp: claims.iat + 86_400, ..claims };
    assert_eq!(ask(jws::sign(&handset.transport, typ::TOKEN, &long)).await, ProblemCode::ClockSkew);
}

#[tokio::test]
async fn every_refusal_is_a_problem_that_programs_can_read() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let big = vec![b' '; 1024 * 1024];
    for (request, status, code) in [
        (handset.request(Method::GET, "/v1/nothing"), StatusCode::NOT_FOUND, ProblemCode::NotFound),
        (handset.request(Method::PUT, "/v1/roster"), StatusCode::METHOD_NOT_ALLOWED, ProblemCode::BadRequest),
        (handset.request(Method::GET, "/v1/roster?cursor=x"), StatusCode::BAD_REQUEST, ProblemCode::BadRequest),
        (handset.request(Method::POST, "/v1/handsets").body("{}"), StatusCode::BAD_REQUEST, ProblemCode::BadRequest),
        (handset.request(Method::POST, "/v1/handsets").body(big), StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge),
        (handset.request(Method::POST, "/v1/envelopes"), StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::BadRequest),
    ] {
        let (got, error, _) = problem(request.send().await.expect("an answer")).await;
        assert_eq!((got, error), (status, code));
    }
}

#[tokio::test]
async fn codes_wait_for_a_handset_until_it_says_that_they_were_taken() {
    let town = Town::start().await;
    let (handset, other) = (town.handset(&[]).await, town.handset(&[]).await);
    let put = async |new: &NewRecovery| {
        handset.request(Method::PUT, "/v1/handset/recovery").json(new).send().await.expect("an answer")
    };
    let first = handset.status().await;
    assert_eq!((first.officers.len(), first.codes.len()), (1, 0));
    for officer in ["POS-8", "POS-9"] {
        let officer = officer.parse().expect("an id");
        let made = town.server.programme().admit_officer(handset.id, &officer, "", true, "test").await;
        made.expect("a code");
    }
    let codes = async || {
        let codes = handset.status().await.codes;
        let read =
            |text: &String| jws::verify::<UnlockCode>(&handset.ticket.server_key, typ::CODE, text).expect("ours");
        codes.iter().map(read).collect::<Vec<_>>()
    };
    let waiting = codes().await;
    assert_eq!(waiting.len(), 2);
    assert!(other.status().await.codes.is_empty());

    // One is taken: the other is given on, of the new secret.
    let (id, secret) = (RecoveryId::new(), RecoverySecret::generate());
    let deposit = Deposit::seal(id, &secret, &handset.ticket.programme_key).expect("sealed");
    let new = NewRecovery { deposit, taken: vec![waiting[0].code] };
    for _ in 0..2 {
        assert_eq!(put(&new).await.status(), StatusCode::OK, "the same again is harmless");
    }
    assert_eq!(handset.status().await.recovery, Some(id));
    let left = codes().await;
    assert_eq!((left.len(), left[0].code), (1, waiting[1].code));
    assert!(matches!(&left[0].action, CodeAction::Admit { secret: of, .. } if *of == secret));

    // What the programme couldn't open is no deposit, and changes nothing.
    let foreign = Deposit::seal(RecoveryId::new(), &secret, ProgrammeKey::generate().public()).expect("sealed");
    let mut altered = Deposit::seal(RecoveryId::new(), &secret, &handset.ticket.programme_key).expect("sealed");
    altered.sealed.truncate(20);
    for deposit in [foreign, altered] {
        assert_eq!(put(&NewRecovery { deposit, taken: Vec::new() }).await.status(), StatusCode::BAD_REQUEST);
    }
    assert_eq!(handset.status().await.recovery, Some(id));
}

#[tokio::test]
async fn an_envelope_is_its_author_s_whoever_carries_it() {
    let town = Town::start().await;
    let (mut author, carrier) = (town.handset(&[]).await, town.handset(&[]).await);
    let envelope = author.seal(crate::common::not_served("KPM-1"), &[]);
    let (status, receipt) = carrier.send(&envelope).await;
    assert_eq!((status, receipt.handset, receipt.seq), (StatusCode::CREATED, author.id, 1));
    assert_eq!(author.send(&envelope).await, (StatusCode::OK, receipt), "the same receipt for ever");
    assert!(town.open_alerts().await.is_empty());

    // Not under another's name, and not by one whom nobody knows.
    let mut stranger = town.handset(&[]).await;
    stranger.id = author.id;
    let forged = stranger.seal(crate::common::not_served("KPM-2"), &[]);
    let (status, code, _) = problem(carrier.post_envelope(forged.as_bytes()).await).await;
    assert_eq!((status, code), (StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Rejected));
    stranger.id = HandsetId::new();
    let unknown = stranger.seal(crate::common::not_served("KPM-2"), &[]);
    let (status, code, _) = problem(carrier.post_envelope(unknown.as_bytes()).await).await;
    assert_eq!((status, code), (StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Rejected));
    assert_eq!(town.open_alerts().await, ["rejected", "rejected"]);
}

#[tokio::test]
async fn who_has_no_ticket_is_refused_without_waiting_for_anybody() {
    use sqlx::{ConnectOptions as _, Executor as _};
    let town = Town::start().await;
    let ticket = town.ticket(&[]).await;
    if town.database.is_some() {
        return eprintln!("skipped: it is SQLite that has one lock for all");
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(town.dir.path().join("saksi.db"));
    let mut busy = options.connect().await.expect("a connection");
    busy.execute("BEGIN IMMEDIATE").await.expect("the lock");
    let stranger = saksi_records::Ticket { token: "no such ticket".into(), ..ticket };
    let signed = registration(&stranger, &new_key(), &new_key());
    let refused = post_registration(&stranger, &signed);
    let refused = tokio::time::timeout(std::time::Duration::from_secs(5), refused).await.expect("at once");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}
