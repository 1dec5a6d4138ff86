//! What an officer may know of one beneficiary at the door.

use saksi_records::{BeneficiaryId, Portrait, Round, RoundId, Rupiah};
use serde::Serialize;

use crate::day::progress::Standing;
use crate::day::receipt::Summary;

/// One beneficiary. Personal data: for the screen, never for a log.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The programme's number.
    pub id: BeneficiaryId,
    /// The name of the person who collects.
    pub name: String,
    /// Street, house and neighbourhood.
    pub address: String,
    /// The delivery route.
    pub route: String,
    /// The national number with all but its last four digits hidden.
    pub nik: String,
    /// Whether a face can be compared with theirs.
    pub has_face: bool,
    /// How they look, where the programme shows it: a JPEG.
    pub portrait: Option<Portrait>,
    /// What they are entitled to, and how that stands.
    pub entitlements: Vec<Due>,
    /// What this handset wrote down about them and still remembers, in order.
    pub history: Vec<Summary>,
    /// What the officer should know before anything else.
    pub notices: Vec<Notice>,
}

/// What somebody is to be paid in a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The round.
    pub round: Round,
    /// How much.
    pub amount: Rupiah,
    /// How it stands.
    pub standing: Standing,
}

/// What an officer should know of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// They are paid already.
    AlreadyPaid {
        /// In which round.
        round: RoundId,
    },
    /// A proxy collected for them.
    ProxySeen {
        /// In which round.
        round: RoundId,
        /// For how many others that proxy has collected in it.
        others: u32,
    },
    /// An exception waits for a supervisor.
    ExceptionWaits {
        /// In which round.
        round: RoundId,
    },
    /// The roster has no face that can be compared.
    NoFace,
    /// They don't want their face to be kept.
    ConsentWithdrawn,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Card({})", self.id)
    }
}
