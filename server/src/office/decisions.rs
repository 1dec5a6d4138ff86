//! What waits for a supervisor: enrolments, and exceptions that weren't paid. Decided on the record's own page, beside what
//! it holds.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, html};
use saksi_records::document::{Document, DocumentCheck, DocumentKind, NoDocument};
use saksi_records::{BeneficiaryId, Nik, RecordId, RoundId};
use serde::Deserialize;

use super::i18n::{Lang, Text, text};
use super::layout::{self, Live, Section};
use super::records::kind_badge;
use super::session::LoggedIn;
use super::{Refusal, Shared};
use crate::db::reviews::{self, Decided, Review};
use crate::db::users::Role;
use crate::error::ServerError;
use crate::review::{LONGEST_REASON, ReviewError, Verdict, why_not_payable};

const LATEST: i64 = 200;

/// What a supervisor decides.
#[derive(Deserialize)]
pub(super) struct Decision {
    verdict: Act,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Approve,
    Reject,
}

/// `GET /office/review`: those that wait, and what was decided lately.
pub(super) async fn page(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    if !who.user.role.opens_records() {
        return Err(Refusal::Forbidden);
    }
    let t = |text| who.lang.of(text);
    let mut conn = office.programme.db().snapshot().await?;
    let waiting = reviews::waiting(&mut conn, LATEST).await?;
    let decided = reviews::decided(&mut conn, LATEST).await?;
    drop(conn);
    let content = html! {
        h1 { (t(text::NAV_REVIEW)) }
        div #review data-live {
            @if waiting.is_empty() { p.notice.good { (t(text::NOTHING_WAITS)) } } @else { (table(who.lang, &waiting)) }
            @if !decided.is_empty() { h2 { (t(text::DECIDED)) } (table(who.lang, &decided)) }
        }
    };
    layout::page(&office, &who, Section::Review, t(text::NAV_REVIEW), Live::Page, &content).await
}

/// `POST /office/review/{record}`.
pub(super) async fn decide(
    State(office): Shared,
    who: LoggedIn,
    Path(record): Path<String>,
    decision: Result<Form<Decision>, FormRejection>,
) -> Result<Redirect, Refusal> {
    if !who.user.role.decides() {
        return Err(Refusal::Forbidden);
    }
    let Form(Decision { verdict, reason }) = decision.map_err(|_| Refusal::Request)?;
    let record: RecordId = record.parse().map_err(|_| Refusal::NotFound)?;
    let verdict = match verdict {
        Act::Approve => Verdict::Approved,
        Act::Reject => Verdict::Rejected,
    };
    match office.programme.decide(record, verdict, &reason, &who.user.name).await {
        Ok(()) => Ok(Redirect::to("/office/review")),
        Err(ServerError::Review(ReviewError::Unknown)) => Err(Refusal::NotFound),
        Err(ServerError::Review(why)) => Err(Refusal::Undecided(why)),
        Err(other) => Err(Refusal::internal(&other)),
    }
}

/// Why a decision isn't taken.
pub(super) fn why_not(why: ReviewError) -> Text {
    match why {
        ReviewError::Unknown => text::ERROR_NOT_FOUND,
        ReviewError::Decided => text::ERROR_DECIDED,
        ReviewError::Reason => text::ERROR_REASON,
        ReviewError::Withdrawn => text::ERROR_WITHDRAWN,
        ReviewError::FaceKnown => text::ERROR_FACE_KNOWN,
        ReviewError::NotListed => text::ERROR_NOT_LISTED,
        ReviewError::Left => text::ERROR_LEFT,
        ReviewError::NotEntitled => text::ERROR_NOT_ENTITLED,
        ReviewError::Paid => text::ERROR_PAID,
        ReviewError::Unreadable => text::ERROR_UNREADABLE,
    }
}

/// What was decided about a record, or the forms to decide it with.
pub(super) fn panel(lang: Lang, role: Role, it: &Review) -> Markup {
    let t = |text| lang.of(text);
    html! {
        div.card {
            h2 { (t(text::NAV_REVIEW)) }
            @if let Some(decided) = &it.decision {
                dl {
                    dt { (t(text::STATUS)) } dd { (verdict_badge(lang, decided)) }
                    dt { (t(text::WHO)) } dd { (decided.user) }
                    dt { (t(text::WHEN)) } dd { (layout::time(decided.at)) }
                    @if role.opens_records() && !decided.reason.is_empty() { dt { (t(text::REASON)) } dd { (decided.reason) } }
                }
            } @else if role.decides() {
                @if it.is_enrolment() {
                    @if it.paid { p.notice.warn { (t(text::PAID_MEANWHILE)) } }
                } @else if let Some(why) = why_not_payable(it) { p.notice.warn { (t(why_not(why))) } }
                (form(lang, it, "approve", text::APPROVE, if it.is_enrolment() { text::APPROVE_FACE } else { text::APPROVE_PAYMENT }))
                (form(lang, it, "reject", text::REJECT, text::REJECT_MEANS))
            } @else {
                p.notice { (t(text::WAITS)) }
            }
        }
    }
}

