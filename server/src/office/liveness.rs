//! What a handset saw of a life behind a face: verdict, reasons, movements and small pictures.

use maud::{Markup, html};
use saksi_records::RecordId;
use saksi_records::liveness::{
    Challenge, ChallengeEvidence, ChallengeResult, Clearance, EndReason, GiveUp, LivenessEvidence, LivenessMode,
    LivenessReason, LivenessVerdict, Moment,
};

use super::i18n::{Lang, Text, text};

/// The facts as rows of a list.
pub(super) fn facts(lang: Lang, seen: &LivenessEvidence) -> Markup {
    let t = |text| lang.of(text);
    html! {
        dt { (t(text::LIVENESS)) }
        dd {
            b { (t(verdict(seen.verdict))) } " · " (t(clearance(seen.clearance)))
            " (" (t(mode(seen.mode))) ", " (seconds(seen.duration_ms)) " s, " (seen.frames_seen) " " (t(text::FRAMES)) ")"
            @for why in &seen.reasons { div { (t(reason(*why))) } }
            @if let Some(ended) = seen.ended { div { (t(text::CAPTURE_ENDED)) ": " (t(end(ended))) } }
            @if seen.failed_before > 0 { div { (seen.failed_before) " " (t(text::CAPTURES_BEFORE)) } }
        }
        @if !seen.challenges.is_empty() {
            dt { (t(text::MOVEMENTS)) }
            dd { @for asked in &seen.challenges { div { (movement(lang, asked)) } } }
        }
        @if let Some(passive) = &seen.passive {
            dt { (t(text::TEXTURE)) }
            dd { (format!("{:.2}", passive.mean)) " (" (passive.models.join(", ")) ")" }
        }
    }
}

/// The small pictures of a record that is open.
pub(super) fn frames(lang: Lang, id: RecordId, seen: &LivenessEvidence) -> Markup {
    html! {
        @if !seen.frames.is_empty() {
            div.photos { @for (n, frame) in seen.frames.iter().enumerate() {
                @let name = lang.of(moment(frame.moment));
                figure {
                    img src={ "/office/records/" (id) "/frames/" (n) } alt=(name);
                    figcaption { (name) " · " (seconds(frame.at_ms)) " s" }
                }
            } }
        }
    }
}

/// Reasons as one line.
pub(super) fn reasons(lang: Lang, reasons: &[LivenessReason]) -> String {
    reasons.iter().map(|why| lang.of(reason(*why))).collect::<Vec<_>>().join("; ")
}

/// What the checks came to.
pub(super) fn verdict(verdict: LivenessVerdict) -> Text {
    match verdict {
        LivenessVerdict::Live => text::VERDICT_LIVE,
        LivenessVerdict::Review => text::VERDICT_REVIEW,
        LivenessVerdict::Spoof => text::VERDICT_SPOOF,
        LivenessVerdict::Unchecked => text::VERDICT_UNCHECKED,
    }
}

fn movement(lang: Lang, asked: &ChallengeEvidence) -> Markup {
    html! {
        (lang.of(challenge(asked.challenge))) ": " (lang.of(result(asked.result)))
        " (" (seconds(asked.asked_ms)) "–" (seconds(asked.ended_ms)) " s)"
    }
}

fn seconds(ms: u32) -> String {
    format!("{:.1}", f64::from(ms) / 1000.0)
}

fn mode(mode: LivenessMode) -> Text {
    match mode {
        LivenessMode::Required => text::MODE_REQUIRED,
        LivenessMode::Recorded => text::MODE_RECORDED,
        LivenessMode::Off => text::MODE_OFF,
    }
}

fn clearance(clearance: Clearance) -> Text {
    match clearance {
        Clearance::Cleared => text::CLEARED,
        Clearance::Supervisor => text::TO_SUPERVISOR,
        Clearance::Blocked => text::BLOCKED,
    }
}

fn reason(reason: LivenessReason) -> Text {
    match reason {
        LivenessReason::NoAnswer => text::WHY_NO_ANSWER,
        LivenessReason::WrongMotion => text::WHY_WRONG_MOTION,
        LivenessReason::Flat => text::WHY_FLAT,
        LivenessReason::FaceChanged => text::WHY_FACE_CHANGED,
        LivenessReason::Cut => text::WHY_CUT,
        LivenessReason::DepthNotShown => text::WHY_NO_DEPTH,
        LivenessReason::PassiveLow => text::WHY_TEXTURE,
        LivenessReason::PassiveMissing => text::WHY_NO_TEXTURE,
        LivenessReason::NotFinished => text::WHY_NOT_FINISHED,
    }
}

fn challenge(challenge: Challenge) -> Text {
    match challenge {
        Challenge::TurnLeft => text::TURN_LEFT,
        Challenge::TurnRight => text::TURN_RIGHT,
        Challenge::CircleLeft => text::CIRCLE_LEFT,
        Challenge::CircleRight => text::CIRCLE_RIGHT,
        Challenge::ComeNearer => text::COME_NEARER,
        Challenge::CloseEyes => text::CLOSE_EYES,
        Challenge::OpenMouth => text::OPEN_MOUTH,
    }
}

fn result(result: ChallengeResult) -> Text {
    match result {
        ChallengeResult::Passed => text::ANSWER_PASSED,
        ChallengeResult::Late => text::WHY_NO_ANSWER,
        ChallengeResult::Early => text::ANSWER_EARLY,
        ChallengeResult::WrongMotion => text::WHY_WRONG_MOTION,
        ChallengeResult::Flat => text::WHY_FLAT,
        ChallengeResult::FaceChanged => text::WHY_FACE_CHANGED,
        ChallengeResult::Cut => text::WHY_CUT,
        ChallengeResult::CannotMove => text::ANSWER_CANNOT,
        ChallengeResult::Unanswered => text::WHY_NOT_FINISHED,
    }
}

fn end(ended: EndReason) -> Text {
    match ended {
        EndReason::TimedOut => text::END_TIME,
        EndReason::NotConfirmed => text::END_NOT_CONFIRMED,
        EndReason::GivenUp(GiveUp::PersonUnable) => text::END_UNABLE,
        EndReason::GivenUp(GiveUp::PersonRefused) => text::END_REFUSED,
        EndReason::GivenUp(GiveUp::BadLight) => text::END_LIGHT,
        EndReason::GivenUp(GiveUp::CameraTrouble) => text::END_CAMERA,
        EndReason::GivenUp(GiveUp::Cancelled) => text::END_CANCELLED,
    }
}

fn moment(moment: Moment) -> Text {
    match moment {
        Moment::Straight => text::FRAME_STRAIGHT,
        Moment::Answer => text::FRAME_ANSWER,
        Moment::Failed => text::FRAME_FAILED,
    }
}
