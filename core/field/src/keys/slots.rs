//! The key slots of a handset: the root key, locked by each officer's PIN, and under a secret that the office has.
//!
//! What may be tried, what counts, and what a slot becomes. Nothing here touches the disk: the vault keeps the slots as
//! one file, so that each of these steps is on disk whole or not at all.

use saksi_records::id::base64_bytes;
use saksi_records::wire::NewRecovery;
use saksi_records::{CodeId, Deposit, OfficerId, RecoveryId};
use serde::{Deserialize, Serialize};

use crate::disk::platform::ClockReading;
use crate::keys::attempts::{Failed, MOST};

/// All slots of one handset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Slots {
    officers: Vec<Slot>,
    /// Attempts in the names of officers who have no slot. They wait as others do, so that a name can't be told to be
    /// unknown by the time it takes.
    strangers: Failed,
    recovery: Vec<Recovery>,
    /// The codes that were taken.
    taken: Vec<CodeId>,
}

/// One officer's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Slot {
    officer: OfficerId,
    /// The code that made it; `None` for the one from the provisioning.
    by: Option<CodeId>,
    failed: Failed,
    /// The root key in a PIN's box; empty once it was destroyed.
    #[serde(with = "base64_bytes")]
    locked: Vec<u8>,
}

/// The office's slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recovery {
    /// Which secret opens it.
    pub id: RecoveryId,
    /// The root key, sealed under that secret.
    #[serde(with = "base64_bytes")]
    pub sealed: Vec<u8>,
    /// That secret, sealed to the programme; `None` once the server has it.
    pub deposit: Option<Deposit>,
}

/// What an attempt at a PIN comes upon.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It is counted. This box is to be tried; `None`: there is none, and any PIN is wrong.
    Counted(Option<Vec<u8>>),
    /// Later, in so many seconds.
    Wait(u64),
    /// Never again: the slot was destroyed.
    LockedOut,
}

/// How an officer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlotState {
    pub officer: OfficerId,
    /// How many more PINs may be wrong; 0: locked out.
    pub attempts_left: u32,
    /// The code that made the slot.
    pub by: Option<CodeId>,
}

impl Slots {
    /// One officer's slot and the office's.
    pub fn new(officer: OfficerId, locked: Vec<u8>, recovery: Recovery) -> Self {
        let first = Slot { officer, by: None, failed: Failed::default(), locked };
        Self { officers: vec![first], recovery: vec![recovery], ..Self::default() }
    }

    /// Begins an attempt, counted as failed. It may be made once that is on disk.
    pub fn begin(&mut self, officer: &OfficerId, clock: &ClockReading) -> Attempt {
        let (failed, locked) = match self.officers.iter_mut().find(|slot| slot.officer == *officer) {
            Some(slot) => (&mut slot.failed, Some(&mut slot.locked)),
            None => (&mut self.strangers, None),
        };
        if let Some(locked) = &locked
            && (locked.is_empty() || failed.count >= MOST)
        {
            // The second where the power failed between counting the last attempt and this.
            self.destroy(officer);
            return Attempt::LockedOut;
        }
        let wait = failed.wait(clock);
        if !wait.is_zero() {
            return Attempt::Wait(wait.as_secs() + 1);
        }
        *failed = failed.one_more(clock);
        Attempt::Counted(locked.map(|locked| locked.clone()))
    }

    /// The PIN was wrong. Returns whether that was the last attempt, and the slot is destroyed.
    pub fn was_wrong(&mut self, officer: &OfficerId) -> bool {
        let last = self.slot(officer).is_some_and(|slot| slot.failed.count >= MOST);
        if last {
            self.destroy(officer);
        }
        last
    }

    /// The PIN was right: counting starts anew.
    pub fn was_right(&mut self, officer: &OfficerId) {
        if let Some(slot) = self.officers.iter_mut().find(|slot| slot.officer == *officer) {
            slot.failed = Failed::default();
        }
    }

    /// An officer has another PIN's box. Returns whether there is such an officer.
    pub fn change(&mut self, officer: &OfficerId, locked: Vec<u8>) -> bool {
        let Some(slot) = self.officers.iter_mut().find(|slot| slot.officer == *officer) else { return false };
        slot.locked = locked;
        true
    }

