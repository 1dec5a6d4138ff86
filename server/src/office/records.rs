//! One record: what the dashboard knows of it, and for those who may, what is sealed in it and its photos.
//!
//! The keys of photos are nowhere but in the sealed record, which is opened anew each time; every opening is audited.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use saksi_records::cash::CashStep;
use saksi_records::document::DocumentCheck;
use saksi_records::record::{FaceMatch, Fix, Proxy, ProxyReason, Record, Relation};
use saksi_records::{BlobRole, Envelope, Nik, Payload, ReceiptCode, RecordId};

use super::i18n::{Lang, Text, text};
use super::layout::{self, Live, Section};
use super::liveness;
use super::review::alert_list;
use super::session::LoggedIn;
use super::{Office, Refusal, Shared, decisions};
use crate::db::board::Recorded;
use crate::db::users::{self, User};
use crate::db::{Conn, alerts, board, evidence, reviews, roster};
use crate::faces;

const ROLES: [BlobRole; 5] =
    [BlobRole::Beneficiary, BlobRole::Proxy, BlobRole::Statement, BlobRole::StatementPage, BlobRole::Document];

/// `GET /office/records/{id}`, and with `?photos` its photos.
pub(super) async fn page(
    State(office): Shared,
    who: LoggedIn,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let id = parse_id(&id)?;
    let mut conn = office.programme.db().snapshot().await?;
    let it = board::recorded(&mut conn, id).await?.ok_or(Refusal::NotFound)?;
    let person = match &it.beneficiary {
        Some(id) => roster::person(&mut conn, id).await?,
        None => None,
    };
    let review = reviews::of_record(&mut conn, id).await?;
    let raised = alerts::of_record(&mut conn, id).await?;
    drop(conn);
    let payload =
        if who.user.role.opens_records() { Some(open(&office, &who.user, id, "record").await?) } else { None };
    let alike = match payload.as_ref().map(|payload| &payload.record) {
        Some(Record::Enrolment(it)) => {
            let mut conn = office.programme.db().snapshot().await?;
            Some(faces::alike_on_list(&mut conn, &it.template, &it.visit.beneficiary).await?)
        }
        _ => None,
    };
    let nobody = t(text::CASH);
    let number = it.beneficiary.as_ref().map_or(nobody, |id| id.as_str());
    let name = person.as_ref().map_or(number, |person| person.name.as_str());
    let content = html! {
        p.soft.small {
            @if let Some(id) = &it.beneficiary { a href={ "/office/people/" (id) "/" (it.round) } { (name) } } @else { (name) }
            " · " (it.round)
        }
        h1 { (t(text::RECORD)) " " (kind_badge(who.lang, &it.kind)) }
        (alert_list(who.lang, &raised))
        div.card { dl {
            (facts(who.lang, &it))
            @if let Some(payload) = &payload { (sealed_facts(who.lang, &payload.record, person.as_ref().map(|it| &it.nik))) }
        } }
        @if let Some(review) = &review { (decisions::panel(who.lang, who.user.role, review)) }
        @if let Some(found) = &alike { (decisions::alike(who.lang, &it.round, found)) }
        @match &payload {
            None => p.notice { (t(text::SEALED)) }
            Some(payload) => (photos(who.lang, id, payload, uri.query() == Some("photos")))
        }
    };
    layout::page(&office, &who, Section::List, name, Live::Counts, &content).await
}

/// `GET /office/records/{id}/photos/{role}`: the picture itself.
pub(super) async fn photo(
    State(office): Shared,
    who: LoggedIn,
    Path((id, role)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let id = parse_id(&id)?;
    let role = ROLES.into_iter().find(|it| it.as_str() == role).ok_or(Refusal::NotFound)?;
    if !who.user.role.opens_records() {
        return Err(Refusal::Forbidden);
    }
    let payload = open(&office, &who.user, id, &format!("photo {}", role.as_str())).await?;
    let key = payload.blob_keys.iter().find(|key| key.role == role).ok_or(Refusal::NotFound)?;
    let sealed = office.programme.blobs().read(key.sha256).await.map_err(|e| Refusal::internal(&e))?;
    let picture = key.open(&sealed).map_err(|e| Refusal::internal(&e))?;
    let kind = match picture.as_slice() {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        _ => "application/octet-stream",
    };
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(kind))], picture.to_vec()).into_response())
}

/// `GET /office/records/{id}/frames/{n}`: one of the small pictures in the evidence of liveness, from 0.
pub(super) async fn frame(
    State(office): Shared,
    who: LoggedIn,
    Path((id, n)): Path<(String, usize)>,
) -> Result<Response, Refusal> {
    let id = parse_id(&id)?;
    if !who.user.role.opens_records() {
        return Err(Refusal::Forbidden);
    }
    let payload = open(&office, &who.user, id, &format!("photo frame {n}")).await?;
    let frame = payload.record.liveness().and_then(|seen| seen.frames.get(n)).ok_or(Refusal::NotFound)?;
    if !frame.jpeg.starts_with(&[0xff, 0xd8, 0xff]) {
        return Err(Refusal::NotFound);
    }
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], frame.jpeg.clone()).into_response())
}

