//! The officer's cash, from what is received in the morning to the account at the end, and what the dashboard makes of it.

use std::fs;

use saksi_field::{CashError, CashState, FieldError, Handset};
use saksi_records::cash::{Cash, CashCount, CashStep};
use saksi_records::record::Record;
use saksi_records::{Kind, OfficerId, Rupiah};
use saksi_tests::{FieldKit, PIN, round, sync, unlock};

const MILLION: Rupiah = Rupiah(1_000_000);

#[test]
fn an_account_that_balances_is_closed_and_the_dashboard_shows_it() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    assert!(matches!(handset.cash_received(&round(), Rupiah(0)), Err(FieldError::Cash(CashError::Amount))));
    handset.cash_received(&round(), Rupiah(400_000)).expect("written");
    handset.cash_received(&round(), Rupiah(600_000)).expect("written");
    let paid = kit.pay_first(&handset).amount.expect("paid");
    let left = Rupiah(MILLION.0 - paid.0);
    let state = CashState { received: MILLION, payments: 1, paid, returned: Rupiah(0), difference: left.0 as i64 };
    assert_eq!(handset.cash(&round()).expect("unlocked"), state);

    let refused = handset.cash_closed(&round(), Some("  ")).expect_err("something is left");
    assert!(matches!(refused, FieldError::Cash(CashError::Differs { difference }) if difference == left.0 as i64));
    handset.cash_returned(&round(), left).expect("written");
    let closed = handset.cash_closed(&round(), None).expect("it balances");
    assert_eq!((closed.kind, closed.beneficiary.as_ref(), closed.amount), (Kind::Cash, None, None));
    assert_eq!(handset.cash(&round()).expect("unlocked"), CashState::default(), "the next account begins");
    let count = CashCount { received: MILLION, payments: 1, paid, returned: left, reason: None };
    assert_eq!(last_step(&kit, &handset), CashStep::Closed(count));

    assert!(sync(&handset).stopped.is_none());
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
    let shown = kit.summary().handsets.remove(0);
    assert_eq!((shown.received, shown.paid, shown.returned, shown.cash_left()), (MILLION, paid, left, 0));
    assert_eq!(kit.summary().paid, paid, "cash is no payment");
}

#[test]
fn an_account_that_does_not_balance_needs_a_reason_which_the_office_is_told() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.cash_received(&round(), MILLION).expect("written");
    handset.cash_returned(&round(), Rupiah(MILLION.0 + 500)).expect("written");
    handset.cash_closed(&round(), Some("Salah hitung")).expect("with a reason");
    assert!(sync(&handset).stopped.is_none());
    let alerts = kit.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].contains("CashDiffers") && alerts[0].contains("-500") && alerts[0].contains("Salah hitung"));
    assert_eq!(kit.summary().handsets[0].cash_left(), -500, "also without a single payment");
}

#[test]
fn an_account_survives_a_restart_and_the_loss_of_the_store_and_is_each_officer_s_own() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    handset.cash_received(&round(), Rupiah(7)).expect("written");
    handset.cash_closed(&round(), Some("Hilang")).expect("closed");
    handset.cash_received(&round(), MILLION).expect("written");
    kit.pay_first(&handset);
    let before = handset.cash(&round()).expect("unlocked");
    assert_eq!((before.received, before.payments), (MILLION, 1));
    drop(handset);
    let handset = kit.reopen("a");
    unlock(&handset);
    assert_eq!(handset.cash(&round()).expect("unlocked"), before);
    drop(handset);
    fs::remove_dir_all(kit.handset_folder("a").join("store")).expect("removed");
    let handset = kit.reopen("a");
    unlock(&handset);
    assert!(sync(&handset).stopped.is_none(), "the roster comes again");
    assert_eq!(handset.cash(&round()).expect("unlocked"), before);
    handset.lock();
    let another: OfficerId = "another".parse().expect("an id");
    let code = kit.programme().admit_officer(handset.programme().handset, &another, "Budi", false, "test");
    let code = kit.runtime().block_on(code).expect("a code");
    handset.admit(&code, PIN).expect("taken");
    handset.unlock(another, PIN).expect("the right PIN");
    assert_eq!(handset.cash(&round()).expect("unlocked"), CashState::default());
}

#[test]
fn the_account_is_kept_in_the_terminal() {
    let Some(kit) = FieldKit::new() else { return };
    let terminal = kit.provisioned_terminal();
    let saksi = |arguments: &[&str]| terminal.told(arguments);
    saksi(&["cash", "received", "300000"]);
    saksi(&["cash", "return", "100000"]);
    let state = saksi(&["cash", "show"]);
    assert_eq!(state["cash"]["difference"], 200_000, "{state}");
    let (done, why) = terminal.says(&["--lang", "id", "cash", "close"]);
    assert!(!done && why.contains("200000 rupiah"), "{why}");
    let closed = saksi(&["cash", "close", "--reason", "Dipinjam"]);
    assert_eq!(closed["cash"]["received"], 300_000);
    assert_eq!(saksi(&["cash", "show"])["cash"]["received"], 0);
    assert_eq!(saksi(&["outbox"])["records"][2]["kind"], "cash");
}

fn last_step(kit: &FieldKit, handset: &Handset) -> CashStep {
    let filed = handset.outbox().all().expect("readable").pop().expect("a record");
    let payload = handset.outbox().read(&filed).expect("whole").open(&kit.programme_key()).expect("opens");
    let Record::Cash(Cash { step, .. }) = payload.record else { panic!("not about cash") };
    step
}
