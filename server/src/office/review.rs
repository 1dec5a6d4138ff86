//! What looks wrong, and who looked at what.

use axum::extract::State;
use maud::{Markup, html};
use saksi_records::clock::ClockDoubt;

use super::i18n::{Lang, Text, text};
use super::layout::{self, Live, Section};
use super::liveness;
use super::session::LoggedIn;
use super::{Refusal, Shared};
use crate::db::alerts::{self, Alert, Raised};
use crate::db::users;

const LATEST: i64 = 500;

/// `GET /office/alerts`.
pub(super) async fn alerts(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    let t = |text| who.lang.of(text);
    let mut conn = office.programme.db().read().await?;
    let raised = alerts::latest(&mut conn, LATEST).await?;
    drop(conn);
    let content = html! {
        h1 { (t(text::NAV_ALERTS)) }
        div #alerts data-live {
            @if raised.is_empty() { p.notice.good { (t(text::NO_ALERTS)) } }
            (alert_list(who.lang, &raised))
        }
    };
    layout::page(&office, &who, Section::Alerts, t(text::NAV_ALERTS), Live::Page, &content).await
}

/// `GET /office/audit`.
pub(super) async fn audit(State(office): Shared, who: LoggedIn) -> Result<Markup, Refusal> {
    if !who.user.role.rules_handsets() {
        return Err(Refusal::Forbidden);
    }
    let t = |text| who.lang.of(text);
    let mut conn = office.programme.db().read().await?;
    let lines = users::audited(&mut conn, LATEST).await?;
    drop(conn);
    let content = html! {
        h1 { (t(text::NAV_AUDIT)) }
        div #audit data-live {
            @if lines.is_empty() { p.soft { (t(text::NO_AUDIT)) } }
            @else {
                div.table { table.cards {
                    thead { tr { th { (t(text::WHEN)) } th { (t(text::WHO)) } th { (t(text::ACTION)) } th { (t(text::SUBJECT)) } } }
                    tbody { @for line in &lines { tr {
                        td { (layout::time(line.at)) }
                        td { b { (line.user) } }
                        td { (action(who.lang, &line.action)) }
                        td.mono.wide { (line.subject) }
                    } } }
                } }
            }
        }
    };
    layout::page(&office, &who, Section::Audit, t(text::NAV_AUDIT), Live::Page, &content).await
}

/// Alerts as a list.
pub(super) fn alert_list(lang: Lang, raised: &[Raised]) -> Markup {
    let t = |text| lang.of(text);
    html! {
        ul.alerts { @for it in raised {
            li.closed[it.closed.is_some()] {
                b { (t(title(&it.alert))) } " "
                @if it.closed.is_some() { span.badge.closed { (t(text::CLOSED)) } }
                div { (detail(lang, &it.alert)) }
                div.small.soft {
                    (layout::time(it.raised))
                    @if let Some(record) = it.record { " · " a href={ "/office/records/" (record) } { (t(text::RECORD)) } }
                    @if let Some(handset) = &it.handset_label { " · " (t(text::HANDSET)) " " (handset) }
                }
            }
        } }
    }
}

fn title(alert: &Alert) -> Text {
    match alert {
        Alert::Gap { .. } => text::ALERT_GAP,
        Alert::Fork { .. } => text::ALERT_FORK,
        Alert::Conflict => text::ALERT_CONFLICT,
        Alert::Rejected { .. } => text::ALERT_REJECTED,
        Alert::PaidTwice { .. } => text::ALERT_TWICE,
        Alert::ProxyReuse { .. } => text::ALERT_PROXY,
        Alert::ProxyFace { .. } => text::ALERT_PROXY_FACE,
        Alert::CashDiffers { .. } => text::ALERT_CASH,
        Alert::SameFace { .. } => text::ALERT_SAME_FACE,
        Alert::NotEntitled { .. } => text::ALERT_NOT_ENTITLED,
        Alert::AmountDiffers { .. } => text::ALERT_AMOUNT,
        Alert::NotApproved => text::ALERT_NOT_APPROVED,
        Alert::WallClock { .. } => text::ALERT_CLOCK,
        Alert::UnknownConsent { .. } => text::ALERT_CONSENT,
        Alert::ClockChanged { .. } => text::ALERT_CLOCK_CHANGED,
        Alert::PlaceMocked => text::ALERT_PLACE,
        Alert::NotShownAlive { .. } => text::ALERT_NOT_ALIVE,
        Alert::ManyCaptures { .. } => text::ALERT_CAPTURES,
    }
}

