//! What a programme asks for before a face counts as that of somebody who stands there, and the evidence of it.
//!
//! Plain data that the face engine fills, a record carries and a server reads, so that each of these has one definition.
//! `docs/liveness.md` says what the checks show and what they don't.
#![forbid(unsafe_code)]

mod evidence;
mod number;
mod policy;

pub use evidence::{
    Challenge, ChallengeEvidence, ChallengeResult, EndReason, EvidenceFrame, GiveUp, LivenessChecks, LivenessEvidence,
    LivenessReason, LivenessVerdict, Moment, PassiveEvidence,
};
pub use policy::{Clearance, LivenessMode, LivenessPolicy, PassiveLow};
