//! A living person's face, from frames.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use saksi_face::{CapturePolicy, Frame, LiveCapture, LivenessEvidence, LivenessMode, LivenessPolicy, Outcome, Quality};
use saksi_field::text::{Language, Told as _};
use saksi_records::keys::random_bytes;
use serde_json::json;

use super::{Heard, Liveness, Session, feed};
use crate::output::print_json;
use crate::{Common, photos};

pub fn run(session: &Session, liveness: Liveness, language: Language, common: &Common) -> Result<ExitCode> {
    let models = Arc::new(photos::models(common)?);
    let policy = CapturePolicy { liveness: policy(liveness), ..CapturePolicy::default() };
    let mut capture = LiveCapture::new(Arc::new(photos::engine(common)?), models, policy, random_bytes());
    let said = feed(session, "Face", common, |frame, at| {
        let step = capture.step(frame, at)?;
        let kept = if step.keep_best { "the best so far" } else { "not better" };
        Ok(Heard {
            code: step.advice.code(),
            told: step.advice.tell(language),
            why: vec![format!("done {:.0} %", step.progress * 100.0), kept.into()],
            over: step.over,
        })
    })?;
    let (outcome, best) = capture.finish().unzip();
    let (captured, reason, quality, evidence) = match &outcome {
        Some(Outcome::Captured(it)) => (true, None, Some(it.quality), Some(&it.liveness)),
        Some(Outcome::Abandoned(it)) => {
            (false, Some(it.reason), it.best.map(|(_, quality)| quality), Some(&it.liveness))
        }
        None => (false, None, None, None),
    };
    if let Some(folder) = &session.out {
        write(folder, best.flatten().filter(|_| captured).as_ref(), quality, evidence)?;
    }
    if common.json {
        print_json(&json!({
            "captured": captured,
            "reason": reason,
            "said": said,
            "quality": quality,
            "liveness": evidence.map(|it| json!({ "verdict": it.verdict, "clearance": it.clearance, "reasons": it.reasons })),
        }))?;
    }
    Ok(if captured { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn policy(liveness: Liveness) -> LivenessPolicy {
    let mode = match liveness {
        Liveness::Required => LivenessMode::Required,
        Liveness::Recorded => LivenessMode::Recorded,
        Liveness::Off => return LivenessPolicy::off(),
    };
    LivenessPolicy { mode, ..LivenessPolicy::default() }
}

/// The photo, if there is one to be used, and what was seen of a life behind it.
fn write(
    folder: &Path,
    photo: Option<&Frame>,
    quality: Option<Quality>,
    evidence: Option<&LivenessEvidence>,
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let at = |name: &str| folder.join(name);
    if let Some(photo) = photo {
        fs::write(at("face.jpg"), photo.to_face_jpeg()?).with_context(|| at("face.jpg").display().to_string())?;
    }
    let evidence = serde_json::to_vec_pretty(&json!({ "quality": quality, "liveness": evidence }))?;
    fs::write(at("evidence.json"), evidence).with_context(|| at("evidence.json").display().to_string())
}
