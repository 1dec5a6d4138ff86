//! What becomes of an envelope: a receipt, a request for its blobs, or review. Never nothing.

use crate::common::{ROSTER, ROUND, TestHandset, Town, by_proxy, in_person, not_served, photo, problem};
use crate::office::Browser;
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use saksi_records::clock::ClockDoubt;
use saksi_records::jws::{self, typ};
use saksi_records::keys::random_bytes;
use saksi_records::liveness::LivenessPolicy;
use saksi_records::record::Consent;
use saksi_records::time::ServerTime;
use saksi_records::wire::{FinalProblem, Policy, ProblemCode};
use saksi_records::{
    BlobRole, Digest, Envelope, HandsetId, HandsetKey, Nonce, ProgrammeKey, Record, RecordId, Rupiah, TimeEvidence,
};
use saksi_server::Role;

#[tokio::test]
async fn an_envelope_before_its_blobs_is_told_which_and_accepted_after_them() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let blobs = [photo(BlobRole::Proxy), photo(BlobRole::Statement)];
    let envelope = handset.seal(by_proxy("KPM-1", 300_000, "3273010101800001"), &blobs);
    handset.upload(&blobs[1]).await;
    let (status, code, answer) = problem(handset.post_envelope(envelope.as_bytes()).await).await;
    assert_eq!((status, code), (StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::BlobsMissing));
    assert_eq!(answer.blobs, [blobs[0].key.sha256]);
    assert!(town.open_alerts().await.is_empty());

    handset.upload(&blobs[0]).await;
    let (status, receipt) = handset.send(&envelope).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!((receipt.envelope, receipt.seq, receipt.handset), (envelope.digest(), 1, handset.id));
}

#[tokio::test]
async fn the_same_envelope_gets_the_same_receipt_also_after_a_restart() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let envelope = handset.seal(not_served("KPM-1"), &[]);
    let (status, first) = handset.send(&envelope).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, again) = handset.send(&envelope).await;
    assert_eq!((status, &again), (StatusCode::OK, &first));

    let town = town.restart().await;
    handset.ticket.server.clone_from(&town.server.handset_url);
    let (status, again) = handset.send(&envelope).await;
    assert_eq!((status, again), (StatusCode::OK, first));
    let summary = town.server.programme().summary(&ROUND.parse().expect("a name")).await.expect("read").expect("known");
    assert_eq!((summary.not_served, summary.remaining), (1, 2));
}

#[tokio::test]
async fn other_bytes_under_a_known_record_id_are_a_conflict_and_both_are_kept() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let id = RecordId::new();
    let first = handset.seal_at(not_served("KPM-1"), &[], 1, Digest::ZERO, id);
    let (_, receipt) = handset.send(&first).await;
    let second = handset.seal_at(not_served("KPM-2"), &[], 1, Digest::ZERO, id);
    for _ in 0..2 {
        let (status, code, _) = problem(handset.post_envelope(second.as_bytes()).await).await;
        assert_eq!((status, code), (StatusCode::CONFLICT, ProblemCode::Conflict));
        assert!(code.is_final());
    }
    assert_eq!(town.open_alerts().await, ["conflict"]);
    assert_eq!(handset.send(&first).await.1, receipt);
    handset.seq = 1;
}

#[tokio::test]
async fn what_cant_be_accepted_is_kept_for_review() {
    let town = Town::start().await;
    let (mut handset, mut unknown) = (town.handset(&[]).await, town.handset(&[]).await);
    unknown.id = HandsetId::new();
    let envelope = handset.seal(not_served("KPM-1"), &[]);

    let mut altered = envelope.as_bytes().to_vec();
    *altered.last_mut().expect("bytes") ^= 1;
    let foreign_key = HandsetKey::from_seed(random_bytes());
    let forged = std::mem::replace(&mut handset.key, foreign_key);
    let forged_envelope = handset.seal_at(not_served("KPM-1"), &[], 1, Digest::ZERO, RecordId::new());
    handset.key = forged;
    let ours = handset.ticket.programme_key.clone();
    handset.ticket.programme_key = ProgrammeKey::generate().public().clone();
    let unopenable = handset.seal_at(not_served("KPM-1"), &[], 1, Digest::ZERO, RecordId::new());
    handset.ticket.programme_key = ours;
    let rich = handset.seal_at(
        in_person("KPM-1", 2_000_000_000_000),
        &[photo(BlobRole::Beneficiary)],
        1,
        Digest::ZERO,
        RecordId::new(),
    );

    let cases = [
        altered,
        forged_envelope.as_bytes().to_vec(),
        unknown.seal_at(not_served("KPM-1"), &[], 1, Digest::ZERO, RecordId::new()).as_bytes().to_vec(),
        unopenable.as_bytes().to_vec(),
        rich.as_bytes().to_vec(),
        b"not an envelope".to_vec(),
        Vec::new(),
        envelope.as_bytes()[..200].to_vec(),
    ];
    for (i, bytes) in cases.iter().enumerate() {
        for _ in 0..2 {
            let (status, code, _) = problem(handset.post_envelope(bytes).await).await;
            assert_eq!((status, code), (StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Rejected), "case {i}");
        }
        assert_eq!(town.open_alerts().await.len(), i + 1);
    }
    let (status, code, _) = problem(handset.post_envelope(&vec![0; 400_000]).await).await;
    assert_eq!((status, code), (StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge));
    assert_eq!(handset.send(&envelope).await.0, StatusCode::CREATED, "the good one is still welcome");
}

