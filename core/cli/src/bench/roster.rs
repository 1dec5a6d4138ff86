//! Times the opening of a handset by the size of its roster, a search by name, the day's route and a card.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use saksi_face::{Face, Frame};
use saksi_records::keys::random_bytes;
use saksi_records::{FaceTemplate, Portrait};
use serde::Serialize;

use super::practice::{self, PIN};
use super::{median, milliseconds};
use crate::output::print_json;
use crate::{Common, photos};

#[derive(Serialize)]
struct Report {
    beneficiaries: u32,
    runs: u32,
    import_ms: f64,
    /// The key from the PIN, by Argon2id, is in it: what a roster of one takes.
    unlock_ms: f64,
    /// A word with a letter missing, in another spelling.
    find_ms: f64,
    /// All of them in walking order, each with a place.
    route_ms: f64,
    /// Somebody's card, with the portrait where there are portraits.
    card_ms: f64,
    /// Bytes of one portrait; 0: there are none.
    portrait_bytes: usize,
    disk_bytes: u64,
}

pub fn run(size: u32, runs: u32, portraits: bool, common: &Common) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let model = photos::engine(common)?.model().to_string();
    let portrait = portraits.then(portrait).transpose()?;
    let start = Instant::now();
    let handset = practice::handset(folder.path(), size, |_| Some((face(&model), portrait.clone())), common)?;
    let import_ms = milliseconds(start);
    let (mut unlocks, mut finds, mut routes, mut cards) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for run in 0..runs {
        handset.lock();
        let start = Instant::now();
        handset.unlock("officer".parse()?, PIN)?;
        unlocks.push(milliseconds(start));
        let start = Instant::now();
        handset.with_roster(|roster| black_box(roster.find("cahyno").len()))?;
        finds.push(milliseconds(start));
        let start = Instant::now();
        black_box(handset.route(&practice::ROUND.parse()?, None)?);
        routes.push(milliseconds(start));
        let start = Instant::now();
        black_box(handset.card(&practice::id(run % size)?)?);
        cards.push(milliseconds(start));
    }
    let (unlock_ms, find_ms, route_ms, card_ms) = (median(unlocks), median(finds), median(routes), median(cards));
    let portrait_bytes = portrait.map_or(0, |it| it.jpeg().len());
    let disk_bytes = handset.space()?.disk_bytes;
    let report = Report {
        beneficiaries: size,
        runs,
        import_ms,
        unlock_ms,
        find_ms,
        route_ms,
        card_ms,
        portrait_bytes,
        disk_bytes,
    };
    if common.json {
        return print_json(&report);
    }
    println!("{size} beneficiaries: unlocked in {unlock_ms:.0} ms, a search by name takes {find_ms:.1} ms");
    println!(
        "the route is ordered in {route_ms:.0} ms; a card takes {card_ms:.1} ms, its portrait has {portrait_bytes} bytes"
    );
    println!("imported in {import_ms:.0} ms; {disk_bytes} bytes on disk");
    Ok(())
}

/// As large as that of a photo: of noise, which is halved to fit.
fn portrait() -> Result<Portrait> {
    let pixels = std::iter::repeat_with(random_bytes::<3>).take(300 * 400).flatten().collect();
    let landmarks = [[115.0, 180.0], [185.0, 180.0], [150.0, 220.0], [120.0, 260.0], [180.0, 260.0]];
    let face = Face { bbox: [80.0, 100.0, 140.0, 200.0], landmarks, score: 1.0 };
    Ok(Portrait::new(Frame::from_rgb(300, 400, pixels)?.to_portrait_jpeg(&face)?)?)
}

/// 128 values, none of them extreme.
fn face(model: &str) -> FaceTemplate {
    let values = random_bytes::<128>().map(|byte| f32::from(byte) - 127.5);
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    FaceTemplate { model: model.to_owned(), data: values.iter().flat_map(|v| (v / length).to_le_bytes()).collect() }
}
