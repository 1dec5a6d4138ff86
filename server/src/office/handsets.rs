//! The handsets: what each has sent and may do, and tickets for new ones.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Redirect;
use maud::{Markup, PreEscaped, html};
use saksi_records::HandsetId;
use saksi_records::wire::HandsetState;

use super::i18n::{Lang, text};
use super::layout::{self, Section};
use super::session::LoggedIn;
use super::{Refusal, Shared};
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
    layout::page(&office, &who, Section::Handsets, t(text::NAV_HANDSETS), false, &content).await
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
    let t = |text| who.lang.of(text);
    let mut conn = office.programme.db().read().await?;
    let routes = roster::routes(&mut conn).await?;
    drop(conn);
    let content = html! {
        h1 { (t(text::NEW_TICKET)) }
        div.card {
            form.stack method="post" action="/office/tickets/new" {
                fieldset {
                    legend.soft { (t(text::TICKET_ROUTES)) }
                    @for route in &routes { label { input type="checkbox" name="route" value=(route); (route) } }
                    @if routes.is_empty() { span.soft { (t(text::ALL)) } }
                }
                p.soft.small { (t(text::TICKET_ONCE)) }
                div { button { (t(text::MAKE_TICKET)) } }
            }
        }
    };
    layout::page(&office, &who, Section::Handsets, t(text::NEW_TICKET), false, &content).await
}

/// `POST /office/tickets/new`.
pub(super) async fn ticket(State(office): Shared, who: LoggedIn, body: Bytes) -> Result<Markup, Refusal> {
    if !who.user.role.rules_handsets() {
        return Err(Refusal::Forbidden);
    }
    let t = |text| who.lang.of(text);
    let routes = checked(&body);
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
    layout::page(&office, &who, Section::Handsets, t(text::NEW_TICKET), false, &content).await
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

// The checked boxes of a form. `serde_urlencoded` has no repeated fields.
fn checked(body: &[u8]) -> Vec<String> {
    form_pairs(body)
        .into_iter()
        .filter(|(name, value)| name == "route" && !value.is_empty())
        .map(|pair| pair.1)
        .collect()
}

fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(body).unwrap_or_default()
}
