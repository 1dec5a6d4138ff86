//! Times the writing down of visits, beside a bare write and sync of as many bytes.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use saksi_face::{PageHash, Template};
use saksi_field::capture::{Photo, StatementPhoto};
use saksi_field::visit::{ProxyDetails, ProxyPhoto};
use saksi_field::{FieldError, Handset, Space};
use saksi_records::RoundId;
use saksi_records::keys::random_bytes;
use saksi_records::record::{Consent, ProxyReason, Relation};
use serde::Serialize;

use super::practice::{self, ROUND, id, nik};
use super::{milliseconds, percentile};
use crate::output::print_json;
use crate::{Common, photos};

/// Where the numbers of proxies begin.
const PROXIES: u32 = 2_000_000;

#[derive(Serialize)]
struct Report {
    runs: u32,
    photo_bytes: usize,
    commit_ms: Percentiles,
    raw_fsync_ms: Percentiles,
    #[serde(flatten)]
    space: Space,
}

#[derive(Serialize)]
struct Percentiles {
    p50: f64,
    p99: f64,
}

pub fn run(runs: u32, photo_bytes: usize, common: &Common) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let handset = practice::handset(folder.path(), runs, |_| None, common)?;
    let (mut commits, mut writes) = (Vec::new(), Vec::new());
    let bar = photos::progress(runs.into(), "visits");
    for visit in bar.wrap_iter(0..runs) {
        let mut bytes = noise(photo_bytes);
        commits.push(commit(&handset, visit, &bytes)?);
        // The envelope too is written; it is some 3 KB.
        bytes.extend_from_slice(&[0; 3000]);
        writes.push(write(&folder.path().join(format!("raw-{visit}")), &bytes)?);
    }
    bar.finish_and_clear();
    let percentiles = |times: &[f64]| Percentiles { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
    let (commit_ms, raw_fsync_ms) = (percentiles(&commits), percentiles(&writes));
    let report = Report { runs, photo_bytes, commit_ms, raw_fsync_ms, space: handset.space()? };
    if common.json {
        return print_json(&report);
    }
    let Report { commit_ms: own, raw_fsync_ms: raw, space, .. } = &report;
    println!("commit: median {:.2} ms, 99 % within {:.2} ms", own.p50, own.p99);
    println!(
        "bare write and sync: median {:.2} ms, 99 % within {:.2} ms; ratio {:.2}",
        raw.p50,
        raw.p99,
        own.p50 / raw.p50
    );
    println!("on disk {} bytes, of these needed {}", space.disk_bytes, space.live_bytes);
    Ok(())
}

fn commit(handset: &Handset, visit: u32, photos: &[u8]) -> Result<f64> {
    let (face, letter) = photos.split_at(photos.len() / 2);
    let (photo, page) = letter.split_at(letter.len() / 2);
    let (photo, page) = (Photo::new(photo.to_vec()), Photo::new(page.to_vec()));
    let statement = StatementPhoto { photo, page, hash: PageHash::from_bytes(&random_bytes::<{ PageHash::BYTES }>())? };
    // A proxy like none before.
    let values = (0..128).map(|_| f32::from(i16::from_be_bytes(random_bytes()))).collect();
    let (template, proxy_nik) = (Template::new(handset.model().clone(), values)?, nik(PROXIES + visit)?);
    let mut visit = handset.visit_by_proxy(&ROUND.parse::<RoundId>()?, &id(visit)?)?;
    visit
        .take(Consent { text_version: handset.policy().consent_version, language: "id".into() })
        .map_err(FieldError::from)?;
    let photo = Photo::new(face.to_vec());
    let (match_at, listed_as, like_officer, liveness) = (0.5, None, false, None);
    let face = ProxyPhoto { photo, template, match_at, listed_as, like_officer, liveness };
    visit.take(face).map_err(FieldError::from)?;
    visit.take(statement).map_err(FieldError::from)?;
    let (relation, reason) = (Relation::Child, ProxyReason::Ill);
    let named = visit.take(ProxyDetails { name: "Wakil".into(), nik: proxy_nik, phone: None, relation, reason });
    named.map_err(FieldError::from)?;
    let start = Instant::now();
    handset.commit(&visit)?;
    Ok(milliseconds(start))
}

fn write(path: &Path, bytes: &[u8]) -> Result<f64> {
    let start = Instant::now();
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // It stays until the end: to give its room back now would be the next commit's work.
    Ok(milliseconds(start))
}

/// What can't be compressed, as a photo can't.
fn noise(bytes: usize) -> Vec<u8> {
    let mut noise = Vec::with_capacity(bytes + 4096);
    while noise.len() < bytes {
        noise.extend_from_slice(&random_bytes::<4096>());
    }
    noise.truncate(bytes);
    noise
}
