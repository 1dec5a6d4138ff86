//! Faces behind a mask or dark glasses: neither a proxy's nor a first photo, whatever a programme asks of living people.

#[path = "../../core/face/tests/it/covers/drawn.rs"]
mod drawn;

use drawn::{COVERS, put_on};
use saksi_face::{Covered, Frame};
use saksi_field::capture::CaptureError;
use saksi_field::text::{Language, Told};
use saksi_field::{FieldError, Handset};
use saksi_tests::props::STRANGER;
use saksi_tests::{FieldKit, consent};

#[test]
fn who_covers_the_face_is_told_what_to_take_off_and_is_neither_a_proxy_nor_taken_as_a_first_photo() {
    let Some(kit) = FieldKit::new() else { return };
    let handset = kit.handset("a");
    let bare = Frame::decode(&kit.portrait(STRANGER)).expect("a portrait");
    for (cover, covered, indonesian) in [
        ("mask, blue", Covered::Mouth, "masker"),
        ("mask, black", Covered::Mouth, "masker"),
        ("glasses, black", Covered::Eyes, "kacamata"),
    ] {
        let cover = COVERS.iter().find(|it| it.name == cover).expect("one of them");
        let photo = put_on(kit.engine(), cover, &bare).expect("a face");
        for refused in [first_photo(&handset, &photo), proxy(&handset, &photo)] {
            let error = refused.expect_err("covered");
            let told = error.tell(Language::Id);
            assert!(matches!(&error, FieldError::Capture(CaptureError::Covered(it)) if *it == covered), "{error:?}");
            assert!(told.contains(indonesian) && error.tell(Language::En).contains("take off"), "{told}");
        }
    }
    first_photo(&handset, &bare).expect("nothing covers it");
    proxy(&handset, &bare).expect("nothing covers it");
}

fn first_photo(handset: &Handset, photo: &Frame) -> Result<(), FieldError> {
    handset.enrolment_photo(&consent(handset), &jpeg(photo)).map(drop)
}

fn proxy(handset: &Handset, photo: &Frame) -> Result<(), FieldError> {
    handset.proxy_face(&consent(handset), &jpeg(photo)).map(drop)
}

fn jpeg(photo: &Frame) -> Vec<u8> {
    photo.to_evidence_jpeg(1024, 90).expect("encodes")
}
