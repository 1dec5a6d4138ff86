//! What the vault promises: ten tries for each officer, and a way back by the office alone.

use saksi_records::ProgrammeKey;

use super::*;
use crate::keys::file_vault::FileVault;

struct Phone {
    _dir: tempfile::TempDir,
    keystore: FileVault,
    vault: Vault,
    programme: ProgrammeKey,
    time: u64,
}

fn officer(name: &str) -> OfficerId {
    name.parse().expect("an id")
}

fn clock(monotonic_ms: u64) -> ClockReading {
    ClockReading { wall: jiff::Timestamp::UNIX_EPOCH, boot: "a".into(), monotonic_ms }
}

impl Phone {
    fn new() -> (Self, RootKey) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let keystore = FileVault::open(&dir.path().join("keystore")).expect("a new key file");
        let (vault, programme) = (Vault::at(dir.path()), ProgrammeKey::generate());
        let (root, _) = vault.create(&keystore, &officer("ani"), "482915", programme.public()).expect("new secrets");
        (Self { _dir: dir, keystore, vault, programme, time: 0 }, root)
    }

    fn unlock(&self, name: &str, pin: &str) -> Result<RootKey, VaultError> {
        self.vault.root(&self.keystore, &clock(self.time), &officer(name), pin)
    }

    /// A wrong PIN, as soon as it may be tried.
    fn wrong(&mut self, name: &str) -> Option<VaultError> {
        match self.unlock(name, "482916").err() {
            Some(VaultError::Wait { seconds }) => {
                let waits = self.unlock(name, "482915");
                assert!(matches!(waits, Err(VaultError::Wait { .. })), "not even the right PIN is tried before");
                self.time += seconds * 1000;
                self.unlock(name, "482916").err()
            }
            tried => tried,
        }
    }

    fn left(&self, name: &str) -> u32 {
        self.vault.attempts_left(&self.keystore, &officer(name)).expect("counted")
    }

    /// The office's secret as deposited last.
    fn deposited(&self) -> (RecoveryId, RecoverySecret) {
        let deposit = self.vault.to_deposit(&self.keystore).expect("readable").expect("not acknowledged").deposit;
        (deposit.id, deposit.open(&self.programme).expect("ours"))
    }

    fn admit(&self, code: CodeId, name: &str, secret: &(RecoveryId, RecoverySecret)) -> Result<(), VaultError> {
        let admission = Admission { code, officer: &officer(name), recovery: secret.0, secret: &secret.1 };
        self.vault.admit(&self.keystore, self.programme.public(), admission, "739164")
    }
}

#[test]
fn ten_wrong_pins_in_a_row_destroy_that_officer_s_slot_and_nothing_else() {
    let (mut phone, root) = Phone::new();
    phone.admit(CodeId::new(), "budi", &phone.deposited()).expect("admitted");
    for failed in 1..=9 {
        assert!(matches!(phone.wrong("ani"), Some(VaultError::Pin(PinError::Wrong))));
        assert_eq!(phone.left("ani"), 10 - failed);
    }
    assert_eq!(phone.time / 1000, [30, 60, 120, 240, 480, 960].map(|wait| wait + 1).iter().sum::<u64>());
    phone.time += 3_600_000;
    assert!(phone.unlock("ani", "482915").is_ok(), "a right one starts anew");
    for _ in 1..=9 {
        assert!(matches!(phone.wrong("ani"), Some(VaultError::Pin(PinError::Wrong))));
    }
    assert!(matches!(phone.wrong("ani"), Some(VaultError::LockedOut)));
    phone.time = u64::MAX;
    assert!(matches!(phone.unlock("ani", "482915"), Err(VaultError::LockedOut)));
    assert_eq!((phone.left("ani"), phone.left("budi")), (0, 10));
    let by_budi = phone.unlock("budi", "739164").expect("his own PIN");
    assert_eq!(*by_budi.derive("x"), *root.derive("x"));
    assert!(phone.vault.transport(&phone.keystore).is_ok(), "what is sealed can still be sent");

    // The office brings her back.
    phone.admit(CodeId::new(), "ani", &phone.deposited()).expect("admitted");
    assert_eq!(*phone.unlock("ani", "739164").expect("the new PIN").derive("x"), *root.derive("x"));
}

