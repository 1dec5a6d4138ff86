//! Whether a receipt that somebody holds is true.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use maud::{Markup, html};
use saksi_records::ReceiptCode;
use serde::Deserialize;

use super::i18n::text;
use super::layout::{self, Live, Section};
use super::records::kind_badge;
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::board::{self, Recorded};

/// A code, as it was read out or typed.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    code: String,
}

/// What a code comes to.
enum Answer {
    /// It is no code.
    Mistyped,
    /// The records that have it.
    Found(Vec<Recorded>),
}

/// `GET /office/receipts`.
pub(super) async fn form(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    page(&office, &who, "", None).await
}

/// `POST /office/receipts`: what the record with this code says.
pub(super) async fn check(
    State(office): Shared,
    who: LoggedIn,
    asked: Result<Form<Asked>, FormRejection>,
) -> Result<Markup, Refusal> {
    let Form(Asked { code }) = asked.map_err(|_| Refusal::Request)?;
    let found = match code.parse::<ReceiptCode>() {
        Ok(code) => {
            let mut conn = office.programme.db().read().await?;
            Answer::Found(board::by_receipt(&mut conn, code.as_str()).await?)
        }
        Err(_) => Answer::Mistyped,
    };
    page(&office, &who, &code, Some(found)).await
}

async fn page(office: &Office, who: &LoggedIn, code: &str, answer: Option<Answer>) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let live = if answer.is_some() { Live::Search } else { Live::Page };
    let content = html! {
        h1 { (t(text::RECEIPT_CHECK)) }
        form.row method="post" action="/office/receipts" {
            label { (t(text::RECEIPT_CODE)) input name="code" value=(code) maxlength="40" placeholder="4K7Q-9WX2-RT5" autocomplete="off"; }
            button { (t(text::RECEIPT_CHECK)) }
        }
        @match answer {
            None => {}
            Some(Answer::Mistyped) => p.notice.warn { (t(text::RECEIPT_MISTYPED)) }
            Some(Answer::Found(found)) if found.is_empty() => p.notice.warn { (t(text::RECEIPT_UNKNOWN)) }
            Some(Answer::Found(found)) => @for it in &found {
                p.notice.good { (t(text::RECEIPT_TRUE)) }
                div.card { dl {
                    dt { (t(text::RECORD)) } dd { a href={ "/office/records/" (it.record) } { (kind_badge(who.lang, &it.kind)) } }
                    @if let Some(id) = &it.beneficiary { dt { (t(text::PHOTO_BENEFICIARY)) } dd { (id) } }
                    dt { (t(text::ROUND)) } dd { (it.round) }
                    dt { (t(text::AMOUNT)) } dd { @if let Some(amount) = it.amount { (amount) } @else { "–" } }
                    dt { (t(text::WHEN)) } dd { (layout::time(it.at)) }
                } }
            }
        }
    };
    layout::page(office, who, Section::Receipts, t(text::RECEIPT_CHECK), live, &content).await
}
