//! A drill: the machine is lost, and the programme goes on from its backup.

use reqwest::StatusCode;
use saksi_records::BlobRole;
use saksi_records::Ticket;
use saksi_server::{Config, Programme, Server};

use crate::common::{ROSTER, ROUND, TestHandset, Town, in_person, photo};

#[tokio::test]
async fn a_programme_goes_on_from_its_backup_and_no_handset_misses_anything() {
    let town = Town::start().await;
    if town.database.is_some() {
        return eprintln!("skipped: PostgreSQL is copied by its own tools");
    }
    let (mut payer, mut watcher) = (town.handset(&[]).await, town.handset(&["R1"]).await);
    payer.pay("KPM-1", 300_000).await;
    let copy = town.dir.path().join("copy");
    let copied = town.server.programme().backup(&copy).await.expect("a backup, while the server runs");
    assert_eq!((copied.records, copied.blobs), (1, 1));

    // After the backup: a payment, of which the other handset hears, and which is lost with the machine.
    let blob = photo(BlobRole::Beneficiary);
    payer.upload(&blob).await;
    let lost = payer.seal(in_person("KPM-2", 300_000), std::slice::from_ref(&blob));
    payer.send(&lost).await;
    let cursor = watcher.roster(0).await.cursor;
    let Town { dir, server, .. } = town;
    server.shutdown().await;

    let data = dir.path().join("again");
    assert_eq!(Programme::restore(&copy, &data, None).await.expect("restored"), copied);
    assert!(Programme::restore(&copy, &data, None).await.is_err(), "never over a programme");
    let server = Server::start(Config::local(&data)).await.expect("it starts");
    assert_eq!(server.first_password, None, "it is the same programme");
    let moved = |handset: &TestHandset| Ticket { server: server.handset_url.clone(), ..handset.ticket.clone() };
    (payer.ticket, watcher.ticket) = (moved(&payer), moved(&watcher));

    // Changes go on, past the number up to which the handset has seen others.
    let round = || ROUND.parse().expect("a name");
    for amount in 0..20 {
        let csv = ROSTER.replace("R1,300000", &format!("R1,{}", 300_001 + amount));
        server.programme().import_roster(round(), "November 2026", csv.as_bytes(), "test").await.expect("imported");
    }
    let told = watcher.roster(cursor).await;
    assert!(told.cursor > cursor, "cursors only grow");
    assert_eq!(told.beneficiaries.len(), 2, "the whole roster comes again");
    assert!(told.paid.iter().any(|mark| mark.beneficiary.as_str() == "KPM-1"));

    // The handset sends again what the server no longer knows; what it knows has the receipt it had.
    payer.upload(&blob).await;
    assert_eq!(payer.send(&lost).await.0, StatusCode::CREATED);
    let told = watcher.roster(told.cursor).await;
    assert_eq!(told.paid.iter().map(|mark| mark.beneficiary.as_str()).collect::<Vec<_>>(), ["KPM-2"]);
    drop(server);
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_leaves_nothing_that_passes_for_a_programme() {
    let town = Town::start().await;
    if town.database.is_some() {
        return eprintln!("skipped: PostgreSQL is copied by its own tools");
    }
    town.handset(&[]).await.pay("KPM-1", 300_000).await;
    let copy = town.dir.path().join("copy");
    town.server.programme().backup(&copy).await.expect("a backup");
    assert!(town.server.programme().backup(&copy).await.is_err(), "a backup is never written over");
    let blob = blobs(&copy.join("blobs")).pop().expect("one");
    std::fs::write(&blob, b"something else").expect("written");
    let data = town.dir.path().join("again");
    let error = Programme::restore(&copy, &data, None).await.expect_err("damaged");
    assert!(error.to_string().contains("is damaged"), "{error}");
    assert!(!data.exists());
}

fn blobs(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.is_dir() { found.extend(blobs(&path)) } else { found.push(path) }
    }
    found
}
