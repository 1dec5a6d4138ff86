//! The administrator's commands, on the data folder of a server that is running.

use std::path::Path;
use std::process::{Command, Output};

use saksi_records::Ticket;

use crate::common::{ROSTER, TestHandset, Town};

fn saksi_server(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_saksi-server")).arg("--data").arg(data).args(arguments).output().expect("it runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_work_while_the_server_runs() {
    let town = Town::start().await;
    let data = town.dir.path();
    let file = data.join("roster.csv");
    std::fs::write(&file, ROSTER.replace("Siti Rahayu", "Siti R.")).expect("written");
    let import =
        ["import-roster", "--round", "BST-2026-12", "--title", "Desember 2026", file.to_str().expect("a path")];
    let done = saksi_server(data, &import);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stdout), "3 beneficiaries: 3 new or changed, 0 removed\n");

    let image = data.join("ticket.svg");
    let done = saksi_server(data, &["ticket", "--route", "R1", "--qr", image.to_str().expect("a path")]);
    let ticket: Ticket = serde_json::from_slice(&done.stdout).expect("a ticket");
    assert!(std::fs::read_to_string(&image).expect("the image").starts_with("<svg"));
    let handset = TestHandset::register(&ticket).await;
    let roster = handset.roster(0).await;
    assert_eq!((roster.beneficiaries.len(), roster.rounds.len()), (2, 2));
    assert!(roster.beneficiaries.iter().any(|it| it.name == "Siti R."));

    let done = saksi_server(data, &["add-user", "rina", "--role", "viewer", "--generate"]);
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
    let failed = saksi_server(data, &import);
    assert_eq!(failed.status.code(), Some(1));
    let message = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(message.contains("nothing was imported: row 3: the amount is nothing"), "{message}");

    let nowhere = data.join("new");
    let failed = saksi_server(&nowhere, &["ticket"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("start the server once, or give --public-url"));
    assert_eq!(saksi_server(data, &["add-user", "x", "--role", "king"]).status.code(), Some(2));
}
