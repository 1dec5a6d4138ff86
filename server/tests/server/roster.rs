//! What a handset's roster is, and how it follows the office's.

use crate::common::{ROSTER, ROUND, Town, consent_withdrawn};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use saksi_records::Rupiah;
use saksi_records::jws::{self, typ};
use saksi_records::wire::{MAX_ANSWER, RosterDelta, RosterPage, Signed};
use saksi_server::ServerError;

fn ids(delta: &RosterDelta) -> Vec<&str> {
    delta.beneficiaries.iter().map(|it| it.id.as_str()).collect()
}

fn removed(delta: &RosterDelta) -> Vec<&str> {
    delta.removed.iter().map(saksi_records::BeneficiaryId::as_str).collect()
}

#[tokio::test]
async fn a_handset_gets_its_routes_and_then_only_what_changed() {
    let town = Town::start().await;
    let (first, all) = (town.handset(&["R1"]).await, town.handset(&[]).await);
    let delta = first.roster(0).await;
    assert_eq!(ids(&delta), ["KPM-1", "KPM-2"]);
    assert_eq!((delta.rounds.len(), delta.entitlements.len(), delta.more), (1, 2, false));
    assert_eq!(ids(&all.roster(0).await), ["KPM-1", "KPM-2", "KPM-3"]);

    let nothing = first.roster(delta.cursor).await;
    assert_eq!(nothing, RosterDelta { cursor: delta.cursor, ..RosterDelta::default() });

    town.import(&ROSTER.replace("Jl. Mawar 1,R1,300000", "Jl. Mawar 1,R1,450000")).await;
    let change = first.roster(delta.cursor).await;
    assert!(change.beneficiaries.is_empty() && change.rounds.is_empty());
    assert_eq!(change.entitlements.len(), 1);
    assert_eq!(change.entitlements[0].amount, Rupiah(450_000));
}

#[tokio::test]
async fn who_leaves_a_route_is_removed_there_and_arrives_elsewhere_with_everything() {
    let town = Town::start().await;
    let (first, second) = (town.handset(&["R1"]).await, town.handset(&["R2"]).await);
    let mut payer = town.handset(&[]).await;
    payer.pay("KPM-2", 300_000).await;
    let (one, two) = (first.roster(0).await.cursor, second.roster(0).await.cursor);

    town.import(&ROSTER.replace("Jl. Mawar 1,R1", "Jl. Mawar 1,R2")).await;
    let left = first.roster(one).await;
    assert_eq!((removed(&left), ids(&left)), (vec!["KPM-2"], vec![]));
    let came = second.roster(two).await;
    assert_eq!((removed(&came), ids(&came)), (vec![], vec!["KPM-2"]));
    assert_eq!((came.entitlements.len(), came.paid.len()), (1, 1), "older than the cursor, but new to this handset");

    town.import(ROSTER).await;
    let back = first.roster(left.cursor).await;
    assert_eq!((removed(&back), ids(&back), back.paid.len()), (vec![], vec!["KPM-2"], 1));
}

#[tokio::test]
async fn who_is_no_longer_in_the_file_is_removed() {
    let town = Town::start().await;
    let handset = town.handset(&["R1"]).await;
    let cursor = handset.roster(0).await.cursor;
    let without: Vec<&str> = ROSTER.lines().filter(|line| !line.starts_with("KPM-2")).collect();
    town.import(&without.join("\n")).await;
    let delta = handset.roster(cursor).await;
    assert_eq!((removed(&delta), ids(&delta)), (vec!["KPM-2"], vec![]));
    assert_eq!(ids(&handset.roster(0).await), ["KPM-1"]);
}

#[tokio::test]
async fn a_payment_is_told_to_every_handset_of_the_route() {
    let town = Town::start().await;
    let (mut payer, other, elsewhere) =
        (town.handset(&["R1"]).await, town.handset(&["R1"]).await, town.handset(&["R2"]).await);
    let cursors = (other.roster(0).await.cursor, elsewhere.roster(0).await.cursor);
    let receipt = payer.pay("KPM-1", 300_000).await;
    let paid = other.roster(cursors.0).await.paid;
    assert_eq!(paid.len(), 1);
    assert_eq!((paid[0].record, paid[0].beneficiary.as_str()), (receipt.record, "KPM-1"));
    assert!(elsewhere.roster(cursors.1).await.paid.is_empty());
}

#[tokio::test]
async fn a_long_roster_comes_in_pages_that_add_up() {
    let town = Town::start().await;
    let row = |i: u32| format!("KPM-{i},32730102037{i:05},Penerima {i},Jl. Panjang {i},R1,300000");
    let rows: Vec<String> = (1..=1300).map(row).collect();
    town.import(&format!("id,nik,name,address,route,amount\n{}", rows.join("\n"))).await;
    let handset = town.handset(&["R1"]).await;
    let (mut cursor, mut people, mut entitlements, mut pages) = (0, 0, 0, 0);
    loop {
        let delta = handset.roster(cursor).await;
        people += delta.beneficiaries.len();
        entitlements += delta.entitlements.len();
        pages += 1;
        cursor = delta.cursor;
        if !delta.more {
            break;
        }
    }
    assert_eq!((people, entitlements), (1300, 1300));
    assert!(pages > 2);
}

