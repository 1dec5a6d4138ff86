//! Who is looking: login, logout, the session, the language, and that forms come from our own pages.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, FromRequestParts, Path, Request, State};
use axum::http::header::{COOKIE, HOST, ORIGIN, REFERER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::{Timestamp, ToSpan as _};
use maud::html;
use saksi_records::Digest;
use saksi_records::keys::random_bytes;
use serde::Deserialize;

use super::i18n::{Lang, text};
use super::{Office, Refusal, Shared, layout};
use crate::db::users::{self, User};
use crate::passwords;

const SESSION: &str = "saksi_session";
const LANGUAGE: &str = "saksi_language";
const SESSION_HOURS: i64 = 12;
const BROWSER: &str = "saksi_browser";
const BROWSER_DAYS: i64 = 365;

/// A user with a session. Without one, a request is sent to the login.
pub(super) struct LoggedIn {
    pub user: User,
    pub lang: Lang,
}

impl FromRequestParts<Arc<Office>> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Response> {
        let login = || Redirect::to("/office/login").into_response();
        let token = cookie(&parts.headers, SESSION).ok_or_else(login)?;
        let find = async {
            let mut conn = office.programme.db().read().await?;
            users::session(&mut conn, Digest::of(token.as_bytes())).await
        };
        let user = find.await.map_err(|e| Refusal::from(e).into_response())?.ok_or_else(login)?;
        Ok(Self { user, lang: language_of(&parts.headers) })
    }
}

/// The language a request asks for.
pub(super) struct Language(pub Lang);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(language_of(&parts.headers)))
    }
}

/// The language of a request's cookie.
pub(super) fn language_of(headers: &HeaderMap) -> Lang {
    Lang::of_code(cookie(headers, LANGUAGE).unwrap_or_default())
}

/// Refuses whatever would change something unless it comes from our own pages. Browsers say where a form comes from; one
/// that doesn't is too old to keep our cookies from other sites' forms.
pub(super) async fn same_origin(State(office): Shared, request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if harmless || comes_from_us(&office, request.headers()) {
        next.run(request).await
    } else {
        Refusal::Forbidden.into_response()
    }
}

/// `GET /office/login`.
pub(super) async fn form(Language(lang): Language) -> Response {
    page(lang, StatusCode::OK, None)
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    name: String,
    password: String,
}

/// `POST /office/login`.
pub(super) async fn login(
    State(office): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Language(lang): Language,
    headers: HeaderMap,
    credentials: Result<Form<Credentials>, FormRejection>,
) -> Result<Response, Refusal> {
    let Form(Credentials { name, password }) = credentials.map_err(|_| Refusal::Request)?;
    let address = address_of(&office, peer, &headers);
    let Some(begun) = office.logins.begin(&name, address, cookie(&headers, BROWSER)) else {
        return Ok(page(lang, StatusCode::TOO_MANY_REQUESTS, Some(lang.of(text::LOGIN_OFTEN))));
    };
    let known = {
        let mut conn = office.programme.db().read().await?;
        users::password(&mut conn, &name).await?
    };
    let right = password.len() <= passwords::MAX_BYTES && passwords::verify(password, known).await;
    if !right {
        return Ok(page(lang, StatusCode::UNAUTHORIZED, Some(lang.of(text::LOGIN_WRONG))));
    }
    office.logins.succeeded(begun);
    let token = BASE64.encode(random_bytes::<32>());
    let expires = Timestamp::now() + SESSION_HOURS.hours();
    let mut conn = office.programme.db().note().await?;
    users::begin_session(&mut conn, Digest::of(token.as_bytes()), &name, expires).await?;
    users::audit(&mut conn, &name, "login", "").await?;
    conn.commit().await?;
    let cookies = AppendHeaders([
        (SET_COOKIE, set_cookie(&office, SESSION, &token, SESSION_HOURS * 3600)),
        (SET_COOKIE, set_cookie(&office, BROWSER, &office.logins.known_browser(&name), BROWSER_DAYS * 86_400)),
    ]);
    Ok((cookies, Redirect::to("/office")).into_response())
}

// Where a proxy stands before us, it says last whom it speaks for; whatever stands before that, anyone may have said.
fn address_of(office: &Office, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let said = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let last = said.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    last.filter(|_| office.url.is_some()).unwrap_or(peer.ip())
}

/// `POST /office/logout`.
pub(super) async fn logout(State(office): Shared, headers: HeaderMap) -> Result<Response, Refusal> {
    if let Some(token) = cookie(&headers, SESSION) {
        let mut conn = office.programme.db().note().await?;
        users::end_session(&mut conn, Digest::of(token.as_bytes())).await?;
        conn.commit().await?;
    }
    let cookie = set_cookie(&office, SESSION, "", 0);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/office/login")).into_response())
}

/// `GET /office/language/{code}`: keeps the language, and goes back to where the reader was.
pub(super) async fn language(State(office): Shared, Path(code): Path<String>, headers: HeaderMap) -> Response {
    let from = headers.get(REFERER).and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let path = from.as_ref().map(Uri::path).filter(|path| path.starts_with("/office")).unwrap_or("/office");
    let cookie = set_cookie(&office, LANGUAGE, Lang::of_code(&code).code(), 365 * 86_400);
    ([(SET_COOKIE, cookie)], Redirect::to(path)).into_response()
}

fn page(lang: Lang, status: StatusCode, wrong: Option<&str>) -> Response {
    let content = html! {
        div.card.narrow {
            h1 { (lang.of(text::PRODUCT)) }
            p.soft { (lang.of(text::TAGLINE)) }
            @if let Some(wrong) = wrong { p.notice.warn role="alert" { (wrong) } }
            form.stack method="post" action="/office/login" {
                label { (lang.of(text::USER_NAME)) input name="name" autocomplete="username" required autofocus; }
                label {
                    (lang.of(text::PASSWORD))
                    input type="password" name="password" autocomplete="current-password" required;
                }
                button { (lang.of(text::LOGIN)) }
            }
            p.small { (layout::languages(lang)) }
        }
    };
    (status, layout::bare(lang, lang.of(text::LOGIN), &content)).into_response()
}

fn comes_from_us(office: &Office, headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(origin) = header(ORIGIN) else { return false };
    match &office.url {
        Some(url) => origin == url,
        None => header(HOST).is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host)),
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn set_cookie(office: &Office, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if office.url.as_deref().is_some_and(|url| url.starts_with("https:")) { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/office; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
