//! The office uploads the roster of a round.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use saksi_records::RoundId;
use saksi_records::roster_file::RosterFileError;

use super::i18n::{Lang, text};
use super::layout::{self, Section};
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::roster::Imported;
use crate::error::ServerError;

/// `GET /office/rosters/new`.
pub(super) async fn form(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    if !who.user.role.uploads_rosters() {
        return Err(Refusal::Forbidden);
    }
    show(&office, &who, &html! {}).await
}

/// `POST /office/rosters/new`: the whole file is applied, or nothing of it and the page says why.
pub(super) async fn upload(
    State(office): Shared,
    who: LoggedIn,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    if !who.user.role.uploads_rosters() {
        return Err(Refusal::Forbidden);
    }
    let outcome = match read(parts.map_err(|_| Refusal::Request)?).await? {
        Some(Upload { round, title, file }) => {
            office.programme.import_roster(round, &title, file.as_ref(), &who.user.name).await
        }
        None => Err(ServerError::Refused(who.lang.of(text::FORM_WRONG).into())),
    };
    let (status, notice) = match outcome {
        Ok(done) => (StatusCode::OK, applied(who.lang, done)),
        Err(e @ (ServerError::Roster(_) | ServerError::Refused(_))) => {
            (StatusCode::UNPROCESSABLE_ENTITY, refused(who.lang, &e))
        }
        Err(e) => return Err(Refusal::internal(&e)),
    };
    Ok((status, show(&office, &who, &notice).await?).into_response())
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
    layout::page(office, who, Section::Roster, t(text::NAV_ROSTER), false, &content).await
}

fn applied(lang: Lang, done: Imported) -> Markup {
    let t = |text| lang.of(text);
    html! {
        p.notice.good role="status" {
            b { (t(text::IMPORTED)) } " "
            (done.rows) " " (t(text::IMPORTED_ROWS)) ", " (done.changed) " " (t(text::IMPORTED_CHANGED)) ", "
            (done.removed) " " (t(text::IMPORTED_REMOVED)) ". "
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
                other => (other),
            }
        }
    }
}
