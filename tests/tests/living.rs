//! A programme that requires living people: simulated heads and flat pages before the camera of a handset, with a real server.
//!
//! A head is a portrait laid over an ellipsoid with a nose (see `scene`): the depth that the checks look for, and no more.

#[expect(dead_code, reason = "the face engine's own tests show more than is shown here")]
#[path = "../../core/face/tests/it/liveness/scene.rs"]
mod scene;

use std::thread;
use std::time::Duration;

use saksi_face::{
    Advice, CameraImage, Clearance, Frame, FrameError, GiveUp, LivenessMode, LivenessPolicy, LivenessReason,
    LivenessVerdict,
};
use saksi_field::capture::CaptureError;
use saksi_field::visit::Requirement;
use saksi_field::visit::Step;
use saksi_field::{CapturedFace, FaceCapture, FieldError, Handset, Shelf, VisitError};
use saksi_records::liveness::EndReason;
use saksi_records::record::NotServedReason;
use saksi_records::wire::Policy;
use saksi_records::{Kind, Record, Rupiah};
use saksi_tests::props::{AMOUNT, BENEFICIARY_AGAIN, STRANGER};
use saksi_tests::{FieldKit, beneficiary, consent, proxy, round, sync};
use scene::{Finish, PROMPTS, Portrait, Pose, Shape, add, movement, render};

/// The portrait of the first on the roster that looks straight, as a capture asks: the one that was enrolled.
const ENROLLED: &str = "obama.jpg";

/// A head, or a printed page that is turned and tilted as a head would be.
#[derive(Clone, Copy, PartialEq)]
enum Show {
    Head,
    Page,
    /// A head that can't turn, before a phone that can't be moved around it.
    Stiff,
}

