//! Who is to be paid: the list, one beneficiary, the route, and how far a round has come.

use jiff::Timestamp;
use saksi_field::{Card, Due, Notice, Progress, Roster, RosterError, Standing, Summary};
use saksi_records::{BeneficiaryId, Portrait, Round, RoundId, Rupiah};

use crate::error::SaksiError;

/// One monthly payout.
#[uniffi::remote(Record)]
pub struct Round {
    /// Its name, such as `BST-2026-11`.
    pub id: RoundId,
    /// What people call it.
    pub title: String,
}

/// How it stands with somebody who is entitled in a round.
#[uniffi::remote(Enum)]
pub enum Standing {
    /// Nobody was there yet, or nothing came of it that ends it.
    ToVisit,
    /// Paid by this handset.
    PaidHere,
    /// Paid by another handset, or by a record that this one has forgotten.
    PaidElsewhere,
    /// Written down as an exception that didn't pay: a supervisor looks.
    Exception,
    /// Nobody at home.
    Absent,
    /// Moved away.
    Moved,
    /// Deceased.
    Deceased,
    /// Refused the aid.
    Refused,
}

/// How far a round has come on this handset. Each who is entitled counts in one of the numbers after that.
#[uniffi::remote(Record)]
pub struct Progress {
    /// How many are entitled.
    pub entitled: u64,
    /// How many of them are paid by this handset.
    pub paid_here: u64,
    /// How many by others.
    pub paid_elsewhere: u64,
    /// How many wait for a supervisor.
    pub exceptions: u64,
    /// How many weren't at home.
    pub absent: u64,
    /// How many have moved away.
    pub moved: u64,
    /// How many are deceased.
    pub deceased: u64,
    /// How many refused the aid.
    pub refused: u64,
    /// How many are still to be visited.
    pub to_visit: u64,
    /// How much they are entitled to, in rupiah.
    pub amount: Rupiah,
    /// How much of it is paid, in rupiah.
    pub amount_paid: Rupiah,
    /// How much is still to be paid to those who are to be visited or weren't at home, in rupiah.
    pub amount_to_pay: Rupiah,
    /// How many beneficiaries can be found by face, of whatever round.
    pub with_face: u64,
}

/// One beneficiary, as this handset knows them. Personal data: for the screen, never for a log.
#[uniffi::remote(Record)]
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
    /// How they look, where the programme shows it: a JPEG of at most 6,000 bytes and 400 pixels a side.
    pub portrait: Option<Portrait>,
    /// What they are entitled to, and how that stands.
    pub entitlements: Vec<Due>,
    /// What this handset wrote down about them and still remembers, in order.
    pub history: Vec<Summary>,
    /// What the officer should know before anything else.
    pub notices: Vec<Notice>,
}

/// What somebody is to be paid in a round.
#[uniffi::remote(Record)]
pub struct Due {
    /// The round.
    pub round: Round,
    /// How much, in rupiah.
    pub amount: Rupiah,
    /// How it stands.
    pub standing: Standing,
}

/// What an officer should know of somebody.
#[uniffi::remote(Enum)]
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

/// A point on Earth, in degrees of WGS 84.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct Coordinates {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

impl TryFrom<Coordinates> for saksi_records::Coordinates {
    type Error = SaksiError;

    fn try_from(point: Coordinates) -> Result<Self, SaksiError> {
        Self::new(point.latitude, point.longitude).map_err(SaksiError::invalid)
    }
}

/// One stop of today's route. Personal data: for the screen, never for a log.
#[derive(uniffi::Record)]
pub struct Stop {
    /// Whom to visit.
    pub beneficiary: BeneficiaryId,
    /// That person's name.
    pub name: String,
    /// Street, house and neighbourhood.
    pub address: String,
    /// What is to be paid, in rupiah.
    pub amount: Rupiah,
    /// Somebody was there in this round, and nobody at home.
    pub was_absent: bool,
    /// Where the house is, if the roster knows.
    pub place: Option<Coordinates>,
    /// Metres along the great circle from the last place before that is known.
    pub metres: Option<u32>,
}

impl From<saksi_field::Stop> for Stop {
    fn from(stop: saksi_field::Stop) -> Self {
        let saksi_field::Stop { beneficiary, name, address, amount, was_absent, coordinates, metres } = stop;
        let place = coordinates.map(|it| Coordinates { latitude: it.latitude(), longitude: it.longitude() });
        Self { beneficiary, name, address, amount, was_absent, place, metres }
    }
}

/// A beneficiary as an officer sees them, for one round. Personal data: for the screen, never for a log.
#[derive(uniffi::Record)]
pub struct ListedBeneficiary {
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
    /// What is to be paid in the round, in rupiah; nothing where they aren't entitled.
    pub amount: Option<Rupiah>,
    /// When it was paid, if it was.
    pub paid: Option<Timestamp>,
    /// A supervisor approved an exception of this round: the next one pays.
    pub exception_approved: bool,
}

impl ListedBeneficiary {
    pub(crate) fn read(roster: &Roster, round: &RoundId, id: &BeneficiaryId) -> Result<Self, RosterError> {
        let known = roster.beneficiary(id)?;
        Ok(Self {
            id: id.clone(),
            name: known.name.clone(),
            address: known.address.clone(),
            route: known.route.clone(),
            nik: known.nik.to_string(),
            has_face: roster.template(id)?.is_some(),
            amount: roster.entitlement(round, id).ok(),
            paid: roster.paid(round, id).map(|mark| mark.at),
            exception_approved: roster.approval(round, id).is_some(),
        })
    }
}
