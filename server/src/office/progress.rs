//! How the round goes: the first page, and the same in figures for programs.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Json, Response};
use maud::{Markup, html};
use saksi_records::{Round, RoundId};

use super::i18n::{Lang, text};
use super::layout::{self, Live, Section};
use super::session::LoggedIn;
use super::{Refusal, Shared};
use crate::db::board::{self, Standing, Summary};

/// `GET /office?round=…`.
pub(super) async fn page(State(office): Shared, who: LoggedIn, uri: Uri) -> Result<Markup, Refusal> {
    let mut conn = office.programme.db().snapshot().await?;
    let rounds = board::rounds(&mut conn).await?;
    let summary = match chosen(&rounds, &uri) {
        Some(round) => board::summary(&mut conn, &round.id).await?,
        None => None,
    };
    drop(conn);
    let content = html! {
        div #progress data-live {
            @match &summary {
                Some(summary) => (overview(who.lang, summary)),
                None => {
                    h1 { (who.lang.of(text::NO_ROUND)) }
                    p { (who.lang.of(text::NO_ROUND_HINT)) }
                }
            }
        }
        (other_rounds(who.lang, &rounds, summary.as_ref()))
    };
    layout::page(&office, &who, Section::Progress, who.lang.of(text::NAV_PROGRESS), Live::Page, &content).await
}

/// `GET /office/api/summary.json?round=…`: the round's progress, or 404 where there is none.
pub(super) async fn summary(State(office): Shared, _: LoggedIn, uri: Uri) -> Result<Response, Refusal> {
    let mut conn = office.programme.db().snapshot().await?;
    let rounds = board::rounds(&mut conn).await?;
    let round = chosen(&rounds, &uri).ok_or(Refusal::NotFound)?;
    let summary = board::summary(&mut conn, &round.id).await?.ok_or(Refusal::NotFound)?;
    Ok(Json(summary).into_response())
}

/// The round that an address names, otherwise the latest.
pub(super) fn chosen<'a>(rounds: &'a [Round], uri: &Uri) -> Option<&'a Round> {
    let named = uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("round="));
    match named {
        Some(id) => rounds.iter().find(|round| round.id.as_str() == id),
        None => rounds.first(),
    }
}

fn overview(lang: Lang, it: &Summary) -> Markup {
    let t = |text| lang.of(text);
    let served = it.in_person + it.proxy;
    html! {
        p.soft.small { (t(text::ROUND)) " " (it.round.id) " · " span.live { (t(text::LIVE)) } }
        h1 { (it.round.title) }
        @if it.open_alerts > 0 {
            p.notice.warn { a href="/office/alerts" { (it.open_alerts) " " (t(text::OPEN_ALERTS)) } }
        }
        div.card {
            div.lead {
                div { strong { (it.paid) } br; span.soft { (t(text::PAID_OF)) " " (it.due) } }
                div { strong { (percent(served, it.beneficiaries)) } br;
                    span.soft { (served) " " (t(text::SERVED_OF)) " " (it.beneficiaries) } }
            }
            (bar(lang, it))
        }
        ul.stats {
            @for standing in Standing::ALL {
                li { a class=(standing.as_str()) href={ "/office/people?round=" (it.round.id) "&standing=" (standing.as_str()) } {
                    b { (count(it, standing)) } span.soft { (t(layout::standing(standing))) }
                } }
            }
        }
        h2 { (t(text::BY_HANDSET)) }
        @if it.handsets.is_empty() { p.soft { (t(text::NOTHING_YET)) } }
        @else {
            div.table { table.cards {
                thead { tr { th { (t(text::HANDSET)) } th.num { (t(text::RECORDS)) } th.num { (t(text::PAID)) } th.num { (t(text::AMOUNT)) }
                    th.num { (t(text::CASH_RECEIVED)) } th.num { (t(text::CASH_RETURNED)) } th.num { (t(text::CASH_LEFT)) } } }
                tbody { @for handset in &it.handsets { tr {
                    td { (handset.label) }
                    td.num data-name=(t(text::RECORDS)) { (handset.records) }
                    td data-name=(t(text::PAID)) class="num" { (handset.payments) }
                    td.num { (handset.paid) }
                    td.num data-name=(t(text::CASH_RECEIVED)) { (handset.received) }
                    td.num data-name=(t(text::CASH_RETURNED)) { (handset.returned) }
                    td.num data-name=(t(text::CASH_LEFT)) { (handset.cash_left()) }
                } } }
            } }
        }
    }
}

fn other_rounds(lang: Lang, rounds: &[Round], shown: Option<&Summary>) -> Markup {
    let others = rounds.iter().filter(|round| shown.is_none_or(|it| it.round.id != round.id));
    html! {
        @if rounds.len() > 1 {
            h2 { (lang.of(text::ROUND)) }
            ul { @for round in others { li { a href={ "/office?round=" (round.id) } { (round.title) } " " span.soft { (round.id) } } } }
        }
    }
}

// A bar of five parts, drawn to scale in tenths of a percent.
fn bar(lang: Lang, it: &Summary) -> Markup {
    let width = |count: u64| (count * 1000).checked_div(it.beneficiaries).unwrap_or(0);
    let mut parts = Vec::new();
    let mut from = 0;
    for standing in Standing::ALL {
        parts.push((standing, from, width(count(it, standing))));
        from += width(count(it, standing));
    }
    html! {
        svg.progress viewBox="0 0 1000 10" preserveAspectRatio="none" role="img"
            aria-label={ (percent(it.in_person + it.proxy, it.beneficiaries)) " " (lang.of(text::NAV_PROGRESS)) } {
            @for (standing, from, width) in parts {
                rect class={ "fill-" (standing.as_str()) } x=(from) y="0" width=(width) height="10" {}
            }
        }
    }
}

fn count(it: &Summary, standing: Standing) -> u64 {
    match standing {
        Standing::InPerson => it.in_person,
        Standing::Proxy => it.proxy,
        Standing::Exception => it.exceptions,
        Standing::NotServed => it.not_served,
        Standing::Remaining => it.remaining,
    }
}

fn percent(part: u64, whole: u64) -> String {
    format!("{} %", (part * 100).checked_div(whole).unwrap_or(0))
}

/// The round of an address's path.
pub(super) fn parse_round(text: &str) -> Result<RoundId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