#[test]
fn a_name_without_a_slot_waits_like_any_other_and_every_pin_is_wrong() {
    let (mut phone, _) = Phone::new();
    for left in (0..=9).rev() {
        assert!(matches!(phone.wrong("nobody"), Some(VaultError::Pin(PinError::Wrong))));
        assert_eq!((phone.left("nobody"), phone.left("nobody-else"), phone.left("ani")), (left, left, 10));
    }
    assert!(matches!(phone.unlock("nobody-else", "482915"), Err(VaultError::Wait { .. })));
    assert!(phone.unlock("ani", "482915").is_ok());
}

#[test]
fn an_attempt_counts_before_it_is_made_and_without_a_count_none_is() {
    let (phone, _) = Phone::new();
    // As if the power had failed while the tenth was tried.
    for n in 0..10 {
        let mut slots = phone.vault.read(&phone.keystore).expect("readable");
        assert!(matches!(slots.begin(&officer("ani"), &clock(n * 4_000_000)), Attempt::Counted(Some(_))));
        phone.vault.write(&phone.keystore, &slots).expect("written");
    }
    assert!(matches!(phone.unlock("ani", "482915"), Err(VaultError::LockedOut)));
    assert_eq!(phone.left("ani"), 0);
    fs::remove_file(&phone.vault.slots).expect("removed");
    assert!(matches!(phone.unlock("ani", "482915"), Err(VaultError::Erased)));
}

#[test]
fn a_code_is_taken_once_and_its_secret_ends_when_the_server_has_the_next() {
    let (phone, _) = Phone::new();
    let (first, code) = (phone.deposited(), CodeId::new());
    phone.admit(code, "budi", &first).expect("admitted");
    assert!(matches!(phone.admit(code, "budi", &first), Err(VaultError::Code(CodeError::Taken))));
    // The server hasn't heard of the next secret yet: what it has still opens.
    phone.admit(CodeId::new(), "citra", &first).expect("admitted");
    let next = phone.deposited();
    assert_ne!(next.0, first.0);
    phone.vault.acknowledge(&phone.keystore, next.0).expect("written");
    assert!(phone.vault.to_deposit(&phone.keystore).expect("readable").is_none());
    assert!(matches!(phone.admit(CodeId::new(), "budi", &first), Err(VaultError::Code(CodeError::Outdated))));
    let forged = (next.0, RecoverySecret::generate());
    assert!(matches!(phone.admit(CodeId::new(), "budi", &forged), Err(VaultError::Code(CodeError::Outdated))));
    phone.admit(CodeId::new(), "budi", &next).expect("admitted");
}

#[test]
fn a_pin_that_is_too_short_takes_no_code() {
    let (phone, _) = Phone::new();
    let (secret, code) = (phone.deposited(), CodeId::new());
    let admission = Admission { code, officer: &officer("budi"), recovery: secret.0, secret: &secret.1 };
    let short = phone.vault.admit(&phone.keystore, phone.programme.public(), admission, "123");
    assert!(matches!(short, Err(VaultError::Pin(PinError::TooShort))));
    phone.admit(code, "budi", &secret).expect("the code is as good as before");
}

#[test]
fn another_keystore_or_a_file_in_the_other_s_place_opens_nothing() {
    let (phone, _) = Phone::new();
    let other = FileVault::open(&phone.vault.slots.with_file_name("other")).expect("a new key file");
    let foreign = phone.vault.root(&other, &clock(0), &officer("ani"), "482915");
    assert!(matches!(foreign, Err(VaultError::CannotUnwrap)));
    fs::copy(&phone.vault.transport, &phone.vault.slots).expect("a copy");
    assert!(matches!(phone.unlock("ani", "482915"), Err(VaultError::CannotUnwrap)));
}

#[test]
fn once_erased_the_root_key_is_gone_and_the_transport_key_is_not() {
    let (phone, _) = Phone::new();
    let secret = phone.deposited();
    assert!(phone.vault.erase().expect("destroyed"));
    assert!(matches!(phone.unlock("ani", "482915"), Err(VaultError::Erased)));
    assert!(matches!(phone.admit(CodeId::new(), "ani", &secret), Err(VaultError::Erased)));
    assert!(phone.vault.transport(&phone.keystore).is_ok());
}

#[test]
fn keys_are_derived_as_written_down() {
    // Made with Python's `cryptography`: HKDF-SHA256, salt "saksi handset 1", info "signing".
    let root = RootKey(Zeroizing::new(std::array::from_fn(|i| i as u8)));
    let signing = "5e106ad08bf5828ee3b86a65b044cc1d84ce1c58223699e0cc26ee779d43dce8";
    assert_eq!(hex::encode(*root.derive("signing")), signing);
}
