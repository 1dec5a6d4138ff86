//! The office uploads the roster of a round, looks at what it would do, and applies it.

use axum::Form;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::FormRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use saksi_records::{Round, RoundId};
use serde::Deserialize;
use uuid::Uuid;

use super::i18n::{Lang, Text, text};
use super::layout::{self, Live, Section};
use super::session::LoggedIn;
use super::{Office, Refusal, Shared};
use crate::db::imports::Staged;
use crate::db::roster::Imported;
use crate::error::ServerError;
use crate::imports::{Agreed, Preview};
use crate::sheet::{ColumnError, FileError, SheetError, Wrong};

/// So many bad rows are listed.
const MOST_SHOWN: usize = 200;

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
    let Form(Yes { leaving, rounded }) = yes.map_err(|_| Refusal::Request)?;
    let agreed = Agreed { leaving: Some(leaving), rounded: rounded.is_some() };
    let outcome = match office.programme.apply_staged(id, &who.user.name, agreed).await {
        Ok(done) => Ok(applied(who.lang, done.ok_or(Refusal::NotFound)?)),
        Err(e) => Err(e),
    };
    answer(&office, &who, outcome).await
}

/// What the page asked about: how many leave, and whether so many NIKs may end in 0.
#[derive(Deserialize)]
pub(super) struct Yes {
    leaving: u64,
    rounded: Option<String>,
}

async fn preview(office: &Office, who: &LoggedIn, upload: Upload) -> Result<Markup, ServerError> {
    let Upload { round, title, file } = upload;
    let seen = office.programme.preview_roster(round.clone(), &title, file.as_ref()).await?;
    let staged = Staged { id: Uuid::new_v4(), round: Round { id: round, title }, user: who.user.name.clone() };
    office.programme.stage_roster(&staged, &file).await?;
    Ok(question(who.lang, &staged, &seen))
}

async fn answer(office: &Office, who: &LoggedIn, outcome: Result<Markup, ServerError>) -> Result<Response, Refusal> {
    let (status, notice) = match outcome {
        Ok(notice) => (StatusCode::OK, notice),
        Err(
            e @ (ServerError::Roster(_)
            | ServerError::Refused(_)
            | ServerError::Leaving { .. }
            | ServerError::Rounded { .. }),
        ) => (StatusCode::UNPROCESSABLE_ENTITY, refused(who.lang, &e)),
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
                label { (t(text::FILE)) input type="file" name="file" accept=".csv,.txt,.xlsx,text/csv" required; }
                div { button { (t(text::UPLOAD)) } }
            }
        }
    };
    layout::page(office, who, Section::Roster, t(text::NAV_ROSTER), Live::Page, &content).await
}

// What a file would do. Where many would leave, their number has to be typed in.
fn question(lang: Lang, staged: &Staged, preview: &Preview) -> Markup {
    let t = |text| lang.of(text);
    let seen = preview.does;
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
                @if let Some(count) = preview.rounded {
                    p.notice.warn { b { (count) } " " (t(text::NIKS_ROUNDED)) }
                    label { input type="checkbox" name="rounded" value="yes" required; (t(text::NIKS_RIGHT)) }
                }
                @if preview.is_windows_1252 { p.notice { (t(text::WINDOWS_1252)) } }
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
                ServerError::Roster(SheetError::Rows(bad)) => {
                    (bad.len()) " " (lang.of(text::ROWS_WRONG))
                    ul { @for it in bad.iter().take(MOST_SHOWN) { li { (lang.of(text::ROW)) " " (it.row) ": " (wrong(lang, &it.why)) } } }
                    @if bad.len() > MOST_SHOWN { "…" }
                }
                ServerError::Roster(SheetError::File(e)) => (lang.of(file_wrong(*e))),
                ServerError::Roster(SheetError::Columns(ColumnError::Missing { missing })) => { (lang.of(text::COLUMNS_MISSING)) " " (missing.join(", ")) }
                ServerError::Roster(SheetError::Columns(ColumnError::Twice { column })) => { (lang.of(text::COLUMN_TWICE)) " " (column) }
                ServerError::Roster(SheetError::Empty) => (lang.of(text::NO_ROWS)),
                ServerError::Rounded { count, .. } => { (count) " " (lang.of(text::NIKS_ROUNDED)) }
                ServerError::Leaving { leaving, .. } => { (leaving) " " (lang.of(text::MANY_LEAVE)) }
                other => (other),
            }
        }
    }
}

fn wrong(lang: Lang, why: &Wrong) -> Markup {
    let t = |text| lang.of(text);
    html! {
        @match why {
            Wrong::Columns => (t(text::WRONG_COLUMNS)),
            Wrong::Rounded => (t(text::WRONG_ROUNDED)),
            Wrong::Digits => (t(text::WRONG_DIGITS)),
            Wrong::Amount => (t(text::WRONG_AMOUNT)),
            Wrong::Ambiguous => (t(text::WRONG_AMBIGUOUS)),
            Wrong::Unseen(column) => { (column) ": " (t(text::WRONG_UNSEEN)) }
            Wrong::Same { what, row } => { (what) ": " (t(text::WRONG_SAME)) " " (row) }
            Wrong::Rule(rule) => (rule),
        }
    }
}

fn file_wrong(why: FileError) -> Text {
    match why {
        FileError::Unknown => text::FILE_UNKNOWN,
        FileError::Xls => text::FILE_XLS,
        FileError::Xlsx => text::FILE_XLSX,
    }
}