#[tokio::test]
async fn a_payment_marks_every_number_that_the_person_has_on_a_handset_s_roster() {
    let town = Town::start().await;
    let (mut payer, other, elsewhere) =
        (town.handset(&["R1"]).await, town.handset(&["R1"]).await, town.handset(&["R2"]).await);
    let record = payer.pay("KPM-1", 300_000).await.record;
    let cursors = (other.roster(0).await.cursor, elsewhere.roster(0).await.cursor);

    // The same person comes again under another number, and the old one goes.
    town.import(&ROSTER.replace("KPM-1,", "KPM-NEW-1,")).await;
    let delta = other.roster(cursors.0).await;
    assert_eq!((ids(&delta), removed(&delta)), (vec!["KPM-NEW-1"], vec!["KPM-1"]));
    assert_eq!(delta.paid.len(), 1);
    let mark = &delta.paid[0];
    let nik = mark.nik.as_ref().map(saksi_records::Nik::reveal);
    assert_eq!((mark.beneficiary.as_str(), nik, mark.record), ("KPM-NEW-1", Some("3273014107650003"), record));
    assert!(elsewhere.roster(cursors.1).await.paid.is_empty(), "whoever isn't on its roster is none of its business");

    // A correction of somebody's NIK may show that it is the same person, too.
    let second = payer.pay("KPM-2", 300_000).await.record;
    let cursor = elsewhere.roster(cursors.1).await.cursor;
    let corrected = ROSTER.lines().filter(|row| !row.starts_with("KPM-2")).collect::<Vec<_>>().join("\n");
    town.import(&corrected.replace("3273010203700002", "3273010203700001")).await;
    let paid = elsewhere.roster(cursor).await.paid;
    assert_eq!((paid.len(), paid[0].beneficiary.as_str(), paid[0].record), (1, "KPM-3", second));
}

#[tokio::test]
async fn a_page_is_never_longer_than_a_handset_reads() {
    let town = Town::start().await;
    let (long, template) = ("é".repeat(200), STANDARD.encode([0_u8; 4096]));
    let row = |i: u32| format!("KPM-{i},32730102037{i:05},{long},{long},R1,300000,sface:{template}");
    let rows: Vec<String> = (1..=600).map(row).collect();
    town.import(&format!("id,nik,name,address,route,amount,template\n{}", rows.join("\n"))).await;
    let handset = town.handset(&["R1"]).await;
    let (mut cursor, mut people) = (0, 0);
    loop {
        let path = format!("/v1/roster?cursor={cursor}");
        let answer = handset.request(Method::GET, &path).send().await.expect("an answer");
        let body = answer.bytes().await.expect("a body");
        assert!(body.len() <= MAX_ANSWER, "{} bytes", body.len());
        let Signed { signed } = serde_json::from_slice(&body).expect("a statement");
        let RosterPage { delta, .. } = jws::verify(&handset.ticket.server_key, typ::ROSTER, &signed).expect("a page");
        people += delta.beneficiaries.len();
        cursor = delta.cursor;
        if !delta.more {
            break;
        }
    }
    assert_eq!(people, 600);
}

#[tokio::test]
async fn a_bad_row_is_named_and_nothing_of_the_file_is_applied() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let cursor = handset.roster(0).await.cursor;
    let bad = ROSTER.replace("Siti Rahayu", "Siti R.").replace("3273010203700002", "0973010203700002");
    let error = town
        .server
        .programme()
        .import_roster(ROUND.parse().expect("a name"), "November", bad.as_bytes(), "test")
        .await
        .expect_err("the third row's NIK is wrong");
    assert!(matches!(error, ServerError::Roster(_)));
    assert_eq!(error.to_string(), "nothing was imported: row 4: the NIK's first two digits name no province");
    assert_eq!(handset.roster(cursor).await, RosterDelta { cursor, ..RosterDelta::default() });
}

#[tokio::test]
async fn a_face_whose_consent_is_withdrawn_is_forgotten_and_no_file_brings_it_back() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let header = ROSTER.lines().next().expect("a header");
    let template = format!("sface:{}", STANDARD.encode([0_u8; 512]));
    let rows = ROSTER.lines().skip(1).map(|row| format!("{row},{template}\n"));
    let with_faces = format!("{header},template\n{}", rows.collect::<String>());
    town.import(&with_faces).await;
    let before = handset.roster(0).await;
    assert!(before.beneficiaries.iter().all(|it| it.template.is_some()));

    let envelope = handset.seal(consent_withdrawn("KPM-2"), &[]);
    handset.send(&envelope).await;
    let after = handset.roster(before.cursor).await;
    assert_eq!(ids(&after), ["KPM-2"]);
    assert!(after.beneficiaries[0].template.is_none());

    town.import(&with_faces).await;
    assert_eq!(handset.roster(after.cursor).await.beneficiaries, []);
}
