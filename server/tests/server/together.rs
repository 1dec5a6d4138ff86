//! What holds when much happens at once: on SQLite, which has one writer, and on PostgreSQL, which has many.

use futures_util::future::join_all;
use reqwest::StatusCode;
use saksi_records::keys::random_bytes;
use saksi_records::{BlobRole, Digest, HandsetKey, RecordId};
use saksi_server::Alert;

use crate::common::{TestHandset, Town, by_proxy, in_person, not_served, photo, post_registration, registration};

const MANY: usize = 8;

async fn handsets(town: &Town) -> Vec<TestHandset> {
    let mut all = Vec::new();
    for _ in 0..MANY {
        all.push(town.handset(&[]).await);
    }
    all
}

/// So many people on one route.
fn crowd(people: usize) -> String {
    let row = |i: usize| format!("KPM-{i},32730102037{i:05},Penerima {i},Jl. Panjang {i},R1,300000");
    let rows: Vec<String> = (1..=people).map(row).collect();
    format!("id,nik,name,address,route,amount\n{}", rows.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_that_comes_many_times_at_once_is_kept_once_and_has_one_receipt() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    for _ in 0..5 {
        let envelope = handset.seal(not_served("KPM-1"), &[]);
        let answers = join_all((0..MANY).map(|_| handset.send(&envelope))).await;
        let new = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count();
        assert_eq!(new, 1);
        assert!(answers.iter().all(|(_, receipt)| *receipt == answers[0].1));
    }
    assert!(town.open_alerts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_payments_to_one_person_at_once_all_but_the_first_raise_an_alert() {
    let town = Town::start().await;
    town.import(&crowd(6)).await;
    let mut handsets = handsets(&town).await;
    for person in 1..=6 {
        let sealed: Vec<_> = handsets
            .iter_mut()
            .map(|handset| (photo(BlobRole::Beneficiary), handset))
            .map(|(blob, handset)| {
                let envelope = handset.seal(in_person(&format!("KPM-{person}"), 300_000), std::slice::from_ref(&blob));
                (blob, envelope)
            })
            .collect();
        join_all(handsets.iter().zip(&sealed).map(|(handset, (blob, _))| handset.upload(blob))).await;
        join_all(handsets.iter().zip(&sealed).map(|(handset, (_, envelope))| handset.send(envelope))).await;
    }
    assert_eq!(town.open_alerts().await, vec!["paid_twice"; 6 * (MANY - 1)]);
    // Each names the first, which is one for all.
    let alerts = town.server.programme().alerts().await.expect("alerts");
    let firsts: std::collections::BTreeSet<_> = alerts
        .iter()
        .filter_map(|raised| match &raised.alert {
            Alert::PaidTwice { beneficiary, first, .. } => Some((beneficiary.clone(), *first)),
            _ => None,
        })
        .collect();
    assert_eq!(firsts.len(), 6, "{firsts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_for_two_records_is_of_the_first_and_the_others_are_told_of_a_conflict() {
    let town = Town::start().await;
    let handsets = handsets(&town).await;
    let id = RecordId::new();
    let sealed: Vec<_> =
        handsets.iter().map(|handset| handset.seal_at(not_served("KPM-1"), &[], 1, Digest::ZERO, id)).collect();
    let answers =
        join_all(handsets.iter().zip(&sealed).map(|(it, envelope)| it.post_envelope(envelope.as_bytes()))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; MANY - 1]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_admits_one_of_many_who_come_at_once() {
    let town = Town::start().await;
    for _ in 0..5 {
        let ticket = town.ticket(&[]).await;
        let key = || HandsetKey::from_seed(random_bytes());
        let signed: Vec<_> = (0..MANY).map(|_| registration(&ticket, &key(), &key())).collect();
        let answers = join_all(signed.iter().map(|signed| post_registration(&ticket, signed))).await;
        let admitted = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
        assert_eq!(admitted, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_arrives_in_any_order_at_once_is_whole() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    for _ in 0..3 {
        let mut sealed: Vec<_> = (0..12).map(|_| handset.seal(not_served("KPM-1"), &[])).collect();
        sealed.reverse();
        join_all(sealed.iter().map(|envelope| handset.send(envelope))).await;
    }
    assert!(town.open_alerts().await.is_empty(), "no gap is left, and nothing forks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_who_collects_for_many_at_once_is_counted_for_all_of_them() {
    let town = Town::start().await;
    town.import(&crowd(MANY)).await;
    let mut handsets = handsets(&town).await;
    let sealed: Vec<_> = handsets
        .iter_mut()
        .enumerate()
        .map(|(i, handset)| {
            let blobs = [photo(BlobRole::Proxy), photo(BlobRole::Statement)];
            let record = by_proxy(&format!("KPM-{}", i + 1), 300_000, "3273010203700009");
            let envelope = handset.seal(record, &blobs);
            (blobs, envelope)
        })
        .collect();
    for (handset, (blobs, _)) in handsets.iter().zip(&sealed) {
        for blob in blobs {
            handset.upload(blob).await;
        }
    }
    join_all(handsets.iter().zip(&sealed).map(|(handset, (_, envelope))| handset.send(envelope))).await;
    let alerts = town.server.programme().alerts().await.expect("alerts");
    let counted = alerts.iter().find_map(|raised| match raised.alert {
        Alert::ProxyReuse { beneficiaries, .. } => Some(beneficiaries),
        _ => None,
    });
    assert_eq!(counted, Some(MANY as u64));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handset_that_follows_while_others_pay_misses_nothing_also_from_another_process() {
    const PEOPLE: usize = 40;
    let town = Town::start().await;
    town.import(&crowd(PEOPLE)).await;
    let mut payers = handsets(&town).await;
    let mut follower = town.handset(&["R1"]).await;
    let other = town.beside().await;
    follower.ticket.server.clone_from(&other.handset_url);
    let follow = async {
        let (mut cursor, mut paid) = (0, std::collections::BTreeSet::new());
        while paid.len() < PEOPLE {
            let delta = follower.roster(cursor).await;
            cursor = delta.cursor;
            paid.extend(delta.paid.into_iter().map(|mark| mark.beneficiary));
        }
        paid.len()
    };
    let pay = join_all(payers.iter_mut().enumerate().map(|(n, payer)| async move {
        for i in (n + 1..=PEOPLE).step_by(MANY) {
            payer.pay(&format!("KPM-{i}"), 300_000).await;
        }
    }));
    let both = async { tokio::join!(follow, pay).0 };
    let seen = tokio::time::timeout(std::time::Duration::from_mins(1), both).await.expect("nothing is skipped");
    assert_eq!(seen, PEOPLE);
    assert!(town.open_alerts().await.is_empty());
}
