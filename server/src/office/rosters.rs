//! The office uploads the roster of a round, looks at what it would do, and applies it.

use axum::Form;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::FormRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use saksi_records::roster_file::RosterFileError;
use saksi_records::{Round, RoundId};
use serde::Deserialize;
use uuid::Uuid;

use super::i18n::{Lang, text};
use super::layout::{self, Live, Section};
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::imports::Staged;
use crate::db::roster::Imported;
use crate::error::ServerError;

/// `GET /office/rosters/new`.
pub(super) async fn form(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    if !who.user.role.uploads_rosters() {
        return Err(Refusal::Forbidden);
    }
    show(&office, &who, &html! {}).await
}

/// `POST /office/rosters/new`: what the file would do, and the question whether it shall; or why it can't be read.
pub(super) async fn upload(
    State(office): Shared,
    who: LoggedIn,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    if !who.user.role.uploads_rosters() {
        return Err(Refusal::Forbidden);
    }
    let outcome = match read(parts.map_err(|_| Refusal::Request)?).await? {
        Some(upload) => preview(&office, &who, upload).await,
        None => Err(ServerError::Refused(who.lang.of(text::FORM_WRONG).into())),
    };
    answer(&office, &who, outcome).await
}

/// `POST /office/rosters/{id}`: applies an uploaded file, all of it or nothing.
pub(super) async fn apply(
    State(office): Shared,
    who: LoggedIn,
    Path(id): Path<String>,
    yes: Result<Form<Yes>, FormRejection>,
) -> Result<Response, Refusal> {
    if !who.user.role.uploads_rosters() {
        return Err(Refusal::Forbidden);
    }
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    let Form(Yes { leaving }) = yes.map_err(|_| Refusal::Request)?;
    let outcome = match office.programme.apply_staged(id, &who.user.name, leaving).await {
        Ok(done) => Ok(applied(who.lang, done.ok_or(Refusal::NotFound)?)),
        Err(e) => Err(e),
    };
    answer(&office, &who, outcome).await
}

/// How many may leave, as the page said that they would.
#[derive(Deserialize)]
pub(super) struct Yes {
    leaving: u64,
}

async fn preview(office: &Office, who: &LoggedIn, upload: Upload) -> Result<Markup, ServerError> {
    let Upload { round, title, file } = upload;
    let seen = office.programme.preview_roster(round.clone(), &title, file.as_ref()).await?;
    let staged = Staged { id: Uuid::new_v4(), round: Round { id: round, title }, user: who.user.name.clone() };
    office.programme.stage_roster(&staged, &file).await?;
    Ok(question(who.lang, &staged, seen))
}

async fn answer(office: &Office, who: &LoggedIn, outcome: Result<Markup, ServerError>) -> Result<Response, Refusal> {
    let (status, notice) = match outcome {
        Ok(notice) => (StatusCode::OK, notice),
        Err(e @ (ServerError::Roster(_) | ServerError::Refused(_) | ServerError::Leaving { .. })) => {
            (StatusCode::UNPROCESSABLE_ENTITY, refused(who.lang, &e))
        }
        Err(e) => return Err(Refusal::internal(&e)),
    };
    Ok((status, show(office, who, &notice).await?).into_response())
}

struct Upload {
    round: RoundId,
    title: String,
    file: axum::body::Bytes,
}

// `None`: a field is missing or is no round's name.
async fn read(mut parts: Multipart) -> Result<Option<Upload>, Refusal> {
    let (mut round, mut title, mut file) = (None, None, None);
    while let Some(part) = parts.next_field().await.map_err(|_| Refusal::Request)? {
        match part.name() {
            Some("round") => round = part.text().await.map_err(|_| Refusal::Request)?.trim().parse().ok(),
            Some("title") => title = Some(part.text().await.map_err(|_| Refusal::Request)?),
            Some("file") => file = Some(part.bytes().await.map_err(|_| Refusal::Request)?),
            _ => {}
        }
    }
    Ok(round.zip(title).zip(file).map(|((round, title), file)| Upload { round, title, file }))
}

async fn show(office: &Office, who: &LoggedIn, notice: &Markup) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let content = html! {
        h1 { (t(text::NAV_ROSTER)) }
        (notice)
        div.card {
            p.soft { (t(text::ROSTER_INTRO)) }
            form.stack method="post" action="/office/rosters/new" enctype="multipart/form-data" {
                label { (t(text::ROUND_ID)) input name="round" required maxlength="64" placeholder=(t(text::ROUND_ID_HINT)); }
                label { (t(text::ROUND_TITLE)) input name="title" required maxlength="200"; }
                label { (t(text::FILE)) input type="file" name="file" accept=".csv,text/csv" required; }
                div { button { (t(text::UPLOAD)) } }
            }
        }
    };
    layout::page(office, who, Section::Roster, t(text::NAV_ROSTER), Live::Page, &content).await
}

// What a file would do. Where many would leave, their number has to be typed in.
fn question(lang: Lang, staged: &Staged, seen: Imported) -> Markup {
    let t = |text| lang.of(text);
    html! {
        div.card {
            h2 { (t(text::PREVIEW)) ": " (staged.round.title) }
            dl {
                dt { (t(text::PREVIEW_ROWS)) } dd { (seen.rows) " · " (seen.amount) }
                dt { (t(text::PREVIEW_NEW)) } dd { (seen.new) }
                dt { (t(text::PREVIEW_CHANGED)) } dd { (seen.changed - seen.new) }
                dt { (t(text::PREVIEW_LEAVING)) } dd { (seen.leaving) " / " (seen.listed) }
            }
            form.stack method="post" action={ "/office/rosters/" (staged.id) } {
                @if seen.many_leave() {
                    p.notice.warn { b { (seen.leaving) } " " (t(text::MANY_LEAVE)) }
                    label { (t(text::TYPE_LEAVING)) input name="leaving" required inputmode="numeric" pattern=(seen.leaving) autocomplete="off"; }
                } @else {
                    input type="hidden" name="leaving" value=(seen.leaving);
                }
                div { button { (t(text::APPLY)) } }
            }
        }
    }
}

fn applied(lang: Lang, done: Imported) -> Markup {
    let t = |text| lang.of(text);
    html! {
        p.notice.good role="status" {
            b { (t(text::IMPORTED)) } " "
            (done.rows) " " (t(text::IMPORTED_ROWS)) ", " (done.changed) " " (t(text::IMPORTED_CHANGED)) ", "
            (done.leaving) " " (t(text::IMPORTED_REMOVED)) ". "
            a href="/office" { (t(text::NAV_PROGRESS)) }
        }
    }
}

fn refused(lang: Lang, error: &ServerError) -> Markup {
    html! {
        p.notice.warn role="alert" {
            b { (lang.of(text::NOT_IMPORTED)) } " "
            @match error {
                ServerError::Roster(RosterFileError::Row { row, reason }) => { (lang.of(text::ROW)) " " (row) ": " (reason) }
                ServerError::Roster(e) => (e),
                ServerError::Leaving { leaving, .. } => { (leaving) " " (lang.of(text::MANY_LEAVE)) }
                other => (other),
            }
        }
    }
}