#[tokio::test]
async fn a_refusal_for_good_is_signed_for_the_handset_the_request_and_the_bytes() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let id = RecordId::new();
    let kept = handset.seal_at(not_served("KPM-1"), &[], 1, Digest::ZERO, id);
    handset.send(&kept).await;
    let other = handset.seal_at(not_served("KPM-2"), &[], 1, Digest::ZERO, id).as_bytes().to_vec();
    handset.ticket.programme_key = ProgrammeKey::generate().public().clone();
    let unopenable = handset.seal(not_served("KPM-1"), &[]);
    for (bytes, record, code) in [
        (other, Some(id), ProblemCode::Conflict),
        (unopenable.as_bytes().to_vec(), Some(unopenable.header().record), ProblemCode::Rejected),
        (b"not an envelope".to_vec(), None, ProblemCode::Rejected),
    ] {
        let nonce = Nonce::random();
        let (_, said, problem) = problem(handset.post_envelope_with(nonce, &bytes).await).await;
        let signed = problem.signed.expect("a statement");
        let told: FinalProblem = jws::verify(&handset.ticket.server_key, typ::PROBLEM, &signed).expect("the server's");
        assert_eq!((told.handset, told.nonce, told.record), (handset.id, nonce, record));
        assert_eq!((told.envelope, told.error, told.message), (Digest::of(&bytes), code, problem.message));
        assert!(said == code && code.is_final());
    }
}

#[tokio::test]
async fn a_gap_shows_until_the_missing_records_arrive() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let run: Vec<Envelope> = (0..5).map(|_| handset.seal(not_served("KPM-1"), &[])).collect();
    for i in [0, 2, 4] {
        handset.send(&run[i]).await;
    }
    assert_eq!(town.open_alerts().await, ["gap"]);
    let alerts = town.server.programme().alerts().await.expect("read");
    assert_eq!(alerts[0].alert, saksi_server::Alert::Gap { missing: vec![(2, 2), (4, 4)] });
    handset.send(&run[3]).await;
    assert_eq!(town.open_alerts().await, ["gap"]);
    handset.send(&run[1]).await;
    assert!(town.open_alerts().await.is_empty());
}

#[tokio::test]
async fn a_fork_shows_and_its_records_are_kept_all_the_same() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let first = handset.seal(not_served("KPM-1"), &[]);
    handset.send(&first).await;
    let second = handset.seal(not_served("KPM-2"), &[]);
    handset.send(&second).await;
    // A clone continues from the first record too.
    let cloned = handset.seal_at(not_served("KPM-3"), &[], 2, first.digest(), RecordId::new());
    handset.send(&cloned).await;
    assert_eq!(town.open_alerts().await, ["fork"]);
    let third = handset.seal(not_served("KPM-2"), &[]);
    handset.send(&third).await;
    assert_eq!(town.open_alerts().await, ["fork"], "the chain goes on");
    let other_past = handset.seal_at(not_served("KPM-3"), &[], 4, cloned.digest(), RecordId::new());
    handset.send(&other_past).await;
    assert_eq!(town.open_alerts().await, ["fork", "fork"]);
}

#[tokio::test]
async fn two_handsets_that_pay_the_same_person_raise_an_alert_that_names_both_records() {
    let town = Town::start().await;
    let (mut one, mut two) = (town.handset(&[]).await, town.handset(&[]).await);
    let first = one.pay("KPM-1", 300_000).await;
    assert!(town.open_alerts().await.is_empty());
    let second = two.pay("KPM-1", 300_000).await;
    let alerts = town.server.programme().alerts().await.expect("read");
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0].record, Some(second.record));
    assert!(matches!(&alerts[0].alert, saksi_server::Alert::PaidTwice { first: it, .. } if *it == first.record));
    let summary = town.server.programme().summary(&ROUND.parse().expect("a name")).await.expect("read").expect("known");
    assert_eq!((summary.in_person, summary.paid), (1, Rupiah(600_000)), "both are kept, and the money is counted");
}

