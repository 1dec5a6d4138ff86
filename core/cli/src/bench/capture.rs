//! Times one frame of guidance, as a capture works on it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use saksi_face::{CameraImage, PageLimits, StatementCapture};
use serde::Serialize;

use super::camera::{HEIGHT, Scene, WIDTH};
use super::{median, milliseconds};
use crate::output::print_json;
use crate::{Common, photos};

#[derive(Serialize)]
struct Report {
    runs: u32,
    /// Finding the face that counts, its quality, and the light around it.
    guidance_ms: f64,
    /// That, and the passive liveness models; `None` where they are missing.
    with_liveness_ms: Option<f64>,
    /// Finding the face, and how far its eyes and mouth are open; `None` where that model is missing.
    with_expression_ms: Option<f64>,
    /// The template of a frame that is worth one, which the others don't need.
    template_ms: f64,
    /// Finding and judging a statement page; `None` without one.
    page_ms: Option<f64>,
}

pub fn run(image: &Path, page: Option<&Path>, runs: u32, common: &Common) -> Result<()> {
    let (engine, models) = (photos::engine(common)?, photos::models(common)?);
    let scene = Scene::with(&photos::frame(image)?);
    let bgra = scene.bgra();
    let frame = CameraImage::bgra(WIDTH, HEIGHT, &bgra, 4 * WIDTH as usize)?.turned(90, false)?.upright(WIDTH);
    let (mut guidance, mut liveness, mut expression, mut template) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=runs {
        let start = Instant::now();
        let seen = engine.look(&frame, Duration::ZERO)?.seen.context("no face found")?;
        let looked = milliseconds(start);
        guidance.push(looked);
        if let Some(passive) = &models.passive {
            passive.score(&frame, &seen.face)?;
            liveness.push(milliseconds(start));
        }
        let start = Instant::now();
        if let Some(mesh) = &models.mesh {
            mesh.expression(&frame, &seen.face)?;
            expression.push(looked + milliseconds(start));
        }
        let start = Instant::now();
        engine.embed_close_up(&frame, &seen.face)?;
        template.push(milliseconds(start));
    }
    // The first run lays out the networks.
    let middle = |times: Vec<f64>| median(times.into_iter().skip(1).collect());
    let report = Report {
        runs,
        guidance_ms: middle(guidance),
        with_liveness_ms: models.passive.is_some().then(|| middle(liveness)),
        with_expression_ms: models.mesh.is_some().then(|| middle(expression)),
        template_ms: middle(template),
        page_ms: page.map(|page| time_page(page, runs)).transpose()?,
    };
    if common.json {
        return print_json(&report);
    }
    let or_none = |ms: Option<f64>| ms.map_or_else(|| "not measured".into(), |ms| format!("{ms:.1} ms"));
    let with = [report.with_liveness_ms, report.with_expression_ms].map(or_none);
    println!("guidance {:.1} ms, with liveness {}, with expression {}", report.guidance_ms, with[0], with[1]);
    println!("template {:.1} ms; statement page {}", report.template_ms, or_none(report.page_ms));
    Ok(())
}

fn time_page(page: &Path, runs: u32) -> Result<f64> {
    let frame = photos::frame(page)?;
    let mut times = Vec::new();
    for _ in 0..runs {
        // A new capture each time: one that has its page takes no more frames.
        let mut capture = StatementCapture::new(PageLimits::default(), Vec::new());
        let start = Instant::now();
        capture.push(&frame, Duration::ZERO)?;
        times.push(milliseconds(start));
    }
    Ok(median(times))
}