fn detail(lang: Lang, alert: &Alert) -> Markup {
    let t = |text| lang.of(text);
    html! {
        @match alert {
            Alert::Gap { missing } => {
                (t(text::PLACES)) " "
                @for (i, (from, to)) in missing.iter().enumerate() {
                    @if i > 0 { ", " }
                    (from) @if to > from { "–" (to) }
                }
            }
            Alert::Fork { seq } => { (t(text::PLACES)) " " (seq) }
            Alert::Rejected { reason } => (reason),
            Alert::PaidTwice { beneficiary, round, first, paid_as } => {
                a href={ "/office/people/" (beneficiary) "/" (round) } { (beneficiary) } " · " (round) " · "
                @if let Some(other) = paid_as {
                    (t(text::PAID_AS)) " " a href={ "/office/people/" (other) "/" (round) } { (other) } " · "
                }
                a href={ "/office/records/" (first) } { (t(text::FIRST_RECORD)) }
            }
            Alert::ProxyReuse { round, beneficiaries } | Alert::ProxyFace { round, beneficiaries } => { (beneficiaries) " " (t(text::IMPORTED_ROWS)) " · " (round) }
            Alert::CashDiffers { round, difference, reason } => { (round) " · " (t(text::CASH_LEFT)) " " (difference) " · " (reason) }
            Alert::SameFace { one, other } => { (one) " · " (other) }
            Alert::NotEntitled { beneficiary, round } => { (beneficiary) " · " (round) }
            Alert::AmountDiffers { due, paid } => { (t(text::DUE)) " " (due) " · " (t(text::PAID)) " " (paid) }
            Alert::WallClock { seconds } => { (seconds / 60) " " (t(text::MINUTES)) }
            Alert::UnknownConsent { version, language } => { (version) " · " (language) }
            Alert::ClockChanged { doubts } => {
                @for (i, (what, seconds)) in doubts.iter().map(|it| doubt(*it)).enumerate() {
                    @if i > 0 { "; " }
                    (t(what)) " " (seconds / 60) " " (t(text::MINUTES))
                }
            }
            Alert::NotShownAlive { verdict, reasons } => {
                (t(liveness::verdict(*verdict))) @if !reasons.is_empty() { ": " (liveness::reasons(lang, reasons)) }
            }
            Alert::ManyCaptures { before } => { (before) " " (t(text::CAPTURES_BEFORE)) }
            Alert::Conflict | Alert::NotApproved | Alert::PlaceMocked => {}
        }
    }
}

fn doubt(doubt: ClockDoubt) -> (Text, i64) {
    match doubt {
        ClockDoubt::BeforeServer { seconds } => (text::CLOCK_BEFORE_SERVER, seconds),
        ClockDoubt::Moved { seconds } => (text::CLOCK_MOVED, seconds),
        ClockDoubt::BeforePrevious { seconds } => (text::CLOCK_BEFORE_PREVIOUS, seconds),
        ClockDoubt::AfterReceipt { seconds } => (text::CLOCK_AFTER_RECEIPT, seconds),
    }
}

fn action(lang: Lang, action: &str) -> &str {
    match action {
        "login" => lang.of(text::DID_LOGIN),
        "ticket" => lang.of(text::DID_TICKET),
        "import" => lang.of(text::DID_IMPORT),
        "handset" => lang.of(text::DID_HANDSET),
        "admit" => lang.of(text::DID_ADMIT),
        "erase_code" => lang.of(text::DID_ERASE_CODE),
        "remove" => lang.of(text::DID_REMOVE),
        "key" => lang.of(text::DID_KEY),
        "approve" => lang.of(text::DID_APPROVE),
        "reject" => lang.of(text::DID_REJECT),
        "record" => lang.of(text::DID_RECORD),
        "photo" => lang.of(text::DID_PHOTO),
        "nik" => lang.of(text::DID_NIK),
        other => other,
    }
}