#[tokio::test]
async fn one_person_paid_under_two_numbers_in_a_round_raises_an_alert_that_names_both() {
    let town = Town::start().await;
    let (mut one, mut two) = (town.handset(&[]).await, town.handset(&[]).await);
    let first = one.pay("KPM-1", 300_000).await;
    town.import(&ROSTER.replace("KPM-1,", "KPM-NEW-1,")).await;
    let second = two.pay("KPM-NEW-1", 300_000).await;
    let alerts = town.server.programme().alerts().await.expect("read");
    assert_eq!((alerts.len(), alerts[0].record), (1, Some(second.record)));
    let named = matches!(&alerts[0].alert, saksi_server::Alert::PaidTwice { first: it, paid_as: Some(other), .. }
        if *it == first.record && other.as_str() == "KPM-1");
    assert!(named, "{:?}", alerts[0].alert);
    let page = Browser::user(&town, Role::Supervisor).await.read("/office/alerts").await;
    assert!(page.contains("NIK yang sama, dibayar sebagai") && page.contains("KPM-NEW-1"), "{page}");

    two.pay("KPM-2", 300_000).await;
    assert_eq!(town.open_alerts().await, ["paid_twice"], "others are not concerned");
}

#[tokio::test]
async fn odd_payments_raise_alerts() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    handset.pay("KPM-1", 250_000).await;
    assert_eq!(town.open_alerts().await, ["amount_differs"]);
    handset.pay("KPM-999", 300_000).await;
    assert_eq!(town.open_alerts().await, ["amount_differs", "not_entitled"]);
}

#[tokio::test]
async fn a_proxy_who_collects_for_many_raises_an_alert() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    for (beneficiary, amount) in [("KPM-1", 300_000), ("KPM-2", 300_000), ("KPM-3", 600_000)] {
        assert!(town.open_alerts().await.is_empty());
        let blobs = [photo(BlobRole::Proxy), photo(BlobRole::Statement)];
        handset.upload(&blobs[0]).await;
        handset.upload(&blobs[1]).await;
        let envelope = handset.seal(by_proxy(beneficiary, amount, "3273010101800001"), &blobs);
        handset.send(&envelope).await;
    }
    assert_eq!(town.open_alerts().await, ["proxy_reuse"]);
}

#[tokio::test]
async fn a_wall_clock_that_was_off_raises_an_alert() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let heard = ServerTime { at: Timestamp::now(), boot: "b".into(), monotonic_ms: 1 };
    let ahead = Timestamp::now() + SignedDuration::from_hours(24);
    let created = TimeEvidence { wall: ahead, boot: "b".into(), monotonic_ms: 1, server: Some(heard) };
    handset.send(&sealed_when(&handset, 1, Digest::ZERO, created)).await;
    assert_eq!(town.open_alerts().await, ["wall_clock"]);
}

#[tokio::test]
async fn a_clock_that_was_set_back_shows_whichever_of_two_records_arrives_first() {
    for swapped in [false, true] {
        let town = Town::start().await;
        let handset = town.handset(&[]).await;
        // Two hours pass between them, and the clock goes back by one; the server's word is of another run.
        let now = Timestamp::now();
        let heard = ServerTime { at: now - SignedDuration::from_hours(48), boot: "a".into(), monotonic_ms: 1 };
        let when = |hours_ago, monotonic_ms| TimeEvidence {
            wall: now - SignedDuration::from_hours(hours_ago),
            boot: "b".into(),
            monotonic_ms,
            server: Some(heard.clone()),
        };
        let first = sealed_when(&handset, 1, Digest::ZERO, when(3, 1));
        let second = sealed_when(&handset, 2, first.digest(), when(2, 7_200_001));
        let (sooner, later) = if swapped { (&second, &first) } else { (&first, &second) };
        handset.send(sooner).await;
        assert!(!town.open_alerts().await.contains(&"clock_changed".to_owned()));
        handset.send(later).await;
        assert_eq!(town.open_alerts().await, ["clock_changed"]);
        let alerts = town.server.programme().alerts().await.expect("read");
        let raised = alerts.iter().find(|it| it.record == Some(second.header().record)).expect("about the second");
        let doubts = vec![ClockDoubt::Moved { seconds: -3600 }];
        assert_eq!(raised.alert, saksi_server::Alert::ClockChanged { doubts });
        let page = Browser::user(&town, Role::Supervisor).await.read("/office/alerts").await;
        assert!(page.contains("jam digeser tanpa gawai dinyalakan ulang: -60 menit"), "{page}");
    }
}