/// The kind of a record as a coloured label.
pub(super) fn kind_badge(lang: Lang, kind: &str) -> Markup {
    let name = match kind {
        "in_person" => text::IN_PERSON,
        "proxy" => text::BY_PROXY,
        "exception" => text::EXCEPTION,
        "not_served" => text::NOT_SERVED,
        "consent_withdrawn" => text::CONSENT_WITHDRAWN,
        "enrolment" => text::ENROLMENT,
        "cash" => text::CASH,
        _ => text::RECORD,
    };
    html! { span class={ "badge " (kind) } { (lang.of(name)) } }
}

// Opens a sealed record, and writes down first who does.
async fn open(office: &Office, user: &User, id: RecordId, what: &str) -> Result<Payload, Refusal> {
    let mut conn = office.programme.db().note().await?;
    let bytes = audited_bytes(&mut conn, user, id, what).await?;
    conn.commit().await?;
    let envelope = Envelope::parse(bytes).map_err(|e| Refusal::internal(&e))?;
    let key = office.programme.keys().programme.of(&envelope.header().programme_key);
    let key = key.map_err(|e| Refusal::internal(&e))?;
    envelope.open(&key).map_err(|e| Refusal::internal(&e))
}

async fn audited_bytes(conn: &mut Conn, user: &User, id: RecordId, what: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = evidence::bytes(conn, id).await?.ok_or(Refusal::NotFound)?;
    let (action, detail) = what.split_once(' ').unwrap_or((what, ""));
    users::audit(conn, &user.name, action, format!("{id} {detail}").trim_end()).await?;
    Ok(bytes)
}

fn facts(lang: Lang, it: &Recorded) -> Markup {
    let t = |text| lang.of(text);
    let receipt: Option<ReceiptCode> = it.receipt.parse().ok();
    html! {
        dt { (t(text::AMOUNT)) } dd { @if let Some(amount) = it.amount { (amount) } @else { "–" } }
        @if let Some(reason) = &it.reason { dt { (t(text::REASON)) } dd { (t(not_served(reason))) } }
        dt { (t(text::WHEN)) } dd { (layout::time(it.at)) }
        dt { (t(text::RECEIVED)) } dd { (layout::time(it.received)) }
        dt { (t(text::OFFICER)) } dd { (it.officer) }
        dt { (t(text::HANDSET)) } dd { (it.handset_label) }
        dt { (t(text::CHAIN_PLACE)) } dd { (it.seq) }
        @if let Some(receipt) = receipt { dt { (t(text::RECEIPT_CODE)) } dd { b { (receipt) } } }
        dt { (t(text::FINGERPRINT)) } dd { span.mono.soft { (it.digest) } }
    }
}

// `known`: the beneficiary's number on the roster.
fn sealed_facts(lang: Lang, record: &Record, known: Option<&Nik>) -> Markup {
    let t = |text| lang.of(text);
    let face = |face: &FaceMatch| {
        html! {
            dt { (t(text::SIMILARITY)) }
            dd { (format!("{:.3}", face.similarity)) " (" (t(text::THRESHOLD)) " " (format!("{:.3}", face.match_at)) ") · "
                (face.searched) " " (t(text::SEARCHED)) " · " (face.model) }
        }
    };
    let consent = |it: &saksi_records::record::Consent| {
        html! { dt { (t(text::CONSENT)) } dd { (it.text_version) " (" (it.language) ")" } }
    };
    html! {
        @match record {
            Record::InPerson(it) => { (face(&it.face_match)) (consent(&it.consent)) }
            Record::Proxy(it) => { (proxy(lang, &it.proxy)) (consent(&it.consent)) }
            Record::Exception(it) => {
                @if let Some(it) = &it.proxy { (proxy(lang, it)) }
                @if let Some(it) = &it.refusal {
                    dt { (t(text::CONSENT_REFUSED)) } dd { (it.text_version) " (" (it.language) ")" }
                    (decisions::document(lang, &DocumentCheck::Seen(it.document.clone()), known))
                }
                dt { (t(text::REASON)) } dd { (it.reason) }
                @if let Some(approved) = it.approval {
                    dt { (t(text::APPROVED)) } dd { a href={ "/office/records/" (approved) } { (t(text::FIRST_RECORD)) } }
                }
                @if let Some(it) = &it.face_match { (face(it)) }
            }
            Record::Enrolment(it) => { (decisions::document(lang, &it.document, known)) (consent(&it.consent)) }
            Record::Cash(it) => (cash(lang, &it.step)),
            Record::NotServed(_) | Record::ConsentWithdrawn(_) => {}
        }
        @if let Some(seen) = record.liveness() { (liveness::facts(lang, seen)) }
        @if let Some(place) = record.place() { dt { (t(text::PLACE)) } dd { (place_text(lang, place)) } }
    }
}

