//! What the handset takes of the disk: not much more than what it needs.

use saksi_field::Handset;
use saksi_records::Round;
use saksi_tests::crowd::{csv, next_unpaid, proxy_visit, round};
use saksi_tests::{FieldKit, PIN, platform_of, unlock};

const PEOPLE: usize = 2000;

#[test]
fn after_a_hundred_thousand_changes_a_tidied_handset_takes_at_most_three_times_what_it_needs() {
    let Some(kit) = FieldKit::new() else { return };
    let folder = kit.handset_folder("a");
    let handset = Handset::practise(&folder, platform_of(&folder), kit.engine().clone(), &saksi_tests::officer(), PIN)
        .expect("a new handset");
    unlock(&handset);
    let roster = csv(PEOPLE);
    let mut changes = 0;
    while changes < 100_000 {
        let round = Round { id: round(), title: "BST".into() };
        handset.import_roster(round, roster.as_slice()).expect("imported");
        // The round, and of each person the entry and the entitlement.
        changes += 1 + 2 * PEOPLE;
    }
    let before = handset.space().expect("readable");
    assert!(handset.tidy().expect("tidied"), "there was much to be had: {before:?}");
    let after = handset.space().expect("readable");
    eprintln!("{changes} changes; before: {before:?}; after: {after:?}");
    assert!(after.disk_bytes <= 3 * after.live_bytes, "{after:?}");
    assert_eq!(after.live_bytes, before.live_bytes);
    assert!(!handset.tidy().expect("nothing to do"));

    // All is there as before, now and after the next start.
    assert_eq!(handset.progress(&round()).expect("unlocked").entitled, PEOPLE as u64);
    let receipt = handset.commit(&proxy_visit(&handset, 7).expect("entitled")).expect("committed");
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert_eq!(handset.day().expect("readable"), [receipt]);
    assert_eq!(handset.progress(&round()).expect("unlocked").entitled, PEOPLE as u64);
    assert_eq!(next_unpaid(&handset, 7), 8);
}
