//! The list of a round's beneficiaries, and one of them with all records.
//!
//! A search is posted, so that no name gets into an address, and with it into logs and histories.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use maud::{Markup, html};
use saksi_records::{BeneficiaryId, Round};
use serde::Deserialize;

use super::i18n::{Lang, text};
use super::layout::{self, Live, Section};
use super::progress::{chosen, parse_round};
use super::records::kind_badge;
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::board::{self, LIST_PAGE, Listed, Search, Standing};
use crate::db::{roster, users};

const NIK_DIGITS: usize = 16;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    round: String,
    search: String,
    standing: String,
    page: i64,
}

/// `GET /office/people?round=…&standing=…`.
pub(super) async fn list(State(office): Shared, who: LoggedIn, uri: Uri) -> Result<Markup, Refusal> {
    let named = |name: &str| {
        let query = uri.query().unwrap_or_default();
        query.split('&').find_map(|pair| pair.strip_prefix(name)).unwrap_or_default().to_owned()
    };
    let filter = Filter { round: named("round="), standing: named("standing="), ..Filter::default() };
    show(&office, &who, filter, Live::Page).await
}

/// `POST /office/people`.
pub(super) async fn search(
    State(office): Shared,
    who: LoggedIn,
    filter: Result<Form<Filter>, FormRejection>,
) -> Result<Markup, Refusal> {
    let Form(filter) = filter.map_err(|_| Refusal::Request)?;
    match filter.search.trim() {
        // A page of who has a number isn't asked for again by itself, since each time stands in the audit.
        nik if is_whole_nik(nik) => {
            if !who.user.role.opens_records() {
                return Err(Refusal::Forbidden);
            }
            show(&office, &who, filter, Live::Counts).await
        }
        _ => show(&office, &who, filter, Live::Search).await,
    }
}

// Whoever may look for people by their NIK needs the whole of it, which doesn't leave anyone to find out by trying.
fn is_whole_nik(search: &str) -> bool {
    search.len() == NIK_DIGITS && search.bytes().all(|byte| byte.is_ascii_digit())
}

async fn show(office: &Office, who: &LoggedIn, filter: Filter, live: Live) -> Result<Markup, Refusal> {
    let lang = who.lang;
    let t = |text| lang.of(text);
    let mut conn = office.programme.db().snapshot().await?;
    let rounds = board::rounds(&mut conn).await?;
    let uri = if filter.round.is_empty() { String::new() } else { format!("/?round={}", filter.round) };
    let round = chosen(&rounds, &uri.parse().unwrap_or_default());
    let standing = Standing::ALL.into_iter().find(|it| it.as_str() == filter.standing);
    let page = filter.page.clamp(0, 1_000_000);
    let search = match filter.search.trim() {
        nik if is_whole_nik(nik) => Search::Nik(nik),
        text => Search::Text(text),
    };
    let (people, total) = match round {
        Some(round) => board::list(&mut conn, &round.id, search, standing, page).await?,
        None => (Vec::new(), 0),
    };
    drop(conn);
    if let Search::Nik(_) = search {
        let found: Vec<_> = people.iter().map(|it| it.id.as_str()).collect();
        let mut conn = office.programme.db().note().await?;
        users::audit(&mut conn, &who.user.name, "nik", &found.join(" ")).await?;
        conn.commit().await?;
    }
    let pages = total.div_ceil(LIST_PAGE as u64) as i64;
    let content = html! {
        h1 { (t(text::NAV_LIST)) }
        form.row #filter data-filter data-page=(page) method="post" action="/office/people" role="search" {
            @if rounds.len() > 1 {
                label { (t(text::ROUND)) select name="round" {
                    @for it in &rounds { option value=(it.id) selected[Some(it) == round] { (it.title) } }
                } }
            }
            label { (t(text::SEARCH)) input type="search" name="search" value=(filter.search) maxlength="200" placeholder=(t(text::SEARCH_HINT)); }
            label { (t(text::STATUS)) select name="standing" {
                option value="" { (t(text::ALL)) }
                @for it in Standing::ALL { option value=(it.as_str()) selected[Some(it) == standing] { (t(layout::standing(it))) } }
            } }
            button { (t(text::SEARCH)) }
        }
        div #list data-live {
            p.soft { (total) " " (t(text::FOUND)) }
            @if let (Some(round), false) = (round, people.is_empty()) { (table(lang, round, &people)) }
            @else { p { (t(if round.is_some() { text::NOBODY } else { text::NO_ROUND })) } }
        }
        @if pages > 1 {
            div.pager {
                // The buttons belong to the search form, so that they keep what was searched for.
                @if page > 0 { button.quiet form="filter" name="page" value=(page - 1) { "← " (t(text::PREVIOUS)) } } @else { span {} }
                span.soft { (t(text::PAGE)) " " (page + 1) " / " (pages) }
                @if page + 1 < pages { button.quiet form="filter" name="page" value=(page + 1) { (t(text::NEXT)) " →" } } @else { span {} }
            }
        }
    };
    layout::page(office, who, Section::List, t(text::NAV_LIST), live, &content).await
}

