//! Who is to be paid, how much, and for which round.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::coordinates::Coordinates;
use crate::id::{BeneficiaryId, RoundId};
use crate::money::Rupiah;
use crate::nik::Nik;
use crate::template::FaceTemplate;

/// A family that receives aid (KPM), as a handset knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beneficiary {
    /// The programme's number.
    pub id: BeneficiaryId,
    /// The national number of the person who collects.
    pub nik: Nik,
    /// That person's name.
    pub name: String,
    /// Street, house and neighbourhood (RT/RW).
    pub address: String,
    /// The delivery route this address is on.
    pub route: String,
    /// Where the house is, if the programme knows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub coordinates: Option<Coordinates>,
    /// The face, where the programme has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub template: Option<FaceTemplate>,
}

impl fmt::Debug for Beneficiary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Beneficiary({})", self.id)
    }
}

/// One monthly payout (tahap).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its name, such as `BST-2026-11`.
    pub id: RoundId,
    /// What people call it.
    pub title: String,
}

/// What one beneficiary is to be paid in one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    /// Who.
    pub beneficiary: BeneficiaryId,
    /// For which round.
    pub round: RoundId,
    /// How much.
    pub amount: Rupiah,
}
