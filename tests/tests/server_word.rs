//! The server's word: a handset believes what the server's key signed, for this handset, in answer to this request.
//! Whoever holds the TLS key alone can neither change it, nor repeat it, nor make it up.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use saksi_field::{FieldError, Handset, NetworkError, Shelf, SyncReport};
use saksi_records::jws::{self, typ};
use saksi_records::keys::random_bytes;
use saksi_records::record::NotServedReason;
use saksi_records::wire::{FinalProblem, HandsetState, MAX_ANSWER, RosterPage};
use saksi_records::{Digest, HandsetId, HandsetKey, Nonce, ProgrammeKey, Rupiah, roster_file};
use saksi_tests::weather::{Impostor, Manner, sign_again};
use saksi_tests::{FieldKit, PIN, beneficiary, officer, round, sync, unlock};
use serde_json::{Value, json};

/// Changes one claim of a statement.
type Change = fn(&mut Value);

/// What no statement may be: for another handset, or an answer to another request.
const MISDIRECTED: [Change; 2] =
    [|claims| claims["handset"] = json!(HandsetId::new()), |claims| claims["nonce"] = json!(Nonce::random())];

#[test]
fn an_amount_or_a_paid_mark_that_is_changed_on_the_way_reaches_no_roster() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor);
    let before = amount(&handset);
    raise_amounts(&kit);
    let changes: [Change; 3] = [
        |page| page["delta"]["entitlements"][0]["amount"] = 1.into(),
        |page| page["delta"]["paid"] = json!([{ "beneficiary": beneficiary(1), "round": round() }]),
        |page| page["delta"]["removed"] = json!([beneficiary(0)]),
    ];
    for change in changes {
        let thief = HandsetKey::from_seed(random_bytes());
        impostor.tamper(move |path, _, body| {
            if path == "/v1/roster" {
                sign_again(&thief, typ::ROSTER, body, change);
            }
        });
        assert_refused(&sync(&handset));
        assert_eq!(amount(&handset), before, "nothing of it was taken");
    }
    impostor.behave(Manner::Honest);
    assert!(sync(&handset).stopped.is_none());
    assert_eq!(amount(&handset), Rupiah(before.0 + 1));
}

#[test]
fn a_page_that_is_not_for_this_handset_this_request_and_this_cursor_is_refused() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor);
    let before = amount(&handset);
    raise_amounts(&kit);
    let earlier: Change = |page| page["since"] = 0.into();
    for change in MISDIRECTED.into_iter().chain([earlier]) {
        let key = kit.server_key();
        impostor.tamper(move |path, _, body| {
            if path == "/v1/roster" {
                sign_again(&key, typ::ROSTER, body, change);
            }
        });
        assert_refused(&sync(&handset));
        assert_eq!(amount(&handset), before, "nothing of it was taken");
    }
}

#[test]
fn a_status_that_was_said_before_is_not_heard_again() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor);
    let kept = Mutex::new(None);
    impostor.tamper(move |path, _, body| {
        if path == "/v1/handset" {
            *body = kept.lock().expect("no panic while held").get_or_insert(body.clone()).clone();
        }
    });
    assert!(sync(&handset).stopped.is_none(), "the first time it is new");
    let lock = kit.programme().set_handset_state(handset.programme().handset, HandsetState::Locked, "test");
    kit.runtime().block_on(lock).expect("a known handset");
    assert_refused(&sync(&handset));
    assert!(!handset.is_locked(), "the server's newer word didn't come through");
    impostor.behave(Manner::Honest);
    assert!(sync(&handset).stopped.is_none());
    assert!(handset.is_locked());
}

#[test]
fn a_status_for_another_or_older_than_the_last_is_refused_also_after_a_restart() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let mut handset = provisioned(&kit, &impostor);
    let older: Change = |status| {
        let time: jiff::Timestamp = serde_json::from_value(status["time"].clone()).expect("a time");
        status["time"] = json!(time - jiff::SignedDuration::from_mins(1));
    };
    for change in MISDIRECTED.into_iter().chain([older]) {
        let key = kit.server_key();
        impostor.tamper(move |path, _, body| {
            if path == "/v1/handset" {
                sign_again(&key, typ::STATUS, body, |status| {
                    change(status);
                    status["policy"]["proxy_limit"] = 99.into();
                });
            }
        });
        assert_refused(&sync(&handset));
        drop(handset);
        handset = kit.reopen("a");
        assert_refused(&sync(&handset));
        assert_eq!(handset.policy().proxy_limit, 2);
    }
}

