//! Times a search of one face among many.

use std::time::Instant;

use anyhow::Result;
use saksi_face::{Gallery, Manifest, ModelId, Template};
use serde::Serialize;

use super::{median, milliseconds, peak_rss_mb};
use crate::Common;
use crate::output::print_json;

#[derive(Serialize)]
struct Report {
    size: usize,
    top: usize,
    runs: usize,
    top1_ms: f64,
    bytes_per_template: usize,
    queries_per_s: f64,
    build_ms: f64,
    peak_rss_mb: Option<f64>,
}

/// By how much a person seen anew differs: gives cosines of about 0.7, as two photos of one person have.
const SEEN_ANEW: f32 = 1.0;

pub fn run(size: usize, top: usize, runs: u32, common: &Common) -> Result<()> {
    let mut people = People::of(Manifest::bundled().embedder()?.0.id.clone());
    let mut gallery = Gallery::new();
    let mut known = Vec::new();
    let start = Instant::now();
    for key in 0..size as u32 {
        let person = people.person()?;
        gallery.insert(key, &person)?;
        // Not from one corner of the gallery only.
        if known.len() < runs as usize && (key as usize).is_multiple_of((size / runs as usize).max(1)) {
            known.push(person);
        }
    }
    let build_ms = milliseconds(start);
    let probes = (0..2 * runs as usize)
        .map(|i| if i % 2 == 0 { people.seen_anew(&known[i % known.len()]) } else { people.person() })
        .collect::<Result<Vec<_>>>()?;
    // A gallery's first searches wait for memory, so as many others come first.
    let (others, probes) = probes.split_at(runs as usize);
    for probe in others {
        gallery.search(probe, top)?;
    }
    let times = probes.iter().map(|probe| {
        let start = Instant::now();
        std::hint::black_box(gallery.search(probe, top)?);
        Ok(milliseconds(start))
    });
    let times = times.collect::<Result<Vec<f64>>>()?;
    let report = Report {
        size,
        top,
        runs: times.len(),
        queries_per_s: times.len() as f64 * 1000.0 / times.iter().sum::<f64>(),
        top1_ms: median(times),
        bytes_per_template: gallery.scanned_bytes(),
        build_ms,
        peak_rss_mb: peak_rss_mb(),
    };
    if common.json {
        return print_json(&report);
    }
    println!(
        "among {size}: {:.3} ms (median), {:.0} searches a second, {} bytes read of each; built in {:.0} ms",
        report.top1_ms, report.queries_per_s, report.bytes_per_template, report.build_ms
    );
    Ok(())
}

/// People who don't exist, always the same.
pub struct People {
    state: u64,
    model: ModelId,
}

/// Values in their templates.
const DIMENSION: usize = 128;

impl People {
    pub fn of(model: ModelId) -> Self {
        Self { state: 1, model }
    }

    pub fn person(&mut self) -> Result<Template> {
        let values = (0..DIMENSION).map(|_| self.normal()).collect();
        Ok(Template::new(self.model.clone(), values)?)
    }

    fn seen_anew(&mut self, person: &Template) -> Result<Template> {
        let spread = SEEN_ANEW / (DIMENSION as f32).sqrt();
        let values = person.values().iter().map(|value| value + self.normal() * spread).collect();
        Ok(Template::new(self.model.clone(), values)?)
    }

    /// Nearly normal: the sum of twelve uniform numbers, less its mean (Irwin-Hall).
    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.uniform()).sum::<f32>() - 6.0
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn uniform(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1_u32 << 24) as f32
    }
}