fn cash(lang: Lang, step: &CashStep) -> Markup {
    let t = |text| lang.of(text);
    html! {
        dt { (t(text::ACTION)) }
        @match step {
            CashStep::Received { .. } => dd { (t(text::CASH_RECEIVED)) },
            CashStep::Returned { .. } => dd { (t(text::CASH_RETURNED)) },
            CashStep::Closed(count) => {
                dd { (t(text::CASH_CLOSED)) }
                dt { (t(text::CASH_RECEIVED)) } dd { (count.received) }
                dt { (t(text::PAID)) } dd { (count.paid) " (" (count.payments) ")" }
                dt { (t(text::CASH_RETURNED)) } dd { (count.returned) }
                dt { (t(text::CASH_LEFT)) } dd { (count.difference()) }
                @if let Some(reason) = &count.reason { dt { (t(text::REASON)) } dd { (reason) } }
            }
        }
    }
}

fn proxy(lang: Lang, it: &Proxy) -> Markup {
    let t = |text| lang.of(text);
    html! {
        dt { (t(text::PROXY)) } dd { (it.name) " · " (t(text::NIK)) " " (it.nik) }
        @if let Some(phone) = &it.phone { dt { (t(text::PHONE)) } dd { (phone.reveal()) } }
        @if it.earlier > 0 { dt { (t(text::PROXY_EARLIER)) } dd { (it.earlier) } }
        @if let Some(listed) = &it.listed_as { dt { (t(text::PROXY_LISTED)) } dd { (listed) } }
        dt { (t(text::RELATION)) } dd { (t(relation(it.relation))) }
        dt { (t(text::REASON)) } dd { (t(proxy_reason(it.reason))) }
    }
}

fn photos(lang: Lang, id: RecordId, payload: &Payload, shown: bool) -> Markup {
    let t = |text| lang.of(text);
    html! {
        h2 { (t(text::PHOTOS)) }
        @let frames = payload.record.liveness().filter(|seen| !seen.frames.is_empty());
        @if payload.blob_keys.is_empty() && frames.is_none() { p.soft { (t(text::NO_PHOTOS)) } }
        @else if shown {
            div.photos { @for key in &payload.blob_keys {
                @let name = t(match key.role {
                    BlobRole::Beneficiary => text::PHOTO_BENEFICIARY,
                    BlobRole::Proxy => text::PHOTO_PROXY,
                    BlobRole::Statement => text::PHOTO_STATEMENT,
                    BlobRole::StatementPage => text::PHOTO_STATEMENT_PAGE,
                    BlobRole::Document => text::PHOTO_DOCUMENT,
                });
                figure {
                    img src={ "/office/records/" (id) "/photos/" (key.role.as_str()) } alt=(name);
                    figcaption { (name) }
                }
            } }
            @if let Some(seen) = frames { (liveness::frames(lang, id, seen)) }
            p.soft.small { (t(text::OPENING_AUDITED)) }
        }
        @else {
            p { a.button href={ "/office/records/" (id) "?photos" } { (t(text::SHOW_PHOTOS)) } }
            p.soft.small { (t(text::OPENING_AUDITED)) }
        }
    }
}

fn place_text(lang: Lang, place: &Fix) -> Markup {
    html! {
        (format!("{:.5}, {:.5} ± {:.0} m", place.latitude, place.longitude, place.accuracy_m))
        @if place.mocked { " " span.badge.open { (lang.of(text::PLACE_MOCKED)) } }
    }
}

fn not_served(reason: &str) -> Text {
    match reason {
        "absent" => text::ABSENT,
        "moved" => text::MOVED,
        "deceased" => text::DECEASED,
        "capture_given_up" => text::CAPTURE_GIVEN_UP,
        _ => text::REFUSED,
    }
}

fn relation(relation: Relation) -> Text {
    match relation {
        Relation::Spouse => text::SPOUSE,
        Relation::Child => text::CHILD,
        Relation::Parent => text::PARENT,
        Relation::Sibling => text::SIBLING,
        Relation::Relative => text::RELATIVE,
        Relation::Neighbour => text::NEIGHBOUR,
        Relation::Official => text::OFFICIAL,
    }
}

fn proxy_reason(reason: ProxyReason) -> Text {
    match reason {
        ProxyReason::Ill => text::ILL,
        ProxyReason::Frail => text::FRAIL,
        ProxyReason::Disability => text::DISABILITY,
        ProxyReason::Away => text::AWAY,
    }
}

fn parse_id(text: &str) -> Result<RecordId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
