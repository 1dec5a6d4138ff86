//! Today's route: whom to visit, in the order of a short walk.
//!
//! Houses whose place is known come as [`crate::route::two_opt`] orders them. The others follow their street. Each comes
//! beside the neighbour with the next lower number whose place is known, or else the next higher. Streets of which no place
//! is known come last, each in the order of its houses.

use std::collections::BTreeMap;

use saksi_records::{Beneficiary, BeneficiaryId, Coordinates, Rupiah};
use serde::{Deserialize, Serialize};

use crate::day::progress::Standing;
use crate::route::address::Address;
use crate::route::two_opt::{shortened, to_the_nearest};

/// One stop of the route. Personal data: for the screen, never for a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Whom to visit.
    pub beneficiary: BeneficiaryId,
    /// That person's name.
    pub name: String,
    /// Street, house and neighbourhood.
    pub address: String,
    /// What is to be paid.
    pub amount: Rupiah,
    /// Somebody was there in this round, and nobody at home.
    pub was_absent: bool,
    /// Where the house is, if the roster knows.
    pub coordinates: Option<Coordinates>,
    /// Metres along the great circle from the last place before that is known.
    pub metres: Option<u32>,
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stop({})", self.beneficiary)
    }
}

/// Whether somebody was there before; `None` where nobody has to go there again.
pub(crate) fn to_visit(standing: Standing) -> Option<bool> {
    match standing {
        Standing::ToVisit => Some(false),
        Standing::Absent => Some(true),
        _ => None,
    }
}

struct House<'a> {
    /// The delivery route and the address: streets of the same name in two villages are two.
    key: (&'a str, Address),
    person: &'a Beneficiary,
}

impl House<'_> {
    fn street(&self) -> (&str, &str) {
        (self.key.0, &self.key.1.street)
    }
}

pub(crate) fn in_walking_order(people: Vec<&Beneficiary>, from: Option<Coordinates>) -> Vec<&Beneficiary> {
    let mut houses: Vec<House> =
        people.into_iter().map(|person| House { key: (&person.route, Address::of(&person.address)), person }).collect();
    houses.sort_by(|one, other| one.key.cmp(&other.key).then_with(|| one.person.id.cmp(&other.person.id)));

    // Of each house with a place, those without one that come just before and just after it.
    let mut before: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut after: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    let (mut placed, mut points) = (Vec::new(), from.iter().map(Coordinates::on_unit_sphere).collect::<Vec<_>>());
    let mut start = 0;
    for street in houses.chunk_by(|one, other| one.street() == other.street()) {
        let mut anchor = None;
        let mut early = Vec::new();
        for (n, house) in (start..).zip(street) {
            match (house.person.coordinates, anchor) {
                (Some(place), _) => {
                    anchor = Some(n);
                    placed.push(n);
                    points.push(place.on_unit_sphere());
                    if !early.is_empty() {
                        before.insert(n, std::mem::take(&mut early));
                    }
                }
                (None, Some(neighbour)) => after.entry(neighbour).or_default().push(n),
                (None, None) => early.push(n),
            }
        }
        nowhere.append(&mut early);
        start += street.len();
    }

    let tour = shortened(&points, to_the_nearest(&points));
    let skipped = usize::from(from.is_some());
    let stops = tour.into_iter().filter_map(|point| Some(placed[point.checked_sub(skipped)?]));
    let mut order = Vec::with_capacity(houses.len());
    for stop in stops {
        order.extend(before.remove(&stop).unwrap_or_default());
        order.push(stop);
        order.extend(after.remove(&stop).unwrap_or_default());
    }
    order.extend(nowhere);
    order.into_iter().map(|house| houses[house].person).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(n: usize, address: &str, place: Option<(f64, f64)>) -> Beneficiary {
        Beneficiary {
            id: format!("KPM-{n:04}").parse().expect("a number"),
            nik: "3273014107650003".parse().expect("well-formed"),
            name: "Siti".into(),
            address: address.into(),
            route: "A".into(),
            coordinates: place.and_then(|(lat, lon)| Coordinates::new(lat, lon).ok()),
            template: None,
        }
    }

    #[test]
    fn houses_without_a_place_follow_their_street_and_the_rest_comes_last() {
        let people = [
            person(1, "Jl. Anggrek 2", None),
            person(2, "Jl. Melati 10", None),
            person(3, "Jl. Melati 9", Some((-6.9, 107.601))),
            person(4, "Jl. Melati 1", None),
            person(5, "Jl. Kenanga 5", Some((-6.9, 107.600))),
            person(6, "Jl. Anggrek 10", None),
            person(7, "Jl. Melati 100", Some((-6.9, 107.602))),
        ];
        let from = Coordinates::new(-6.9, 107.5999).ok();
        let order: Vec<&str> =
            in_walking_order(people.iter().collect(), from).iter().map(|it| it.id.as_str()).collect();
        assert_eq!(order, ["KPM-0005", "KPM-0004", "KPM-0003", "KPM-0002", "KPM-0007", "KPM-0001", "KPM-0006"]);
    }

    proptest! {
        #[test]
        fn everybody_is_there_once_and_in_whatever_order_they_come_the_route_is_one(
            houses in prop::collection::vec(("[A-C]", 0_u8..20, prop::option::of((-7.0..-6.0, 107.0..108.0))), 0..60),
            from in prop::option::of((-7.0..-6.0, 107.0..108.0)),
        ) {
            let people: Vec<Beneficiary> = (0..)
                .zip(&houses)
                .map(|(n, (street, house, place))| person(n, &format!("Jl. {street} {house}"), *place))
                .collect();
            let from = from.and_then(|(lat, lon)| Coordinates::new(lat, lon).ok());
            let order = in_walking_order(people.iter().collect(), from);
            let mut ids: Vec<&BeneficiaryId> = order.iter().map(|it| &it.id).collect();
            prop_assert_eq!(&in_walking_order(people.iter().rev().collect(), from), &order);
            ids.sort();
            prop_assert_eq!(ids, people.iter().map(|it| &it.id).collect::<Vec<_>>());
        }
    }
}