fn table(lang: Lang, round: &Round, people: &[Listed]) -> Markup {
    let t = |text| lang.of(text);
    html! {
        div.table { table.cards {
            thead { tr {
                th { (t(text::NAME)) } th { (t(text::NUMBER)) } th { (t(text::ROUTE)) } th { (t(text::STATUS)) }
                th.num { (t(text::DUE)) } th.num { (t(text::PAID)) }
            } }
            tbody { @for it in people { tr {
                td { a href={ "/office/people/" (it.id) "/" (round.id) } { (it.name) } }
                td.soft { (it.id) }
                td data-name=(t(text::ROUTE)) { (it.route) }
                td { (layout::standing_badge(lang, it.standing))
                    @if it.alerts > 0 { " " span.badge.open title=(t(text::OPEN_ALERTS)) { "⚠ " (it.alerts) } } }
                td.num data-name=(t(text::DUE)) { (it.due) }
                td.num data-name=(t(text::PAID)) { (it.paid) }
            } } }
        } }
    }
}

/// `GET /office/people/{id}/{round}`.
pub(super) async fn person(
    State(office): Shared,
    who: LoggedIn,
    Path((id, round)): Path<(String, String)>,
) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let id: BeneficiaryId = id.parse().map_err(|_| Refusal::NotFound)?;
    let round = parse_round(&round)?;
    let mut conn = office.programme.db().snapshot().await?;
    let person = roster::person(&mut conn, &id).await?.ok_or(Refusal::NotFound)?;
    let due = roster::entitlement(&mut conn, &id, &round).await?;
    let records = board::of_person(&mut conn, &id, &round).await?;
    drop(conn);
    let content = html! {
        p.soft.small { a href={ "/office/people?round=" (round) } { (t(text::NAV_LIST)) } " · " (round) }
        h1 { (person.name) }
        div.card { dl {
            dt { (t(text::NUMBER)) } dd { (person.id) }
            dt { (t(text::NIK)) } dd { (person.nik) }
            dt { (t(text::ADDRESS)) } dd { (person.address) }
            dt { (t(text::ROUTE)) } dd { (person.route) }
            dt { (t(text::DUE)) } dd { @if let Some(due) = due { (due) } @else { "–" } }
        } }
        h2 { (t(text::RECORDS)) }
        div #records data-live {
            @if records.is_empty() { p.soft { (t(text::NO_RECORDS)) } }
            @else {
                div.table { table.cards {
                    thead { tr { th { (t(text::WHEN)) } th { (t(text::STATUS)) } th { (t(text::OFFICER)) } th { (t(text::HANDSET)) } th.num { (t(text::AMOUNT)) } } }
                    tbody { @for it in &records { tr {
                        td.wide { a href={ "/office/records/" (it.record) } { (layout::time(it.at)) } }
                        td { (kind_badge(who.lang, &it.kind)) }
                        td data-name=(t(text::OFFICER)) { (it.officer) }
                        td { (it.handset_label) }
                        td.num { @if let Some(amount) = it.amount { (amount) } @else { "–" } }
                    } } }
                } }
            }
        }
    };
    layout::page(&office, &who, Section::List, &person.name, Live::Page, &content).await
}
