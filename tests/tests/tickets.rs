//! A supervisor's ticket: its QR code admits a handset as its JSON does, and nobody else's server.

use std::sync::Arc;

use saksi_field::{FieldError, Handset, NetworkError};
use saksi_records::Ticket;
use saksi_tests::weather::Impostor;
use saksi_tests::{FieldKit, PIN, officer, sync};

#[test]
fn the_text_of_a_qr_code_admits_a_handset() {
    let Some(mut kit) = FieldKit::new() else { return };
    let scanned: Ticket = kit.ticket().to_code().expect("short").parse().expect("a ticket");
    assert_eq!(scanned.ca.certificate(), None);
    let handset = kit.handset_by("scanned", &scanned);
    kit.pay_first(&handset);
    assert_eq!(sync(&handset).sent, 1);
    // The authority is kept: another start needs no ticket.
    drop(handset);
    kit.stop_server();
    assert!(Handset::open(&kit.handset_folder("scanned"), kit.platform("scanned"), Arc::clone(kit.engine())).is_ok());
}

#[test]
fn whoever_else_answers_shows_a_certificate_that_the_code_does_not_name() {
    let Some(kit) = FieldKit::new() else { return };
    let impostor = Impostor::before(&kit).ticket(&kit);
    let code = Ticket { ca: kit.ticket().ca, ..impostor }.to_code().expect("short");
    let refused = Handset::provision(
        &kit.handset_folder("b"),
        kit.platform("b"),
        Arc::clone(kit.engine()),
        &code.parse().expect("a ticket"),
        "b",
        &officer(),
        PIN,
    );
    // The impostor passes the request on, gets the real certificate, and can't use it.
    assert!(matches!(refused, Err(FieldError::Network(NetworkError::Offline(_)))), "{:?}", refused.err());
}
