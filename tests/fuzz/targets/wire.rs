//! Any bytes as each JSON document there is: refused, or the same again after being written.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use saksi_records::wire::{
    FinalProblem, HandsetStatus, NewRecovery, Problem, Receipt, Registered, Registration, RosterPage, Signed,
    TokenClaims,
};
use saksi_records::{Header, Payload, Ticket, UnlockCode};
use serde::{Serialize, de::DeserializeOwned};

fn stays<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(document) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_vec(&document).expect("plain data");
    assert_eq!(serde_json::from_slice::<T>(&written).expect("our own document"), document);
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(ticket) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<Ticket>().ok()) {
        let code = ticket.to_code().map(|code| code.parse::<Ticket>().expect("our own code"));
        assert!(code.is_none_or(|again| again.to_code() == ticket.to_code()));
    }
    stays::<Header>(bytes);
    stays::<Payload>(bytes);
    stays::<Ticket>(bytes);
    stays::<Registration>(bytes);
    stays::<Registered>(bytes);
    stays::<HandsetStatus>(bytes);
    stays::<TokenClaims>(bytes);
    stays::<RosterPage>(bytes);
    stays::<FinalProblem>(bytes);
    stays::<Receipt>(bytes);
    stays::<Signed>(bytes);
    stays::<Problem>(bytes);
    stays::<NewRecovery>(bytes);
    stays::<UnlockCode>(bytes);
});
