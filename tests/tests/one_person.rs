//! One person is paid once in a round, under whatever number the roster lists them.

use saksi_field::{FieldError, Handset, VisitError};
use saksi_records::{BeneficiaryId, roster_file};
use saksi_tests::{FieldKit, beneficiary, round, sync};

#[test]
fn who_was_paid_is_not_paid_again_under_another_number_on_any_handset() {
    let Some(kit) = FieldKit::new() else { return };
    let (payer, other) = (kit.handset("a"), kit.handset("b"));
    let record = kit.pay_first(&payer).record;
    let new: BeneficiaryId = "KPM-NEW-0001".parse().expect("a number");
    rename_first(&kit, &new);
    for handset in [&payer, &other] {
        // The payer's sync brings its record first, and then the roster; the other's only the roster.
        assert!(sync(handset).stopped.is_none());
        assert_eq!(refused_as_paid(handset, &new), Some(record), "{}", handset.programme().label);
        assert_eq!(refused_as_paid(handset, &beneficiary(1)), None, "others are not concerned");
    }
    assert!(!kit.alerts().iter().any(|alert| alert.contains("PaidTwice")), "{:?}", kit.alerts());
}

/// The record that says that somebody was paid, where a visit is refused for it.
fn refused_as_paid(handset: &Handset, id: &BeneficiaryId) -> Option<saksi_records::RecordId> {
    match handset.visit_in_person(&round(), id) {
        Err(FieldError::Visit(VisitError::AlreadyPaid(mark))) => Some(mark.record),
        Err(error) => panic!("{error}"),
        Ok(_) => None,
    }
}

/// The office uploads the roster again, with another number for the first.
fn rename_first(kit: &FieldKit, new: &BeneficiaryId) {
    let mut rows = roster_file::read(kit.roster_csv().expect("a roster").as_slice()).expect("a roster");
    rows[0].beneficiary.id = new.clone();
    let mut csv = Vec::new();
    roster_file::write(&rows, &mut csv).expect("memory takes it");
    let import = kit.programme().import_roster(round(), "November", csv.as_slice(), "test");
    kit.runtime().block_on(import).expect("a roster");
}