#[test]
fn a_living_person_is_paid_and_a_single_picture_or_a_page_is_not() {
    let Some(kit) = FieldKit::with(Policy { exceptions_pay: true, ..Policy::default() }) else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let person = person(&kit, ENROLLED);

    // A single picture is recognised, and isn't enough.
    let still = handset.identify(&consent, &kit.portrait(BENEFICIARY_AGAIN)).expect("a face");
    let mut visit = handset.visit_in_person(&round(), &beneficiary(0)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    assert_eq!(visit.take(still), Err(VisitError::NotShownAlive));
    let still = handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face");
    let mut proxy = handset.visit_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    proxy.take(consent.clone()).expect("today's text");
    assert_eq!(proxy.take(still), Err(VisitError::NotShownAlive));

    // Nor is a page that is moved about: it's written down as an exception, and not paid whatever the policy says.
    let page = play(&handset, &person, Show::Page);
    assert_ne!(page.liveness().clearance, Clearance::Cleared);
    let seen = handset.exception_photo(&consent, &beneficiary(0), &page).expect("a photo");
    let blocked = page.liveness().clearance == Clearance::Blocked;
    let mut exception = handset.visit_exceptional(&round(), &beneficiary(0)).expect("entitled");
    exception.take(consent.clone()).expect("today's text");
    exception.take(Step::explained("Yang tampak di kamera seperti foto")).expect("a reason");
    exception.take(seen).expect("taken");
    let written = exception.finish().expect("complete");
    assert_eq!(written.record.paid().is_none(), blocked);
    drop(written);
    if let Ok(seen) = handset.identify(&consent, &page) {
        let refused = visit.take(seen).expect_err("not alive");
        assert!(
            matches!(
                refused,
                VisitError::LivenessRefused | VisitError::LivenessUnsure | VisitError::NotRecognised { .. }
            ),
            "{refused:?}"
        );
    }

    // Somebody who turns the head as asked is paid, and the record says how that was seen, and after how many tries.
    let face = play(&handset, &person, Show::Head);
    assert_eq!(face.liveness().verdict, LivenessVerdict::Live, "{:?}", face.liveness());
    let seen = handset.identify(&consent, &face).expect("a face");
    assert_eq!(seen.beneficiary, beneficiary(0));
    visit.take(seen).expect("alive");
    let paid = handset.commit(&visit).expect("committed");
    assert_eq!((paid.kind, paid.amount), (Kind::InPerson, Some(Rupiah(AMOUNT))));
    let Record::InPerson(record) = last_record(&kit, &handset) else { panic!("paid in person") };
    let shown = record.liveness.expect("evidence");
    assert_eq!((shown.mode, shown.clearance, shown.failed_before), (LivenessMode::Required, Clearance::Cleared, 1));
    assert!(!shown.challenges.is_empty() && shown.challenges.iter().all(|asked| asked.ended_ms > asked.asked_ms));
    assert!(!shown.frames.is_empty() && shown.frames.iter().all(|frame| frame.jpeg.len() <= 12_000));

    // What led to a record isn't counted any longer.
    let face = play(&handset, &person, Show::Head);
    assert_eq!(face.liveness().failed_before, 0);

    let report = sync(&handset);
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    assert_eq!((report.sent, report.quarantined), (1, 0));
    assert!(kit.alerts().is_empty(), "{:?}", kit.alerts());
}

#[test]
fn who_can_not_be_shown_to_be_alive_goes_the_way_of_an_exception_with_the_evidence() {
    let Some(kit) = FieldKit::with(Policy { exceptions_pay: true, ..Policy::default() }) else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let face = play(&handset, &person(&kit, ENROLLED), Show::Stiff);
    let seen = face.liveness();
    assert_eq!(seen.clearance, Clearance::Supervisor, "{seen:?}");
    assert!(seen.reasons.contains(&LivenessReason::DepthNotShown), "{seen:?}");

    let known = handset.identify(&consent, &face).expect("a face");
    let mut visit = handset.visit_in_person(&round(), &beneficiary(0)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    assert_eq!(visit.take(known), Err(VisitError::LivenessUnsure));

    let mut visit = handset.visit_exceptional(&round(), &beneficiary(0)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    visit.take(Step::explained("Sakit, tidak dapat menoleh")).expect("a reason");
    let still = handset.exception_photo(&consent, &beneficiary(0), &kit.portrait(BENEFICIARY_AGAIN)).expect("a face");
    assert_eq!(visit.take(still), Err(VisitError::NotShownAlive));
    let taken = handset.exception_photo(&consent, &beneficiary(0), &face).expect("a face");
    visit.take(taken).expect("not shown to be alive");
    let paid = handset.commit(&visit).expect("committed");
    assert_eq!((paid.kind, paid.amount), (Kind::Exception, Some(Rupiah(AMOUNT))), "the policy lets an officer pay");
    let Record::Exception(record) = last_record(&kit, &handset) else { panic!("an exception") };
    assert_eq!(record.liveness.as_ref(), Some(face.liveness()));

    // Somebody who doesn't want to: nothing of them is kept but that it was tried.
    let mut capture = handset.face_capture(&consent).expect("begun");
    let stranger = person(&kit, STRANGER);
    let frame = render(&stranger, Shape::Head, Finish::Skin, Pose::default(), 1);
    capture.step(&frame, Duration::ZERO).expect("a frame");
    capture.give_up(GiveUp::PersonRefused);
    let refused = capture.finish().expect("over");
    assert!(refused.photo().is_none() && refused.liveness().frames.is_empty());
    assert!(matches!(
        handset.exception_photo(&consent, &beneficiary(1), &refused),
        Err(FieldError::Capture(CaptureError::Face(_)))
    ));
    let given_up = NotServedReason::CaptureGivenUp;
    assert!(matches!(
        handset.not_served(&round(), &beneficiary(1), given_up),
        Err(FieldError::Visit(VisitError::NotGivenUp))
    ));
    handset.not_served_after(&round(), &beneficiary(1), given_up, &refused).expect("committed");
    let Record::NotServed(record) = last_record(&kit, &handset) else { panic!("not served") };
    let ended = record.liveness.expect("evidence").ended;
    assert_eq!(ended, Some(EndReason::GivenUp(GiveUp::PersonRefused)));

    let report = sync(&handset);
    assert_eq!((report.sent, report.quarantined), (2, 0), "{:?}", report.stopped);
    let alerts = kit.alerts();
    assert!(alerts.len() == 2 && alerts.iter().all(|alert| alert.contains("NotShownAlive")), "{alerts:?}");
}

#[test]
fn a_proxy_who_can_not_be_cleared_is_written_down_unpaid_with_both_photos_for_a_supervisor() {
    let Some(kit) = FieldKit::with(Policy { exceptions_pay: true, ..Policy::default() }) else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let face = play(&handset, &person(&kit, STRANGER), Show::Stiff);
    let taken = handset.proxy_face(&consent, &face).expect("a face");
    let letter = || handset.statement_page(&kit.statement()).expect("a letter");
    let mut paying = handset.visit_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    paying.take(consent.clone()).expect("today's text");
    assert_eq!(paying.take(taken.clone()), Err(VisitError::LivenessUnsure));

    let mut visit = handset.visit_exceptional_by_proxy(&round(), &beneficiary(5)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    let still = handset.proxy_face(&consent, &kit.portrait(STRANGER)).expect("a face");
    assert_eq!(visit.take(still), Err(VisitError::NotShownAlive));
    visit.take(taken).expect("for a supervisor to look at");
    visit.take(Step::explained("Lumpuh, tidak dapat menoleh")).expect("a reason");
    visit.take(proxy()).expect("named");
    assert_eq!(visit.missing(), [Requirement::StatementPhoto]);
    visit.take(letter()).expect("a letter");
    let written = handset.commit(&visit).expect("committed");
    assert_eq!((written.kind, written.amount), (Kind::Exception, None), "whatever the policy says of exceptions");
    let Record::Exception(record) = last_record(&kit, &handset) else { panic!("an exception") };
    assert_eq!(record.proxy.expect("the proxy").nik, proxy().nik);
    assert_eq!(record.liveness.as_ref(), Some(face.liveness()));
    letter();

    assert_eq!(sync(&handset).sent, 1);
    let shown = kit.summary();
    assert_eq!((shown.paid, shown.proxy), (Rupiah(0), 0));
    let alerts = kit.alerts();
    assert!(alerts.len() == 1 && alerts[0].contains("NotShownAlive"), "{alerts:?}");
    handset.visit_by_proxy(&round(), &beneficiary(5)).expect("not paid yet");
}

#[test]
fn where_it_is_only_recorded_a_page_is_paid_and_the_office_hears_of_it() {
    let liveness = LivenessPolicy { mode: LivenessMode::Recorded, ..LivenessPolicy::default() };
    let Some(kit) = FieldKit::with(Policy { liveness, ..Policy::default() }) else { return };
    let handset = kit.handset("a");
    let consent = consent(&handset);
    let page = play(&handset, &person(&kit, ENROLLED), Show::Page);
    assert_eq!(page.liveness().clearance, Clearance::Cleared);
    assert_ne!(page.liveness().verdict, LivenessVerdict::Live);
    let mut visit = handset.visit_in_person(&round(), &beneficiary(0)).expect("entitled");
    visit.take(consent.clone()).expect("today's text");
    visit.take(handset.verify(&consent, &beneficiary(0), &page).expect("a face")).expect("a match");
    handset.commit(&visit).expect("committed");
    assert_eq!(sync(&handset).sent, 1);
    let suspected = page.liveness().verdict == LivenessVerdict::Spoof;
    assert_eq!(kit.alerts().len(), usize::from(suspected), "{:?}", kit.alerts());
}

#[test]
fn a_camera_s_thread_hands_over_frames_and_what_is_wrong_with_one_is_told() {
    let off = Policy { liveness: LivenessPolicy::off(), ..Policy::default() };
    let Some(kit) = FieldKit::with(off) else { return };
    let handset = kit.handset("a");
    let feed = handset.face_capture(&consent(&handset)).expect("begun").feed();
    let frame = render(&person(&kit, ENROLLED), Shape::Head, Finish::Skin, Pose::default(), 1);
    let (width, height, pixels) = (frame.width(), frame.height(), rgba(&frame));
    let image = CameraImage::rgba(width, height, &pixels, width as usize * 4).expect("all of it is there");
    let at = |frame: u64| Duration::from_millis(100 * frame);

    assert!(matches!(feed.finish(), Err(CaptureError::Unfinished)));
    feed.frame(&image, at(1)).expect("the first");
    assert!(matches!(feed.frame(&image, at(1)), Err(CaptureError::FrameOrder)));
    assert!(matches!(feed.frame(&image, at(0)), Err(CaptureError::FrameOrder)));
    let turned = image.turned(90, false).expect("a turn");
    assert!(matches!(feed.frame(&turned, at(2)), Err(CaptureError::FrameChanged)));
    let cut = CameraImage::rgba(width, height, &pixels[4..], width as usize * 4);
    assert!(matches!(cut, Err(FrameError::Plane { .. })));

    // The capture goes on as if nothing had been.
    let mut step = feed.step().expect("no fault");
    for frame in 2..200 {
        step = feed.frame(&image, at(frame)).expect("in order");
        if step.over {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(step.advice, Advice::Done);
    assert_eq!(feed.frame(&image, at(0)).expect("let go").advice, Advice::Done);
    let face = feed.finish().expect("a face");
    assert_eq!(face.liveness().verdict, LivenessVerdict::Unchecked);
    assert!(matches!(feed.finish(), Err(CaptureError::Unfinished)), "once");
    let seen = handset.identify(&consent(&handset), &face).expect("a face");
    assert_eq!(seen.beneficiary, beneficiary(0));

    // Given up before the first frame, it's over, and there's nothing to see.
    let feed = handset.face_capture(&consent(&handset)).expect("begun").feed();
    feed.give_up(GiveUp::CameraTrouble);
    assert!(feed.step().expect("no fault").over);
    let nothing = feed.finish().expect("over");
    assert!(nothing.photo().is_none());
    assert_eq!(nothing.liveness().ended, Some(EndReason::GivenUp(GiveUp::CameraTrouble)));
}

/// One capture of a show, at ten frames a second.
fn play(handset: &Handset, person: &Portrait, show: Show) -> CapturedFace {
    let mut capture: FaceCapture = handset.face_capture(&consent(handset)).expect("begun");
    let (mut advice, mut asked) = (Advice::NoFace, Duration::ZERO);
    let mut refusals = 2;
    for frame in 0..310_u32 {
        let at = Duration::from_millis(100 * u64::from(frame));
        let since = at.saturating_sub(asked).as_secs_f32();
        let part = ((since - 0.25) / 0.6).clamp(0.0, 1.0) + 0.5 * ((since - 1.2) / 1.5).clamp(0.0, 1.0);
        let tremor = |i: u8| (at.as_secs_f32() * (1.7 + f32::from(i) * 0.6)).sin();
        let mut pose = Pose {
            turn: [tremor(0) * 1.2, tremor(1) * 1.2, tremor(2) * 1.5],
            shift: [tremor(3) * 0.05, tremor(4) * 0.05, tremor(5) * 0.08],
        };
        let (shape, finish, reach) = match show {
            Show::Page => (Shape::Flat, Finish::Print, 1.7),
            Show::Head | Show::Stiff => (Shape::Head, Finish::Skin, 1.0),
        };
        if PROMPTS.contains(&advice) {
            add(&mut pose, movement(advice), part * reach);
            if show == Show::Page {
                pose.turn[2] += 14.0 * part * tremor(0);
                pose.turn[1] += 12.0 * part * tremor(1);
            }
        }
        let step = capture.step(&render(person, shape, finish, pose, frame), at).expect("frames in order");
        if step.advice != advice {
            asked = at;
        }
        advice = step.advice;
        if show == Show::Stiff && refusals > 0 && PROMPTS[..4].contains(&advice) {
            capture.cannot_move();
            refusals -= 1;
        }
        if step.over {
            break;
        }
    }
    capture.finish().expect("it's over within half a minute")
}

fn person(kit: &FieldKit, name: &str) -> Portrait {
    let photo = Frame::decode(&kit.portrait(name)).expect("a photo");
    scene::portrait(kit.engine(), photo).expect("a face")
}

/// What was written down last, as the programme reads it.
fn last_record(kit: &FieldKit, handset: &Handset) -> Record {
    let waiting = handset.outbox().list(Shelf::Outbox).expect("listed");
    let envelope = handset.outbox().read(waiting.last().expect("a record")).expect("an envelope");
    envelope.open(&kit.programme_key()).expect("opens").record
}

fn rgba(frame: &Frame) -> Vec<u8> {
    frame.pixels().chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect()
}
