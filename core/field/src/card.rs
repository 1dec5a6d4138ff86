//! What an officer may know of one beneficiary at the door.

use saksi_records::{BeneficiaryId, Kind, Portrait, Round, RoundId, Rupiah};
use serde::Serialize;

use crate::day::Summary;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::progress::{Standing, Standings};
use crate::store::Table;

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

impl Handset {
    /// All that this handset knows of one beneficiary.
    pub fn card(&self, id: &BeneficiaryId) -> Result<Card, FieldError> {
        self.with_session(|session| {
            let roster = &session.roster;
            let known = roster.beneficiary(id)?;
            let day: Vec<Summary> = session.store.all(Table::Day)?.into_iter().map(|(_, summary)| summary).collect();
            let mut entitlements = Vec::new();
            for round in roster.rounds() {
                let Ok(amount) = roster.entitlement(&round.id, id) else { continue };
                let standing = Standings::of(&round.id, roster, &day).standing(id);
                entitlements.push(Due { round: round.clone(), amount, standing });
            }
            let history: Vec<Summary> = day.into_iter().filter(|it| it.beneficiary.as_ref() == Some(id)).collect();
            let has_face = roster.template(id)?.is_some();
            // Only beside a face: a portrait may outlive it by a crash.
            let portrait = known.template.as_ref().and_then(|_| session.portraits.read(id));
            let mut notices = Vec::new();
            for Due { round, standing, .. } in &entitlements {
                let round = round.id.clone();
                match standing {
                    Standing::PaidHere | Standing::PaidElsewhere => notices.push(Notice::AlreadyPaid { round }),
                    Standing::Exception => notices.push(Notice::ExceptionWaits { round }),
                    _ => {}
                }
            }
            let proxies = self.proxy_check(session).proxies_of(id);
            notices.extend(proxies.into_iter().map(|(round, others)| Notice::ProxySeen { round, others }));
            if !has_face {
                notices.push(Notice::NoFace);
            }
            if history.iter().any(|summary| summary.kind == Kind::ConsentWithdrawn) {
                notices.push(Notice::ConsentWithdrawn);
            }
            Ok(Card {
                id: id.clone(),
                name: known.name.clone(),
                address: known.address.clone(),
                route: known.route.clone(),
                nik: known.nik.to_string(),
                has_face,
                portrait,
                entitlements,
                history,
                notices,
            })
        })
    }
}
