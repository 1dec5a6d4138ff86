//! The server's keys: private, made once, and never replaced behind anybody's back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::common::{Town, not_served};
use saksi_server::{Config, Server, ServerError};

#[tokio::test]
async fn key_files_are_for_their_owner_only() {
    let town = Town::start().await;
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let keys = town.dir.path().join("keys");
    assert_eq!(mode(&keys), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&keys).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().expect("a name").to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["programme.key", "server.key", "tls-ca.crt", "tls-ca.key"]);
}

#[tokio::test]
async fn a_missing_damaged_or_swapped_key_is_an_error_that_names_the_file() {
    let (town, other) = (Town::start().await, Town::start().await);
    let (dir, keys) = (town.dir.path().to_owned(), town.dir.path().join("keys"));
    let other_keys = other.dir.path().join("keys");
    let config = || Config { database: town.database.clone(), ..Config::local(&dir) };
    drop(town.server);
    for name in ["programme.key", "server.key", "tls-ca.key", "tls-ca.crt"] {
        let path = keys.join(name);
        let good = fs::read(&path).expect("the key");
        let foreign = fs::read(other_keys.join(name)).expect("the other key");
        for (what, bytes) in [("missing", None), ("cut short", Some(&good[..10])), ("swapped", Some(&foreign[..]))] {
            match bytes {
                None => fs::remove_file(&path).expect("removed"),
                Some(bytes) => fs::write(&path, bytes).expect("written"),
            }
            let before = fs::read(&path).ok();
            let Err(error) = Server::start(config()).await else { panic!("{name} {what}") };
            assert!(matches!(&error, ServerError::Key { .. }), "{name} {what}: {error}");
            assert!(error.to_string().contains("tls-ca") || error.to_string().contains(name), "{name} {what}: {error}");
            assert_eq!(fs::read(&path).ok(), before, "nothing was made in its place");
            if before.is_none() {
                fs::write(&path, &good).expect("written");
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
            }
        }
        fs::write(&path, &good).expect("put back");
        let opened = fs::Permissions::from_mode(0o644);
        fs::set_permissions(&path, opened).expect("set");
        let Err(error) = Server::start(config()).await else { panic!("{name} can be read by others") };
        assert!(error.to_string().contains("0600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
    }
    Server::start(config()).await.expect("all keys are back");
}

#[tokio::test]
async fn a_new_programme_key_is_for_new_records_and_those_before_it_still_open() {
    let town = Town::start().await;
    let mut handset = town.handset(&[]).await;
    let old = handset.ticket.programme_key.clone();
    let before = handset.seal(not_served("KPM-1"), &[]);
    let id = town.server.programme().rotate_key("test").await.expect("a new key");
    let again = town.server.programme().rotate_key("test").await.expect("another");
    let new = town.ticket(&[]).await.programme_key;
    assert!(new.id() == again && new.id() != old.id() && id != again);
    handset.send(&before).await;
    handset.ticket.programme_key = new;
    let after = handset.seal(not_served("KPM-2"), &[]);
    handset.send(&after).await;

    let present = town.dir.path().join(format!("keys/programme-{again}.key"));
    let mode = fs::metadata(&present).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let town = town.restart().await;
    assert_eq!(town.ticket(&[]).await.programme_key.id(), again);
    let key = fs::read(&present).expect("readable");
    let dir = town.dir.path().to_owned();
    let config = || Config { database: town.database.clone(), ..Config::local(&dir) };
    drop(town.server);
    fs::remove_file(&present).expect("removed");
    assert!(matches!(Server::start(config()).await.map(drop), Err(ServerError::Key { .. })));
    fs::copy(dir.join("keys/programme.key"), &present).expect("another key in its place");
    assert!(matches!(Server::start(config()).await.map(drop), Err(ServerError::Key { .. })));
    fs::write(&present, key).expect("put back");
    Server::start(config()).await.expect("all keys are back");
}