    /// Takes a code: the officer has a new slot, and the office will have a new secret. The slot of the secret that was
    /// used stays until the server has the new one, so that no lost message can lock everybody out.
    pub fn admit(&mut self, code: CodeId, officer: OfficerId, locked: Vec<u8>, next: Recovery) {
        self.officers.retain(|slot| slot.officer != officer);
        self.officers.push(Slot { officer, by: Some(code), failed: Failed::default(), locked });
        self.taken.push(code);
        self.recovery.push(next);
    }

    /// The server's latest secret is this one: those before it are done with. Returns whether anything changed.
    pub fn acknowledge(&mut self, latest: RecoveryId) -> bool {
        let Some(at) = self.recovery.iter().position(|slot| slot.id == latest) else { return false };
        let changed = at > 0 || self.recovery[at].deposit.is_some();
        self.recovery.drain(..at);
        if let Some(slot) = self.recovery.first_mut() {
            slot.deposit = None;
        }
        changed
    }

    /// Takes away the slots of officers who aren't among these, and returns whose.
    pub fn keep_only(&mut self, officers: &[OfficerId]) -> Vec<OfficerId> {
        let gone = self.officers.extract_if(.., |slot| !officers.contains(&slot.officer));
        gone.map(|slot| slot.officer).collect()
    }

    /// Whether a code was taken before.
    pub fn has_taken(&self, code: CodeId) -> bool {
        self.taken.contains(&code)
    }

    /// The codes that were taken.
    pub fn taken(&self) -> &[CodeId] {
        &self.taken
    }

    /// The office's slot that this secret opens.
    pub fn recovery(&self, id: RecoveryId) -> Option<&Recovery> {
        self.recovery.iter().find(|slot| slot.id == id)
    }

    /// The latest secret, where the server isn't known to have it, and the codes that were taken.
    pub fn to_deposit(&self) -> Option<NewRecovery> {
        let deposit = self.recovery.last()?.deposit.clone()?;
        Some(NewRecovery { deposit, taken: self.taken.clone() })
    }

    /// How the officers stand.
    pub fn slot_states(&self) -> Vec<SlotState> {
        let standing = |slot: &Slot| SlotState {
            officer: slot.officer.clone(),
            by: slot.by,
            attempts_left: if slot.locked.is_empty() { 0 } else { MOST.saturating_sub(slot.failed.count) },
        };
        self.officers.iter().map(standing).collect()
    }

    /// How many more PINs may be wrong for this officer, known or not.
    pub fn attempts_left(&self, officer: &OfficerId) -> u32 {
        match self.slot(officer) {
            Some(slot) if slot.locked.is_empty() => 0,
            Some(slot) => MOST.saturating_sub(slot.failed.count),
            None => MOST.saturating_sub(self.strangers.count),
        }
    }

    fn slot(&self, officer: &OfficerId) -> Option<&Slot> {
        self.officers.iter().find(|slot| slot.officer == *officer)
    }

