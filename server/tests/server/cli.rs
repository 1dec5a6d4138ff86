//! The administrator's commands, on the data folder of a server that is running.

use std::path::Path;
use std::process::{Command, Output};

use saksi_records::Ticket;

use crate::common::{ROSTER, TestHandset, Town};

fn saksi_server(data: &Path, arguments: &[&str]) -> Output {
    on(None, data, arguments)
}

fn of_town(town: &Town, arguments: &[&str]) -> Output {
    on(town.database.as_deref(), town.dir.path(), arguments)
}

fn on(database: Option<&str>, data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saksi-server"));
    command.arg("--data").arg(data).args(arguments);
    if let Some(database) = database {
        command.env("SAKSI_DATABASE", database);
    }
    command.output().expect("it runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_work_while_the_server_runs() {
    let town = Town::start().await;
    let data = town.dir.path();
    let file = data.join("roster.csv");
    std::fs::write(&file, ROSTER.replace("Siti Rahayu", "Siti R.")).expect("written");
    let import =
        ["import-roster", "--round", "BST-2026-12", "--title", "Desember 2026", file.to_str().expect("a path")];
    let done = of_town(&town, &import);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stdout), "3 beneficiaries: 3 new or changed, 0 removed\n");

    let image = data.join("ticket.svg");
    let done = of_town(&town, &["ticket", "--route", "R1", "--qr", image.to_str().expect("a path")]);
    let ticket: Ticket = serde_json::from_slice(&done.stdout).expect("a ticket");
    assert!(std::fs::read_to_string(&image).expect("the image").starts_with("<svg"));
    let handset = TestHandset::register(&ticket).await;
    let roster = handset.roster(0).await;
    assert_eq!((roster.beneficiaries.len(), roster.rounds.len()), (2, 2));
    assert!(roster.beneficiaries.iter().any(|it| it.name == "Siti R."));

    let done = of_town(&town, &["add-user", "rina", "--role", "viewer", "--generate"]);
    assert!(done.status.success());
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim().len(), 23);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_is_said_and_shows_in_the_exit_code() {
    let town = Town::start().await;
    let data = town.dir.path();
    let file = data.join("roster.csv");
    std::fs::write(&file, ROSTER.replace("R2,600000", "R2,0")).expect("written");
    let import = ["import-roster", "--round", "BST-2026-12", "--title", "Desember", file.to_str().expect("a path")];
    let failed = of_town(&town, &import);
    assert_eq!(failed.status.code(), Some(1));
    let message = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(message.contains("nothing was imported: row 4: the amount is nothing"), "{message}");
    assert_eq!(message.matches("row 4").count(), 1, "it is said once: {message}");

    let nowhere = data.join("new");
    let failed = saksi_server(&nowhere, &["ticket"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("start the server once, or give --public-url"));
    assert_eq!(of_town(&town, &["add-user", "x", "--role", "king"]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_most_people_takes_them_off_no_list_unless_somebody_says_how_many() {
    let town = Town::start().await;
    let handset = town.handset(&[]).await;
    let data = town.dir.path();
    let file = data.join("roster.csv");
    let one: Vec<&str> = ROSTER.lines().take(2).collect();
    std::fs::write(&file, one.join("\n")).expect("written");
    let file = file.to_str().expect("a path");
    let import = |more: &[&str]| {
        let first = ["import-roster", "--round", crate::common::ROUND, "--title", "November 2026", file];
        of_town(&town, &[&first[..], more].concat())
    };
    let refused = import(&[]);
    assert_eq!(refused.status.code(), Some(1));
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(message.contains("2 of the 3 beneficiaries") && message.contains("--may-leave 2"), "{message}");
    assert_eq!(import(&["--may-leave", "1"]).status.code(), Some(1));
    let seen = import(&["--preview"]);
    assert_eq!(
        String::from_utf8_lossy(&seen.stdout),
        "1 beneficiaries: 0 new or changed, 2 removed\n2 of the 3 who were on the list leave it\n"
    );
    assert_eq!(handset.roster(0).await.beneficiaries.len(), 3, "nothing has changed");
    assert!(import(&["--may-leave", "2"]).status.success());
    assert_eq!(handset.roster(0).await.beneficiaries.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_and_put_back_by_commands() {
    let town = Town::start().await;
    town.handset(&[]).await.pay("KPM-1", 300_000).await;
    if town.database.is_some() {
        return eprintln!("skipped: PostgreSQL is copied by its own tools");
    }
    let copy = town.dir.path().join("copy");
    let done = of_town(&town, &["backup", copy.to_str().expect("a path")]);
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("1 records and 1 blobs"));
    let again = town.dir.path().join("again");
    let done = saksi_server(&again, &["restore", copy.to_str().expect("a path")]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(saksi_server(&again, &["ticket", "--route", "R1"]).status.success());
}
