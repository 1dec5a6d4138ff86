//! Order and origin: what is missing, doubled, foreign or from another past shows, each as what it is.

use std::cmp::Ordering;

use crate::support::{handset, handset_key, header, programme, records, run, sealed};
use proptest::prelude::*;
use saksi_records::chain::{ChainError, verify_run};
use saksi_records::{ChainHead, Digest, Envelope, HandsetId, HandsetKey, Payload};

fn verify<'a>(run: impl IntoIterator<Item = &'a Envelope>) -> Result<ChainHead, ChainError> {
    verify_run(handset(), &handset_key().verifying_key(), run)
}

#[test]
fn a_whole_run_ends_at_its_last_envelope() {
    let run = run(4);
    assert_eq!(verify(&run), Ok(ChainHead { seq: 4, digest: run[3].digest() }));
    assert_eq!(verify(&[]), Ok(ChainHead::START));
}

#[test]
fn a_missing_envelope_shows_as_a_gap_that_names_it() {
    let run = run(5);
    let result = verify([&run[0], &run[3]]);
    assert_eq!(result, Err(ChainError::Gap { expected: 2, found: 4 }));
    assert_eq!(result.expect_err("a gap").to_string(), "envelopes 2 to 3 are missing");
    assert_eq!(verify(&run[1..]), Err(ChainError::Gap { expected: 1, found: 2 }));
}

#[test]
fn the_same_envelope_again_shows_as_a_replay() {
    let run = run(3);
    assert_eq!(verify([&run[0], &run[1], &run[0]]), Err(ChainError::Replay { seq: 1 }));
}

#[test]
fn another_envelope_in_the_same_place_shows_as_a_fork() {
    let (run, cloned) = (run(3), run(3));
    assert_eq!(verify([&run[0], &run[1], &cloned[0]]), Err(ChainError::Fork { seq: 1 }));
}

#[test]
fn an_envelope_that_continues_another_past_shows_as_a_fork() {
    let (run, cloned) = (run(3), run(3));
    assert_eq!(verify([&run[0], &cloned[1]]), Err(ChainError::Fork { seq: 2 }));
    // Its own first envelope pretends that there was one before.
    let (record, _) = records().swap_remove(3);
    let (orphan, _) = sealed(&ChainHead { seq: 0, digest: Digest::of(b"elsewhere") }, record, &[]);
    assert_eq!(verify([&orphan]), Err(ChainError::Fork { seq: 1 }));
}

#[test]
fn place_zero_is_no_place() {
    let (record, _) = records().swap_remove(3);
    let mut header = header(&ChainHead::START, &record, &[]);
    header.seq = 0;
    let payload = Payload::new(record, vec![]);
    let envelope = Envelope::seal(header, &payload, programme().public(), &handset_key()).expect("sealed");
    assert_eq!(verify([&envelope]), Err(ChainError::Fork { seq: 0 }));
}

#[test]
fn another_key_shows_as_a_bad_signature() {
    let other = HandsetKey::from_seed([9; 32]).verifying_key();
    assert_eq!(verify_run(handset(), &other, &run(1)), Err(ChainError::BadSignature { seq: 1 }));
}

#[test]
fn another_handset_shows_before_anything_else() {
    let other = HandsetId::new();
    let result = verify_run(other, &handset_key().verifying_key(), &run(1));
    assert_eq!(result, Err(ChainError::WrongHandset { expected: other, found: handset() }));
}

#[test]
fn the_server_can_go_on_from_a_head_it_kept() {
    let run = run(4);
    let head = verify(&run[..2]).expect("a whole run");
    let key = handset_key().verifying_key();
    let earlier = |seq: u64| Some(run[usize::try_from(seq).expect("small") - 1].digest());
    assert!(head.link(handset(), &key, &run[2], earlier).is_ok());
    assert_eq!(head.link(handset(), &key, &run[0], earlier), Err(ChainError::Replay { seq: 1 }));
    assert_eq!(head.link(handset(), &key, &run[3], earlier), Err(ChainError::Gap { expected: 3, found: 4 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever is left out, moved or doubled: the first envelope that is out of place is named, with what is wrong with
    /// it. A cut at the end is the one thing a chain alone can't show; the server's receipts and the next envelope do.
    #[test]
    fn any_change_of_a_run_is_caught_at_its_first_envelope_out_of_place(
        order in prop::collection::vec(0_usize..6, 0..10),
    ) {
        let run = run(6);
        let mut head = ChainHead::START;
        let mut wrong = None;
        for &place in &order {
            let (seq, next) = (place as u64 + 1, head.seq + 1);
            match seq.cmp(&next) {
                Ordering::Equal => head = ChainHead { seq, digest: run[place].digest() },
                Ordering::Less => wrong = Some(ChainError::Replay { seq }),
                Ordering::Greater => wrong = Some(ChainError::Gap { expected: next, found: seq }),
            }
            if wrong.is_some() {
                break;
            }
        }
        let expected = wrong.map_or(Ok(head), Err);
        prop_assert_eq!(verify(order.iter().map(|place| &run[*place])), expected);
    }

    #[test]
    fn any_envelope_of_a_clone_in_a_run_is_a_fork(at in 1_usize..6) {
        let (mut run, cloned) = (run(6), run(6));
        run[at] = cloned[at].clone();
        prop_assert_eq!(verify(&run), Err(ChainError::Fork { seq: at as u64 + 1 }));
    }
}
