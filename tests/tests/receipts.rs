//! The code that a beneficiary keeps: the office finds the record by it, and it says what was paid.

use saksi_field::ReceiptQr;
use saksi_records::ReceiptCode;
use saksi_tests::{FieldKit, sync};

#[test]
fn the_code_on_a_receipt_is_what_the_programme_makes_of_the_sealed_record() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let receipt = kit.pay_first(&handset);
    let code: ReceiptCode = receipt.code.parse().expect("a code");
    let filed = handset.outbox().all().expect("readable").remove(0);
    let payload = handset.outbox().read(&filed).expect("whole").open(&kit.programme_key()).expect("opens");
    assert_eq!(payload.receipt_key.code(receipt.record, &payload.record), code);

    let mut more = payload.record.clone();
    let saksi_records::Record::InPerson(it) = &mut more else { panic!("in person") };
    it.amount.0 += 1;
    assert_ne!(payload.receipt_key.code(receipt.record, &more), code, "another amount is another code");
    assert_ne!(payload.receipt_key.code(saksi_records::RecordId::new(), &payload.record), code);
    assert!(sync(&handset).stopped.is_none());
}

#[test]
fn the_qr_code_of_a_receipt_is_read_as_its_code() {
    let code: ReceiptCode = "0000-0000-000".parse().expect("a code: all is zero");
    let ReceiptQr { side, dark } = ReceiptQr::of(&code);
    let (side, quiet, scale) = (side as usize, 4, 4);
    let pixels = (side + 2 * quiet) * scale;
    let dark_at = |x: usize, y: usize| {
        let (x, y) = (x / scale, y / scale);
        (quiet..quiet + side).contains(&x) && (quiet..quiet + side).contains(&y) && dark[(y - quiet) * side + x - quiet]
    };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(pixels, pixels, |x, y| if dark_at(x, y) { 0 } else { 255 });
    let (_, text) = image.detect_grids().remove(0).decode().expect("readable");
    assert_eq!(text.parse::<ReceiptCode>(), Ok(code));
}