#[tokio::test]
async fn a_clock_before_the_server_s_word_or_after_the_receipt_raises_an_alert() {
    let town = Town::start().await;
    let now = Timestamp::now();
    let heard = ServerTime { at: now - SignedDuration::from_hours(1), boot: "a".into(), monotonic_ms: 1 };
    for (wall, doubt) in [
        (now - SignedDuration::from_hours(24 * 60), ClockDoubt::BeforeServer { seconds: (24 * 60 - 1) * 3600 }),
        (now + SignedDuration::from_hours(24), ClockDoubt::AfterReceipt { seconds: 24 * 3600 }),
    ] {
        // After a restart, when no clock of the handset itself can tell.
        let created = TimeEvidence { wall, boot: "b".into(), monotonic_ms: 9, server: Some(heard.clone()) };
        let handset = town.handset(&[]).await;
        handset.send(&sealed_when(&handset, 1, Digest::ZERO, created)).await;
        let alerts = town.server.programme().alerts().await.expect("read");
        let saksi_server::Alert::ClockChanged { doubts } = &alerts[0].alert else { panic!("{:?}", alerts[0].alert) };
        // The receipt comes a little later than this test took the time.
        match (doubts.as_slice(), doubt) {
            ([ClockDoubt::BeforeServer { seconds }], ClockDoubt::BeforeServer { seconds: expected })
            | ([ClockDoubt::AfterReceipt { seconds }], ClockDoubt::AfterReceipt { seconds: expected }) => {
                assert!((seconds - expected).abs() < 60, "{seconds}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// An envelope anywhere in the chain, by a handset whose clocks say this.
fn sealed_when(handset: &TestHandset, seq: u64, prev: Digest, created: TimeEvidence) -> Envelope {
    let plain = handset.seal_at(not_served("KPM-1"), &[], seq, prev, RecordId::new());
    let header = saksi_records::Header { created, ..plain.header().clone() };
    let payload = saksi_records::Payload::new(not_served("KPM-1"), Vec::new());
    Envelope::seal(header, &payload, &handset.ticket.programme_key, &handset.key).expect("sealed")
}

#[tokio::test]
async fn consent_by_a_text_that_handsets_were_never_told_raises_an_alert() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let mut pay = async |beneficiary: &str, version: &str, language: &str| {
        let Record::InPerson(mut paid) = in_person(beneficiary, 300_000) else { panic!("in person") };
        paid.consent = Consent { text_version: version.into(), language: language.into() };
        let photo = photo(BlobRole::Beneficiary);
        handset.upload(&photo).await;
        let envelope = handset.seal(Record::InPerson(paid), &[photo]);
        handset.send(&envelope).await;
    };
    pay("KPM-1", "1", "en").await;
    assert!(town.open_alerts().await.is_empty());
    pay("KPM-2", "BOGUS", "zz").await;
    assert_eq!(town.open_alerts().await, ["unknown_consent"]);
    let page = Browser::user(&town, Role::Supervisor).await.read("/office/alerts").await;
    assert!(page.contains("Persetujuan dengan naskah yang tidak dikenal") && page.contains("BOGUS · zz"), "{page}");
}

#[tokio::test]
async fn consent_by_an_earlier_text_is_known_after_the_programme_took_another() {
    let policy = |version: &str| Policy {
        liveness: LivenessPolicy::off(),
        consent_version: version.into(),
        ..Policy::default()
    };
    let town = Town::with(policy("1")).await;
    let mut handset = town.handset(&[]).await;
    let town = town.restart_with(policy("2")).await;
    handset.ticket.server.clone_from(&town.server.handset_url);
    handset.pay("KPM-1", 300_000).await;
    assert!(town.open_alerts().await.is_empty(), "a handset that hasn't synced since reads out the earlier one");
}

#[tokio::test]
async fn where_life_is_required_a_payment_without_evidence_of_it_is_taken_with_an_alert() {
    let town = Town::asking(LivenessPolicy::default()).await;
    let mut handset = town.handset(&[]).await;
    handset.pay("KPM-1", 300_000).await;
    let alerts = town.open_alerts().await;
    assert!(alerts.len() == 1 && alerts[0].contains("not_shown_alive"), "{alerts:?}");
}
