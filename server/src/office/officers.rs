//! Who works with a handset, and the codes that let an officer in or have a handset destroy its keys.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use saksi_records::{HandsetId, OfficerId};
use serde::Deserialize;

use super::i18n::text;
use super::layout::{self, Live, Section};
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::handsets::{self, Handset};
use crate::db::officers;
use crate::error::ServerError;
use crate::qr;

/// What a supervisor wants.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Wish {
    Admit {
        officer: String,
        #[serde(default)]
        name: String,
        /// There, whatever it says: the box is checked.
        by_server: Option<String>,
    },
    Remove {
        officer: String,
    },
    Erase,
}

/// `GET /office/handsets/{id}/officers`.
pub(super) async fn page(State(office): Shared, who: LoggedIn, Path(id): Path<String>) -> Result<Markup, Refusal> {
    let handset = ruled(&office, &who, &id).await?;
    let t = |text| who.lang.of(text);
    let mut conn = office.programme.db().read().await?;
    let assigned = officers::assigned(&mut conn, handset.id).await?;
    drop(conn);
    let content = html! {
        h1 { (handset.label) ": " (t(text::OFFICERS)) }
        @for officer in &assigned {
            div.card {
                div.lead { h2 { (officer.name) } span.mono.soft { (officer.id) } }
                @if assigned.len() > 1 {
                    details.act {
                        summary { (t(text::REMOVE_OFFICER)) }
                        p { (t(text::REMOVE_MEANS)) }
                        form method="post" {
                            input type="hidden" name="act" value="remove";
                            input type="hidden" name="officer" value=(officer.id);
                            button.danger { (t(text::CONFIRM)) ": " (t(text::REMOVE_OFFICER)) }
                        }
                    }
                }
            }
        }
        div.card {
            h2 { (t(text::ADMIT_OFFICER)) }
            p { (t(text::ADMIT_MEANS)) }
            form.stack method="post" {
                input type="hidden" name="act" value="admit";
                label { (t(text::OFFICER_NUMBER)) input name="officer" required maxlength="64" list="known"; }
                datalist #known { @for officer in &assigned { option value=(officer.id) {} } }
                label { (t(text::NAME)) input name="name" maxlength="100"; }
                label { input type="checkbox" name="by_server" value="yes"; (t(text::ADMIT_BY_SERVER)) }
                div { button { (t(text::MAKE_CODE)) } }
            }
        }
        div.card {
            details.act {
                summary { (t(text::ERASE_BY_CODE)) }
                p { (t(text::ERASE_MEANS)) }
                form method="post" {
                    input type="hidden" name="act" value="erase";
                    button.danger { (t(text::CONFIRM)) ": " (t(text::ERASE_BY_CODE)) }
                }
            }
        }
    };
    layout::page(&office, &who, Section::Handsets, t(text::OFFICERS), Live::Page, &content).await
}

/// `POST /office/handsets/{id}/officers`.
pub(super) async fn act(
    State(office): Shared,
    who: LoggedIn,
    Path(id): Path<String>,
    wish: Result<Form<Wish>, FormRejection>,
) -> Result<Response, Refusal> {
    let handset = ruled(&office, &who, &id).await?;
    let Form(wish) = wish.map_err(|_| Refusal::Request)?;
    let by = who.user.name.as_str();
    let officer = |id: String| id.trim().parse::<OfficerId>().map_err(|_| Refusal::Request);
    let made = match wish {
        Wish::Admit { officer: id, name, by_server } => {
            let by_server = by_server.is_some();
            office.programme.admit_officer(handset.id, &officer(id)?, &name, by_server, by).await
        }
        Wish::Erase => office.programme.erase_by_code(handset.id, by).await,
        Wish::Remove { officer: id } => {
            office.programme.remove_officer(handset.id, &officer(id)?, by).await.map_err(refusal)?;
            return Ok(Redirect::to(&format!("/office/handsets/{}/officers", handset.id)).into_response());
        }
    };
    Ok(show(&office, &who, &handset, &made.map_err(refusal)?).await?.into_response())
}

async fn show(office: &Arc<Office>, who: &LoggedIn, handset: &Handset, code: &str) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let picture = qr::svg(code).map_err(|e| Refusal::internal(&e))?;
    let content = html! {
        h1 { (t(text::UNLOCK_CODE)) ": " (handset.label) }
        p { (t(text::CODE_SCAN)) " " (t(text::CODE_ONCE)) }
        div.qr role="img" aria-label=(t(text::UNLOCK_CODE)) { (PreEscaped(picture)) }
        details { summary { (t(text::CODE_TEXT)) } p.mono { (code) } }
    };
    layout::page(office, who, Section::Handsets, t(text::UNLOCK_CODE), Live::Page, &content).await
}

/// The handset, for those who may rule it.
async fn ruled(office: &Office, who: &LoggedIn, id: &str) -> Result<Handset, Refusal> {
    if !who.user.role.rules_handsets() {
        return Err(Refusal::Forbidden);
    }
    let id: HandsetId = id.parse().map_err(|_| Refusal::NotFound)?;
    let mut conn = office.programme.db().read().await?;
    handsets::handset(&mut conn, id).await?.ok_or(Refusal::NotFound)
}

fn refusal(error: ServerError) -> Refusal {
    match error {
        ServerError::Refused(_) => Refusal::Request,
        other => Refusal::internal(&other),
    }
}