    fn destroy(&mut self, officer: &OfficerId) {
        if let Some(slot) = self.officers.iter_mut().find(|slot| slot.officer == *officer) {
            slot.locked.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saksi_records::{ProgrammeKey, RecoverySecret};

    use super::*;

    fn officer(n: u8) -> OfficerId {
        format!("PTG-{n}").parse().expect("an id")
    }

    fn recovery() -> Recovery {
        let id = RecoveryId::new();
        let secret = RecoverySecret::generate();
        let deposit = Deposit::seal(id, &secret, ProgrammeKey::generate().public()).expect("sealed");
        Recovery { id, sealed: vec![7], deposit: Some(deposit) }
    }

    fn at(monotonic_ms: u64) -> ClockReading {
        ClockReading { wall: jiff::Timestamp::UNIX_EPOCH, boot: "a".into(), monotonic_ms }
    }

    #[derive(Debug, Clone)]
    enum Act {
        Try {
            officer: u8,
            right: bool,
        },
        /// The power fails between counting and trying.
        CutOff {
            officer: u8,
        },
        Admit {
            officer: u8,
        },
        /// The server has this one of those it was ever given.
        Hear(usize),
        Remove {
            officer: u8,
        },
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            8 => (0..4_u8, prop::bool::weighted(0.1)).prop_map(|(officer, right)| Act::Try { officer, right }),
            1 => (0..4_u8).prop_map(|officer| Act::CutOff { officer }),
            1 => (0..4_u8).prop_map(|officer| Act::Admit { officer }),
            1 => (0..9_usize).prop_map(Act::Hear),
            1 => (1..4_u8).prop_map(|officer| Act::Remove { officer }),
        ]
    }

    proptest! {
        /// Whatever happens, in whatever order: the office can always make a code that opens, ten wrong PINs are the end of
        /// that officer's slot and of no other's, and what is on disk is what was in memory.
        #[test]
        fn nobody_gets_more_than_ten_tries_and_the_office_always_gets_in(acts in prop::collection::vec(act(), 1..150)) {
            let first = recovery();
            // What the server has, in order; it starts with the one from the registration.
            let mut deposited = vec![first.id];
            let mut slots = Slots::new(officer(0), vec![0], first);
            let mut wrong = [0_u32; 4];
            let mut has = [true, false, false, false];
            let mut time = 0;
            for act in acts {
                time += 4_000_000;
                match act {
                    Act::Try { officer: n, right } => match slots.begin(&officer(n), &at(time)) {
                        Attempt::Counted(Some(box_)) => {
                            prop_assert!(has[usize::from(n)] && wrong[usize::from(n)] < MOST);
                            prop_assert_eq!(box_, vec![n]);
                            if right {
                                slots.was_right(&officer(n));
                                wrong[usize::from(n)] = 0;
                            } else {
                                wrong[usize::from(n)] += 1;
                                prop_assert_eq!(slots.was_wrong(&officer(n)), wrong[usize::from(n)] == MOST);
                            }
                        }
                        Attempt::Counted(None) => prop_assert!(!has[usize::from(n)]),
                        Attempt::LockedOut => prop_assert!(wrong[usize::from(n)] >= MOST),
                        Attempt::Wait(_) => prop_assert!(false, "an hour is longer than any wait"),
                    },
                    Act::CutOff { officer: n } => {
                        if matches!(slots.begin(&officer(n), &at(time)), Attempt::Counted(Some(_))) {
                            wrong[usize::from(n)] += 1;
                        }
                    }
                    Act::Admit { officer: n } => {
                        // A code of the server's latest secret always fits.
                        let latest = *deposited.last().expect("never empty");
                        prop_assert!(slots.recovery(latest).is_some());
                        let code = CodeId::new();
                        slots.admit(code, officer(n), vec![n], recovery());
                        prop_assert!(slots.has_taken(code));
                        (wrong[usize::from(n)], has[usize::from(n)]) = (0, true);
                    }
                    Act::Hear(old) => {
                        if let Some(new) = slots.to_deposit() {
                            deposited.push(new.deposit.id);
                        }
                        // The answer may be lost, or be an old one that comes late.
                        if let Some(id) = deposited.get(old) {
                            slots.acknowledge(*id);
                        }
                    }
                    Act::Remove { officer: n } => {
                        let others: Vec<OfficerId> = (0..4).filter(|other| *other != n).map(officer).collect();
                        prop_assert_eq!(slots.keep_only(&others).len(), usize::from(has[usize::from(n)]));
                        (wrong[usize::from(n)], has[usize::from(n)]) = (0, false);
                    }
                }
                let json = serde_json::to_vec(&slots).expect("plain data");
                prop_assert_eq!(&serde_json::from_slice::<Slots>(&json).expect("slots"), &slots);
            }
        }
    }

    #[test]
    fn the_slots_are_still_read_and_written_byte_for_byte() {
        let golden = r#"{"officers":[{"officer":"PTG-0","by":null,"failed":{"count":0,"boot":"","monotonic_ms":0},"locked":"AQI="}],"strangers":{"count":1,"boot":"a","monotonic_ms":7},"recovery":[{"id":"019ab2f0-0000-7000-8000-000000000001","sealed":"Bw==","deposit":null}],"taken":["019ab2f0-0000-7000-8000-000000000002"]}"#;
        let slots: Slots = serde_json::from_str(golden).expect("slots");
        assert_eq!(serde_json::to_string(&slots).expect("plain data"), golden);
        assert_eq!((slots.attempts_left(&officer(0)), slots.attempts_left(&officer(1))), (10, 9));
    }
}
