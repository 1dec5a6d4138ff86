//! The statement page, from frames.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use saksi_face::{PageAdvice, PageLimits, StatementCapture};
use saksi_field::text::{Language, Told as _};
use serde_json::json;

use super::{Heard, Session, feed};
use crate::Common;
use crate::output::print_json;

pub fn run(session: &Session, language: Language, common: &Common) -> Result<ExitCode> {
    let mut capture = StatementCapture::new(PageLimits::default(), Vec::new());
    let mut shown = None;
    let said = feed(session, "Statement", common, |frame, at| {
        let guidance = capture.push(frame, at)?;
        shown = Some(guidance.advice);
        let corners = guidance.corners.map_or_else(|| "no corners".into(), |at| format!("corners {at:.0?}"));
        Ok(Heard {
            code: guidance.advice.code(),
            told: guidance.advice.tell(language),
            why: vec![corners, format!("held {:.0} %", guidance.progress * 100.0)],
            over: guidance.advice.is_final(),
        })
    })?;
    let taken = shown == Some(PageAdvice::Done);
    let statement = taken.then(|| capture.finish()).transpose()?;
    if let (Some(statement), Some(folder)) = (&statement, &session.out) {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        for (name, jpeg) in [("page.jpg", &statement.page), ("photo.jpg", &statement.photo)] {
            let path = folder.join(name);
            fs::write(&path, jpeg).with_context(|| path.display().to_string())?;
        }
    }
    if common.json {
        print_json(&json!({
            "taken": taken,
            "said": said,
            "quality": statement.as_ref().map(|it| it.quality),
            "corners": statement.as_ref().map(|it| it.corners),
            "page_bytes": statement.as_ref().map(|it| it.page.len()),
            "photo_bytes": statement.as_ref().map(|it| it.photo.len()),
        }))?;
    }
    Ok(if taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
