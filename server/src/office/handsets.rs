//! The handsets: what each has sent and may do, and tickets for new ones.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use saksi_records::HandsetId;
use saksi_records::wire::HandsetState;

use super::i18n::{Lang, Text, text};
use super::layout::{self, Live, Section};
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::handsets::{self, Handset, state_name};
use crate::db::{board, roster};
use crate::qr;

/// `GET /office/handsets`.
pub(super) async fn page(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let rules = who.user.role.rules_handsets();
    let mut conn = office.programme.db().snapshot().await?;
    let mut rows = Vec::new();
    for handset in handsets::handsets(&mut conn).await? {
        let counts = board::handset_counts(&mut conn, handset.id).await?;
        let routes = handsets::routes(&mut conn, handset.id).await?;
        rows.push((handset, routes, counts));
    }
    drop(conn);
    let content = html! {
        h1 { (t(text::NAV_HANDSETS)) }
        @if rules { p { a.button href="/office/tickets/new" { (t(text::NEW_TICKET)) } } }
        div #handsets data-live {
            @if rows.is_empty() { p.soft { (t(text::NO_HANDSETS)) } }
            @for (handset, routes, (records, alerts)) in &rows {
                div.card {
                    div.lead { h2 { (handset.label) } (layout::state_badge(who.lang, handset.state)) }
                    dl {
                        dt { (t(text::OFFICER)) } dd { (handset.officer.as_deref().unwrap_or("–")) }
                        dt { (t(text::ROUTE)) } dd { @if routes.is_empty() { (t(text::ALL)) } @else { (routes.join(", ")) } }
                        dt { (t(text::REGISTERED)) } dd { (layout::time(handset.registered)) }
                        dt { (t(text::LAST_SEEN)) } dd { (layout::time(handset.last_seen)) }
                        dt { (t(text::RECORDS)) } dd { (records) }
                        dt { (t(text::CHAIN_PLACE)) } dd { (handset.head.seq)
                            @if handset.head.seq > 0 { " · " b { (handset.head.digest.short_code()) } } }
                        dt { (t(text::NAV_ALERTS)) } dd { @if *alerts > 0 { a href="/office/alerts" { (alerts) } } @else { "0" } }
                        dt { (t(text::NUMBER)) } dd.mono.soft { (handset.id) }
                    }
                    @if rules {
                        p { a href={ "/office/handsets/" (handset.id) "/officers" } { (t(text::OFFICERS)) } }
                        p { (acts(who.lang, handset)) }
                    }
                }
            }
        }
    };
    layout::page(&office, &who, Section::Handsets, t(text::NAV_HANDSETS), Live::Page, &content).await
}

/// `POST /office/handsets/{id}/{state}`.
pub(super) async fn set_state(
    State(office): Shared,
    who: LoggedIn,
    Path((id, state)): Path<(String, String)>,
) -> Result<Redirect, Refusal> {
    if !who.user.role.rules_handsets() {
        return Err(Refusal::Forbidden);
    }
    let id: HandsetId = id.parse().map_err(|_| Refusal::NotFound)?;
    let state = STATES.into_iter().find(|it| state_name(*it) == state).ok_or(Refusal::NotFound)?;
    office.programme.set_handset_state(id, state, &who.user.name).await.map_err(|e| Refusal::internal(&e))?;
    Ok(Redirect::to("/office/handsets"))
}

/// `GET /office/tickets/new`.
pub(super) async fn ticket_form(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    if !who.user.role.rules_handsets() {
        return Err(Refusal::Forbidden);
    }
    ask_for_routes(&office, &who, None).await
}

async fn ask_for_routes(office: &Office, who: &LoggedIn, wrong: Option<Text>) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let mut conn = office.programme.db().read().await?;
    let routes = roster::routes(&mut conn).await?;
    drop(conn);
    let content = html! {
        h1 { (t(text::NEW_TICKET)) }
        @if let Some(wrong) = wrong { p.notice.warn role="alert" { (t(wrong)) } }
        div.card {
            form.stack method="post" action="/office/tickets/new" {
                fieldset {
                    legend.soft { (t(text::TICKET_ROUTES)) }
                    @for route in &routes { label { input type="checkbox" name="route" value=(route); (route) } }
                    label { input type="checkbox" name="all" value="yes"; (t(text::TICKET_ALL)) }
                }
                p.soft.small { (t(text::TICKET_ONCE)) }
                div { button { (t(text::MAKE_TICKET)) } }
            }
        }
    };
    layout::page(office, who, Section::Handsets, t(text::NEW_TICKET), Live::Page, &content).await
}

/// `POST /office/tickets/new`.
pub(super) async fn ticket(State(office): Shared, who: LoggedIn, body: Bytes) -> Result<Response, Refusal> {
    if !who.user.role.rules_handsets() {
        return Err(Refusal::Forbidden);
    }
    let t = |text| who.lang.of(text);
    let (routes, all) = chosen(&body);
    // A form that came without a box, for whatever reason, lets nobody see everybody.
    if routes.is_empty() != all {
        let page = ask_for_routes(&office, &who, Some(text::TICKET_CHOOSE)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let ticket = office.programme.create_ticket(&routes, &who.user.name).await.map_err(|e| Refusal::internal(&e))?;
    let json = serde_json::to_string(&ticket).map_err(|e| Refusal::internal(&e))?;
    let code = ticket.to_code().unwrap_or_else(|| json.clone());
    let code = qr::svg(&code).map_err(|e| Refusal::internal(&e))?;
    let content = html! {
        h1 { (t(text::NEW_TICKET)) }
        p { (t(text::TICKET_SCAN)) " " (t(text::TICKET_ONCE)) }
        div.qr role="img" aria-label=(t(text::NEW_TICKET)) { (PreEscaped(code)) }
        p { (t(text::ROUTE)) ": " b { @if routes.is_empty() { (t(text::ALL)) } @else { (routes.join(", ")) } } }
        details { summary { (t(text::TICKET_TEXT)) } p.mono { (json) } }
    };
    let page = layout::page(&office, &who, Section::Handsets, t(text::NEW_TICKET), Live::Page, &content).await?;
    Ok(page.into_response())
}

const STATES: [HandsetState; 3] = [HandsetState::Active, HandsetState::Locked, HandsetState::Erase];

// What may be done with a handset, each behind a question.
fn acts(lang: Lang, handset: &Handset) -> Markup {
    let t = |text| lang.of(text);
    html! {
        @for state in STATES {
            @if state != handset.state {
                @let (name, meaning) = match state {
                    HandsetState::Active => (text::ACTIVATE, text::ACTIVATE_MEANS),
                    HandsetState::Locked => (text::LOCK, text::LOCK_MEANS),
                    HandsetState::Erase => (text::ERASE, text::ERASE_MEANS),
                };
                details.act {
                    summary { (t(name)) }
                    p { (t(meaning)) }
                    form method="post" action={ "/office/handsets/" (handset.id) "/" (state_name(state)) } {
                        button.danger[state == HandsetState::Erase] { (t(text::CONFIRM)) ": " (t(name)) }
                    }
                }
            }
        }
    }
}

// The routes whose boxes are checked, and whether the box of all routes is. `serde_urlencoded` has no repeated fields.
fn chosen(body: &[u8]) -> (Vec<String>, bool) {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    let all = pairs.iter().any(|(name, _)| name == "all");
    let routes = pairs.into_iter().filter(|(name, value)| name == "route" && !value.is_empty());
    (routes.map(|pair| pair.1).collect(), all)
}