/// The document of an enrolment, as rows of a list. `known`: the number on the roster.
pub(super) fn document(lang: Lang, check: &DocumentCheck, known: Option<&Nik>) -> Markup {
    let t = |text| lang.of(text);
    html! {
        dt { (t(text::DOCUMENT)) }
        @match check {
            DocumentCheck::Seen(Document { kind, nik }) => {
                dd { (t(kind_of(*kind))) }
                dt { (t(text::NIK)) }
                dd { (nik) " · "
                    @if known == Some(nik) { (t(text::NIK_SAME)) } @else { span.badge.open { (t(text::NIK_DIFFERS)) } }
                }
            }
            DocumentCheck::Missing(reason) => dd { span.badge.open { (t(text::NO_DOCUMENT)) } " " (t(none_because(*reason))) }
        }
    }
}

/// Who on the list has a face like an enrolment's.
pub(super) fn alike(lang: Lang, round: &RoundId, found: &[(BeneficiaryId, f32)]) -> Markup {
    let t = |text| lang.of(text);
    html! {
        h2 { (t(text::FACES_ALIKE)) }
        @if found.is_empty() { p.soft { (t(text::NO_FACES_ALIKE)) } }
        @else {
            ul.alerts { @for (id, similarity) in found {
                li { a href={ "/office/people/" (id) "/" (round) } { (id) } " · " (t(text::SIMILARITY)) " " (format!("{similarity:.3}")) }
            } }
        }
    }
}

fn form(lang: Lang, it: &Review, verdict: &str, name: Text, meaning: Text) -> Markup {
    let t = |text| lang.of(text);
    html! {
        details.act {
            summary { (t(name)) }
            p { (t(meaning)) }
            form.stack method="post" action={ "/office/review/" (it.record) } {
                input type="hidden" name="verdict" value=(verdict);
                label { (t(text::REASON)) input name="reason" maxlength=(LONGEST_REASON) required[verdict == "reject"] autocomplete="off"; }
                div { button.danger[verdict == "reject"] { (t(text::CONFIRM)) ": " (t(name)) } }
            }
        }
    }
}

fn table(lang: Lang, rows: &[Review]) -> Markup {
    let t = |text| lang.of(text);
    html! {
        div.table { table.cards {
            thead { tr {
                th { (t(text::WHEN)) } th { (t(text::STATUS)) } th { (t(text::NAME)) } th { (t(text::ROUND)) } th { (t(text::OFFICER)) }
                th { (t(text::HANDSET)) } th { (t(text::REASON)) }
            } }
            tbody { @for it in rows { tr {
                td.wide { a href={ "/office/records/" (it.record) } { (layout::time(it.at)) } }
                td { (kind_badge(lang, &it.kind)) @if it.paid { " " span.badge.closed { (t(text::PAID)) } } }
                td { (it.name.as_deref().unwrap_or(it.beneficiary.as_str())) }
                td { (it.round) }
                td data-name=(t(text::OFFICER)) { (it.officer) }
                td { (it.handset_label) }
                td { @if let Some(decided) = &it.decision {
                    (verdict_badge(lang, decided)) " " (decided.reason) " · " b { (decided.user) }
                } }
            } } }
        } }
    }
}

fn verdict_badge(lang: Lang, decided: &Decided) -> Markup {
    let (look, name) = if decided.approved { ("closed", text::APPROVED) } else { ("open", text::REJECTED) };
    html! { span class={ "badge " (look) } { (lang.of(name)) } }
}

fn kind_of(kind: DocumentKind) -> Text {
    match kind {
        DocumentKind::Ktp => text::KTP,
        DocumentKind::FamilyCard => text::FAMILY_CARD,
        DocumentKind::VillageLetter => text::VILLAGE_LETTER,
    }
}

fn none_because(reason: NoDocument) -> Text {
    match reason {
        NoDocument::NeverIssued => text::NEVER_ISSUED,
        NoDocument::Lost => text::DOCUMENT_LOST,
        NoDocument::InProcess => text::DOCUMENT_IN_PROCESS,
        NoDocument::Elsewhere => text::DOCUMENT_ELSEWHERE,
    }
}
