//! Today's route.

use crate::day::progress::Standings;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::route::walk::{Stop, in_walking_order, to_visit};
use saksi_records::{Beneficiary, BeneficiaryId, Coordinates, RoundId, Rupiah};
use std::collections::BTreeMap;

impl Handset {
    /// Those of a round who are still to be visited, or weren't at home, in walking order: from a place, or the last fix, or
    /// the first house in the order of addresses.
    pub fn route(&self, round: &RoundId, from: Option<Coordinates>) -> Result<Vec<Stop>, FieldError> {
        let fix = || self.platform.location.last_fix();
        let from = from.or_else(|| fix().and_then(|fix| Coordinates::new(fix.latitude, fix.longitude).ok()));
        self.with_session(|session| {
            session.roster.round(round)?;
            let standings = Standings::read(round, &session.roster, &session.store)?;
            let open: BTreeMap<&BeneficiaryId, (Rupiah, bool)> = standings
                .all()
                .filter_map(|(id, amount, standing)| Some((id, (amount, to_visit(standing)?))))
                .collect();
            let people: Vec<&Beneficiary> = open.keys().filter_map(|id| session.roster.beneficiary(id).ok()).collect();
            let mut last = from;
            let stops = in_walking_order(people, from).into_iter().filter_map(|person| {
                let (amount, was_absent) = *open.get(&person.id)?;
                let metres = last.zip(person.coordinates).map(|(one, other)| {
                    Coordinates::metres_between(&one.on_unit_sphere(), &other.on_unit_sphere()).round() as u32
                });
                last = person.coordinates.or(last);
                Some(Stop {
                    beneficiary: person.id.clone(),
                    name: person.name.clone(),
                    address: person.address.clone(),
                    amount,
                    was_absent,
                    coordinates: person.coordinates,
                    metres,
                })
            });
            Ok(stops.collect())
        })
    }
}
