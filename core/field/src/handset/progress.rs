//! How far a round has come.

use crate::day::progress::{Progress, Standings};
use crate::error::FieldError;
use crate::handset::Handset;
use saksi_records::RoundId;

impl Handset {
    /// How far a round has come.
    pub fn progress(&self, round: &RoundId) -> Result<Progress, FieldError> {
        self.with_session(|session| {
            session.roster.round(round)?;
            Ok(Standings::read(round, &session.roster, &session.store)?.progress())
        })
    }
}
