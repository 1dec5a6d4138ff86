//! A round with as many people as a test wears out, and visits to them that need no camera.

use saksi_face::{PageHash, Template};
use saksi_field::capture::{Photo, StatementPhoto};
use saksi_field::visit::{ProxyDetails, ProxyPhoto};
use saksi_field::{FieldError, Handset, Roster, Visit};
use saksi_records::keys::random_bytes;
use saksi_records::nik::Nik;
use saksi_records::record::{ProxyReason, Relation};
use saksi_records::roster_file::{self, RosterRow};
use saksi_records::{Beneficiary, BeneficiaryId, FaceTemplate, RoundId, Rupiah};

use crate::{FieldKit, consent};

/// The round that the crowd is paid in.
pub const ROUND: &str = "BST-2026-12";
/// The bytes of one photo; there are three in a visit: proxy, letter, and its page.
pub const PHOTO_BYTES: usize = 20_000;

/// The round that the crowd is paid in.
pub fn round() -> RoundId {
    ROUND.parse().expect("a round's name")
}

/// The number of the n-th of the crowd.
pub fn person(n: usize) -> BeneficiaryId {
    format!("ORANG-{n:06}").parse().expect("a number")
}

/// The roster of a crowd, as the office uploads it.
pub fn csv(people: usize) -> Vec<u8> {
    let rows: Vec<RosterRow> = (0..people).map(row).collect();
    let mut csv = Vec::new();
    roster_file::write(&rows, &mut csv).expect("memory takes it");
    csv
}

impl FieldKit {
    /// Puts a crowd on the programme's roster; handsets have it after their next sync.
    pub fn import_crowd(&self, people: usize) {
        let csv = csv(people);
        let import = self.programme().import_roster(round(), "BST Tahap Desember 2026", csv.as_slice(), "test");
        self.runtime().block_on(import).expect("a roster");
    }
}

/// The steps of a proxy's visit.
pub const PROXY_STEPS: usize = 4;

/// A complete visit by a proxy to the n-th of the crowd, with photos of noise and a face like nobody's.
pub fn proxy_visit(handset: &Handset, n: usize) -> Result<Visit, FieldError> {
    let mut visit = handset.visit_by_proxy(&round(), &person(n))?;
    for step in 0..PROXY_STEPS {
        proxy_step(handset, &mut visit, step, n)?;
    }
    Ok(visit)
}

/// One of its steps.
pub fn proxy_step(handset: &Handset, visit: &mut Visit, step: usize, n: usize) -> Result<(), FieldError> {
    match step {
        0 => visit.take(consent(handset))?,
        1 => {
            let values = (0..128).map(|_| f32::from(i16::from_be_bytes(random_bytes()))).collect();
            let template = Template::new(handset.model().clone(), values).expect("numbers");
            let (photo, listed_as, like_officer, liveness) = (noise(), None, false, None);
            visit.take(ProxyPhoto { photo, template, match_at: 0.9, listed_as, like_officer, liveness })?;
        }
        2 => {
            let hash = PageHash::from_bytes(&random_bytes::<{ PageHash::BYTES }>()).expect("as many as it has");
            visit.take(StatementPhoto { photo: noise(), page: noise(), hash })?;
        }
        _ => {
            let (relation, reason) = (Relation::Child, ProxyReason::Ill);
            let (name, nik) = (format!("Wakil {n}"), nik("90", n));
            visit.take(ProxyDetails { name, nik, phone: None, relation, reason })?;
        }
    }
    Ok(())
}

/// The first of the crowd, from `n` on, who isn't paid on this handset.
pub fn next_unpaid(handset: &Handset, mut n: usize) -> usize {
    let search = |roster: &Roster| {
        while roster.paid(&round(), &person(n)).is_some() {
            n += 1;
        }
        n
    };
    handset.with_roster(search).expect("unlocked")
}

fn row(n: usize) -> RosterRow {
    let beneficiary = Beneficiary {
        id: person(n),
        nik: nik("80", n),
        name: format!("Penerima {n}"),
        address: format!("Jl. Contoh {n}"),
        route: "A".into(),
        coordinates: None,
        template: Some(FaceTemplate { model: "unknown".into(), data: random_bytes::<512>().to_vec() }),
    };
    RosterRow { beneficiary, amount: Rupiah(300_000), portrait: None }
}

/// Bandung, born on a day of January.
fn nik(year: &str, n: usize) -> Nik {
    format!("327301{:02}01{year}{:04}", n / 9999 + 1, n % 9999 + 1).parse().expect("well-formed")
}

/// What can't be compressed, as a photo can't.
fn noise() -> Photo {
    let mut noise = Vec::with_capacity(PHOTO_BYTES + 4096);
    while noise.len() < PHOTO_BYTES {
        noise.extend_from_slice(&random_bytes::<4096>());
    }
    noise.truncate(PHOTO_BYTES);
    Photo::new(noise)
}
