//! A handset to measure on, with people made up.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use saksi_field::Handset;
use saksi_records::nik::Nik;
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::{Beneficiary, BeneficiaryId, Coordinates, FaceTemplate, Portrait, Round, RoundId, Rupiah};

use crate::handset::platform;
use crate::{Common, photos};

/// Its PIN.
pub const PIN: &str = "120945";
/// The round that is paid out on it.
pub const ROUND: &str = "PRACTICE";

/// A handset in `folder`, unlocked, with so many beneficiaries; `face` gives the n-th one's face and portrait.
pub fn handset(
    folder: &Path,
    beneficiaries: u32,
    face: impl Fn(u32) -> Option<(FaceTemplate, Option<Portrait>)>,
    common: &Common,
) -> Result<Handset> {
    let (dir, officer) = (folder.join("handset"), "officer".parse()?);
    let handset = Handset::practise(&dir, platform(&dir)?, Arc::new(photos::engine(common)?), &officer, PIN)?;
    handset.unlock(officer, PIN)?;
    let row = |i| {
        let (template, portrait) = face(i).unzip();
        Ok(RosterRow { beneficiary: beneficiary(i, template)?, amount: Rupiah(300_000), portrait: portrait.flatten() })
    };
    let rows = (0..beneficiaries).map(row).collect::<Result<Vec<_>>>()?;
    let mut file = Vec::new();
    roster_file::write(&rows, &mut file)?;
    handset.import_roster(Round { id: ROUND.parse::<RoundId>()?, title: ROUND.into() }, file.as_slice())?;
    Ok(handset)
}

/// The number of the i-th beneficiary.
pub fn id(i: u32) -> Result<BeneficiaryId> {
    Ok(format!("P-{i:07}").parse()?)
}

/// The national number of the i-th person: Jakarta, born in 1980.
pub fn nik(i: u32) -> Result<Nik> {
    let (serial, days) = (i % 9999 + 1, i / 9999);
    Ok(format!("317101{:02}{:02}80{serial:04}", days % 28 + 1, days / 28 % 12 + 1).parse()?)
}

fn beneficiary(i: u32, template: Option<FaceTemplate>) -> Result<Beneficiary> {
    const NAMES: [&str; 8] = ["Siti", "Soeharti", "Budi", "Djoko", "Ahmad", "Dewi", "Tjahjono", "Rahayu"];
    let name = |i: u32| NAMES[i as usize % NAMES.len()];
    Ok(Beneficiary {
        id: id(i)?,
        nik: nik(i)?,
        name: format!("{} {} {i}", name(i), name(i / 8)),
        address: format!("Jl. Contoh {i}"),
        route: "A".into(),
        coordinates: place(i),
        template,
    })
}

/// Scattered over some twenty kilometres, with houses close together and far apart.
fn place(i: u32) -> Option<Coordinates> {
    let share = |odd: u32| f64::from(i.wrapping_mul(odd) >> 8) / f64::from(1 << 24);
    let (across, along) = (share(2_654_435_769), share(1_597_334_677));
    Coordinates::new(-6.9 + 0.2 * across * across, 107.6 + 0.2 * along).ok()
}
