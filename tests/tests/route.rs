//! The officer's way through a round: whom to visit next, how far it is, and what is known of each.

use saksi_field::{Handset, Notice, Progress, Standing};
use saksi_records::record::NotServedReason;
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::{BeneficiaryId, Coordinates, Rupiah};
use saksi_tests::crowd::{csv, person, proxy_visit, round};
use saksi_tests::{FieldKit, sync};

const PEOPLE: usize = 8;

#[test]
fn the_route_follows_the_roster_s_coordinates_and_leaves_out_who_is_served() {
    let Some(kit) = FieldKit::new() else { return };
    // Along a street from east to west; of the street of the last two no place is known.
    let places: Vec<Option<f64>> = (0..PEOPLE).map(|n| (n < 6).then_some(107.61 - n as f64 * 1e-3)).collect();
    import(&kit, &places);
    let (handset, other) = (kit.handset("a"), kit.handset("b"));
    let from = Coordinates::new(-6.9, 107.6096).ok();
    let way = |handset: &Handset| -> Vec<BeneficiaryId> {
        handset.route(&round(), from).expect("unlocked").into_iter().map(|stop| stop.beneficiary).collect()
    };
    let first = handset.route(&round(), from).expect("unlocked");
    assert_eq!(way(&handset), [0, 1, 2, 3, 4, 5, 6, 7].map(person));
    assert_eq!(first[0].metres.zip(first[1].metres), Some((44, 110)));
    assert_eq!((first[6].metres, first[6].coordinates, first[6].was_absent), (None, None, false));

    handset.commit(&proxy_visit(&handset, 1).expect("entitled")).expect("committed");
    handset.not_served(&round(), &person(3), NotServedReason::Absent).expect("committed");
    handset.not_served(&round(), &person(4), NotServedReason::Moved).expect("committed");
    other.commit(&proxy_visit(&other, 2).expect("entitled")).expect("committed");
    assert_eq!((sync(&other).sent, sync(&handset).sent), (1, 3));
    assert_eq!(way(&handset), [0, 3, 5, 6, 7].map(person));
    assert!(handset.route(&round(), from).expect("unlocked")[1].was_absent);
    let progress = handset.progress(&round()).expect("unlocked");
    let wanted = Progress {
        entitled: 8,
        paid_here: 1,
        paid_elsewhere: 1,
        absent: 1,
        moved: 1,
        to_visit: 4,
        amount: Rupiah(8 * 300_000),
        amount_paid: Rupiah(2 * 300_000),
        amount_to_pay: Rupiah(5 * 300_000),
        with_face: progress.with_face,
        ..Progress::default()
    };
    assert_eq!(progress, wanted);

    let card = handset.card(&person(1)).expect("known");
    assert_eq!((card.entitlements[0].standing, card.history.len()), (Standing::PaidHere, 1));
    assert!(card.notices.contains(&Notice::AlreadyPaid { round: round() }), "{:?}", card.notices);
    assert!(card.notices.contains(&Notice::ProxySeen { round: round(), others: 0 }), "{:?}", card.notices);
    assert_eq!(handset.card(&person(2)).expect("known").entitlements[0].standing, Standing::PaidElsewhere);
    assert_eq!(handset.card(&person(4)).expect("known").history[0].not_served, Some(NotServedReason::Moved));

    // The office corrects a place, and the handset hears of it.
    let moved: Vec<Option<f64>> =
        (0..PEOPLE).map(|n| places[n].map(|lon| if n == 5 { 107.6094 } else { lon })).collect();
    import(&kit, &moved);
    assert!(sync(&handset).roster_changes > 0);
    assert_eq!(way(&handset)[..3], [0, 5, 3].map(person));
}

fn import(kit: &FieldKit, longitudes: &[Option<f64>]) {
    let mut rows: Vec<RosterRow> = roster_file::read(csv(longitudes.len()).as_slice()).expect("a roster");
    for ((n, row), longitude) in (0..).zip(&mut rows).zip(longitudes) {
        row.beneficiary.coordinates = longitude.and_then(|longitude| Coordinates::new(-6.9, longitude).ok());
        row.beneficiary.address = format!("Jl. {} {n}", if n < 6 { "Melati" } else { "Kenanga" });
        // A template is made anew by each roster; here only places change.
        (row.beneficiary.template, row.portrait) = (None, None);
    }
    let mut file = Vec::new();
    roster_file::write(&rows, &mut file).expect("memory takes it");
    let import = kit.programme().import_roster(round(), "BST Tahap Desember 2026", file.as_slice(), "test");
    kit.runtime().block_on(import).expect("a roster");
}