#[test]
fn only_the_server_s_signed_refusal_of_this_very_record_puts_it_aside() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor);
    kit.pay_first(&handset);
    let record = handset.outbox().list(Shelf::Outbox).expect("readable").remove(0);
    let envelope = handset.outbox().read(&record).expect("an envelope").digest();
    let right = FinalProblem {
        handset: handset.programme().handset,
        nonce: Nonce::default(),
        record: Some(record.record),
        envelope,
        error: saksi_records::wire::ProblemCode::Rejected,
        message: "made up".into(),
        time: handset.time().best(),
    };
    let refusal = |signed: Option<String>| {
        let mut body = json!({ "error": "rejected", "message": "made up", "time": right.time });
        if let Some(signed) = signed {
            body["signed"] = signed.into();
        }
        body
    };
    let server = kit.server_key();
    let thief = HandsetKey::from_seed(random_bytes());
    let another = FinalProblem { envelope: Digest::ZERO, ..right.clone() };
    let cases = [
        ("/v1/blobs", refusal(None)),
        ("/v1/envelopes", refusal(None)),
        ("/v1/envelopes", refusal(Some(jws::sign(&thief, typ::PROBLEM, &right)))),
        ("/v1/envelopes", refusal(Some(jws::sign(&server, typ::PROBLEM, &another)))),
        // Right in all but the nonce: a refusal of another time.
        ("/v1/envelopes", refusal(Some(jws::sign(&server, typ::PROBLEM, &right)))),
        ("/v1/envelopes", refusal(Some(jws::sign(&server, typ::RECEIPT, &right)))),
    ];
    for (asked, refusal) in cases {
        impostor.tamper(move |path, status, body| {
            if path == asked {
                (*status, *body) = (StatusCode::UNPROCESSABLE_ENTITY, refusal.clone());
            }
        });
        let report = sync(&handset);
        assert_eq!((report.sent, report.quarantined, report.waiting), (0, 0, 1), "{asked}");
    }
    impostor.behave(Manner::Honest);
    assert_eq!(sync(&handset).sent, 1, "and it goes on when they have gone");
}

#[test]
fn what_the_server_refuses_for_good_is_put_aside_with_its_signature() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor);
    let (key, foreign) = (kit.server_key(), json!(ProgrammeKey::generate().public()));
    impostor.tamper(move |path, _, body| {
        if path == "/v1/handset" {
            sign_again(&key, typ::STATUS, body, |status| status["programme_key"] = foreign.clone());
        }
    });
    assert!(sync(&handset).stopped.is_none());
    handset.not_served(&round(), &beneficiary(2), NotServedReason::Absent).expect("committed");
    impostor.behave(Manner::Honest);
    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined, report.waiting), (0, 1, 0), "{:?}", report.stopped);
    let aside = handset.outbox().list(Shelf::Quarantine).expect("readable").remove(0);
    let signed = handset.outbox().problem(&aside).and_then(|problem| problem.signed).expect("the server's word");
    let told: FinalProblem = jws::verify(&handset.programme().server_key, typ::PROBLEM, &signed).expect("its key's");
    let envelope = handset.outbox().read(&aside).expect("an envelope");
    assert_eq!((told.record, told.envelope), (Some(aside.record), envelope.digest()));
    assert!(told.message.contains("programme key"), "{}", told.message);
}

#[test]
fn a_sync_reads_no_longer_answer_and_no_more_pages_than_the_protocol_says() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit);
    let handset = provisioned(&kit, &impostor);
    for asked in ["/v1/roster", "/v1/handset"] {
        impostor.tamper(move |path, _, body| {
            if path == asked {
                body["padding"] = "x".repeat(MAX_ANSWER).into();
            }
        });
        assert_refused(&sync(&handset));
    }
    // A server that has more than that: the next sync goes on where this one ended.
    let (key, asked) = (kit.server_key(), Arc::new(Mutex::new(Vec::new())));
    let cursors = Arc::clone(&asked);
    impostor.tamper(move |path, _, body| {
        if path == "/v1/roster" {
            sign_again(&key, typ::ROSTER, body, |page| {
                let since = page["since"].as_u64().expect("a cursor");
                let mut cursors = cursors.lock().expect("no panic while held");
                cursors.push(since);
                let more = cursors.len() != RosterPage::MOST_A_SYNC + 1;
                page["delta"] = json!({ "cursor": since + 1, "more": more, "rounds": [], "beneficiaries": [],
                    "entitlements": [], "removed": [], "paid": [] });
            });
        }
    });
    for pages in [RosterPage::MOST_A_SYNC, RosterPage::MOST_A_SYNC + 1] {
        assert!(sync(&handset).stopped.is_none());
        let asked = asked.lock().expect("no panic while held");
        assert_eq!(asked.len(), pages);
        assert!(asked.windows(2).all(|it| it[1] == it[0] + 1), "each page once, in order");
    }
}

fn provisioned(kit: &FieldKit, impostor: &Impostor) -> Handset {
    let (folder, ticket) = (kit.handset_folder("a"), impostor.ticket(kit));
    let engine = Arc::clone(kit.engine());
    let handset = Handset::provision(&folder, kit.platform("a"), engine, &ticket, "a", &officer(), PIN);
    let handset = handset.expect("the server admits it");
    unlock(&handset);
    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    handset
}

fn assert_refused(report: &SyncReport) {
    let refused = matches!(report.stopped, Some(FieldError::Network(NetworkError::NotOurServer(_))));
    assert!(refused, "{:?}", report.stopped);
}

/// What the first on the roster gets.
fn amount(handset: &Handset) -> Rupiah {
    let first = beneficiary(0);
    let due = handset.with_roster(|roster| roster.entitled(&round()).find(|(id, _)| **id == first).map(|(_, due)| due));
    due.expect("unlocked").expect("entitled")
}

/// The office gives everybody a rupiah more.
fn raise_amounts(kit: &FieldKit) {
    let mut rows = roster_file::read(kit.roster_csv().expect("a roster").as_slice()).expect("a roster");
    for row in &mut rows {
        row.amount.0 += 1;
    }
    let mut csv = Vec::new();
    roster_file::write(&rows, &mut csv).expect("memory takes it");
    let import = kit.programme().import_roster(round(), "November", csv.as_slice(), "test");
    kit.runtime().block_on(import).expect("a roster");
}
