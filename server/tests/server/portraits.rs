//! Portraits in a handset's roster: with their beneficiaries, and only where the programme shows them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saksi_records::liveness::LivenessPolicy;
use saksi_records::wire::Policy;

use crate::common::Town;

/// One grey pixel, as far as its markers say.
const JPEG: &[u8] = b"\xff\xd8\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x01\xff\xd9";
const PEOPLE: u32 = 130;

async fn roster_of(policy: Policy) -> (Vec<(usize, usize)>, BTreeSet<String>) {
    let town = Town::with(policy).await;
    let (template, jpeg) = (STANDARD.encode([0_u8; 512]), STANDARD.encode(JPEG));
    let mut csv = "id,nik,name,address,route,amount,template,portrait\n".to_owned();
    for i in 1..=PEOPLE {
        let portrait = if i % 2 == 0 { jpeg.as_str() } else { "" };
        writeln!(csv, "KPM-{i},32730102037{i:05},Penerima {i},Jl. Panjang {i},R1,300000,sface:{template},{portrait}")
            .expect("memory takes it");
    }
    town.import(&csv).await;
    let handset = town.handset(&["R1"]).await;
    let (mut cursor, mut pages, mut shown) = (0, Vec::new(), BTreeSet::new());
    loop {
        let delta = handset.roster(cursor).await;
        pages.push((delta.beneficiaries.len(), delta.portraits.len()));
        for portrait in &delta.portraits {
            assert!(delta.beneficiaries.iter().any(|it| it.id == portrait.beneficiary), "in the same part");
            assert_eq!(portrait.jpeg.as_slice(), JPEG);
            shown.insert(portrait.beneficiary.to_string());
        }
        cursor = delta.cursor;
        if !delta.more {
            return (pages, shown);
        }
    }
}

#[tokio::test]
async fn each_comes_with_its_beneficiary_in_parts_that_add_up() {
    let policy = Policy { liveness: LivenessPolicy::off(), ..Policy::default() };
    let (pages, shown) = roster_of(policy.clone().with_portraits()).await;
    assert_eq!(shown, (1..=PEOPLE).filter(|i| i % 2 == 0).map(|i| format!("KPM-{i}")).collect());
    assert_eq!(pages.iter().map(|(people, _)| people).sum::<usize>(), PEOPLE as usize);
    assert!(pages.len() > 2 && pages.iter().all(|(people, _)| *people <= 100), "{pages:?}");

    let (pages, shown) = roster_of(policy).await;
    assert!(shown.is_empty() && pages.len() == 1, "{pages:?}");
}
