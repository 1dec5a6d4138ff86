//! One beneficiary's card, put together.

use crate::day::card::{Card, Due, Notice};
use crate::day::progress::{Standing, Standings};
use crate::day::receipt::Summary;
use crate::error::FieldError;
use crate::handset::Handset;
use crate::store::Table;
use saksi_records::{BeneficiaryId, Kind};

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
